"""Who answers in a session and who is in the hall: what there is of an official already, and what an audience looked like."""

import hashlib
import json

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def record(*, opinions: int, entries: int, reports: int, questions: int, comments: int) -> str:
    """What a session holds of an official, counted in words; "" where nothing is there."""
    words = [
        (opinions, ngettext("%(n)d 条意见", "%(n)d 条意见", opinions)),
        (entries, ngettext("%(n)d 条意见汇总", "%(n)d 条意见汇总", entries)),
        (reports, _("述责述廉报告及其各稿")),
        (questions, ngettext("%(n)d 个质询问题", "%(n)d 个质询问题", questions)),
        (comments, ngettext("%(n)d 篇点评", "%(n)d 篇点评", comments)),
    ]
    return _("、").join(text % {"n": n} for n, text in words if n)


def fingerprint(groups) -> str:
    """Of an audience as a page showed it, so that a later one tells whether anything has changed since."""
    return hashlib.sha256(json.dumps(list(groups), ensure_ascii=False).encode()).hexdigest()
