"""The meeting as it happens. Each step names the version it saw: of two consoles pressing at once, one wins and the other is told."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from live import rules
from live.models import Hall, HeadCount, RunItem
from reviews.actions import question as questions
from reviews.actions import report as reports
from reviews.actions import session as sessions
from reviews.models import Answer, Attendee, LeaderComment, Question, ReviewSession

State = RunItem.State
Kind = RunItem.Kind
ASKED = (Question.State.ASKED, Question.State.ANSWERED)


# --- the run sheet -----------------------------------------------------------------------------------------


def planned_items(session) -> list[RunItem]:
    """The run sheet as it would be if the meeting began now; nothing is written."""
    agenda = rules.agenda(list(session.subjects.all()))
    return [RunItem(order=n, kind=kind, subject=who, minutes=minutes) for n, (kind, who, minutes) in enumerate(agenda, start=1)]


def start_blockers(session, *, today: dt.date) -> list[str]:
    return rules.start_blockers(
        [blocker.text for blocker in session.start_blockers(today=today)],
        is_ready=session.state == ReviewSession.State.READY,
        is_locked=session.tasks["LOCK"].done_on is not None,
    )


@transaction.atomic
def start(session, *, by, now: dt.datetime) -> Hall:
    """Open the meeting: the session begins, the run sheet is laid, its first item is on."""
    today = timezone.localdate(now)
    if blockers := start_blockers(session, today=today):
        raise RuleViolation(blockers)
    sessions.start_session(session, by=by, today=today)
    hall = Hall.objects.create(session=session)
    items = planned_items(session)
    for item in items:
        item.hall = hall
    RunItem.objects.bulk_create(items)
    begin(hall, hall.items.first(), now=now)
    return hall


def take(hall, version, **changes):
    """Change the hall if it still is what the console saw; refuses otherwise, so that no press counts twice."""
    if not Hall.objects.filter(pk=hall.pk, version=version).update(version=F("version") + 1, **changes):
        raise RuleViolation(_("另一台控制台刚刚推进了会议，画面已更新；请看清当前环节后再按"))
    hall.refresh_from_db()


def begin(hall, item, *, now):
    RunItem.objects.filter(pk=item.pk).update(state=State.NOW, began_at=item.began_at or now, ended_at=None)
    Hall.objects.filter(pk=hall.pk).update(question=None, ends_at=None, paused_left=item.minutes * 60)
    hall.refresh_from_db()


def current(hall) -> RunItem:
    item = hall.items.filter(state=State.NOW).select_related("subject").first()
    if item is None:
        raise RuleViolation(_("会议已经结束"))
    return item


def asked_of(subject):
    """The questions this official has been asked, in the order of asking."""
    return subject.questions.filter(state__in=ASKED).select_related("answer").order_by("order", "pk")


def unanswered(subject) -> list[int]:
    """The numbers of those without a note of the answer."""
    silent = Q(answer=None) | Q(answer__summary="")
    return list(asked_of(subject).filter(silent).values_list("order", flat=True))


def advance_blockers(hall, item, follower) -> list[str]:
    return rules.advance_blockers(
        item.kind,
        follower.kind if follower else "",
        unanswered=unanswered(item.subject) if item.kind == Kind.QUESTIONS else [],
        has_comment=item.kind == Kind.COMMENT and item.subject.comments.filter(is_delivered=True).exists(),
        voting_is_closed=hall.session.is_at_least(ReviewSession.State.VOTING_CLOSED),
    )


@transaction.atomic
def advance(hall, *, version: int, by, now: dt.datetime):
    """On to the next item; after the last the meeting is over."""
    item = current(hall)
    follower = hall.items.filter(order__gt=item.order).first()
    if blockers := advance_blockers(hall, item, follower):
        raise RuleViolation(blockers)
    take(hall, version, question=None, ends_at=None, paused_left=0)
    RunItem.objects.filter(pk=item.pk).update(state=State.DONE, ended_at=now)
    if item.kind == Kind.STATEMENT:
        reports.present_report(item.subject, by=by)
    if follower:
        begin(hall, follower, now=now)
    audit.record("advance_hall", hall.session, by=by, order=item.order, kind=item.kind)


@transaction.atomic
def step_back(hall, *, version: int, by, now: dt.datetime):
    """Back to the item before, if the button was pressed too soon. What was noted stays noted."""
    before = hall.items.filter(state=State.DONE).last()
    if before is None:
        raise RuleViolation(_("已经是第一项"))
    if before.kind == Kind.COMMENT and hall.session.is_at_least(ReviewSession.State.VOTING_OPEN):
        raise RuleViolation(_("投票已经开启，不能退回到点评"))
    take(hall, version)
    hall.items.filter(state=State.NOW).update(state=State.TODO, began_at=None)
    begin(hall, before, now=now)
    audit.record("step_back_hall", hall.session, by=by, order=before.order, kind=before.kind)


# --- the clock and the picture -----------------------------------------------------------------------------


@transaction.atomic
def start_clock(hall, *, version: int, by, now: dt.datetime):
    """Run the clock. Its end is stored, not its beats, so that it goes on through a restart."""
    if not hall.is_running:
        current(hall)
        take(hall, version, ends_at=now + dt.timedelta(seconds=hall.paused_left))


@transaction.atomic
def pause_clock(hall, *, version: int, by, now: dt.datetime):
    if hall.is_running:
        take(hall, version, ends_at=None, paused_left=hall.seconds_left(now))


@transaction.atomic
def add_minute(hall, *, version: int, by, now: dt.datetime):
    current(hall)
    if hall.is_running:
        take(hall, version, ends_at=hall.ends_at + dt.timedelta(minutes=1))
    else:
        take(hall, version, paused_left=hall.paused_left + 60)


def show_neutral(hall, *, version: int, by, now: dt.datetime):
    """Put the neutral slide on the projector, whatever was pressed meanwhile; safe to repeat."""
    turn_neutral(hall, True)


def show_stage(hall, *, version: int, by, now: dt.datetime):
    """Let the projector follow the meeting again."""
    turn_neutral(hall, False)


def turn_neutral(hall, is_neutral):
    Hall.objects.filter(pk=hall.pk, is_neutral=not is_neutral).update(is_neutral=is_neutral, version=F("version") + 1)


# --- questions and answers ---------------------------------------------------------------------------------


@transaction.atomic
def ask(hall, question, *, version: int, by, now: dt.datetime):
    """Open a sealed question, or show again one already asked; its own clock runs from now."""
    item = current(hall)
    if item.kind != Kind.QUESTIONS or item.subject_id != question.subject_id:
        raise RuleViolation(_("现在不是向这位同志提问的环节"))
    if question.state not in ASKED:
        finish_answers(item)
        number = asked_of(item.subject).count() + 1
        questions.ask(question, by=by)
        Question.objects.filter(pk=question.pk).update(order=number)
    show(hall, question, version=version, now=now)


@transaction.atomic
def ask_from_floor(hall, *, text: str, version: int, by, now: dt.datetime):
    """Note and show what somebody in the hall asked."""
    item = current(hall)
    if item.kind != Kind.QUESTIONS:
        raise RuleViolation(_("现在不是提问的环节"))
    finish_answers(item)
    number = asked_of(item.subject).count() + 1
    question = questions.add_floor_question(item.subject, text=text, by=by)
    Question.objects.filter(pk=question.pk).update(order=number)
    show(hall, question, version=version, now=now)


def finish_answers(item):
    """A new question waits until every answer before it is noted."""
    if blockers := rules.answer_blockers(unanswered(item.subject)):
        raise RuleViolation(blockers)


def show(hall, question, *, version, now):
    take(hall, version, question=question, ends_at=now + dt.timedelta(minutes=question.minutes))


@transaction.atomic
def note_answer(question, *, summary: str, is_unsatisfactory: bool, before: str, by) -> Answer:
    """Note an answer, or correct the note. `before` is the note as the writer knew it; refuses where somebody else has changed it."""
    kept = Answer.objects.select_for_update().filter(question=question).first()
    if kept and same(kept.summary) not in (same(before), same(summary)):
        raise RuleViolation(_("另一台控制台刚改过这条答复；请先记下自己的话，刷新后再改"))
    return questions.note_answer(question, summary=summary, is_unsatisfactory=is_unsatisfactory, by=by)


def same(text):
    """A text as it was typed: browsers send line ends their own way and the form takes off the blank ends."""
    return text.replace("\r\n", "\n").strip()


@transaction.atomic
def commit_to(hall, subject, *, text: str, due_on: dt.date, by):
    """What an official promised, and by when; consoles show it at once."""
    question = hall.question if hall.question and hall.question.subject_id == subject.pk else None
    questions.commit_to(subject, text=text, due_on=due_on, question=question, by=by)
    Hall.objects.filter(pk=hall.pk).update(version=F("version") + 1)


# --- comments and presence ---------------------------------------------------------------------------------


@transaction.atomic
def draft_comment(subject, *, leader, strengths: str, problems: str, by) -> LeaderComment:
    """Keep what a leading member prepares. What has been said in the hall is the record's, and is changed there."""
    if subject.session.is_at_least(ReviewSession.State.VOTING_CLOSED):
        raise RuleViolation(_("会议已经结束，点评不能再改"))
    kept = LeaderComment.objects.filter(subject=subject, leader=leader)
    if kept.filter(is_delivered=True).exists():
        raise RuleViolation(_("这条点评已在会上作出，由会场工作人员记录"))
    comment, is_new = kept.update_or_create(
        subject=subject, leader=leader, defaults={"strengths": strengths, "problems": problems}
    )
    if is_new:
        audit.record("draft_comment", f"comment {comment.uid}", by=by)
    return comment


@transaction.atomic
def note_comment(hall, subject, *, leader, strengths: str, problems: str, is_delivered: bool, by) -> LeaderComment:
    """What a leading member said of an official. Delivered it names at least one problem (JS07); and it stays delivered."""
    was = LeaderComment.objects.filter(subject=subject, leader=leader, is_delivered=True).exists()
    if (is_delivered or was) and not problems:
        raise RuleViolation(_("点评至少要指出一个问题"))
    comment, _is_new = LeaderComment.objects.update_or_create(
        subject=subject,
        leader=leader,
        defaults={"strengths": strengths, "problems": problems, "is_delivered": is_delivered or was},
    )
    if is_delivered and not was:
        Hall.objects.filter(pk=hall.pk).update(version=F("version") + 1)
        audit.record("note_comment", f"comment {comment.uid}", by=by)
    return comment


@transaction.atomic
def check_in(group, present: set[int], *, by):
    """Who of a group is here: a yes or no for each, no time."""
    Attendee.objects.filter(group=group).exclude(pk__in=present).update(is_present=False)
    Attendee.objects.filter(group=group, pk__in=present).update(is_present=True)
    audit.record("check_in", group.session, by=by, group=group.code)


@transaction.atomic
def count_heads(group, *, present: int, by):
    """How many of a group without a list of names are here."""
    if group.attendees.exists():
        raise RuleViolation(_("这一类有名单，请逐人签到"))
    if present > group.expected:
        raise RuleViolation(_("到会 %(n)d 人多于应到 %(all)d 人，请核对") % {"n": present, "all": group.expected})
    HeadCount.objects.update_or_create(group=group, defaults={"present": present})
    audit.record("count_heads", group.session, by=by, group=group.code)
