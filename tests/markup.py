"""What a page says, however its template is laid out."""

import re


def tight(page) -> str:
    """The markup of an answer, or of a text, without the lines and spaces beside its tags."""
    html = page if isinstance(page, str) else page.content.decode()
    return re.sub(r" ?(<[^>]*>) ?", r"\1", re.sub(r"[ \n]+", " ", html))
