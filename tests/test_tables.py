"""An installation begins with empty databases. What its migrations make of them is what the tests on SQLite, whose tables come from the
models (tests/settings.py), stand on."""

import re
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection, connections

from tests.rolled import BOTH


def tables(cursor):
    """Every table, index and trigger, with the words it was made of; the migrations have other columns first."""
    rows = cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE sql <> '' AND name <> 'sqlite_sequence'").fetchall()
    return {(kind, name): sorted(re.findall(r"\w+|\S", sql)) for kind, name, sql in rows}


pytestmark = [pytest.mark.slow, pytest.mark.skipif(connection.vendor != "sqlite", reason="settings of SQLite")]


def prepare(folder):
    """The deployment's own command."""
    environment = {"PATH": "/usr/bin", "SHUZE_VAR": str(folder), "SECRET_KEY": "only-for-tests", "DEBUG": "1"}
    command = [sys.executable, "scripts/prepare-data", "databases"]
    return subprocess.run(command, cwd=settings.ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    done = prepare(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.django_db(databases=BOTH)
def test_models_and_migrations_make_the_same_tables(installed):
    files = {"default": installed / "db.sqlite3", "ballots": installed / "ballots.sqlite3"}

    for alias in BOTH:
        made = sqlite3.connect(files[alias])
        with connections[alias].cursor() as cursor:
            assert tables(cursor) == tables(made.cursor()), alias
        made.close()


def test_an_installation_prepared_twice_has_nothing_left_to_do(installed):
    done = prepare(installed)

    assert done.returncode == 0, done.stderr
