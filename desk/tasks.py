from celery import shared_task
from django.utils import timezone

from desk import actions


@shared_task
def send_audit_head():
    """Runs every morning. A second run the same day sends nothing more."""
    actions.send_head(today=timezone.localdate())


@shared_task
def suspend_unused_accounts():
    """Runs every night. Safe to miss a run; a second run finds nobody left to suspend."""
    actions.suspend_unused(now=timezone.now())


@shared_task
def drop_expired_steps():
    """Runs every minute. Safe to miss a run; a step that is past its time cannot be confirmed anyway."""
    actions.drop_expired_steps(now=timezone.now())
