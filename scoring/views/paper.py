"""Papers of a result: asked for here, made by the worker, fetched here."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import excel, files
from core.errors import require
from core.sessions import polled, weighty
from reviews.forms.session import uids
from reviews.models import ReviewSession
from reviews.views import frame
from scoring import policies
from scoring.actions import papers as actions
from scoring.models import PaperJob, SubjectResult
from scoring.tasks import make_paper
from scoring.views.round import counts_of, round_of

Kind = PaperJob.Kind


@require_POST
def paper_make(request, uid, kind):
    """Ask for a paper; the worker makes it, and the page looks again."""
    if kind not in Kind.values:
        raise Http404
    session = frame.session_of(request, uid)
    counts = counts_of(round_of(session))
    count = count_for_paper(request, counts, kind)
    require(policies.can_get_paper(request.user, count, kind), _("这份文件须在结果确认以后，由有权限的人员制作。"))
    result = None
    if kind == Kind.RESULT_SHEET:
        asked = uids(request.POST.getlist("subject")[:1])
        result = get_object_or_404(SubjectResult, count=count, subject__uid__in=asked)
    job = actions.ask_for_paper(count, kind, result=result, by=request.user)
    transaction.on_commit(lambda: make_paper.delay(job.pk), robust=True)  # without a broker the sweep finds the job
    if not policies.can_see_results(request.user, session):  # the archive asks from the session's papers
        return redirect(frame.TABS["papers"], uid)
    return redirect(reverse("scoring:result", args=[result.subject.uid]) if result else reverse("scoring:results", args=[uid]))


def count_for_paper(request, counts, kind):
    """The version that the form's address names, else the newest of which this person may have the paper."""
    asked = request.GET.get("version")
    here = [count for count in counts if asked in (None, str(count.version))]
    if not here:
        raise Http404
    return next((count for count in here if policies.can_get_paper(request.user, count, kind)), here[0])


def job_of(request, uid):
    job = get_object_or_404(
        PaperJob.objects.select_related("count__round__session", "stored", "result__subject").filter(
            count__round__session__in=ReviewSession.objects.visible_to(request.user)
        ),
        uid=uid,
    )
    require(policies.can_get_paper(request.user, job.count, job.kind), _("这份文件由有权限的人员下载。"))
    return job


@polled
@require_GET
def paper_job(request, uid):
    """How far the worker is; polled by the page."""
    return render(request, "scoring/_paper_job.html", {"job": job_of(request, uid)})


@require_GET
def paper(request, uid):
    job = job_of(request, uid)
    if job.kind == Kind.RESULT_EXCEL:
        return redirect("scoring:paper_workbook", uid)
    if job.stored is None:
        raise Http404
    return files.response(job.stored)


@weighty("GET")
@require_GET
def paper_workbook(request, uid):
    """What people go on computing with leaves the house like every other table: noted, and with the password typed lately."""
    job = job_of(request, uid)
    if job.stored is None:
        raise Http404
    excel.note_export(job.count.round, n=job.count.subjects.count(), by=request.user)
    return files.response(job.stored)
