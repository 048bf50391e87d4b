"""T2: a cast touches the envelopes and nothing else, and its answer leaves nothing on the tablet."""

import logging
import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from ballots import casting, codec, middleware
from ballots.models import Box, Envelope, State
from tests.adversary.blindness import contents

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_cast_changes_one_row_of_one_table(booth, make_box):
    card, *_ = make_box()
    before = {alias: contents(alias) for alias in ("default", "ballots")}

    with CaptureQueriesContext(connections["default"]) as main, CaptureQueriesContext(connections["ballots"]) as box:
        assert booth.cast(card.sid, card.envelope()).status_code == 200

    after = {alias: contents(alias) for alias in ("default", "ballots")}
    changed = {(alias, table) for alias in after for table in after[alias] if after[alias][table] != before[alias][table]}
    assert changed == {("ballots", "ballots_envelope")}
    assert len(after["ballots"]["ballots_envelope"]) == 1
    assert main.captured_queries == []
    statements = " ".join(query["sql"] for query in box.captured_queries)
    assert set(re.findall(r"ballots_\w+", statements)) == {"ballots_box", "ballots_envelope"}
    assert re.findall(r"\b(?:UPDATE|DELETE)\b", statements) == []


def test_every_receipt_has_one_length(booth, make_box):
    cards = make_box(cards=8)

    answers = [booth.cast(card.sid, card.envelope(bytes([n]))) for n, card in enumerate(cards)]

    assert len({len(answer.content) for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
    assert answers[0].headers["Content-Length"] == str(len(answers[0].content))


PATHS = ["/v1/open", "/v1/{sid}/manifest", "/v1/{sid}/turnout", "/v1/{sid}/received", "/v1/nothing", "/v1/{sid}/cast"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers_and_no_cookie(booth, make_box, path):
    card, *_ = make_box()
    booth.cookies["sessionid"] = "from another site on this host"

    for answer in (booth.get(path.format(sid=card.sid)), booth.cast(card.sid, card.envelope()), booth.cast(card.sid, b"{}")):
        missing = {name: value for name, value in middleware.HEADERS.items() if name not in answer.headers}
        assert missing == {}
        assert answer.headers["Content-Security-Policy"] == middleware.HEADERS["Content-Security-Policy"]
        assert not answer.cookies
        assert "Set-Cookie" not in answer.headers
        assert "cookie" not in answer.headers.get("Vary", "").lower()
    assert answer.headers["Cache-Control"] == "no-store"


def test_policy_allows_no_foreign_origin_and_nothing_inline():
    policy = dict(part.split(" ", 1) for part in middleware.HEADERS["Content-Security-Policy"].split("; "))

    assert policy["default-src"] == "'none'"
    assert {value for name, value in policy.items() if name not in ("img-src", "require-trusted-types-for")} == {
        "'none'",
        "'self'",
    }
    assert policy["img-src"] == "'self' data:"


def test_foreign_host_name_is_refused_like_everything_else(booth):
    answer = booth.get("/v1/open", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.content) == (400, b'{"v":1}')
    assert "Content-Security-Policy" in answer.headers


def test_exception_leaves_only_a_constant(booth, make_box, monkeypatch, caplog):
    from ballots.silence import ConstantFormatter

    card, *_ = make_box()

    def fail(*args, **kwargs):
        raise ZeroDivisionError("marks 95 90 85 of a rater")

    monkeypatch.setattr(casting, "cast", fail)
    with caplog.at_level(logging.DEBUG):
        answer = booth.cast(card.sid, card.envelope())

    assert (answer.status_code, answer.content) == (500, b'{"v":1}')
    assert len(caplog.records) > 0
    assert {ConstantFormatter().format(record) for record in caplog.records} == {"booth: a request failed"}
    own = [record for record in caplog.records if record.name == "ballots"]
    assert [(record.args, record.exc_info) for record in own] == [((), None)]


def test_log_settings_of_the_booth_send_every_logger_through_the_constant():
    from config import booth

    assert {name: (h["class"], h["formatter"]) for name, h in booth.LOGGING["handlers"].items()} == {
        "console": ("logging.StreamHandler", "constant")
    }
    assert booth.LOGGING["formatters"] == {"constant": {"()": "ballots.silence.ConstantFormatter"}}
    assert booth.LOGGING["loggers"] == {
        "django": {"handlers": [], "level": "ERROR", "propagate": True}
    }  # no mail to administrators


def test_gunicorn_names_no_request(capsys):
    from gunicorn.config import Config

    from ballots.silence import GunicornLogger

    log = GunicornLogger(Config())
    log.error_log.setLevel(logging.DEBUG)
    canary = "10.99.1.2 /v1/secret"
    try:
        raise ValueError(canary)
    except ValueError:
        log.exception("Error handling request %s", canary)
    log.warning("Invalid request from ip=%s", canary)
    log.debug("GET %s", canary)
    log.access(canary, canary, {"REMOTE_ADDR": canary}, 1)
    log.info("Listening at: http://127.0.0.1:8001")

    written = capsys.readouterr().err
    assert canary not in written
    assert written.count("booth: a request failed") == 2
    assert "Listening at: http://127.0.0.1:8001" in written


def test_envelope_rows_know_only_ciphertext(booth, make_box):
    card, *_ = make_box()
    booth.cast(card.sid, card.envelope(b"\3"))

    row = Envelope.objects.values().get()

    message = codec.parse(card.envelope(b"\3"))
    assert row == {
        "sid": card.sid,
        "outer_pk": card.public,
        "h": codec.sha256(b"\3" * card.length),
        "ct": b"\3" * card.length,
        "z": codec.unb64(message["z"]),
    }
    assert Box.objects.get().state == State.OPEN
