"""R23: no migration and no other program while cards are out."""

import base64
import hashlib
import subprocess
import sys

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from ballots import checks, codec
from ballots.models import Box, State
from ballots.router import DB

pytestmark = pytest.mark.django_db(databases=["default", DB])
ALIASES = ["default", DB]


@pytest.fixture
def program(settings, tmp_path):
    """The program that is installed, and its hash as a manifest names it."""
    settings.ROOT, path = tmp_path, tmp_path / checks.PROGRAM
    path.parent.mkdir(parents=True)
    path.write_bytes(b"program")
    return base64.urlsafe_b64encode(hashlib.sha256(b"program").digest()).decode().rstrip("=")


@pytest.fixture
def box(vectors, program):
    manifest = codec.canonical(vectors["manifest"] | {"client": program})
    return Box.objects.create(sid=vectors["manifest"]["sid"], state=State.OPEN, manifest=manifest)


def forget_a_migration(alias):
    MigrationRecorder(connections[alias]).migration_qs.filter(app="ballots").delete()


def found():
    return [problem.id for problem in run_checks(tags=["database"], databases=ALIASES) if problem.id.startswith("ballots")]


@pytest.mark.parametrize("alias", ALIASES)
def test_a_migration_is_refused_until_the_box_is_archived(box, alias):
    assert found() == []
    forget_a_migration(alias)

    for state in State:
        Box.objects.update(state=state)
        assert found() == ([] if state in (State.DRAFT, State.ARCHIVED, State.ABORTED) else ["ballots.E001"])


def test_migrate_itself_refuses_and_names_the_box(box):
    forget_a_migration(DB)

    with pytest.raises(CommandError, match=box.sid):
        call_command("migrate", database=DB, skip_checks=False, verbosity=0)


def test_another_program_is_refused_too(box, settings):
    (settings.ROOT / checks.PROGRAM).write_bytes(b"another")
    assert found() == ["ballots.E002"]

    (settings.ROOT / checks.PROGRAM).unlink()
    assert found() == ["ballots.E002"]


def test_fictional_data_hinder_nobody(box, settings):
    forget_a_migration(DB)
    settings.DEMO = True

    assert found() == []


@pytest.mark.slow
def test_an_installation_without_tables_is_new(settings, tmp_path):
    """The deployment's own command on empty databases; a second time there is nothing left to do."""
    environment = {"PATH": "/usr/bin", "SHUZE_VAR": str(tmp_path), "SECRET_KEY": "only-for-tests", "DEBUG": "1"}
    for _ in range(2):
        command = [sys.executable, "scripts/prepare-data", "databases"]
        done = subprocess.run(command, cwd=settings.ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
