from celery import shared_task
from django.utils import timezone

from notices import actions


@shared_task
def deliver_waiting():
    """Runs every minute. Safe to miss a run; a second run finds nothing left to send."""
    actions.deliver_waiting(now=timezone.now())
