from celery import shared_task

from scoring.actions import papers


@shared_task
def make_paper(job):
    """Makes one paper. Safe to run twice: a job that is taken or done is left alone."""
    papers.make(job)
