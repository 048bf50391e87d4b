"""What a cell of the register may hold: plain values in, plain values out. What cannot stand raises `Wrong`."""

import datetime as dt
import re

from django.utils.translation import gettext as _

EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's serial numbers
DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?$")
YES, NO = ("是", "y", "yes", "1", "true", "√"), ("否", "n", "no", "0", "false", "", "×")


class Wrong(Exception):
    """A value that cannot stand; the text says why and what to write instead."""


def text(value, *, longest):
    if value is None:
        return ""
    if isinstance(value, bool | dt.date):
        raise Wrong(_("应填文字"))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    value = " ".join(str(value).split())  # one line: names go into subjects of letters and into lists with a line each
    if len(value) > longest:
        raise Wrong(_("超过 %(n)d 个字") % {"n": longest})
    return value


def number(value, *, low, high):
    if value in (None, ""):
        return None
    try:
        whole = int(value) if not isinstance(value, float) or value.is_integer() else None
    except (TypeError, ValueError):
        whole = None
    if whole is None or isinstance(value, bool):
        raise Wrong(_("应填整数"))
    if not low <= whole <= high:
        raise Wrong(_("应在 %(low)d 至 %(high)d 之间") % {"low": low, "high": high})
    return whole


def day(value):
    """A day from a date cell, an Excel serial number or a text like 2026-09-01, 2026/9/1, 2026年9月1日."""
    if value in (None, ""):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 18264 <= value <= 73050:  # 1950 … 2099
        return EPOCH + dt.timedelta(days=int(value))
    if match := DATE.match(str(value).strip()):
        try:
            return dt.date(*map(int, match.groups()))
        except ValueError:
            pass
    raise Wrong(_("不是日期。请写成 2026-09-01"))


def yes_or_no(value):
    word = str("" if value is None else value).strip().lower()
    if word in YES or value is True:
        return True
    if word in NO or value is False:
        return False
    raise Wrong(_("应填“是”或“否”"))


def choice(value, choices):
    """The code of a choice from its label or the code itself; `choices` maps code to label."""
    word = text(value, longest=40)
    for code, label in choices.items():
        if word in (code, str(label)):
            return code
    raise Wrong(_("应填：%(labels)s") % {"labels": "、".join(map(str, choices.values()))})
