"""A tip-off among the opinions, diverted from here: what was drawn from it is a problem of rectification by then."""

import datetime as dt

from django.db import transaction

from rectification.actions import finding as findings
from reviews.actions import tip_off as tip_offs


@transaction.atomic
def divert(opinion, *, by, today: dt.date) -> int:
    """Hand a tip-off to the petition office and take what rests on it from the problems to put right.

    Returns how many problems stay because a letter says them: that letter people have to void.
    """
    tip_offs.divert(opinion, by=by, today=today)
    return findings.withdraw_findings(opinion.session, by=by)
