"""The audit trail: who did what to which thing, when; chained by hash so that a missing or altered line shows (S24, S25).

Only actions write here. Ballots never do: of a vote the trail knows changes of state and totals, no person and no envelope.
"""

import hashlib
import json

from django.db import connection, transaction
from django.utils import timezone

from core.models import AuditEvent

CHAIN_LOCK = 0x5A75  # any constant: PostgreSQL's lock for "one line at a time"


def record(action, thing, *, by, **detail):
    """Append one line. `thing` is a model instance or a text, `by` a user or None for the clock, `detail` plain values."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        last = AuditEvent.objects.order_by("-n").first()
        event = AuditEvent(
            n=last.n + 1 if last else 1,
            at=timezone.now(),
            actor=by.username if by else "",
            actor_name=str(by) if by else "",
            action=action,
            thing=name_of(thing),
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str) if detail else "",
            previous=last.digest if last else "",
        )
        event.digest = digest(event)
        event.save(force_insert=True)
    return event


def name_of(thing):
    if isinstance(thing, str):
        return thing
    return f"{thing._meta.label} {getattr(thing, 'uid', thing.pk)} {thing}"[:500]


def digest(event):
    """SHA-256 over "ars/audit/v1", the previous line's digest and this line's fields in canonical JSON."""
    fields = [event.n, event.at.isoformat(), event.actor, event.actor_name, event.action, event.thing, event.detail]
    body = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(b"\0".join([b"ars/audit/v1", event.previous.encode(), body.encode()])).hexdigest()


def faults():
    """Every line that does not follow from the one before it, as (number, reason); an empty list means the chain is whole."""
    found, previous, expected = [], "", 1
    for event in AuditEvent.objects.order_by("n").iterator():
        if event.n != expected:
            found.append((expected, "missing"))
        if event.previous != previous or event.digest != digest(event):
            found.append((event.n, "altered"))
        previous, expected = event.digest, event.n + 1
    return found
