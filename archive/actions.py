"""Looking into a person's page is an act of its own: who, when, and for what reason stays in the trail."""

from core import audit


def note_reading(official, *, by, reason):
    """Note that somebody has read the page; who reads the own one gives no reason."""
    audit.record("read_official", official, by=by, **({"reason": reason} if reason else {}))
