from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rectification.models.item import RectificationItem


class ItemEvent(models.Model):
    """One line of an item's history, as its time line shows it."""

    class Kind(models.TextChoices):
        SERVED = "SERVED", _("提醒函送达")
        PLAN_SUBMITTED = "PLAN_SUBMITTED", _("报送整改方案")
        PLAN_RETURNED = "PLAN_RETURNED", _("方案退回")
        PLAN_APPROVED = "PLAN_APPROVED", _("方案审定")
        EVIDENCE_SUBMITTED = "EVIDENCE_SUBMITTED", _("上传佐证，提交核验")
        TAKEN_UP = "TAKEN_UP", _("开始核验")
        RELEASED = "RELEASED", _("换人核验")
        EVIDENCE_RETURNED = "EVIDENCE_RETURNED", _("核验退回")
        VERIFIED = "VERIFIED", _("核验通过")
        CLOSE_PROPOSED = "CLOSE_PROPOSED", _("提出销号")
        CLOSE_DECLINED = "CLOSE_DECLINED", _("不同意销号")
        CLOSED = "CLOSED", _("批准销号")

    BACK = {Kind.PLAN_RETURNED, Kind.EVIDENCE_RETURNED, Kind.CLOSE_DECLINED}

    item = models.ForeignKey(RectificationItem, models.CASCADE, related_name="events")
    kind = models.CharField(_("事项"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("说明"), blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("办理经过")

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"

    @property
    def is_back(self):
        return self.kind in self.BACK
