"""访廉: what people say before the meeting. An opinion carries no source: no name, no phone, no address, only the day."""

import secrets
import uuid

from django.db import models
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from officials.roles import Role


class OpinionForm(models.Model):
    """The anonymous opinion form of a session, reached by link or QR until its closing day."""

    session = models.OneToOneField("reviews.ReviewSession", models.CASCADE, related_name="opinion_form")
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe)
    opens_on = models.DateField(_("发放日期"))
    closes_on = models.DateField(_("回收截止"))
    issued = models.PositiveIntegerField(_("纸质表发出"), default=0)
    returned = models.PositiveIntegerField(_("纸质表收回"), default=0)
    valid = models.PositiveIntegerField(_("纸质表有效"), null=True)  # of forms counted before this was asked nobody knows
    in_minute = models.PositiveSmallIntegerField(default=0, editable=False)  # see actions.opinion_form.hold_back
    is_odd_minute = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("征求意见表")

    def __str__(self):
        return str(self.session)

    @property
    def is_stopped(self):
        """The session was halted or has begun, or its digest is with the leader or out: nothing is gathered, whatever the days say."""
        return bool(self.session.preparation_blockers()) or self.session.has_digest_handed_in

    def is_open(self, today):
        return self.opens_on <= today <= self.closes_on and not self.is_stopped


class OpinionQuerySet(models.QuerySet):
    def ordinary(self):
        """All but what was diverted: a tip-off's text is in `TipOff`, for the petition clerk alone."""
        return self.exclude(state=Opinion.State.TRANSFERRED)

    def unsorted(self):
        """Received, and nobody has said yet what they are."""
        return self.filter(state=Opinion.State.COLLECTED)

    def leading(self):
        """Opinions that stand for themselves: not merged into another, not diverted."""
        return self.ordinary().filter(merged_into=None)

    def newest_of_each_subject(self, n):
        """The `n` that came last on every subject."""
        place = Window(RowNumber(), partition_by=F("subject"), order_by=F("pk").desc())
        return self.annotate(place=place).filter(place__lte=n)

    def visible_to(self, user):
        return self.ordinary() if user.has_role(Role.ORGANISER, Role.APPROVER) else self.none()


class Opinion(models.Model):
    """One opinion on one subject of a session (lifecycles.md 5.3)."""

    class State(models.TextChoices):
        COLLECTED = "COLLECTED", _("已收到")
        CLASSIFIED = "CLASSIFIED", _("已归类")
        MERGED = "MERGED", _("已归并")
        TRANSFERRED = "TRANSFERRED", _("已转信访室")

    class Channel(models.TextChoices):
        FORM = "FORM", _("征求意见表")
        INTERVIEW = "INTERVIEW", _("个别谈话")
        FORUM = "FORUM", _("座谈会")
        HOTLINE = "HOTLINE", _("12345热线汇总")
        VISIT = "VISIT", _("实地走访")
        INSPECTION = "INSPECTION", _("巡察反馈")
        SUPERVISION = "SUPERVISION", _("日常监督")
        AUDIT = "AUDIT", _("审计建议")

    class Nature(models.TextChoices):
        CRITICISM = "CRITICISM", pgettext_lazy("nature", "意见")
        SUGGESTION = "SUGGESTION", _("建议")
        PRAISE = "PRAISE", _("肯定")

    class Handling(models.TextChoices):
        QUESTION = "QUESTION", _("供质询")
        VERIFICATION = "VERIFICATION", _("转核查")
        RECTIFICATION = "RECTIFICATION", _("转整改")
        REFERENCE = "REFERENCE", _("存参")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey("reviews.ReviewSession", models.CASCADE, related_name="opinions")
    subject = models.ForeignKey("reviews.SessionSubject", models.CASCADE, related_name="opinions", verbose_name=_("对象"))
    channel = models.CharField(_("渠道"), max_length=20, choices=Channel, default=Channel.FORM)
    text = models.TextField(_("意见建议"))
    received_on = models.DateField(_("收到日期"))
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.COLLECTED)
    nature = models.CharField(_("性质"), max_length=20, choices=Nature, blank=True)
    aspect_item = models.CharField(_("方面、项"), max_length=10, blank=True)
    handling = models.CharField(_("拟处理"), max_length=20, choices=Handling, blank=True)
    merged_into = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="merged", verbose_name=_("归并到")
    )

    is_left_out = models.BooleanField(_("不列入汇总"), default=False)

    is_no_tip_off = models.BooleanField(_("已看，不是举报"), default=False)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        ordering = ["subject__order", "received_on", "uid"]
        verbose_name = _("意见")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="TRANSFERRED") | models.Q(text=""), name="transferred_opinion_has_no_text"
            )
        ]

    def __str__(self):
        return self.text[:30]
