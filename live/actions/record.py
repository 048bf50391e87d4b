"""The record of the hall: when it may be written."""

from core.errors import RuleViolation
from live.rules import hall as rules
from reviews.models import ReviewSession


def need_open(session):
    """Refuse unless the record may be written; the session is held, so that no count ends between the look and the writing."""
    state = ReviewSession.objects.select_for_update(no_key=True).values_list("state", flat=True).get(pk=session.pk)
    if blockers := rules.record_blockers(state):
        raise RuleViolation(blockers)


def is_seen(kept: str, before: str, new: str) -> bool:
    """Whether a writer who knew `before` and writes `new` overwrites nobody's words: what is kept is one of the two."""
    return same(kept) in (same(before), same(new))


def same(text: str) -> str:
    """A text as it was typed: browsers send line ends their own way and the form takes off the blank ends."""
    return text.replace("\r\n", "\n").strip()
