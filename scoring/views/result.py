"""The result of one official, explained step by step."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import paper
from core.errors import require
from core.language import chinese
from core.sessions import weighty
from reviews.views import frame
from scoring import policies
from scoring.actions import papers, sheets
from scoring.models import PaperJob, SubjectResult
from scoring.views import charts
from scoring.views.results import line, versions_context
from scoring.views.round import count_read, not_out

Kind = PaperJob.Kind


def found_result(request, uid):
    """(the official's result in the version that is read, all versions of the count)."""
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
    found.subject.session = count.round.session = session
    return found, counts


@weighty("GET")
@require_GET
def result_exact(request, uid):
    """The scrutineers' record of one official, to print."""
    found, _counts = found_result(request, uid)
    require(policies.can_print_exact(request.user, found.count), _("计票签字以后，由监票人、计票人打印计分过程记录。"))
    with chinese():
        name, content = papers.print_exact(found, by=request.user)
    return paper.answer(content, name)


@require_GET
def result(request, uid):
    """The result of one official, as much of it as the reader may know."""
    found, counts = found_result(request, uid)
    count, session = found.count, found.subject.session
    later = policies.awaits_result(request.user, found)
    reason = not_out(request.user, session) if later else _("只能查看与本人有关的结果；演练和没有开成的会议不公布结果。")
    require(policies.can_see_result(request.user, found), reason, later=later)
    level = policies.level(request.user, count)
    row = line(found, level)
    body = count.round.scheme.body
    criteria = found.criteria if level != policies.L0 else []
    among = peers(request.user, found, level)
    context = {
        "session": session,
        "rehearsal": session.is_rehearsal,
        "result": found,
        "subject": found.subject,
        "count": count,
        "level": level,
        "row": row,
        "scale": charts.band_scale(body, row["score"], row["band"]) if row["score"] and not row["is_vetoed"] else None,
        "band_note": "" if row["is_vetoed"] else sheets.band_note(found, row),
        "trace": [] if level == policies.L0 else sheets.steps(found, exact=level == policies.L2),
        "printed_means": sheets.printed_means() if level == policies.L1 else "",
        "dots": charts.criteria_dots(criteria) if criteria else None,
        "criteria": criteria,
        "distribution": found.distribution if level != policies.L0 else [],
        "groups": charts.group_dots(count, found, level) if level != policies.L0 else None,
        "outside": sheets.occasions(count.sheet, {found.subject.code: found.subject.name}),
        "ranked_where": sheets.ranked_where(count, found.subject),
        "ranked_among": sheets.ranked_among(count, found.subject, exact=level == policies.L2),
        "peers": among,
        "is_ranked": any(peer["rank"] for peer in among),
        "may_print_exact": policies.can_print_exact(request.user, count),
        "paper": paper_of(request.user, found),
        **versions_context(request.user, counts, count),
    }
    return render(request, "scoring/result.html", context)


def peers(user, found, level):
    """The ranking inside its base, for those who may see more than one official."""
    if not policies.sees_everybody(user):
        return []
    among = found.count.subjects.select_related("subject")
    if not sheets.is_ranked_together(found.count):
        among = among.filter(subject__category=found.subject.category)
    rows = [line(other, level) for other in among]
    ranks = [row["rank"] for row in rows]
    for row in rows:
        row["is_tied"] = bool(row["rank"]) and ranks.count(row["rank"]) > 1
    return sorted(rows, key=lambda row: (row["rank"] or 999, row["subject"].order))


def paper_of(user, found):
    if not policies.can_get_paper(user, found.count, Kind.RESULT_SHEET):
        return None
    return {
        "job": found.count.papers.filter(kind=Kind.RESULT_SHEET, result=found)
        .select_related("stored")
        .order_by("-asked_at")
        .first()
    }
