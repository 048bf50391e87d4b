"""会议记录: what happened in the hall, section by section. The hall writes it, the session file reads it, so it lives below both."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.lifecycle import Lifecycle


class Minutes(Lifecycle):
    """The minutes of a session: put together by staff, confirmed by a leader, from then on frozen."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("整理中")
        SUBMITTED = "SUBMITTED", _("待确认")
        CONFIRMED = "CONFIRMED", _("已确认")

    NEXT = {State.DRAFT: {State.SUBMITTED}, State.SUBMITTED: {State.DRAFT, State.CONFIRMED}, State.CONFIRMED: set()}
    BADGES = {State.SUBMITTED: "warn", State.CONFIRMED: "ok"}

    session = models.OneToOneField("reviews.ReviewSession", models.CASCADE, related_name="minutes")
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT)
    submissions = models.PositiveSmallIntegerField(default=0, editable=False)  # which text a confirmation speaks of
    returned_because = models.CharField(_("退回理由"), max_length=300, blank=True)
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("整理人"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    trail = models.JSONField(default=dict)  # the audit line of the confirmation, printed with it (S25)

    class Meta:
        verbose_name = _("会议记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("submitted_by")), name="minutes_confirmed_by_another"
            )
        ]

    def __str__(self):
        return str(self.session)

    @property
    def badge(self):
        return self.BADGES.get(self.state, "doing")


class MinutesSection(models.Model):
    """One section as it is kept: the text, and what the record said when it was written.

    While nobody has changed a word the two are the same, and the section follows the record; a text of one's own stays.
    """

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="sections")
    key = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField(_("顺序"))
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("记录"), blank=True)
    recorded = models.TextField(_("系统记下的"), blank=True)

    class Meta:
        ordering = ["order"]
        verbose_name = _("会议记录的一段")
        constraints = [models.UniqueConstraint(fields=["minutes", "key"], name="minutes_section_once")]

    def __str__(self):
        return self.title

    @property
    def is_edited(self):
        return self.text != self.recorded
