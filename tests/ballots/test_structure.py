"""T1: what the tables and the code of the box must never contain."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections, models

from ballots import router

APP = Path(router.__file__).parent
FORBIDDEN_FIELDS = (
    models.ForeignKey,
    models.ManyToManyField,
    models.DateField,  # and so DateTimeField
    models.TimeField,
    models.DurationField,
    models.AutoField,
    models.BigAutoField,
    models.UUIDField,
    models.GenericIPAddressField,
    models.IntegerField,  # nothing is counted in a row, so nothing is ordered
    models.FloatField,
    models.JSONField,
)
ALLOWED_IMPORTS = {"ballots", "config", "django", "nacl", "environ", "gunicorn"}
FORBIDDEN_IMPORTS = ("django.contrib", "django.core.cache", "django.core.mail", "django.db.models.signals", "django.dispatch")
ENGINEERED_APART = {"verify.py", "reference.py"}  # read by hand and by their own tests; no part of the process
COLUMNS = {
    "ballots_box": {"sid", "state", "manifest", "credentials", "receipt_key"},
    "ballots_envelope": {"sid", "outer_pk", "h", "ct", "z"},
    "ballots_void": {"sid", "outer_pk", "z"},
    "ballots_transcript": {"sid", "document"},
    "ballots_publication": {"sid", "document"},
}


def test_no_model_of_the_box_has_a_forbidden_field():
    fields = [field for model in apps.get_app_config("ballots").get_models() for field in model._meta.get_fields()]

    assert len(fields) > 15
    assert [str(field) for field in fields if isinstance(field, FORBIDDEN_FIELDS) or getattr(field, "auto_now", False)] == []


def test_no_other_app_has_a_key_to_the_box():
    box = set(apps.get_app_config("ballots").get_models())
    keys = [
        f for m in apps.get_models() if m not in box for f in m._meta.get_fields() if f.is_relation and f.related_model in box
    ]

    assert keys == []


@pytest.mark.django_db(databases=["ballots"])
def test_tables_have_exactly_the_columns_of_the_protocol():
    connection = connections["ballots"]
    with connection.cursor() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if table.startswith("ballots_")]
        columns = {table: {c.name for c in connection.introspection.get_table_description(cursor, table)} for table in tables}

    assert columns == COLUMNS


@pytest.mark.django_db(databases=["ballots"])
def test_tables_have_no_counter_and_no_hidden_row_number():
    connection = connections["ballots"]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, wr FROM pragma_table_list WHERE name LIKE 'ballots%' AND type = 'table'")
            assert dict(cursor.fetchall()) == dict.fromkeys(COLUMNS, 1)
        else:
            cursor.execute("SELECT count(*) FROM information_schema.sequences WHERE sequence_name LIKE 'ballots%'")
            assert cursor.fetchone() == (0,)


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_code_of_the_box_imports_nothing_that_knows_a_person_or_keeps_a_trace():
    files = [path for path in APP.rglob("*.py") if path.name not in ENGINEERED_APART]
    found = {(path.name, name) for path in files for name in imports_of(path)}

    assert ("actions.py", "ballots.locks") in found
    strange = {(file, name) for file, name in found if name.split(".")[0] not in ALLOWED_IMPORTS | sys.stdlib_module_names}
    assert strange == set()
    assert {(file, name) for file, name in found if name.startswith(FORBIDDEN_IMPORTS)} == set()
    assert {(file, name) for file, name in found if name.split(".")[0] in {"datetime", "logging", "uuid", "random"}} == {
        ("rules.py", "datetime"),  # checks that the manifest's date is one
        ("middleware.py", "logging"),  # a constant
        ("silence.py", "logging"),
    }


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
