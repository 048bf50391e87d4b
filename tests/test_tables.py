"""On SQLite the tests stand on tables made from the models (tests/settings.py); those are the tables of the migrations."""

import os
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


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="settings of SQLite")
@pytest.mark.django_db(databases=BOTH)
def test_models_and_migrations_make_the_same_tables(tmp_path):
    files = {"default": tmp_path / "db.sqlite3", "ballots": tmp_path / "ballots.sqlite3"}
    env = os.environ | {"SHUZE_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run(
        [sys.executable, "scripts/prepare-data", "databases"], cwd=settings.ROOT, env=env, check=True, capture_output=True
    )

    for alias in BOTH:
        made = sqlite3.connect(files[alias])
        with connections[alias].cursor() as cursor:
            assert tables(cursor) == tables(made.cursor()), alias
        made.close()
