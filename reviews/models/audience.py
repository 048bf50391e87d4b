"""Who is in the hall, group by group."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AudienceGroup(models.Model):
    """A rater group of the session (票种) and how many of it are expected in the hall."""

    session = models.ForeignKey("reviews.ReviewSession", models.CASCADE, related_name="audience")
    code = models.CharField(_("票种"), max_length=10)
    name = models.CharField(_("名称"), max_length=60)
    is_anonymous = models.BooleanField(_("不记名"), default=True)
    expected = models.PositiveSmallIntegerField(_("应到人数"), default=0)

    class Meta:
        ordering = ["code"]
        verbose_name = _("参会人员类别")
        constraints = [models.UniqueConstraint(fields=["session", "code"], name="audience_group_once")]

    def __str__(self):
        return f"{self.code} {self.name}"


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
