"""Minutes (会议记录) as an editable Word file: the words of their paper, in the form of minutes (纪要格式), which Word breaks itself.

What vouches for the paper (who confirmed it, its digest) stays on the paper: words that anybody may change are not vouched for.
"""

from django.utils.translation import gettext as _
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from core import letter, word
from core.language import chinese


def render(context) -> bytes:
    """The minutes as DOCX; `context` as in `templates/paper/minutes.html`. Always Chinese."""
    with chinese():
        document = word.new()
        _on_every_page(document, context["head"] or _("可编辑文本，以已确认的会议记录为准"))
        _opening(document, context)
        for section in context["minutes"]["sections"]:
            _section(document, section)
        _signs(document, context["signs"])
        return word.content(document, title=context["minutes"]["session"]["title"])


def _on_every_page(document, head):
    section = document.sections[0]
    section.header_distance = Mm(15)
    for header in (section.first_page_header, section.header, section.even_page_header):
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        word.run(paragraph, head, "hei", 12)


def _opening(document, context):
    """The red name and rule, what is recorded, and when, where and under whom it was."""
    flag = document.add_paragraph()
    flag.alignment = WD_ALIGN_PARAGRAPH.CENTER
    flag.paragraph_format.line_spacing = 1  # taller than a line of text
    flag.paragraph_format.space_before = Mm(32)
    word.run(flag, context["flag"], "title", 36, color=word.RED)
    whose = document.add_paragraph()
    whose.paragraph_format.space_before = Mm(6)
    whose.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    word.run(
        whose, f"{context['document']['producer']}\t{context['document']['code']}　{context['document']['marking']}", "fang", 14
    )
    word.rule(whose, "bottom", "single", size=16, space=1)
    document.add_paragraph()
    word.title(document, letter.title_lines(context["minutes"]["session"]["title"], 19))
    document.add_paragraph()
    for label, text in context["facts"]:
        fact = word.indented(document)
        word.run(fact, label, "hei")
        word.run(fact, f"　{text}", "fang")


def _section(document, section):
    heading = document.add_paragraph()
    heading.paragraph_format.space_before = Mm(5)
    heading.paragraph_format.keep_with_next = True
    word.run(heading, section["title"], "hei")
    for line in section["lines"]:
        word.run(word.indented(document), line, "fang")


def _signs(document, signs):
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(29)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(78))
    word.run(paragraph, "\t".join(signs), "fang")
