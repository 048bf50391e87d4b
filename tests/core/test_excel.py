"""Workbooks in and out (S34, S35); what a register makes of them is in tests/officials."""

import datetime as dt
import io
import random
import zipfile
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from core import excel
from core.errors import RuleViolation
from core.excel import Formula

TEMPTING = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\0=1+1", '=HYPERLINK("http://example.org")', "=", "-", " =1"]


def sheet_of(rows, headings=("甲", "乙")):
    return openpyxl.load_workbook(io.BytesIO(excel.workbook([("表", headings, rows)])))["表"]


def written(*rows, title="表"):
    """A workbook as people make one."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content, *required):
    return excel.read_tables(content, {"表": list(required or ["甲"])}).get("表")


# --- out ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEMPTING)
def test_text_stays_text_whatever_it_begins_with(text):
    cell = sheet_of([[text]])["A2"]

    assert cell.data_type == "s"
    assert cell.value == text.replace("\r", "").replace("\0", "")
    assert cell.quotePrefix is (cell.value[0] in "=+-@\t")


def test_headings_and_names_of_sheets_are_no_formulas_either():
    cells = sheet_of([], headings=["=1+1", "@x"])[1]

    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("@x", "s")]


@settings(max_examples=20)  # a workbook takes longer to make than the texts in it
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=15, max_size=25))
def test_no_cell_is_ever_a_formula(texts):
    sheet = sheet_of([texts])
    cells = [sheet.cell(2, column) for column in range(1, len(texts) + 1)]

    assert "f" not in {cell.data_type for cell in cells}
    assert [cell.value or "" for cell in cells] == ["".join(c for c in text if c >= " " or c in "\n\t") for text in texts]


def test_numbers_and_days_stay_what_they_are():
    row = [3, Decimal("87.5"), dt.date(2026, 12, 22), None]

    cells = sheet_of([row], headings=["数", "分", "日", "空"])[2]

    assert [cell.value for cell in cells] == [3, 87.5, dt.datetime(2026, 12, 22), None]


def test_days_and_marks_are_shown_as_they_are_written():
    row = [Decimal("88.30"), Decimal("88"), dt.date(2026, 12, 22), dt.datetime(2026, 12, 22, 9, 5)]

    cells = sheet_of([row], headings=["分", "整", "日", "时"])[2]

    assert [cell.number_format for cell in cells] == ["0.00", "General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]


def test_columns_are_as_wide_as_what_stands_in_them():
    long = "窗口慢" * 50
    sheet = sheet_of(
        [["a", "某某单位某某科室", "b", long], [1, "短\n某某局", None, ""]], headings=["序", "单位", "很长很长的一个表头", "问题"]
    )

    assert [sheet.column_dimensions[letter].width for letter in "ABCD"] == [7, 18, 23, 48]


def test_of_many_columns_the_figures_are_narrow_and_what_is_long_wraps():
    """On one page across, 24 columns under long headings would print too small to read."""
    figures = [f"所在单位班子成员（0.1） {what}" for what in ("实发", "收回", "有效", "无效", "弃权", "平均分")] * 4
    row = ["某某", "某某市某某区某某管理委员会办公室", *[Decimal("88.3")] * 24]

    sheet = sheet_of([row], headings=["姓名", "单位", *figures])

    widths = [dimension.width for dimension in sheet.column_dimensions.values()]
    assert widths[:2] == [6, 20]
    assert max(widths[2:]) <= 8
    assert sum(widths) < 210
    assert all(cell.alignment.wrap_text for cell in sheet[1])


def test_a_sheet_prints_on_its_side_with_its_headings_on_every_page_and_can_be_filtered():
    sheet = sheet_of([["a", "b"], ["c", "d"]])

    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref) == ("A2", "$1:$1", "A1:B3")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == ("landscape", 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True


def test_a_download_bears_its_chinese_name():
    answer = excel.response("台账.xlsx", b"PK")

    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''%E5%8F%B0%E8%B4%A6.xlsx"
    assert answer.content == b"PK"


# --- in ----------------------------------------------------------------------------------------------------


def test_what_went_out_comes_back():
    content = excel.workbook([("另一张", ["x"], []), ("表", ["甲", "乙"], [["=1+1", 3], ["两行\n字", None]])])

    table = read(content, "甲", "乙")

    assert table.columns == {"甲": "A", "乙": "B"}
    assert [(row.number, row.values) for row in table.rows] == [
        (2, {"甲": "=1+1", "乙": 3}),
        (3, {"甲": "两行\n字", "乙": None}),
    ]


def test_a_formula_is_told_from_a_text():
    table = read(written(["甲"], ["=A1&B1"], [" 字 "]))

    assert [row.values["甲"] for row in table.rows] == [Formula("=A1&B1"), "字"]


def test_the_headings_are_found_below_title_lines_and_rows_keep_their_numbers():
    table = read(written(["登记表"], [], ["乙", " 甲 "], ["b", "a"], [None, ""], ["d", "c"]))

    assert table.columns == {"乙": "A", "甲": "B"}
    assert [(row.number, row.values["甲"]) for row in table.rows] == [(4, "a"), (6, "c")]


def test_a_workbook_without_the_sheet_has_no_table():
    assert read(written(["甲"], title="别的")) is None


@pytest.mark.parametrize("lines", [0, 9, 10])
def test_headings_are_looked_for_in_ten_lines(lines):
    content = written(*[["说明"]] * lines, ["甲"], ["a"])

    if lines < excel.HEADER_WITHIN:
        assert [row.values for row in read(content).rows] == [{"甲": "a"}]
    else:
        with pytest.raises(RuleViolation, match="前十行里没有找到表头（甲）"):
            read(content)


def test_a_sheet_that_ends_before_its_headings_is_refused():
    with pytest.raises(RuleViolation, match="前十行里没有找到表头（甲、丙）"):
        read(written(["甲", "乙"]), "甲", "丙")


def test_more_rows_than_are_taken_at_once_are_refused(monkeypatch):
    monkeypatch.setattr(excel, "MAX_ROWS", 3)
    assert len(read(written(["甲"], ["1"], ["2"], ["3"])).rows) == 3

    with pytest.raises(RuleViolation, match="超过 3 行"):
        read(written(["甲"], ["1"], ["2"], ["3"], ["4"]))


def test_no_line_is_lost_behind_blank_ones(monkeypatch):
    blank = [[""]] * 2 * excel.HEADER_WITHIN
    monkeypatch.setattr(excel, "MAX_ROWS", 3)
    assert [row.values for row in read(written(["甲"], *blank, ["1"])).rows] == [{"甲": "1"}]

    with pytest.raises(RuleViolation, match="超过 3 行"):
        read(written(["甲"], ["1"], *blank, ["2"], *blank, ["3"], ["4"]))
    monkeypatch.setattr(excel, "MAX_LINES", 5)
    with pytest.raises(RuleViolation, match="超过 5 行"):
        read(written(["甲"], *blank, ["1"]))


def test_columns_beyond_the_last_that_is_read_are_no_part_of_the_table():
    headings = [f"列{n}" for n in range(excel.MAX_COLUMNS)] + ["甲"]

    assert get_column_letter(excel.MAX_COLUMNS) == read(written(headings, headings), "列0").columns["列59"]
    with pytest.raises(RuleViolation, match="没有找到表头（甲）"):
        read(written(headings), "甲")


def archive(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"not a workbook", b"PK\x03\x04broken", archive({"a.txt": "a"}), written(["甲"])[:-30]],
    ids=["nothing", "text", "torn", "another archive", "cut off"],
)
def test_what_is_no_workbook_is_refused_in_words(content):
    with pytest.raises(RuleViolation, match="不是 Excel 工作簿"):
        read(content)


def mended(content, **parts):
    """The workbook with parts of it changed: `part=(old, new)`."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        files = {name: packed.read(name).decode() for name in packed.namelist()}
    names = {Path(name).stem: name for name in files}
    for part, change in parts.items():
        whole = files[names[part]]
        assert change[0] in whole
        files[names[part]] = whole.replace(*change)
    return archive(files)


@pytest.mark.parametrize(
    "damage",
    [
        {"sheet1": ("</row>", "")},
        {"sheet1": ("<sheetData>", "<sheetData")},
        {"sheet1": ('r="A1"', 'r="1A"')},
        {"sheet1": ('r="1"', 'r="x"')},
        {"sheet1": ('t="inlineStr"><is><t>a</t></is>', 't="s"><v>999</v>')},
        {"workbook": ("</sheets>", "")},
        {"styles": ("<fonts", "<fonts<")},
        {"styles": ("rgb=", "rug=")},
    ],
    ids=str,
)
def test_a_damaged_workbook_is_refused_in_words(damage):
    content = written(["甲"], ["a"])
    assert read(content)

    with pytest.raises(RuleViolation, match="已经损坏"):
        read(mended(content, **damage))


@pytest.mark.filterwarnings("ignore")  # openpyxl says what it passes over
@pytest.mark.parametrize("seed", range(40))
def test_however_a_workbook_is_damaged_it_is_read_or_refused(seed):
    chance, files = random.Random(seed), {}
    with zipfile.ZipFile(io.BytesIO(written(["甲", "乙"], ["a", 1], ["b", dt.date(2026, 1, 1)]))) as packed:
        files |= {name: bytearray(packed.read(name)) for name in packed.namelist()}
    part = files[chance.choice(list(files))]
    for _ in range(3):
        part[chance.randrange(len(part))] = chance.randrange(256)
    packed = bytearray(archive(files))
    if seed % 4 == 0:
        packed[chance.randrange(len(packed))] ^= 255

    with suppress(RuleViolation):  # anything else would rise
        table = read(bytes(packed))
        assert table is None or table.columns


def test_a_bomb_is_refused_before_anything_unpacks_it(monkeypatch):
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *args, **kwargs: pytest.fail("parsed"))

    with pytest.raises(RuleViolation, match="解压后过大"):
        read(archive({"xl/workbook.xml": "0" * 20_000_000}))


def test_an_archive_of_countless_files_is_refused(monkeypatch):
    monkeypatch.setattr(excel, "MAX_ENTRIES", 3)

    with pytest.raises(RuleViolation, match="解压后过大"):
        read(archive({f"{n}.xml": "" for n in range(4)}))
