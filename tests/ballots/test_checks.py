"""R23: no migration and no other program while cards are out."""

import base64
import hashlib
import json

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


def hash_of(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


@pytest.fixture
def program(settings, tmp_path):
    """The programs that are installed, and the hash of the booth's as a manifest names it."""
    settings.ROOT, folder = tmp_path, tmp_path / checks.PROGRAMS
    folder.mkdir(parents=True)
    (folder / "keys.js").write_bytes(b"keys")
    (folder / "cards.js").write_bytes(b"cards")
    booth = f'/*{{"cards":"{hash_of(b"cards")}","keys":"{hash_of(b"keys")}"}}*/program'.encode()
    (folder / "booth.js").write_bytes(booth)
    return hash_of(booth)


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


@pytest.mark.parametrize("name", ["booth", "keys", "cards"])
def test_another_program_is_refused_too(box, settings, name):
    assert found() == []

    path = settings.ROOT / checks.PROGRAMS / f"{name}.js"
    path.write_bytes(b"another")
    assert found() == ["ballots.E002"]

    path.unlink()
    assert found() == ["ballots.E002"]


def test_the_booths_program_lists_every_other(settings):
    """Whatever page of the ballot there is, its program is among those the cards commit to."""
    folder = settings.ROOT / checks.PROGRAMS
    listed = json.loads(checks.LIST.match((folder / "booth.js").read_bytes())[1])

    assert listed == {path.stem: hash_of(path.read_bytes()) for path in folder.glob("*.js") if path.stem != "booth"}
    assert {path.stem for path in (settings.ROOT / "static/ballot/pages").glob("*.js")} == {"booth", *listed}


def test_fictional_data_hinder_nobody(box, settings):
    forget_a_migration(DB)
    settings.DEMO = True

    assert found() == []
