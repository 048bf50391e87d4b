"""What the editable Word files of our papers share: the page and grid of GB/T 9704-2012, its faces, rules and page numbers."""

import io
import re
from math import floor

from django.http import HttpResponse
from django.utils.encoding import escape_uri_path
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor, Twips

from core import fonts, letter
from core.files import TYPES

RED = RGBColor(0xD4, 0x00, 0x00)
CELL = 156 / letter.CELLS  # mm
PITCH = int(225 / letter.ROWS / 25.4 * 1440)  # twips from line to line; rounded up, the last would not fit
# What a cell is narrower than a 3号 character, in twips. A grid of characters would say the same, but not every program lets
# a character into a cell that is narrower than itself; it takes two.
TRACKING = floor((CELL / 25.4 * 72 - 16) * 20)
FACES = {"title": "方正小标宋简体", "fang": "仿宋_GB2312", "kai": "楷体_GB2312", "hei": "黑体", "song": "宋体"}
NO_XML = re.compile(
    "[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
)  # what is pasted may hold it, a Word file may not


def new():
    """An empty document: A4 with the margins of the standard, 3号 仿宋, so many lines a page and, by their spacing, so many
    characters a line; page numbers from page 2."""
    document = Document()
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
    set_face(normal, "fang", 16)
    normal.element.rPr.insert_element_before(parse_xml(f'<w:spacing {nsdecls("w")} w:val="{TRACKING}"/>'), "w:sz", "w:lang")
    normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = Twips(PITCH)
    number_pages(section)
    return document


def number_pages(section):
    for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        page = footer.paragraphs[0]
        page.alignment = side
        page.paragraph_format.left_indent = page.paragraph_format.right_indent = Mm(CELL)
        page.paragraph_format.space_after = Pt(12)
        run(page, "— ", "song", 14)
        page._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple>'))
        run(page, " —", "song", 14)


def content(document, *, title) -> bytes:
    """The file. Of itself it says its title alone: author and days would be those of the program's empty document, of 2013."""
    name_faces(document)
    document.core_properties._element.clear()
    document.core_properties.title = NO_XML.sub("", title)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def response(name, content):
    """A Word file as a download named `name`."""
    answer = HttpResponse(content, content_type=TYPES["docx"])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{escape_uri_path(name)}"
    return answer


def title(document, lines):
    for line in lines:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run(paragraph, line, "title", 22)


def indented(document):
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Mm(2 * CELL)
    return paragraph


def run(paragraph, text, face, size=16, *, color=None):
    if text := NO_XML.sub("", text):
        added = paragraph.add_run(text)
        set_face(added, face, size)
        if color is not None:
            added.font.color.rgb = color


def set_face(styled, face, size):
    styled.font.size, styled.font.name = Pt(size), FACES[face]
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FACES[face])


def rule(paragraph, edge, kind, *, size=24, space):
    """A red rule along an edge of a paragraph; `size` in eighths of a point."""
    border = f'<w:pBdr {nsdecls("w")}><w:{edge} w:val="{kind}" w:sz="{size}" w:space="{space}" w:color="{RED}"/></w:pBdr>'
    paragraph._p.get_or_add_pPr().insert_element_before(parse_xml(border), "w:tabs", "w:spacing", "w:ind", "w:jc")  # Word's order


def name_faces(document):
    """The faces of the standard, and what stands in where they are not installed (documents.md 4.6)."""
    table = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    entries = []
    for face, role in fonts.ROLES.items():
        if face in FACES:
            others = ",".join(name for name in (*role.licensed, *role.free) if name != FACES[face])
            entries.append(f'<w:font w:name="{FACES[face]}"><w:altName w:val="{others}"/></w:font>')
    table._blob = f"<w:fonts {nsdecls('w')}>{''.join(entries)}</w:fonts>".encode()
