"""T4 on the main site: its database, its audit and its minutes never hold a card, an envelope or, before the opening, a mark."""

import io
import json
from importlib import import_module

import pytest
from django.apps import apps
from openpyxl import load_workbook

from ballots import codec
from ballots.models import Publication
from core import excel
from scoring.actions import sheets
from scoring.models import Count
from scoring.models import Publication as Released
from tests.adversary import needles
from tests.adversary.blindness import contents
from tests.scoring.pages import page

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


def test_hashes_over_marks_stay_beside_the_exact_result(client, hall):
    """Whoever holds the copy for the room and such a hash could try every guess at a small group's marks on it (ADR 0014)."""
    hall.counted().sign().confirm().publish()
    raw = {name: hall.count.result[name][:16] for name in ("input_hash", "result_hash")}
    guessable = raw | {f"{name} in fours": sheets.grouped(digits) for name, digits in raw.items()}
    client.force_login(hall.approver)
    shown = {name: client.get(page(name, hall.session)).content for name in ("results", "ballot")}
    shown["recount"] = client.post(page("results_recount", hall.session)).content
    shown["check page"] = bytes(Publication.objects.get(sid=hall.round.sid).document)
    shown["workbook"] = b"\n".join(
        str([row.value for cells in sheet for row in cells]).encode()
        for sheet in load_workbook(io.BytesIO(excel.workbook(sheets.excel(hall.count)))).worksheets
    )

    kept = {(name, artefact) for name, artefact, _spelling in needles.hits(guessable, main_site() | shown)}

    assert kept == {("input_hash", "scoring_count"), ("result_hash", "scoring_count")}
    exact = str(sorted(Count.objects.values_list("result", flat=True), key=str))
    others = str(
        Count.objects.defer("result").values("input_hash", "result_hash", "sheet", "table_l0", "table_l1", "outside").get()
    )
    assert all(digits in exact and digits not in others for digits in raw.values())


def test_hashes_of_counts_made_before_are_blinded_too(hall):
    hall.counted().sign().confirm().publish()
    now, out = Count.objects.values().get(), Released.objects.values().get()
    Count.objects.update(**{name: now["result"][name] for name in ("input_hash", "result_hash")})
    for kept, rows in ((now, Count.objects), (out, Released.objects)):
        rows.update(**{name: kept[name] | {"input_hash": "0"} for name in ("table_l0", "table_l1")})

    import_module("scoring.migrations.0012_blinded_hashes").blind(apps, None)

    assert (Count.objects.values().get(), Released.objects.values().get()) == (now, out)
