"""The Word file of a letter: the words of the PDF, on the grid of the standard."""

import io
import re

import pytest
from docx import Document
from docx.oxml.ns import qn

from core import letter, letter_word
from tests.core import paper_samples as samples
from tests.core import reading

SPACES = re.compile(r"\s")


def read(content):
    return Document(io.BytesIO(content))


def words(content):
    """All text in reading order without spaces; page numbers are the pages' own."""
    document = read(content)
    parts = [p.text for p in document.sections[0].first_page_header.paragraphs]
    for child in document.element.body.iterchildren():
        parts += [node.text or "" for node in child.iter(qn("w:t"))]
    return SPACES.sub("", "".join(parts))


@pytest.mark.slow
@pytest.mark.parametrize("findings", [1, 2, 4])
def test_word_file_and_pdf_say_the_same(findings):
    context = samples.letter(findings)
    pdf = re.sub(r"—\d+—", "", SPACES.sub("", reading.words(letter.render(context))))
    head = context["issuer"] + context["number"]  # drawn last on the first page of the paper
    word = words(letter_word.render(context))

    assert word.startswith(head)
    assert word.removeprefix(head) == pdf.replace(head, "")


@pytest.mark.parametrize("is_draft", [True, False])
def test_a_draft_says_that_it_is_one(is_draft):
    assert ("草稿" in words(letter_word.render({**samples.letter(1), "is_draft": is_draft}))) is is_draft


def test_a_character_no_word_file_may_hold_is_left_out():
    context = samples.letter(1)
    context["title"] = context["issuer"] = "提醒\x0b函"

    assert read(letter_word.render(context)).core_properties.title == "提醒函"


def test_the_file_says_of_itself_its_title_alone():
    """Neither a day of its own, nor who made it."""
    properties = read(letter_word.render(samples.letter(1))).core_properties._element

    assert [child.tag.partition("}")[2] for child in properties] == ["title"]


def test_page_and_grid_are_those_of_the_standard():
    section = read(letter_word.render(samples.letter(2))).sections[0]
    grid = section._sectPr.find(qn("w:docGrid"))

    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in margins] == [37, 35, 28, 26]
    assert grid.get(qn("w:type")) == "lines"
    assert 225 / 25.4 * 1440 // int(grid.get(qn("w:linePitch"))) == 22


def test_a_line_takes_28_characters_and_a_page_22_lines_whether_or_not_a_program_knows_the_grid():
    """Not by a grid of characters: where a cell is narrower than the character, LibreOffice gives it two."""
    normal = read(letter_word.render(samples.letter(2))).styles["Normal"]
    spacing = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val")))
    cell, line = normal.font.size.pt + spacing / 20, normal.paragraph_format.line_spacing.pt

    assert 156 / 25.4 * 72 // cell == 28
    assert 225 / 25.4 * 72 // line == 22


def test_faces_are_named_with_what_stands_in_for_them():
    document = read(letter_word.render(samples.letter(2)))
    table = next(part.blob.decode() for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")

    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="FangSong_GB2312,FangSong,仿宋' in table
    assert "方正小标宋简体" in table


def test_text_that_looks_like_markup_stays_text():
    context = samples.letter(2, addressee="<w:p>&amp;“党组”")

    assert "<w:p>&amp;“党组”：" in words(letter_word.render(context))


def test_what_is_pasted_with_characters_that_no_word_file_may_hold_is_printed_without_them():
    context = samples.letter(2, addressee="某\x0b单\x01位\ufffe党组")

    assert "某单位党组：" in words(letter_word.render(context))
