import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rectification.models.item import RectificationItem


class RectificationPlan(models.Model):
    """The plan of one item as it was handed in (整改方案, documents.md 4.7). A new round is a new row."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(RectificationItem, models.CASCADE, related_name="plans")
    cause = models.TextField(_("原因"))
    measure = models.TextField(_("措施"))
    owner = models.CharField(_("责任领导"), max_length=60)
    section = models.CharField(_("责任科室"), max_length=100)
    due_on = models.DateField(_("完成时限"))
    outcome = models.TextField(_("可检验成果"))
    pace = models.CharField(_("类型"), max_length=20, choices=RectificationItem.Pace, default=RectificationItem.Pace.LIMITED)
    signed_by = models.CharField(_("签字背书"), max_length=40)
    file = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("盖章方案")
    )
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("报送人"))
    submitted_at = models.DateTimeField(_("报送时间"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审定人")
    )
    approved_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    returned_because = models.CharField(_("退回理由"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("整改方案")

    def __str__(self):
        return str(self.item)


class Evidence(models.Model):
    """One file that shows what was done (佐证). A newer version replaces it; both are kept once handed in."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(RectificationItem, models.CASCADE, related_name="evidence")
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    note = models.CharField(_("说明"), max_length=500, blank=True)
    replaces = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced_by", verbose_name=_("替换")
    )
    must_replace = models.BooleanField(_("须替换"), default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("佐证材料")

    def __str__(self):
        return str(self.file)

    @property
    def is_replaced(self):
        return hasattr(self, "replaced_by")
