import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction

from ballots.models import Box
from core.errors import RuleViolation
from core.models import AuditEvent
from live.actions import agenda, attendance, clock, picture, run_sheet
from live.actions import comment as comments
from live.actions import question as questions
from live.models import Hall, RunItem
from officials.models import LeadingMember
from reviews.models import Answer, Attendee, Commitment, HeadCount, LeaderComment, Question, ReviewReport, ReviewSession
from tests import factories
from tests.live.conftest import NINE, SEALED

TODAY = NINE.date()

State = ReviewSession.State


def later(**passed):
    return NINE + dt.timedelta(**passed)


def go(hall, clerk, now=NINE):
    hall.refresh_from_db()
    run_sheet.advance(hall, version=hall.version, by=clerk, now=now)


def now_kind(hall):
    return hall.items.current().kind


# --- the start ---------------------------------------------------------------------------------------------


def test_the_start_opens_the_session_and_lays_the_run_sheet(session, clerk):
    hall = run_sheet.start(session, by=clerk, now=NINE)

    session.refresh_from_db()
    assert session.state == State.IN_PROGRESS
    assert hall.items.count() == 3 + 3 * 3
    first = hall.items.current()
    assert (first.kind, first.began_at) == ("OPENING", NINE)
    hall.refresh_from_db()
    assert (hall.paused_left, hall.is_running) == (300, False)


def test_it_is_refused_with_every_reason_and_nothing_happens(session, clerk):
    report = ReviewReport.objects.first()
    ReviewReport.objects.filter(pk=report.pk).update(state=ReviewReport.State.SUBMITTED)
    session.preparation.filter(kind="LOCK").update(done_on=None)

    with pytest.raises(RuleViolation) as refusal:
        run_sheet.start(session, by=clerk, now=NINE - dt.timedelta(days=1))

    assert refusal.value.messages == [
        "会议日期是12月22日，还没有到",
        f"{report.subject.name}的报告还没有通过",
        "计分方案还没有锁定，票卡还没有打印",
    ]
    session.refresh_from_db()
    assert session.state == State.READY
    assert not Hall.objects.exists()


def test_the_day_begins_at_midnight_here(session, clerk):
    """Half past midnight here is still the day before in UTC."""
    hall = run_sheet.start(session, by=clerk, now=dt.datetime(2026, 12, 21, 16, 30, tzinfo=dt.UTC))

    assert hall.session.state == State.IN_PROGRESS


def test_it_waits_for_two_thirds_ticked_or_counted(session, clerk):
    listed, counted = (factories.AudienceGroupFactory(session=session, code=code, expected=6) for code in "BC")
    people = Attendee.objects.bulk_create(Attendee(group=listed, name=str(n)) for n in range(6))
    HeadCount.objects.create(group=listed, present=6)  # counted before its list was made: the list holds
    attendance.count_heads(counted, present=5, by=clerk, today=TODAY)
    for person in people[:2]:
        attendance.check_in(person, is_present=True, by=clerk, today=TODAY)

    with pytest.raises(RuleViolation, match="签到 7 人，不足应到 12 人的三分之二（8 人）"):
        run_sheet.start(ReviewSession.objects.get(), by=clerk, now=NINE)

    attendance.check_in(people[2], is_present=True, by=clerk, today=TODAY)
    assert run_sheet.start(ReviewSession.objects.get(), by=clerk, now=NINE).items.exists()


def test_it_waits_until_the_session_is_declared_ready(session, clerk):
    ReviewSession.objects.update(state=State.REPORTS_DUE)
    session.refresh_from_db()

    with pytest.raises(RuleViolation, match="还没有确认准备就绪"):
        run_sheet.start(session, by=clerk, now=NINE)


def test_a_second_console_cannot_start_it_again(session, hall, clerk):
    stale = ReviewSession.objects.get(pk=session.pk)
    stale.state = State.READY

    with pytest.raises(RuleViolation):
        run_sheet.start(stale, by=clerk, now=NINE)

    assert Hall.objects.count() == 1
    assert RunItem.objects.filter(state="NOW").count() == 1


# --- step by step ------------------------------------------------------------------------------------------


def test_the_meeting_goes_through_all_items_of_an_official(hall, clerk, leader):
    subject = hall.session.subjects.first()

    go(hall, clerk, later(minutes=4))
    assert now_kind(hall) == "STATEMENT"
    go(hall, clerk, later(minutes=12))
    assert now_kind(hall) == "QUESTIONS"
    subject.report.refresh_from_db()
    assert subject.report.state == ReviewReport.State.PRESENTED
    go(hall, clerk, later(minutes=20))
    assert now_kind(hall) == "COMMENT"
    LeaderComment.objects.create(subject=subject, leader=leader.leading_member, problems="窗口慢", is_delivered=True)
    go(hall, clerk, later(minutes=23))
    assert (now_kind(hall), hall.items.current().subject) == ("STATEMENT", hall.session.subjects.all()[1])
    assert [item.used for item in hall.items.all()[:5]] == ["04:00", "08:00", "08:00", "03:00", ""]


def test_of_two_consoles_pressing_at_once_one_wins(hall, clerk, approver):
    here, there = Hall.objects.get(), Hall.objects.get()

    run_sheet.advance(here, version=here.version, by=approver, now=NINE)
    with pytest.raises(RuleViolation, match=f"另一台控制台（{approver}）"):
        run_sheet.advance(there, version=there.version, by=clerk, now=NINE)

    assert now_kind(hall) == "STATEMENT"


def test_no_two_items_are_on_at_once(hall):
    with pytest.raises(IntegrityError), transaction.atomic():
        RunItem.objects.update(state="NOW")


def test_a_step_taken_too_soon_is_taken_back(hall, clerk):
    go(hall, clerk, later(minutes=1))
    hall.refresh_from_db()

    run_sheet.step_back(hall, version=hall.version, by=clerk, now=later(minutes=2))

    items = list(hall.items.all()[:2])
    assert [(item.kind, item.state, item.began_at) for item in items] == [("OPENING", "NOW", NINE), ("STATEMENT", "TODO", None)]
    with pytest.raises(RuleViolation, match="已经是第一项"):
        run_sheet.step_back(hall, version=hall.version + 1, by=clerk, now=NINE)


def test_the_clock_of_a_statement_left_too_soon_goes_on_with_what_it_had(hall, clerk):
    go(hall, clerk)
    whole = Hall.objects.get().paused_left
    hall.refresh_from_db()
    clock.start_clock(hall, version=hall.version, by=clerk, now=NINE)
    go(hall, clerk, later(minutes=3))

    back(hall, clerk, later(minutes=3, seconds=20))
    hall.refresh_from_db()
    assert (now_kind(hall), hall.is_running, hall.paused_left) == ("STATEMENT", False, whole - 180)

    go(hall, clerk, later(minutes=4))
    assert Hall.objects.get().paused_left == 9 * 60  # the questions were not on for long enough to count


def test_the_clock_of_a_question_is_not_taken_for_that_of_its_item(hall, at_item, clerk):
    item = at_item("QUESTIONS")
    hall.refresh_from_db()
    question = item.subject.questions.first()
    questions.ask(hall, question, version=hall.version, by=clerk, now=NINE)
    back(hall, clerk, later(minutes=2))

    go(hall, clerk, later(minutes=5))

    assert (now_kind(hall), Hall.objects.get().paused_left) == ("QUESTIONS", item.minutes * 60)


def back(hall, clerk, now):
    hall.refresh_from_db()
    run_sheet.step_back(hall, version=hall.version, by=clerk, now=now)


def test_going_back_and_on_again_leaves_each_item_the_time_it_took(hall, clerk, leader):
    LeaderComment.objects.create(
        subject=hall.session.subjects.first(), leader=leader.leading_member, problems="窗口慢", is_delivered=True
    )
    for minute in (5, 13, 22, 25):  # four items done as planned; the second official's statement is on
        go(hall, clerk, later(minutes=minute))

    for minute in (30, 31, 33, 40):  # back to the opening, which is on until 42; one item was on for a minute, one for two
        back(hall, clerk, later(minutes=minute))
    assert [item.used for item in hall.items.all()] == [""] * len(hall.items.all())  # nothing is over any more
    for minute in (42, 44, 45, 50, 51):
        go(hall, clerk, later(minutes=minute))

    items = hall.items.all()[:5]
    assert [item.used for item in items] == ["07:00", "17:00", "12:00", "09:00", "06:00"]
    assert [item.began_at for item in items] == [later(minutes=n) for n in (0, 5, 13, 22, 25)]
    assert sum((item.span[2] - item.span[1] for item in items), dt.timedelta()) == dt.timedelta(minutes=51)


def test_there_is_no_way_back_into_a_meeting_that_ended_on_a_day_before(hall, clerk):
    hall.items.update(state=RunItem.State.DONE, began_at=NINE, ended_at=NINE)

    with pytest.raises(RuleViolation, match="已经过去"):
        back(hall, clerk, later(days=1))

    back(hall, clerk, later(hours=2))
    assert now_kind(hall) == "CLOSING"


@pytest.mark.parametrize("state", [State.VOTING_OPEN, State.VOTING_CLOSED])
def test_there_is_no_way_back_to_the_comments_once_voting_is_open(hall, at_item, clerk, state):
    at_item("SCORING")
    ReviewSession.objects.update(state=state)
    hall.session.refresh_from_db()

    with pytest.raises(RuleViolation, match="投票已经开启"):
        run_sheet.step_back(hall, version=hall.version, by=clerk, now=NINE)

    assert now_kind(hall) == "SCORING"


def test_nor_to_the_show_of_hands_or_to_whoever_was_passed_over_last(session, clerk):
    agenda.add(session, "HANDS", before=agenda.seen(agenda.sheet(session, None)), by=clerk)
    hall = run_sheet.start(session, by=clerk, now=NINE)
    go(hall, clerk)
    for _n in range(3):
        pass_over(hall, clerk)
    assert now_kind(hall) == "SCORING"
    ReviewSession.objects.update(state=State.VOTING_OPEN)
    hall = Hall.objects.get()

    with pytest.raises(RuleViolation, match="投票已经开启"):
        run_sheet.step_back(hall, version=hall.version, by=clerk, now=NINE)

    assert now_kind(hall) == "SCORING"
    assert session.subjects.present().count() == 0


@pytest.mark.django_db(databases=["default", "ballots"])
@pytest.mark.parametrize(
    ("reached", "box", "reason"),
    [
        (State.IN_PROGRESS, "SEALED_SETUP", "还没有投票"),
        (State.VOTING_OPEN, "OPEN", "还没有关闭"),
        (State.VOTING_OPEN, "CLOSING", "还没有关闭"),
        (State.VOTING_CLOSED, "OPEN", "还没有关闭"),  # a second round: the first was void after the close
        (State.COUNTED, "DRAFT", "还没有投票"),
    ],
)
def test_the_meeting_cannot_close_before_voting_has(hall, vote, clerk, reached, box, reason):
    vote(box, reached=reached)

    with pytest.raises(RuleViolation, match=reason):
        go(hall, clerk)

    assert now_kind(hall) == "SCORING"


@pytest.mark.django_db(databases=["default", "ballots"])
def test_the_meeting_does_not_end_over_a_box_opened_anew(hall, vote, at_item, clerk):
    vote("CLOSED", reached=State.VOTING_CLOSED)
    go(hall, clerk)
    second = vote("OPEN", reached=State.VOTING_CLOSED)
    at_item("CLOSING")

    with pytest.raises(RuleViolation, match="评议投票还没有关闭"):
        go(hall, clerk)
    Box.objects.filter(sid=second.sid).update(state=Box.State.CLOSED)
    go(hall, clerk)


@pytest.mark.django_db(databases=["default", "ballots"])
def test_after_the_last_item_it_is_over_and_may_be_taken_back(hall, vote, clerk):
    vote("CLOSED", reached=State.VOTING_CLOSED)

    go(hall, clerk)
    go(hall, clerk)

    assert not hall.items.exclude(state="DONE").exists()
    for press in (run_sheet.advance, clock.start_clock, clock.add_minute):
        with pytest.raises(RuleViolation, match="会议已经结束"):
            press(hall, version=hall.version, by=clerk, now=NINE)
    run_sheet.step_back(hall, version=hall.version, by=clerk, now=NINE)
    assert now_kind(hall) == "CLOSING"


# --- an official who does not come -----------------------------------------------------------------------------


def pass_over(hall, clerk, *, reason="因病住院", now=NINE):
    hall.refresh_from_db()
    run_sheet.pass_over(hall, reason=reason, version=hall.version, by=clerk, now=now)


def test_an_official_who_has_not_come_is_passed_over_with_the_reason(hall, at_item, clerk):
    absent = at_item("STATEMENT").subject

    pass_over(hall, clerk, now=later(minutes=1))

    absent.refresh_from_db()
    turn = hall.items.filter(subject=absent)
    assert absent.absence == "因病住院"
    assert [(item.state, item.ended_at) for item in turn] == [("DONE", later(minutes=1))] * 3
    assert (now_kind(hall), hall.items.current().subject) == ("STATEMENT", hall.session.subjects.all()[1])
    assert absent.report.state != ReviewReport.State.PRESENTED
    line = AuditEvent.objects.filter(action="pass_over").get()
    assert "住院" not in line.detail
    with pytest.raises(RuleViolation, match="写明缺席的原因"):
        pass_over(hall, clerk, reason="  ")


@pytest.mark.parametrize("kind", ["OPENING", "QUESTIONS", "COMMENT", "SCORING"])
def test_nobody_is_passed_over_out_of_turn(hall, at_item, clerk, kind):
    at_item(kind)

    with pytest.raises(RuleViolation, match="轮到本人述廉时"):
        pass_over(hall, clerk)

    assert not hall.session.subjects.exclude(absence="").exists()


def test_who_was_asked_was_there(hall, at_item, clerk):
    item = at_item("STATEMENT")
    item.subject.questions.update(state=Question.State.ASKED)

    with pytest.raises(RuleViolation, match="不能记缺席"):
        pass_over(hall, clerk)


def test_the_way_back_calls_up_who_was_passed_over(hall, at_item, clerk):
    absent = at_item("STATEMENT").subject
    pass_over(hall, clerk)

    run_sheet.step_back(hall, version=hall.version, by=clerk, now=later(minutes=2))

    absent.refresh_from_db()
    assert absent.absence == ""
    turn = list(hall.items.filter(subject=absent))
    assert [(item.state, item.ended_at) for item in turn] == [("NOW", None), ("TODO", None), ("TODO", None)]
    assert turn[0].began_at == later(minutes=2)


def test_the_last_one_passed_over_leads_to_the_scoring(hall, at_item, clerk):
    at_item("STATEMENT")
    for _n in range(3):
        pass_over(hall, clerk)
    assert now_kind(hall) == "SCORING"


MINUTES = {"OPENING": 4, "STATEMENT": 6, "QUESTIONS": 10, "COMMENT": 2, "SCORING": 20, "CLOSING": 3}


def test_the_minutes_planned_beforehand_lay_the_run_sheet(session, clerk):
    for n in (7, 6):
        run_sheet.plan_minutes(session, minutes=MINUTES | {"STATEMENT": n}, by=clerk)

    hall = run_sheet.start(session, by=clerk, now=NINE)

    assert [item.minutes for item in hall.items.all()] == [4, *[6, 10, 2] * 3, 20, 3]
    hall.refresh_from_db()
    assert hall.paused_left == 240


def test_of_a_meeting_under_way_only_what_is_to_come_gets_other_minutes(hall, clerk):
    go(hall, clerk)
    hall.refresh_from_db()
    version = hall.version

    run_sheet.plan_minutes(hall.session, minutes=MINUTES, by=clerk)

    assert [item.minutes for item in hall.items.all()[:5]] == [5, 8, 10, 2, 6]  # the first statement is on
    hall.refresh_from_db()
    assert hall.version == version + 1
    ReviewSession.objects.update(state=State.COUNTED)
    with pytest.raises(RuleViolation, match="已经计票"):
        run_sheet.plan_minutes(hall.session, minutes=MINUTES, by=clerk)


# --- the clock ---------------------------------------------------------------------------------------------


def test_the_clock_runs_on_through_a_restart(hall, clerk):
    clock.start_clock(hall, version=hall.version, by=clerk, now=NINE)

    found = Hall.objects.get()  # as a process begun later finds it

    assert found.seconds_left(later(minutes=2)) == 180
    assert found.seconds_left(later(minutes=6)) == -60


def test_the_clock_is_paused_goes_on_and_gets_a_minute_more(hall, clerk):
    def press(step, now):
        hall.refresh_from_db()
        step(hall, version=hall.version, by=clerk, now=now)
        hall.refresh_from_db()

    press(clock.add_minute, NINE)
    assert hall.seconds_left(later(minutes=9)) == 360
    press(clock.start_clock, NINE)
    press(clock.pause_clock, later(minutes=2))
    assert hall.seconds_left(later(minutes=30)) == 240
    press(clock.pause_clock, later(minutes=3))  # pressed again: it stays as it stands
    assert hall.seconds_left(later(minutes=30)) == 240
    press(clock.start_clock, later(minutes=30))
    press(clock.start_clock, later(minutes=31))
    press(clock.add_minute, later(minutes=31))
    assert hall.seconds_left(later(minutes=31)) == 240


def test_a_new_item_brings_its_own_time(hall, clerk):
    clock.start_clock(hall, version=hall.version, by=clerk, now=NINE)

    go(hall, clerk, later(minutes=1))

    hall.refresh_from_db()
    assert (hall.is_running, hall.paused_left) == (False, 480)


def test_the_neutral_slide_needs_no_newest_picture(hall, clerk):
    version = hall.version

    for _press in range(2):
        picture.show_neutral(hall, version=0, by=clerk, now=NINE)

    hall.refresh_from_db()
    assert (hall.is_neutral, hall.version) == (True, version + 1)
    picture.show_stage(hall, version=0, by=clerk, now=NINE)
    hall.refresh_from_db()
    assert (hall.is_neutral, hall.version) == (False, version + 2)


# --- questions and answers ---------------------------------------------------------------------------------


def ask(hall, question, clerk, now=NINE):
    hall.refresh_from_db()
    question.refresh_from_db()
    questions.ask(hall, question, version=hall.version, by=clerk, now=now)
    question.refresh_from_db()
    hall.refresh_from_db()


def note(question, clerk, summary="已改", **more):
    known = {"is_unsatisfactory": False, "before": "", "before_unsatisfactory": False} | more
    return questions.note_answer(Question.objects.get(pk=question.pk), summary=summary, by=clerk, **known)


def test_sealed_questions_are_opened_one_by_one(hall, at_item, clerk):
    subject = at_item("QUESTIONS").subject
    first, second = subject.questions.all()

    ask(hall, first, clerk)

    assert (first.state, hall.question, hall.seconds_left(later(minutes=1))) == (Question.State.ASKED, first, 120)
    with pytest.raises(RuleViolation, match="第 1 问还没有记下答复要点"):
        ask(hall, second, clerk)
    second.refresh_from_db()
    assert second.state == Question.State.SEALED
    note(first, clerk)
    ask(hall, second, clerk)
    assert (second.state, hall.question) == (Question.State.ASKED, second)
    assert not AuditEvent.objects.filter(detail__contains=SEALED).exists()
    assert not AuditEvent.objects.filter(thing__contains=SEALED).exists()


def test_questions_are_numbered_as_they_are_asked(hall, at_item, clerk):
    subject = at_item("QUESTIONS").subject
    first, second = subject.questions.all()

    ask(hall, second, clerk)
    note(second, clerk)
    questions.ask_from_floor(hall, text="今年去过几个小区？", version=hall.version, by=clerk, now=NINE)
    hall.refresh_from_db()
    floor = hall.question
    note(floor, clerk)
    ask(hall, first, clerk)

    assert list(subject.questions.asked()) == [second, floor, first]
    assert [question.order for question in subject.questions.asked()] == [1, 2, 3]
    assert floor.source == Question.Source.FLOOR


def test_an_asked_question_is_shown_again_with_its_own_time(hall, at_item, clerk):
    first, second = at_item("QUESTIONS").subject.questions.all()
    for question in (first, second):
        ask(hall, question, clerk)
        note(question, clerk)

    ask(hall, first, clerk, now=later(minutes=10))

    assert (hall.question, hall.seconds_left(later(minutes=10))) == (first, 180)
    assert [first.order, second.order] == [1, 2]


def test_nobody_is_asked_out_of_turn(hall, at_item, clerk):
    other = Question.objects.exclude(subject=at_item("QUESTIONS").subject).first()

    with pytest.raises(RuleViolation, match="现在不是向这位同志提问的环节"):
        ask(hall, other, clerk)
    at_item("STATEMENT")
    with pytest.raises(RuleViolation, match="现在不是提问的环节"):
        questions.ask_from_floor(hall, text="？", version=hall.version, by=clerk, now=NINE)

    other.refresh_from_db()
    assert other.state == Question.State.SEALED
    assert Question.objects.filter(source=Question.Source.FLOOR).count() == 0


def test_a_floor_question_from_an_old_picture_is_not_asked(hall, at_item, clerk):
    at_item("QUESTIONS")
    clock.add_minute(hall, version=hall.version, by=clerk, now=NINE)

    with pytest.raises(RuleViolation, match="另一台控制台"):
        questions.ask_from_floor(hall, text="几个？", version=hall.version - 1, by=clerk, now=NINE)

    assert not Question.objects.filter(source=Question.Source.FLOOR).exists()


def from_floor(hall, clerk):
    questions.ask_from_floor(hall, text="打错了？", version=hall.version, by=clerk, now=NINE)
    hall.refresh_from_db()
    return hall.question


def take_back(hall, question, clerk):
    hall.refresh_from_db()
    question.refresh_from_db()
    questions.withdraw_from_floor(hall, question, version=hall.version, by=clerk, now=later(minutes=1))


def test_a_floor_question_noted_by_mistake_is_taken_back_from_every_screen(hall, at_item, clerk):
    item = at_item("QUESTIONS")
    question = from_floor(hall, clerk)

    take_back(hall, question, clerk)

    hall.refresh_from_db()
    assert (hall.question, hall.is_running, hall.seconds_left(NINE)) == (None, False, item.minutes * 60)
    question.refresh_from_db()
    assert question.state == Question.State.WITHDRAWN
    assert not item.subject.questions.asked().exists()
    lines = AuditEvent.objects.filter(action="withdraw_floor_question")
    assert [(line.thing, line.detail) for line in lines] == [(f"question {question.uid}", "")]
    take_back(hall, question, clerk)
    assert lines.count() == 1
    assert from_floor(hall, clerk).order == 1


def test_what_hangs_on_a_floor_question_keeps_it(hall, at_item, clerk):
    item = at_item("QUESTIONS")
    prepared, question = item.subject.questions.first(), from_floor(hall, clerk)
    questions.commit_to(hall, item.subject, text="按月公开", due_on=dt.date(2027, 3, 31), by=clerk)

    with pytest.raises(RuleViolation, match="已经记下答问时的承诺"):
        take_back(hall, question, clerk)
    note(question, clerk)
    with pytest.raises(RuleViolation) as refusal:
        take_back(hall, question, clerk)
    assert refusal.value.messages == ["已经记下答复，现场提问不能撤回", "已经记下答问时的承诺，现场提问不能撤回"]
    ask(hall, prepared, clerk)
    with pytest.raises(RuleViolation, match="只有误记的现场提问可以"):
        take_back(hall, prepared, clerk)

    question.refresh_from_db()
    assert question.state == Question.State.ANSWERED
    assert hall.items.current() == item


def test_only_the_official_who_is_asked_loses_a_floor_question(hall, at_item, clerk):
    at_item("QUESTIONS")
    question = from_floor(hall, clerk)
    at_item("COMMENT")

    with pytest.raises(RuleViolation, match="现在不是向这位同志提问的环节"):
        take_back(hall, question, clerk)

    ReviewSession.objects.update(state=State.COUNTED)
    with pytest.raises(RuleViolation, match="已经计票"):
        take_back(hall, question, clerk)


def test_the_official_is_not_let_go_before_the_answer_is_noted(hall, at_item, clerk):
    question = at_item("QUESTIONS").subject.questions.first()
    ask(hall, question, clerk)
    note(question, clerk, summary="", is_unsatisfactory=True)

    with pytest.raises(RuleViolation, match="第 1 问还没有记下答复要点"):
        go(hall, clerk)

    note(question, clerk, summary="九月底办结", before_unsatisfactory=True)
    go(hall, clerk)
    assert now_kind(hall) == "COMMENT"


def test_the_day_of_a_written_inquiry_is_not_taken_away_unseen(hall, at_item, clerk):
    question = at_item("QUESTIONS").subject.questions.first()
    ask(hall, question, clerk)
    day = dt.date(2027, 1, 31)
    note(question, clerk, inquiry_due_on=day)

    with pytest.raises(RuleViolation, match="刚改过这条答复，现在是"):
        note(question, clerk, before="已改")

    assert Answer.objects.get().inquiry_due_on == day
    note(question, clerk, before="已改", before_due_on=day)
    assert Answer.objects.get().inquiry_due_on is None


def test_a_sealed_question_has_no_answer(hall, clerk):
    with pytest.raises(RuleViolation, match="还没有问"):
        note(Question.objects.first(), clerk)


def test_nothing_is_noted_for_a_question_withdrawn_meanwhile(hall, at_item, clerk):
    at_item("QUESTIONS")
    question = from_floor(hall, clerk)  # as this console still knows it
    take_back(hall, Question.objects.get(pk=question.pk), clerk)

    with pytest.raises(RuleViolation, match="还没有问"):
        questions.note_answer(question, summary="", is_unsatisfactory=True, before="", before_unsatisfactory=False, by=clerk)

    assert not Answer.objects.exists()


def test_nobody_overwrites_what_another_console_noted(hall, at_item, clerk):
    question = at_item("QUESTIONS").subject.questions.first()
    ask(hall, question, clerk)
    note(question, clerk, summary="甲记的\n两行")

    with pytest.raises(RuleViolation, match="刚改过这条答复，现在是"):
        note(question, clerk, summary="乙记的", before="")

    assert Answer.objects.get().summary == "甲记的\n两行"
    note(question, clerk, summary="甲记的，补充", before="甲记的\r\n两行 ")
    note(question, clerk, summary="甲记的，补充", before="甲记的")  # sent twice: the words are there already
    assert Answer.objects.get().summary == "甲记的，补充"


def test_a_promise_is_noted_with_its_day_and_question(hall, at_item, clerk):
    item = at_item("QUESTIONS")
    ask(hall, item.subject.questions.first(), clerk)
    version = hall.version

    questions.commit_to(hall, item.subject, text="按月公开", due_on=dt.date(2027, 1, 31), by=clerk)

    promise = Commitment.objects.get()
    assert (promise.subject, promise.question, promise.due_on) == (item.subject, hall.question, dt.date(2027, 1, 31))
    hall.refresh_from_db()
    assert hall.version == version + 1
    other = hall.session.subjects.last()
    questions.commit_to(hall, other, text="晚说的", due_on=dt.date(2027, 1, 31), by=clerk)
    assert Commitment.objects.get(text="晚说的").question is None
    with pytest.raises(RuleViolation, match="早于会议日期"):
        questions.commit_to(hall, other, text="早", due_on=dt.date(2026, 12, 1), by=clerk)


# --- comments ----------------------------------------------------------------------------------------------


def comment(hall, subject, leader, clerk, problems="窗口慢", is_delivered=True, **more):
    """Noted by somebody who knew the words that stand, unless told otherwise."""
    words = {"leader": leader.leading_member, "strengths": "实", "problems": problems}
    words = known(subject, leader.leading_member) | words | more
    return comments.note_comment(hall, subject, **words, is_delivered=is_delivered, by=clerk)


def draft(subject, leader, problems, **more):
    words = {"leader": leader.leading_member, "strengths": "", "problems": problems}
    return comments.draft_comment(subject, **known(subject, leader.leading_member) | words | more, by=leader)


def known(subject, leader):
    kept = LeaderComment.objects.filter(subject=subject, leader=leader).first()
    return {"before_strengths": kept.strengths if kept else "", "before_problems": kept.problems if kept else ""}


def test_a_comment_names_a_problem_before_the_next_is_called(hall, at_item, clerk, leader):
    subject = at_item("COMMENT").subject

    with pytest.raises(RuleViolation, match="至少要指出一个问题"):
        comment(hall, subject, leader, clerk, problems="")
    comment(hall, subject, leader, clerk, problems="", is_delivered=False)
    with pytest.raises(RuleViolation, match="还没有记下点评"):
        go(hall, clerk)

    comment(hall, subject, leader, clerk)
    go(hall, clerk)
    assert now_kind(hall) == "STATEMENT"


def test_what_was_delivered_stays_delivered_while_it_is_corrected(hall, at_item, clerk, leader):
    subject = at_item("COMMENT").subject
    comment(hall, subject, leader, clerk)

    comment(hall, subject, leader, clerk, problems="窗口慢\n账目不公开", is_delivered=False)

    kept = LeaderComment.objects.get()
    assert (kept.is_delivered, kept.problems) == (True, "窗口慢\n账目不公开")
    comment(hall, subject, leader, clerk, problems="窗口慢\n账目不公开", is_delivered=False)  # saved again, nothing new
    lines = AuditEvent.objects.filter(action__endswith="_comment").order_by("n")
    assert [(line.action, line.detail) for line in lines] == [("note_comment", ""), ("change_comment", "")]
    with pytest.raises(RuleViolation):
        comment(hall, subject, leader, clerk, problems="", is_delivered=False)
    with pytest.raises(RuleViolation, match="已在会上作出"):
        draft(subject, leader, "改口")


def test_a_leader_drafts_until_the_meeting_is_over(session, leader):
    subject = session.subjects.first()

    for problems in ("窗口慢", "窗口慢\n账目不公开"):
        draft(subject, leader, problems)

    kept = LeaderComment.objects.get()
    assert (kept.problems, kept.is_delivered) == ("窗口慢\n账目不公开", False)
    assert AuditEvent.objects.filter(action="draft_comment").count() == 1
    ReviewSession.objects.update(state=State.VOTING_CLOSED)
    subject.session.refresh_from_db()
    with pytest.raises(RuleViolation, match="会议已经结束"):
        draft(subject, leader, "晚了")


def test_two_leaders_may_comment_on_one_official(hall, at_item, clerk, leader):
    subject = at_item("COMMENT").subject
    second = LeadingMember.objects.create(code="X9", name="祁望野", post="区委常委")
    comment(hall, subject, leader, clerk)

    words = {"strengths": "", "problems": "人情", "before_strengths": "", "before_problems": ""}
    comments.note_comment(hall, subject, leader=second, **words, is_delivered=True, by=clerk)

    assert set(LeaderComment.objects.values_list("leader__name", "problems")) == {("姜景舟", "窗口慢"), ("祁望野", "人情")}


def test_leader_and_console_do_not_overwrite_each_others_words(hall, at_item, clerk, leader):
    subject = at_item("COMMENT").subject
    draft(subject, leader, "窗口慢")

    with pytest.raises(RuleViolation, match="刚在别处改过"):
        comment(hall, subject, leader, clerk, problems="人情", before_problems="")
    comment(hall, subject, leader, clerk, problems="窗口慢\n人情", is_delivered=False)
    with pytest.raises(RuleViolation, match="刚在别处改过"):
        draft(subject, leader, "账目", before_strengths="", before_problems="窗口慢")

    kept = LeaderComment.objects.get()
    assert (kept.strengths, kept.problems, kept.is_delivered) == ("实", "窗口慢\n人情", False)
    draft(
        subject, leader, kept.problems, strengths="实", before_strengths="", before_problems=""
    )  # sent twice: it is there already
    draft(subject, leader, "账目", before_strengths="实 ", before_problems="窗口慢\r\n人情")
    assert LeaderComment.objects.get().problems == "账目"


# --- presence ----------------------------------------------------------------------------------------------


def test_presence_is_a_yes_or_no_for_one_person_and_the_trail_keeps_no_moment_of_each(session, clerk):
    other_clerk = factories.UserFactory(roles=["organiser"])
    group, other = (factories.AudienceGroupFactory(session=session, code=code) for code in "BC")
    ann, bob = (Attendee.objects.create(group=group, name=name, is_present=name == "乙") for name in ("甲", "乙"))
    Attendee.objects.create(group=other, name="丙")

    attendance.check_in(ann, is_present=True, by=clerk, today=TODAY)
    attendance.check_in(ann, is_present=True, by=clerk, today=TODAY)  # from a tablet that had not heard of it

    assert set(Attendee.objects.filter(is_present=True)) == {ann, bob}
    Attendee.objects.filter(name="丙").update(is_present=False)
    attendance.check_in(Attendee.objects.get(name="丙"), is_present=True, by=clerk, today=TODAY)
    attendance.check_in(ann, is_present=False, by=clerk, today=TODAY)
    attendance.check_in(ann, is_present=True, by=other_clerk, today=TODAY)
    lines = AuditEvent.objects.filter(action="check_in").order_by("n")
    assert [(line.actor, json.loads(line.detail)) for line in lines] == [
        (clerk.username, {"group": "B"}), (clerk.username, {"group": "C"}), (other_clerk.username, {"group": "B"})
    ]  # fmt: skip
    assert not AuditEvent.objects.filter(action="check_in", detail__contains="甲").exists()
    attendance.check_in(bob, is_present=False, by=clerk, today=TODAY)
    assert {person.name for person in Attendee.objects.filter(is_present=True)} == {"甲", "丙"}


@pytest.mark.parametrize("is_rehearsal", [False, True])
def test_nobody_is_here_before_the_day_of_the_meeting_but_for_a_rehearsal(session, clerk, is_rehearsal):
    ReviewSession.objects.update(is_rehearsal=is_rehearsal)
    listed, counted = (factories.AudienceGroupFactory(session=session, code=code, expected=9) for code in "BC")
    person = Attendee.objects.create(group=listed, name="甲")
    yesterday = TODAY - dt.timedelta(days=1)

    if is_rehearsal:
        attendance.check_in(person, is_present=True, by=clerk, today=yesterday)
        attendance.count_heads(counted, present=3, by=clerk, today=yesterday)
    else:
        with pytest.raises(RuleViolation, match="会议日期是12月22日，当天才能签到"):
            attendance.check_in(person, is_present=True, by=clerk, today=yesterday)
        with pytest.raises(RuleViolation, match="当天才能签到"):
            attendance.count_heads(counted, present=3, by=clerk, today=yesterday)

    assert Attendee.objects.filter(is_present=True).exists() == is_rehearsal
    assert HeadCount.objects.exists() == is_rehearsal


def test_groups_without_a_list_are_counted(session, clerk):
    group = factories.AudienceGroupFactory(session=session, expected=59)

    attendance.count_heads(group, present=50, by=clerk, today=TODAY)
    attendance.count_heads(group, present=54, by=clerk, today=TODAY)

    assert HeadCount.objects.get().present == 54
    assert AuditEvent.objects.filter(action="count_heads").count() == 1
    with pytest.raises(RuleViolation, match="多于应到"):
        attendance.count_heads(group, present=60, by=clerk, today=TODAY)
    Attendee.objects.create(group=group, name="甲")
    with pytest.raises(RuleViolation, match="有名单"):
        attendance.count_heads(group, present=1, by=clerk, today=TODAY)


# --- the end of the record ---------------------------------------------------------------------------------


@pytest.mark.parametrize("write", ["note_answer", "commit_to", "draft_comment", "note_comment", "check_in", "count_heads"])
def test_with_the_count_the_record_is_closed(hall, at_item, clerk, leader, write):
    question = at_item("QUESTIONS").subject.questions.first()
    ask(hall, question, clerk)
    counted, listed = (factories.AudienceGroupFactory(session=hall.session, code=code, expected=9) for code in "BC")
    person = Attendee.objects.create(group=listed, name="甲")
    ReviewSession.objects.update(state=State.COUNTED)  # counted meanwhile: what is in hand still says otherwise

    with pytest.raises(RuleViolation, match="已经计票，会场记录不能再改"):
        {
            "note_answer": lambda: note(question, clerk),
            "commit_to": lambda: questions.commit_to(hall, question.subject, text="公开", due_on=dt.date(2027, 1, 31), by=clerk),
            "draft_comment": lambda: draft(question.subject, leader, "窗口慢"),
            "note_comment": lambda: comment(hall, question.subject, leader, clerk),
            "check_in": lambda: attendance.check_in(person, is_present=True, by=clerk, today=TODAY),
            "count_heads": lambda: attendance.count_heads(counted, present=1, by=clerk, today=TODAY),
        }[write]()

    assert not any(model.objects.exists() for model in (Answer, Commitment, LeaderComment, HeadCount))
    assert not Attendee.objects.filter(is_present=True).exists()
