"""What the booth writes: an envelope, or a void. First write wins, and both are safe to repeat byte for byte."""

from ballots import keys, locks
from ballots.models import Box, Envelope, Void

GONE = 410
CONFLICT = 409
STORED = 200


def cast(sid, *, card, h, ct, z):
    """Store the envelope unless this card has cast already.

    Gives the status, and where there is one, the hash that is stored and the receipt for it. Nothing but the envelope's own
    table is written. The receipt is signed while the box is held, so a receipt and the close cannot cross.
    """
    with locks.shared(sid):
        if not Box.objects.filter(sid=sid, state__in=Box.CASTING).exists():
            return GONE, None, None
        Envelope.objects.bulk_create([Envelope(sid=sid, outer_pk=card, h=h, ct=ct, z=z)], ignore_conflicts=True)
        stored = Envelope.objects.values_list("h", flat=True).get(sid=sid, outer_pk=card)
        return (STORED if stored == h else CONFLICT), stored, keys.receipt(sid, stored + card)


def void(sid, *, card, z):
    """Declare an unused card void; only between the close and the opening. A card that was cast is refused: an incident."""
    with locks.shared(sid):
        if not Box.objects.filter(sid=sid, state=Box.State.CLOSED).exists():
            return GONE
        if Envelope.objects.filter(sid=sid, outer_pk=card).exists():
            return CONFLICT
        Void.objects.bulk_create([Void(sid=sid, outer_pk=card, z=z)], ignore_conflicts=True)
        return STORED
