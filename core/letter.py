"""A letter in the letter format (信函格式) of GB/T 9704-2012, laid out line by line on its 22 × 28 grid.

Everything in the type area of a letter stands on a line of the grid, so the pages are composed here, not by the
renderer: it alone could neither fill the lines nor keep a signature with its text. Only the list of findings flows.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import fonts, grid, paper
from core.calendar import written
from core.language import chinese

CELLS, ROWS = 28, 22
SIZE = 16 * 25.4 / 72  # mm, a 3号 character
TITLE = 22 * 25.4 / 72  # mm, a 2号 character
PITCH = 156 / CELLS / SIZE  # width of a cell in em
LINE = 225 / ROWS  # mm from line to line
TOP = 37  # mm, head margin
HEAD_ROWS = 4  # of page 1, under the issuer: number, and two lines above the title
INLINE = 3  # findings that still stand in the text; more go to an annex

NUMERALS = "一二三四五六七八九十"
FONTS = {0: "fang", 1: "hei", 2: "kai", 3: "fang", 4: "fang"}


@dataclass
class Row:
    """One line of the grid. `kind` is the class the template prints it with."""

    kind: str
    line: grid.Line | None = None
    text: str = ""
    shift: float = 0  # cells from the left margin
    classes: str = ""


@dataclass(frozen=True)
class Said:
    """A paragraph of the text: what leads it, and what follows."""

    text: str
    lead: str = ""
    lead_font: str = "fang"


@dataclass(frozen=True)
class Words:
    """What the letter says from the addressee to the note of copies, in this order; lines and pages come after."""

    addressee: str
    paragraphs: list
    annex_name: Said | None
    signature: str
    date: str
    contact: str
    annex: dict | None
    copies: str


@dataclass
class Letter:
    head: dict
    pages: list
    annex: dict | None
    copies: str
    watermark: str = ""
    measures: dict = field(default_factory=dict)

    def measure(self, declarations):
        """The class that carries these declarations; equal ones share it."""
        return self.measures.setdefault(declarations, f"m{len(self.measures)}")


def render(context):
    """The letter as PDF. `context` is described at the head of `templates/paper/letter.html`. Always Chinese."""
    with chinese():
        letter = compose(context)
        title = "".join(title_lines(context["title"], 20))
        return paper.render(
            "paper/letter.html", {"letter": letter}, title=f"{context['number']} {title}", css=_stylesheet(letter), source=context
        )


def compose(context):
    said = words(context)
    title = [Row("title", text=line) for line in title_lines(context["title"], 19)]
    opening = [*title, Row("blank"), *_paragraph(said.addressee, "fang", first=0)]
    last = _rows_of_copies(said.copies) if not said.annex else 0
    letter = Letter(
        head=_head(context),
        pages=paginate(opening, _body(said), _tail(said, sealed=context.get("sealed", False)), last),
        annex=said.annex,
        copies=said.copies,
        watermark=_("草稿") if context.get("is_draft") else "",
    )
    for row in (row for page in letter.pages for row in page if row.line):
        row.classes = letter.measure(f"letter-spacing: {row.line.spacing:.5f}em; padding-left: {row.shift * 156 / CELLS:.3f}mm")
    return letter


# --- text --------------------------------------------------------------------------------------------------


@chinese()
def words(context):
    """What a page shows, the paper prints and the Word file holds."""
    has_annex = len(context.get("findings", [])) > INLINE
    contact = context.get("contact")
    return Words(
        addressee=f"{context['addressee'].rstrip('：:')}：",
        paragraphs=_paragraphs(context, has_annex),
        annex_name=Said(context["findings_title"], pgettext("letter", "附件：")) if has_annex else None,
        signature=context.get("signature") or context["issuer"],
        date=day_text(context["date"]),
        contact=_("（联系人：%(contact)s）") % {"contact": contact} if contact else "",
        annex=_annex(context) if has_annex else None,
        copies=copies_note(context.get("copies")),
    )


def title_lines(title, limit):
    return list(title) if isinstance(title, list | tuple) else grid.title_lines(title, limit)


def _paragraph(text, font, *, lead="", lead_font="fang", first=2, rest=0):
    glyphs = grid.glyphs([(lead, lead_font), (text, font)], fonts.advance)
    return [
        Row("text", line, shift=line.indent)
        for line in grid.break_lines(glyphs, cells=CELLS, pitch=PITCH, first=first, rest=rest)
    ]


def _body(words):
    """The rows of each paragraph."""
    return [_paragraph(said.text, "fang", lead=said.lead, lead_font=said.lead_font) for said in words.paragraphs]


def _paragraphs(context, has_annex):
    """What stands between the addressee and the signature, paragraph by paragraph."""
    blocks = [*context.get("blocks", [])]
    if context.get("findings"):
        blocks += _findings(context, has_annex)
    if intro := context.get("requirements_intro"):
        blocks.append(intro)
    blocks += [{"level": 1, **requirement} for requirement in context.get("requirements", [])]
    if closing := context.get("closing"):
        blocks.append(closing)
    counters = [0] * 5
    return [_said(block, counters) for block in blocks]


def _said(block, counters):
    """One paragraph; numbers of levels 1 to 4 are given here, so they cannot be wrong."""
    if isinstance(block, str):
        return Said(block)
    level = block.get("level", 0)
    counters[level] += 1
    counters[level + 1 :] = [0] * (4 - level)
    return Said(block.get("text", ""), _number(level, counters[level]) + block.get("lead", ""), FONTS[level])


def _number(level, n):
    return ("", f"{_numeral(n)}、", f"（{_numeral(n)}）", f"{n}.", f"（{n}）")[level]


def _numeral(n):
    """1 → 一, 12 → 十二, 20 → 二十; enough for the parts of a letter."""
    tens, ones = divmod(n, 10)
    if n <= 10:
        return NUMERALS[n - 1]
    return (NUMERALS[tens - 1] if tens > 1 else "") + "十" + (NUMERALS[ones - 1] if ones else "")


def _findings(context, has_annex):
    """A single problem has no number; a source that all share and the sentence before them names is not said again."""
    intro, findings = context["findings_intro"].rstrip("。："), context["findings"]
    if has_annex:
        return [_("%(intro)s（见附件）。") % {"intro": intro}]
    sources = {finding["source"] for finding in findings}
    is_named = len(sources) == 1 and sources.pop() in intro
    lead = "%d." if len(findings) > 1 else ""
    return [
        f"{intro}：",
        *(
            {"lead": lead and lead % n, "text": finding_text(finding, is_source_named=is_named)}
            for n, finding in enumerate(findings, 1)
        ),
    ]


def finding_text(finding, *, is_source_named=False):
    notes = [] if is_source_named else [_("来源：%(source)s") % {"source": finding["source"]}]
    if finding.get("due"):
        notes.append(_("%(due)s前完成") % {"due": day_text(finding["due"])})
    text = finding["text"].rstrip("。；")
    return f"{text}（{'；'.join(notes)}）。" if notes else f"{text}。"


def day_text(value):
    """2026年9月5日; a text stays as it is."""
    return value if isinstance(value, str) else written(value)


# --- end of the letter -------------------------------------------------------------------------------------


def _tail(words, *, sealed):
    """What stays together: the name of the annex, signature, date, note."""
    rows = []
    if name := words.annex_name:
        rows += [Row("blank"), *_paragraph(name.text, "fang", lead=name.lead, rest=5)]
    name_at, date_at = signature_cells(width_in_cells(words.signature), width_in_cells(words.date), sealed=sealed)
    rows += [Row("blank"), Row("sign", _line(words.signature), shift=name_at), Row("sign", _line(words.date), shift=date_at)]
    if words.contact:
        rows += _paragraph(words.contact, "fang")
    return rows


def _line(text):
    glyphs = grid.glyphs([(text, "fang")], fonts.advance)
    return grid.Line(tuple(glyphs), 0, PITCH - 1)


def width_in_cells(text):
    return sum(glyph.width + PITCH - 1 for glyph in _line(text).glyphs) / PITCH


def signature_cells(name, date, *, sealed):
    """Where name and date begin, in cells from the left; their widths are given in cells.

    Unsealed: the name ends 2 cells before the margin, the date begins 2 cells right of the name's beginning; a date
    too long for that itself ends 2 cells before the margin and moves the name left (7.3.5.2). Sealed: the date ends 4
    cells before the margin and the name is centred over it (7.3.5.1), as far as the margin lets it.
    """
    if sealed:
        date_at = CELLS - 4 - date
        name_at = min(date_at + (date - name) / 2, CELLS - name)
        return name_at, name_at + (name - date) / 2
    name_at = min(CELLS - 2 - name, CELLS - 2 - date - 2)
    return name_at, name_at + 2


def copies_note(copies):
    names = copies if isinstance(copies, str) else "，".join(copies or [])
    return _("抄送：%(names)s。") % {"names": names.rstrip("。")} if names else ""


def _rows_of_copies(copies):
    """Lines of the grid that the note of copies (4号, one cell in at either side) needs at the foot of a page."""
    return -(-len(copies) // 30) + 1 if copies else 0


# --- pages -------------------------------------------------------------------------------------------------


def paginate(opening, paragraphs, tail, last=0):
    """Rows by page. The tail is never alone: with it come at least two lines of text; `last` rows stay free below it."""
    rows = [*opening, *(row for paragraph in paragraphs for row in paragraph)]
    ends = _paragraph_ends(opening, paragraphs)
    pages, room = [], ROWS - HEAD_ROWS
    while len(rows) + len(tail) + last > room:
        cut = min(room, len(rows))
        if len(rows) <= room:  # the text fits, its end does not: take some text along
            cut = min(cut, len(rows) - 2)
        cut = _better_cut(len(rows), cut, ends)
        pages.append(rows[:cut])
        ends = {end - cut for end in ends}
        rows, room = rows[cut:], ROWS
    return [*pages, [*rows, *tail]]


def _paragraph_ends(opening, paragraphs):
    ends, at = set(), len(opening)
    for paragraph in paragraphs:
        at += len(paragraph)
        ends.add(at)
    return ends


def _better_cut(total, cut, ends):
    """Neither the first line of a paragraph alone at the foot of a page, nor its last alone at the head of the next."""
    if cut + 1 in ends and cut not in ends and cut - 1 not in ends:
        cut -= 1
    if cut - 1 in ends and cut not in ends:
        cut -= 1
    return max(cut, 1)


# --- head and annex ----------------------------------------------------------------------------------------


def _head(context):
    """Issuer, red rules and number of page 1, in mm from the top edge of the paper."""
    issuer = context["issuer"]
    size = min(29 * 25.4 / 72, 164 / len(issuer) / 1.04)
    low, high = fonts.ink(issuer, "title")
    rule = 30 + (high - low) * size + 4
    number = rule + 1.6 + SIZE * 7 / 8
    return {
        "issuer": issuer,
        "number": context["number"],
        "marking": context.get("marking", ""),
        "size": size,
        "issuer_top": 30 - (fonts.baseline("title") - high) * size,
        "rule_top": rule,
        "number_top": number,
    }


def _annex(context):
    findings = [{**finding, "due": day_text(finding.get("due", ""))} for finding in context["findings"]]
    return {"title": title_lines(context["findings_title"], 19), "findings": findings}


def _stylesheet(letter):
    """The measures of this one letter: its head, and one class per letter spacing and signature."""
    head = letter.head
    rules = [
        f".letter .issuer {{ top: {head['issuer_top'] - TOP:.3f}mm; font-size: {head['size']:.3f}mm; }}",
        f".letter .rule.top {{ top: {head['rule_top'] - TOP:.3f}mm; }}",
        f".letter .number {{ top: {head['number_top'] - TOP:.3f}mm; }}",
    ]
    rules += [f".letter .{name} {{ {declarations} }}" for declarations, name in letter.measures.items()]
    if letter.watermark:  # fixed: on every page
        rules.append(
            f'.letter::before {{ content: "{letter.watermark}"; position: fixed; top: 85mm; left: 20mm; width: 116mm; z-index: -1;'
            " text-align: center; font: 110pt/1 var(--hei); letter-spacing: 0; color: #e6e6e6; transform: rotate(-35deg); }"
        )
    return "\n".join(rules)
