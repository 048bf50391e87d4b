from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import grid

CELLS, PITCH = 28, 0.987


def half_for_ascii(char, font):
    return 0.5 if char.isascii() else 1.0


def lines(text, **indents):
    return grid.break_lines(grid.glyphs([(text, "fang")], half_for_ascii), cells=CELLS, pitch=PITCH, **indents)


def reach(line):
    """How far the line goes from the left margin, in em."""
    return line.indent * PITCH + sum(glyph.width + line.spacing for glyph in line.glyphs)


def test_a_line_of_28_characters_keeps_the_grid_untouched():
    first, second = lines("述责述廉" * 7 + "评议")

    assert first.text == "述责述廉" * 7
    assert first.spacing == pytest.approx(PITCH - 1)
    assert second.spacing == pytest.approx(PITCH - 1)


def test_first_line_and_later_lines_have_their_own_indents():
    assert [line.indent for line in lines("责" * 60, first=2)] == [2, 0, 0]
    assert [len(line.text) for line in lines("责" * 60, first=2, rest=5)] == [26, 23, 11]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("责" * 28 + "。再说", "责" * 28 + "。"),  # the mark is drawn in, its blank half hangs out
        ("责" * 27 + "（再）说", "责" * 27),  # an opening bracket goes to the next line
        ("责" * 27 + "——再说", "责" * 27 + "——"),  # a dash is one mark
        ("责" * 27 + "2026年再说", "责" * 27),  # a year is not cut
        ("责" * 28 + "”。再说", "责" * 27),  # two marks are too many: the character before goes with them
    ],
)
def test_lines_break_by_the_rules_of_punctuation(text, first):
    assert lines(text)[0].text.startswith(first)
    assert len(lines(text)[0].text) == len(first)


TEXTS = st.text(alphabet="责任清单，。；：“”（）《》——…、12年.%ab", min_size=1, max_size=200)


@given(TEXTS)
def test_nothing_is_lost(text):
    assert "".join(line.text for line in lines(text, first=2)) == text


@given(TEXTS)
def test_no_line_begins_with_a_closing_or_ends_with_an_opening_mark(text):
    for line, after in pairwise(lines(text, first=2)):
        one_unit_alone = len(grid.units([*line.glyphs, *after.glyphs])) == 1  # longer than a line: it has to be cut
        assert line.text[-1] not in grid.OPENING or one_unit_alone
        assert after.text[0] not in grid.CLOSING - grid.PAIRS or one_unit_alone


@given(st.text(alphabet="责任清单，。；：、12年", min_size=60, max_size=200))
def test_every_line_but_the_last_ends_at_the_margin(text):
    for line in lines(text, first=2)[:-1]:
        hanging = 0.5 if line.text[-1] in grid.HALF_AT_END else 0
        assert CELLS * PITCH - 1e-6 <= reach(line) <= CELLS * PITCH + hanging + 1e-6 or line.spacing == PITCH - 1


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("关于述责述廉评议反馈问题的提醒函", ["关于述责述廉评议反馈问题的提醒函"]),
        (
            "关于区教育局党组书记述责述廉评议反馈问题的提醒函",
            ["关于区教育局党组书记述责述廉", "评议反馈问题的提醒函"],
        ),
        (
            "关于赵䶮、陈喆堃同志述责述廉评议反馈问题的提醒函",
            ["关于赵䶮、陈喆堃同志", "述责述廉评议反馈问题的提醒函"],
        ),
    ],
)
def test_titles_are_cut_where_they_read_well(title, expected):
    assert grid.title_lines(title, 19) == expected


def test_no_title_line_is_longer_than_the_page_is_wide():
    broken = grid.title_lines("关于进一步落实《中国共产党问责条例》和《中国共产党纪律处分条例》有关述责述廉整改要求的提醒函", 19)

    assert max(len(line) for line in broken) <= 19
    assert not any(line.count("《") != line.count("》") for line in broken)
