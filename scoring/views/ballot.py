"""评廉: the checklist of a round with its small live part."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ballots import actions as ballots
from ballots import codec
from ballots.models import Box
from core.sessions import in_hall, polled
from reviews.views import frame
from scoring import policies
from scoring.actions import box, correction, setup, steps
from scoring.forms.table import CorrectForm, VoidForm
from scoring.models import BallotRound, StepRequest
from scoring.views import checklist, outside
from scoring.views.rehearsal import wipe_of
from scoring.views.round import count_of, entered
from scoring.views.waiting import waits_of

Step = StepRequest.Step


@in_hall
def ballot(request, uid):
    """The checklist of the current round."""
    return show(request, entered(request, uid), refused={})


def show(request, session, *, refused):
    """The checklist; `refused` {step: form} are words just refused, which stand in their question as they were typed."""
    now = timezone.now()
    round = BallotRound.objects.current(session)
    if checklist.was_held_before(round, session):
        return render(request, "scoring/ballot.html", frame.context(request, session, tab="ballot", held_before=True))
    if round:
        round.session = session
    count, waits = count_of(round) if round else None, waits_of(round, request.user, now=now)
    agreed = round.correction if round and round.is_opened and not round.is_ended else None
    place, standing = checklist.place_of(round, count), outside.standing(session, round)
    may_see_numbers = bool(round and round.is_closed and policies.can_see_numbers(request.user, session))
    context = frame.context(
        request,
        session,
        tab="ballot",
        round=round,
        stops=outside.with_stop(checklist.stops(round, count, place.stop), standing),
        groups=group_rows(round, may_see_numbers) if round else [],
        without_vote=setup.without_vote(session, round.scheme) if round else [],
        may_see_numbers=may_see_numbers,
        codes=codes_of(round),
        outside=standing,
        named=round.groups.filter(is_named=True) if round and round.has_box and (agreed or not round.is_unsealed) else [],
        correction=agreed,
        may_note_cards=bool(agreed) and policies.can_note_cards(request.user, session),
        may_give_up=may_give_up(request.user, round, count) if agreed else False,
        may_correct=Step.CORRECT in refused
        or (may_ask(request.user, round, Step.CORRECT, now=now) and Step.CORRECT not in waits),
        correct_form=refused.get(Step.CORRECT) or CorrectForm(),
        is_answer=bool(refused),
        may_enter_named=policies.may_name_rater(request.user),
        may_prepare=policies.can_prepare(request.user, session) and not (round and round.has_box),
        may_hold_keys=policies.can_hold_keys(request.user, session),
        waits=[wait for step, wait in waits.items() if step != checklist.TWO.get(place.stop)],
        may_void=Step.VOID in refused or (may_ask(request.user, round, Step.VOID, now=now) and Step.VOID not in waits),
        void_form=refused.get(Step.VOID) or VoidForm(),
        wipe=wipe_of(session) if session.is_rehearsal and policies.can_wipe(request.user) else None,
        old_rounds=list(BallotRound.objects.filter(session=session).exclude(voided_at=None)),
        booth=settings.BOOTH_ORIGIN,
        **pulse_context(round, count, waits, now=now),
    )
    step = checklist.next_step(request.user, session, round, count, waits, place, now=now)
    if is_turn(session, context["step"]):
        context["step"] = step
    else:
        context |= {"own_step": step, "waits": list(waits.values())}
    return render(request, "scoring/ballot.html", context)


def is_turn(session, step):
    """Whether the session's next step is the ballot's own; `step` is what the other tabs show while the session is prepared."""
    is_before = session.is_open_to_change or session.is_halted
    return not (is_before and step) or step["target"] == "scoring:ballot"


def group_rows(round, may_see_numbers):
    counts = ballots.counts(round.sid) if may_see_numbers and not round.voided_at else {}
    return [{"group": group, **counts.get(group.letter, {})} for group in round.groups.prefetch_related("marks")]


def codes_of(round):
    """What people compare: codes of the key, the manifest and the received list."""
    if round is None or round.box is None:
        return {}
    received = codec.long_code(ballots.received(round.sid)[1]) if round.is_closed else ""
    return round.codes | {"received": received}


def may_ask(user, round, step, *, now):
    return bool(round) and policies.can_take_part(user, step) and not steps.step_blockers(round, step, now=now)


def may_give_up(user, round, count):
    return policies.can_take_part(user, Step.CORRECT) and not correction.is_uncounted(round, count)


def pulse_context(round, count, waits, *, now):
    """What the small live part shows: turnout, the closing seconds; it also learns when the page is out of date."""
    state = round.state if round else None
    counting = state in (Box.State.OPEN, Box.State.CLOSING, Box.State.CLOSED, Box.State.OPENED, Box.State.PUBLISHED)
    seconds = max(0, int((round.grace_ends_at - now).total_seconds())) if state == Box.State.CLOSING else None
    return {
        "version": checklist.version(round, count, waits, now=now),
        "turnout": box.turnout(round, now=now) if counting else None,
        "is_exact": bool(round) and round.is_closed,
        "seconds": seconds,
        "every": 2 if state == Box.State.CLOSING else 5,
    }


@in_hall
@polled
@require_GET
def ballot_pulse(request, uid):
    """The live part of the checklist. Asks the page to reload when somebody took a step."""
    session, now = entered(request, uid), timezone.now()
    round = BallotRound.objects.current(session)
    if round:
        round.session = session
    count = count_of(round, light=True) if round else None
    context = pulse_context(round, count, waits_of(round, request.user, now=now), now=now)
    if request.GET.get("v") != context["version"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "scoring/_pulse.html", {"session": session, **context})
