"""The pages of the scrutineers: keys, cards, opening; and what they hold."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from ballots import codec, reference
from scoring.actions import setup
from scoring.models import SubjectResult
from tests.scoring.pages import page

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_keys_and_cards_are_taken_though_printing_them_took_long(client, hall, settings, time_machine):
    settings.SESSION_IDLE = dt.timedelta(minutes=15)
    hall.prepare()
    keys = reference.make_keys(hall.round.sid)
    urn = json.dumps({"urn_pub": keys.urn_pub, "board_pub": keys.board_pub})
    client.force_login(hall.scrutineer)

    time_machine.move_to(timezone.now() + dt.timedelta(hours=1), tick=False)
    assert client.post(page("ballot_keys", hall.session), urn, content_type="application/json").json() == {}
    hall.credentials, hall.cards = reference.make_cards(hall.round.box.document)
    hall.manifest = reference.complete(hall.round.box.document, hall.credentials)
    time_machine.move_to(timezone.now() + dt.timedelta(hours=1), tick=False)
    sent = json.dumps(hall.setup_texts())
    assert client.post(page("ballot_cards", hall.session), sent, content_type="application/json").json() == {}
    assert hall.round.is_sealed


def test_the_three_pages_of_the_scrutineers(client, hall):
    """Keys, cards and the opening over HTTP, as the browser's pages send them."""
    setup.prepare_round(
        hall.session, scheme=hall.scheme, numbers={"A": (1, 0), "B": (7, 0), "C": (5, 0), "D": (6, 1)}, by=hall.clerk
    )
    hall.together("SETUP")
    client.force_login(hall.scrutineer)

    def post(name, body):
        return client.post(page(name, hall.session), body, content_type="application/json")

    given = setup_of(client.get(page("ballot_keys", hall.session)))
    printed = {"title": hall.session.title, "date": "2026-12-22"}
    assert given == {"sid": hall.round.sid, "shares": [2, 3], "mode": "formal"} | printed
    hall.keys = reference.make_keys(given["sid"])
    for garbage in [
        "{}",
        "[]",
        "no",
        "[" * 100_000,
        json.dumps({"urn_pub": 5, "board_pub": "y"}),
        '{"urn_pub": "\\ud800", "board_pub": "y"}',
    ]:
        assert post("ballot_keys", garbage).status_code == 400
    assert post("ballot_keys", json.dumps({"urn_pub": "x", "board_pub": "y"})).status_code == 422
    assert post("ballot_keys", json.dumps({"urn_pub": hall.keys.urn_pub, "board_pub": hall.keys.board_pub})).status_code == 200

    given = setup_of(client.get(page("ballot_cards", hall.session)))
    assert given["papers"] == {"b": 0, "c": 0, "d": 1}
    hall.credentials, hall.cards = reference.make_cards(given["manifest"])
    hall.manifest = reference.complete(given["manifest"], hall.credentials)
    refused = post("ballot_cards", json.dumps(hall.setup_texts() | {"credentials": "{}"}))
    assert (refused.status_code, "重新制作票卡" in refused.json()["error"]) == (422, True)
    for _again in range(2):
        assert post("ballot_cards", json.dumps(hall.setup_texts())).status_code == 200

    hall.open().vote().close()
    assert client.post(page("urn", hall.session)).status_code == 409
    hall.clear_table()
    assert client.post(page("urn", hall.session))["Cache-Control"] == "no-store"
    transcript = hall.transcript()
    assert post("ballot_opening", b"{}").status_code == 422
    for _again in range(2):
        assert post("ballot_opening", transcript).status_code == 200
    other = codec.canonical(codec.parse(transcript) | {"v": 1, "drawn": {}})
    assert post("ballot_opening", other).status_code == 409
    assert SubjectResult.objects.count() == 3


@pytest.mark.parametrize("name", ["ballot_keys", "ballot_cards", "ballot_opening"])
def test_what_holds_keys_turns_no_text_into_markup(client, hall, name):
    hall.prepare()
    if name != "ballot_keys":
        hall.make_keys()
    if name == "ballot_opening":
        hall.make_cards().open().vote().close().clear_table()
    client.force_login(hall.scrutineer)

    answer = client.get(page(name, hall.session))

    assert answer.status_code == 200
    assert "require-trusted-types-for 'script'" in answer["Content-Security-Policy"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def setup_of(response):
    text = response.content.decode().split('<script id="setup" type="application/json">')[1].split("</script>")[0]
    return json.loads(text)
