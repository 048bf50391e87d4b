"""Exact numbers: how they are read, rounded and printed (scoring.md §3 “Number”, §4.7, §5). Never a float."""

import re
from fractions import Fraction

NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?|-?\d{1,20}/\d{1,20}", re.ASCII)


def number(value) -> Fraction:
    """The exact value of an integer or of a text such as "0.5" or "1/3"; anything else is a ValueError (§3)."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return Fraction(value)
    if isinstance(value, str) and NUMBER.fullmatch(value) and not re.search(r"/0+$", value):
        return Fraction(value)
    raise ValueError(f"not an exact number: {value!r}")


def is_number(value) -> bool:
    """Whether `number` can read it."""
    try:
        number(value)
    except ValueError:
        return False
    return True


def rounded(value: Fraction, places: int) -> Fraction:
    """Half up, once (§4.7); scores are never below zero."""
    scale = 10**places
    return Fraction((value * scale + Fraction(1, 2)).__floor__(), scale)


def fixed(value: Fraction, places: int) -> str:
    """The value rounded half up and written with exactly `places` decimals: the text of a score."""
    units = (value * 10**places + Fraction(1, 2)).__floor__()
    sign, units = ("-", -units) if units < 0 else ("", units)
    if not places:
        return f"{sign}{units}"
    whole, rest = divmod(units, 10**places)
    return f"{sign}{whole}.{rest:0{places}d}"


def shown(value: Fraction) -> str:
    """For the explain sheet: six decimals, cut by … if more follow (§5)."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    cut = (value * 10**6).__floor__()
    whole, rest = divmod(cut, 10**6)
    text = f"{whole}.{rest:06d}"
    if Fraction(cut, 10**6) != value:
        return f"{sign}{text}…"
    return sign + text.rstrip("0").rstrip(".")


def share_text(value: Fraction) -> str:
    """A share of 1 in percent: 95%."""
    return f"{shown(100 * value)}%"
