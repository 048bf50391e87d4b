"""What a leading member's comment says (JS07)."""

import re

MARK = re.compile(r"^\s*(?:[（(]?[0-9一二三四五六七八九十]{1,2}[）)、.．]|[-·•●])\s*")


def problem_lines(text: str) -> list[str]:
    """The problems of a comment, one a line, each once, without the numbers and dots people put before them."""
    lines = (MARK.sub("", line).strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))
