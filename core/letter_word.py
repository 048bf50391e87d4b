"""The same letter as an editable Word file: the words of `core.letter`, on the same grid, which Word breaks itself.

Head margin, type area, 22 lines of 28 characters, faces and rules are those of the paper; the issued paper stays the PDF.
"""

import io
from math import floor

from django.utils.translation import gettext as _
from django.utils.translation import override
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor, Twips

from core import fonts, letter

RED = RGBColor(0xD4, 0x00, 0x00)
CELL = 156 / letter.CELLS  # mm
PITCH = int(225 / letter.ROWS / 25.4 * 1440)  # twips from line to line; rounded up, the last would not fit
# What a cell is narrower than a 3号 character, in twips. A grid of characters would say the same, but not every program lets
# a character into a cell that is narrower than itself; it takes two.
TRACKING = floor((CELL / 25.4 * 72 - 16) * 20)
FACES = {"title": "方正小标宋简体", "fang": "仿宋_GB2312", "kai": "楷体_GB2312", "hei": "黑体", "song": "宋体"}


def render(context) -> bytes:
    """The letter as DOCX; `context` as in `core.letter.render`. Always Chinese."""
    with override("zh-hans"):
        document = Document()
        _grid(document)
        _head(document, context)
        _text(document, context)
        _name_faces(document)
        out = io.BytesIO()
        document.core_properties.title = "".join(letter.title_lines(context["title"], 20))
        document.core_properties.author = context["issuer"]
        document.save(out)
    return out.getvalue()


def _grid(document):
    """A4 with the margins of the standard, 3号 仿宋, so many lines a page and, by their spacing, so many characters a line."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(30), Mm(20)
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    section._sectPr.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{PITCH}"/>'))
    normal = document.styles["Normal"]
    _set_face(normal, "fang", 16)
    normal.element.rPr.insert_element_before(parse_xml(f'<w:spacing {nsdecls("w")} w:val="{TRACKING}"/>'), "w:sz", "w:lang")
    normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = Twips(PITCH)


def _head(document, context):
    """The issuer in red with its double rule and the number on page 1, the second rule at its foot; page numbers from page 2."""
    section = document.sections[0]
    issuer = section.first_page_header.paragraphs[0]
    issuer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    issuer.paragraph_format.line_spacing = 1  # taller than a line of text
    size = min(29, 164 / len(context["issuer"]) / 1.04 / 25.4 * 72)
    _run(issuer, context["issuer"], "title", size, color=RED)
    _rule(issuer, "bottom", "thickThinSmallGap", space=11)
    number = section.first_page_header.add_paragraph()
    number.paragraph_format.space_before = Pt(14)
    number.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    _run(number, context.get("marking", ""), "hei")
    _run(number, "\t" + context["number"], "fang")
    _rule(section.first_page_footer.paragraphs[0], "bottom", "thinThickSmallGap", space=0)
    for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        page = footer.paragraphs[0]
        page.alignment = side
        page.paragraph_format.left_indent = page.paragraph_format.right_indent = Mm(CELL)
        page.paragraph_format.space_after = Pt(12)
        _run(page, "— ", "song", 14)
        page._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple>'))
        _run(page, " —", "song", 14)


def _text(document, context):
    words = letter.words(context)
    for _row in range(2):
        document.add_paragraph()
    _title(document, context["title"])
    document.add_paragraph()
    _run(document.add_paragraph(), words.addressee, "fang")
    for said in words.paragraphs:
        paragraph = _indented(document)
        _run(paragraph, said.lead, said.lead_font)
        _run(paragraph, said.text, "fang")
    document.add_paragraph()
    if name := words.annex_name:
        _run(_indented(document), name.lead + name.text, "fang")
        document.add_paragraph()
    _signature(document, words, sealed=context.get("sealed", False))
    if words.contact:
        _run(_indented(document), words.contact, "fang")
    if words.annex:
        _annex(document, words.annex)
    if words.copies:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(5)
        _run(paragraph, words.copies, "fang", 14)


def _title(document, title):
    for line in letter.title_lines(title, 19):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, line, "title", 22)


def _indented(document):
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Mm(2 * CELL)
    return paragraph


def _signature(document, words, *, sealed):
    name, date = words.signature, words.date
    widths = letter.width_in_cells(name), letter.width_in_cells(date)
    for text, cells in zip((name, date), letter.signature_cells(*widths, sealed=sealed), strict=True):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(max(cells, 0) * CELL)
        paragraph.paragraph_format.keep_with_next = text == name
        _run(paragraph, text, "fang")


def _annex(document, annex):
    heading = document.add_paragraph()
    heading.paragraph_format.page_break_before = True
    _run(heading, _("附件"), "hei")
    document.add_paragraph()
    _title(document, annex["title"])
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
            _run(cell.paragraphs[0], text, face, 12)


# --- what Word wants to be told ----------------------------------------------------------------------------


def _run(paragraph, text, face, size=16, *, color=None):
    if text:
        run = paragraph.add_run(text)
        _set_face(run, face, size)
        if color is not None:
            run.font.color.rgb = color


def _set_face(styled, face, size):
    styled.font.size, styled.font.name = Pt(size), FACES[face]
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FACES[face])


def _rule(paragraph, edge, kind, *, space):
    """A red double rule 170 mm wide, that is 8 mm out to the left and 6 to the right."""
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Mm(-8), Mm(-6)
    border = f'<w:pBdr {nsdecls("w")}><w:{edge} w:val="{kind}" w:sz="24" w:space="{space}" w:color="D40000"/></w:pBdr>'
    paragraph._p.get_or_add_pPr().insert_element_before(parse_xml(border), "w:tabs", "w:spacing", "w:ind", "w:jc")  # Word's order


def _name_faces(document):
    """The faces of the standard, and what stands in where they are not installed (documents.md 4.6)."""
    table = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    entries = []
    for face, role in fonts.ROLES.items():
        if face in FACES:
            others = ",".join(name for name in (*role.licensed, *role.free) if name != FACES[face])
            entries.append(f'<w:font w:name="{FACES[face]}"><w:altName w:val="{others}"/></w:font>')
    table._blob = f"<w:fonts {nsdecls('w')}>{''.join(entries)}</w:fonts>".encode()
