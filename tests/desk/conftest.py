"""The demonstration district, loaded once for a module and rolled back after it; and the day of the desks."""

import datetime as dt

import pytest
from django.core.management import call_command

from ballots import codec
from scoring.actions import manifest
from tests.rolled import Rolled


@pytest.fixture(scope="module")
def district(django_db_setup, django_db_blocker):
    """Everything `load_demo` makes. Ask for `db` with both databases beside it: each test's changes go back to this."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, Rolled():
        patch.setattr(manifest, "client_hash", lambda: codec.b64(bytes(32)))  # the booth's program need not be built
        call_command("load_demo", verbosity=0)
        yield


@pytest.fixture
def today(time_machine):
    time_machine.move_to(dt.datetime(2026, 12, 16, 2, tzinfo=dt.UTC), tick=False)
