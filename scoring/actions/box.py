"""The box, as the verbs of a round use it.

What happens to it is `ballots.actions`'s, one transaction of its own that nothing here can roll back. So every verb checks all it
knows and writes it down first, and asks the box last: what the box refuses undoes the rest. Should the rest break off after the box,
`BallotRound.state` offers the step again, and each is safe to repeat.
"""

from contextlib import contextmanager

from ballots.models import Conflict, Refused
from core.errors import RuleViolation


@contextmanager
def box_refusals():
    """What the box refuses, in the words it gives; a conflict stays one."""
    try:
        yield
    except Conflict:
        raise
    except Refused as refusal:
        raise RuleViolation(refusal.messages) from refusal
