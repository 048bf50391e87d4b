"""The register from Excel: looked through first, written whole or not at all, repeatable."""

import dataclasses
import datetime as dt
import hashlib
from collections import Counter, defaultdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, excel, files
from core.errors import RuleViolation
from officials.actions.workbook import LEADERS, LINKS, MEMBERS, MODELS, OFFICIALS, REPRESENTATIVES, UNITS, columns, in_cell
from officials.models import LeadingMember, Official, RegisterImport, Unit
from officials.rules import register as rules

UNCONFIRMED_STAYS = dt.timedelta(days=7)


@dataclasses.dataclass(frozen=True)
class Change:
    """What a line of the workbook would overwrite: of whom, as registered now, which column, what stands there and what will."""

    sheet: str
    row: int
    code: str
    name: str
    heading: str
    before: object
    now: object


@dataclasses.dataclass(frozen=True)
class Addition:
    """A line whose code nobody has yet: who or what comes in, and what its other columns that must be filled say."""

    sheet: str
    row: int
    code: str
    name: str
    cells: tuple


@dataclasses.dataclass
class Register:
    """What a workbook says, by sheet: records ready to write, every problem, and what writing would change.

    `fields` are those its columns fill; `absent` are the headings of the columns it lacks, whose fields keep what is stored.
    """

    records: dict = dataclasses.field(default_factory=dict)
    fields: dict = dataclasses.field(default_factory=dict)
    absent: dict = dataclasses.field(default_factory=dict)
    problems: list = dataclasses.field(default_factory=list)
    new: dict = dataclasses.field(default_factory=dict)
    changed: dict = dataclasses.field(default_factory=dict)
    same: dict = dataclasses.field(default_factory=dict)
    additions: list = dataclasses.field(default_factory=list)
    changes: list = dataclasses.field(default_factory=list)

    @property
    def mark(self):
        """Differs as soon as writing it would add or overwrite anything else."""
        lines = ["\t".join(map(str, dataclasses.astuple(line))) for line in (*self.additions, *self.changes)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @property
    def has_rows(self):
        return any(self.records.values())

    @property
    def has_news(self):
        return any([*self.new.values(), *self.changed.values()])


def look_through(content: bytes) -> Register:
    """Read a workbook without writing anything. Refuses only what cannot be read as a register at all."""
    shapes = columns()
    tables = excel.read_tables(content, {title: [c.heading for c in shape if c.is_required] for title, shape in shapes.items()})
    if not tables:
        sheets = _("、").join(shapes)
        raise RuleViolation(_("工作簿里没有登记表的任何一张表（%(sheets)s）。请用模板填写。") % {"sheets": sheets})
    found = Register()
    problems = {}
    for title, table in tables.items():
        found.records[title], problems[title] = rules.read_rows(table, shapes[title], is_formula)
        problems[title] += rules.repeated_codes(table, found.records[title], shapes[title][0].heading)
        found.fields[title] = [c.field for c in rules.held(table, shapes[title])]
        if missing := [c.heading for c in shapes[title] if c.heading not in table.columns]:
            found.absent[title] = missing
    rules.take_names_for_short(found.records.get(UNITS, []))
    for title, check in ((LEADERS, leader_problems), (UNITS, unit_problems), (OFFICIALS, official_problems)):
        if title in tables:
            problems[title] += check(tables[title], found.records)
    for title in tables:
        found.problems += sorted(problems[title], key=lambda p: (p.row, p.column))
    if not found.problems:
        for title, records in found.records.items():
            compare(found, title, {column.field: column for column in shapes[title]}, records)
    return found


def is_formula(value):
    return isinstance(value, excel.Formula)


# --- what hangs on other lines and on what is stored -------------------------------------------------------


def codes(title, records):
    """The codes there will be once the workbook is written."""
    return set(MODELS[title].objects.values_list("code", flat=True)) | {r.get("code") for r in records.get(title, [])}


def leader_problems(table, records):
    charges = defaultdict(list)
    stored = Unit.objects.exclude(leading_member=None).values_list("code", "name", "leading_member__code")
    written = {r.get("code") for r in records.get(UNITS, []) if "leading_member" in r}
    for code, name, leader in stored:
        if code not in written:
            charges[leader].append(name)
    return rules.still_in_charge(table, records[LEADERS], charges)


def unit_problems(table, records):
    units = records[UNITS]
    statuses = dict(LeadingMember.objects.values_list("code", "status"))
    statuses |= {r.get("code"): r["status"] for r in records.get(LEADERS, []) if "status" in r}
    gone = {code for code, status in statuses.items() if code and status == Official.Status.LEFT}
    parents = dict(Unit.objects.values_list("code", "parent__code"))
    return [
        *rules.unknown_codes(table, units, "parent", "上级单位代码", codes(UNITS, records), _("没有这个单位代码")),
        *rules.unknown_codes(
            table, units, "leading_member", "分管区领导代码", statuses, _("没有这个区领导代码，请先在“区领导”表登记")
        ),
        *rules.leaders_gone(table, units, gone),
        *rules.circular_parents(table, units, parents),
        *rules.names_of_others(table, units, names_kept(units)),
    ]


def names_kept(units):
    """{name: code} of the units that the file leaves as they are."""
    return dict(Unit.objects.exclude(code__in=[unit["code"] for unit in units if unit.get("code")]).values_list("name", "code"))


def official_problems(table, records):
    officials = records[OFFICIALS]
    return [
        *rules.unknown_codes(
            table, officials, "unit", "单位代码", codes(UNITS, records), _("没有这个单位代码，请先在“单位”表登记")
        ),
        *rules.reversed_terms(table, officials),
        *rules.before_of_age(table, officials),
    ]


def compare(found, title, columns, records):
    """Count what is new, what would change and what stays, by code; and name every line and every cell that would."""
    fields = found.fields[title]
    paths = [f"{field}__code" if field in LINKS else field for field in fields]
    stored = {row[0]: tuple(map(filled, row)) for row in MODELS[title].objects.values_list(*paths)}
    verdicts = Counter(
        verdict(stored.get(record["code"]), tuple(filled(record[field]) for field in fields)) for record in records
    )
    found.new[title], found.changed[title], found.same[title] = verdicts["new"], verdicts["changed"], verdicts["same"]
    for record in records:
        if record["code"] in stored:
            before = dict(zip(fields, stored[record["code"]], strict=True))
            found.changes += changes(title, columns, record, before)
        else:
            found.additions.append(addition(title, columns, record))


def addition(title, columns, record):
    told = [c for field, c in columns.items() if c.is_required and field not in ("code", "name")]
    cells = tuple(in_cell(record[column.field], column) for column in told)
    return Addition(sheet=title, row=record["row"], code=record["code"], name=record["name"], cells=cells)


def changes(title, columns, record, before):
    who = {"sheet": title, "row": record["row"], "code": record["code"], "name": before["name"]}
    for field, old in before.items():
        column, now = columns[field], filled(record[field])
        if old != now:
            yield Change(**who, heading=column.heading, before=in_cell(old, column), now=in_cell(now, column))


def filled(value):
    """An empty field and an empty cell are the same."""
    return "" if value is None else value


def verdict(before, now):
    if before is None:
        return "new"
    return "same" if before == now else "changed"


# --- bring in ----------------------------------------------------------------------------------------------


@files.all_or_none()
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
def confirm_import(batch, *, seen: str | None = None, by):
    """Write the looked-through workbook. A second time changes nothing; a problem found meanwhile refuses the whole, and so does
    whatever the page (None: no page) did not show. `seen` is its `mark`."""
    batch = RegisterImport.objects.select_for_update().get(pk=batch.pk)
    if batch.confirmed_at:
        return batch
    with batch.file.content.open("rb") as content:
        register = look_through(content.read())
    if seen not in (None, register.mark):
        raise RuleViolation(_("登记的内容刚有变动，您看到的不是现在要写入的。请看过再确认"))
    batch.summary = load_register(register, by=by)
    batch.confirmed_at = timezone.now()
    batch.save(update_fields=["summary", "confirmed_at"])
    return batch


@transaction.atomic
def drop_unconfirmed(*, now: dt.datetime) -> int:
    """Remove workbooks that nobody confirmed within a week, with their files: they are full of people. Returns how many."""
    left = RegisterImport.objects.select_for_update(of=("self",)).filter(
        confirmed_at=None, uploaded_at__lt=now - UNCONFIRMED_STAYS
    )
    dropped = list(left.select_related("file"))
    for batch in dropped:
        batch.delete()
        files.discard(batch.file)
    if dropped:
        audit.record("drop_register_uploads", "register", by=None, n=len(dropped))
    return len(dropped)


@transaction.atomic
def load_register(register: Register, *, by) -> dict:
    """Write a register without problems: new codes are added, known ones updated, nothing is deleted."""
    if register.problems:
        raise RuleViolation([str(p) for p in register.problems])
    for title in (LEADERS, MEMBERS, REPRESENTATIVES):
        write(register, title, [MODELS[title](**plain(r)) for r in register.records.get(title, [])])
    write_units(register)
    write_officials(register)
    summary = {"new": register.new, "changed": register.changed, "same": register.same}
    audit.record("load_register", "register", by=by, **summary)
    return summary


def write(register, title, rows, *, also=()):
    """Add or update by code. What the sheet does not hold, such as the address, stays; `also` names fields made from it."""
    fields = [field for field in register.fields.get(title, []) if field != "code"]
    MODELS[title].objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=[*fields, *also], batch_size=500
    )


def plain(record):
    """The fields that name no other record."""
    return {field: value for field, value in record.items() if field != "row" and field not in LINKS}


def keys(title):
    return dict(MODELS[title].objects.values_list("code", "pk"))


def write_units(register):
    """Units first without, then with the unit above: it may stand further down."""
    records, leaders = register.records.get(UNITS, []), keys(LEADERS)
    write(register, UNITS, [Unit(leading_member_id=leaders.get(r.get("leading_member")), **plain(r)) for r in records])
    units = keys(UNITS)
    placed = [Unit(pk=units[r["code"]], parent_id=units.get(r["parent"])) for r in records if "parent" in r]
    Unit.objects.bulk_update(placed, ["parent"], batch_size=500)


def write_officials(register):
    units = keys(UNITS)
    officials = [Official(unit_id=units[r["unit"]], **plain(r)) for r in register.records.get(OFFICIALS, [])]
    for official in officials:
        official.index_name()
    write(register, OFFICIALS, officials, also=["pinyin", "initials"])
