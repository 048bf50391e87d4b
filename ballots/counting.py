"""What may be told of a box: the turnout, the list of what was received, the numbers per group."""

import time

from django.db import connections
from django.utils.translation import gettext as _

from ballots import codec
from ballots.models import Box, Envelope, Refused, Transcript, Void
from ballots.router import DB

STEP = 5
FRESH_SECONDS = 20
_shown = {}  # sid → (when by the monotonic clock, number): a number that moved with every press would show the press


def turnout(box):
    """Ballots in the box, in steps of five and fresh every 20 s while it takes any; exact once it is closed."""
    if box.state == Box.State.ARCHIVED:
        return len(received(box)[0])
    if box.state in Box.COUNTED:
        return Envelope.objects.filter(sid=box.sid).count()
    at, number = _shown.get(box.sid, (0, None))
    now = time.monotonic()
    if number is None or now - at >= FRESH_SECONDS:
        number = _in_steps(box.sid)
        _shown[box.sid] = now, number
    return number


def _in_steps(sid):
    connection = connections[DB]
    if connection.vendor == "postgresql":  # where the main site may not see the envelopes yet (`grant_desk`)
        with connection.cursor() as cursor:
            cursor.execute("SELECT ballots_turnout(%s)", [sid])
            return cursor.fetchone()[0]
    return Envelope.objects.filter(sid=sid).count() // STEP * STEP


def received(box):
    """The published list, sorted by hash and card, and the root over its entries. Exists once the box is closed."""
    if box.state not in Box.COUNTED:
        raise Refused(_("投票截止后才有收到清单"))
    if box.state == Box.State.ARCHIVED:  # the envelopes are gone
        entries = codec.parse(Transcript.objects.newest(box.sid).document)["received"]
    else:
        rows = Envelope.objects.filter(sid=box.sid).values_list("h", "outer_pk", "z")
        entries = [{"h": codec.b64(h), "c": codec.b64(card), "z": codec.b64(z)} for h, card, z in rows]
        entries.sort(key=lambda entry: (entry["h"], entry["c"]))
    return entries, codec.b64(codec.merkle_root([codec.unb64(e["h"], 32) + codec.unb64(e["c"], 32) for e in entries]))


def _cast(box):
    """The keys of the cards that were cast; the list with its root costs more, and the table asks every few seconds."""
    if box.state not in Box.COUNTED or box.state == Box.State.ARCHIVED:
        return {entry["c"] for entry in received(box)[0]}
    return {codec.b64(card) for card in Envelope.objects.filter(sid=box.sid).values_list("outer_pk", flat=True)}


def voided(box):
    rows = Void.objects.filter(sid=box.sid).values_list("outer_pk", "z")
    return sorted(({"c": codec.b64(card), "z": codec.b64(z)} for card, z in rows), key=lambda entry: entry["c"])


def counts(box):
    """Per boxed group: cards printed, cast, voided and missing. For the scrutineers, once the box is closed."""
    cast, void = _cast(box), {codec.b64(card) for card in Void.objects.filter(sid=box.sid).values_list("outer_pk", flat=True)}
    found = {}
    for letter, lists in codec.parse(box.credentials)["groups"].items():
        printed = len(lists["outer"])
        numbers = len(cast.intersection(lists["outer"])), len(void.intersection(lists["outer"]))
        found[letter] = {"printed": printed, "cast": numbers[0], "voided": numbers[1], "missing": printed - sum(numbers)}
    return found
