import datetime as dt

import pytest
from django.urls import reverse
from django.utils.translation import override

from core.errors import RuleViolation
from core.models import AuditEvent
from notices.models import Notice
from reviews import tasks
from reviews.actions import preparation
from reviews.actions import session as sessions
from reviews.models import PreparationTask, ReviewReport, ReviewSession
from tests import factories

State = ReviewSession.State
DUE = dt.date(2026, 11, 20)


def reminders(user):
    return [notice.subject.split("（")[0] for notice in Notice.objects.filter(to=user).order_by("pk")]


def test_the_organisers_are_reminded_on_the_day_and_once_more_when_it_has_passed(session, clerk, approver):
    for day in (DUE - dt.timedelta(days=1), DUE, DUE, DUE + dt.timedelta(days=1), DUE + dt.timedelta(days=2)):
        sessions.sweep_preparation(today=day)

    assert reminders(clerk) == ["今天到期：发出征求意见表", "已过期：发出征求意见表"]
    assert reminders(approver) == []


REPORTS_DUE = dt.date(2026, 12, 7)


@pytest.mark.parametrize("who", ["subject_user", "liaison"])
def test_who_writes_the_report_is_told_before_on_the_day_and_once_more_when_it_has_passed(session, request, outsider, who):
    user = request.getfixturevalue(who)
    for left in (6, 5, 4, 0, 0, -1, -2):
        sessions.sweep_preparation(today=REPORTS_DUE - dt.timedelta(days=left))

    assert [subject.split("：")[0] for subject in reminders(user)] == [
        "述责述廉报告2026年12月7日到期", "述责述廉报告今天到期", "述责述廉报告已过期，请尽快提交"
    ]  # fmt: skip
    assert reminders(outsider) == []
    notice = Notice.objects.filter(to=user).first()
    assert notice.link == reverse("reviews:report_edit", args=[session.subjects.first().uid])
    assert "会议定于2026年12月22日召开" in notice.body


@pytest.mark.parametrize(("state", "n"), [("DRAFT", 1), ("SUBMITTED", 0), ("RETURNED", 0), ("PASSED", 0)])
def test_only_a_report_not_handed_in_yet_is_asked_for(subject, subject_user, state, n):
    ReviewReport.objects.create(subject=subject, template=factories.ReportTemplateFactory(), state=state)

    sessions.sweep_preparation(today=REPORTS_DUE)

    assert len(reminders(subject_user)) == n


def test_reminders_of_a_report_are_chinese_and_go_when_the_session_is_put_off(session, subject_user, approver):
    with override("en"):
        sessions.sweep_preparation(today=REPORTS_DUE)
    assert reminders(subject_user)[0].startswith("述责述廉报告今天到期")

    sessions.postpone_session(ReviewSession.objects.get(), reason="台风", by=approver)

    assert Notice.objects.get(to=subject_user).state == Notice.State.CANCELLED


def test_members_are_asked_for_questions_before_they_are_chosen_and_not_afterwards(session, member):
    chosen_on = dt.date(2026, 12, 18)
    for left in (6, 5, 4, 0, -1):
        sessions.sweep_preparation(today=chosen_on - dt.timedelta(days=left))

    assert reminders(member) == [f"请提出、推荐质询问题，2026年12月18日选定：{session.title}"] * 2


def test_members_are_asked_for_nothing_once_the_questions_are_sealed(session, member):
    factories.prepare(session)

    sessions.sweep_preparation(today=dt.date(2026, 12, 18))

    assert reminders(member) == []


def test_a_sweep_after_downtime_says_only_that_it_is_late(session, clerk):
    sessions.sweep_preparation(today=DUE + dt.timedelta(days=3))

    assert reminders(clerk) == ["已过期：发出征求意见表"]


def test_what_is_done_reminds_nobody(session, clerk):
    session.preparation.filter(kind="VERIFICATION").update(done_on=DUE)

    sessions.sweep_preparation(today=dt.date(2026, 12, 15))

    assert "今天到期：核查办结" not in reminders(clerk)
    assert "已过期：报告初审" in reminders(clerk)


def test_marking_done_cancels_what_waits(session, clerk):
    sessions.sweep_preparation(today=dt.date(2026, 12, 15))
    task = session.preparation.get(kind="VERIFICATION")
    waiting = Notice.objects.filter(matter=preparation.matter(session, "VERIFICATION"), state=Notice.State.WAITING)
    assert waiting.count() == 1

    preparation.mark_task(task, by=clerk, today=dt.date(2026, 12, 16))

    task.refresh_from_db()
    assert (task.done_on, task.done_by, waiting.count()) == (dt.date(2026, 12, 16), clerk, 0)


def test_marking_twice_keeps_the_first_day_and_unmarking_opens_it(session, clerk):
    task = session.preparation.get(kind="VERIFICATION")
    preparation.mark_task(task, by=clerk, today=DUE)
    preparation.mark_task(task, by=clerk, today=DUE + dt.timedelta(days=5))
    task.refresh_from_db()
    assert task.done_on == DUE

    for _twice in (1, 2):
        preparation.unmark_task(task, by=clerk)
    task.refresh_from_db()
    assert task.done_on is None
    assert AuditEvent.objects.filter(action="unprepared").count() == 1


@pytest.mark.parametrize("kind", ["CANVASS", "REPORTS", "REPORT_REVIEW", "QUESTIONS", "LOCK", "MEETING"])
def test_what_follows_from_the_data_is_not_noted_by_hand(session, clerk, kind):
    task = session.preparation.get(kind=kind)

    with pytest.raises(RuleViolation, match="不能手工登记"):
        preparation.mark_task(task, by=clerk, today=DUE)
    with pytest.raises(RuleViolation, match="不能手工登记"):
        preparation.unmark_task(task, by=clerk)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (State.DRAFT, "还没有批准"), (State.PLANNED, "还没有批准"), (State.POSTPONED, "已延期"), (State.CANCELLED, "已取消"),
        (State.ARCHIVED, "已归档"),
    ],
)  # fmt: skip
def test_nothing_is_noted_by_hand_while_there_is_no_meeting_or_once_it_is_archived(client, clerk, state, why):
    session = factories.ReviewSessionFactory(state=state)
    task = session.preparation.select_related("session").get(kind="VERIFICATION")

    with pytest.raises(RuleViolation, match=why):
        preparation.mark_task(task, by=clerk, today=DUE)
    PreparationTask.objects.update(done_on=DUE)
    with pytest.raises(RuleViolation, match=why):
        preparation.unmark_task(task, by=clerk)

    client.force_login(clerk)
    page = client.get(session.get_absolute_url())
    assert page.status_code == 200
    assert [stop["task"].kind for stop in page.context["stops"] if stop.get("may_mark")] == []


def test_the_verification_may_be_noted_after_the_meeting(client, clerk):
    session = factories.ReviewSessionFactory(state=State.FED_BACK)

    preparation.mark_task(session.preparation.get(kind="VERIFICATION"), by=clerk, today=DUE)

    assert session.preparation.get(kind="VERIFICATION").done_on == DUE
    client.force_login(clerk)
    stops = client.get(session.get_absolute_url()).context["stops"]
    assert {stop["task"].kind for stop in stops if stop.get("may_mark")} == {"VERIFICATION"}


def test_the_apps_above_may_note_their_own_matter(session, clerk):
    preparation.mark(session, "LOCK", by=clerk, today=DUE)
    assert session.preparation.get(kind="LOCK").done_on == DUE

    for _twice in (1, 2):
        preparation.unmark(session, "LOCK", by=clerk)
    assert session.preparation.get(kind="LOCK").done_on is None
    assert AuditEvent.objects.filter(action="unprepared").count() == 1


@pytest.mark.parametrize("state", [State.DRAFT, State.PLANNED, State.POSTPONED, State.CANCELLED, State.ARCHIVED])
def test_only_a_session_under_way_reminds(clerk, state):
    factories.ReviewSessionFactory(state=state, subjects=1)

    sessions.sweep_preparation(today=dt.date(2027, 1, 5))

    assert reminders(clerk) == []


def test_after_the_meeting_only_the_letter_reminds(clerk):
    factories.ReviewSessionFactory(state=State.COUNTED, subjects=1)

    sessions.sweep_preparation(today=dt.date(2026, 12, 25))

    assert reminders(clerk) == ["今天到期：起草提醒函"]


def test_a_new_date_cancels_and_reminds_anew(session, clerk):
    sessions.sweep_preparation(today=DUE)
    session.date = dt.date(2026, 12, 29)
    session.save()
    preparation.lay_dates(session)
    assert Notice.objects.get(to=clerk).state == Notice.State.CANCELLED

    sessions.sweep_preparation(today=dt.date(2026, 11, 27))

    assert reminders(clerk) == ["今天到期：发出征求意见表"] * 2


def test_the_task_sweeps_today(session, clerk, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC))

    tasks.sweep_preparation()

    assert reminders(clerk) == ["今天到期：发出征求意见表"]
    assert PreparationTask.objects.open().filter(session=session).count() == 7
