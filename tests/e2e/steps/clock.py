"""The clock of the installation: what Celery's beat would wake, woken by hand at the moment the walk has come to."""

import datetime as dt
from zoneinfo import ZoneInfo

from notices.tasks import deliver_waiting
from rectification.tasks import sweep_deadlines
from reviews.tasks import sweep_preparation

HERE = ZoneInfo("Asia/Shanghai")


def at(month, day, hour=9, minute=0):
    return dt.datetime(2026, month, day, hour, minute, tzinfo=HERE)


def strike():
    """One round of the sweeps. Twice in a row, because the second must find nothing left to do."""
    for _round in range(2):
        sweep_preparation()
        sweep_deadlines()
        deliver_waiting()
