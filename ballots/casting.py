"""What the booth writes: an envelope, or a void. First write wins, and both are safe to repeat byte for byte."""

from django.db import connections

from ballots import keys, locks
from ballots.models import Box, Envelope, Void
from ballots.router import DB

UNKNOWN = 403
GONE = 410
CONFLICT = 409
STORED = 200

# The state is read and the envelope written in one step: when a hall casts at once, each way to the database counts.
STORE = """
    INSERT INTO ballots_envelope (sid, outer_pk, h, ct, z)
    SELECT sid, %s, %s, %s, %s FROM ballots_box WHERE sid = %s AND state IN (%s, %s)
    ON CONFLICT DO NOTHING RETURNING h
"""


def cast(sid, *, card, h, ct, z):
    """Store the envelope unless this card has cast already.

    Gives the status, and where there is one, the hash that is stored and the receipt for it. Nothing but the envelope's own
    table is written. The receipt is signed while the box is held, so a receipt and the close cannot cross.
    """
    with locks.shared(sid):
        if _store(sid, card, h, ct, z):
            return STORED, h, keys.receipt(sid, h + card)
        state = Box.objects.filter(sid=sid).values_list("state", flat=True).first()
        if state not in Box.CASTING:
            return (GONE if state else UNKNOWN), None, None
        stored = Envelope.objects.values_list("h", flat=True).get(sid=sid, outer_pk=card)
        return (STORED if stored == h else CONFLICT), stored, keys.receipt(sid, stored + card)


def _store(sid, card, h, ct, z):
    """Whether there is a new envelope. None in a box that takes no ballots, or where this card lies already."""
    with connections[DB].cursor() as cursor:
        cursor.execute(STORE, [card, h, ct, z, sid, *sorted(Box.CASTING)])
        return cursor.fetchone() is not None


def void(sid, *, card, z):
    """Declare an unused card void; only between the close and the opening. A card that was cast is refused: an incident."""
    with locks.shared(sid):
        state = Box.objects.filter(sid=sid).values_list("state", flat=True).first()
        if state != Box.State.CLOSED:
            return GONE if state else UNKNOWN
        if Envelope.objects.filter(sid=sid, outer_pk=card).exists():
            return CONFLICT
        Void.objects.bulk_create([Void(sid=sid, outer_pk=card, z=z)], ignore_conflicts=True)
        return STORED
