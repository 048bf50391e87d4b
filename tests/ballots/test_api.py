"""The booth as its pages see it: every answer of B4–B6, in the order of checking."""

import random

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext

from ballots import actions, casting, codec, counting
from ballots.models import Box, Envelope, State, Void

pytestmark = pytest.mark.django_db(databases=["ballots"])
NOTHING = b'{"v":1}'


def set_state(sid, state):
    Box.objects.filter(sid=sid).update(state=state)


# --- the vectors --------------------------------------------------------------------------------------------


def test_booth_gives_the_receipts_and_the_list_of_the_vectors(booth, vectors, vector_box, vector_casts):
    for card, body in vector_casts.items():
        assert booth.cast(vector_box.sid, body).content.decode() == vectors["casts"][card]["receipt"]

    actions.start_closing(vector_box.sid)
    actions.close_box(vector_box.sid)

    answer = booth.get(f"/v1/{vector_box.sid}/received").json()
    assert answer["received"] == vectors["transcript"]["received"]
    assert answer["received_root"] == vectors["received_root"]


def test_booth_answers_as_the_vectors_say(booth, vectors, vector_box, vector_casts):
    sid = vector_box.sid
    first = vector_casts["b1"]
    receipt = booth.cast(sid, first).content
    message = codec.parse(first)
    other = codec.parse(vector_casts["b2"])
    second = actions_of_card(vectors, "b1", other["e"])
    void = vectors["void"]["body"].encode()

    answers = [
        booth.cast(sid, first).status_code,
        booth.cast(sid, second).status_code,
        booth.cast(sid, codec.canonical(message | {"z": other["z"]})).status_code,
        booth.cast(sid, codec.canonical(message | {"c": vectors["cards"]["b1"]["slip_pub"]["o01"]})).status_code,
        booth.cast(sid, first.replace(b",", b", ", 1)).status_code,
        booth.cast(sid, first.ljust(33_000)).status_code,
        booth.cast(sid, first, **{"Content-Type": "text/plain"}).status_code,
        booth.void(sid, void).status_code,
    ]
    assert booth.cast(sid, second).content == receipt
    set_state(sid, State.CLOSED)
    answers += [
        {booth.cast(sid, first).status_code, booth.cast(sid, vector_casts["d1"]).status_code}.pop(),
        booth.void(sid, void_of_card(vectors, "b1")).status_code,
        {booth.void(sid, void).status_code, booth.void(sid, void).status_code}.pop(),
    ]

    assert answers == [case["status"] for case in vectors["answers_of_the_booth"]]


def signing_key(vectors, card):
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from nacl.signing import SigningKey

    secret, salt = bytes.fromhex(vectors["cards"][card]["secret_hex"]), vectors["kdf"]["salt"].encode()
    return SigningKey(HKDF(SHA256(), 32, salt, b"outer").derive(secret))


def actions_of_card(vectors, card, e):
    """Another envelope of the same card, well signed."""
    sid, h = vectors["manifest"]["sid"], codec.sha256(codec.unb64(e))
    z = signing_key(vectors, card).sign(codec.tagged("ars/env/v1", sid.encode(), h)).signature
    return codec.canonical({"v": 1, "s": sid, "c": vectors["cards"][card]["outer_pub"], "e": e, "z": codec.b64(z)})


def void_of_card(vectors, card):
    sid, key = vectors["manifest"]["sid"], signing_key(vectors, card)
    z = key.sign(codec.tagged("ars/void/v1", sid.encode(), bytes(key.verify_key))).signature
    return codec.canonical({"v": 1, "s": sid, "c": codec.b64(bytes(key.verify_key)), "z": codec.b64(z)})


# --- casting ------------------------------------------------------------------------------------------------


def test_retry_gets_the_same_bytes_and_stores_nothing_more(booth, make_box):
    card, *_ = make_box()

    answers = {booth.cast(card.sid, card.envelope()).content for _ in range(5)}

    assert len(answers) == 1
    assert Envelope.objects.count() == 1


def test_first_envelope_of_a_card_wins(booth, make_box):
    card, *_ = make_box()
    first = booth.cast(card.sid, card.envelope(b"\1"))

    second = booth.cast(card.sid, card.envelope(b"\2"))

    assert (first.status_code, second.status_code) == (200, 409)
    assert second.content == first.content
    assert bytes(Envelope.objects.get().ct) == b"\1" * card.length


def test_same_ciphertext_from_two_cards_is_no_error_here(booth, make_box):
    one, two, _ = make_box()

    assert booth.cast(one.sid, one.envelope()).status_code == 200
    assert booth.cast(two.sid, two.envelope()).status_code == 200


def test_receipt_is_signed_over_hash_and_card(booth, make_box):
    card, *_ = make_box()

    receipt = booth.cast(card.sid, card.envelope()).json()

    h = codec.sha256(b"\1" * card.length)
    rcpt_pub = codec.unb64(Box.objects.get().document["rcpt_pub"], 32)
    assert codec.unb64(receipt["h"], 32) == h
    assert codec.signed(rcpt_pub, codec.unb64(receipt["z"], 64), "ars/rcpt/v1", card.sid.encode(), h + card.public)


@pytest.mark.parametrize("state", sorted(set(State) - {State.OPEN, State.CLOSING, State.DRAFT}))
def test_box_that_takes_no_ballots_says_gone_stored_or_not(booth, make_box, state):
    stored, fresh, _ = make_box()
    booth.cast(stored.sid, stored.envelope())
    set_state(stored.sid, state)

    answers = [booth.cast(card.sid, card.envelope()) for card in (stored, fresh)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(410, NOTHING)] * 2
    assert Envelope.objects.count() == 1


def test_closing_box_still_takes_ballots(booth, make_box):
    card, *_ = make_box(state=State.CLOSING)

    assert booth.cast(card.sid, card.envelope()).status_code == 200


def test_unknown_box_unknown_card_and_bad_signature_get_one_answer(booth, make_box):
    card, other, _ = make_box()
    draft_card, *_ = make_box(state=State.DRAFT, sid="00000000000000bb")
    message = codec.parse(card.envelope())
    elsewhere = "00000000000000cc"
    answers = [
        booth.cast(elsewhere, codec.canonical(message | {"s": elsewhere})),
        booth.cast(card.sid, codec.canonical(message | {"c": codec.b64(b"\7" * 32)})),
        booth.cast(card.sid, codec.canonical(message | {"c": codec.b64(other.public)})),
        booth.cast(card.sid, codec.canonical(card.message(b"\1" * card.length, tag="ars/void/v1"))),
        booth.cast(draft_card.sid, draft_card.envelope()),
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {(403, NOTHING)}
    assert not Envelope.objects.exists()


def test_a_box_given_up_before_there_were_cards_knows_none(booth, make_box):
    card, *_ = make_box()
    given_up = "00000000000000dd"
    actions.create_box(given_up, mode="formal")
    actions.abort(given_up)

    message = codec.parse(card.envelope()) | {"s": given_up}
    void = codec.parse(card.void()) | {"s": given_up}
    answers = [booth.cast(given_up, codec.canonical(message)), booth.void(given_up, codec.canonical(void))]

    assert [(answer.status_code, answer.content) for answer in answers] == [(403, NOTHING)] * 2


def statements_on_tables(queries):
    return [query["sql"].split("ballots_", 1)[0].strip() for query in queries if "ballots_" in query["sql"]]


def test_a_cast_takes_one_statement_once_the_cards_are_known(booth, make_box):
    first, second, _ = make_box()
    booth.cast(first.sid, first.envelope())

    with CaptureQueriesContext(connections["ballots"]) as stored:
        assert booth.cast(second.sid, second.envelope()).status_code == 200
    with CaptureQueriesContext(connections["ballots"]) as repeated:
        assert booth.cast(second.sid, second.envelope()).status_code == 200

    assert statements_on_tables(stored) == ["INSERT INTO"]
    assert len(statements_on_tables(repeated)) == 3


def test_a_box_refused_in_preparation_takes_ballots_once_it_is_open(booth, make_box):
    card, *_ = make_box(state=State.DRAFT)
    assert booth.cast(card.sid, card.envelope()).status_code == 403

    set_state(card.sid, State.OPEN)

    assert booth.cast(card.sid, card.envelope()).status_code == 200


def test_a_box_wiped_meanwhile_is_unknown_again(booth, make_box):
    card, unused, _ = make_box()
    booth.cast(card.sid, card.envelope())
    Box.objects.all().delete()

    answers = [booth.cast(card.sid, card.envelope()), booth.void(unused.sid, unused.void())]

    assert [(answer.status_code, answer.content) for answer in answers] == [(403, NOTHING)] * 2


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m | {"v": 2},
        lambda m: m | {"s": "00000000000000bb"},
        lambda m: m | {"more": 1},
        lambda m: {name: value for name, value in m.items() if name != "z"},
        lambda m: m | {"c": m["c"][:-4]},
        lambda m: m | {"z": m["c"]},
        lambda m: m | {"e": m["e"][:-4]},
        lambda m: m | {"e": m["e"] + "AAAA"},
        lambda m: m | {"e": 5},
        lambda m: [m],
    ],
)
def test_wrong_members_or_lengths_are_unprocessable(booth, make_box, change):
    card, *_ = make_box()

    answer = booth.cast(card.sid, codec.canonical(change(codec.parse(card.envelope()))))

    assert (answer.status_code, answer.content) == (422, NOTHING)
    assert not Envelope.objects.exists()


@pytest.mark.parametrize("spoil", [lambda b: b + b"\n", lambda b: b'{"a":' * 3000, lambda b: b"5", lambda b: b"\xff" + b])
def test_other_spellings_are_unprocessable(booth, make_box, spoil):
    card, *_ = make_box()

    assert booth.cast(card.sid, spoil(card.envelope())).status_code == 422


def test_mangled_bodies_are_refused_and_break_nothing(booth, make_box):
    card, *_ = make_box()
    body, rng = card.envelope(), random.Random(2026)

    def mangled():
        start, end = sorted(rng.choices(range(len(body)), k=2))
        return rng.choice(
            [
                body[:start],
                body[:start] + body[end:],
                body[:start] + rng.randbytes(end - start) + body[end:],
                rng.randbytes(start),
            ]
        )

    answers = {booth.cast(card.sid, mangled() or b"x").status_code for _ in range(300)}

    assert answers == {422}
    assert not Envelope.objects.exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"X-ARS": None}, 415),
        ({"X-ARS": "2"}, 415),
        ({"Origin": None}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://localhost:8001"}, 200),
    ],
)
def test_only_the_booths_own_pages_may_cast(booth, make_box, headers, status):
    card, *_ = make_box()

    assert booth.cast(card.sid, card.envelope(), **headers).status_code == status
    assert Envelope.objects.exists() == (status == 200)


def test_size_is_refused_before_anything_is_read(booth, make_box):
    card, *_ = make_box()

    class Unread:
        def read(self, *args):
            raise AssertionError("the body was read")

        readline = read

    answer = booth.generic("POST", f"/v1/{card.sid}/cast", **{"wsgi.input": Unread(), "CONTENT_LENGTH": str(32 * 1024 + 1)})

    assert (answer.status_code, answer.content) == (413, NOTHING)


def test_checks_come_in_the_order_of_the_protocol(booth, make_box):
    card, *_ = make_box(state=State.CLOSED)
    forged = codec.canonical(codec.parse(card.envelope()) | {"z": codec.b64(bytes(64))})
    size, kind, spelling = b" " * 33_000, {"Content-Type": "text/plain"}, b" " + forged

    assert booth.cast(card.sid, size, **kind).status_code == 413
    assert booth.cast(card.sid, spelling, **kind).status_code == 415
    assert booth.cast(card.sid, spelling).status_code == 422
    assert booth.cast(card.sid, forged).status_code == 403
    assert booth.cast(card.sid, card.envelope()).status_code == 410


@pytest.mark.parametrize("path", ["cast", "void"])
def test_busy_database_means_try_again(booth, make_box, monkeypatch, path):
    card, *_ = make_box()

    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(casting, path, busy)
    answer = booth.cast(card.sid, card.envelope()) if path == "cast" else booth.void(card.sid, card.void())

    assert (answer.status_code, answer.content) == (503, NOTHING)
    assert int(answer.headers["Retry-After"]) > 0


def test_without_its_receipt_key_the_booth_stores_nothing(booth, make_box, receipt_keys):
    card, *_ = make_box()
    (receipt_keys / card.sid).unlink()
    booth.raise_request_exception = False

    assert booth.cast(card.sid, card.envelope()).status_code == 500
    assert not Envelope.objects.exists()


# --- void ---------------------------------------------------------------------------------------------------


def test_unused_card_is_voided_after_the_close_and_again(booth, make_box):
    card, *_ = make_box(state=State.CLOSED)

    answers = [booth.void(card.sid, card.void()) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, NOTHING)] * 2
    assert Void.objects.count() == 1


def test_void_of_a_cast_card_is_a_conflict(booth, make_box):
    card, *_ = make_box()
    booth.cast(card.sid, card.envelope())
    set_state(card.sid, State.CLOSED)

    answer = booth.void(card.sid, card.void())

    assert (answer.status_code, answer.content) == (409, NOTHING)
    assert not Void.objects.exists()


@pytest.mark.parametrize("state", sorted(set(State) - {State.CLOSED, State.DRAFT}))
def test_void_outside_the_closed_state_is_gone(booth, make_box, state):
    card, *_ = make_box(state=state)

    assert booth.void(card.sid, card.void()).status_code == 410
    assert not Void.objects.exists()


def test_void_with_a_signature_for_something_else_is_refused(booth, make_box):
    card, *_ = make_box(state=State.CLOSED)
    envelope = codec.parse(card.envelope())
    forged = {name: envelope[name] for name in "vscz"}

    assert booth.void(card.sid, codec.canonical(forged)).status_code == 403
    assert booth.void(card.sid, card.envelope()).status_code == 422


# --- reading ------------------------------------------------------------------------------------------------


def test_manifest_and_credentials_are_the_stored_bytes(booth, vectors, vector_box):
    for name, stored in (("manifest", vector_box.manifest), ("credentials", vector_box.credentials)):
        answer = booth.get(f"/v1/{vector_box.sid}/{name}")

        assert answer.content == stored
        assert answer.headers["Cache-Control"] == "public, max-age=3600, immutable"


def visible(booth, sid):
    names = ("manifest", "credentials", "turnout", "received", "transcript")
    return [name for name in names if booth.get(f"/v1/{sid}/{name}").status_code == 200]


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (State.DRAFT, []),
        (State.ABORTED, []),
        (State.SEALED_SETUP, ["manifest", "credentials"]),
        (State.OPEN, ["manifest", "credentials", "turnout"]),
        (State.CLOSING, ["manifest", "credentials", "turnout"]),
        (State.CLOSED, ["manifest", "credentials", "turnout", "received"]),
        (State.OPENED, ["manifest", "credentials", "turnout", "received"]),
        (State.ARCHIVED, ["manifest", "credentials"]),
    ],
)
def test_what_the_booth_shows_in_each_state(booth, make_box, state, names):
    card, *_ = make_box(state=state)

    assert visible(booth, card.sid) == names
    assert visible(booth, "00000000000000ff") == []


@pytest.mark.parametrize(("name", "document"), [("turnout", None), ("manifest", "manifest"), ("credentials", "credentials")])
def test_no_document_is_read_but_the_one_asked_for(booth, make_box, name, document):
    card, *_ = make_box()

    with CaptureQueriesContext(connections["ballots"]) as queries:
        booth.get(f"/v1/{card.sid}/{name}")

    read = {column for column in ("manifest", "credentials") for query in queries if f'"{column}"' in query["sql"]}
    assert read == ({document} if document else set())


def test_open_boxes_are_listed_without_more_than_a_tablet_needs(booth, make_box):
    make_box(state=State.CLOSING, sid="00000000000000bb")
    make_box(state=State.OPEN, sid="00000000000000aa")
    for n, state in enumerate((State.DRAFT, State.ARCHIVED, State.ABORTED)):
        make_box(state=state, sid=f"000000000000000{n}")

    assert booth.get("/v1/open").json() == {
        "v": 1,
        "boxes": [
            {"sid": "00000000000000aa", "state": "OPEN", "mode": "rehearsal"},
            {"sid": "00000000000000bb", "state": "CLOSING", "mode": "rehearsal"},
        ],
    }


def test_turnout_moves_in_fives_and_every_twenty_seconds_until_closed(booth, make_box, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(counting.time, "monotonic", lambda: now[0])
    cards = make_box(cards=8, sid="00000000000000a1")

    def shown(after, casts):
        now[0] += after
        for card in casts:
            assert booth.cast(card.sid, card.envelope()).status_code == 200
        return booth.get(f"/v1/{cards[0].sid}/turnout").json()["n"]

    assert shown(0, cards[:4]) == 0
    assert shown(20, cards[4:6]) == 5
    assert shown(20, []) == 5
    assert shown(0, cards[6:7]) == 5
    set_state(cards[0].sid, State.CLOSED)
    assert shown(0, []) == 7


def test_turnout_is_kept_between_refreshes(booth, make_box, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(counting.time, "monotonic", lambda: now[0])
    cards = make_box(cards=5, sid="00000000000000a2")
    url = f"/v1/{cards[0].sid}/turnout"
    assert booth.get(url).json()["n"] == 0
    for card in cards:
        booth.cast(card.sid, card.envelope())

    now[0] += 19.9
    assert booth.get(url).json()["n"] == 0
    now[0] += 0.1
    assert booth.get(url).json()["n"] == 5


@pytest.mark.parametrize(("method", "path"), [("get", "cast"), ("put", "cast"), ("post", "manifest"), ("delete", "turnout")])
def test_other_methods_are_refused(booth, make_box, method, path):
    card, *_ = make_box()

    answer = getattr(booth, method)(f"/v1/{card.sid}/{path}")

    assert (answer.status_code, answer.content) == (405, NOTHING)


@pytest.mark.parametrize(
    "path", ["/v1/", "/v1/open/", "/v1/00000000000000AA/manifest", "/v1/abc/manifest", "/v1/00000000000000aa/envelopes"]
)
def test_unknown_addresses_say_nothing(booth, path):
    answer = booth.get(path)

    assert (answer.status_code, answer.content) == (404, NOTHING)
