"""T1: what the tables and the code of the box must never contain."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections

from ballots import router
from tests.adversary import structure

APP = Path(router.__file__).parent
ENGINEERED_APART = {"verify.py", "reference.py"}  # read by hand and by their own tests; no part of the process
BY_NAME = {
    ("rules.py", "datetime"),  # checks that the manifest's date is one
    ("counting.py", "time"),  # how long the turnout has been shown, by a clock that knows no day
    ("middleware.py", "logging"),  # a constant
    ("silence.py", "logging"),
}


def test_no_model_of_the_box_has_a_forbidden_field():
    models = list(apps.get_app_config("ballots").get_models())

    assert len(models) == 5
    assert structure.forbidden_fields(models) == []


def test_no_other_app_has_a_key_to_the_box():
    box = set(apps.get_app_config("ballots").get_models())

    assert structure.keys_into(box, set(apps.get_models()) - box) == []


@pytest.mark.django_db(databases=["ballots"])
def test_tables_have_exactly_the_columns_of_the_protocol():
    assert structure.columns_of(connections["ballots"]) == structure.COLUMNS


@pytest.mark.django_db(databases=["ballots"])
def test_tables_have_no_counter_and_no_hidden_row_number():
    assert structure.counters(connections["ballots"]) == []


def test_code_of_the_box_imports_nothing_that_knows_a_person_or_keeps_a_trace():
    sources = {path.name: path.read_text() for path in APP.rglob("*.py") if path.name not in ENGINEERED_APART}

    assert "ballots.locks" in structure.imports_of(sources["actions.py"])
    assert structure.strange_imports(sources, allowed=BY_NAME) == []


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "from time import time_ns",
        "import datetime",
        "import django.utils.timezone",
        "from django.utils import timezone",
    ],
)
def test_a_clock_in_the_cast_is_found(line):
    source = f"{line}\n{(APP / 'casting.py').read_text()}"

    assert [file for file, name in structure.strange_imports({"casting.py": source}, allowed=BY_NAME)] == ["casting.py"]


def test_booth_settings_have_no_memory():
    from config import booth

    assert booth.INSTALLED_APPS == ["django.contrib.staticfiles", "ballots"]
    assert booth.DEBUG is False
    assert {alias: bool(database) for alias, database in booth.DATABASES.items()} == {"default": False, "ballots": True}
    words = ("session", "auth", "message", "csrf", "cache", "Common")
    assert [name for name in booth.MIDDLEWARE if any(word in name for word in words)] == []
    assert not hasattr(booth, "SECRET_KEY")
    assert not hasattr(booth, "CACHES")


def test_booth_process_loads_no_queue_no_session_and_no_other_app():
    loaded = subprocess.run(
        [sys.executable, "-c", "import config.booth_wsgi, sys; print(*{name.split('.')[0] for name in sys.modules})"],
        cwd=APP.parent, env={**os.environ, "SHUZE_VAR": "/nowhere"}, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip

    assert {"ballots", "django", "nacl"} <= set(loaded)
    others = {config.name for config in apps.get_app_configs() if "." not in config.name} - {"ballots"}
    assert {"core", "scoring"} <= others
    assert sorted(({"celery", "kombu", "amqp", "redis", "weasyprint"} | others) & set(loaded)) == []


def test_router_keeps_the_box_apart():
    wall = router.BallotsRouter()
    box, other = apps.get_model("ballots", "Box"), apps.get_model("contenttypes", "ContentType")

    assert (wall.db_for_write(box), wall.db_for_write(other)) == ("ballots", None)
    assert wall.allow_migrate("ballots", "ballots")
    assert not wall.allow_migrate("default", "ballots")
    assert not wall.allow_migrate("ballots", "contenttypes")
    assert wall.allow_migrate("default", "contenttypes")
    assert wall.allow_relation(box, other) is False
