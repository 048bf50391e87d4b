"""The Word file of minutes: the words of their paper, without what only the paper can vouch for."""

import re

import pytest

from core import minutes_word, paper
from tests.core import paper_samples as samples
from tests.core import reading
from tests.core.test_letter_word import SPACES, read, words


@pytest.mark.slow
def test_word_file_and_pdf_say_the_same_up_to_what_vouches_for_the_paper():
    context = samples.minutes()
    pdf = reading.words(paper.render("paper/minutes.html", context, title="会议记录"))
    said = re.sub(r"—\d+—", "", SPACES.sub("", pdf)).split("穆晏川整理")[0]
    word = words(minutes_word.render(context)).removeprefix("可编辑文本，以已确认的会议记录为准")

    assert word == said
    assert "内容摘要" not in word


@pytest.mark.parametrize(("head", "said"), [("草稿", "草稿"), ("", "可编辑文本，以已确认的会议记录为准")])
def test_every_page_says_that_this_is_not_the_confirmed_paper(head, said):
    section = read(minutes_word.render(samples.minutes() | {"head": head})).sections[0]

    for header in (section.first_page_header, section.header, section.even_page_header):
        assert header.paragraphs[0].text == said
