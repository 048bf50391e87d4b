import os

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connections, transaction

from ballots import casting
from ballots.models import State
from ballots.router import DB
from tests.ballots.conftest import SQLITE

pytestmark = pytest.mark.django_db(databases=[DB])


@pytest.mark.skipif(not SQLITE, reason="on PostgreSQL it works")
def test_roles_exist_on_postgresql_only():
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("grant_booth", "ars_cast")


@pytest.fixture
def cursor(make_box):
    """The connection acting as the booth's role, before an open box."""
    role = f"shuze_test_{os.getpid()}"
    with connections[DB].cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")  # undone with the test's transaction
        call_command("grant_booth", role, verbosity=0)
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield cursor
        cursor.execute("RESET ROLE")


@pytest.mark.skipif(SQLITE, reason="roles exist on PostgreSQL only")
def test_booths_role_can_do_all_the_booth_does(cursor, make_box, booth):
    cursor.execute("RESET ROLE")
    card, unused, _ = make_box()
    cursor.execute(f"SET LOCAL ROLE shuze_test_{os.getpid()}")

    assert booth.cast(card.sid, card.envelope()).status_code == 200
    assert booth.cast(card.sid, card.envelope(b"\2")).status_code == 409
    assert booth.void(unused.sid, unused.void()).status_code == casting.GONE
    for name in ("manifest", "credentials", "turnout"):
        assert booth.get(f"/v1/{card.sid}/{name}").status_code == 200
    assert booth.get("/v1/open").json()["boxes"][0]["state"] == State.OPEN


@pytest.mark.skipif(SQLITE, reason="roles exist on PostgreSQL only")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ballots_box SET state = 'CLOSED'",
        "UPDATE ballots_envelope SET h = h",
        "DELETE FROM ballots_envelope",
        "SELECT * FROM ballots_transcript",
        "INSERT INTO ballots_publication VALUES ('a', '')",
        "SELECT * FROM django_migrations",
        "TRUNCATE ballots_void",
    ],
)
def test_booths_role_can_do_nothing_else(cursor, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(using=DB):
        cursor.execute(statement)
