"""What came in among the opinions and is none: for the petition office alone."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class TipOffQuerySet(models.QuerySet):
    def matching(self, q):
        """By official, unit, registration number or session; never by what was written."""
        about = Q(official_name__icontains=q) | Q(unit_name__icontains=q)
        return self.filter(about | Q(registered_as__icontains=q) | Q(session__title__icontains=q))


class TipOff(models.Model):
    """A complaint that came in among opinions and was diverted: its text is here and nowhere else (finding 8)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey("reviews.ReviewSession", models.PROTECT, related_name="+")
    official_name = models.CharField(_("涉及干部"), max_length=60, blank=True)
    unit_name = models.CharField(_("涉及单位"), max_length=100)
    text = models.TextField(_("内容"))
    received_on = models.DateField(_("收到日期"))
    transferred_on = models.DateField(_("转送日期"))
    registered_as = models.CharField(_("信访登记号"), max_length=60, blank=True)
    registered_on = models.DateField(_("登记日期"), null=True, blank=True)

    objects = TipOffQuerySet.as_manager()

    class Meta:
        ordering = ["-transferred_on", "-pk"]
        verbose_name = _("转送件")

    def __str__(self):
        return str(self.uid)

    def get_absolute_url(self):
        return reverse("reviews:tip_off", args=[self.uid])
