"""The audit trail: who did what to which thing, when, as what, from where; chained by hash so that a missing or altered line shows (S24, S25).

Only actions write here, and the door that turns somebody away. Ballots never do: of a vote the trail knows changes of state and
totals, no person and no envelope.
"""

import hashlib
import json
from contextvars import ContextVar

from django.db import connection, transaction
from django.utils import timezone

from core import language
from core.models import AuditEvent

CHAIN_LOCK = 0x5A75  # any constant: PostgreSQL's lock for "one line at a time"
Result = AuditEvent.Result

source = ContextVar("source", default="")  # the address a person's request came from; empty for the worker and commands


def record(action, thing, *, by, **detail):
    """Append one line. `thing` is a model instance or a text, `by` a user or None for the clock, `detail` plain values."""
    return append(action, thing, by, Result.DONE, detail)


def record_once(action, thing, *, by, **detail):
    """As `record`, unless the same person's line says the same already: for what must leave no moment of each time (ballots.md §6)."""
    same = AuditEvent.objects.filter(action=action, actor=by.username, thing=name_of(thing), detail=written(detail))
    if not same.exists():
        record(action, thing, by=by, **detail)


def refuse(action, thing, *, by, **detail):
    """Append one line about what somebody asked for and did not get."""
    return append(action, thing, by, Result.REFUSED, detail)


def append(action, thing, by, result, detail):
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        last = head()
        event = AuditEvent(
            n=last.n + 1 if last else 1,
            at=timezone.now(),
            actor=by.username if by else "",
            actor_name=str(by) if by else "",
            role=",".join(sorted(by.roles)) if by else "",
            # What nobody signed for, such as an anonymous opinion, has no address either.
            address=source.get() if by or result == Result.REFUSED else "",
            action=action,
            thing=name_of(thing),
            result=result,
            detail=written(detail),
            previous=last.digest if last else "",
        )
        event.digest = digest(*(getattr(event, name) for name in SEALED))
        event.save(force_insert=True)
    return event


def written(detail):
    return language.kept(lambda: json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str)) if detail else ""


def name_of(thing):
    if isinstance(thing, str):
        return thing[:500]
    return language.kept(lambda: f"{thing._meta.label} {getattr(thing, 'uid', thing.pk)} {thing}")[:500]


# --- the chain ---------------------------------------------------------------------------------------------

SEALED = ("previous", "n", "at", "actor", "actor_name", "action", "thing", "detail", "role", "address", "result")


def digest(previous, n, at, *fields):
    """SHA-256 over "ars/audit/v1", the previous line's digest and this line's fields in canonical JSON."""
    if not fields[-1]:
        fields = fields[:-3]  # lines of before role, address and result were kept
    body = json.dumps([n, at.isoformat(), *fields], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(b"\0".join([b"ars/audit/v1", previous.encode(), body.encode()])).hexdigest()


def head():
    """The last line, or None. Whoever has it on paper can tell later whether the trail up to here is still the same."""
    return AuditEvent.objects.order_by("-n").first()


def lines(action, thing):
    """What was done of this kind to the thing, in order, whatever it was called then."""
    named = f"{thing._meta.label} {thing.uid} "
    return AuditEvent.objects.filter(action=action, thing__startswith=named, result__in=["", Result.DONE]).order_by("n")


def printed(event):
    """Half of the line's digest in groups of four, as papers and mails show it: 128 bits, more than anybody can forge."""
    return " ".join(event.digest[at : at + 4] for at in range(0, 32, 4))


def faults():
    """Every line that does not follow from the one before it, as (number, reason); an empty list means the chain is whole."""
    found, before, expected = [], "", 1
    for kept, *fields in AuditEvent.objects.order_by("n").values_list("digest", *SEALED).iterator():
        previous, n = fields[:2]
        if n != expected:
            found.append((expected, "missing"))
        if previous != before or kept != digest(*fields):
            found.append((n, "altered"))
        before, expected = kept, n + 1
    return found
