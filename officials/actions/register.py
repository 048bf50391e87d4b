"""The register of units and officials from Excel: looked through first, written whole or not at all, repeatable."""

import dataclasses

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, excel, files
from core.errors import RuleViolation
from officials.models import LeadingMember, Official, RegisterImport, Unit
from officials.rules import register as rules

UNITS, OFFICIALS = "单位", "干部"


@dataclasses.dataclass
class Register:
    """What a workbook says: records ready to write, every problem, and what writing would change."""

    units: list
    officials: list
    problems: list
    new: dict = dataclasses.field(default_factory=dict)
    changed: dict = dataclasses.field(default_factory=dict)
    same: dict = dataclasses.field(default_factory=dict)


def columns():
    return {
        UNITS: rules.unit_columns(dict(Unit.Category.choices)),
        OFFICIALS: rules.official_columns(dict(Official.Gender.choices), dict(Official.Status.choices)),
    }


def look_through(content: bytes) -> Register:
    """Read a workbook without writing anything. Refuses only what cannot be read as a register at all."""
    required = {title: [c.heading for c in shape if c.is_required] for title, shape in columns().items()}
    tables = excel.read_tables(content, required)
    if not tables:
        raise RuleViolation(_("工作簿里没有“单位”表，也没有“干部”表。请用模板填写。"))
    units, unit_problems = look_through_units(tables.get(UNITS))
    officials, official_problems = look_through_officials(tables.get(OFFICIALS), units)
    found = Register(units, officials, unit_problems + official_problems)
    if not found.problems:
        compare(found, UNITS, units, Unit, {"parent": "parent__code", "leading_member": "leading_member__code"})
        compare(found, OFFICIALS, officials, Official, {"unit": "unit__code"})
    return found


def look_through_units(table):
    if table is None:
        return [], []
    records, problems = rules.read_rows(table, columns()[UNITS], is_formula)
    known = dict(Unit.objects.values_list("code", "parent__code"))
    codes = set(known) | {r.get("code") for r in records}
    leaders = set(LeadingMember.objects.values_list("code", flat=True))
    problems += rules.repeated_codes(table, records, "单位代码")
    problems += rules.unknown_codes(table, records, "parent", "上级单位代码", codes, _("没有这个单位代码"))
    problems += rules.unknown_codes(table, records, "leading_member", "分管区领导代码", leaders, _("没有这个区领导代码"))
    problems += rules.circular_parents(table, records, known)
    return records, sorted(problems, key=lambda p: (p.row, p.column))


def look_through_officials(table, units):
    if table is None:
        return [], []
    records, problems = rules.read_rows(table, columns()[OFFICIALS], is_formula)
    codes = set(Unit.objects.values_list("code", flat=True)) | {r.get("code") for r in units}
    problems += rules.repeated_codes(table, records, "人员代码")
    problems += rules.unknown_codes(table, records, "unit", "单位代码", codes, _("没有这个单位代码，请先在“单位”表登记"))
    problems += rules.reversed_terms(table, records)
    return records, sorted(problems, key=lambda p: (p.row, p.column))


def is_formula(value):
    return isinstance(value, excel.Formula)


def compare(found, title, records, model, paths):
    """Count what is new, what would change and what stays, by code."""
    fields = [column.field for column in columns()[title]]
    stored = {row[0]: row for row in model.objects.values_list(*(paths.get(field, field) for field in fields))}
    verdicts = {"new": 0, "changed": 0, "same": 0}
    for record in records:
        before = stored.get(record["code"])
        now = tuple(record[field] if record[field] is not None else "" for field in fields)
        if before is None:
            verdicts["new"] += 1
        else:
            same = tuple("" if value is None else value for value in before) == filled(now, record, fields)
            verdicts["same" if same else "changed"] += 1
    found.new[title], found.changed[title], found.same[title] = verdicts.values()


def filled(values, record, fields):
    """The values as they are written: a unit without a short name takes its name."""
    if "short_name" in fields and not record["short_name"]:
        values = list(values)
        values[fields.index("short_name")] = record["name"][:40]
    return tuple(values)


@transaction.atomic
def upload_register(upload, *, by) -> RegisterImport:
    """Keep an uploaded workbook to be looked through and confirmed. What cannot be read as a register is not kept."""
    name, kind, content = files.examined(upload, types=("xlsx",))
    look_through(content)
    stored = files.keep(name, content, files.TYPES[kind], by=by)
    batch = RegisterImport.objects.create(file=stored, uploaded_by=by)
    audit.record("upload_register", batch, by=by)
    return batch


@transaction.atomic
def confirm_import(batch, *, by):
    """Write the looked-through workbook. A second time changes nothing; a problem found meanwhile refuses the whole."""
    batch = RegisterImport.objects.select_for_update().get(pk=batch.pk)
    if batch.confirmed_at:
        return batch
    with batch.file.content.open("rb") as content:
        register = look_through(content.read())
    batch.summary = load_register(register, by=by)
    batch.confirmed_at = timezone.now()
    batch.save(update_fields=["summary", "confirmed_at"])
    return batch


@transaction.atomic
def load_register(register: Register, *, by) -> dict:
    """Write a register without problems: new codes are added, known ones updated, nothing is deleted."""
    if register.problems:
        raise RuleViolation([str(p) for p in register.problems])
    write_units(register.units)
    write_officials(register.officials)
    summary = {"new": register.new, "changed": register.changed, "same": register.same}
    audit.record("load_register", "register", by=by, **summary)
    return summary


def write_units(records):
    leaders = dict(LeadingMember.objects.values_list("code", "pk"))
    plain = ["name", "short_name", "category", "sector", "liaison_name", "staff_count", "party_organisation"]
    units = []
    for r in records:
        fields = {field: r[field] for field in plain} | {"short_name": r["short_name"] or r["name"][:40]}
        units.append(Unit(code=r["code"], leading_member_id=leaders.get(r["leading_member"]), **fields))
    Unit.objects.bulk_create(
        units, update_conflicts=True, unique_fields=["code"], update_fields=[*plain, "leading_member"], batch_size=500
    )
    keys = dict(Unit.objects.values_list("code", "pk"))
    placed = [Unit(pk=keys[r["code"]], parent_id=keys.get(r["parent"])) for r in records]
    Unit.objects.bulk_update(placed, ["parent"], batch_size=500)


def write_officials(records):
    units = dict(Unit.objects.values_list("code", "pk"))
    officials = []
    for r in records:
        fields = {field: value for field, value in r.items() if field not in ("row", "unit")}
        official = Official(unit_id=units[r["unit"]], **fields)
        official.index_name()
        officials.append(official)
    changing = [column.field for column in columns()[OFFICIALS] if column.field != "code"]
    Official.objects.bulk_create(
        officials,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[*changing, "pinyin", "initials"],
        batch_size=500,
    )


def template_workbook() -> bytes:
    """An empty register with one example line in each table."""
    return excel.workbook((title, [c.heading for c in shape], [[c.example for c in shape]]) for title, shape in columns().items())


def register_workbook(units, officials) -> bytes:
    """The register as it stands, in the template's form, so that it can be changed and brought back."""
    yes_no = {True: "是", False: "否"}
    unit_rows = [
        [
            u.code,
            u.name,
            u.short_name,
            str(u.get_category_display()),
            u.parent.code if u.parent else "",
            u.sector,
            u.leading_member.code if u.leading_member else "",
            u.liaison_name,
            u.staff_count,
            u.party_organisation,
        ]
        for u in units
    ]
    official_rows = [
        [
            o.code,
            o.name,
            str(o.get_gender_display()),
            o.birth_year,
            o.unit.code,
            o.post,
            o.rank,
            yes_no[o.is_party_head],
            yes_no[o.is_admin_head],
            o.term_starts_on,
            o.term_ends_on,
            str(o.get_status_display()),
        ]
        for o in officials
    ]
    shapes = columns()
    return excel.workbook(
        [
            (UNITS, [c.heading for c in shapes[UNITS]], unit_rows),
            (OFFICIALS, [c.heading for c in shapes[OFFICIALS]], official_rows),
        ]
    )
