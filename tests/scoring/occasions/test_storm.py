"""An entry from outside the box, and whoever changes the scheme or takes the ballots out meanwhile; on PostgreSQL, for SQLite has one
writer at a time."""

import pytest
from django.conf import settings

from core.errors import RuleViolation
from scoring import rules
from scoring.actions import occasion as actions
from scoring.actions import opening, outside, setup
from scoring.models import BallotRound, Occasion, Scheme
from tests.scoring.conftest import NUMBERS
from tests.scoring.occasions.conftest import confirm, enter, prepared
from tests.threads import in_threads, meeting

POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not POSTGRESQL, reason="SQLite lets in one at a time"),
    pytest.mark.django_db(transaction=True, databases=["default", "ballots"]),
]


def refused(results):
    """Who of them was; anything else that was raised is a fault."""
    assert [found for found in results if isinstance(found, Exception) and not isinstance(found, RuleViolation)] == []
    return [isinstance(found, RuleViolation) for found in results]


def test_nothing_is_entered_that_the_scheme_of_the_round_being_prepared_does_not_take(hall, monkeypatch):
    setup.prepare_round(hall.session, scheme=hall.scheme, numbers=NUMBERS, by=hall.clerk)
    body = {name: value for name, value in hall.scheme.body.items() if name != "bonus"}
    plain = Scheme.objects.create(
        code="PLAIN", version=1, name="无加分", body=body, state="LOCKED",
        hash=rules.scheme_hash(body), locked_by=hall.clerk, locked_at=hall.now,
    )  # fmt: skip
    meeting(monkeypatch, (actions, "_known"), (setup, "setup_blockers"))

    results = in_threads(
        lambda: enter(hall), lambda: setup.prepare_round(hall.session, scheme=plain, numbers=NUMBERS, by=hall.clerk)
    )

    is_plain = BallotRound.objects.get().scheme_id == plain.pk
    assert Occasion.objects.exists() is not is_plain
    assert sorted(refused(results)) == [False, True]


@pytest.mark.parametrize("act", ["enter", "confirm"])
def test_nothing_is_entered_or_confirmed_while_the_sealed_ballots_are_taken_out(hall, monkeypatch, act):
    prepared(hall).open().vote().close().clear_table()
    waiting = enter(hall) if act == "confirm" else None
    meeting(monkeypatch, (outside, "ending_blockers"), (opening, "blockers_now"))
    settle = (lambda: confirm(hall, waiting)) if waiting else (lambda: enter(hall))

    results = in_threads(settle, lambda: opening.urn(hall.round, by=hall.scrutineer, now=hall.now))

    is_out = BallotRound.objects.get().unsealed_at is not None
    assert not (is_out and Occasion.objects.waiting().exists())
    assert refused(results)[1] is not is_out
