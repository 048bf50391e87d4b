"""拉开差距: how far the officials of a session lie apart, from the published figures alone (ballots.md §9.8)."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from statistics import median

from django.utils.translation import gettext as _

from scoring import rules
from scoring.actions.sheets.words import band_word, category_name


def spread(count):
    """{"rows", "lines"} for page, paper and workbook, or None where fewer than two have a score that is shown.

    From the table for everybody (L0): who reads the scores can work out all of this, and nothing more can be worked out from it.
    """
    table = count.table_l0["rows"]
    results = [(result.subject, table[result.subject.code]) for result in count.subjects.select_related("subject")]
    shown = [(subject, row) for subject, row in results if row.get("score")]
    if len(shown) < 2:
        return None
    categories = {}
    for subject, row in shown:
        sides = categories.setdefault(category_name(subject), {False: [], True: []})
        sides[bool(row.get("vetoed"))].append((row["score"], subject.name))
    rows = [
        {"name": name, "marks": scores_of(sides[False]), "apart": scores_of(sides[True])} for name, sides in categories.items()
    ]
    words = [*facts(shown, len(results)), *bands(count, shown), *ties(categories), *vetoes(categories)]
    return {"rows": rows, "lines": [{"name": name, "text": text} for name, text in words]}


def scores_of(marks):
    return [score for score, _who in marks]


def facts(shown, everybody):
    scores = sorted(Decimal(row["score"]) for _subject, row in shown)
    said = _("%(n)d 人") % {"n": len(scores)}
    if len(scores) < everybody:
        said = _("%(n)d 人，另有 %(others)d 人不出分或者暂不公布") % {"n": len(scores), "others": everybody - len(scores)}
    if vetoed := sum(bool(row.get("vetoed")) for _subject, row in shown):
        said += _("，其中 %(n)d 人一票否决，不排名") % {"n": vetoed}
    apart = max(high - low for low, high in pairwise(scores))
    return [
        (_("有得分的"), said),
        (_("最高分、最低分"), _("%(high)s，%(low)s") % {"high": scores[-1], "low": scores[0]}),
        (_("首尾相差"), str(scores[-1] - scores[0])),
        (_("中位数"), str(median(scores).quantize(scores[-1], ROUND_HALF_UP))),
        (_("相邻最大差"), str(apart)),
    ]


def bands(count, shown):
    """How many are in each band of the scheme, the empty ones too, and their share of those with a score."""
    found = Counter(band_word(row.get("band")) for _subject, row in shown)
    labels = rules.places_of_bands(count.round.scheme.body)
    for label in [*labels, *(label for label in found if label and label not in labels)]:
        n = found[label]
        yield label, _("%(n)d 人，占 %(share)d%%") % {"n": n, "share": round(Decimal(100 * n) / len(shown))}


def ties(categories):
    """Equal scores inside a category, where they share a rank."""
    for name, sides in categories.items():
        for score, many in Counter(scores_of(sides[False])).items():
            if many > 1:
                people = _("、").join(who for mark, who in sides[False] if mark == score)
                yield _("同分"), _("%(category)s %(score)s 分：%(people)s") % {"category": name, "score": score, "people": people}


def vetoes(categories):
    """Who has a score and stands outside the order."""
    for name, sides in categories.items():
        for score, who in sides[True]:
            yield _("一票否决"), _("%(category)s %(who)s %(score)s 分，不排名") % {"category": name, "score": score, "who": who}
