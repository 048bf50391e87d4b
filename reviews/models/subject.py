"""Who answers in a session."""

import uuid

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from officials.roles import Role
from reviews.models.digest import DigestEntry
from reviews.models.meeting import LeaderComment
from reviews.models.opinion import Opinion
from reviews.models.question import Question
from reviews.models.report import ReviewReport
from reviews.rules import lineup as rules

SEALED = (Question.State.SEALED, Question.State.ASKED, Question.State.ANSWERED)


def number_of(rows):
    """How many of these rows each subject has, counted apart from all others."""
    counted = rows.filter(subject=OuterRef("pk")).order_by().values("subject").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


class SessionSubjectQuerySet(models.QuerySet):
    def of(self, user):
        """Those a subject or a liaison answers for."""
        own = Q(pk=None)
        if user.has_role(Role.SUBJECT) and user.official_id:
            own |= Q(official=user.official_id)
        if user.has_role(Role.LIAISON) and user.unit_id:
            own |= Q(unit=user.unit_id)
        return self.filter(own)

    def present(self):
        """Without those passed over in the hall."""
        return self.filter(absence="")

    def awaiting_comment(self):
        """Present, and no leading member has commented on them in the hall yet."""
        return self.present().exclude(comments__is_delivered=True)

    def to_write(self):
        """Whose report is still to be written, or to be written anew because it came back."""
        return self.filter(Q(report=None) | Q(report__state__in=ReviewReport.WRITABLE))

    def not_handed_in(self):
        """Whose report nobody has handed in yet; one that came back has been."""
        return self.filter(Q(report=None) | Q(report__state=ReviewReport.State.DRAFT))

    def with_progress(self):
        """Each with `report_state` (None: not begun) and `sealed`, the number of its sealed questions; the floor's do not count."""
        prepared = Q(questions__state__in=SEALED) & ~Q(questions__source=Question.Source.FLOOR)
        return self.annotate(report_state=F("report__state"), sealed=Count("questions", filter=prepared, distinct=True))

    def with_record(self):
        """Each with how much there is already of opinions, digest lines, reports, questions and comments."""
        return self.annotate(
            n_opinions=number_of(Opinion.objects.all()),
            n_entries=number_of(DigestEntry.objects.all()),
            n_reports=number_of(ReviewReport.objects.all()),
            n_questions=number_of(Question.objects.all()),
            n_comments=number_of(LeaderComment.objects.all()),
            n_record=F("n_opinions") + F("n_entries") + F("n_reports") + F("n_questions") + F("n_comments"),
        )


class SessionSubject(models.Model):
    """An official who answers in a session (述责述廉对象). Name, unit and post are kept as they were on the day of planning:
    who moves to another unit answers for the old one, to its liaison, its leading member and its letters."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey("reviews.ReviewSession", models.CASCADE, related_name="subjects")
    official = models.ForeignKey("officials.Official", models.PROTECT, related_name="+", verbose_name=_("干部"))
    order = models.PositiveSmallIntegerField(_("顺序"))
    name = models.CharField(_("姓名"), max_length=40)
    unit = models.ForeignKey("officials.Unit", models.PROTECT, related_name="+", verbose_name=_("单位"))
    unit_name = models.CharField(_("单位"), max_length=100)
    post = models.CharField(_("职务"), max_length=100)
    category = models.CharField(_("类别"), max_length=20)
    reason = models.CharField(_("列入理由"), max_length=200, blank=True)
    repeat_reason = models.CharField(_("再次列入的理由"), max_length=200, blank=True)
    absence = models.CharField(_("缺席的原因"), max_length=300, blank=True)  # did not come, and was passed over in the hall

    objects = SessionSubjectQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name = _("述责述廉对象")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "official"], name="subject_once_a_session", violation_error_message=_("同一名干部只能列入一次")
            ),
            models.UniqueConstraint(fields=["session", "order"], name="subject_order_once"),
        ]

    def __str__(self):
        return self.name

    @classmethod
    def of_official(cls, session, official, order, reason=""):
        """As the official is today; not saved yet."""
        return cls(
            session=session,
            official=official,
            order=order,
            name=official.name,
            unit=official.unit,
            unit_name=official.unit.name,
            post=official.post,
            category=official.unit.category,
            reason=reason,
        )

    @property
    def code(self):
        """How the ballot names this official: o01, o02 …"""
        return f"o{self.order:02d}"

    @property
    def record(self):
        """What would go with an official taken off the list, in words; "" where nothing is there yet. Needs `with_record`."""
        return rules.record(
            opinions=self.n_opinions,
            entries=self.n_entries,
            reports=self.n_reports,
            questions=self.n_questions,
            comments=self.n_comments,
        )
