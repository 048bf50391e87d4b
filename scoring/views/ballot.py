"""评廉: a round from its setup to its end, and the three pages of the scrutineers."""

import json

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ballots import actions as ballots
from ballots import codec
from ballots.models import Box, Conflict
from core.errors import RuleViolation, require
from reviews.views import frame
from scoring import policies
from scoring.actions import ballot as actions
from scoring.forms import CardsForm, NamedForm, PrepareForm, VoidForm
from scoring.models import BallotRound, StepRequest
from scoring.views import checklist
from scoring.views.common import round_of, session_of

Step = StepRequest.Step


def entered(request, uid):
    session = session_of(request, uid)
    require(policies.can_see_ballot(request.user, session), _("评廉页只对工作人员、审批领导、监票人和计票人开放。"))
    return session


def ballot(request, uid):
    """The checklist of the current round."""
    session, now = entered(request, uid), timezone.now()
    round = BallotRound.objects.current(session)
    if round:
        round.session = session
    count = checklist.count_of(round) if round else None
    may_see_numbers = bool(round and round.is_closed and policies.can_see_numbers(request.user, session))
    context = frame.context(
        request,
        session,
        tab="ballot",
        round=round,
        stops=checklist.stops(request.user, session, round, count, now=now),
        groups=group_rows(round, may_see_numbers) if round else [],
        may_see_numbers=may_see_numbers,
        codes=codes_of(round),
        named=round.groups.filter(is_named=True) if round and round.has_box and not round.is_opened else [],
        may_enter_named=policies.can_enter_named(request.user, session),
        may_prepare=policies.can_prepare(request.user, session) and not (round and round.has_box),
        may_hold_keys=policies.can_hold_keys(request.user, session),
        void=void_step(request.user, round, now) if round else None,
        void_form=VoidForm(),
        may_wipe=policies.can_wipe(request.user, session) and BallotRound.objects.filter(session=session).exists(),
        old_rounds=BallotRound.objects.filter(session=session).exclude(voided_at=None),
        booth=settings.BOOTH_ORIGIN,
        **pulse_context(round, count, now),
    )
    context["step"] = checklist.next_step(request.user, session, round, count, now=now)
    return render(request, "scoring/ballot.html", context)


def group_rows(round, may_see_numbers):
    counts = ballots.counts(round.sid) if may_see_numbers and not round.voided_at else {}
    rows = []
    for group in round.groups.prefetch_related("marks"):
        row = counts.get(group.letter, {})
        missing = row["printed"] - row["cast"] - row["voided"] if row else None
        entered = len({marks.rater for marks in group.marks.all()}) if group.is_named else None
        rows.append({"group": group, "missing": missing, "entered": entered, **row})
    return rows


def codes_of(round):
    """What people compare: codes of the key, the manifest and the received list."""
    if round is None or round.box is None:
        return {}
    codes, document = {}, round.box.document
    if "urn_pub" in document:
        codes["urn"] = codec.code(codec.unb64(document["urn_pub"], 32), 80)
    if round.is_sealed:
        codes["manifest"] = codec.code(round.box.manifest_hash, 80)
    if round.is_closed:
        codes["received"] = codec.code(codec.unb64(ballots.received(round.sid)[1], 32), 80)
    return codes


def void_step(user, round, now):
    """The way to give the round up: ask with a reason, confirm, or nothing."""
    if round.state in (Box.State.PUBLISHED, Box.State.ARCHIVED) or actions.step_blockers(round, Step.VOID):
        return None
    request = checklist.waiting_request(round, Step.VOID, now)
    if request is None:
        return {"may_ask": policies.can_take_part(user, Step.VOID)}
    may = user.pk != request.asked_by_id and policies.completes(request.asked_by, user, Step.VOID)
    return {"request": request, "may_confirm": may, "is_mine": user.pk == request.asked_by_id}


def pulse_context(round, count, now):
    """What the small live part shows: turnout, the closing seconds; it also learns when the page is out of date."""
    state = round.state if round else None
    waits = bool(round) and any(r.confirmed_at is None and not r.is_expired(now) for r in round.requests.all())
    counting = state in (Box.State.OPEN, Box.State.CLOSING, Box.State.CLOSED, Box.State.OPENED, Box.State.PUBLISHED)
    seconds = max(0, int((round.grace_ends_at - now).total_seconds())) if state == Box.State.CLOSING else None
    return {
        "version": checklist.version(round, count, now),
        "turnout": round.turnout if counting else None,
        "is_exact": bool(round) and round.is_closed,
        "seconds": seconds,
        "every": 2 if state == Box.State.CLOSING else 5 if waits else 20,
    }


@require_GET
def ballot_pulse(request, uid):
    """The live part of the checklist. Asks the page to reload when somebody took a step."""
    session, now = entered(request, uid), timezone.now()
    round = BallotRound.objects.current(session)
    if round:
        round.session = session
    count = checklist.count_of(round) if round else None
    context = pulse_context(round, count, now)
    if request.GET.get("v") != context["version"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "scoring/_pulse.html", {"session": session, **context})


@require_http_methods(["GET", "POST"])
def ballot_prepare(request, uid):
    """Scheme and numbers of cards."""
    session = entered(request, uid)
    require(policies.can_prepare(request.user, session), _("由工作人员准备评议票。"))
    round = BallotRound.objects.current(session)
    form = PrepareForm(request.POST or None, session=session, round=round)
    if request.method == "POST" and form.is_valid():
        try:
            actions.prepare_round(session, scheme=form.cleaned_data["scheme"], numbers=form.numbers(), by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("票卡数已确定，请提出建立票箱"))
            return redirect("scoring:ballot", session.uid)
    context = frame.context(request, session, tab="ballot", form=form, round=round)
    context["step"] = None
    return render(request, "scoring/ballot_prepare.html", context)


# --- two persons ---------------------------------------------------------------------------------------------


def step_named(name):
    if name not in Step.values:
        raise Http404
    return Step(name)


@require_POST
def ballot_ask(request, uid, step):
    session, step = entered(request, uid), step_named(step)
    require(policies.can_take_part(request.user, step))
    round = round_of(session)
    actions.ask(round, step, by=request.user, now=timezone.now(), reason=request.POST.get("reason", ""))
    messages.success(request, _("已提出“%(step)s”，请另一人在 15 分钟内确认") % {"step": step.label})
    return back(request, session, step)


@require_POST
def ballot_confirm(request, uid, step):
    session, step = entered(request, uid), step_named(step)
    require(policies.can_take_part(request.user, step))
    waiting = get_object_or_404(StepRequest, round=round_of(session), step=step, confirmed_at=None)
    actions.confirm(waiting, by=request.user, now=timezone.now())
    messages.success(request, _("已办：%(step)s") % {"step": step.label})
    return back(request, session, step)


@require_POST
def ballot_withdraw(request, uid, step):
    session, step = entered(request, uid), step_named(step)
    require(policies.can_take_part(request.user, step))
    waiting = get_object_or_404(StepRequest, round=round_of(session), step=step, confirmed_at=None)
    actions.withdraw(waiting, by=request.user)
    return back(request, session, step)


def back(request, session, step):
    return redirect("scoring:results" if step == Step.PUBLISH else "scoring:ballot", session.uid)


@require_POST
def ballot_close(request, uid):
    """After the seconds of grace: no more ballots."""
    session = entered(request, uid)
    require(policies.can_take_part(request.user, Step.CLOSE))
    actions.finish_close(round_of(session), by=request.user, now=timezone.now())
    messages.success(request, _("已停止收票，收到清单可以投到大屏"))
    return redirect("scoring:ballot", session.uid)


@require_POST
def ballot_wipe(request, uid):
    session = entered(request, uid)
    require(policies.can_wipe(request.user, session), _("只有演练会议可以清除。"))
    actions.wipe_rehearsal(session, by=request.user)
    messages.success(request, _("演练的票箱、票和结果已全部清除"))
    return redirect("scoring:ballot", session.uid)


# --- the scrutineers' pages ------------------------------------------------------------------------------------


def keeper(request, uid):
    session = entered(request, uid)
    require(policies.can_hold_keys(request.user, session), _("这一页由监票人打开。"))
    return session, round_of(session)


def answered(request, act):
    """Does what a page of the scrutineers posts as JSON: `{}` or the reason."""
    try:
        act()
    except Conflict as conflict:
        return JsonResponse({"error": " ".join(conflict.messages)}, status=409)
    except RuleViolation as refusal:
        return JsonResponse({"error": " ".join(refusal.messages)}, status=422)
    except (KeyError, TypeError, ValueError):
        return JsonResponse({"error": _("送来的内容不完整，请刷新本页重做")}, status=400)
    return JsonResponse({})


def page_context(session, round, name):
    return {
        "session": session,
        "rehearsal": session.is_rehearsal,
        "post_url": reverse(name, args=[session.uid]),
        "next_url": reverse("scoring:ballot", args=[session.uid]),
    }


@require_http_methods(["GET", "POST"])
def ballot_keys(request, uid):
    """The key page; its POST brings the two public keys."""
    session, round = keeper(request, uid)
    if request.method == "POST":

        def store():
            sent = json.loads(request.body)
            actions.save_keys(round, urn_pub=sent["urn_pub"], board_pub=sent["board_pub"], by=request.user)

        return answered(request, store)
    if not round.has_box or round.is_sealed:
        messages.warning(request, _("现在不能制作钥匙：票箱还没有建立，或者票卡已经做好"))
        return redirect("scoring:ballot", session.uid)
    setup = {"sid": round.sid, "shares": list(actions.SHARES), "mode": round.box.document["mode"]}
    return render(request, "scoring/ballot_keys.html", page_context(session, round, "scoring:ballot_keys") | {"setup": setup})


@require_http_methods(["GET", "POST"])
def ballot_cards(request, uid):
    """The card page; its POST brings the completed manifest and the credentials, and is answered before anything is printed."""
    session, round = keeper(request, uid)
    if request.method == "POST":

        def store():
            sent = json.loads(request.body)
            today = timezone.localdate()
            actions.save_cards(round, manifest=sent["manifest"], credentials=sent["credentials"], by=request.user, today=today)

        return answered(request, store)
    if not round.has_keys or round.is_sealed:
        messages.warning(request, _("现在不能制作票卡：先做钥匙；票卡做过一次就不能重做"))
        return redirect("scoring:ballot", session.uid)
    setup = {"manifest": round.box.document, "papers": {g.letter: g.papers for g in round.groups.all() if not g.is_named}}
    context = page_context(session, round, "scoring:ballot_cards") | {"setup": setup, "booth_origin": settings.BOOTH_ORIGIN}
    return render(request, "scoring/ballot_cards.html", context)


@require_http_methods(["GET", "POST"])
def ballot_opening(request, uid):
    """The opening page; its POST brings the transcript, which is verified, stored and counted."""
    session, round = keeper(request, uid)
    if request.method == "POST":
        return answered(request, lambda: actions.save_transcript(round, request.body, by=request.user, now=timezone.now()))
    if not round.is_closed:
        messages.warning(request, _("投票截止以后才能开箱"))
        return redirect("scoring:ballot", session.uid)
    if round.state == Box.State.CLOSED and (blockers := actions.opening_blockers(round)):
        for blocker in blockers:
            messages.warning(request, blocker)
        return redirect("scoring:ballot", session.uid)
    context = page_context(session, round, "scoring:ballot_opening")
    context |= {"urn_url": reverse("scoring:urn", args=[session.uid]), "next_url": reverse("scoring:results", args=[session.uid])}
    return render(request, "scoring/ballot_opening.html", context)


@require_GET
def urn(request, uid):
    """The sealed envelopes in the order of the received list, for the opening page."""
    _session, round = keeper(request, uid)
    try:
        document = actions.urn(round)
    except RuleViolation as refusal:
        return JsonResponse({"error": " ".join(refusal.messages)}, status=409)
    return HttpResponse(document, content_type="application/json", headers={"Cache-Control": "no-store"})


# --- the table -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def ballot_numbers(request, uid):
    """Cards drawn, and the reason for those missing."""
    session = entered(request, uid)
    require(policies.can_note_cards(request.user, session), _("由监票人、计票人登记票卡数。"))
    round = round_of(session)
    groups = [group for group in round.groups.all() if not group.is_named]
    form = CardsForm(request.POST or None, groups=groups)
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_cards(round, form.entries(), by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("实发票卡数已登记"))
            return redirect("scoring:ballot", session.uid)
    counts = ballots.counts(round.sid) if round.is_closed else {}
    rows = [
        {"group": group, "drawn": drawn, "reason": reason, **counts.get(group.letter, {})} for group, drawn, reason in form.rows()
    ]
    context = frame.context(request, session, tab="ballot", form=form, rows=rows, round=round, is_closed=round.is_closed)
    context["step"] = None
    return render(request, "scoring/ballot_numbers.html", context)


@require_http_methods(["GET", "POST"])
def ballot_named(request, uid, letter):
    """The marks of a named group, typed under the rater's name."""
    session = session_of(request, uid)
    require(policies.can_enter_named(request.user, session), _("实名评分由工作人员或本人录入。"))
    round = round_of(session)
    group = get_object_or_404(round.groups, letter=letter, is_named=True)
    own = None if policies.may_name_rater(request.user) else str(request.user)
    rater = own or request.GET.get("rater") or None
    marks = [m for m in group.marks.select_related("subject") if own is None or m.rater == own]
    answers = {m.subject_id: m.answers for m in marks if m.rater == rater}
    subjects = list(session.subjects.all())
    form = NamedForm(request.POST or None, scheme=round.scheme, subjects=subjects, rater=rater, answers=answers)
    if request.method == "POST" and form.is_valid():
        try:
            name = rater or form.cleaned_data["rater"]
            actions.enter_named(group, rater=name, marks=form.marks(), by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("%(name)s的实名评分已录入") % {"name": name})
            return redirect("scoring:ballot_named", session.uid, letter) if own else redirect("scoring:ballot", session.uid)
    context = {
        "session": session, "rehearsal": session.is_rehearsal, "group": group, "form": form, "rater": rater,
        "raters": sorted({m.rater for m in marks}), "criteria": round.scheme.plan().criteria,
        "may_name_rater": own is None, "may_see_ballot": policies.can_see_ballot(request.user, session),
    }  # fmt: skip
    return render(request, "scoring/ballot_named.html", context)


@require_POST
def ballot_named_remove(request, uid, letter):
    session = session_of(request, uid)
    require(policies.can_enter_named(request.user, session) and policies.may_name_rater(request.user))
    group = get_object_or_404(round_of(session).groups, letter=letter, is_named=True)
    actions.remove_named(group, rater=request.POST.get("rater", ""), by=request.user)
    return redirect("scoring:ballot_named", session.uid, letter)


@require_GET
def received(request, uid):
    """For the wall of the room: root, number, and the sorted codes. Raters look for theirs."""
    session = entered(request, uid)
    round = round_of(session)
    if not round.is_closed:
        raise Http404
    entries, root = ballots.received(round.sid)
    context = {
        "session": session,
        "round": round,
        "codes": [codec.code(codec.unb64(entry["h"], 32), 40) for entry in entries],
        "root": codec.code(codec.unb64(root, 32), 80),
        "manifest": codec.code(round.box.manifest_hash, 80),
    }
    return render(request, "scoring/received.html", context)
