import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RegisterImport(models.Model):
    """An uploaded register: looked through, then confirmed or left. Nothing of it is in force before it is confirmed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    summary = models.JSONField(_("结果"), default=dict)

    class Meta:
        ordering = ["-uploaded_at"]
        verbose_name = _("登记表导入")

    def __str__(self):
        return str(self.file)
