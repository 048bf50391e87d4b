"""R4, R17: duplicates in a storm, and the close while casts are in flight; real threads, real files or PostgreSQL."""

import random
import time

import psycopg2
import pytest

from ballots import actions, casting, codec, keys
from ballots.models import Envelope, Refused, State
from ballots.router import DB
from tests.ballots.conftest import SQLITE
from tests.threads import in_threads


def casts(card, fill=b"\1"):
    message = codec.parse(card.envelope(fill))
    ct = codec.unb64(message["e"], card.length)
    fields = {"card": card.public, "h": codec.sha256(ct), "ct": ct, "z": codec.unb64(message["z"], 64)}
    return lambda: casting.cast(card.sid, **fields)


# SQLite is made ready by a fixture of its own; pytest-django would set up the in-memory one.
pytestmark = [pytest.mark.slow] if SQLITE else [pytest.mark.slow, pytest.mark.django_db(databases=[DB], transaction=True)]


def test_duplicates_in_a_storm_make_one_row_and_one_receipt(real_database, make_box):
    card, *_ = make_box()
    first = casts(card)()

    answers = in_threads(*[casts(card)] * 8, *[casts(card, b"\2")] * 8)

    assert set(answers[:8]) == {first}
    assert set(answers[8:]) == {(casting.CONFLICT, *first[1:])}
    assert Envelope.objects.count() == 1


def test_one_of_two_envelopes_at_once_wins_for_everybody(real_database, make_box):
    card, *_ = make_box()

    answers = in_threads(*[casts(card, bytes([n])) for n in range(1, 9)])

    assert sorted(status for status, h, receipt in answers) == [casting.STORED] + [casting.CONFLICT] * 7
    assert {h for status, h, receipt in answers} == {Envelope.objects.get().h}
    assert len({receipt for status, h, receipt in answers}) == 1


@pytest.mark.parametrize("repeat", range(3))
def test_close_with_casts_in_flight_leaves_nobody_between(real_database, make_box, monkeypatch, repeat):
    """The list is read the moment the box is closed: whoever gets a receipt stands in it, then and for ever."""
    cards, sign = make_box(cards=24, state=State.CLOSING), keys.receipt
    sid = cards[0].sid

    def sign_slowly(*args):
        time.sleep(0.005)
        return sign(*args)

    def close():
        actions.close_box(sid)
        return actions.received(sid)

    monkeypatch.setattr(keys, "receipt", sign_slowly)
    early = {card.public: casts(card)() for card in cards[:4]}
    *late, published = in_threads(*[casts(card) for card in cards[4:]], close)
    given = early | dict(zip([card.public for card in cards[4:]], late, strict=True))

    stored = {card for card, (status, h, receipt) in given.items() if status == casting.STORED}
    assert stored == {codec.unb64(entry["c"], 32) for entry in published[0]}
    assert {(status, h is None, receipt is None) for status, h, receipt in given.values()} <= {
        (casting.STORED, False, False),
        (casting.GONE, True, True),
    }
    assert actions.received(sid) == published


@pytest.mark.skipif(not SQLITE, reason="settings of SQLite")
def test_sqlite_is_durable_overwrites_what_it_deletes_and_has_no_row_numbers(real_database):
    def value(pragma):
        with real_database.cursor() as cursor:
            cursor.execute(f"PRAGMA {pragma}")
            return cursor.fetchone()[0]

    assert value("journal_mode") == "wal"
    assert value("synchronous") == 2  # FULL
    assert value("secure_delete") == 1
    assert value("integrity_check") == "ok"
    assert real_database.transaction_mode == "IMMEDIATE"
    with real_database.cursor() as cursor:
        cursor.execute("SELECT name, wr FROM pragma_table_list WHERE name LIKE 'ballots%' AND type = 'table'")
        assert set(cursor.fetchall()) == {
            (f"ballots_{name}", 1) for name in ("box", "envelope", "void", "transcript", "publication")
        }


def test_deleted_envelopes_leave_no_ciphertext_where_the_database_lies(real_database, make_box, tmp_path):
    """Another box keeps its envelopes, so that the pages stay and only what was deleted may be gone from them."""
    boxes = {sid: make_box(cards=8, sid=sid) for sid in ("00000000000000aa", "00000000000000bb")}
    ciphertexts = {sid: random.Random(sid).randbytes(1072) for sid in boxes}
    for pair in zip(*boxes.values(), strict=True):
        for card in pair:
            ct = ciphertexts[card.sid]
            casting.cast(card.sid, card=card.public, h=codec.sha256(ct), ct=ct, z=bytes(64))

    def stored():
        if SQLITE:
            return b"".join(path.read_bytes() for path in tmp_path.glob("ballots.sqlite3*"))
        with real_database.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('ballots_envelope'))")
            return bytes(cursor.fetchone()[0])

    pieces = {sid: ct[:200] for sid, ct in ciphertexts.items()}  # pages split longer runs
    forgotten, kept = boxes
    assert all(piece in stored() for piece in pieces.values())
    actions.abort(forgotten)
    assert pieces[forgotten] not in stored()
    assert pieces[kept] in stored()


@pytest.mark.skipif(SQLITE, reason="SQLite lets in one at a time")
def test_a_backup_under_way_keeps_the_old_data_and_says_so(real_database, make_box):
    card, *_ = make_box()
    casts(card)()
    with psycopg2.connect(**real_database.get_connection_params() | {"cursor_factory": None}) as backup:
        backup.cursor().execute("LOCK TABLE ballots_envelope IN ACCESS SHARE MODE")
        with pytest.raises(Refused, match="再办一次"):
            actions.abort(card.sid)
    backup.close()

    actions.abort(card.sid)

    assert Envelope.objects.count() == 0
