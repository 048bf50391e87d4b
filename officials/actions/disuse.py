"""Accounts that nobody uses are suspended by the clock (S7), and enabled again by whoever knows that the person is still there."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from core import audit
from officials.actions.account import disabling_blockers, hold_accounts
from officials.models import User


@transaction.atomic
def suspend_unused(*, now) -> list[User]:
    """Suspend whoever has not signed in for too long, the longest first; the last administrator of a kind stays. Returns whom."""
    if not settings.UNUSED_ACCOUNT_DAYS:
        return []
    since = now - dt.timedelta(days=settings.UNUSED_ACCOUNT_DAYS)
    unused = list(User.objects.unused(since).select_for_update().order_by("pk"))
    hold_accounts()
    return [user for user in sorted(unused, key=last_used) if suspend(user, now=now)]


def last_used(user):
    return user.last_login or user.enabled_at, user.pk


def suspend(user, *, now):
    if disabling_blockers(user):
        return False
    User.objects.filter(pk=user.pk).update(is_active=False, suspended_at=now)
    audit.record("suspend_account", user, by=None, days=settings.UNUSED_ACCOUNT_DAYS)
    return True
