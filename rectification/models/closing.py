from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rectification.models.item import RectificationItem


class ItemVerification(models.Model):
    """What a verifier found: passed or returned, with a note; never by who handed the evidence in."""

    class Verdict(models.TextChoices):
        PASSED = "PASSED", _("通过")
        RETURNED = "RETURNED", _("退回补证")

    item = models.ForeignKey(RectificationItem, models.CASCADE, related_name="verifications")
    verdict = models.CharField(_("结论"), max_length=20, choices=Verdict)
    note = models.TextField(_("核验意见"))
    verifier = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("核验人"))
    at = models.DateTimeField(_("核验时间"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("核验意见")
        constraints = [models.CheckConstraint(condition=~models.Q(note=""), name="item_verification_has_note")]

    def __str__(self):
        return f"{self.item} {self.get_verdict_display()}"


class CloseOut(models.Model):
    """A proposal to close an item (销号), confirmed or declined by a leader."""

    item = models.ForeignKey(RectificationItem, models.CASCADE, related_name="close_outs")
    verification = models.ForeignKey(ItemVerification, models.PROTECT, related_name="+", verbose_name=_("核验意见"))
    note = models.CharField(_("销号说明"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    proposed_at = models.DateTimeField(_("提出时间"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准人")
    )
    confirmed_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    declined_at = models.DateTimeField(_("不同意时间"), null=True, blank=True)
    declined_because = models.CharField(_("不同意的理由"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("销号")
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(confirmed_at=None, declined_at=None), name="one_close_out_at_a_time"
            ),
            models.UniqueConstraint(fields=["item"], condition=models.Q(confirmed_at__isnull=False), name="item_closed_out_once"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("proposed_by")),
                name="close_out_needs_two_people",
            ),
        ]

    def __str__(self):
        return str(self.item)
