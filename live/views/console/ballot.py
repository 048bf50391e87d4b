"""What the console tells of the ballot: its stops, what is next and where it is done. No number but the turnout, which every screen shows."""

import datetime as dt
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ballots.models import Box
from live.models import RunItem
from live.rules import hall as rules
from scoring.actions import ending, opening
from scoring.models import BallotRound, Count, StepRequest
from scoring.views import checklist
from scoring.views.round import count_of
from scoring.views.waiting import waits_of

IN_HALL = ("open", "close", "grace", "table", "opening", "count", "publish", "archive")
KINDS = (RunItem.Kind.SCORING, RunItem.Kind.COUNT, RunItem.Kind.ANNOUNCEMENT, RunItem.Kind.CLOSING)


class Standing(NamedTuple):
    """How the ballot stands."""

    round: BallotRound | None
    count: Count | None
    waits: dict
    now: dt.datetime

    @property
    def mark(self):
        """Changes whenever what is told of it does."""
        return checklist.version(self.round, self.count, self.waits, now=self.now)


def standing(user, session, item, round) -> Standing | None:
    """From the voting on, and after the meeting; None of a meeting whose ballot is not kept here. `round` is the one voted on, if any."""
    if item and item.kind not in KINDS:
        return None
    round = round or BallotRound.objects.current(session)
    if checklist.was_held_before(round, session):
        return None
    if round:
        round.session = session
    now = timezone.now()
    return Standing(round, count_of(round, light=True) if round else None, waits_of(round, user, now=now), now)


def ballot(user, session, stands):
    round, count, waits, now = stands
    place = place_of(round, count)
    stops = [stop for stop in checklist.stops(round, count, place.stop) if stop["key"] in (*IN_HALL, place.stop)]
    step = checklist.next_step(user, session, round, count, waits, place, now=now) or {}
    where = "scoring:results" if place.stop in ("count", "publish") and count else "scoring:ballot"
    told = {"stops": stops, "here": place.stop, "ballot_step": step, "where": reverse(where, args=[session.uid])}
    void = waits.get(StepRequest.Step.VOID)
    told["void_asked"] = void if void and not void.may_confirm else None  # who may is asked above
    return told | {"countdown": countdown(round, count, place.stop, now=now)}


def countdown(round, count, stop, *, now):
    """What the stop waits for by the clock: the last ballots of the tablets, then objections. None where nothing is waited for."""
    if stop == "grace":
        until, ahead, over = round.grace_ends_at, _("离关箱还有"), _("可以关箱了")
    else:
        until = ending.window_ends_at(count) if stop == "archive" else None
        ahead, over = _("投票异议期还有"), _("投票异议期已满，可以由主持人宣布终局")
    if until is None or now >= until:
        return None
    left = rules.written(rules.seconds_left(ends_at=until, paused_left=0, now=now))
    return {"ends_ms": int(until.timestamp() * 1000), "shown": left, "ahead": ahead, "over": over}


def place_of(round, count):
    """How much of the table is cleared only a look at every card in the box would tell; the console goes without it, and tells what is
    still open outside."""
    if round and round.state == Box.State.CLOSED:
        return checklist.Place("table", None, opening.outside_blockers(round))
    return checklist.place_of(round, count)
