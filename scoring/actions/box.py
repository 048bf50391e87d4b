"""The box, as the verbs of a round use it.

What happens to it is `ballots.actions`'s, one transaction of its own that nothing here can roll back. So a step that two persons take
checks all it knows and writes it down first, and asks the box last: what the box refuses undoes the rest. What a browser made for the
box (keys, cards, the transcript) and what a rehearsal wipes goes to the box first, since the rows here follow from it (ADR 0001). Should
the rest break off after the box, `BallotRound.state` offers the step again, and each is safe to repeat.
"""

import datetime as dt
from contextlib import contextmanager

from ballots.counting import FRESH_SECONDS
from ballots.models import Conflict, Refused
from core.errors import RuleViolation
from scoring.models import BallotRound

FRESH = dt.timedelta(seconds=FRESH_SECONDS)


@contextmanager
def box_refusals():
    """What the box refuses, in the words it gives; a conflict stays one."""
    try:
        yield
    except Conflict:
        raise
    except Refused as refusal:
        raise RuleViolation(refusal.messages) from refusal


def turnout(round, *, now) -> int:
    """Ballots in the box as every screen shows them (ballots.md B5): one number for all processes of the site, which while the box takes
    ballots moves in steps of five and at most every 20 s. Of several who find it old, one writes the new one."""
    if not round.is_open:
        return round.turnout
    if round.shown_at is None or now - round.shown_at >= FRESH:
        seen = BallotRound.objects.filter(pk=round.pk, shown_at=round.shown_at)
        seen.update(shown_turnout=round.turnout, shown_at=now)
        round.refresh_from_db(fields=["shown_turnout", "shown_at"])
    return round.shown_turnout
