"""访廉: what people say before the meeting. An opinion carries no source: no name, no phone, no address, only the day."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lifecycle import Lifecycle
from officials.roles import Role


class OpinionForm(models.Model):
    """The anonymous opinion form of a session, reached by link or QR until its closing day."""

    session = models.OneToOneField("reviews.ReviewSession", models.CASCADE, related_name="opinion_form")
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe)
    opens_on = models.DateField(_("发放日期"))
    closes_on = models.DateField(_("回收截止"))
    issued = models.PositiveIntegerField(_("纸质表发出"), default=0)
    returned = models.PositiveIntegerField(_("纸质表收回"), default=0)

    class Meta:
        verbose_name = _("征求意见表")

    def __str__(self):
        return str(self.session)

    def is_open(self, today):
        return self.opens_on <= today <= self.closes_on


class OpinionQuerySet(models.QuerySet):
    def ordinary(self):
        """All but what was diverted: a tip-off's text is in `TipOff`, for the petition clerk alone."""
        return self.exclude(state=Opinion.State.TRANSFERRED)

    def leading(self):
        """Opinions that stand for themselves: not merged into another, not diverted."""
        return self.ordinary().filter(merged_into=None)

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


class TipOff(models.Model):
    """A complaint that came in among opinions and was diverted: its text is here and nowhere else (finding 8)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey("reviews.ReviewSession", models.PROTECT, related_name="+")
    unit_name = models.CharField(_("涉及单位"), max_length=100)
    text = models.TextField(_("内容"))
    received_on = models.DateField(_("收到日期"))
    transferred_on = models.DateField(_("转送日期"))
    registered_as = models.CharField(_("信访登记号"), max_length=60, blank=True)
    registered_on = models.DateField(_("登记日期"), null=True, blank=True)

    class Meta:
        ordering = ["-transferred_on", "-pk"]
        verbose_name = _("转送件")

    def __str__(self):
        return str(self.uid)

    def get_absolute_url(self):
        return reverse("reviews:tip_off", args=[self.uid])


class Digest(Lifecycle):
    """The anonymous digest of a session's opinions (意见汇总): compiled by staff, approved by a leader, read by members."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("汇总中")
        SUBMITTED = "SUBMITTED", _("待审批")
        APPROVED = "APPROVED", _("已发委员")

    NEXT = {State.DRAFT: {State.SUBMITTED}, State.SUBMITTED: {State.DRAFT, State.APPROVED}, State.APPROVED: set()}

    session = models.OneToOneField("reviews.ReviewSession", models.CASCADE, related_name="digest")
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT)
    returned_because = models.CharField(_("退回理由"), max_length=300, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("意见汇总")

    def __str__(self):
        return str(self.session)

    def get_absolute_url(self):
        return reverse("reviews:digest_read", args=[self.session.uid])


class DigestEntry(models.Model):
    """One line of the digest in the commission's own words; voices in classes (1–4, 5–9, 10 or more), never a source.

    One that rested on a tip-off found too late is withdrawn: its words are gone, its place is kept for those who had read it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    digest = models.ForeignKey(Digest, models.CASCADE, related_name="entries")
    subject = models.ForeignKey("reviews.SessionSubject", models.CASCADE, related_name="digest_entries")
    text = models.TextField(_("归并后意见"))
    voices = models.PositiveSmallIntegerField(_("条数"), default=1)
    nature = models.CharField(_("性质"), max_length=20, choices=Opinion.Nature)
    aspect_item = models.CharField(_("方面、项"), max_length=10, blank=True)
    handling = models.CharField(_("拟处理"), max_length=20, choices=Opinion.Handling)
    opinion = models.ForeignKey(Opinion, models.SET_NULL, null=True, blank=True, related_name="+")
    is_withdrawn = models.BooleanField(_("已撤回"), default=False)

    class Meta:
        ordering = ["subject__order", "aspect_item", "pk"]
        verbose_name = _("汇总条目")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_withdrawn=False) | models.Q(text=""), name="withdrawn_digest_entry_has_no_text"
            )
        ]

    def __str__(self):
        return self.text[:30]


class DigestReceipt(models.Model):
    """That a member opened the digest; a receipt of reading by name, of opinions never by source."""

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="receipts")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(_("已阅时间"), auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "reader"], name="digest_read_once")]

    def __str__(self):
        return str(self.reader)
