"""What the console tells of the ballot: its stops, what is next and where it is done. No number but the turnout, which every screen shows."""

import datetime as dt
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from ballots.models import Box
from live.models import RunItem
from scoring.models import BallotRound, Count
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
    return {"stops": stops, "here": place.stop, "ballot_step": step, "where": reverse(where, args=[session.uid])}


def place_of(round, count):
    """How much of the table is cleared only a look at every card in the box would tell; the console goes without it."""
    if round and round.state == Box.State.CLOSED:
        return checklist.Place("table")
    return checklist.place_of(round, count)
