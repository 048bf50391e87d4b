"""The tour as blocks for a template: headings, paragraphs and numbered steps, with bold words and links; no more Markdown than it uses."""

import re

from django.utils.html import escape
from django.utils.safestring import mark_safe

LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
BOLD = re.compile(r"\*\*([^*]+)\*\*")


def parse(text):
    """(title, [(kind, text or list of texts)…]); kind is h2, p or ol."""
    title, blocks = "", []
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = part.splitlines()
        if part.startswith("# "):
            title = part[2:].strip()
        elif part.startswith("## "):
            blocks.append(("h2", part[3:].strip()))
        elif re.match(r"\d+\. ", part):
            blocks.append(("ol", [inline(item) for item in items(lines)]))
        else:
            blocks.append(("p", inline(" ".join(line.strip() for line in lines))))
    return title, blocks


def items(lines):
    """Numbered lines, with what is indented under each."""
    found = []
    for line in lines:
        if match := re.match(r"\d+\. +(.*)", line):
            found.append(match[1])
        else:
            found[-1] += f" {line.strip()}"
    return found


def inline(text):
    """The guide is our own file, and is escaped all the same."""
    safe = BOLD.sub(r"<b>\1</b>", escape(text))
    return mark_safe(LINK.sub(r'<a href="\2">\1</a>', safe))  # noqa: S308, escaped above
