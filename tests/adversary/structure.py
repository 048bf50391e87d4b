"""T1: what tables, models and code of the box must never contain. Each check gives what it found; nothing found is an empty list."""

import ast
import sys

from django.db import models

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
ALLOWED_IMPORTS = {"ballots", "config", "django", "nacl", "environ", "gunicorn"} | sys.stdlib_module_names
FORBIDDEN_IMPORTS = (
    "django.contrib",
    "django.core.cache",
    "django.core.mail",
    "django.db.models.signals",
    "django.dispatch",
    "django.utils.timezone",
)
TELLTALE = {"datetime", "time", "logging", "uuid", "random"}  # allowed by name and file only
COLUMNS = {
    "ballots_box": {"sid", "state", "manifest", "credentials", "receipt_key"},
    "ballots_envelope": {"sid", "outer_pk", "h", "ct", "z"},
    "ballots_void": {"sid", "outer_pk", "z"},
    "ballots_transcript": {"sid", "version", "document"},
    "ballots_publication": {"sid", "version", "document"},
}


def forbidden_fields(found):
    fields = [field for model in found for field in model._meta.get_fields()]
    return [str(field) for field in fields if isinstance(field, FORBIDDEN_FIELDS) or getattr(field, "auto_now", False)]


def keys_into(box, others):
    """Fields of other models that point at the box."""
    return [str(f) for model in others for f in model._meta.get_fields() if f.is_relation and f.related_model in box]


def imports_of(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def strange_imports(sources, allowed=frozenset()):
    """(file, name) of every import that knows a person or keeps a trace. `sources`: {file: text}."""
    found = {(file, name) for file, text in sources.items() for name in imports_of(text)}
    strange = {(file, name) for file, name in found if name.split(".")[0] not in ALLOWED_IMPORTS}
    strange |= {(file, name) for file, name in found if name.startswith(FORBIDDEN_IMPORTS)}
    telltale = {(file, name) for file, name in found if name.split(".")[0] in TELLTALE}
    return sorted(strange | telltale - allowed)


def columns_of(connection):
    with connection.cursor() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if table.startswith("ballots_")]
        return {table: {c.name for c in connection.introspection.get_table_description(cursor, table)} for table in tables}


def counters(connection, prefix="ballots"):
    """Tables of the box with a sequence, or in SQLite with a hidden row number."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM pragma_table_list WHERE name LIKE %s AND type = 'table' AND NOT wr", [f"{prefix}%"])
        else:
            cursor.execute("SELECT sequence_name FROM information_schema.sequences WHERE sequence_name LIKE %s", [f"{prefix}%"])
        return sorted(name for (name,) in cursor.fetchall())
