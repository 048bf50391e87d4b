"""T6: what leaves the house. Slips that tell of each other, and papers that tell more than they show."""

import io
import json
from collections import Counter

import pdfplumber
import pikepdf

SLIP, BODY = {"p", "b", "z"}, {"v", "s", "g", "o", "a", "n"}
SHARED = {"v", "s", "g", "o", "a"}  # what slips may have in common: session, group, official, marks


def tied_slips(slips):
    """Everything by which two slips of a transcript could be told to come from one ballot, or when."""
    found, seen = [], Counter()
    for slip in slips:
        body = json.loads(slip["b"])
        found += [f"member {name}" for name in (slip.keys() - SLIP) | (body.keys() - BODY)]
        own = {name: value for name, value in {**slip, **body}.items() if name not in SHARED | {"b"}}
        seen.update((name, json.dumps(value)) for name, value in own.items())
    found += [f"two slips share {name}" for (name, _value), times in seen.items() if times > 1]
    keys = [slip["p"] for slip in slips]
    return found + ([] if keys == sorted(keys) else ["not sorted by key"])


def told_by_paper(pdf):
    """An author, a second, a program's serial, hidden text or an attachment in a PDF."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = {str(name) for name in document.docinfo} if "/Info" in document.trailer else set()
        found += sorted(names & {"/Author", "/Creator", "/CreationDate", "/ModDate", "/Keywords"})
        with document.open_metadata() as metadata:
            found += [name for name in metadata if name.split("}")[-1] in ("creator", "CreateDate", "ModifyDate", "CreatorTool")]
        found += ["attachment"] if document.attachments else []
        found += (
            ["annotation"]
            if any(annotation.get("/Subtype") != "/Link" for page in document.pages for annotation in page.get("/Annots", []))
            else []
        )
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        chars = [(char, page) for page in document.pages for char in page.chars if not char["text"].isspace()]
    found += [f"hidden: {char['text']}" for char, page in chars if is_hidden(char, page)]
    return found


def is_hidden(char, page):
    """Too small, outside the page, or white on white."""
    inside = -1 <= char["x0"] <= page.width and -1 <= char["top"] <= page.height
    colour = char["non_stroking_color"]
    white = colour is not None and len(colour) in (1, 3) and all(part > 0.97 for part in colour)
    return not inside or char["size"] < 4 or white
