"""Excel in and out, in one place: what comes in is guarded and told row by row, what goes out holds no formula (S34, S35)."""

import dataclasses
import datetime
import io
import unicodedata
import zipfile
from decimal import Decimal
from itertools import islice, zip_longest

import openpyxl
from django.http import HttpResponse
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import TranslatorError
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import CellCoordinatesException, InvalidFileException
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from core import audit
from core.errors import RuleViolation
from core.files import DAMAGED_ARCHIVE, MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED, TYPES

assert openpyxl.DEFUSEDXML, "defusedxml guards openpyxl against XML bombs; without it no workbook is read"  # noqa: S101

MAX_ROWS, MAX_COLUMNS, HEADER_WITHIN = 20_000, 60, 10
MAX_LINES = 5 * MAX_ROWS  # with the blank ones between
NARROWEST = 6  # characters in a column that goes out
PAGE = 150  # characters across a printed page at a size that reads
FITS = [(1, 48), (2, 40), (3, 32), (4, 26), (6, 20)]  # lines of a heading and widest column, tried until all fit the page

# What openpyxl raises on a damaged workbook besides; nobody promises less, and a test damages some at random.
DAMAGED = (*DAMAGED_ARCHIVE, ArithmeticError, AttributeError, TypeError)
DAMAGED += (CellCoordinatesException, InvalidFileException, TokenizerError, TranslatorError)


@dataclasses.dataclass(frozen=True)
class Formula:
    """A cell that computes; imports refuse it, since what it shows depends on another machine."""

    text: str


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of a table: its number in the sheet as Excel shows it, and its values by column heading."""

    number: int
    values: dict


@dataclasses.dataclass(frozen=True)
class Table:
    """A sheet read as a table. `columns` maps a heading to its letter in the sheet."""

    title: str
    columns: dict
    rows: list


def read_tables(content: bytes, required: dict[str, list[str]]) -> dict[str, Table]:
    """The sheets named in `required` as tables, without those the workbook does not have.

    Title lines above the headings may be merged or empty: the headings are the first line, within ten, that holds all
    required ones. Blank lines are left out, but keep their numbers. Refuses what is no workbook, a damaged one, or a bomb.
    """
    guard(content)
    sheets = lines_of(content, required)
    return {title: table_of(lines, title, required[title]) for title, lines in sheets.items()}


def guard(content):
    """Refuse an archive that would unpack to something huge, before anything parses it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except DAMAGED:
        raise RuleViolation(unreadable()) from None
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(content), 1):
        raise RuleViolation(_("这个文件解压后过大。请只保留登记表需要的行列后再上传。"))


def lines_of(content, titles):
    """The values of these sheets, line by line: all that has to do with how a workbook is made happens here."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            return {title: values_of(book[title], title) for title in titles if title in book.sheetnames}
        finally:
            book.close()
    except DAMAGED:
        raise RuleViolation(unreadable()) from None


def unreadable():
    return _("这个文件不是 Excel 工作簿（.xlsx），或者已经损坏。请在 Excel 里打开，另存为 .xlsx 后再上传。")


def values_of(sheet, title):
    lines = [[value_of(cell) for cell in cells] for cells in islice(sheet.iter_rows(max_col=MAX_COLUMNS), MAX_LINES + 1)]
    if len(lines) > MAX_LINES:
        raise too_long(title, MAX_LINES)
    return lines


def too_long(title, most):
    return RuleViolation(_("“%(sheet)s”表超过 %(n)d 行。请分几次导入。") % {"sheet": title, "n": most})


def table_of(lines, title, required):
    columns, rows = {}, []
    for number, values in enumerate(lines, start=1):
        if not columns:
            headings = {str(value).strip(): place for place, value in enumerate(values) if value not in (None, "")}
            if set(required) <= set(headings):
                columns = headings
            elif number >= HEADER_WITHIN:
                break
        elif any(value not in (None, "") for value in values):
            rows.append(Row(number, {name: values[place] for name, place in columns.items()}))
    if not columns:
        missing = _("、").join(required)
        raise RuleViolation(
            _("“%(sheet)s”表的前十行里没有找到表头（%(missing)s）。请用模板填写。") % {"sheet": title, "missing": missing}
        )
    if len(rows) > MAX_ROWS:
        raise too_long(title, MAX_ROWS)
    return Table(title, {name: get_column_letter(place + 1) for name, place in columns.items()}, rows)


def value_of(cell):
    value = cell.value
    if cell.data_type == "f":
        return Formula(str(value))
    return value.strip() if isinstance(value, str) else value


def workbook(sheets) -> bytes:
    """A workbook of `sheets`: (title, headings, rows). Text stays text, whatever it begins with; no cell is a formula."""
    book = openpyxl.Workbook(write_only=True)
    for title, headings, rows in sheets:
        rows = [list(row) for row in rows]
        sheet = book.create_sheet(title)
        lay_out(sheet, headings, rows)
        sheet.append([text_cell(sheet, heading, bold=True) for heading in headings])
        for row in rows:
            sheet.append([cell_of(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def lay_out(sheet, headings, rows):
    """Columns as wide as they need, the headings in sight and on every printed page, a filter; printed on its side, one page wide."""
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    for place, width in enumerate(widths_of(list(zip_longest(headings, *rows))), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(rows) + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def widths_of(columns):
    """Of each column as wide as it needs; the more there is to print on one page, the more its headings and texts wrap."""
    for lines, widest in FITS:
        widths = [width_of(column, lines, widest) for column in columns]
        if sum(widths) <= PAGE:
            break
    return widths


def width_of(column, lines, widest):
    """Of the longest line in it, where a Chinese character takes two places; the heading needs room for the arrow of its filter."""
    heading, *values = ("" if value is None else str(value) for value in column)
    longest = max((places(line) for value in values for line in value.splitlines()), default=0)
    head = places(heading) + 5 if lines == 1 else -(-places(heading) // lines) + 2
    return min(max(longest + 2, head, NARROWEST), widest)


def places(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def cell_of(sheet, value):
    if isinstance(value, str):
        return text_cell(sheet, value)
    cell = WriteOnlyCell(sheet, value)
    cell.alignment = Alignment(vertical="top")
    if isinstance(value, datetime.date):
        cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime.datetime) else "yyyy-mm-dd"
    elif isinstance(value, Decimal) and value.as_tuple().exponent < 0:
        cell.number_format = f"0.{'0' * -value.as_tuple().exponent}"  # 84.80 keeps its last place
    return cell


def text_cell(sheet, text, *, bold=False):
    cell = WriteOnlyCell(sheet, "".join(c for c in str(text) if c >= " " or c in "\n\t"))
    cell.data_type = "s"
    cell.quotePrefix = cell.value[:1] in ("=", "+", "-", "@", "\t")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def export(name, sheets, *, thing, n: int, by):
    """The sheets as a download; noted in the trail who takes them out of the house, and how many rows of what (security.md S10)."""
    content = workbook(sheets)
    note_export(thing, n=n, by=by)
    return response(name, content)


def note_export(thing, *, n: int, by):
    audit.record("export", thing, by=by, n=n)


def response(name, content):
    """A workbook as a download named `name`."""
    answer = HttpResponse(content, content_type=TYPES["xlsx"])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{escape_uri_path(name)}"
    return answer
