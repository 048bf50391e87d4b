"""The clock of the item that is on.

Its presses leave no line in the trail: they change no record, and when an item began and ended stands on the run sheet.
"""

import datetime as dt

from django.db import transaction

from live.actions.run_sheet import take


@transaction.atomic
def start_clock(hall, *, version: int, by, now: dt.datetime):
    """Run the clock. Its end is stored, not its beats, so that it goes on through a restart."""
    if not hall.is_running:
        hall.items.current()
        take(hall, version, by=by, ends_at=now + dt.timedelta(seconds=hall.paused_left))


@transaction.atomic
def pause_clock(hall, *, version: int, by, now: dt.datetime):
    if hall.is_running:
        take(hall, version, by=by, ends_at=None, paused_left=hall.seconds_left(now))


@transaction.atomic
def add_minute(hall, *, version: int, by, now: dt.datetime):
    hall.items.current()
    if hall.is_running:
        take(hall, version, by=by, ends_at=hall.ends_at + dt.timedelta(minutes=1))
    else:
        take(hall, version, by=by, paused_left=hall.paused_left + 60)
