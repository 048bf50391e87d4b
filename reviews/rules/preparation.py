"""The preparation dates, laid backwards from the meeting day on Chinese working days (product.md, lifecycles.md "Timers")."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import calendar

DAYS = {  # days before the meeting; negative is after it
    "CANVASS": 30,
    "REPORTS": 15,
    "REPORT_REVIEW": 10,
    "VERIFICATION": 7,
    "QUESTIONS": 3,
    "LOCK": 1,
    "MEETING": 0,
    "LETTER": -3,
}
BY_HAND = frozenset({"VERIFICATION"})  # a person notes it
REMINDED_AHEAD = 5  # days before the due day, where somebody besides the office has to do it
FROM_ABOVE = frozenset({"LOCK", "LETTER"})  # an app above notes them; all others follow from the data


def dates(meeting: dt.date) -> dict[str, dt.date]:
    """The due day of every matter. Before the meeting a day off moves to an earlier working day, after it to a later one."""
    return {kind: due(kind, meeting) for kind in DAYS}


def due(kind: str, meeting: dt.date) -> dt.date:
    days = DAYS[kind]
    if days > 0:
        return calendar.days_before(meeting, days)
    return calendar.days_after(meeting, -days) if days < 0 else meeting


def offset(kind: str) -> str:
    """前 30 日, 会议日, 后 3 日"""
    days = DAYS[kind]
    if days == 0:
        return _("会议日")
    if days > 0:
        return ngettext("前 %(n)d 日", "前 %(n)d 日", days) % {"n": days}
    return ngettext("后 %(n)d 日", "后 %(n)d 日", -days) % {"n": -days}


def moment(due_on: dt.date, *, today: dt.date) -> str:
    """When a reminder of a due day comes: "soon", "due" or "late"; "" while there is time."""
    left = (due_on - today).days
    if left > REMINDED_AHEAD:
        return ""
    return "soon" if left > 0 else "late" if left < 0 else "due"


def warnings(meeting: dt.date, *, today: dt.date, labels: dict[str, str], done: frozenset[str] = frozenset()) -> list[str]:
    """What the planner should know about these dates; nothing here forbids them.

    `labels` names each kind for people, `done` are the kinds that need no date any more.
    """
    laid = dates(meeting)
    found = []
    if not calendar.is_working_day(meeting):
        found.append(_("会议日期不是工作日"))
    for kind, day in laid.items():
        late = (today - day).days
        if late > 0 and kind not in done and kind != "LETTER":
            found.append(
                ngettext("“%(what)s”的应办日期已过 %(n)d 天", "“%(what)s”的应办日期已过 %(n)d 天", late)
                % {"what": labels[kind], "n": late}
            )
    for year in sorted({day.year for day in laid.values() if not calendar.is_known(day)}):
        found.append(_("%(year)d年的节假日安排尚未公布，暂按周一至周五为工作日计算，公布后请核对") % {"year": year})
    return found
