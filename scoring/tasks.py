from celery import shared_task
from django.utils import timezone

from scoring.actions import papers, steps
from scoring.models import PaperJob


@shared_task
def make_paper(job):
    """Makes one paper. Safe to run twice: a job that is taken or done is left alone."""
    papers.make(job)


@shared_task
def make_waiting_papers():
    """Runs every minute, for papers asked for while the broker was away. Safe to miss a run and to run twice."""
    for job in PaperJob.objects.filter(state=PaperJob.State.WAITING):
        papers.make(job.pk)


@shared_task
def drop_expired_steps():
    """Runs every minute. Safe to miss a run; a request that is past its time cannot be confirmed anyway."""
    steps.drop_expired(now=timezone.now())
