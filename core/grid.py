"""Sets Chinese text on a grid of full-width cells, as GB/T 9704-2012 asks: 28 characters a line.

The PDF renderer breaks Chinese lines but does not justify them. So lines are broken here, by the rules for
punctuation, and each gets the letter spacing that makes it end at the margin. Pure: widths come in as a function.
"""

from dataclasses import dataclass
from itertools import groupby

CLOSING = set("，。、；：！？）》〉」』】〕〗｝”’…—·％%‰℃）~～")  # never at the start of a line
HALF_AT_END = set("，。、；：！？）》〉」』】〕〗｝”’")  # ink in the left half: the blank half may hang out
OPENING = set("（《〈「『【〔〖｛“‘")  # never at the end of a line
PAIRS = {"—", "…"}  # —— and …… are one mark each
DATE_UNITS = set("年月日号")
TIGHT = 0.035  # em a character may lose before a line looks pressed
LOOSE = 0.09  # em a character may gain; a line with a wider gap (before a long number) is left ragged


@dataclass(frozen=True)
class Glyph:
    char: str
    font: str
    width: float  # em


@dataclass(frozen=True)
class Line:
    """`spacing` is the letter spacing in em; `indent` counts cells; `runs` are (text, font)."""

    glyphs: tuple
    indent: int
    spacing: float

    @property
    def text(self):
        return "".join(glyph.char for glyph in self.glyphs)

    @property
    def runs(self):
        return [("".join(glyph.char for glyph in run), font) for font, run in groupby(self.glyphs, key=lambda glyph: glyph.font)]


def glyphs(runs, measure):
    """(text, font) runs → glyphs; `measure(char, font)` gives the width in em."""
    return [Glyph(char, font, measure(char, font)) for text, font in runs for char in text]


def units(line):
    """Glyphs grouped into what must stay together on one line."""
    groups = []
    for glyph in line:
        if groups and _sticks(groups[-1], glyph):
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    return groups


def _sticks(group, glyph):
    last, char = group[-1].char, glyph.char
    if last in OPENING or (char in CLOSING and char not in PAIRS):
        return True
    if char in PAIRS:
        return char == "…" or last == char
    return _is_latin(last) and (_is_latin(char) or char in DATE_UNITS)


def _is_latin(char):
    return char.isascii() and not char.isspace()


def break_lines(glyphs, *, cells, pitch, first=0, rest=0):
    """Lines of at most `cells` cells, each `pitch` em wide; `first` and `rest` are indents in cells.

    Every line but the last is spaced to end exactly at the margin. A closing mark that would fall over the end is
    drawn in (its blank half may hang out) or takes its neighbour to the next line, whichever disturbs less.
    """
    base = pitch - 1
    waiting, lines = _split_long(units(glyphs), cells - max(first, rest)), []
    while waiting:
        indent = rest if lines else first
        room = (cells - indent) * pitch
        count = _fit(waiting, room, base)
        taken, waiting = _flat(waiting[:count]), waiting[count:]
        spacing = _spacing(taken, room, base)
        ragged = spacing > base + LOOSE if waiting else spacing > base
        lines.append(Line(tuple(taken), indent, base if ragged else spacing))
    return lines


def _fit(waiting, room, base):
    """How many units go on this line: as many as fit, or one more where drawing it in disturbs less than leaving a gap."""
    count, width = 0, 0.0
    for unit in waiting:
        width += _width(unit, base)
        if width > room + 1e-6:
            break
        count += 1
    if count == len(waiting):
        return count
    if not count:
        return 1
    stretch = _spacing(_flat(waiting[:count]), room, base) - base
    squeeze = base - _spacing(_flat(waiting[: count + 1]), room, base)
    return count + 1 if squeeze <= min(stretch, TIGHT) else count


def _flat(units):
    return [glyph for unit in units for glyph in unit]


def _width(line, spacing):
    return sum(glyph.width + spacing for glyph in line)


def _spacing(line, room, base):
    """Letter spacing that makes the line end at the margin; the blank half of a last mark hangs out if that helps."""
    natural = sum(glyph.width for glyph in line)
    spacing = (room - natural) / len(line)
    if spacing < base - 1e-6 and line[-1].char in HALF_AT_END:
        spacing = min(base, (room - natural + line[-1].width / 2) / len(line))
    return spacing


def _split_long(units, limit):
    """A word wider than a line is cut into letters; nothing else could be done with it."""
    result = []
    for unit in units:
        if sum(glyph.width for glyph in unit) > limit:
            result += [[glyph] for glyph in unit]
        else:
            result.append(unit)
    return result


# --- titles ------------------------------------------------------------------------------------------------

BREAK_AFTER = ("的", "》", "、", "和", "及", "与", "同志", "述责述廉")
KEEP = (
    "述责述廉",
    "提醒函",
    "反馈",
    "问题",
    "整改",
    "评议",
    "党组书记",
    "党组",
    "党委",
    "同志",
    "书记",
    "局长",
    "有关",
    "要求",
    "情况",
)


def title_lines(text, limit):
    """A title in as few centred lines as fit `limit` characters, cut where it reads well and evenly filled."""
    if len(text) <= limit:
        return [text]
    count = -(-len(text) // limit)
    lines, rest = [], text
    while count > 1:
        ideal = len(rest) / count
        cut = min(range(1, min(limit, len(rest) - 1) + 1), key=lambda at: _cost(rest, at, ideal, limit, count))
        lines.append(rest[:cut])
        rest, count = rest[cut:], count - 1
    return [*lines, rest]


def _cost(text, at, ideal, limit, count):
    cost = abs(at - ideal)
    if len(text) - at > limit * (count - 1):
        cost += 1000
    if text[at] in CLOSING or text[at - 1] in OPENING or (_is_latin(text[at]) and _is_latin(text[at - 1])):
        cost += 500
    if text[:at].count("《") > text[:at].count("》") or text[:at].count("（") > text[:at].count("）"):
        cost += 20
    if any(text[max(0, at - n) : at + len(word) - n] == word for word in KEEP for n in range(1, len(word))):
        cost += 8
    return cost - (4 if text[:at].endswith(BREAK_AFTER) else 0)
