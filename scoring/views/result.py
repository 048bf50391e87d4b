"""结果: the count, its signatures, and what each may read of it."""

import time

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import RuleViolation, require
from reviews.models import ReviewSession
from reviews.views import frame
from scoring import policies
from scoring.actions import count as actions
from scoring.actions import sheets
from scoring.actions.recount import recount
from scoring.forms.table import DecideForm
from scoring.models import BallotRound, PaperJob, SubjectResult
from scoring.views import charts, checklist
from scoring.views.round import count_of, count_read, counts_of, entered, round_of, session_of, superseding
from scoring.views.waiting import waits_of

Kind = PaperJob.Kind
PARTS = ("teller", "scrutineer")


def results(request, uid):
    """The table of the session, the count sheet, signatures, papers."""
    session = session_of(request, uid)
    require(policies.can_see_results(request.user, session), _("结果反馈以后才能查看。"))
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
    held_before = count is None and session.is_at_least(ReviewSession.State.COUNTED)
    context = frame.context(request, session, tab="results", round=round, count=count, level=level, held_before=held_before)
    if count:
        context |= table_context(request.user, session, count, level)
        context |= signing_context(request.user, session, round, count, now) | versions_context(request.user, counts, count)
        if context["may_decide"]:
            for tie in context["decisions"]:
                tie["form"] = refused if refused and refused.n == tie["n"] else DecideForm(tie=tie)
    shown = None
    if not session.is_open_to_change:
        newest = counts[0] if counts else None
        place = checklist.place_of(round, newest)
        context["step"] = step_of(request.user, session, round, newest, waits, place, now) if count == newest else None
        shown = checklist.TWO.get(place.stop)
    if policies.can_see_ballot(request.user, session) and not refused:  # what answers a press does not look again by itself
        context["version"] = checklist.version(round, counts[0] if counts else None, waits, now=now)
        context["waits"] = [wait for step, wait in waits.items() if step != shown]
    return render(request, "scoring/results.html", context)


@require_GET
def announced(request, uid):
    """For the wall of the room, once published: what everybody may know, score and band of each official (L0)."""
    session = entered(request, uid)
    count = next((count for count in counts_of(round_of(session)) if count.is_published), None)
    if count is None:
        raise Http404
    rows = [line(result, policies.L0) for result in count.subjects.select_related("subject").order_by("subject__order")]
    context = {"session": session, "rows": rows, "edition": sheets.edition(count)}
    return render(request, "scoring/announced.html", context)


def versions_context(user, counts, count):
    """Which version this is, and the others this person may read."""
    others = [other for other in counts if other != count and policies.level(user, other)]
    return {
        "superseded_by": superseding(counts, count),
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
        "everybody": everybody,
        "sheet": sheets.count_sheet(count) if policies.can_get_paper(user, count, Kind.COUNT_SHEET) else None,
        "papers": papers_of(user, count),
        "may_recount": policies.can_recount(user, count),
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
    return {
        "result": result,
        "subject": result.subject,
        "category": sheets.category_name(result.subject),
        "score": result.shown_score if exact else shown.get("score") or "",
        "band": sheets.band_word(result.band if exact else shown.get("band")),
        "rank": result.rank if exact else shown.get("rank"),
        "peers": result.ranked_of if exact else shown.get("ranked_of"),
        "held": "held" in shown,
        "absence": sheets.absence(result.subject),
        "why": sheets.reasons(result, exact=exact) if "blocked" in shown else [],
        "ballots": shown["ballots"],
        "measures": result.measures if exact or (level == policies.L1 and shown.get("score")) else [],
    }


def signing_context(user, session, round, count, now):
    others = parts_to_sign(user, count)[1:]  # the first is the next step of the page
    signed = [
        {
            "part": part,
            "label": part_name(part),
            "who": getattr(count, part),
            "at": getattr(count, f"{part}_at"),
            "offer": signature(count, part) if part in others else None,
        }
        for part in PARTS
    ]
    return {
        "signed": signed,
        "decisions": ties(session, count) if policies.can_see_ties(user, session) else [],
        "may_decide": policies.can_confirm(user, session) and not count.teller_at and not count.scrutineer_at,
        "problems": actions.signing_blockers(count) if policies.can_see_ballot(user, session) else [],
    }


def ties(session, count):
    """Those equal across a quota, of whom some get the places."""
    names = {subject.code: subject.name for subject in session.subjects.all()} if count.decisions_needed else {}
    return [
        {**needed, "people": [{"code": code, "name": names[code]} for code in needed["candidates"]], "n": n}
        for n, needed in enumerate(count.decisions_needed)
    ]


def step_of(user, session, round, count, waits, place, now):
    """Confirm, then publish; before the count the ballot's own step."""
    if round is None or not policies.can_see_ballot(user, session):
        return None
    if count is None or place.stop == "void":
        step = checklist.next_step(user, session, round, count, waits, place, now=now)
        here = reverse("scoring:ballot", args=[session.uid])
        return {"title": step["title"], "why": step["why"], "link": here, "button": _("去评廉"), "blockers": []}
    if round.correction:
        return checklist.next_step(user, session, round, count, waits, place, now=now)
    if not count.is_confirmed:
        part = next(iter(parts_to_sign(user, count)), None)
        return signature(count, part) if part else confirmation(user, session, count)
    if not count.is_published:
        return checklist.next_step(user, session, round, count, waits, place, now=now)
    return None


def part_name(part):
    return _("计票人") if part == "teller" else _("监票人")


def parts_to_sign(user, count):
    """The signatures that are this person's to give: not yet given, and none of them while the other is the own."""
    if actions.signing_blockers(count) or user.pk in (count.teller_id, count.scrutineer_id):
        return []
    return [part for part in PARTS if not getattr(count, f"{part}_at") and policies.can_sign_as(user, part)]


def signature(count, part):
    """The step of signing, with the question that says what is signed."""
    groups, session = count.sheet["groups"], count.round.session
    told = {
        "part": part_name(part),
        "title": session.title,
        "n": count.round.number,
        "issued": sum(group["issued"] for group in groups),
        "returned": sum(group["returned"] for group in groups),
        "people": len(count.sheet["officials"]),
        "hash": sheets.grouped(count.result_hash),
    }
    return {
        "title": _("核对计票，签字"),
        "button": _("以%(part)s身份签字") % told,
        "url": reverse("scoring:results_sign", args=[session.uid, part]),
        "why": _("请把计票报告单和结果表与现场记录逐项对照，无误后签字。"),
        "confirm": {
            "title": _("以%(part)s身份签字？") % told,
            "text": _(
                "您签字确认：%(title)s第 %(n)d 轮，实发 %(issued)d 张，收回 %(returned)d 张，%(people)d 位对象的结果已经核对，"
                "结果摘要 %(hash)s。签字不能撤回。"
            )
            % told
            + (_("签字以后，名额不能再裁定。") if count.decisions or count.decisions_needed else ""),
            "yes": _("签字"),
        },
    }


def confirmation(user, session, count):
    blockers = [{"text": text} for text in actions.confirm_blockers(count)]
    step = {
        "title": _("核对签字，确认结果"),
        "button": _("确认结果"),
        "why": _("计票人、监票人各自签字后，由审批领导确认。确认后结果不能再改。"),
        "blockers": blockers,
    }
    if not policies.can_confirm(user, session):
        return step
    told = {"teller": count.teller, "scrutineer": count.scrutineer, "hash": sheets.grouped(count.result_hash)}
    text = _("计票人%(teller)s、监票人%(scrutineer)s已经签字，结果摘要 %(hash)s。确认以后结果不能再改，可以公布。") % told
    question = {"title": _("确认这次评议的结果？"), "text": text, "yes": _("确认结果")}
    url = reverse("scoring:results_confirm", args=[session.uid])
    return step | {"url": url, "blocked": bool(blockers), "confirm": question}


def papers_of(user, count):
    """Papers of the whole session this person may have, with the newest job of each."""
    jobs = {}
    for job in count.papers.filter(result=None).order_by("asked_at"):
        jobs[job.kind] = job
    wanted = [Kind.COUNT_SHEET, Kind.RESULT_TABLE, Kind.RESULT_EXCEL, Kind.SESSION_FILE, Kind.ENDING]
    return [
        {"kind": kind, "label": kind.label, "job": jobs.get(kind)} for kind in wanted if policies.can_get_paper(user, count, kind)
    ]


# --- presses -----------------------------------------------------------------------------------------------------


def counted(request, uid):
    session = session_of(request, uid)
    require(policies.can_see_ballot(request.user, session))
    count = count_of(round_of(session))
    if count is None:
        raise Http404
    return session, count


@require_POST
def results_sign(request, uid, part):
    if part not in PARTS:
        raise Http404
    session, count = counted(request, uid)
    require(policies.can_sign_as(request.user, part), _("由计票人和监票人签字。"))
    actions.sign(count, part, by=request.user, now=timezone.now())
    messages.success(request, _("已签字"))
    return redirect("scoring:results", session.uid)


@require_POST
def results_confirm(request, uid):
    session, count = counted(request, uid)
    require(policies.can_confirm(request.user, session), _("由审批领导确认结果。"))
    actions.confirm_count(count, by=request.user, now=timezone.now())
    messages.success(request, _("结果已确认，可以公布"))
    return redirect("scoring:results", session.uid)


@require_POST
def results_recount(request, uid):
    """Prove the result: whoever presses learns whether both programs find today what was frozen."""
    session, count = counted(request, uid)
    require(policies.can_recount(request.user, count), _("计票签字以后，由监票人、计票人、工作人员和审批领导复算。"))
    began = time.monotonic()
    found = recount(count, by=request.user)
    told = {"ballots": found.ballots, "officials": found.officials, "seconds": f"{time.monotonic() - began:.1f}"}
    if found.differing:
        said = _("复算不一致：%(what)s。请停止使用这份结果，保留服务器原样，由监票人核对，记入会议记录。")
        messages.error(request, said % {"what": _("；").join(found.differing)})
    else:
        said = _(
            "复算一致：%(ballots)s 张票、%(officials)s 位对象，签名逐个核验，两套独立程序算出的得分、等次、名次都与封存的相同，用时 %(seconds)s 秒。"
        )
        messages.success(request, said % told)
    return redirect("scoring:results", session.uid)


@require_POST
def results_decide(request, uid):
    session, count = counted(request, uid)
    require(policies.can_confirm(request.user, session), _("由审批领导裁定名额。"))
    forms = (DecideForm(request.POST, tie=tie) for tie in ties(session, count))
    form = next((form for form in forms if form.is_about_it), None)
    if form is None:
        raise RuleViolation(_("没有这项待裁定的名额"))
    if form.is_valid():
        try:
            actions.decide(count, **form.cleaned_data, by=request.user, now=timezone.now())
            messages.success(request, _("已裁定，结果已重新计算"))
            return redirect("scoring:results", session.uid)
        except RuleViolation as refusal:
            form.add_error("chosen", refusal)
    return show(request, session, refused=form)


# --- one official -------------------------------------------------------------------------------------------------


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
    session = session_of(request, found.subject.session.uid)
    found.subject.session = session
    require(policies.can_see_result(request.user, found), _("结果反馈以后，只能查看与本人有关的结果。"))
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
