"""The register as a workbook: its sheets, the empty template, and the register as it stands."""

from core import excel
from core.language import chinese
from officials.models import CommitteeMember, LeadingMember, Official, Representative, Unit
from officials.rules import register as rules

LEADERS, UNITS, OFFICIALS, MEMBERS, REPRESENTATIVES = "区领导", "单位", "干部", "区纪委委员", "群众代表"
MODELS = {
    LEADERS: LeadingMember,
    UNITS: Unit,
    OFFICIALS: Official,
    MEMBERS: CommitteeMember,
    REPRESENTATIVES: Representative,
}
LINKS = {"parent", "leading_member", "unit"}  # fields that name another record, in the workbook by its code
YES_NO = {True: "是", False: "否"}


def columns() -> dict[str, list[rules.Column]]:
    """The columns of each sheet. The workbook speaks Chinese, whatever language its reader has chosen for the screen."""
    with chinese():
        statuses = in_words(Official.Status)
        return {
            LEADERS: rules.leader_columns(statuses),
            UNITS: rules.unit_columns(in_words(Unit.Category)),
            OFFICIALS: rules.official_columns(in_words(Official.Gender), statuses),
            MEMBERS: rules.member_columns(statuses),
            REPRESENTATIVES: rules.representative_columns(in_words(Representative.Kind), statuses),
        }


def in_words(choices):
    return {code: str(label) for code, label in choices.choices}


def template_workbook() -> bytes:
    """An empty register with one example line in each table."""
    return excel.workbook((title, [c.heading for c in shape], [[c.example for c in shape]]) for title, shape in columns().items())


def register_workbook() -> bytes:
    """The register as it stands, in the template's form, so that it can be changed and brought back."""
    sheets = []
    for title, shape in columns().items():
        linked = LINKS.intersection(column.field for column in shape)
        records = MODELS[title].objects.select_related(*sorted(linked))
        rows = [[cell(record, column) for column in shape] for record in records]
        sheets.append((title, [column.heading for column in shape], rows))
    return excel.workbook(sheets)


def cell(record, column):
    value = getattr(record, column.field)
    if column.field in LINKS:
        return value.code if value else ""
    return in_cell(value, column)


def in_cell(value, column):
    """A stored value as the workbook writes it."""
    if isinstance(value, bool):
        return YES_NO[value]
    return column.words.get(value, value)
