"""R19, R25: the opening interrupted, key cards wrong or missing, and a box restored from before some casts."""

import base64
import json
import os
import random
import shutil
import subprocess
import time
from itertools import combinations
from pathlib import Path

import pytest

from ballots import actions, codec, reference
from ballots.models import Box as BoxRow
from ballots.models import Refused, State

from . import oracle, scale
from .machines import ROOT, Booth, Cluster, pointed_at, required
from .tablets import tablets_of, vote

JUDGE = ROOT / "tests" / "ballots" / "js" / "judge.js"


@pytest.fixture
def closed(sqlite, make_box, place):
    """(box, tablets) of a hall that has voted; the alias points at its database."""
    box = make_box(sqlite, scale(12, 60))
    tablets = tablets_of(box)
    with Booth(sqlite.url, place) as booth:
        vote(tablets[:-2], booth.port, box)
    with pointed_at(sqlite.url):
        actions.start_closing(box.sid)
        actions.close_box(box.sid)
        yield box, tablets[:-2]


def in_the_browsers_program(box, urn, cards, *, kill_after=None):
    """The transcript as the opening page's own code makes it; None when it was killed on the way."""
    required("Node", shutil.which("node"))
    shares = [card.rpartition(".")[2] for card in cards]
    task = {"n": 0, "urn": base64.b64encode(urn).decode(), "shares": shares, "mh": reference.mh_code(box.manifest)}
    try:
        page = subprocess.run(["node", JUDGE], input=json.dumps(task), capture_output=True, text=True, timeout=kill_after or 120)
    except subprocess.TimeoutExpired:
        return None
    return base64.b64decode(json.loads(page.stdout)["transcript"]) if page.stdout else b""


def test_an_opening_interrupted_anywhere_writes_nothing_and_the_next_gives_the_same_slips(closed):
    box, tablets = closed
    urn = actions.urn(box.sid, drawn=box.drawn, named=[])
    begin = time.monotonic()
    first = in_the_browsers_program(box, urn, box.keys.cards[:2])
    whole = time.monotonic() - begin
    killed = [
        in_the_browsers_program(box, urn, box.keys.cards[:2], kill_after=whole * random.Random(n).uniform(0.05, 0.8))
        for n in range(scale(3, 40))
    ]

    assert None in killed
    assert {transcript for transcript in killed if transcript is not None} <= {first}
    assert (BoxRow.objects.get(sid=box.sid).state, actions.urn(box.sid, drawn=box.drawn, named=[])) == (State.CLOSED, urn)
    for pair in combinations(box.keys.cards, 2):  # one card lost, whichever
        assert in_the_browsers_program(box, urn, pair) == first
    assert oracle.count_closed(tablets, box) == first


def test_half_a_transcript_is_not_stored(closed):
    box, tablets = closed
    urn = codec.parse(actions.urn(box.sid, drawn=box.drawn, named=[]))
    options = {"drawn": box.drawn, "voided": urn["voided"], "named": []}
    whole = reference.open_rows(box.manifest, box.credentials, urn["received"], box.keys.cards[:2], **options)
    fewer = reference.open_rows(box.manifest, box.credentials, urn["received"][1:], box.keys.cards[:2], **options)
    data = codec.canonical(whole)

    for part in (data[: len(data) // 2], b"", codec.canonical(fewer), codec.canonical(whole | {"slips": whole["slips"][1:]})):
        with pytest.raises(Refused):
            actions.store_transcript(box.sid, part, drawn=box.drawn, named=[])
    assert BoxRow.objects.get(sid=box.sid).state == State.CLOSED
    oracle.count_closed(tablets, box)


def test_one_share_or_a_wrong_one_opens_nothing(closed):
    box, tablets = closed
    urn = actions.urn(box.sid, drawn=box.drawn, named=[])
    stranger = reference.make_keys(box.sid)
    one, two, _three = box.keys.cards
    wrong = [
        [one],
        [one, one],
        [one, stranger.cards[1]],
        [one, two[:-1] + ("0" if two[-1] != "0" else "G")],
        list(stranger.cards[:2]),
    ]

    for cards in wrong:
        with pytest.raises(ValueError, match=r"key card|fit|base32"):
            reference.combine_keys(box.manifest, cards)
        assert in_the_browsers_program(box, urn, cards) == b""
    assert actions.urn(box.sid, drawn=box.drawn, named=[]) == urn
    oracle.count_closed(tablets, box)


# --- R25 ---------------------------------------------------------------------------------------------------------------------


def copy_of(database, folder):
    """A backup of the box while it is used."""
    folder.mkdir()
    if isinstance(database, Cluster):
        folder.chmod(0o777)
        database.run("pg_dump", "-h", database.folder, "-U", "postgres", "-Fc", "-f", folder / "dump", "ballots")
    else:
        with pointed_at(database.url) as connection, connection.cursor() as cursor:
            cursor.execute(f"VACUUM INTO '{folder / 'dump'}'")
    return folder / "dump"


def restore(database, dump):
    if isinstance(database, Cluster):
        database.sql("DROP DATABASE ballots WITH (FORCE)", name="postgres")
        database.sql("CREATE DATABASE ballots", name="postgres")
        database.run("pg_restore", "-h", database.folder, "-U", "postgres", "-d", "ballots", dump)
    else:
        for path in database.path.parent.glob("ballots.sqlite3*"):
            path.unlink()
        shutil.copy(dump, database.path)


def test_a_box_restored_from_before_some_casts_shows_it_and_is_not_opened_silently(database, make_box, place, tmp_path_factory):
    """The lost casts are missing in the turnout and in the list; the same cards cast again; until then the numbers do not balance."""
    box = make_box(database, 12)
    tablets = tablets_of(box)
    folder = Path("/tmp") / f"shuze-dump-{os.getpid()}-{random.getrandbits(32):x}"
    try:
        with Booth(database.url, place) as booth:
            vote(tablets[:5], booth.port, box)
            dump = copy_of(database, folder)
            vote(tablets[5:], booth.port, box)
        restore(database, dump)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    with pytest.raises(AssertionError, match="receipt is missing"):  # the oracle would not miss it
        oracle.check_rows(tablets, box, database)
    with pointed_at(database.url):
        assert actions.turnout(box.sid) == 5
    again = tablets_of(box, cards=[t.card for t in tablets[5:]])
    with Booth(database.url, place) as booth:  # six come back with their cards and find that they may cast; one has left
        vote(again[:-1], booth.port, box)
        repeated = tablets_of(box, cards=[tablets[0].card], seed=9)
        assert vote(repeated, booth.port, box) == [409]

    with pointed_at(database.url):
        actions.start_closing(box.sid)
        actions.close_box(box.sid)
        listed = {entry["c"] for entry in actions.received(box.sid)[0]}
        assert {t.card.outer_pub for t in tablets} - listed == {again[-1].card.outer_pub}
        counts = actions.counts(box.sid)
        assert sum(row["printed"] - row["cast"] - row["voided"] for row in counts.values()) == 1
        oracle.count_closed([*tablets[:5], *again[:-1]], box)
