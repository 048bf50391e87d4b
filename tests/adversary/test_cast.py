"""T2 and T3c on real ballots: a cast leaves nothing but its envelope, and the slips know nothing of the order they came in."""

import datetime as dt
import random

import pytest
import time_machine

from ballots import codec
from tests.adversary import blindness, vote

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def ballot(receipt_keys):
    return vote.prepare(random.Random(3), raters=8, officials=2)


def sender(booth):
    return lambda sid, body, rater: booth.cast(sid, body, **{"X-Forwarded-For": rater.tablet}).status_code


def test_cast_leaves_nothing_but_its_envelope(booth, ballot):
    first, *_others = ballot.raters
    body = ballot.body(first)

    assert blindness.traces(lambda: booth.cast(ballot.sid, body)) == []


def test_messages_and_receipts_have_one_length_whatever_is_marked(booth, ballot):
    first, second, third, *_others = ballot.raters
    first.answers = {"o01": {}, "o02": {}}
    second.answers = {"o01": {"K01": 600, "K02": 400}, "o02": {"K01": 600, "K02": 395}}
    third.answers = {"o01": {"K01": 0, "K02": 0}, "o02": {}}
    bodies = [ballot.body(rater) for rater in ballot.raters]

    receipts = [booth.cast(ballot.sid, body).content for body in bodies]

    assert blindness.lengths(bodies) == []
    assert blindness.lengths(receipts) == []


def test_slips_are_the_same_bytes_in_whatever_order_and_year_ballots_came(booth, ballot):
    rng, slips, roots, received = random.Random(4), set(), set(), set()
    for _ in range(20):
        vote.stage_again(ballot)
        order = rng.sample(ballot.raters, len(ballot.raters))
        tablets = rng.sample([rater.tablet for rater in order], len(order))
        for rater, tablet in zip(order, tablets, strict=True):
            rater.tablet = tablet
        with time_machine.travel(dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=rng.randrange(50_000))):
            vote.cast_all(ballot, order, sender(booth))
        ballot.close()
        ballot.open()
        slips.add(codec.canonical(ballot.transcript["slips"]))
        roots.add(ballot.transcript["slips_root"])
        received.add(ballot.transcript["received_root"])

    assert (len(slips), len(roots)) == (1, 1)
    assert len(received) == 20, "fresh ephemeral keys each time"
