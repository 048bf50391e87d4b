"""Means per criterion, for the chart of a result page [D]: beyond the table of §4 Publish, so the stricter rule applies.

They are shown for all criteria of an official or for none, since the last one follows from the score and the others:
never when a group is hidden or the score held, from 20 anonymous slips kept on, and only if no rater could place another's
mark on a criterion within a tenth of its maximum (the own-mark rule of §4, over all groups together).
"""

from collections import Counter
from fractions import Fraction
from statistics import median

from scoring.rules.cover import TENTH
from scoring.rules.numbers import fixed
from scoring.rules.phrases import weight_text
from scoring.rules.publish import HIDDEN, MISSING
from scoring.rules.slips import Reader

LEAST = 20  # anonymous slips kept
PLACES = 2
HALF = Fraction(1, 2 * 10**PLACES)


def criterion_table(result, table: dict) -> dict[str, list[dict]]:
    """official → [{code, name, max, value, median}] beside an L1 table; an empty list where nothing may be shown.

    `median` is that of the officials of the same category whose means are shown, None when they are fewer than three.
    """
    means = {code: _means(result, official, table["rows"][code]) for code, official in result.officials.items()}
    shown = {code: [Fraction(fixed(value, PLACES)) for value in values] for code, values in means.items() if values}
    lists = {code: [] for code in result.officials}
    for code, values in shown.items():
        category = result.officials[code].category
        peers = [row for other, row in shown.items() if result.officials[other].category == category]
        for index, criterion in enumerate(result.scheme.criteria):
            middle = median(row[index] for row in peers) if len(peers) >= 3 else None
            entry = {"code": criterion.code, "name": criterion.name, "max": weight_text(criterion.max_points)}
            entry |= {"value": fixed(values[index], PLACES), "median": None if middle is None else fixed(middle, PLACES)}
            lists[code].append(entry)
    return lists


def _means(result, official, row) -> list[Fraction]:
    """Weighted means of all criteria, or nothing."""
    groups = {
        code: official.groups[code] for code, share in (official.weighing.shares.items() if official.groups else ()) if share
    }
    if "groups" not in row or HIDDEN in row["groups"].values() or MISSING in row["groups"].values():
        return []
    slips = {code: _earned(result.scheme, official, group) for code, group in groups.items()}
    anonymous = sum(group.kept for group in groups.values() if not group.named)
    if anonymous < LEAST or any(group.kind != "mean" for group in groups.values()) or not all(slips.values()):
        return []
    shares = official.weighing.shares
    means = []
    for index, criterion in enumerate(result.scheme.criteria):
        columns = {code: [(weight, earned[index]) for weight, earned in rows] for code, rows in slips.items()}
        parts = {
            code: shares[code] * sum(weight * sum(n * mark for mark, n in marks) for weight, marks in rows)
            for code, rows in columns.items()
        }
        if _gives_away(groups, shares, columns, parts, criterion.max_points):
            return []
        means.append(sum(parts.values(), Fraction(0)))
    return means


def _earned(scheme, official, group) -> list[tuple[Fraction, list[list[tuple[Fraction, int]]]]]:
    """For every weight that a counted slip has here (that weight, for each criterion how often what was earned); empty when a slip
    leaves a criterion uncounted.

    Where ballots of equal value lie at a trimmed edge, each stands for its part of those kept: no order of slips matters.
    """
    high, low = scheme.trimming.cuts(group.counted)
    kept, given = Counter(group.ballots[low : group.counted - high]), Counter(group.ballots)
    reader = Reader(scheme)
    weights = {value: Fraction(kept[value], n * group.kept) for value, n in given.items()}
    by_weight = {weight: [Counter() for _code in reader.criteria] for weight in weights.values()}
    by_value = {value: by_weight[weight] for value, weight in weights.items()}
    for member in group.members:
        for slip in official.piles[member].counted if member in official.piles else ():
            for marks, code in zip(by_value[slip.value], reader.criteria, strict=True):
                marks[slip.answers.get(code)] += 1
    rows = []
    for weight, counters in by_weight.items():
        earned = [
            [(_earned_for(reader, mark, code), n) for mark, n in marks.items()]
            for marks, code in zip(counters, reader.criteria, strict=True)
        ]
        if any(mark is None for marks in earned for mark, _n in marks):
            return []
        rows.append((weight, earned))
    return rows


def _earned_for(reader, mark, code):
    if mark is None or code not in reader.earned:
        return None if mark is None else Fraction(mark, 10)
    return reader.earned[code][mark - 1]


def _gives_away(groups, shares, columns, parts, full) -> bool:
    """Could a rater, from the printed mean and his own mark, place another's mark within a tenth of the maximum?

    `parts` are what the groups add to the mean."""
    printed = Fraction(fixed(sum(parts.values()), PLACES))
    open_part = printed - sum(part for code, part in parts.items() if groups[code].named)
    each = {code: shares[code] / group.kept for code, group in groups.items() if not group.named}
    whole = full * sum(shares[code] for code in each)
    for mine, own_part in each.items():
        marks = {mark for _weight, marks in columns[mine] for mark, _n in marks}
        for own in {min(marks), max(marks)}:  # the room left to the other is concave in the own mark: least at an end
            for part in set(each.values()):
                rest = whole - full * (own_part + part)
                most = min(full, (open_part + HALF - own_part * own) / part)
                least = max(Fraction(0), (open_part - HALF - own_part * own - rest) / part)
                if most - least < full / TENTH:
                    return True
    return False
