"""结果: the tab of a session."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import require
from reviews.views import frame
from scoring import policies
from scoring.actions import sheets
from scoring.forms.table import DecideForm
from scoring.models import BallotRound, NamedMarks, PaperJob
from scoring.views import checklist
from scoring.views.round import count_read, counts_of, not_out, superseding
from scoring.views.signing import ruling_context, signing_context, step_of
from scoring.views.waiting import waits_of

Kind = PaperJob.Kind


def results(request, uid):
    """The table of the session, the count sheet, signatures, papers."""
    session = frame.session_of(request, uid)
    later = policies.awaits_results(request.user, session)
    reason = (
        not_out(request.user, session)
        if later
        else _("这场会议没有您能看的评议结果：只给办理人员、有关领导和被评议人看，演练和没有开成的会议不公布结果。")
    )
    require(policies.can_see_results(request.user, session), reason, later=later)
    return show(request, session)


def show(request, session, *, refused=None):
    """The tab; `refused` is the decision of a tie that was just refused, with what was ticked."""
    now = timezone.now()
    round = BallotRound.objects.current(session)
    count, counts = None, []
    if round:
        round.session = session
        counts = counts_of(round)
        count = count_read(request, counts)
    waits = waits_of(round, request.user, now=now)
    level = policies.level(request.user, count) if count else None
    held_before = checklist.was_held_before(round, session)
    context = frame.context(request, session, tab="results", round=round, count=count, level=level, held_before=held_before)
    if count:
        context |= table_context(request.user, session, count, level)
        context |= signing_context(request.user, session, round, count, now) | versions_context(request.user, counts, count)
        context |= ruling_context(request.user, session, counts[0])
        if context["may_decide"]:
            for tie in context["decisions"]:
                tie["form"] = refused if refused and refused.n == tie["n"] else DecideForm(tie=tie)
    shown = None
    if not session.is_open_to_change:
        newest = counts[0] if counts else None
        place = checklist.place_of(round, newest)
        may_act = count == newest or newest.decisions_needed
        context["step"] = step_of(request.user, session, round, newest, waits, place, now) if may_act else None
        shown = checklist.TWO.get(place.stop)
    if policies.can_see_ballot(request.user, session) and not refused:  # what answers a press does not look again by itself
        context["version"] = checklist.version(round, counts[0] if counts else None, waits, now=now)
        context["waits"] = [wait for step, wait in waits.items() if step != shown]
    return render(request, "scoring/results.html", context)


def versions_context(user, counts, count):
    """Which version this is, and the others this person may read, each with its digest."""
    others = [(other, sheets.grouped(other.result_hash)) for other in counts if other != count and policies.level(user, other)]
    return {
        "superseded_by": superseding(counts, count),
        "tells_why": policies.can_read_reason(user),
        "others": others,
        "query": "" if count == policies.readable(user, counts) else f"?version={count.version}",
    }


def table_context(user, session, count, level):
    everybody = policies.sees_everybody(user)
    rows = count.subjects.select_related("subject")
    if not everybody:
        rows = rows.filter(subject__in=session.subjects.of(user))
    rows = [line(row, level) for row in rows] if level else []
    return {
        "spread": sheets.spread(count) if level and everybody else None,
        "rows": by_category(rows),
        "is_ranked": any(row["rank"] for row in rows),
        "everybody": everybody,
        "sheet": sheets.count_sheet(count) if policies.can_get_paper(user, count, Kind.COUNT_SHEET) else None,
        "named": NamedMarks.objects.raters_of(count.round)
        if policies.can_see_ballot(user, session) and not count.is_published
        else [],
        "papers": papers_of(user, count),
        "may_recount": policies.can_recount(user, count),
        "may_get_outside": count.has_outside and policies.can_see_numbers(user, session),
        "may_announce": count.is_published and policies.can_see_ballot(user, session),
    }


def by_category(rows):
    """Categories in the order in which they come in the session, inside them by rank."""
    first = {}
    for row in rows:
        first.setdefault(row["category"], row["subject"].order)
    return sorted(rows, key=lambda row: (first[row["category"]], row["rank"] or 999, row["subject"].order))


def line(result, level):
    """One row of the table, at the level of the reader."""
    shown = result.row_l0 if level == policies.L0 else result.row_l1
    exact = level == policies.L2
    outside = from_outside(result) if exact else shown
    return {
        "result": result,
        "subject": result.subject,
        "category": sheets.category_name(result.subject),
        "score": result.shown_score if exact else shown.get("score") or "",
        "band": sheets.band_word(result.band if exact else shown.get("band")),
        "rank": sheets.rank_of({"rank": result.rank, "ranked_of": result.ranked_of} if exact else shown),
        "adjusted": sheets.adjusted(outside),
        "points": sheets.points_of(outside),
        "is_vetoed": bool(outside.get("vetoed")),
        "held": "held" in shown,
        "absence": sheets.absence(result.subject),
        "why": sheets.reasons(result, exact=exact) if "blocked" in shown else [],
        "ballots": shown["ballots"],
        "measures": result.measures if exact or (level == policies.L1 and shown.get("score")) else [],
    }


def from_outside(result):
    """What the scrutineers read of it, also where the score is held from everybody else."""
    steps = {step["step"]: step for step in result.trace_l2}
    numbers = steps["adjust"]["numbers"] if "adjust" in steps else {}
    return {name: value for name, value in numbers.items() if value != "0"} | {"vetoed": "veto" in steps}


def papers_of(user, count):
    """Papers of the whole session this person may have, with the newest job of each."""
    jobs = {}
    for job in count.papers.filter(result=None).select_related("stored").order_by("asked_at"):
        jobs[job.kind] = job
    wanted = [Kind.COUNT_SHEET, Kind.RESULT_TABLE, Kind.RESULT_EXCEL, Kind.SESSION_FILE, Kind.ENDING]
    return [
        {"kind": kind, "label": kind.label, "job": jobs.get(kind)} for kind in wanted if policies.can_get_paper(user, count, kind)
    ]
