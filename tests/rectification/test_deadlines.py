"""Reminders as rows: laid, laid again after downtime, sent once, cancelled by the close."""

import datetime as dt

import pytest
from django.utils import timezone

from notices import actions as notices
from notices.models import Notice
from officials.roles import Role
from rectification.actions import deadlines
from rectification.actions import finding as findings
from rectification.actions import item as actions
from rectification.actions import letter as letters
from rectification.models import RectificationItem
from rectification.tasks import sweep_deadlines
from tests import factories
from tests.rectification.conftest import NOW, PLAN, SERVED, TODAY, bring, issue

State = Notice.State


def rows(person, **more):
    """code: (day, state) of what a person is reminded of."""
    found = Notice.objects.filter(to=person, key__startswith="item:", **more).exclude(key__contains=":event:")
    return {n.key.split(":")[2]: (timezone.localtime(n.send_at).date(), n.state) for n in found}


def sent(person):
    return set(rows(person, state=State.SENT))


def at(day, hour=9, minute=5):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def test_service_lays_every_reminder_for_whom_it_concerns(item, liaison, clerk, approver):
    deadlines.sweep(today=TODAY)  # the approver's account is younger than the service

    waits = State.WAITING
    assert rows(liaison) == {
        "PLAN": (dt.date(2026, 11, 20), waits), "BLUE": (dt.date(2026, 12, 5), waits), "YELLOW": (dt.date(2026, 12, 11), waits),
        "RED": (dt.date(2026, 12, 20), waits),
    }  # fmt: skip
    assert set(rows(clerk)) == {"YELLOW", "RED", "PROPOSAL"}
    assert set(rows(approver)) == {"RED", "PROPOSAL"}
    one = Notice.objects.get(to=clerk, key__contains=":PROPOSAL:")
    assert one.link == item.get_absolute_url()
    assert (item.code in one.body, "2026年12月10日" in one.body, "由领导决定" in one.body) == (True, True, True)


def test_a_second_sweep_finds_nothing_to_say(item, approver):
    deadlines.sweep(today=TODAY)
    before = list(Notice.objects.values_list("pk", "state", "send_at"))

    assert deadlines.sweep(today=TODAY) == 0
    sweep_deadlines()

    assert list(Notice.objects.values_list("pk", "state", "send_at")) == before


def test_days_go_by_and_each_reminder_is_sent_once(item, liaison, clerk, mailoutbox):
    for day in range(70):
        today = TODAY + dt.timedelta(days=day)
        for _twice in (1, 2):
            deadlines.sweep(today=today)
            notices.deliver_waiting(now=at(today))

    assert sent(liaison) == {"PLAN", "BLUE", "YELLOW", "RED"}
    assert sent(clerk) == {"YELLOW", "RED", "PROPOSAL"}
    assert Notice.objects.filter(to=liaison, key__contains=":YELLOW:").count() == 1


def test_nothing_comes_before_its_day(item, liaison):
    notices.deliver_waiting(now=at(dt.date(2026, 12, 5), 8, 59))
    assert sent(liaison) == {"PLAN"}

    notices.deliver_waiting(now=at(dt.date(2026, 12, 5), 9, 0))
    assert sent(liaison) == {"PLAN", "BLUE"}


def test_a_sweep_after_downtime_says_only_the_level_reached(item, liaison):
    """An account made on the day the server comes back: of blue, yellow, red only red is still true."""
    late = factories.UserFactory(roles=[Role.LIAISON], unit=item.unit)

    deadlines.sweep(today=dt.date(2026, 12, 22))
    notices.deliver_waiting(now=at(dt.date(2026, 12, 22)))

    assert sent(late) == {"PLAN", "RED"}
    assert sent(liaison) == {"PLAN", "BLUE", "YELLOW", "RED"}  # laid at service: nothing is lost


def test_the_plan_is_not_asked_for_once_it_is_in_but_again_when_it_comes_back(received, liaison, approver):
    actions.submit_plan(received, by=liaison, now=NOW, **PLAN)
    deadlines.sweep(today=TODAY)
    assert rows(liaison)["PLAN"][1] == State.CANCELLED

    actions.return_plan(received, seen=received.plan.pk, reason="没有写到人", by=approver, now=NOW)

    assert rows(liaison)["PLAN"][1] == State.WAITING


def test_a_close_cancels_what_waits_and_keeps_what_was_sent(received, liaison, approver, verifier, clerk):
    notices.deliver_waiting(now=at(dt.date(2026, 12, 6)))
    item = bring(received, "VERIFIED", unit=liaison, approver=approver, verifier=verifier)
    actions.propose_close(item, by=clerk, now=NOW)
    actions.confirm_close(item, by=approver, now=NOW, today=TODAY)

    assert {code: state for code, (_day, state) in rows(liaison).items()} == {
        "PLAN": State.SENT, "BLUE": State.SENT, "YELLOW": State.CANCELLED, "RED": State.CANCELLED,
    }  # fmt: skip
    assert deadlines.sweep(today=dt.date(2026, 12, 30)) == 0
    notices.deliver_waiting(now=at(dt.date(2027, 1, 30)))
    assert sent(liaison) == {"PLAN", "BLUE"}
    assert Notice.objects.filter(to=liaison, subject__startswith="批准销号", state=State.SENT).count() == 1


@pytest.mark.parametrize("n", [1, 3])
def test_a_sweep_that_finds_nothing_costs_the_same_for_one_and_three(item, session, django_assert_num_queries, n):
    session.refresh_from_db()
    clerk = item.letter.drafted_by
    for subject in list(session.subjects.all())[1:n]:
        findings.add_finding(subject, source="COMMENT", text="甲", by=clerk, now=NOW)
    if n > 1:
        for number, letter in enumerate(letters.draft_letters(session, by=clerk), start=20):
            letters.serve_letter(issue(letter, number), served_on=SERVED, by=clerk, today=TODAY, now=NOW)
    deadlines.sweep(today=TODAY)

    with django_assert_num_queries(6 + n):  # one for the people of each unit
        assert deadlines.sweep(today=TODAY) == 0
    assert RectificationItem.objects.count() == n
