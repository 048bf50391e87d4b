"""Reads a PDF back: where its characters stand, and what is drawn, in millimetres from the top left corner."""

import functools
import io
import itertools

import pdfplumber
import pypdfium2

from core import fonts

MM = 72 / 25.4


class Char:
    def __init__(self, char, height):
        self.text = char["text"]
        self.x = char["x0"] / MM
        self.right = char["x1"] / MM
        self.baseline = (height - char["matrix"][5]) / MM
        self.size = char["size"]
        self.font = char["fontname"].split("+")[-1]

    def __repr__(self):
        return f"{self.text}({self.x:.1f}, {self.baseline:.1f})"


@functools.cache
def pages(pdf):
    """Characters of every page, top to bottom, left to right."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        found = [[Char(char, page.height) for char in page.chars if not char["text"].isspace()] for page in document.pages]
    return [sorted(page, key=lambda char: (round(char.baseline, 1), char.x)) for page in found]


def lines(page):
    """(baseline in mm, characters) of every line."""
    return [(line, list(chars)) for line, chars in itertools.groupby(page, key=lambda char: round(char.baseline, 1))]


def text(page):
    return ["".join(char.text for char in chars) for _, chars in lines(page)]


@functools.cache
def words(pdf):
    """All text of a document in reading order, without spaces."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return (
            "".join("".join(char["text"] for char in page.chars) for page in document.pages)
            .replace(" ", "")
            .replace("\u3000", "")
        )


def picture(pdf, page, box, dpi=150):
    """What a box (left, top, right, bottom in mm) of a page looks like."""
    image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil().convert("L")
    return image.crop(tuple(round(edge * dpi / 25.4) for edge in box))


def red_bands(pdf, page=0, dpi=300):
    """(top, bottom, left, right) in mm of every horizontal band of red ink on a page."""
    image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil().convert("RGB")
    red, _green, blue = image.split()
    mask = red.point(lambda value: 255 if value > 180 else 0)
    dark = blue.point(lambda value: 255 if value < 120 else 0)
    mask = mask.copy()
    mask.paste(0, mask=dark.point(lambda value: 255 - value))
    rows = mask.resize((1, mask.height), resample=4).tobytes()  # box filter: mean of each row
    bands, start = [], None
    for y, value in enumerate([*rows, 0]):
        if value and start is None:
            start = y
        if not value and start is not None:
            box = mask.crop((0, start, mask.width, y)).getbbox()
            bands.append((start * 25.4 / dpi, y * 25.4 / dpi, box[0] * 25.4 / dpi, box[2] * 25.4 / dpi))
            start = None
    return bands


def invisible(text, role):
    """Characters of the text that would print as an empty box or as nothing."""
    return [char for char in dict.fromkeys(text) if not char.isspace() and not is_visible(char, role)]


def is_visible(char, role):
    one = fonts.face_for(char, role)
    return one is not None and one.bounds(char) is not None
