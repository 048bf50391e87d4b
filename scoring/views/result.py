"""The result of one official, explained step by step."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.errors import require
from reviews.views import frame
from scoring import policies
from scoring.actions import sheets
from scoring.models import PaperJob, SubjectResult
from scoring.views import charts
from scoring.views.results import line, versions_context
from scoring.views.round import count_read, not_out

Kind = PaperJob.Kind


@require_GET
def result(request, uid):
    """The result of one official, as much of it as the reader may know."""
    results = SubjectResult.objects.filter(count__round__voided_at=None, subject__uid=uid).select_related("subject__session")
    results = list(
        results.select_related("count__round__scheme", "count__publication", "count__correction").order_by("-count__version")
    )
    if not results:
        raise Http404
    counts = [result.count for result in results]
    count = count_read(request, counts)
    found = results[counts.index(count)]
    session = frame.session_of(request, found.subject.session.uid)
    found.subject.session = session
    later = policies.awaits_result(request.user, found)
    reason = not_out(request.user, session) if later else _("只能查看与本人有关的结果；演练和没有开成的会议不公布结果。")
    require(policies.can_see_result(request.user, found), reason, later=later)
    level = policies.level(request.user, count)
    row = line(found, level)
    body = count.round.scheme.body
    criteria = found.criteria if level != policies.L0 else []
    context = {
        "session": session,
        "rehearsal": session.is_rehearsal,
        "result": found,
        "subject": found.subject,
        "count": count,
        "level": level,
        "row": row,
        "scale": charts.band_scale(body, row["score"], row["band"]) if row["score"] else None,
        "band_note": sheets.band_note(body, row["score"]),
        "trace": found.trace_l2 if level == policies.L2 else found.trace_l1 if level == policies.L1 else [],
        "printed_means": sheets.printed_means() if level == policies.L1 else "",
        "dots": charts.criteria_dots(criteria) if criteria else None,
        "criteria": criteria,
        "groups": charts.group_dots(count, found, level) if level != policies.L0 else None,
        "peers": peers(request.user, found, level),
        "paper": paper_of(request.user, found),
        **versions_context(request.user, counts, count),
    }
    return render(request, "scoring/result.html", context)


def peers(user, found, level):
    """The ranking inside the category, for those who may see more than one official."""
    if not policies.sees_everybody(user):
        return []
    rows = [line(other, level) for other in found.count.subjects.select_related("subject").filter(subject__category=found.subject.category)]  # fmt: skip
    ranks = [row["rank"] for row in rows]
    for row in rows:
        row["is_tied"] = bool(row["rank"]) and ranks.count(row["rank"]) > 1
    return sorted(rows, key=lambda row: (row["rank"] or 999, row["subject"].order))


def paper_of(user, found):
    if not policies.can_get_paper(user, found.count, Kind.RESULT_SHEET):
        return None
    return {"job": found.count.papers.filter(kind=Kind.RESULT_SHEET, result=found).order_by("-asked_at").first()}
