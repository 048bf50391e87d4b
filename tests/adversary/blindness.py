"""T2: what a cast leaves behind beside its envelope, on the server and on the tablet."""

from contextlib import ExitStack

from django.db import connections
from django.test.utils import CaptureQueriesContext

ENVELOPES = ("ballots", "ballots_envelope")


def contents(alias):
    """{table: every row} of a database."""
    with connections[alias].cursor() as cursor:
        rows = {}
        for table in connections[alias].introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows[table] = sorted(repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor.fetchall())
    return rows


def traces(cast):
    """Findings of one cast and its repetition; `cast()` sends the same bytes each time."""
    before = {alias: contents(alias) for alias in connections}
    with ExitStack() as stack:
        queries = {alias: stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections}
        first = cast()
    asked = [
        alias for alias, log in queries.items() if alias != "ballots" and log.captured_queries
    ]  # the next request empties the log
    after = {alias: contents(alias) for alias in connections}
    second = cast()
    found = [f"row of {table}" for alias in after for table in after[alias]
             if after[alias][table] != before[alias][table] and (alias, table) != ENVELOPES]  # fmt: skip
    found += [f"query on {alias}" for alias in asked]
    if not first.status_code == second.status_code == 200:
        found.append("refused")
    if (first.content, dict(first.headers)) != (second.content, dict(second.headers)):
        found.append("the repetition is answered otherwise")
    for answer in (first, second):
        session = getattr(answer.wsgi_request, "session", None)
        found += ["session touched"] if session is not None and session.accessed else []
        found += ["cookie"] if answer.cookies or "Set-Cookie" in answer.headers else []
        found += ["varies by cookie"] if "cookie" in answer.headers.get("Vary", "").lower() else []
    return found


def lengths(messages):
    """More than one length among messages that must not differ in it."""
    found = sorted({len(message) for message in messages})
    return found if len(found) > 1 else []
