"""Reminders waiting to be sent, and letters with their numbers. Neither knows what it speaks of but by a text and a link."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.lifecycle import Lifecycle


class NoticeQuerySet(models.QuerySet):
    def to_send(self, now):
        return self.filter(state=Notice.State.WAITING, send_at__lte=now)

    def inbox_of(self, user):
        """What this person has been sent, newest first."""
        return self.filter(to=user, state=Notice.State.SENT).order_by("-sent_at", "-pk")

    def unread(self):
        return self.filter(read_at=None)


class Notice(models.Model):
    """ "Send at T because …, to whom, sent or not." The row is the queue; the worker is only the clock."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("待发")
        SENT = "SENT", _("已发")
        CANCELLED = "CANCELLED", _("已取消")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("收件人"))
    key = models.CharField(_("去重键"), max_length=200, help_text=_("同一个人、同一个键只提醒一次"))
    matter = models.CharField(_("事项"), max_length=200, db_index=True, help_text=_("事项办结时，凭它取消还没有发的提醒"))
    subject = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    link = models.CharField(_("去办"), max_length=300, blank=True)
    send_at = models.DateTimeField(_("应发时间"), default=timezone.now, db_index=True)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.WAITING)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("邮件发出时间"), null=True, blank=True)
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-send_at"]
        verbose_name = _("提醒")
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="notice_sent_once")]

    def __str__(self):
        return self.subject


class LetterSeries(models.Model):
    """The last number given in a series; taking the next locks this row, so that numbers have no gap and no twin."""

    word = models.CharField(_("机关代字"), max_length=20)
    year = models.PositiveSmallIntegerField(_("年份"))
    last_number = models.PositiveIntegerField(_("最后一号"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "year"], name="one_series_a_year")]

    def __str__(self):
        return f"{self.word}〔{self.year}〕"


class Letter(Lifecycle):
    """A formal letter (函), from draft to receipt (lifecycles.md 5.8). A voided one keeps its number."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("拟稿")
        CHECKED = "CHECKED", _("已核稿")
        ISSUED = "ISSUED", _("已签发")
        SERVED = "SERVED", _("已送达")
        RECEIVED = "RECEIVED", _("已签收")
        REPLIED = "REPLIED", _("已回复")
        COMPLETED = "COMPLETED", _("已办结")
        VOIDED = "VOIDED", _("已作废")

    NEXT = {
        State.DRAFT: {State.CHECKED, State.VOIDED},
        State.CHECKED: {State.DRAFT, State.ISSUED, State.VOIDED},
        State.ISSUED: {State.SERVED, State.VOIDED},
        State.SERVED: {State.RECEIVED},
        State.RECEIVED: {State.REPLIED, State.COMPLETED},
        State.REPLIED: {State.COMPLETED},
        State.COMPLETED: set(),
        State.VOIDED: set(),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT)
    word = models.CharField(_("机关代字"), max_length=20)
    year = models.PositiveSmallIntegerField(_("年份"), null=True, blank=True)
    number = models.PositiveIntegerField(_("序号"), null=True, blank=True)
    title = models.CharField(_("标题"), max_length=200)
    unit = models.ForeignKey("officials.Unit", models.PROTECT, related_name="+", verbose_name=_("主送单位"))
    addressee = models.CharField(_("主送"), max_length=100)
    body = models.JSONField(_("正文"), default=dict)
    copies_to = models.CharField(_("抄送"), max_length=200, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("承办"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("核稿")
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签发")
    )
    issued_on = models.DateField(_("签发日期"), null=True, blank=True)
    served_on = models.DateField(_("送达日期"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签收")
    )
    received_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    paper = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("定稿"))

    class Meta:
        ordering = ["-year", "-number", "-pk"]
        verbose_name = _("函")
        constraints = [
            models.UniqueConstraint(fields=["word", "year", "number"], name="letter_number_given_once"),
            models.CheckConstraint(condition=models.Q(number=None) | models.Q(year__isnull=False), name="letter_number_has_year"),
        ]

    def __str__(self):
        return f"{self.document_number} {self.title}".strip()

    @property
    def document_number(self):
        """发文字号, “云纪函〔2026〕12号”; empty before the letter is issued."""
        return f"{self.word}〔{self.year}〕{self.number}号" if self.number else ""
