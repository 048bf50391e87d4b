"""T9: does the alarm ring? Thirteen planted leaks, each of which one of the checks T1 to T7 must find; without the leak it is silent.

The leaks are copies beside the product: a model, a middleware, a log, a document of the test's own. Those that store rows are
found by the link game (`PLANTED` in test_games.py), which proves that the attacks attack.
"""

import json
import logging
import random
import uuid

import pytest
from django.db import connections, models
from django.test.utils import isolate_apps
from weasyprint import HTML

from ballots import casting, codec, counting, reference
from ballots.models import Envelope
from ballots.silence import ConstantFormatter
from tests.adversary import blindness, disclosure, needles, publication, structure, vote
from tests.adversary.test_disclosure import turnouts

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def ballot(receipt_keys):
    return vote.prepare(random.Random(9), raters=6, officials=2)


def opened(ballot, booth):
    vote.cast_all(ballot, ballot.raters, lambda sid, body, rater: booth.cast(sid, body).status_code)
    ballot.close()
    ballot.open()
    return ballot.transcript


# --- T1: structure ----------------------------------------------------------------------------------------------------------------


@isolate_apps("ballots")
def test_auto_now_and_counters_and_addresses_are_found_in_a_model():
    class Moment(models.Model):
        outer_pk = models.BinaryField(primary_key=True)
        changed_at = models.DateTimeField(auto_now=True)

        class Meta:
            app_label = "ballots"

    class Counter(models.Model):
        id = models.BigAutoField(primary_key=True)

        class Meta:
            app_label = "ballots"

    class Address(models.Model):
        outer_pk = models.BinaryField(primary_key=True)
        came_from = models.GenericIPAddressField()
        uid = models.UUIDField(default=uuid.uuid4)

        class Meta:
            app_label = "ballots"

    found = structure.forbidden_fields([Moment, Counter, Address])

    assert [name.rsplit(".", 1)[1] for name in found] == ["changed_at", "id", "came_from", "uid"]


def test_a_counter_is_found_in_the_database():
    connection = connections["ballots"]
    kind = "integer PRIMARY KEY AUTOINCREMENT" if connection.vendor == "sqlite" else "bigserial PRIMARY KEY"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE ballots_planted (id {kind}, sid varchar(16))")

    assert structure.counters(connection) != []
    assert structure.columns_of(connection) != structure.COLUMNS


@pytest.mark.parametrize(
    "line",
    [
        "from celery import shared_task",
        "import redis",
        "from django.contrib.sessions.models import Session",
        "from django.core.cache import cache",
        "from django.db.models.signals import post_save",
        "from core import audit",
        "from reviews.models import Attendance",
        "import datetime",
    ],
)
def test_an_import_that_knows_a_person_or_keeps_a_trace_is_found(line):
    assert len(structure.strange_imports({"casting.py": f"def cast():\n    {line}\n"})) == 1


# --- T2: the cast is blind --------------------------------------------------------------------------------------------------------


class Remembering:
    """A middleware that keeps a session for every tablet."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.session["seen"] = True
        return self.get_response(request)


def test_a_session_is_found(booth, ballot, settings):
    own = [*settings.MIDDLEWARE, "django.contrib.sessions.middleware.SessionMiddleware", f"{__name__}.Remembering"]
    settings.MIDDLEWARE = own
    body = ballot.body(ballot.raters[0])

    found = blindness.traces(lambda: booth.cast(ballot.sid, body))

    assert {"row of django_session", "query on default", "session touched"} <= set(found)


def test_a_cookie_is_found_even_where_the_booth_would_take_it_away(booth, ballot):
    def cast():
        answer = booth.cast(ballot.sid, body)
        answer.cookies["tablet"] = "7"
        return answer

    body = ballot.body(ballot.raters[0])

    assert "cookie" in blindness.traces(cast)


def test_a_roster_that_is_ticked_off_with_the_cast_is_found(booth, ballot, clerk, monkeypatch):
    cast = casting.cast

    def tick_off(*args, **kwargs):
        with connections["default"].cursor() as cursor:
            cursor.execute("UPDATE officials_user SET name = 'has voted'")
        return cast(*args, **kwargs)

    monkeypatch.setattr(casting, "cast", tick_off)
    body = ballot.body(ballot.raters[0])

    assert set(blindness.traces(lambda: booth.cast(ballot.sid, body))) == {"row of officials_user", "query on default"}


def test_envelopes_without_padding_are_found(ballot):
    first, second, *_ = ballot.raters
    first.answers = {"o01": {}, "o02": {}}
    urn = codec.unb64(ballot.manifest["urn_pub"])
    sealed = [reference.seal(reference.plaintext(r.card, ballot.manifest, r.answers), urn) for r in (first, second)]

    assert blindness.lengths(sealed) != []
    assert blindness.lengths(ballot.body(rater) for rater in (first, second)) == []


# --- T3c: the board knows no order ------------------------------------------------------------------------------------------------


def test_a_board_in_the_order_of_arrival_is_found(booth, ballot):
    transcript = opened(ballot, booth)
    of_arrival = [
        slip
        for rater in ballot.raters
        for slip in transcript["slips"]
        if slip["p"] in (ballot.slip_of(rater, "o01"), ballot.slip_of(rater, "o02"))
    ]

    assert publication.tied_slips(of_arrival) == ["not sorted by key"]
    assert codec.canonical(of_arrival) != codec.canonical(transcript["slips"])


# --- T4: canaries -----------------------------------------------------------------------------------------------------------------


def test_plain_ciphertext_is_found_in_the_table(booth, ballot):
    rater = ballot.raters[0]
    marks = {"marks": json.dumps(rater.answers["o01"], separators=(",", ":"))}
    text = reference.pad7816(reference.plaintext(rater.card, ballot.manifest, rater.answers), ballot.manifest["pad"] + 48)
    booth.cast(ballot.sid, reference.envelope_body(rater.card, text))
    plain = stored("ballots_envelope")

    booth.cast(ballot.sid, ballot.body(ballot.raters[1]))
    other = {"marks": json.dumps(ballot.raters[1].answers["o01"], separators=(",", ":"))}

    assert needles.hits(marks, plain) != set()
    assert needles.hits(other, stored("ballots_envelope")) == set()


def stored(table):
    with connections["ballots"].cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return {
            f"{table} {n}": b"".join(bytes(v) for v in row if not isinstance(v, str)) for n, row in enumerate(cursor.fetchall())
        }


def test_a_ballot_handed_to_the_queue_is_found_in_the_broker(ballot, tmp_path):
    """The main site's own kind of broker in development: a folder."""
    from celery import Celery

    for name in ("broker", "control"):
        (tmp_path / name).mkdir()
    places = {
        "data_folder_in": str(tmp_path / "broker"),
        "data_folder_out": str(tmp_path / "broker"),
        "control_folder": str(tmp_path / "control"),
    }
    queue = Celery("planted", broker="filesystem://", set_as_current=False)
    queue.conf.broker_transport_options = places
    sent = codec.parse(ballot.body(ballot.raters[0]))

    queue.send_task("planted.cast", args=[json.dumps(sent)], ignore_result=True)
    queue.close()

    found = needles.hits({"card": sent["c"], "envelope": sent["e"][:40]}, needles.files_below(tmp_path))
    assert {name for name, _artefact, _spelling in found} == {"card", "envelope"}


def test_an_exception_that_carries_the_body_is_found_in_the_log(booth, ballot, monkeypatch, caplog):
    """Django's usual format tells it; the booth's tells nothing of the same records."""
    rater = ballot.raters[0]
    body = ballot.body(rater)
    secret = {"body": body[:100].decode(), "tablet": rater.tablet}

    def fail(*args, **kwargs):
        problem = f"{body.decode()} from {rater.tablet}"
        logging.getLogger("ballots").error("cast failed: %s", problem)
        raise ZeroDivisionError(problem)

    monkeypatch.setattr(casting, "cast", fail)
    booth.cast(ballot.sid, body)

    usual, ours = logging.Formatter(), ConstantFormatter()
    told = {"usual": "\n".join(map(usual.format, caplog.records)).encode()}
    assert {name for name, _artefact, _spelling in needles.hits(secret, told)} == {"body", "tablet"}
    assert needles.hits(secret, {"ours": "\n".join(map(ours.format, caplog.records)).encode()}) == set()


@pytest.mark.slow
def test_an_access_log_is_found(receipt_keys, tmp_path):
    """gunicorn with its own logger instead of ours."""
    from tests.adversary.processes import Booth

    for number, more in enumerate(
        [[], ["--access-logfile", "-"], ["--access-logfile", "-", "--logger-class", "gunicorn.glogging.Logger"]]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        process = Booth(f"sqlite:///{folder / 'ballots.sqlite3'}", folder, arguments=more).start()
        process.ask("GET", "/b", source="127.99.3.3", headers={"User-Agent": "canary-tablet"})
        process.stop()
        found = needles.hits({"address": "127.99.3.3", "browser": "canary-tablet"}, {"log": process.log.read_bytes()})
        assert {name for name, _artefact, _spelling in found} == (set() if number < 2 else {"address", "browser"})


# --- T6, T7: what is published ----------------------------------------------------------------------------------------------------


def test_whole_ballots_on_the_board_are_found(booth, ballot):
    """The same slips with the card's key on each, or with one nonce for the whole ballot."""
    transcript = opened(ballot, booth)
    whole = [
        {**reference.make_slip(rater.card, official, marks), "c": rater.card.outer_pub}
        for rater in ballot.raters
        for official, marks in rater.answers.items()
    ]
    one_nonce = []
    for rater in ballot.raters:
        for official in rater.answers:
            slip = next(slip for slip in transcript["slips"] if slip["p"] == ballot.slip_of(rater, official))
            body = {**json.loads(slip["b"]), "n": codec.b64(rater.card.nonce("o01"))}
            one_nonce.append({**slip, "b": codec.canonical(body).decode()})

    assert {"member c", "two slips share c"} <= set(publication.tied_slips(sorted(whole, key=lambda slip: slip["p"])))
    assert set(publication.tied_slips(sorted(one_nonce, key=lambda slip: slip["p"]))) == {"two slips share n"}
    assert publication.tied_slips(transcript["slips"]) == []


def test_an_exact_live_counter_is_found(booth, make_box, monkeypatch):
    monkeypatch.setattr(counting, "_in_steps", lambda sid: Envelope.objects.filter(sid=sid).count())

    assert disclosure.found_out(disclosure.Views(turnouts=turnouts(booth, make_box(cards=12), monkeypatch))) != []


HEAD = '<meta name="author" content="监票人甲"><meta name="dcterms.created" content="2026-12-18T15:04:05+08:00">'
SMALL, WHITE = ('<p style="font-size:2px">K01 75</p>', '<p style="color:#fff">K01 75</p>')


@pytest.mark.slow
@pytest.mark.parametrize(
    ("head", "body", "found"), [(HEAD, "", "/CreationDate"), ("", SMALL, "hidden: K"), ("", WHITE, "hidden: K"), ("", "", None)]
)
def test_a_paper_that_tells_more_than_it_shows_is_found(head, body, found):
    pdf = HTML(string=f"<html><head><title>x</title>{head}</head><body><p>计票报告单</p>{body}</body></html>").write_pdf()

    told = publication.told_by_paper(pdf)

    assert found in told if found else told == []
