"""Reminders waiting to be sent. A reminder knows what it speaks of only by a text and a link."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When the sweep was last at work: one row. Who depends on the worker sees by it that it still lives."""

    at = models.DateTimeField(_("最近一次运行"))

    class Meta:
        verbose_name = _("后台程序")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_heartbeat")]

    def __str__(self):
        return str(self.at)


class NoticeQuerySet(models.QuerySet):
    def to_send(self, now):
        return self.filter(state=Notice.State.WAITING, send_at__lte=now)

    def inbox_of(self, user):
        """What this person has been sent, newest first."""
        return self.filter(to=user, state=Notice.State.SENT).order_by("-sent_at", "-pk")

    def unread(self):
        return self.filter(read_at=None)

    def mark_read(self, *, now):
        """Note that the person has opened these; a second time changes nothing."""
        return self.unread().update(read_at=now)


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
    subject_en = models.CharField(_("英文标题"), max_length=400, blank=True)
    body = models.TextField(_("内容"), blank=True)
    body_en = models.TextField(_("英文内容"), blank=True)
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

    @property
    def shown_subject(self):
        return self.subject_en if self.subject_en and get_language() == "en" else self.subject

    @property
    def shown_body(self):
        return self.body_en if self.body_en and get_language() == "en" else self.body
