"""Marks given under a name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from reviews.models import Attendee
from scoring.models.group import RoundGroup


class NamedMarksQuerySet(models.QuerySet):
    def raters_of(self, round):
        """Who has given named marks in this round, each once: {group, rater, entered_by, is_listed}. Before signing, people compare
        them with whom they saw in the hall."""
        listed = Attendee.objects.filter(
            group__session=models.OuterRef("group__round__session"),
            group__code=models.OuterRef("group__code"),
            name=models.OuterRef("rater"),
        )
        rows = self.filter(group__round=round).annotate(is_listed=models.Exists(listed)).order_by("group__letter", "rater")
        return rows.values("group__name", "rater", "is_listed", "entered_by__name").distinct()


class NamedMarks(models.Model):
    """The marks of one person of a named group (实名) for one official: outside the box, under the person's name."""

    group = models.ForeignKey(RoundGroup, models.CASCADE, related_name="marks")
    rater = models.CharField(_("评议人"), max_length=40)
    subject = models.ForeignKey("reviews.SessionSubject", models.PROTECT, related_name="+")
    answers = models.JSONField(_("评分"))  # {criterion: tenths of a point, or the place of the option}; {} = abstained
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = NamedMarksQuerySet.as_manager()

    class Meta:
        ordering = ["rater", "subject__order"]
        verbose_name = _("实名评分")
        constraints = [models.UniqueConstraint(fields=["group", "rater", "subject"], name="named_marks_once")]

    def __str__(self):
        return f"{self.rater}: {self.subject}"
