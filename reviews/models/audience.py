"""Who is in the hall, group by group."""

from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _


class AudienceGroupQuerySet(models.QuerySet):
    def with_presence(self):
        """Each with what `present` looks at."""
        return self.select_related("head_count").prefetch_related("attendees")


class AudienceGroup(models.Model):
    """A rater group of the session (票种) and how many of it are expected in the hall."""

    session = models.ForeignKey("reviews.ReviewSession", models.CASCADE, related_name="audience")
    code = models.CharField(_("票种"), max_length=10)
    name = models.CharField(_("名称"), max_length=60)
    is_anonymous = models.BooleanField(_("不记名"), default=True)
    expected = models.PositiveSmallIntegerField(_("应到人数"), default=0)

    objects = AudienceGroupQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("参会人员类别")
        constraints = [models.UniqueConstraint(fields=["session", "code"], name="audience_group_once")]

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def present(self):
        """How many of it have come: those ticked by name; those counted at the door where it has no list."""
        if people := self.attendees.all():
            return sum(person.is_present for person in people)
        return self.head_count.present if hasattr(self, "head_count") else 0


class Attendee(models.Model):
    """A person on the roster of a group. Presence is a yes or no: no time, no card, no tablet (ballots.md §6)."""

    group = models.ForeignKey(AudienceGroup, models.CASCADE, related_name="attendees")
    name = models.CharField(_("姓名"), max_length=40)
    about = models.CharField(_("单位、职务"), max_length=100, blank=True)
    is_present = models.BooleanField(_("到会"), default=False)

    class Meta:
        ordering = ["group__code", "pk"]
        verbose_name = _("参会人员")

    def __str__(self):
        return self.name


class HeadCountQuerySet(models.QuerySet):
    def people_in(self, session):
        """How many have come: those ticked by name, and those counted where a group has no list."""
        ticked = Attendee.objects.filter(group__session=session, is_present=True).count()
        counted = self.filter(group__session=session, group__attendees=None).aggregate(n=Sum("present"))["n"]
        return ticked + (counted or 0)


class HeadCount(models.Model):
    """How many of a group without a list of names have come, counted at the door."""

    group = models.OneToOneField(AudienceGroup, models.CASCADE, related_name="head_count")
    present = models.PositiveSmallIntegerField(_("到会人数"), default=0)

    objects = HeadCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("到会人数")
        db_table = "live_headcount"  # the hall's until it moved down here; the table stayed where it was

    def __str__(self):
        return f"{self.group}: {self.present}"
