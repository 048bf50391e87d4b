"""Two rehearsals of today: the year-end meeting with its voting open, and a small one that is ready to begin.

They are rehearsals because their cards and key cards are shown to everybody on a page of the demonstration: papers and pages say so.
"""

import datetime as dt

from desk.management.demo import hall, preparation
from desk.management.demo import vote as ballot
from desk.management.demo.district import data
from live.actions import follow

LEADERS = ("L04", "L07", "L10")
AUDIENCE = {"A": LEADERS, "B": 15, "C": 10, "D": 20}
FEW = {"A": LEADERS, "B": 8, "C": 6, "D": 14}


def load(cast, *, now) -> ballot.Vote:
    """The one being held: everybody has reported, most have voted."""
    year = now.year
    codes = data()["sample_sessions"][1]["official_codes"]
    vote = prepare(
        cast, title=f"{year}年年终集中述责述廉评议会（演练）", kind="CONCENTRATED", codes=codes, audience=AUDIENCE, now=now
    )
    began = now - dt.timedelta(minutes=230)
    run_sheet = hall.begin(vote.meeting, now=began)
    hall.run(vote.meeting, run_sheet, now=began)
    follow.open_page(vote.meeting.fresh(), by=cast.clerk)
    ballot.open_voting(vote, now=now - dt.timedelta(minutes=6))
    ballot.cast(vote, {group.letter: group.attendants - 3 for group in vote.round.groups.filter(is_named=False)})
    return vote


def load_ready(cast, *, now) -> ballot.Vote:
    """The one whoever looks at the demonstration opens: two officials, everybody has signed in but one."""
    title = f"{now.year}年分散述责述廉会议（演练）"
    vote = prepare(cast, title=title, kind="DISPERSED", codes=("P016", "P051"), audience=FEW, now=now)
    hall.sign_in(vote.meeting, today=now.date())
    return vote


def prepare(cast, *, title, kind, codes, audience, now):
    meeting = preparation.plan(
        cast, title=title, kind=kind, date=now.date(), place="区委礼堂", codes=codes, audience=audience, is_rehearsal=True,
        today=now.date() - dt.timedelta(days=33),
    )  # fmt: skip
    preparation.prepare_fully(meeting, now=now, readers=[cast.member, cast.second_member, cast.leader])
    return ballot.set_up(meeting, now=now - dt.timedelta(days=1))
