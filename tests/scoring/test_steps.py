"""What two persons take together, and what it needs (S19)."""

import datetime as dt

import pytest

from ballots import actions as box
from ballots.models import Box
from core.errors import RuleViolation
from core.models import AuditEvent
from officials.models import RoleGrant
from reviews.models import ReviewSession
from scoring.actions import steps
from scoring.models import BallotRound
from tests import factories

State = ReviewSession.State

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_one_person_cannot_take_both_halves(hall):
    RoleGrant.objects.create(user=hall.clerk, role="scrutineer")
    request = steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)

    with pytest.raises(RuleViolation, match="两个人"):
        steps.confirm(request, by=hall.clerk, now=hall.now)
    assert not hall.round.has_box


def test_two_scrutineers_are_no_pair(hall):
    other = factories.UserFactory(roles=["scrutineer"])
    request = steps.ask(hall.numbered(), "SETUP", by=hall.scrutineer, now=hall.now)

    with pytest.raises(RuleViolation, match="工作人员和监票人"):
        steps.confirm(request, by=other, now=hall.now)


def test_a_request_expires_after_a_quarter_of_an_hour(hall):
    request = steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)
    late = hall.now + dt.timedelta(minutes=15)

    with pytest.raises(RuleViolation, match="超过 15 分钟"):
        steps.confirm(request, by=hall.scrutineer, now=late)
    again = steps.ask(hall.round, "SETUP", by=hall.scrutineer, now=late)
    steps.confirm(again, by=hall.clerk, now=late)
    assert hall.round.has_box


def test_asking_and_confirming_twice_change_nothing(hall):
    round = hall.numbered()
    request = steps.ask(round, "SETUP", by=hall.clerk, now=hall.now)
    assert steps.ask(round, "SETUP", by=hall.clerk, now=hall.now) == request
    with pytest.raises(RuleViolation, match="直接确认"):
        steps.ask(round, "SETUP", by=hall.scrutineer, now=hall.now)
    for _again in range(2):
        steps.confirm(request, by=hall.scrutineer, now=hall.now)
    assert AuditEvent.objects.filter(action="setup").count() == 1


def test_only_the_asker_withdraws(hall):
    request = steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)
    with pytest.raises(RuleViolation, match="提出的人"):
        steps.withdraw(request, by=hall.scrutineer)
    steps.withdraw(request, by=hall.clerk)
    assert not hall.round.requests.exists()


def test_changed_numbers_need_a_new_request(hall):
    steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)
    hall.numbered()
    assert not hall.round.requests.exists()


def test_voting_waits_for_the_meeting(hall):
    ReviewSession.objects.filter(pk=hall.session.pk).update(state=State.READY)
    hall.session.refresh_from_db()
    hall.prepare().make_keys().make_cards()
    with pytest.raises(RuleViolation, match="会议还没有开始"):
        hall.open()


def test_the_box_closes_only_after_the_grace(hall):
    hall.prepare().make_keys().make_cards().open()
    with pytest.raises(RuleViolation, match="还没有宣布截止"):
        steps.finish_close(hall.round, by=hall.clerk, now=hall.now)
    hall.together("CLOSE")
    hall.vote()  # tablets still deliver
    with pytest.raises(RuleViolation, match="请稍候"):
        steps.finish_close(hall.round, by=hall.clerk, now=hall.now + dt.timedelta(seconds=29))
    for _again in range(2):
        steps.finish_close(hall.round, by=hall.clerk, now=hall.now + dt.timedelta(seconds=30))
    assert hall.round.turnout == 18


def test_a_void_round_is_followed_by_one_with_new_cards(hall):
    hall.prepare().make_keys().make_cards().open().vote()
    old = hall.round
    with pytest.raises(RuleViolation, match="理由"):
        steps.ask(old, "VOID", by=hall.clerk, now=hall.now)
    hall.together("VOID", reason="票卡印错")

    assert box.get(old.sid).state == Box.State.ABORTED
    hall.bodies = []
    hall.counted()
    assert (hall.round.number, hall.count.round) == (2, hall.round)
    assert hall.round.sid != old.sid
    assert BallotRound.objects.get(pk=old.pk).void_reason == "票卡印错"
