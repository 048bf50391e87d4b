import datetime as dt
import json

import pytest
from django.utils import timezone
from django.utils.translation import override

from core.calendar import written
from core.errors import RuleViolation
from core.models import AuditEvent
from notices import actions as notices
from notices.models import Notice
from officials.roles import Role
from reviews.actions import session as actions
from reviews.models import AudienceGroup, Digest, OpinionForm, Question, ReviewReport, ReviewSession
from tests import factories

State = ReviewSession.State
TODAY = dt.date(2026, 11, 6)
YEAR_END = dt.date(2026, 12, 22)
PLAN = {
    "title": "年终集中述责述廉评议会",
    "kind": "CONCENTRATED",
    "date": YEAR_END,
    "place": "区委礼堂",
    "chair": "袁秉柏",
    "is_rehearsal": False,
    "today": TODAY,
}


def fresh(session):
    return ReviewSession.objects.get(pk=session.pk)


def state_of(session):
    return fresh(session).state


@pytest.fixture
def draft(clerk):
    """A draft that may be handed in: five subjects and an audience."""
    session = factories.ReviewSessionFactory(subjects=5, state=State.DRAFT, created_by=clerk)
    factories.AudienceGroupFactory(session=session)
    return session


@pytest.fixture
def planned(draft, clerk, approver):
    actions.submit_session(draft, by=clerk)
    return fresh(draft)


def test_the_leaders_are_written_to_in_chinese_whatever_language_the_clerk_reads(draft, clerk, approver):
    with override("en"):
        actions.submit_session(draft, by=clerk)
        actions.return_session(fresh(draft), reason="换一个日期", by=approver)

    assert set(Notice.objects.values_list("subject", flat=True)) == {f"待审批：{draft.title}", f"退回修改：{draft.title}"}


# --- plan --------------------------------------------------------------------------------------------------


def test_a_new_session_has_its_dates_its_groups_and_the_rules_in_force(clerk):
    old = factories.RuleSetFactory(version=1, in_force_from=dt.date(2019, 1, 1))
    rule_set = factories.lay_foundations(version=2, in_force_from=dt.date(2024, 7, 1))

    session = actions.create_session(**PLAN, by=clerk)

    assert session.rule_set == rule_set != old
    assert session.preparation.get(kind="CANVASS").due_on == dt.date(2026, 11, 20)
    assert [(g.code, g.is_anonymous) for g in session.audience.all()] == [("A", False), ("B", True), ("C", True), ("D", True)]
    assert AuditEvent.objects.get().action == "create"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "DISPERSED"}, "分散述责述廉安排在前三季度"),
        ({"date": dt.date(2027, 6, 17)}, "集中述责述廉安排在第四季度"),
        ({"date": dt.date(2020, 12, 22), "today": dt.date(2020, 12, 1)}, "没有施行的会议规则"),
        ({"date": dt.date(2026, 11, 5)}, "2026年11月5日已经过去"),
        ({"date": dt.date(2026, 11, 5), "is_rehearsal": True}, "2026年11月5日已经过去"),
    ],
)
def test_a_session_out_of_season_or_without_rules_is_refused(clerk, changes, why):
    factories.lay_foundations()

    with pytest.raises(RuleViolation, match=why):
        actions.create_session(**{**PLAN, **changes}, by=clerk)

    assert not ReviewSession.objects.exists()


def test_nothing_is_planned_before_rules_term_and_outline_are_entered_and_each_is_named(clerk):
    with pytest.raises(RuleViolation) as refusal:
        actions.create_session(**PLAN, by=clerk)

    commands = ["add_rule_set", "set_term", "add_report_outline"]
    assert [command in words for command, words in zip(commands, refusal.value.messages, strict=True)] == [True] * 3
    assert not ReviewSession.objects.exists()


def test_a_draft_is_not_moved_to_a_day_of_no_term(draft, clerk):
    with pytest.raises(RuleViolation, match="属于哪一届还没有登记"):
        actions.change_session(draft, **{**PLAN, "date": dt.date(2029, 12, 18)}, by=clerk)


def test_a_draft_stays_where_it_is_rather_than_move_to_a_past_day(draft, clerk):
    factories.lay_foundations()

    with pytest.raises(RuleViolation, match="已经过去"):
        actions.change_session(draft, **{**PLAN, "date": dt.date(2026, 11, 5)}, by=clerk)
    actions.change_session(draft, **{**PLAN, "date": TODAY}, by=clerk)

    assert fresh(draft).date == TODAY


def test_a_rehearsal_may_be_held_in_any_season(clerk):
    factories.lay_foundations()

    session = actions.create_session(**{**PLAN, "date": dt.date(2027, 6, 17), "is_rehearsal": True}, by=clerk)

    assert session.is_rehearsal


def test_a_new_date_lays_the_preparation_anew(draft, clerk):
    factories.lay_foundations()

    actions.change_session(draft, **{**PLAN, "date": dt.date(2026, 12, 29)}, by=clerk)

    assert draft.preparation.get(kind="CANVASS").due_on == dt.date(2026, 11, 27)
    assert draft.preparation.count() == 8


def test_once_handed_in_the_place_may_change_and_the_date_may_not(planned, clerk):
    same = {**PLAN, "title": planned.title}

    actions.change_session(fresh(planned), **{**same, "place": "区会议中心"}, by=clerk)
    with pytest.raises(RuleViolation, match="日期、形式不能直接改"):
        actions.change_session(fresh(planned), **{**same, "date": dt.date(2026, 12, 23)}, by=clerk)

    assert fresh(planned).place == "区会议中心"
    assert fresh(planned).date == YEAR_END


def test_a_rehearsal_never_turns_into_a_real_session(clerk):
    session = factories.ReviewSessionFactory(state=State.DRAFT, is_rehearsal=True)

    with pytest.raises(RuleViolation, match="不能改为正式会议"):
        actions.change_session(fresh(session), **PLAN, by=clerk)


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.CLOSED, State.POSTPONED, State.CANCELLED])
def test_a_session_that_began_or_was_halted_does_not_change(clerk, state):
    session = factories.ReviewSessionFactory(state=state)

    with pytest.raises(RuleViolation, match="不能再改"):
        actions.change_session(fresh(session), **PLAN, by=clerk)


# --- approve -----------------------------------------------------------------------------------------------


def test_submitting_tells_the_leader(draft, clerk, approver):
    actions.submit_session(draft, by=clerk)

    notice = Notice.objects.get()
    assert (state_of(draft), notice.to, notice.link) == (State.PLANNED, approver, draft.get_absolute_url())


def test_a_session_below_its_number_is_refused_with_the_number(clerk):
    session = factories.ReviewSessionFactory(subjects=4, state=State.DRAFT)
    factories.AudienceGroupFactory(session=session)

    with pytest.raises(RuleViolation, match="5 至 10 人述责述廉，现在 4 人"):
        actions.submit_session(session, by=clerk)

    assert state_of(session) == State.DRAFT


def test_who_was_heard_this_term_is_refused_by_name_until_a_reason_is_written(draft, clerk):
    factories.TermFactory()
    subject = draft.subjects.first()
    held = factories.ReviewSessionFactory(date=dt.date(2025, 12, 20), state=State.CLOSED)
    factories.SessionSubjectFactory(session=held, official=subject.official)

    with pytest.raises(RuleViolation, match=f"{subject.name}本届已于2025年12月20日述责述廉"):
        actions.submit_session(fresh(draft), by=clerk)
    subject.repeat_reason = "巡察反馈问题突出"
    subject.save()
    actions.submit_session(fresh(draft), by=clerk)

    assert state_of(draft) == State.PLANNED


@pytest.mark.parametrize(
    "other",
    [
        {"date": dt.date(2023, 12, 20), "state": State.CLOSED},  # an earlier term
        {"date": dt.date(2025, 12, 20), "state": State.CANCELLED},
        {"date": dt.date(2025, 12, 20), "state": State.CLOSED, "is_rehearsal": True},
    ],
)
def test_what_does_not_count_for_the_term_hinders_nobody(draft, clerk, other):
    factories.TermFactory()
    factories.SessionSubjectFactory(session=factories.ReviewSessionFactory(**other), official=draft.subjects.first().official)

    actions.submit_session(fresh(draft), by=clerk)

    assert state_of(draft) == State.PLANNED


def test_approving_notes_who_and_when_and_answers(planned, clerk, approver):
    actions.approve_session(planned, by=approver, today=TODAY)

    session = fresh(planned)
    assert (session.state, session.approved_by, session.approved_on) == (State.APPROVED, approver, TODAY)
    assert Notice.objects.filter(to=clerk, subject__startswith="已批准").exists()


def test_who_answers_in_a_session_is_told_of_the_report_when_it_is_approved(planned, approver):
    subject, other = planned.subjects.all()[:2]
    official = factories.UserFactory(roles=[Role.SUBJECT], official=subject.official)
    liaison = factories.UserFactory(roles=[Role.LIAISON], unit=subject.unit)
    theirs = factories.UserFactory(roles=[Role.SUBJECT], official=other.official)

    actions.approve_session(planned, by=approver, today=TODAY)

    due = written(planned.tasks["REPORTS"].due_on)
    for user in (official, liaison, theirs):
        assert Notice.objects.get(to=user).subject == f"请撰写述责述廉报告，{due}前提交：{planned.title}"


def test_who_is_told_late_is_told_once(planned, approver):
    official = factories.UserFactory(roles=[Role.SUBJECT], official=planned.subjects.first().official)

    today = planned.tasks["REPORTS"].due_on + dt.timedelta(days=1)
    actions.approve_session(planned, by=approver, today=today)
    actions.sweep_preparation(today=today)

    assert Notice.objects.get(to=official).subject == f"述责述廉报告已过期，请尽快提交：{planned.title}"


def test_nobody_approves_the_own_session(draft):
    both = factories.UserFactory(roles=[Role.ORGANISER, Role.APPROVER])
    actions.submit_session(draft, by=both)

    with pytest.raises(RuleViolation, match="不能审批自己的会议"):
        actions.approve_session(fresh(draft), by=both, today=TODAY)

    assert state_of(draft) == State.PLANNED


def test_nobody_approves_a_session_that_he_or_she_planned_and_another_handed_in(draft, clerk):
    both = factories.UserFactory(roles=[Role.ORGANISER, Role.APPROVER])
    ReviewSession.objects.update(created_by=both)
    actions.submit_session(fresh(draft), by=clerk)

    with pytest.raises(RuleViolation, match="不能审批自己的会议"):
        actions.approve_session(fresh(draft), by=both, today=TODAY)

    assert state_of(draft) == State.PLANNED


def test_nobody_approves_a_plan_that_was_changed_after_the_page_that_showed_it(planned, clerk, approver):
    shown = planned.submissions
    actions.change_session(fresh(planned), **{**PLAN, "place": "区会议中心"}, by=clerk)

    with pytest.raises(RuleViolation, match="会议安排刚改过"):
        actions.approve_session(fresh(planned), seen=shown, by=approver, today=TODAY)
    assert state_of(planned) == State.PLANNED

    actions.approve_session(fresh(planned), seen=fresh(planned).submissions, by=approver, today=TODAY)
    assert state_of(planned) == State.APPROVED


def test_every_change_of_a_plan_that_waits_has_a_number_of_its_own(planned, clerk, approver):
    first, second = fresh(planned), fresh(planned)
    actions.change_session(first, **{**PLAN, "place": "区会议中心"}, by=clerk)
    shown = fresh(planned).submissions
    actions.change_session(second, **{**PLAN, "place": "礼堂"}, by=clerk)

    with pytest.raises(RuleViolation, match="会议安排刚改过"):
        actions.approve_session(fresh(planned), seen=shown, by=approver, today=TODAY)


def test_the_trail_says_what_of_a_session_was_changed(planned, clerk):
    actions.change_session(fresh(planned), **{**PLAN, "title": "另一个名称", "chair": "另一人"}, by=clerk)

    assert json.loads(AuditEvent.objects.get(action="change").detail)["changed"] == ["title", "chair"]


def test_a_session_whose_official_has_left_is_not_approved(planned, approver):
    official = planned.subjects.first().official
    official.status = official.Status.LEFT
    official.save()

    with pytest.raises(RuleViolation, match=f"{official.name}已经离任"):
        actions.approve_session(planned, by=approver, today=TODAY)


def test_returning_needs_a_reason_and_takes_the_request_off_the_desk(planned, clerk, approver):
    with pytest.raises(RuleViolation, match="理由"):
        actions.return_session(planned, reason="  ", by=approver)
    actions.return_session(planned, reason="对象过于集中在一个系统", by=approver)

    assert (state_of(planned), fresh(planned).state_reason) == (State.DRAFT, "对象过于集中在一个系统")
    assert Notice.objects.get(to=clerk).body == "对象过于集中在一个系统"
    assert Notice.objects.get(to=approver).state == Notice.State.CANCELLED


def test_a_session_handed_in_again_reminds_again(planned, clerk, approver):
    actions.return_session(planned, reason="请再核对", by=approver)
    actions.submit_session(fresh(planned), by=clerk)

    assert Notice.objects.filter(to=approver).count() == 2


def test_late_approval_begins_the_canvass_at_once(planned, approver):
    actions.approve_session(planned, by=approver, today=dt.date(2026, 11, 24))

    assert state_of(planned) == State.CANVASSING


# --- halt --------------------------------------------------------------------------------------------------


def test_postponing_cancels_the_reminders_and_can_be_taken_up_again(session, clerk, approver):
    actions.sweep_preparation(today=dt.date(2026, 11, 20))
    waiting = Notice.objects.filter(state=Notice.State.WAITING, matter__startswith="preparation:")
    assert waiting.exists()

    actions.postpone_session(fresh(session), reason="与区委全会冲突", by=approver)

    assert (state_of(session), waiting.exists()) == (State.POSTPONED, False)
    actions.redraft_session(fresh(session), by=clerk)
    assert (state_of(session), fresh(session).approved_on) == (State.DRAFT, None)


def test_a_second_postponement_to_the_same_day_is_told_again(draft, clerk, approver):
    for _twice in (1, 2):
        actions.submit_session(fresh(draft), by=clerk)
        actions.approve_session(fresh(draft), by=approver, today=TODAY)
        actions.postpone_session(fresh(draft), reason="与区委全会冲突", by=approver)
        actions.redraft_session(fresh(draft), by=clerk)

    assert Notice.objects.filter(to=clerk, subject=f"已延期：{draft.title}").count() == 2


@pytest.mark.parametrize(("verb", "said"), [(actions.postpone_session, "已延期"), (actions.cancel_session, "已取消")])
def test_a_halt_is_told_to_whoever_was_told_of_the_meeting_without_the_offices_reason(planned, clerk, approver, verb, said):
    first, second = planned.subjects.all()[:2]
    official = factories.UserFactory(roles=[Role.SUBJECT], official=first.official)
    liaison = factories.UserFactory(roles=[Role.LIAISON], unit=first.unit)
    actions.approve_session(planned, by=approver, today=TODAY)
    notices.deliver_waiting(now=timezone.now() + dt.timedelta(minutes=1))
    newcomer = factories.UserFactory(roles=[Role.SUBJECT], official=second.official)  # has heard of nothing yet

    verb(fresh(planned), reason="对象正在接受核查", by=approver)

    told = Notice.objects.filter(subject=f"{said}：{planned.title}")
    assert {notice.to: "核查" in notice.body for notice in told} == {clerk: True, official: False, liaison: False}
    assert not told.filter(to=newcomer).exists()


@pytest.mark.parametrize("verb", [actions.postpone_session, actions.cancel_session])
def test_halting_needs_a_reason(session, approver, verb):
    with pytest.raises(RuleViolation, match="理由"):
        verb(session, reason="", by=approver)

    assert state_of(session) == State.APPROVED


def test_a_meeting_that_began_is_neither_postponed_nor_cancelled(approver):
    session = factories.ReviewSessionFactory(state=State.IN_PROGRESS)

    for verb in (actions.postpone_session, actions.cancel_session):
        with pytest.raises(RuleViolation, match="会议进行中"):
            verb(session, reason="冲突", by=approver)


# --- advance -----------------------------------------------------------------------------------------------


def test_the_form_begins_the_canvass_and_the_digest_the_reporting(session, clerk):
    OpinionForm.objects.create(session=session, opens_on=TODAY, closes_on=YEAR_END)
    actions.advance(session, by=clerk, today=TODAY)
    assert state_of(session) == State.CANVASSING
    assert session.preparation.get(kind="CANVASS").done_on == TODAY

    Digest.objects.create(session=session, state=Digest.State.APPROVED)
    actions.advance(session, by=clerk, today=TODAY)
    assert state_of(session) == State.REPORTS_DUE


def test_the_days_themselves_advance_a_session(session):
    actions.sweep_preparation(today=dt.date(2026, 11, 19))
    assert state_of(session) == State.APPROVED

    actions.sweep_preparation(today=dt.date(2026, 11, 20))
    assert state_of(session) == State.CANVASSING
    assert session.preparation.get(kind="CANVASS").done_on is None  # the day came, the form did not

    actions.sweep_preparation(today=dt.date(2026, 12, 7))
    assert state_of(session) == State.REPORTS_DUE


def test_a_report_returned_after_passing_opens_its_date_again(session, clerk):
    session = factories.prepare(session, state=State.REPORTS_DUE)
    actions.advance(session, by=clerk, today=dt.date(2026, 12, 10))
    review = session.preparation.get(kind="REPORT_REVIEW")
    assert review.done_on == dt.date(2026, 12, 10)

    ReviewReport.objects.filter(subject=session.subjects.first()).update(state=ReviewReport.State.RETURNED)
    actions.advance(session, by=clerk, today=dt.date(2026, 12, 11))

    review.refresh_from_db()
    assert review.done_on is None
    assert "REPORT_REVIEW" in AuditEvent.objects.get(action="unprepared").detail


def test_a_draft_does_not_advance(draft, clerk):
    actions.advance(draft, by=clerk, today=YEAR_END)

    assert state_of(draft) == State.DRAFT


# --- ready and start ---------------------------------------------------------------------------------------


def test_a_whole_preparation_makes_ready(session, clerk):
    session = factories.prepare(session, state=State.REPORTS_DUE)

    actions.make_ready(session, by=clerk)

    assert state_of(session) == State.READY


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda s: ReviewReport.objects.filter(subject=s.subjects.first()).update(state="SUBMITTED"), "的报告还没有通过"),
        (lambda s: Question.objects.filter(subject=s.subjects.first()).first().delete(), "不足 2 题"),
        (lambda s: Digest.objects.update(state="SUBMITTED"), "意见汇总还没有批准"),
        (lambda s: s.preparation.filter(kind="VERIFICATION").update(done_on=None), "核查还没有办结"),
    ],
)
def test_anything_missing_refuses_ready_and_start(session, clerk, spoil, why):
    session = factories.prepare(session, state=State.REPORTS_DUE)
    spoil(session)

    with pytest.raises(RuleViolation, match=why):
        actions.make_ready(fresh(session), by=clerk)
    ReviewSession.objects.update(state=State.READY)
    with pytest.raises(RuleViolation, match=why):
        actions.start_session(fresh(session), by=clerk, today=YEAR_END)

    assert state_of(session) == State.READY


def test_floor_questions_do_not_count_as_prepared(session, clerk):
    session = factories.prepare(session, state=State.REPORTS_DUE)
    Question.objects.filter(subject=session.subjects.first(), order=2).update(
        source=Question.Source.FLOOR, state=Question.State.ASKED
    )

    with pytest.raises(RuleViolation, match="不足 2 题"):
        actions.make_ready(fresh(session), by=clerk)


def test_starting_opens_the_meeting_and_closes_what_stood_before_it(session, clerk):
    session = factories.prepare(session)

    actions.start_session(session, by=clerk, today=YEAR_END)

    assert state_of(session) == State.IN_PROGRESS
    assert list(session.preparation.filter(done_on=None).values_list("kind", flat=True)) == ["LETTER"]


def test_a_meeting_does_not_start_before_its_day(session, clerk):
    session = factories.prepare(session)

    with pytest.raises(RuleViolation, match="还没有到"):
        actions.start_session(session, by=clerk, today=YEAR_END - dt.timedelta(days=1))


def test_a_meeting_starts_once(session, clerk):
    session = factories.prepare(session)
    actions.start_session(fresh(session), by=clerk, today=YEAR_END)

    with pytest.raises(RuleViolation):
        actions.start_session(session, by=clerk, today=YEAR_END)


def test_the_usual_groups_are_written_once(clerk):
    factories.lay_foundations()
    session = actions.create_session(**PLAN, by=clerk)

    assert AudienceGroup.objects.filter(session=session).count() == 4


def test_the_usual_groups_are_chinese_whatever_language_the_clerk_reads(clerk):
    factories.lay_foundations()
    with override("en"):
        session = actions.create_session(**PLAN, by=clerk)

    assert [group.name for group in session.audience.all()] == ["分管区领导", "区纪委委员", "所在单位班子成员", "群众代表"]
