"""T4 on the main site: its database, its audit and its minutes never hold a card, an envelope or, before the opening, a mark."""

import json

import pytest

from ballots import codec
from tests.adversary import needles
from tests.adversary.blindness import contents

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def secrets_of(hall):
    """Of some cards: what only paper and tablet know, and what only the box may hold."""
    found = {}
    for number, card in enumerate(hall.cards["b"][:3]):
        found[f"secret {number}"] = card.secret
        found[f"printed {number}"] = card.printed
        found[f"card key {number}"] = bytes(card.outer.verify_key)
        found[f"slip key {number}"] = card.slip_pub("o01")
    for number, body in enumerate(hall.bodies[:3]):
        sent = codec.parse(body)
        found[f"hash {number}"] = codec.sha256(codec.unb64(sent["e"]))
        found[f"signature {number}"] = sent["z"]
    return found


def main_site():
    return {table: "\n".join(rows).encode() for table, rows in contents("default").items()}


def test_main_site_knows_no_card_no_envelope_and_no_ballot(hall):
    hall.prepare().make_keys().make_cards().open().vote()
    secrets = secrets_of(hall)
    assert len(hall.bodies) > 10
    assert needles.hits(secrets, main_site()) == set()

    hall.close().clear_table().tally()
    marks = {
        f"marks {n}": json.dumps(json.loads(slip["b"])["a"])[1:-1]
        for n, slip in enumerate(json.loads(hall.transcript())["slips"][:5])
    }

    assert needles.hits(secrets, main_site()) == set()
    assert needles.hits(marks, main_site()) == set()


def test_votes_leave_no_event(hall):
    """S24: no event for scan, cast or retry; the steps of the box leave theirs."""
    hall.prepare().make_keys().make_cards().open()
    before = main_site()

    hall.vote()

    assert main_site() == before
