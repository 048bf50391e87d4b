"""What the main site may do with the ballots: tried as its role, on PostgreSQL, where roles exist."""

import os

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connections, transaction

from ballots import actions, casting, codec
from ballots.models import Box, Envelope, Publication, State, Transcript, Void
from ballots.router import DB
from tests.ballots.conftest import SQLITE

pytestmark = pytest.mark.django_db(databases=[DB])
on_postgresql = pytest.mark.skipif(SQLITE, reason="roles exist on PostgreSQL only")
ROLE = f"shuze_test_desk_{os.getpid()}"
BEFORE_THE_CLOSE = [State.DRAFT, State.SEALED_SETUP, State.OPEN, State.CLOSING]


@pytest.mark.skipif(not SQLITE, reason="on PostgreSQL it works")
def test_roles_exist_on_postgresql_only():
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("grant_desk", "ars_desk")


class Desk:
    """`with desk:` the connection acts as the role of the main site; outside, as the owner."""

    def __init__(self, cursor):
        self.cursor = cursor

    def __enter__(self):
        self.cursor.execute(f"SET LOCAL ROLE {ROLE}")
        return self.cursor

    def __exit__(self, *problem):
        self.cursor.execute("RESET ROLE")


@pytest.fixture
def desk():
    with connections[DB].cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")  # undone with the test's transaction
        call_command("grant_desk", ROLE, verbosity=0)
        call_command("grant_desk", ROLE, verbosity=0)  # as after each migration
        yield Desk(cursor)


def store(vector_box, vector_casts):
    for body in vector_casts.values():
        sent = codec.parse(body)
        sealed = codec.unb64(sent["e"])
        fields = {"card": codec.unb64(sent["c"], 32), "h": codec.sha256(sealed), "ct": sealed, "z": codec.unb64(sent["z"], 64)}
        casting.cast(vector_box.sid, **fields)


def put_in_place(sid, **changes):
    """The same box with other values: a row cannot be changed so, but a rehearsal may be taken away and made anew."""
    box = Box.objects.get(sid=sid)
    Box.objects.filter(sid=sid).delete()
    for name, value in changes.items():
        setattr(box, name, value)
    Box.objects.bulk_create([box])


@on_postgresql
def test_main_site_runs_a_box_from_open_to_archived(desk, vectors, vector_box, vector_casts):
    put_in_place(vector_box.sid, state=State.SEALED_SETUP)
    transcript = vectors["transcript"]
    said = {"drawn": transcript["drawn"], "named": transcript["named"]}
    with desk:
        actions.open_box(vector_box.sid)
    store(vector_box, vector_casts)
    void = codec.parse(vectors["void"]["body"].encode())
    Void.objects.create(sid=vector_box.sid, outer_pk=codec.unb64(void["c"], 32), z=codec.unb64(void["z"], 64))

    with desk:
        assert actions.turnout(vector_box.sid) == len(vector_casts) // 5 * 5 > 0
        actions.start_closing(vector_box.sid)
        actions.close_box(vector_box.sid)
        urn = codec.parse(actions.urn(vector_box.sid, **said))
        actions.store_transcript(vector_box.sid, codec.canonical(transcript), **said)
        actions.publish(vector_box.sid, version="1")
        actions.archive(vector_box.sid)

    assert len(urn["received"]) == len(vector_casts)
    assert all(entry["e"] for entry in urn["received"])
    assert (Envelope.objects.count(), Transcript.objects.count(), Publication.objects.count()) == (0, 1, 1)


@on_postgresql
@pytest.mark.parametrize("state", BEFORE_THE_CLOSE)
def test_main_site_sees_no_envelope_before_the_box_is_closed(desk, vector_box, vector_casts, state):
    store(vector_box, vector_casts)
    put_in_place(vector_box.sid, state=state)

    with desk as cursor:
        cursor.execute("SELECT h, ct FROM ballots_envelope")
        seen = cursor.fetchall()
        cursor.execute("DELETE FROM ballots_envelope WHERE sid = %s", [vector_box.sid])

    assert seen == []
    assert Envelope.objects.count() == len(vector_casts)


@on_postgresql
@pytest.mark.parametrize("state", sorted(set(State) - set(BEFORE_THE_CLOSE)))
def test_main_site_sees_the_envelopes_of_a_closed_box_and_of_no_other(desk, make_box, state):
    (closed, *_), (running, *_) = make_box(), make_box(sid="00000000000000bb")
    for card in (closed, running):
        casting.cast(card.sid, card=card.public, h=bytes(32), ct=b"sealed", z=bytes(64))
    put_in_place(closed.sid, state=state)

    with desk:
        assert list(Envelope.objects.values_list("sid", flat=True)) == [closed.sid]


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ballots_box SET state = 'OPEN'",
        "UPDATE ballots_box SET state = 'ARCHIVED'",
        "UPDATE ballots_box SET sid = '00000000000000bb'",
        "UPDATE ballots_box SET credentials = 'x'",
        "UPDATE ballots_box SET manifest = 'x', state = 'OPENED'",
        "DELETE FROM ballots_box",
        "INSERT INTO ballots_envelope VALUES ('a', '', '', '', '')",
        "UPDATE ballots_envelope SET ct = ''",
        "INSERT INTO ballots_void VALUES ('a', '', '')",
        "UPDATE ballots_transcript SET document = ''",
        "TRUNCATE ballots_envelope",
        "ALTER TABLE ballots_envelope DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE ballots_box DISABLE TRIGGER way",
        "CREATE POLICY all_of_it ON ballots_envelope USING (true)",
        "CREATE OR REPLACE FUNCTION ballots_box_way() RETURNS trigger LANGUAGE sql AS ''",
        "CREATE TABLE x (y int)",
        "SELECT * FROM django_migrations",
    ],
)
def test_main_site_can_neither_undo_a_close_nor_write_a_ballot(desk, make_box, vectors, statement):
    card, *_ = make_box()
    manifest = codec.canonical(vectors["manifest"] | {"mode": "formal"})
    put_in_place(card.sid, state=State.CLOSED, manifest=manifest)

    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with desk as cursor, refused, transaction.atomic(using=DB):
        cursor.execute(statement)

    assert Box.objects.get().manifest == manifest


def write_down(sid):
    """What a box leaves: a void, the transcript, the copy for the room."""
    Void.objects.create(sid=sid, outer_pk=bytes(32), z=bytes(64))
    for kept in (Transcript, Publication):
        kept.objects.create(sid=sid, document=b"{}")


@on_postgresql
@pytest.mark.parametrize("kept", [Void, Transcript, Publication])
@pytest.mark.parametrize("state", [State.CLOSED, State.PUBLISHED, State.ARCHIVED, State.ABORTED])
def test_what_a_formal_box_left_is_not_replaced(desk, make_box, vectors, kept, state):
    card, *_ = make_box()
    write_down(card.sid)
    put_in_place(card.sid, state=state, manifest=codec.canonical(vectors["manifest"] | {"mode": "formal"}))

    with desk, pytest.raises(ProgrammingError, match="written once"), transaction.atomic(using=DB):
        kept.objects.all().delete()
    with desk, pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic(using=DB):
        kept.objects.bulk_create([kept.objects.get()])

    assert kept.objects.count() == 1


@on_postgresql
def test_a_rehearsal_is_wiped_with_all_it_left(desk, vector_box):
    write_down(vector_box.sid)

    with desk:
        actions.wipe_rehearsal(vector_box.sid)

    assert [model.objects.count() for model in (Box, Void, Transcript, Publication)] == [0, 0, 0, 0]


@on_postgresql
@pytest.mark.parametrize("state", BEFORE_THE_CLOSE)
def test_a_rehearsal_is_wiped_by_the_main_site_in_any_state(desk, vector_box, vector_casts, vectors, state):
    store(vector_box, vector_casts)
    put_in_place(vector_box.sid, state=state)

    with desk:
        actions.wipe_rehearsal(vector_box.sid)

    assert (Box.objects.count(), Envelope.objects.count()) == (0, 0)
