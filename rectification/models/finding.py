import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.lifecycle import Lifecycle


class FindingQuerySet(models.QuerySet):
    def undecided(self):
        return self.filter(state=Finding.State.PROPOSED)

    def unlettered(self):
        """Confirmed, and in no letter yet."""
        return self.filter(state=Finding.State.CONFIRMED, letter=None)

    def to_do(self):
        """How many are undecided and how many unlettered."""
        return {"undecided": self.undecided().count(), "unlettered": self.unlettered().count()}


class Finding(Lifecycle):
    """A problem that came up in a session, proposed from its record, confirmed or dismissed by a person (HB28, JS08)."""

    class Source(models.TextChoices):
        QUESTION = "QUESTION", _("委员质询")
        FLOOR = "FLOOR", _("现场提问")
        COMMENT = "COMMENT", _("现场点评")
        COMMITMENT = "COMMITMENT", _("现场承诺")
        OPINION = "OPINION", _("群众意见")
        VERIFICATION = "VERIFICATION", _("核查发现")
        INSPECTION = "INSPECTION", _("巡察反馈")
        AUDIT = "AUDIT", _("审计建议")
        SCORE = "SCORE", _("评议结果")

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("待确认")
        CONFIRMED = "CONFIRMED", _("已确认")
        DISMISSED = "DISMISSED", _("已排除")

    NEXT = {
        State.PROPOSED: {State.CONFIRMED, State.DISMISSED},
        State.CONFIRMED: {State.PROPOSED},
        State.DISMISSED: {State.PROPOSED},
    }
    BADGES = {State.PROPOSED: "warn", State.CONFIRMED: "ok", State.DISMISSED: ""}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.ForeignKey("reviews.SessionSubject", models.CASCADE, related_name="+", verbose_name=_("对象"))
    source = models.CharField(_("来源"), max_length=20, choices=Source)
    text = models.TextField(_("问题"))  # as the record has it; confirmed in words that fit an item
    origin = models.CharField(max_length=120, blank=True, editable=False)  # what of the record it was taken from, or by hand
    promised_on = models.DateField(_("会上定的时限"), null=True, blank=True)  # of a promise
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.PROPOSED)
    reason = models.CharField(_("排除理由"), max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    letter = models.ForeignKey(
        "notices.Letter", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提醒函")
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["subject__order", "pk"]
        verbose_name = _("问题")
        constraints = [
            models.UniqueConstraint(fields=["subject", "origin"], condition=~models.Q(origin=""), name="finding_proposed_once"),
            models.CheckConstraint(
                condition=~models.Q(state="DISMISSED") | ~models.Q(reason=""), name="dismissed_finding_has_reason"
            ),
        ]

    def __str__(self):
        return self.text[:30]

    @property
    def badge(self):
        return self.BADGES[self.State(self.state)]


class ReminderLetter(models.Model):
    """That a letter belongs to a session; kept for voided letters too."""

    session = models.ForeignKey("reviews.ReviewSession", models.PROTECT, related_name="+")
    letter = models.OneToOneField("notices.Letter", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("提醒函")

    def __str__(self):
        return str(self.letter)
