"""One line of a desk: what is to be done, by when, and where."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.days import short_day, short_weekday

WEEK, LAST = 7, 9999


@dataclass(frozen=True)
class Line:
    """`due` None: as soon as one can. `word` and `kind` say another state than the day would."""

    title: str
    url: str
    button: str = ""
    note: str = ""
    due: dt.date | None = None
    word: str = ""
    kind: str = ""

    def days(self, today):
        return None if self.due is None else (self.due - today).days

    def badge(self, today):
        """(kind, word): late, today, or which day."""
        days = self.days(today)
        if self.word:
            return self.kind, self.word
        if days is None:
            return "", _("待办")
        if days < 0:
            return "bad", ngettext("晚 %(n)d 天", "晚 %(n)d 天", -days) % {"n": -days}
        if days == 0:
            return "warn", _("今天")
        return "", short_weekday(self.due) if days < WEEK else short_day(self.due)


def in_order(lines, today):
    """What is late first, then what is for today and what runs now, then by day; what is only news last."""

    def place(line):
        days = line.days(today)
        return LAST if line.kind == "info" else 0 if days is None else days

    return sorted(lines, key=place)
