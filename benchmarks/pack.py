"""The file of a whole meeting, rendered by the worker while the hall casts."""

import time


def start():
    """Asks for the file of the demonstration's counted meeting; returns once the worker is at it."""
    from scoring.actions import papers
    from scoring.models import Count, PaperJob
    from scoring.tasks import make_paper

    count = Count.objects.order_by("counted_at").first()
    job = papers.ask_for_paper(count, PaperJob.Kind.SESSION_FILE, by=count.confirmed_by)
    make_paper.delay(job.pk)
    wait_while(job, PaperJob.State.WAITING)
    return job


def finish(job):
    """Whether it was still being rendered; waits until it is done."""
    from scoring.models import PaperJob

    job.refresh_from_db()
    was_running = job.state == PaperJob.State.RUNNING
    wait_while(job, PaperJob.State.RUNNING)
    if job.state != PaperJob.State.DONE:
        raise RuntimeError(f"the pack is {job.state}")
    return was_running


def wait_while(job, state, patience=120):
    deadline = time.monotonic() + patience
    while job.state == state:
        if time.monotonic() > deadline:
            raise RuntimeError(f"the pack is still {state}")
        time.sleep(0.05)
        job.refresh_from_db()
