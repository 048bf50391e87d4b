from celery import shared_task
from django.utils import timezone

from rectification.actions import deadlines, finding


@shared_task
def sweep_deadlines():
    """Runs every hour. Safe to miss a run; a second run finds nothing left to say."""
    finding.sweep_findings()
    deadlines.sweep(today=timezone.localdate())
