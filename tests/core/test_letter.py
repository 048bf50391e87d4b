"""The letter is measured, not looked at: read back with a ruler against GB/T 9704-2012, letter format."""

from datetime import date
from itertools import pairwise

import pytest

from core import fonts, letter
from tests.core import paper_samples as samples
from tests.core import reading

pytestmark = pytest.mark.slow

CELL, LINE = 156 / 28, 225 / 22
LEFT, RIGHT, TOP, BOTTOM = 28, 210 - 26, 37, 262


@pytest.fixture(scope="module")
def printed():
    """Page 2 and 3 are full of plain text: nothing but full-width characters in one long paragraph."""
    return letter.render(samples.letter(2, blocks=["责任清单" * 320]))


@pytest.fixture(scope="module")
def with_annex():
    return letter.render(samples.letter(4))


# --- the grid ----------------------------------------------------------------------------------------------


def test_a_page_holds_22_lines_of_28_characters(printed):
    body = [line for line in reading.lines(reading.pages(printed)[1]) if "—" not in line[1][0].text]

    assert [len(chars) for _, chars in body] == [28] * 22
    for _, chars in body:
        assert [char.x for char in chars] == pytest.approx([LEFT + n * CELL for n in range(28)], abs=0.1)
    steps = [after[0] - line[0] for line, after in pairwise(body)]
    assert steps == pytest.approx([LINE] * 21, abs=0.11)


def test_text_stays_in_the_type_area(printed):
    for page in reading.pages(printed)[1:]:
        body = [char for char in page if char.size == pytest.approx(16, abs=0.1)]
        assert min(char.x for char in body) >= LEFT - 0.1
        assert min(char.baseline - 0.88 * 5.644 for char in body) >= TOP
        assert max(char.baseline + 0.12 * 5.644 for char in body) <= BOTTOM


def test_paragraphs_begin_two_characters_in(with_annex):
    first = next(
        chars for _, chars in reading.lines(reading.pages(with_annex)[0]) if chars[0].text == "2" and chars[1].text == "0"
    )

    assert first[0].x == pytest.approx(LEFT + 2 * CELL, abs=0.1)


def test_mixed_lines_end_at_the_margin_too(with_annex):
    """Digits are half as wide; the letter spacing of the line takes up what is left. A last mark may hang out by half."""
    body = [chars for _, chars in reading.lines(reading.pages(with_annex)[0]) if chars[0].size == pytest.approx(16, abs=0.1)]
    full = [chars for chars in body if chars[-1].right > RIGHT - 2 * CELL and chars[0].x < LEFT + 3 * CELL]

    assert len(full) >= 6
    for chars in full:
        hanging = CELL / 2 if chars[-1].text in "，。、；：）”》" else 0
        assert RIGHT - 0.8 <= chars[-1].right <= RIGHT + hanging + 0.4


# --- page 1 ------------------------------------------------------------------------------------------------


def test_head_of_page_1_stands_where_the_standard_says(with_annex):
    issuer, thick, thin, foot_thin, foot_thick = reading.red_bands(with_annex)

    assert issuer[0] == pytest.approx(30, abs=0.3)
    assert thick[0] - issuer[1] == pytest.approx(4, abs=0.3)
    assert thick[1] - thick[0] > 2 * (thin[1] - thin[0])
    assert foot_thick[1] - foot_thick[0] > 2 * (foot_thin[1] - foot_thin[0])
    assert 297 - foot_thick[1] == pytest.approx(20, abs=0.3)
    for rule in (thick, thin, foot_thin, foot_thick):
        assert rule[2:] == (pytest.approx(20, abs=0.2), pytest.approx(190, abs=0.2))


def test_number_stands_right_under_the_rule(with_annex):
    rule = reading.red_bands(with_annex)[2]
    number = next(chars for _, chars in reading.lines(reading.pages(with_annex)[0]) if chars[0].text == "云")

    assert "".join(char.text for char in number) == "云纪函〔2026〕37号"
    assert number[-1].right == pytest.approx(RIGHT, abs=0.3)
    assert number[0].baseline - fonts.baseline("fang") * 5.644 - rule[1] == pytest.approx(16 * 7 / 8 * 25.4 / 72, abs=0.3)


def test_a_marking_stands_flush_left_opposite_the_number():
    page = reading.pages(letter.render(samples.letter(1, marking="内部")))[0]
    chars = next(chars for _, chars in reading.lines(page) if chars[0].text == "内")

    assert "".join(char.text for char in chars) == "内部云纪函〔2026〕37号"
    assert chars[0].x == pytest.approx(LEFT, abs=0.2)
    assert chars[-1].right == pytest.approx(RIGHT, abs=0.3)


def test_two_lines_stand_empty_between_number_and_title_and_one_under_the_title(with_annex):
    lines = reading.lines(reading.pages(with_annex)[0])
    number, title, addressee = lines[1][0], lines[2][0], lines[3][0]

    assert title - number == pytest.approx(3 * LINE, abs=2)
    assert addressee - title == pytest.approx(2 * LINE, abs=1)
    assert sum((lines[2][1][0].x, lines[2][1][-1].right)) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=0.2)


def test_a_long_issuer_is_set_smaller_and_stays_between_the_ends_of_the_rules():
    pdf = letter.render(samples.letter(2, issuer="中共澜江市云澜经济技术开发区纪律检查监察工作委员会"))
    issuer, thick, *_ = reading.red_bands(pdf)

    assert issuer[0] == pytest.approx(30, abs=0.3)
    assert 20 <= issuer[2] < issuer[3] <= 190
    assert thick[0] - issuer[1] == pytest.approx(4, abs=0.3)


def test_page_1_has_no_number_and_the_others_alternate(printed):
    first, second, third, *_ = reading.pages(printed)

    assert "—1—" not in reading.text(first)
    assert "—2—" in reading.text(second)
    left = [char for char in second if char.size == pytest.approx(14, abs=0.1) and char.text == "—"]
    right = [char for char in third if char.size == pytest.approx(14, abs=0.1) and char.text == "—"]
    assert left[0].x == pytest.approx(LEFT + CELL, abs=0.3)
    assert right[-1].right == pytest.approx(RIGHT - CELL, abs=0.3)
    assert left[0].baseline - 0.38 * 14 * 25.4 / 72 - BOTTOM == pytest.approx(7, abs=0.3)


# --- findings, levels, end ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "annex"), [(1, False), (3, False), (4, True), (8, True)])
def test_more_than_three_findings_go_to_an_annex(count, annex):
    text = reading.words(letter.render(samples.letter(count)))

    assert ("现予提醒（见附件）。" in text) is annex
    assert ("附件：齐砚屿同志述责述廉反馈问题清单" in text) is annex
    assert all(finding[:12] in text for finding, _ in samples.FINDINGS[:count])


def test_a_single_problem_has_no_number_and_its_source_is_said_once():
    finding = {"text": "评审公开不够。", "source": "委员质询", "due": ""}
    intro = "经综合委员质询，你局还存在1个方面的问题，现予提醒"

    def said(*findings, intro=intro):
        context = samples.letter(findings_intro=intro, requirements=[], requirements_intro="")
        words = letter.words({**context, "findings": findings})
        return [part.lead + part.text for part in words.paragraphs[2:]]

    assert said(finding) == ["评审公开不够。"]
    assert said({**finding, "due": date(2026, 11, 11)}) == ["评审公开不够（2026年11月11日前完成）。"]
    assert said(finding, intro="你局还存在问题") == ["评审公开不够（来源：委员质询）。"]
    assert said(finding, {**finding, "source": "现场点评"}) == [
        "1.评审公开不够（来源：委员质询）。",
        "2.评审公开不够（来源：现场点评）。",
    ]


def test_annex_begins_on_its_own_page(with_annex):
    last = reading.pages(with_annex)[-1]
    lines = reading.lines(last)

    assert reading.text(last)[0] == "附件"
    assert lines[1][0] - lines[0][0] == pytest.approx(2 * LINE, abs=1)


def test_a_long_annex_repeats_its_head_row():
    many = [
        {"text": f"第{n}个问题，" + "整改措施不具体" * 12, "source": "委员质询", "due": date(2026, 11, 11)} for n in range(1, 13)
    ]
    pages = reading.pages(letter.render({**samples.letter(), "findings": many}))

    annex = [page for page in pages if any("序号问题来源时限" in line for line in reading.text(page))]
    assert len(annex) >= 2


def test_levels_are_numbered_and_lead_in_their_own_faces():
    blocks = [
        {"level": 1, "lead": "主体责任。", "text": "甲"},
        {"level": 2, "lead": "队伍。", "text": "乙"},
        {"level": 3, "text": "丙"},
        {"level": 4, "text": "丁"},
        {"level": 2, "lead": "制度。", "text": "戊"},
        {"level": 1, "lead": "监督。", "text": "己"},
    ]
    pdf = letter.render(samples.letter(0, blocks=blocks, requirements=[]))
    text = [line for page in reading.pages(pdf) for line in reading.text(page)]

    assert text[4:10] == ["一、主体责任。甲", "（一）队伍。乙", "1.丙", "（1）丁", "（二）制度。戊", "二、监督。己"]
    faces = {char.text: char.font for page in reading.pages(pdf) for char in page}
    assert faces["主"] != faces["甲"] != faces["队"]


def test_unsealed_signature_stands_as_the_standard_says():
    """Name two cells from the right margin, date two cells right of the beginning of the name, one line lower."""
    page = reading.pages(letter.render(samples.letter(2)))[-1]
    name = next(chars for _, chars in reading.lines(page) if chars[0].text == "中")
    day = next(chars for _, chars in reading.lines(page) if chars[-1].text == "日")

    assert name[-1].right == pytest.approx(RIGHT - 2 * CELL, abs=0.3)
    assert day[0].x - name[0].x == pytest.approx(2 * CELL, abs=0.2)
    assert day[0].baseline - name[0].baseline == pytest.approx(LINE, abs=0.2)


@pytest.mark.parametrize(("name", "day", "sealed", "expected"), [
    (15, 7, False, (11, 13)),
    (5, 8, False, (16, 18)),  # the date is longer: it ends two cells from the margin
    (5, 7, True, (18, 17)),  # centred over a date that ends four cells from the margin
    (15, 7, True, (13, 17)),  # as far as the margin lets it
])  # fmt: skip
def test_signature_cells(name, day, sealed, expected):
    assert letter.signature_cells(name, day, sealed=sealed) == expected


def test_note_of_copies_stands_on_the_last_line(with_annex):
    for pdf in (with_annex, letter.render(samples.letter(2))):
        last = reading.pages(pdf)[-1]
        copies = next(chars for _, chars in reading.lines(last) if chars[0].text == "抄")

        assert copies[0].x == pytest.approx(LEFT + 5, abs=0.6)
        assert BOTTOM - 5 < copies[0].baseline < BOTTOM
        assert "".join(char.text for char in copies).endswith("监督检查二室。")


@pytest.mark.parametrize("extra", range(0, 12))
def test_the_signature_is_never_alone_on_a_page(extra):
    composed = letter.compose(samples.letter(2, blocks=["责任。"] * extra))
    last = composed.pages[-1]
    body = [row for row in last[: next(n for n, row in enumerate(last) if row.kind == "sign")] if row.kind == "text"]

    assert len(body) >= 2
    assert len(composed.pages[0]) <= 18
    assert all(len(page) <= 22 for page in composed.pages[1:])


# --- names -------------------------------------------------------------------------------------------------


def test_rare_characters_print_with_visible_glyphs():
    name = "䶮喆堃"
    pdf = letter.render(samples.letter(2, addressee=f"{name}同志", title=f"关于{name}同志的提醒函"))

    assert reading.invisible(name, "fang") == []
    assert reading.words(pdf).count(name) == 2


def test_the_same_letter_gives_the_same_bytes():
    assert letter.render(samples.letter(4)) == letter.render(samples.letter(4))
