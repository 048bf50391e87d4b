"""What a line of the register must be. Plain values in, records and problems out; checked on paper in the same way."""

import dataclasses
import datetime as dt
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's serial numbers
DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?$")
YES, NO = ("是", "y", "yes", "1", "true", "√"), ("否", "n", "no", "0", "false", "", "×")


class Wrong(Exception):
    """A value that cannot stand; the text says why and what to write instead."""


@dataclasses.dataclass(frozen=True)
class Problem:
    """One thing to mend: where it stands, what stands there, what is wrong."""

    sheet: str
    row: int
    column: str
    heading: str
    value: str
    message: str

    def __str__(self):
        place = _("%(sheet)s 第 %(row)s 行") % {"sheet": self.sheet, "row": self.row}
        where = f"{place} {self.column} {self.heading}".rstrip()
        return f"{where}：{self.message}"


def text(value, *, longest):
    if value is None:
        return ""
    if isinstance(value, bool | dt.date):
        raise Wrong(_("应填文字"))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    value = str(value).strip()
    if len(value) > longest:
        raise Wrong(_("超过 %(n)d 个字") % {"n": longest})
    return value


def number(value, *, low, high):
    if value in (None, ""):
        return None
    try:
        whole = int(value) if not isinstance(value, float) or value.is_integer() else None
    except (TypeError, ValueError):
        whole = None
    if whole is None or isinstance(value, bool):
        raise Wrong(_("应填整数"))
    if not low <= whole <= high:
        raise Wrong(_("应在 %(low)d 至 %(high)d 之间") % {"low": low, "high": high})
    return whole


def day(value):
    """A day from a date cell, an Excel serial number or a text like 2026-09-01, 2026/9/1, 2026年9月1日."""
    if value in (None, ""):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 18264 <= value <= 73050:  # 1950 … 2099
        return EPOCH + dt.timedelta(days=int(value))
    if match := DATE.match(str(value).strip()):
        try:
            return dt.date(*map(int, match.groups()))
        except ValueError:
            pass
    raise Wrong(_("不是日期。请写成 2026-09-01"))


def yes_or_no(value):
    word = str("" if value is None else value).strip().lower()
    if word in YES or value is True:
        return True
    if word in NO or value is False:
        return False
    raise Wrong(_("应填“是”或“否”"))


def choice(value, choices):
    """The code of a choice from its label or the code itself; `choices` maps code to label."""
    word = text(value, longest=40)
    for code, label in choices.items():
        if word in (code, str(label)):
            return code
    raise Wrong(_("应填：%(labels)s") % {"labels": "、".join(map(str, choices.values()))})


@dataclasses.dataclass(frozen=True)
class Column:
    """One column of the template: heading, the field it fills, how its value is read, whether it must be there."""

    heading: str
    field: str
    read: object
    is_required: bool = False
    example: str = ""


def unit_columns(categories):
    return [
        Column("单位代码", "code", lambda v: text(v, longest=20), True, "U001"),
        Column("单位名称", "name", lambda v: text(v, longest=100), True, "澜江市云澜区教育局"),
        Column("简称", "short_name", lambda v: text(v, longest=40), example="区教育局"),
        Column("类别", "category", lambda v: choice(v, categories), True, "区直部门"),
        Column("上级单位代码", "parent", lambda v: text(v, longest=20)),
        Column("系统", "sector", lambda v: text(v, longest=40), example="教育"),
        Column("分管区领导代码", "leading_member", lambda v: text(v, longest=20), example="L07"),
        Column("联络员", "liaison_name", lambda v: text(v, longest=40), example="薛翊和"),
        Column("人数", "staff_count", lambda v: number(v, low=0, high=100_000), example="56"),
        Column("党组织", "party_organisation", lambda v: text(v, longest=60), example="党组"),
    ]


def official_columns(genders, statuses):
    return [
        Column("人员代码", "code", lambda v: text(v, longest=20), True, "P001"),
        Column("姓名", "name", lambda v: text(v, longest=40), True, "时彦亦"),
        Column("性别", "gender", lambda v: choice(v, genders) if v not in (None, "") else "", example="男"),
        Column("出生年份", "birth_year", lambda v: number(v, low=1930, high=2020), example="1974"),
        Column("单位代码", "unit", lambda v: text(v, longest=20), True, "U001"),
        Column("职务", "post", lambda v: text(v, longest=100), True, "党组书记、局长"),
        Column("职级", "rank", lambda v: text(v, longest=20), example="正科级"),
        Column("党组织主要负责人", "is_party_head", yes_or_no, example="是"),
        Column("行政主要负责人", "is_admin_head", yes_or_no, example="否"),
        Column("任职时间", "term_starts_on", day, True, "2024-07-01"),
        Column("任期届满", "term_ends_on", day, True, "2029-06-30"),
        Column("状态", "status", lambda v: choice(v, statuses) if v not in (None, "") else "IN_OFFICE", example="在任"),
    ]


MISSING = gettext_lazy("没有填写")


def read_rows(table, columns, is_formula):
    """Records of a table and its problems. A record is a dict of fields with its row under "row"; lines with a problem
    give no record for the faulty fields, so that every problem of a file is found in one pass."""
    records, problems = [], []
    for row in table.rows:
        record = {"row": row.number}
        for column in columns:
            value = row.values.get(column.heading)
            try:
                if is_formula(value):
                    raise Wrong(_("是公式。请粘贴为数值"))
                if column.is_required and value in (None, ""):
                    raise Wrong(str(MISSING))
                record[column.field] = column.read(value)
            except Wrong as wrong:
                shown = getattr(value, "text", value)
                problems.append(problem(table, row.number, column.heading, shown, str(wrong)))
        records.append(record)
    return records, problems


def problem(table, row, heading, value, message):
    shown = "" if value is None else str(value)[:60]
    return Problem(table.title, row, table.columns.get(heading, ""), heading, shown, message)


def repeated_codes(table, records, heading):
    """A code that stands twice in one sheet: both lines would claim one record."""
    first, found = {}, []
    for record in records:
        code = record.get("code")
        if code and code in first:
            message = _("与第 %(row)d 行重复") % {"row": first[code]}
            found.append(problem(table, record["row"], heading, code, message))
        elif code:
            first[code] = record["row"]
    return found


def unknown_codes(table, records, field, heading, known, message):
    return [
        problem(table, record["row"], heading, record[field], message)
        for record in records
        if record.get(field) and record[field] not in known
    ]


def reversed_terms(table, records):
    return [
        problem(table, r["row"], "任期届满", r["term_ends_on"], _("早于或等于任职时间 %(day)s") % {"day": r["term_starts_on"]})
        for r in records
        if r.get("term_starts_on") and r.get("term_ends_on") and r["term_ends_on"] <= r["term_starts_on"]
    ]


def circular_parents(table, records, parents):
    """Units that would stand above themselves. `parents` maps code to parent code for units not in the file."""
    above = parents | {r["code"]: r.get("parent") for r in records if r.get("code")}
    found = []
    for record in records:
        seen, code = set(), record.get("code")
        while code and code not in seen:
            seen.add(code)
            code = above.get(code)
        if code and code == record.get("code"):
            found.append(problem(table, record["row"], "上级单位代码", record.get("parent"), _("上级单位绕成了一圈")))
    return found
