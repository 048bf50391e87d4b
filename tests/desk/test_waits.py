"""What waits for a leader and what waits for a second person: on whose desk, and never on the own."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from notices.models import Letter
from officials.roles import Role
from rectification.models import CloseOut, ItemVerification, RectificationItem, RectificationPlan
from reviews.models import Digest, Minutes, ReviewSession
from scoring.models import BallotRound, Occasion, StepRequest
from tests import factories
from tests.desk.agenda import DESK, TODAY, late_item, lines, new_round

pytestmark = pytest.mark.usefixtures("today")


def test_a_leader_sees_what_waits_and_staff_see_that_it_waits(client, approver, clerk, session):
    Digest.objects.create(session=session, state=Digest.State.SUBMITTED)

    assert ("待办", f"意见汇总：{session.title}") in lines(client, approver)
    client.force_login(clerk)
    assert [w["title"] for w in client.get(reverse(DESK)).context["approvals"]] == [f"意见汇总：{session.title}"]


def a_digest(session, subject, hand, clerk):
    made = Digest.objects.create(session=session, state=Digest.State.SUBMITTED, submitted_by=clerk)
    made.writers.add(hand)


def some_minutes(session, subject, hand, clerk):
    made = Minutes.objects.create(session=session, state=Minutes.State.SUBMITTED, submitted_by=clerk)
    made.writers.add(hand)


def a_plan_of_a_session(session, subject, hand, clerk):
    ReviewSession.objects.update(state="PLANNED", submitted_by=hand)


def a_letter_checked(session, subject, hand, clerk):
    state, moment = Letter.State.CHECKED, timezone.now()
    Letter.objects.create(unit=subject.unit, state=state, drafted_by=clerk, checked_by=hand, checked_at=moment, body={})


def a_letter_written(session, subject, hand, clerk):
    made = Letter.objects.create(unit=subject.unit, state=Letter.State.CHECKED, checked_by=clerk, checked_at=timezone.now())
    made.writers.add(hand)


def a_plan(session, subject, hand, clerk):
    item = late_item(subject.unit, subject, clerk, 1)
    RectificationItem.objects.update(state="PLAN_SUBMITTED")
    RectificationPlan.objects.create(item=item, due_on=TODAY, submitted_by=hand, submitted_at=timezone.now())


def a_close(session, subject, hand, clerk, *, proposer=None, verifier=None):
    item, others = late_item(subject.unit, subject, clerk, 1), factories.UserFactory()
    RectificationItem.objects.update(state="VERIFIED")
    passed = ItemVerification.objects.create(
        item=item, verdict="PASSED", note="看过", verifier=verifier or others, at=timezone.now()
    )
    CloseOut.objects.create(item=item, verification=passed, proposed_by=proposer or others, proposed_at=timezone.now())
    return item


def a_close_proposed(session, subject, hand, clerk):
    a_close(session, subject, hand, clerk, proposer=hand)


def a_close_verified(session, subject, hand, clerk):
    a_close(session, subject, hand, clerk, verifier=hand)


def a_close_handed_in(session, subject, hand, clerk):
    item = a_close(session, subject, hand, clerk)
    item.events.create(kind="EVIDENCE_SUBMITTED", at=timezone.now(), by=hand)


@pytest.mark.parametrize(
    ("wait", "title"),
    [
        (a_plan_of_a_session, "会议安排"),
        (a_digest, "意见汇总"),
        (some_minutes, "会议记录"),
        (a_letter_checked, "提醒函"),
        (a_letter_written, "提醒函"),
        (a_plan, "整改方案"),
        (a_close_proposed, "销号"),
        (a_close_verified, "销号"),
        (a_close_handed_in, "销号"),
    ],
)
def test_what_went_through_a_leaders_own_hands_waits_for_another(client, approver, clerk, session, subject, wait, title):
    wait(session, subject, approver, clerk)

    other = factories.UserFactory(roles=[Role.APPROVER])
    found = {user: [line for _word, line in lines(client, user) if line.startswith(title)] for user in (approver, other)}
    assert (len(found[approver]), len(found[other])) == (0, 1)


def test_the_line_of_a_digest_leads_to_where_it_is_approved(client, approver, clerk, session, subject):
    a_digest(session, subject, clerk, clerk)
    client.force_login(approver)

    (line,) = [r["line"] for r in client.get(reverse(DESK), {"all": ""}).context["agenda"] if "意见汇总" in r["line"].title]

    assert line.url == reverse("reviews:digest", args=[session.uid])


@pytest.mark.parametrize("state", [ReviewSession.State.POSTPONED, ReviewSession.State.CANCELLED])
def test_a_digest_of_a_meeting_that_is_off_waits_for_nobody(client, approver, clerk, session, subject, state):
    a_digest(session, subject, clerk, clerk)
    ReviewSession.objects.update(state=state)

    assert "意见汇总" not in str(lines(client, approver))


@pytest.mark.parametrize("n", [1, 3])
def test_what_waits_for_a_leader_costs_the_same_for_one_and_three(client, approver, clerk, n, django_assert_num_queries):
    for code in range(n):
        session = factories.ReviewSessionFactory(subjects=1)
        subject = session.subjects.get()
        for wait in (a_digest, some_minutes, a_letter_written):
            wait(session, subject, clerk, clerk)
        item, others = late_item(subject.unit, subject, clerk, code), factories.UserFactory()
        passed = ItemVerification.objects.create(item=item, verdict="PASSED", note="看过", verifier=others, at=timezone.now())
        CloseOut.objects.create(item=item, verification=passed, proposed_by=clerk, proposed_at=timezone.now())
        new_round(session, clerk)
        said = {"kind": "BONUS", "name": "加分", "amount": "1", "fact": "表彰", "document": "1号"}
        Occasion.objects.create(subject=subject, **said, entered_by=clerk, entered_at=timezone.now())
    client.force_login(approver)

    with django_assert_num_queries(34):
        agenda = client.get(reverse(DESK), {"all": ""}).context["agenda"]
    assert sum(row["line"].title.startswith("会外事项 1 项") for row in agenda) == n


@pytest.fixture
def round(session, clerk):
    """A round whose box nobody has asked for yet."""
    return new_round(session, clerk)


@pytest.mark.parametrize(
    ("step", "asker", "seconds"),
    [
        ("SETUP", "clerk", {"scrutineer"}),
        ("SETUP", "scrutineer", {"clerk"}),
        ("PUBLISH", "approver", {"scrutineer"}),
        ("PUBLISH", "scrutineer", {"approver"}),
    ],
)
def test_a_step_asked_for_is_on_the_desks_of_those_who_can_confirm_it(
    client, request, session, round, clerk, approver, scrutineer, teller, member, step, asker, seconds
):
    cast = {"clerk": clerk, "approver": approver, "scrutineer": scrutineer, "teller": teller, "member": member}
    asked = StepRequest.objects.create(round=round, step=step, asked_by=cast[asker], asked_at=timezone.now())
    line = ("10:15 前", f"确认：{asked.get_step_display()}")

    assert {name for name, user in cast.items() if line in lines(client, user)} == seconds
    (name,) = seconds
    client.force_login(cast[name])
    found = client.get(reverse(DESK), {"all": ""}).context
    shown = next(row["line"] for row in found["agenda"] if row["line"].title == line[1])
    assert shown.url == asked.get_absolute_url()
    assert shown.note == f"{cast[asker]}于 10:00 提出，{session.title}"
    assert found["due_today"] >= 1


@pytest.mark.parametrize("change", [{"asked_at": dt.timedelta(minutes=15)}, {"confirmed_at": dt.timedelta()}, "void"])
def test_a_step_nobody_can_confirm_any_more_is_on_no_desk(client, round, clerk, scrutineer, change):
    asked = StepRequest.objects.create(round=round, step="SETUP", asked_by=clerk, asked_at=timezone.now())
    assert ("10:15 前", "确认：建立票箱") in lines(client, scrutineer)

    if change == "void":
        BallotRound.objects.update(voided_at=timezone.now())
    else:
        StepRequest.objects.filter(pk=asked.pk).update(**{name: timezone.now() - ago for name, ago in change.items()})

    assert "确认" not in str(lines(client, scrutineer))


@pytest.mark.parametrize("n", [1, 3])
def test_a_desk_costs_the_same_with_one_and_three_steps_to_confirm(client, clerk, scrutineer, n, django_assert_num_queries):
    for _ in range(n):
        other = new_round(factories.ReviewSessionFactory(), clerk)
        asker = factories.UserFactory(roles=["organiser"])
        StepRequest.objects.create(round=other, step="SETUP", asked_by=asker, asked_at=timezone.now())
    client.force_login(scrutineer)

    with django_assert_num_queries(16):
        agenda = client.get(reverse(DESK), {"all": ""}).context["agenda"]
    assert sum(row["line"].title == "确认：建立票箱" for row in agenda) == n
