"""Who is heard when: the limits of a session, the need of a person, and whether the term's places suffice (HB03–HB07)."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.calendar import written
from reviews.rules.session import Blocker, named

LAST_QUARTER = 4
Quarter = tuple[int, int]  # (year, quarter)


def quarter_of(day: dt.date) -> Quarter:
    return day.year, (day.month + 2) // 3


def usual_kind(day: dt.date) -> str:
    return "CONCENTRATED" if quarter_of(day)[1] == LAST_QUARTER else "DISPERSED"


# --- what comes first --------------------------------------------------------------------------------------


def foundation_blockers(*, day: str, has_rules: bool, has_term: bool, has_outline: bool) -> list[str]:
    """What is missing before a session on this day can be planned, each with whom to ask and the command that enters it.

    Without the term nobody could tell who is heard a second time in it (HB07), without the outline nobody could write a report.
    """
    missing = []
    if not has_rules:
        missing.append(
            _("%(day)s还没有施行的会议规则。请联系系统管理员录入，并把办法的名称、文号和施行日期给他（命令 add_rule_set）")
            % {"day": day}
        )
    if not has_term:
        missing.append(
            _("%(day)s属于哪一届还没有登记。请联系系统管理员录入，并把本届的起止日期给他（命令 set_term）") % {"day": day}
        )
    if not has_outline:
        missing.append(_("还没有报告提纲。请联系系统管理员录入（命令 add_report_outline）"))
    return missing


# --- limits ------------------------------------------------------------------------------------------------


def season_reasons(kind: str, day: dt.date) -> list[str]:
    """Dispersed in the first three quarters, concentrated at the end of the year (HB04–HB06)."""
    if kind == usual_kind(day):
        return []
    if kind == "DISPERSED":
        return [_("分散述责述廉安排在前三季度；%(month)d月属于第四季度，应当集中进行") % {"month": day.month}]
    return [_("集中述责述廉安排在第四季度；%(month)d月应当分散进行") % {"month": day.month}]


def day_reasons(day: dt.date, *, today: dt.date) -> list[str]:
    """A meeting, also a rehearsal, is planned for today or a day to come."""
    return [_("%(day)s已经过去，会议日期应当是今天或以后的一天") % {"day": written(day)}] if day < today else []


def number_reasons(count: int, *, low: int, high: int) -> list[str]:
    if count < low:
        return [_("本次应当有 %(low)d 至 %(high)d 人述责述廉，现在 %(n)d 人，还差 %(few)d 人") % _numbers(count, low, high)]
    if count > high:
        return [_("本次应当有 %(low)d 至 %(high)d 人述责述廉，现在 %(n)d 人，多出 %(many)d 人") % _numbers(count, low, high)]
    return []


def _numbers(count, low, high):
    return {"low": low, "high": high, "n": count, "few": low - count, "many": count - high}


def repeat_reasons(repeats: list[tuple[str, dt.date, bool, bool]]) -> list[str]:
    """Once a term (HB07): a second time needs a written reason. Each of `repeats` is (name, day, was held, has a reason)."""
    return [
        (
            _("%(name)s本届已于%(day)s述责述廉；确需再次列入的，请写明理由")
            if was_held
            else _("%(name)s已列入%(day)s的会议；确需再次列入的，请写明理由")
        )
        % {"name": name, "day": written(day)}
        for name, day, was_held, has_reason in repeats
        if not has_reason
    ]


def submission_blockers(*, kind, date, count, low, high, repeats, gone, expected, is_rehearsal) -> list[Blocker]:
    """Every reason a draft may not go to the leader. A rehearsal is bound by no limit: it hears nobody."""
    subjects, edit, audience = "reviews:session_subjects", "reviews:session_edit", "reviews:session_audience"
    found = []
    if is_rehearsal:
        if not count:
            found.append(Blocker(_("还没有选定对象"), subjects, _("去选定")))
    else:
        found += [Blocker(text, edit, _("改日期或形式")) for text in season_reasons(kind, date)]
        found += [Blocker(text, subjects, _("去选定")) for text in number_reasons(count, low=low, high=high)]
        found += [Blocker(text, subjects, _("去核对")) for text in repeat_reasons(repeats)]
    if gone:
        found.append(Blocker(_("%(names)s已经离任") % {"names": named(gone)}, subjects, _("去核对")))
    if not expected:
        found.append(Blocker(_("还没有列明参会人员"), audience, _("去列明")))
    return found


# --- need --------------------------------------------------------------------------------------------------


def span(start: dt.date, end: dt.date) -> str:
    """“2 年 3 个月”, “4 个月”; under a month “不到 1 个月”."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    years, rest = divmod(max(months, 0), 12)
    parts = []
    if years:
        parts.append(ngettext("%(n)d 年", "%(n)d 年", years) % {"n": years})
    if rest:
        parts.append(ngettext("%(n)d 个月", "%(n)d 个月", rest) % {"n": rest})
    return " ".join(parts) or _("不到 1 个月")


def waiting(*, today: dt.date, in_post_since: dt.date, last_heard_on: dt.date | None) -> str:
    """How long this person has not been heard."""
    if last_heard_on:
        return _("上次述责述廉至今 %(span)s") % {"span": span(last_heard_on, today)}
    return _("从未述责述廉，任职 %(span)s") % {"span": span(in_post_since, today)}


def time_left(*, today: dt.date, term_ends_on: dt.date) -> str:
    """How long the person's term still runs."""
    if term_ends_on < today:
        return _("任期已届满")
    return _("距任期届满 %(span)s") % {"span": span(today, term_ends_on)}


# --- coverage ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coverage:
    """Whether everyone can still be heard within the term."""

    total: int
    heard: int
    planned: int
    places: int

    @property
    def unplanned(self):
        return self.total - self.heard - self.planned

    @property
    def shortfall(self):
        return max(0, self.unplanned - self.places)


def unmet(*, empty_quarters: list[str], coverage: Coverage | None) -> list[str]:
    """What the plan cannot meet any more, each in a sentence; `empty_quarters` are those gone by without a session."""
    found = [_("%(quarter)s已经过去，没有安排会议") % {"quarter": quarter} for quarter in empty_quarters]
    if coverage and coverage.shortfall:
        numbers = {"left": coverage.unplanned, "places": coverage.places, "short": coverage.shortfall}
        found.append(
            _("尚未安排 %(left)d 人，届内余下名额最多 %(places)d 个：每季度一次、每次都排满，还缺 %(short)d 个名额") % numbers
        )
    return found


def quarters(start: dt.date, end: dt.date) -> list[Quarter]:
    """Every quarter from the one of `start` to the one of `end`."""
    first, last = (year * 4 + quarter - 1 for year, quarter in (quarter_of(start), quarter_of(end)))
    return [(index // 4, index % 4 + 1) for index in range(first, last + 1)]


def cells(quarters: list[Quarter], *, now: Quarter, heard: set[Quarter], planned: set[Quarter], last: Quarter) -> list[str]:
    """What the board shows of one person in each quarter: HEARD, PLANNED, LAST (still waiting, and the own term ends in it), AFTER
    (the own term is over), OVER (gone by) or OPEN."""

    def cell(quarter):
        if quarter in heard:
            return "HEARD"
        if quarter in planned:
            return "PLANNED"
        if quarter > last:
            return "AFTER"
        if quarter == last and not heard and not planned:
            return "LAST"
        return "OVER" if quarter < now else "OPEN"

    return [cell(quarter) for quarter in quarters]


def places_left(*, today: dt.date, ends_on: dt.date, taken: dict[Quarter, int], dispersed: int, concentrated: int) -> int:
    """How many more people the rules let be heard until the term ends: one session a quarter, each filled to its limit (finding 1).

    `taken` holds, for each quarter that has a session, how many of its places can no longer be given.
    """
    return sum(
        max(0, (concentrated if quarter[1] == LAST_QUARTER else dispersed) - taken.get(quarter, 0))
        for quarter in quarters(today, ends_on)
    )
