"""The finished meeting of the last quarter: held two months ago, counted, published, being put right."""

import datetime as dt

from core import calendar
from desk.management.demo import preparation
from desk.management.demo.coming import title
from desk.management.demo.district import data
from reviews.actions import session

AUDIENCE = {"A": ("L03", "L07", "L11"), "B": 27, "C": 18, "D": 32}


def meeting_day(today):
    """A working day two months ago; in the fourth quarter the last one of the third, when dispersed meetings end."""
    day = today - dt.timedelta(days=60)
    if day.month >= 10:
        day = day.replace(month=9, day=28)
    return calendar.working_day_on_or_before(day)


def load(cast, *, now):
    date = meeting_day(now.date())
    meeting = preparation.plan(
        cast, title=title(date, "DISPERSED"), kind="DISPERSED", date=date, place="区纪委监委一楼会议室",
        codes=data()["sample_sessions"][0]["official_codes"], audience=AUDIENCE, today=date - dt.timedelta(days=40),
    )  # fmt: skip
    then = now.replace(year=date.year, month=date.month, day=date.day, hour=9, minute=0, second=0, microsecond=0)
    preparation.prepare_fully(meeting, now=then, readers=[cast.member, cast.second_member, cast.leader])
    session.start_session(meeting.fresh(), by=cast.clerk, today=date)
    return meeting
