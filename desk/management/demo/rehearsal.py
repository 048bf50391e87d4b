"""The meeting being held right now: a rehearsal of the year-end meeting, voting open, cards ready to scan.

It is a rehearsal because its cards and key cards are shown to everybody on a page of the demonstration: papers and pages say so.
"""

import datetime as dt

from desk.management.demo import cards, hall, preparation
from desk.management.demo import vote as ballot
from desk.management.demo.district import data
from live.actions import follow

LEADERS = ("L04", "L07", "L10")
AUDIENCE = {"A": LEADERS, "B": 15, "C": 10, "D": 20}


def load(cast, *, now):
    today = now.date()
    meeting = preparation.plan(
        cast, title=f"{today.year}年年终集中述责述廉评议会（演练）", kind="CONCENTRATED", date=today, place="区委礼堂",
        codes=data()["sample_sessions"][1]["official_codes"], audience=AUDIENCE, is_rehearsal=True,
        today=today - dt.timedelta(days=33),
    )  # fmt: skip
    preparation.prepare_fully(meeting, now=now, readers=[cast.member, cast.second_member, cast.leader])
    vote = ballot.set_up(meeting, now=now - dt.timedelta(days=1))
    began = now - dt.timedelta(minutes=230)
    run_sheet = hall.begin(meeting, now=began)
    hall.run(meeting, run_sheet, now=began)
    follow.open_page(meeting.fresh(), by=cast.clerk)
    ballot.open_voting(vote, now=now - dt.timedelta(minutes=6))
    meeting.fresh()
    cards.write(
        vote, ballot.cast(vote, {group.letter: group.attendants - 3 for group in vote.round.groups.filter(is_named=False)})
    )
    return meeting
