"""How a name is looked for by its sound."""

from pypinyin import Style, lazy_pinyin


def initials(name: str) -> str:
    """The first letters of the pinyin, in small letters: "zjl" of 周建林."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
