"""Casting and closing must not cross: each cast holds the box together with the other casts, each change of state holds it alone."""

from contextlib import contextmanager

from django.db import connections, transaction
from django.utils.translation import gettext as _

from ballots.models import Box, Refused
from ballots.router import DB


@contextmanager
def shared(sid):
    """One transaction, durable when it ends; no change of state happens meanwhile."""
    with transaction.atomic(using=DB, durable=True):
        _hold("pg_advisory_xact_lock_shared", sid)
        yield


@contextmanager
def alone(sid):
    """One transaction in which nothing else happens to the box; gives its row."""
    with transaction.atomic(using=DB, durable=True):
        _hold("pg_advisory_xact_lock", sid)
        try:
            box = Box.objects.get(sid=sid)
        except Box.DoesNotExist:
            raise Refused(_("没有这个票箱")) from None
        yield box


def _hold(function, sid):
    connection = connections[DB]
    if connection.vendor == "postgresql":  # SQLite: BEGIN IMMEDIATE lets one writer in at a time
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(hashtext(%s))", [f"ars:{sid}"])
