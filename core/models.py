"""The audit trail and stored files. Nothing here knows a person's row: both outlive what they describe."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One line of the trail; `core.audit.record` alone writes it, nobody changes it: the database refuses (migration 0003)."""

    class Result(models.TextChoices):
        DONE = "DONE", _("办成")
        REFUSED = "REFUSED", _("拒绝")

    n = models.PositiveBigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"), db_index=True)
    actor = models.CharField(_("账号"), max_length=150, blank=True)
    actor_name = models.CharField(_("姓名"), max_length=100, blank=True)
    role = models.CharField(_("身份"), max_length=200, blank=True)
    address = models.CharField(_("来源地址"), max_length=45, blank=True)
    action = models.CharField(_("动作"), max_length=60, db_index=True)
    thing = models.CharField(_("对象"), max_length=500)
    result = models.CharField(_("结果"), max_length=10, choices=Result, blank=True)
    detail = models.TextField(_("详情"), blank=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-n"]
        verbose_name = _("审计记录")

    def __str__(self):
        return f"{self.n} {self.action}"


def random_path(stored, filename):
    """Where a file lies says nothing about it: no name, no date, no owner (S32)."""
    return f"{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"


class StoredFile(models.Model):
    """One accepted upload or finished paper. Whoever points at it decides who may read it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("大小"), help_text=_("字节"))
    sha256 = models.CharField(max_length=64)
    content = models.FileField(upload_to=random_path)
    stored_at = models.DateTimeField(_("存入时间"), auto_now_add=True)
    stored_by = models.CharField(_("存入人"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("文件")

    def __str__(self):
        return self.name
