"""The run sheet: start the meeting, on to the next item, back to the one before.

Each step names the version it saw: of two consoles pressing at once, one wins and the other is told.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation, needed
from live.actions import record
from live.models import Hall, RunItem, Timing
from live.rules import hall as rules
from reviews.actions import report as reports
from reviews.actions import session as sessions
from reviews.models import HeadCount, Minutes, ReviewSession, SessionSubject
from scoring.actions.manifest import drift_blockers
from scoring.models import BallotRound, Voting

State = RunItem.State
Kind = RunItem.Kind
ANEW = {"began_at": None, "ended_at": None, "away": dt.timedelta(), "clock_left": None}


def start_blockers(session, *, today: dt.date) -> list[str]:
    """Every reason why the meeting may not begin; cards of another day or of other officials would be of no use in it."""
    round = BallotRound.objects.current(session)
    return (drift_blockers(round) if round else []) + rules.start_blockers(
        [blocker.text for blocker in session.start_blockers(today=today)],
        is_ready=session.state == ReviewSession.State.READY,
        is_locked="LOCK" in session.tasks and session.tasks["LOCK"].done_on is not None,
        quorum=rules.quorum_blockers(
            present=HeadCount.objects.people_in(session), expected=session.expected, is_rehearsal=session.is_rehearsal
        ),
    )


@transaction.atomic
def start(session, *, by, now: dt.datetime) -> Hall:
    """Open the meeting: the session begins, the run sheet is laid, its first item is on."""
    today = timezone.localdate(now)
    if blockers := start_blockers(session, today=today):
        raise RuleViolation(blockers)
    sessions.start_session(session, by=by, today=today)
    hall = Hall.objects.create(session=session, moved_by=by)
    lay(session, hall, RunItem.planned_for(session))
    begin(hall, hall.items.first(), now=now)
    return hall


def lay(session, hall, items):
    """Write a whole run sheet in this order, in place of what there was."""
    RunItem.objects.filter(session=session).delete()
    for n, item in enumerate(items, start=1):
        item.pk, item.session, item.hall, item.order = None, session, hall, n
    RunItem.objects.bulk_create(items)


@transaction.atomic
def plan_minutes(session, *, minutes: dict[str, int], by):
    """How long the items are to take, by kind; of a meeting under way those still to come."""
    record.need_open(session)
    Timing.objects.update_or_create(session=session, defaults={kind.lower(): n for kind, n in minutes.items()})
    for kind, n in minutes.items():
        RunItem.objects.filter(session=session, kind=kind, state=State.TODO).update(minutes=n)
    if hall := Hall.objects.filter(session=session).first():
        touch(hall, by=by)
    audit.record("plan_minutes", session, by=by, **{kind.lower(): n for kind, n in minutes.items()})


def take(hall, version, *, by, **changes):
    """Change the hall if it still is what the console saw; refuses otherwise, naming who was first, so that no press counts twice."""
    if not Hall.objects.filter(pk=hall.pk, version=version).update(version=F("version") + 1, moved_by=by, **changes):
        hall.refresh_from_db()
        who = {"who": hall.moved_by or by}
        raise RuleViolation(_("另一台控制台（%(who)s）刚刚推进了会议，画面已更新；请看清当前环节后再按") % who)
    hall.refresh_from_db()


def touch(hall, *, by):
    """Make every console look again: somebody noted what all of them show."""
    Hall.objects.filter(pk=hall.pk).update(version=F("version") + 1, moved_by=by)


def begin(hall, item, *, now):
    """The item is on; again, where it was before: the time since it ended or was left is not its own, and the clock has what it had."""
    away = item.away + (now - item.ended_at) if item.ended_at else item.away
    RunItem.objects.filter(pk=item.pk).update(state=State.NOW, began_at=item.began_at or now, ended_at=None, away=away)
    left = item.minutes * 60 if item.clock_left is None else item.clock_left
    Hall.objects.filter(pk=hall.pk).update(question=None, ends_at=None, paused_left=left)
    hall.refresh_from_db()


def left_on_clock(hall, now):
    """What the clock of the item that is on has left; None while a question has it."""
    return None if hall.question_id else hall.seconds_left(now)


def leave(item, *, clock_left, now):
    """Back among those to come. What it took so far counts with the rest once it is over; after a slip it begins anew."""
    _minutes, began, ended = item.span
    ended = ended or now
    left = {"ended_at": ended, "clock_left": clock_left} if ended - began > rules.SLIP else ANEW
    RunItem.objects.filter(pk=item.pk).update(state=State.TODO, **left)


def hangs_on_vote(item, follower):
    return item.kind == Kind.SCORING or follower is None or follower.kind == Kind.CLOSING


def advance_blockers(hall, item, follower) -> list[str]:
    return rules.advance_blockers(
        item.kind,
        follower.kind if follower else "",
        unanswered=item.subject.questions.unanswered().orders() if item.is_asking else [],
        has_comment=item.kind == Kind.COMMENT and item.subject.comments.filter(is_delivered=True).exists(),
        voting=BallotRound.objects.voting(hall.session)[0] if hangs_on_vote(item, follower) else "",
    )


@transaction.atomic
def advance(hall, *, version: int, by, now: dt.datetime):
    """On to the next item; after the last the meeting is over."""
    item = hall.items.current()
    follower = hall.items.filter(order__gt=item.order).first()
    if blockers := advance_blockers(hall, item, follower):
        raise RuleViolation(blockers)
    clock_left = left_on_clock(hall, now)
    take(hall, version, by=by, question=None, ends_at=None, paused_left=0)
    RunItem.objects.filter(pk=item.pk).update(state=State.DONE, ended_at=now, clock_left=clock_left)
    if item.kind == Kind.STATEMENT:
        reports.present_report(item.subject, by=by)
    if follower:
        begin(hall, follower, now=now)
    audit.record("advance_hall", hall.session, by=by, order=item.order, kind=item.kind)


@transaction.atomic
def pass_over(hall, *, reason: str, version: int, by, now: dt.datetime):
    """The official whose turn it is has not come: what is left of the turn is closed with the reason, and the next one is on.

    The cards are printed and name everybody, so this one is still voted on; the record says the absence wherever the score stands.
    """
    item = hall.items.current()
    if item.kind != Kind.STATEMENT:
        raise RuleViolation(_("轮到本人述廉时才能记缺席"))
    if item.subject.questions.asked().exists() or item.subject.comments.filter(is_delivered=True).exists():
        raise RuleViolation(_("已经记下向本人的提问或者点评，不能记缺席"))
    reason = needed(reason, _("请写明缺席的原因"))
    take(hall, version, by=by, question=None, ends_at=None, paused_left=0)
    turn = hall.items.filter(subject=item.subject)
    turn.filter(state=State.TODO).update(began_at=now, away=dt.timedelta())
    turn.update(state=State.DONE, ended_at=now)
    SessionSubject.objects.filter(pk=item.subject_id).update(absence=reason)
    begin(hall, hall.items.filter(state=State.TODO).first(), now=now)
    audit.record("pass_over", hall.session, by=by, order=item.order)


def back_blockers(session, before, *, now) -> list[str]:
    """Every reason why there is no way back to `before`, the last item that is over; None where there is none."""
    return rules.back_blockers(
        is_first=before is None,
        is_of_official=bool(before and before.subject_id),
        has_voted=session.is_at_least(ReviewSession.State.VOTING_OPEN),
        is_past=bool(before and before.kind == Kind.CLOSING and is_past(before, now)),
    )


def is_past(closing, now):
    """Whether nothing of the meeting moves any more: its day is over, or its minutes are confirmed."""
    if timezone.localdate(closing.ended_at) < timezone.localdate(now):
        return True
    return Minutes.objects.filter(session=closing.session_id, state=Minutes.State.CONFIRMED).exists()


@transaction.atomic
def step_back(hall, *, version: int, by, now: dt.datetime):
    """Back to the item before. What was noted stays noted, and each item keeps the time it took."""
    before = hall.items.filter(state=State.DONE).select_related("subject").last()
    if blockers := back_blockers(hall.session, before, now=now):
        raise RuleViolation(blockers)
    take(hall, version, by=by)
    for item in hall.items.filter(state=State.NOW):
        leave(item, clock_left=left_on_clock(hall, now), now=now)
    if before.subject and before.subject.absence:
        before = call_up(hall, before.subject)
    begin(hall, before, now=now)
    audit.record("step_back_hall", hall.session, by=by, order=before.order, kind=before.kind)


@transaction.atomic
def vote_again(hall, *, version: int, by, now: dt.datetime):
    """Back to the voting from whatever came after it: its round was void, or its rehearsal wiped."""
    voting = hall.items.get(kind=Kind.SCORING)
    if voting.state != State.DONE:
        raise RuleViolation(_("还没有开到评议打分以后"))
    if BallotRound.objects.voting(hall.session)[0] == Voting.CLOSED:
        raise RuleViolation(_("评议投票已经关闭，不用再投"))
    take(hall, version, by=by)
    for item in hall.items.filter(order__gt=voting.order).exclude(state=State.TODO):
        leave(item, clock_left=left_on_clock(hall, now) if item.state == State.NOW else item.clock_left, now=now)
    voting.clock_left = None  # another vote has the whole time
    begin(hall, voting, now=now)
    audit.record("step_back_hall", hall.session, by=by, order=voting.order, kind=voting.kind)


def call_up(hall, subject) -> RunItem:
    """Who was passed over has come after all, or was passed over by mistake: the turn begins anew."""
    SessionSubject.objects.filter(pk=subject.pk).update(absence="")
    turn = hall.items.filter(subject=subject)
    turn.update(state=State.TODO, **ANEW)
    return turn.first()
