"""What only the owner of the database can do, and only by taking the triggers of the audit trail away."""

from contextlib import contextmanager
from importlib import import_module

from django.db import connection as default

triggers = import_module("core.migrations.0003_audit_append_only")


@contextmanager
def lifted(connection=default):
    """The trail can be changed and emptied in here."""
    for off in triggers.LIFT[connection.vendor]:
        execute(connection, off)
    yield
    for on in triggers.LAY[connection.vendor]:
        execute(connection, on)


def execute(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
