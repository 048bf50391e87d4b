"""The run sheet, its clocks, and when the meeting may go on. Plain values in and out: no database, no request, no clock of its own."""

import datetime as dt
import math
import re
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

MINUTES = {
    "OPENING": 5, "STATEMENT": 8, "QUESTIONS": 9, "FLOOR": 5, "COMMENT": 3, "HANDS": 1, "BREAK": 10, "BRIEFING": 3, "SCORING": 15,
    "COUNT": 30, "ANNOUNCEMENT": 5, "CLOSING": 5,
}  # fmt: skip
ASKING = ("QUESTIONS", "FLOOR")  # an official is asked: the prepared questions, and those from the floor by themselves
AMBER = 60  # seconds left from which the clock warns
SLIP = dt.timedelta(minutes=1)  # an item that was on no longer had not begun: somebody pressed too soon
LINE, LONG_NAME, LONG_POST = 24, 8, 22  # characters on the projector: what a line costs, and of which length two are needed
QUORUM = Fraction(2, 3)  # of those expected


def agenda(subjects: list, minutes: dict = MINUTES, extras: tuple = ()) -> list[tuple]:
    """The run sheet as (kind, subject or None, minutes): opening, then for each official statement → questions → comment,
    then scoring and closing (HB15, HB19, JS07). Of `extras` a break stands in the middle, the briefing before the scoring, count and
    announcement after it."""
    items = [("OPENING", None)]
    for n, subject in enumerate(subjects, 1):
        items += [("STATEMENT", subject), ("QUESTIONS", subject), ("COMMENT", subject)]
        if "BREAK" in extras and n == (len(subjects) + 1) // 2 and n < len(subjects):
            items.append(("BREAK", None))
    if "BRIEFING" in extras:
        items.append(("BRIEFING", None))
    items += [("SCORING", None), *((kind, None) for kind in ("COUNT", "ANNOUNCEMENT") if kind in extras), ("CLOSING", None)]
    return [(kind, subject, minutes[kind]) for kind, subject in items]


def line_state(states: set[str]) -> str:
    """How the items of one official stand together: done, now or todo. Between two of them it is still the official's turn."""
    if "NOW" in states or {"DONE", "TODO"} <= states:
        return "now"
    return "done" if states == {"DONE"} else "todo"


# --- clocks ------------------------------------------------------------------------------------------------


def seconds_left(*, ends_at: dt.datetime | None, paused_left: int, now: dt.datetime) -> int:
    """What the clock shows: of a running one the time to its end (negative once it is over), of a standing one what was left."""
    if ends_at is None:
        return paused_left
    return round((ends_at - now).total_seconds())


def amber(minutes: int) -> int:
    """Seconds left from which a clock of so many minutes warns: the last minute, of a short one the last third."""
    return min(AMBER, minutes * 60 // 3)


def phase(seconds: int, *, amber: int) -> str:
    """over, soon or ahead: each has its own word besides its colour."""
    if seconds < 0:
        return "over"
    return "soon" if seconds <= amber else "ahead"


def written(seconds: int) -> str:
    """08:00, and -00:12 when the time is over."""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes:02d}:{rest:02d}"


def spent(items: list[tuple]) -> tuple[int, int, int]:
    """Of items as (minutes, began, ended): the minutes planned, the minutes taken by those that have ended, how many more than planned
    that is (negative: fewer)."""
    ended = [(minutes, end - began) for minutes, began, end in items if began and end]
    taken = sum((took for _minutes, took in ended), dt.timedelta()).total_seconds()
    return sum(item[0] for item in items), round(taken / 60), round(taken / 60 - sum(minutes for minutes, _took in ended))


def forecast(items: list[tuple], *, began_at: dt.datetime, now: dt.datetime, left: int) -> tuple[dt.datetime, int]:
    """When the meeting that began at `began_at` will end and how many minutes late that is (negative: early), from (minutes, began,
    ended) of each item.

    The item that is on takes what is planned for it, or the seconds `left` on its clock where that is longer: the clock stood, or was
    given more.
    """
    ends = now
    for minutes, began, ended in items:
        planned = dt.timedelta(minutes=minutes)
        if not ended:
            ends += max(planned - (now - began), dt.timedelta(seconds=left), dt.timedelta()) if began else planned
    planned_end = began_at + dt.timedelta(minutes=sum(item[0] for item in items))
    return ends, round((ends - planned_end).total_seconds() / 60)


# --- when the meeting may go on ----------------------------------------------------------------------------


def quorum(expected: int) -> int:
    """The fewest who must be here."""
    return math.ceil(expected * QUORUM)


def quorum_blockers(*, present: int, expected: int, is_rehearsal: bool) -> list[str]:
    """A rehearsal is held with whoever is there."""
    needed = quorum(expected)
    if is_rehearsal or present >= needed:
        return []
    words = {"n": present, "all": expected, "needed": needed}
    return [_("签到 %(n)d 人，不足应到 %(all)d 人的三分之二（%(needed)d 人）") % words]


def start_blockers(preparation: list[str], *, is_ready: bool, is_locked: bool, quorum: list[str]) -> list[str]:
    """Every reason the meeting may not begin: what the preparation, the ballot and the hall lack (lifecycles.md 5.1)."""
    reasons = list(preparation)
    if not is_locked:
        reasons.append(_("计分方案还没有锁定，票卡还没有打印"))
    reasons += quorum
    if not is_ready and not reasons:
        reasons.append(_("会议还没有确认准备就绪"))
    return reasons


def record_blockers(state: str) -> list[str]:
    """Why what is said and who is here may not be noted now. People sign in before the meeting begins; the signed figures rest
    on the record, so that it closes with the count."""
    if state in ("DRAFT", "PLANNED"):
        return [_("会议还没有批准，会场记录还没有开始")]
    if state in ("POSTPONED", "CANCELLED"):
        return [_("会议已延期或取消，没有会场记录")]
    if state in ("APPROVED", "CANVASSING", "REPORTS_DUE", "READY", "IN_PROGRESS", "VOTING_OPEN", "VOTING_CLOSED"):
        return []
    return [_("已经计票，会场记录不能再改")]


def attendance_blockers(state: str, *, date: dt.date, today: dt.date, is_rehearsal: bool) -> list[str]:
    """Why nobody may be ticked or counted as here now. Nobody is here before the day of the meeting; a rehearsal is held on any day."""
    if blockers := record_blockers(state):
        return blockers
    if today >= date or is_rehearsal:
        return []
    return [_("会议日期是%(day)s，当天才能签到") % {"day": date_format(date, pgettext("date format", "n月j日"))}]


def answer_blockers(unanswered: list[int]) -> list[str]:
    """Nobody's answer is left without a note; `unanswered` are the numbers of the questions asked and not noted."""
    return [_("第 %(n)d 问还没有记下答复要点") % {"n": n} for n in unanswered]


def advance_blockers(kind: str, follower: str, *, unanswered: list[int], has_comment: bool, voting: str) -> list[str]:
    """Every reason the meeting may not go on from an item of this kind to one of the kind `follower` ("" after the last).

    `voting` is "to_come", "open" or "closed"; after a void round it is open or to come once more.
    """
    if kind in ASKING:
        return answer_blockers(unanswered)
    if kind == "COMMENT" and not has_comment:
        return [_("还没有记下点评；点评至少要指出一个问题")]
    needs_vote = kind == "SCORING" or follower == "CLOSING"
    if voting == "open" and (needs_vote or not follower):
        return [_("评议投票还没有关闭；请到“评廉”关闭投票，再往下进行")]
    if voting == "to_come" and needs_vote:
        return [_("评议还没有投票，作废的一轮不算；请到“评廉”备票、开始投票，再往下进行")]
    return []


def back_blockers(*, is_first: bool, is_of_official: bool, has_voted: bool, is_past: bool) -> list[str]:
    """Why there is no way back to the item before; `is_of_official`: it is one of an official's, `has_voted`: voting has been opened,
    `is_past`: the meeting ended on a day before, or its minutes are confirmed."""
    if is_first:
        return [_("已经是第一项")]
    if is_past:
        return [_("会议已经过去，不能再退回")]
    return [_("投票已经开启，不能退回到述责述廉对象的环节")] if is_of_official and has_voted else []


def hands_blockers(outcome: str, *, present: int) -> list[str]:
    """Why a show of hands cannot have come out so: more hands than people; `present` 0 where nobody counted those who came."""
    most = max(map(int, re.findall(r"\d+", outcome)), default=0)
    if not present or most <= present:
        return []
    return [_("到会 %(present)d 人，举手的不会有 %(n)d 人") % {"present": present, "n": most}]


def size(question: str, *, name: str = "", post: str = "") -> str:
    """How a question is set on the projector so that all of it is read and nothing scrolls: "" (large), long, longer or longest. A name
    or a post of more than a line takes of the room."""
    long = len(question) + LINE * (len(name) > LONG_NAME) + LINE * (len(post) // LONG_POST)
    for limit, word in ((36, ""), (60, "long"), (140, "longer")):
        if long <= limit:
            return word
    return "longest"
