"""The finished meeting of the last quarter: held two months ago, counted, published, being put right."""

import datetime as dt

from core import calendar
from desk.management.demo import hall, preparation
from desk.management.demo import vote as ballot
from desk.management.demo.coming import title
from desk.management.demo.district import data
from live.actions import minutes

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
    vote = ballot.set_up(meeting, now=then - dt.timedelta(days=1))
    run_sheet = hall.begin(meeting, now=then)
    voting = hall.run(meeting, run_sheet, now=then)
    ballot.open_voting(vote, now=voting)
    drawn = {group.letter: present(meeting, group) for group in vote.round.groups.filter(is_named=False)}
    ballot.cast(vote, {letter: n - (letter == "d") for letter, n in drawn.items()})
    ballot.close(vote, drawn, now=voting + dt.timedelta(minutes=12))
    count = ballot.open_urn(vote, now=voting + dt.timedelta(minutes=20))
    ballot.settle(vote, count, now=voting + dt.timedelta(minutes=30))
    ballot.end(vote, now=voting + dt.timedelta(minutes=80))
    for minutes_on in (13, 61, 82, 86):  # the vote, the count, the announcement until all is destroyed, the closing words
        hall.step(meeting, run_sheet, now=voting + dt.timedelta(minutes=minutes_on))
    keep_minutes(meeting, now=voting + dt.timedelta(days=1))
    return meeting


def keep_minutes(meeting, *, now):
    """As the record has them, with one sentence more at the end; confirmed the next day."""
    session, cast = meeting.fresh(), meeting.cast
    closing = next(section for section in minutes.drawn(session) if section.key == "closing")
    said = f"{closing.recorded}\n主持人要求各单位对照评议结果和点评指出的问题制定整改方案，一个月内整改完毕。"
    minutes.write(session, closing, text=said, before=closing.recorded, by=cast.clerk)
    minutes.submit_minutes(session, by=cast.clerk)
    minutes.confirm_minutes(meeting.fresh().minutes, seen=1, by=cast.approver, now=now)


def present(meeting, group):
    return meeting.session.audience.get(code=group.code).attendees.filter(is_present=True).count()
