"""What a cell of the register may hold; no database."""

import datetime as dt
import string

import pytest

from core.excel import Row, Table
from officials.rules import cell
from officials.rules import register as rules

CHOICES = {"MALE": "男", "FEMALE": "女"}


@pytest.mark.parametrize(("value", "text"), [(None, ""), ("  教育局 ", "教育局"), (12, "12"), (12.0, "12"), (1.5, "1.5")])
def test_a_text_is_read_as_it_stands_and_a_whole_number_without_its_point(value, text):
    assert cell.text(value, longest=5) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "应填文字"),
        (dt.date(2026, 9, 1), "应填文字"),
        (dt.datetime(2026, 9, 1), "应填文字"),
        ("六个字太长了", "超过 5 个字"),
    ],
)
def test_what_is_no_text_or_too_long_is_refused(value, words):
    with pytest.raises(cell.Wrong, match=words):
        cell.text(value, longest=5)


@pytest.mark.parametrize(("value", "number"), [(None, None), ("", None), (0, 0), ("56", 56), (56.0, 56), (100, 100)])
def test_a_number_is_read_from_a_number_or_its_figures(value, number):
    assert cell.number(value, low=0, high=100) == number


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.5, "应填整数"), ("五", "应填整数"), (True, "应填整数"), (dt.date(2026, 9, 1), "应填整数"),
        (-1, "应在 0 至 100 之间"), (101, "应在 0 至 100 之间"),
    ],
)  # fmt: skip
def test_what_is_no_whole_number_in_its_bounds_is_refused(value, words):
    with pytest.raises(cell.Wrong, match=words):
        cell.number(value, low=0, high=100)


@pytest.mark.parametrize("value", [dt.date(2026, 9, 1), dt.datetime(2026, 9, 1), "2026年9月1日"])
def test_a_date_cell_is_its_day(value):
    assert cell.day(value) == dt.date(2026, 9, 1)


@pytest.mark.parametrize(
    ("value", "answer"),
    [("是", True), (True, True), ("Y", True), (1, True), ("√", True), ("否", False), (False, False), (None, False), (0, False)],
)
def test_yes_and_no_in_the_ways_people_write_them(value, answer):
    assert cell.yes_or_no(value) is answer


@pytest.mark.parametrize("value", ["也许", 2])
def test_what_is_neither_yes_nor_no_is_refused(value):
    with pytest.raises(cell.Wrong, match="应填“是”或“否”"):
        cell.yes_or_no(value)


@pytest.mark.parametrize(("value", "code"), [("男", "MALE"), ("FEMALE", "FEMALE"), (" 女 ", "FEMALE")])
def test_a_choice_is_read_from_its_word_or_its_code(value, code):
    assert cell.choice(value, CHOICES) == code


def test_another_word_than_the_choices_is_refused_with_the_choices():
    with pytest.raises(cell.Wrong, match="应填：男、女"):
        cell.choice("甲", CHOICES)


def sheet(*codes, parents=None):
    """A table of units with these codes, as read; `None` stands for a code that could not be read."""
    headings = dict(zip(["单位代码", "上级单位代码"], string.ascii_uppercase, strict=False))
    records = [{"row": n} | ({} if code is None else {"code": code}) for n, code in enumerate(codes, 2)]
    for record, parent in zip(records, parents or [""] * len(records), strict=True):
        record["parent"] = parent
    return Table("单位", headings, [Row(record["row"], {}) for record in records]), records


def test_a_code_that_stands_twice_is_named_with_the_first_line_and_a_missing_one_is_no_twin():
    table, records = sheet("U1", None, "U1", None, "")

    found = rules.repeated_codes(table, records, "单位代码")

    assert [(p.row, p.column, p.message) for p in found] == [(4, "A", "与第 2 行重复")]


@pytest.mark.parametrize(
    ("codes", "parents", "stored", "rows"),
    [
        (["U1", "U2"], ["", "U1"], {}, []),
        (["U1"], ["U1"], {}, [2]),
        (["U1", "U2"], ["U2", "U1"], {}, [2, 3]),
        (["U1"], ["U9"], {"U9": "U1"}, [2]),
        (["U1", "U2", "U3"], ["U2", "U3", "U2"], {}, [3, 4]),  # the first stands below a circle, not in it
        ([None], ["U1"], {"U1": None}, []),
    ],
)
def test_a_unit_does_not_stand_above_itself(codes, parents, stored, rows):
    table, records = sheet(*codes, parents=parents)

    assert [problem.row for problem in rules.circular_parents(table, records, stored)] == rows


def test_a_problem_says_where_it_stands_and_shortens_what_stands_there():
    table, _records = sheet("U1")

    found = rules.problem(table, 7, "单位代码", "长" * 100, "超过 20 个字")

    assert str(found) == "单位 第 7 行 A 单位代码：超过 20 个字"
    assert len(found.value) == 60
