"""Two hands at once on one round, each on a connection of its own; SQLite has one writer at a time, so PostgreSQL tells."""

import threading

import pytest
from django.conf import settings

from core.errors import RuleViolation
from reviews.models import ReviewSession
from scoring.actions import signing, steps
from scoring.models import BallotRound, Count
from tests.factories import comment_on
from tests.threads import in_threads

State = ReviewSession.State
POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not POSTGRESQL, reason="SQLite lets in one at a time"),
    pytest.mark.django_db(transaction=True, databases=["default", "ballots"]),
]


def during(hall, monkeypatch, step, act, **asked):
    """What `act` comes to that begins when the second person confirms `step`: allowed already, and nothing written yet."""
    request = steps.ask(hall.round, step, by=hall.clerk, now=hall.now, **asked)
    allowed, blockers = threading.Event(), steps.step_blockers

    def slow(*args, **kwargs):
        found = blockers(*args, **kwargs)
        allowed.set()
        threading.Event().wait(1)
        return found

    def late():
        allowed.wait(5)
        return act()

    monkeypatch.setattr(steps, "step_blockers", slow)
    taken, result = in_threads(lambda: steps.confirm(request, by=hall.scrutineer, now=hall.now), late)
    assert taken is None
    return result


def test_a_result_is_not_confirmed_while_its_round_is_voided(hall, monkeypatch):
    """A confirmed session with a void round could neither be published nor voted on again."""
    hall.counted().sign()

    refused = during(hall, monkeypatch, "VOID", hall.confirm, reason="停电")

    assert isinstance(refused, RuleViolation)
    assert ReviewSession.objects.get().state == State.COUNTED
    assert not Count.objects.get().is_confirmed


def test_a_result_is_not_signed_while_its_round_is_voided(hall, monkeypatch):
    seen = hall.counted().count.result_hash

    def sign():
        signing.sign(hall.count, "teller", seen=seen, by=hall.teller, now=hall.now)

    refused = during(hall, monkeypatch, "VOID", sign, reason="停电")

    assert isinstance(refused, RuleViolation)
    assert Count.objects.get().teller_at is None


def test_a_stale_page_of_the_numbers_does_not_hold_up_the_opening_of_the_vote(hall, monkeypatch):
    hall.prepare().make_keys().make_cards()
    comment_on(hall.session)

    refused = during(hall, monkeypatch, "OPEN", hall.numbered)

    assert isinstance(refused, RuleViolation)
    assert ReviewSession.objects.get().state == State.VOTING_OPEN


def test_two_who_set_the_first_numbers_at_once_make_one_round(hall):
    results = in_threads(hall.numbered, hall.numbered)

    assert BallotRound.objects.count() == 1
    assert {type(result) for result in results} <= {BallotRound, RuleViolation}


def test_numbers_set_while_the_round_is_voided_are_those_of_the_next(hall, monkeypatch):
    hall.numbered()

    made = during(hall, monkeypatch, "VOID", hall.numbered, reason="人数有误")

    assert (made.number, made.voided_at) == (2, None)
