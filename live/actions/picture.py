"""What the projector shows: the meeting, or the neutral slide."""

import datetime as dt

from django.db.models import F

from live.models import Hall


def show_neutral(hall, *, version: int, by, now: dt.datetime):
    """Put the neutral slide on the projector, whatever was pressed meanwhile; safe to repeat."""
    turn_neutral(hall, True, by=by)


def show_stage(hall, *, version: int, by, now: dt.datetime):
    """Let the projector follow the meeting again."""
    turn_neutral(hall, False, by=by)


def turn_neutral(hall, is_neutral, *, by):
    Hall.objects.filter(pk=hall.pk, is_neutral=not is_neutral).update(
        is_neutral=is_neutral, version=F("version") + 1, moved_by=by
    )
