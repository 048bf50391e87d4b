"""The end of a session's rectification: everything in it is decided, told, put right and closed."""

from django.db import transaction

from core import audit
from core.errors import RuleViolation
from notices.models import Letter
from rectification import rules
from rectification.models import Finding, RectificationItem, ReminderLetter
from reviews.models import ReviewSession

State = ReviewSession.State


def closing_blockers(session) -> list[str]:
    """Every reason the session's rectification is not finished."""
    findings = Finding.objects.filter(subject__session=session)
    return rules.session_blockers(
        undecided=findings.undecided().count(),
        unlettered=findings.unlettered().count(),
        unfinished=ReminderLetter.objects.filter(session=session, letter__state__in=Letter.UNFINISHED).count(),
        open_items=RectificationItem.objects.filter(subject__session=session).open().count(),
    )


@transaction.atomic
def close_session(session, *, by):
    """办结, once nothing is open. A session whose result left no problem to put right passes through at once."""
    if blockers := closing_blockers(session):
        raise RuleViolation(blockers)
    if session.state == State.FED_BACK:
        session.move_to(State.RECTIFYING)
    session.move_to(State.CLOSED)
    audit.record("close_session", session, by=by)
