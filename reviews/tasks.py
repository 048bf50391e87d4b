from celery import shared_task
from django.utils import timezone

from reviews.actions import session as actions


@shared_task
def sweep_preparation():
    """Runs every hour. Safe to miss a run; a second run finds nothing left to say."""
    actions.sweep_preparation(today=timezone.localdate())
