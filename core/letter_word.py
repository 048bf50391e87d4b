"""The same letter as an editable Word file: the words of `core.letter`, on the same grid, which Word breaks itself.

Head margin, type area, 22 lines of 28 characters, faces and rules are those of the paper; the issued paper stays the PDF.
"""

from django.utils.translation import gettext as _
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt

from core import letter, word
from core.language import chinese


def render(context) -> bytes:
    """The letter as DOCX; `context` as in `core.letter.render`: of a draft the word 草稿 stands before the number. Always Chinese."""
    with chinese():
        document = word.new()
        _head(document, context)
        _text(document, context)
        return word.content(document, title="".join(letter.title_lines(context["title"], 20)))


def _head(document, context):
    """The issuer in red with its double rule and the number on page 1, the second rule at its foot."""
    section = document.sections[0]
    issuer = section.first_page_header.paragraphs[0]
    issuer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    issuer.paragraph_format.line_spacing = 1  # taller than a line of text
    size = min(29, 164 / len(context["issuer"]) / 1.04 / 25.4 * 72)
    word.run(issuer, context["issuer"], "title", size, color=word.RED)
    _rule(issuer, "thickThinSmallGap", space=11)
    number = section.first_page_header.add_paragraph()
    number.paragraph_format.space_before = Pt(14)
    number.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    word.run(number, context.get("marking", ""), "hei")
    word.run(number, "\t" + (_("草稿") + "　" if context.get("is_draft") else "") + context["number"], "fang")
    _rule(section.first_page_footer.paragraphs[0], "thinThickSmallGap", space=0)


def _rule(paragraph, kind, *, space):
    """A double rule 170 mm wide, that is 8 mm out to the left and 6 to the right."""
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Mm(-8), Mm(-6)
    word.rule(paragraph, "bottom", kind, space=space)


def _text(document, context):
    words = letter.words(context)
    for _row in range(2):
        document.add_paragraph()
    word.title(document, letter.title_lines(context["title"], 19))
    document.add_paragraph()
    word.run(document.add_paragraph(), words.addressee, "fang")
    for said in words.paragraphs:
        paragraph = word.indented(document)
        word.run(paragraph, said.lead, said.lead_font)
        word.run(paragraph, said.text, "fang")
    document.add_paragraph()
    if name := words.annex_name:
        word.run(word.indented(document), name.lead + name.text, "fang")
        document.add_paragraph()
    _signature(document, words, sealed=context.get("sealed", False))
    if words.contact:
        word.run(word.indented(document), words.contact, "fang")
    if words.annex:
        _annex(document, words.annex)
    if words.copies:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(5)
        word.run(paragraph, words.copies, "fang", 14)


def _signature(document, words, *, sealed):
    name, date = words.signature, words.date
    widths = letter.width_in_cells(name), letter.width_in_cells(date)
    for text, cells in zip((name, date), letter.signature_cells(*widths, sealed=sealed), strict=True):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(max(cells, 0) * word.CELL)
        paragraph.paragraph_format.keep_with_next = text == name
        word.run(paragraph, text, "fang")


def _annex(document, annex):
    heading = document.add_paragraph()
    heading.paragraph_format.page_break_before = True
    word.run(heading, _("附件"), "hei")
    document.add_paragraph()
    word.title(document, letter.title_lines(annex["title"], 19))
    document.add_paragraph()
    heads = [_("序号"), _("问题"), _("来源"), _("时限")]
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = 14, 76, 28, 38
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    lines = [(str(n), finding["text"], finding["source"], finding["due"]) for n, finding in enumerate(annex["findings"], 1)]
    for cells, face in [(heads, "hei"), *((line, "fang") for line in lines)]:
        row = table.rows[0] if cells is heads else table.add_row()
        for cell, text, width in zip(row.cells, cells, widths, strict=True):
            cell.width = Mm(width)
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.LEFT
            word.run(cell.paragraphs[0], text, face, 12)
