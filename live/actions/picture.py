"""What the projector shows: the meeting, or the neutral slide.

A press is one row in one statement, and leaves no line in the trail: everybody in the hall sees it, and no record changes.
"""

import datetime as dt

from django.db.models import F

from live.models import Hall

Scene = Hall.Scene


def show_neutral(hall, *, version: int, by, now: dt.datetime):
    """Put the neutral slide on the projector, whatever was pressed meanwhile; safe to repeat."""
    turn(hall, by=by, is_neutral=True)


def show_again(hall, *, version: int, by, now: dt.datetime):
    """Away with the neutral slide: what the hall saw before it."""
    turn(hall, by=by, is_neutral=False)


def show_stage(hall, *, version: int, by, now: dt.datetime):
    """Let the projector follow the meeting again."""
    turn(hall, by=by, is_neutral=False, scene=Scene.STAGE)


def show_received(hall, *, version: int, by, now: dt.datetime):
    """The received list (ballots.md B6); the projector follows the meeting while there is none."""
    turn(hall, by=by, is_neutral=False, scene=Scene.RECEIVED)


def show_announced(hall, *, version: int, by, now: dt.datetime):
    """The published result; the projector follows the meeting while nothing is published."""
    turn(hall, by=by, is_neutral=False, scene=Scene.ANNOUNCED)


def turn(hall, *, by, **shown):
    Hall.objects.filter(pk=hall.pk).exclude(**shown).update(**shown, version=F("version") + 1, moved_by=by)
