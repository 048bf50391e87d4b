"""What two persons do together (S19): one asks, another confirms within a quarter of an hour."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleViolation

EXPIRES = dt.timedelta(minutes=15)


class TwoPersonQuerySet(models.QuerySet):
    def waiting(self, now):
        """Those that a second person may still confirm."""
        return self.filter(confirmed_at=None, asked_at__gt=now - EXPIRES)

    def expired(self, now):
        return self.filter(confirmed_at=None, asked_at__lte=now - EXPIRES)


class TwoPersonStep(models.Model):
    """A step asked for by one person. Who may ask and who may be the second, the app says; never one person alone."""

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(gettext_lazy("提出时间"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(gettext_lazy("确认时间"), null=True)

    class Meta:
        abstract = True

    @property
    def expires_at(self):
        return self.asked_at + EXPIRES

    def is_expired(self, now):
        return self.confirmed_at is None and now >= self.expires_at

    def require_second(self, *, by, now):
        """Refuse whoever asked, and everybody after the quarter of an hour."""
        if self.asked_by_id == by.pk:
            raise RuleViolation(_("这一步须两个人办：请由另一人确认"))
        if self.is_expired(now):
            raise RuleViolation(_("提出已超过 15 分钟，须重新提出"))

    def require_first(self, *, by):
        """Refuse to let anybody but the person who asked take it back."""
        if self.asked_by_id != by.pk:
            raise RuleViolation(_("只有提出的人可以撤回"))

    def note_second(self, *, by, now):
        self.confirmed_by, self.confirmed_at = by, now
        self.save(update_fields=["confirmed_by", "confirmed_at"])


def gone():
    """What to tell whoever confirms a step that is no longer there."""
    return _("没有等待确认的这一步：可能已经办好、撤回，或者提出已超过 15 分钟。还要办的，请重新提出")
