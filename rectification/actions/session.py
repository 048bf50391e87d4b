"""The end of a session: everything in it is decided, told, put right and closed; then its papers go to the archive."""

from django.db import transaction
from django.utils import timezone

from core import audit
from core.days import clock
from core.errors import RuleViolation
from notices.models import Letter
from rectification import rules
from rectification.actions.finding import need_formal, unproposed
from rectification.models import Finding, RectificationItem, ReminderLetter
from reviews.actions import preparation
from reviews.models import Minutes, ReviewSession
from scoring.models import BallotRound, PaperJob, StepRequest

State = ReviewSession.State


def left(session) -> dict[str, int]:
    """How much of the session's rectification is left, as `rules.session_blockers` asks for it."""
    return {
        "unproposed": len(unproposed(session)),
        **Finding.objects.filter(subject__session=session).to_do(),
        "unfinished": ReminderLetter.objects.filter(session=session, letter__state__in=Letter.UNFINISHED).count(),
        "open_items": RectificationItem.objects.filter(subject__session=session).open().count(),
    }


def unsettled(session, *, now) -> list[str]:
    """Every reason the published result may still change."""
    return rules.result_blockers(
        is_corrected=StepRequest.objects.correcting(session, now=now).exists(),
        objections_until=clock(session.objections_until) if session.takes_objections(now=now) else "",
    )


def closing_blockers(session, *, now) -> list[str]:
    """Every reason the session's rectification is not finished. Of a rehearsal it is never asked."""
    return rules.session_blockers(**left(session)) + unsettled(session, now=now)


def with_result_held(session):
    """The session as it stands, its round held until the end of the transaction: nobody corrects its result meanwhile."""
    round = BallotRound.objects.current(session)
    return BallotRound.objects.held(round).session if round else session


@transaction.atomic
def close_session(session, *, by, now):
    """办结, once nothing is open. A session whose result left no problem to put right passes through at once."""
    need_formal(session)
    session = with_result_held(session)
    if blockers := closing_blockers(session, now=now):
        raise RuleViolation(blockers)
    if session.state == State.FED_BACK:
        session.move_to(State.RECTIFYING)
    session.move_to(State.CLOSED)
    preparation.mark(session, "LETTER", by=by, today=timezone.localdate(now))
    audit.record("close_session", session, by=by)


def archive_blockers(session) -> list[str]:
    """Every reason the session may not go to the archive; one that was heard before its ballot was kept here has none."""
    round = BallotRound.objects.current(session)
    if round is None:
        return []
    end = round.requests.filter(step=StepRequest.Step.ARCHIVE, confirmed_at__isnull=False).order_by("confirmed_at").last()
    minutes = Minutes.objects.filter(session=session, state=Minutes.State.CONFIRMED).first()
    return rules.archive_blockers(
        is_ended=end is not None,
        is_minuted=minutes is not None,
        has_file=bool(end and minutes) and has_file(round, since=max(end.confirmed_at, minutes.confirmed_at)),
    )


def has_file(round, *, since):
    made = PaperJob.objects.filter(count=round.count, kind=PaperJob.Kind.SESSION_FILE, state=PaperJob.State.DONE)
    return made.filter(stored__stored_at__gte=since).exists()


@transaction.atomic
def archive_session(session, *, by):
    """归档: from now on the session is only read (lifecycles.md 5.1)."""
    if blockers := archive_blockers(session):
        raise RuleViolation(blockers)
    session.move_to(State.ARCHIVED)
    audit.record("archive_session", session, by=by)
