"""The record of the hall: when it may be written."""

import datetime as dt

from django.utils.text import Truncator

from core.errors import RuleViolation
from live.rules import hall as rules
from reviews.models import ReviewSession


def need_open(session):
    """Refuse unless the record may be written; the session is held, so that no count ends between the look and the writing."""
    if blockers := rules.record_blockers(held(session).state):
        raise RuleViolation(blockers)


def need_day(session, *, today: dt.date):
    """Refuse unless people may be ticked as here; the session is held like above."""
    if blockers := attendance_blockers(held(session), today=today):
        raise RuleViolation(blockers)


def attendance_blockers(session, *, today: dt.date):
    return rules.attendance_blockers(session.state, date=session.date, today=today, is_rehearsal=session.is_rehearsal)


def held(session):
    return ReviewSession.objects.select_for_update(no_key=True).get(pk=session.pk)


def is_seen(kept: str, before: str, new: str) -> bool:
    """Whether a writer who knew `before` and writes `new` overwrites nobody's words: what is kept is one of the two."""
    return same(kept) in (same(before), same(new))


def in_short(text: str) -> str:
    """What stands there now, for whoever is told that it is no longer what the page shows."""
    return Truncator(" ".join(text.split())).chars(60)


def same(text: str) -> str:
    """A text as it was typed: browsers send line ends their own way and the form takes off the blank ends."""
    return text.replace("\r\n", "\n").strip()
