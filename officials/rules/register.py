"""The sheets of the register, and what is wrong with their lines. Plain values in, records and problems out."""

import dataclasses

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from officials.rules.cell import Wrong, choice, day, number, text, yes_or_no

OF_AGE = 18


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


@dataclasses.dataclass(frozen=True)
class Column:
    """One column of the template: heading, the field it fills, how its value is read, whether it must be there.

    `words` are the choices by code, in the workbook's own language.
    """

    heading: str
    field: str
    read: object
    is_required: bool = False
    example: str = ""
    words: dict = dataclasses.field(default_factory=dict)


def text_column(heading, field, longest, is_required=False, example=""):
    return Column(heading, field, lambda value: text(value, longest=longest), is_required, example)


def choice_column(heading, field, words, is_required=False, example="", otherwise=""):
    """`otherwise` is the code an empty cell stands for."""
    return Column(
        heading,
        field,
        lambda value: otherwise if value in (None, "") and not is_required else choice(value, words),
        is_required,
        example,
        words,
    )


def status_column(statuses):
    return choice_column("状态", "status", statuses, example="在任", otherwise="IN_OFFICE")


def leader_columns(statuses):
    return [
        text_column("区领导代码", "code", 20, True, "L07"),
        text_column("姓名", "name", 40, True, "范泽然（示例）"),
        text_column("职务", "post", 100, True, "区委常委、宣传部部长"),
        text_column("分管", "portfolio", 200, example="宣传、文旅、教育"),
        status_column(statuses),
    ]


def unit_columns(categories):
    return [
        text_column("单位代码", "code", 20, True, "U001"),
        text_column("单位名称", "name", 100, True, "澜江市云澜区教育局（示例）"),
        text_column("简称", "short_name", 40, example="区教育局"),
        choice_column("类别", "category", categories, True, "区直部门"),
        text_column("上级单位代码", "parent", 20),
        text_column("系统", "sector", 40, example="教育"),
        text_column("分管区领导代码", "leading_member", 20, example="L07"),
        text_column("联络员", "liaison_name", 40, example="薛翊和"),
        Column("人数", "staff_count", lambda value: number(value, low=0, high=100_000), example="56"),
        text_column("党组织", "party_organisation", 60, example="党组"),
    ]


def official_columns(genders, statuses):
    return [
        text_column("人员代码", "code", 20, True, "P001"),
        text_column("姓名", "name", 40, True, "时彦亦（示例）"),
        choice_column("性别", "gender", genders, example="男"),
        Column(
            "出生年份",
            "birth_year",
            lambda value: number(value, low=1930, high=timezone.localdate().year - OF_AGE),
            example="1974",
        ),
        text_column("单位代码", "unit", 20, True, "U001"),
        text_column("职务", "post", 100, True, "党组书记"),
        text_column("职级", "rank", 20, example="正科级"),
        Column("党组织主要负责人", "is_party_head", yes_or_no, example="是"),
        Column("行政主要负责人", "is_admin_head", yes_or_no, example="否"),
        Column("任职时间", "term_starts_on", day, True, "2024-07-01"),
        Column("任期届满", "term_ends_on", day, True, "2029-06-30"),
        status_column(statuses),
    ]


def member_columns(statuses):
    return [
        text_column("委员代码", "code", 20, True, "C01"),
        text_column("姓名", "name", 40, True, "费泽川（示例）"),
        text_column("职务", "title", 100, True, "区纪委常委"),
        status_column(statuses),
    ]


def representative_columns(kinds, statuses):
    return [
        text_column("代表代码", "code", 20, True, "R01"),
        text_column("姓名", "name", 40, True, "章承和（示例）"),
        choice_column("类别", "kind", kinds, True, "党代表"),
        status_column(statuses),
    ]


MISSING = gettext_lazy("没有填写")


def read_rows(table, columns, is_formula):
    """Records of a table and its problems. A record is a dict of fields with its row under "row", for the columns the table
    has; lines with a problem give no record for the faulty fields, so that every problem of a file is found in one pass.
    The template's own example, left where it stood, is no line."""
    columns = held(table, columns)
    records, problems = [], []
    for row in table.rows:
        if all(str(row.values.get(column.heading) or "") == column.example for column in columns):
            continue
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


def held(table, columns):
    """The columns that a table has. Of those it lacks it says nothing: what is stored stays."""
    return [column for column in columns if column.heading in table.columns]


def take_names_for_short(units):
    """A unit without a short name is called by its name."""
    for unit in units:
        if not unit.get("short_name"):
            unit["short_name"] = unit.get("name", "")[:40]


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


def leaders_gone(table, records, gone):
    """Units that are put in charge of a leading member who has left."""
    return [
        problem(table, record["row"], "分管区领导代码", record["leading_member"], _("这位区领导已离任"))
        for record in records
        if record.get("leading_member") in gone
    ]


def still_in_charge(table, records, charges):
    """Leading members who leave without a successor. `charges`: the names of the units each would still be in charge of."""
    found = []
    for record in records:
        units = charges.get(record.get("code"), [])
        if record.get("status") == "LEFT" and units:
            message = _("还分管%(unit)s等 %(n)d 个单位，请在“单位”表里改为现任区领导") % {"unit": units[0], "n": len(units)}
            found.append(problem(table, record["row"], "状态", "离任", message))
    return found


def reversed_terms(table, records):
    return [
        problem(table, r["row"], "任期届满", r["term_ends_on"], _("早于或等于任职时间 %(day)s") % {"day": r["term_starts_on"]})
        for r in records
        if r.get("term_starts_on") and r.get("term_ends_on") and r["term_ends_on"] <= r["term_starts_on"]
    ]


def before_of_age(table, records):
    """In post as a child: a day that a spreadsheet read from a number, or a year of birth of another line."""
    return [
        problem(
            table,
            r["row"],
            "任职时间",
            r["term_starts_on"],
            _("任职时不满 %(age)d 岁，请核对出生年份和任职时间") % {"age": OF_AGE},
        )
        for r in records
        if r.get("term_starts_on") and r.get("birth_year") and r["term_starts_on"].year < r["birth_year"] + OF_AGE
    ]


def names_of_others(table, records, names):
    """Units under a name that another unit has: `names` maps the names of all others to their codes."""
    found, seen = [], {}
    for record in records:
        name, code = record.get("name"), record.get("code")
        other = seen.setdefault(name, code) if name else code
        other = other if other != code else names.get(name, code)
        if name and code and other != code:
            found.append(
                problem(
                    table, record["row"], "单位名称", name, _("与单位 %(code)s 同名，请核对是不是同一个单位") % {"code": other}
                )
            )
    return found


def circular_parents(table, records, parents):
    """Units that would stand above themselves. `parents` maps code to parent code for units not in the file."""
    above = parents | {r["code"]: r["parent"] for r in records if r.get("code") and "parent" in r}
    found = []
    for record in records:
        seen, code = set(), record.get("code")
        while code and code not in seen:
            seen.add(code)
            code = above.get(code)
        if code and code == record.get("code"):
            found.append(problem(table, record["row"], "上级单位代码", record.get("parent"), _("上级单位绕成了一圈")))
    return found
