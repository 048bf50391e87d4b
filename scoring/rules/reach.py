"""What a hidden group may have said, where its raters tick grades [D].

§4 Publish lets every hidden value lie anywhere in 0…total. Ticks cannot: a share of six votes has seven values, and the score may then
leave two hidden groups one solution, or one to whoever takes his own vote away. So here the values there are get counted through,
within the rounding of the printed score; all that is shown is taken as known exactly. Points are left to the rule of §4.
"""

from bisect import bisect_left
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from operator import or_

from scoring.rules.numbers import number
from scoring.rules.scheme import Scheme
from scoring.rules.values import GroupValue, step_points

MOST = 5000  # sums looked at together; what is beyond is taken as known, which never lets more through
EITHER = ("low", "high")  # the own vote of a rater: of those cast, the lowest or the highest


def is_ticked(scheme: Scheme, group: GroupValue) -> bool:
    """Its value has few possible ones."""
    return not group.named and (
        group.kind in ("share", "step", "grade_mean") or (group.kind == "mean" and scheme.mode == "grades")
    )


def spans(
    scheme: Scheme, groups: dict[str, GroupValue], shares: dict[str, Fraction], out: set[str], score: tuple[Fraction, Fraction]
) -> dict[str, Fraction]:
    """How far apart the values of each hidden group of ticks may lie, to whoever knows most: someone outside, or one of the raters.

    `groups`, `shares`: of one official, after merging; `out`: the hidden ones that weigh; `score`: between which ends the
    printed score tells the meeting value to lie.
    """
    ticked = [code for code in sorted(out) if is_ticked(scheme, groups[code])]
    outside = {code: possible(scheme, groups[code]) for code in ticked}
    views = [outside] + [outside | {code: possible(scheme, groups[code], own)} for code in ticked for own in EITHER]
    return {code: min(_span(scheme, groups, shares, out, code, score, view) for view in views) for code in ticked}


def _span(scheme, groups, shares, out, code, score, view):
    shown = sum(shares[other] * group.value for other, group in groups.items() if group.value is not None and other not in out)
    least, most = (end - shown for end in score)
    sums = {Fraction(0)}
    for other in sorted(view.keys() - {code}, key=lambda other: (len(view[other]), other)):
        each = view[other] if len(sums) * len(view[other]) <= MOST else {groups[other].value}
        sums = _sums(sums, {shares[other] * one for one in each})
    room = scheme.total * sum(shares[other] for other in out if other not in view)
    reached = sorted(sums)
    fitting = [one for one in view[code] if _lies_between(reached, least - room - shares[code] * one, most - shares[code] * one)]
    return max(fitting) - min(fitting)


def _sums(first, second):
    """Every sum of one of each, in integers, which are added a hundred times faster than fractions."""
    unit = lcm(*(one.denominator for one in first | second))
    left, right = ([int(one * unit) for one in side] for side in (first, second))
    return {Fraction(whole, unit) for whole in {a + b for a in left for b in right}}


def _lies_between(ordered, least, most):
    """Whether one of them does."""
    place = bisect_left(ordered, least)
    return place < len(ordered) and ordered[place] <= most


def possible(scheme: Scheme, group: GroupValue, own: str | None = None) -> set[Fraction]:
    """The values that a group of ticks can have by its number of votes; with one vote known where `own` says which."""
    if group.kind in ("share", "step"):
        return _shares(scheme, group, own)
    found = _grade_means(scheme, group, own) if group.kind == "grade_mean" else _means(scheme, group, own)
    return found if group.value in found else {group.value}  # a ballot leaves a criterion uncounted: taken as known


def _shares(scheme, group, own):
    rule, base, votes = scheme.groups[group.code].aggregator, group.detail["base"], group.detail["votes"]
    counts = range(own == "high" and votes > 0, base + 1 - (own == "low" and votes < base))
    if group.kind == "share":
        return {scheme.total * Fraction(n, base) for n in counts}
    found = set()
    for n in counts:
        points = {step_points(rule | {"overrides": []}, Fraction(n, base), None)}
        points |= {number(entry["points"]) for entry in rule.get("overrides", []) if _is_reached(rule, entry, Fraction(n, base))}
        found |= {scheme.total * each / number(rule["full"]) for each in points}
    return found


def _is_reached(rule, entry, top):
    """Whether the votes beside those for the top grades, or all where it counts a top grade too, can reach an override."""
    return (1 - top if set(rule["top"]).isdisjoint(entry["options"]) else 1) >= number(entry["at_least"])


def _grade_means(scheme, group, own):
    """By criterion, since each has a denominator of its own."""
    values = {grade.value for grade in scheme.grades if grade.value is not None}
    found, whole = {Fraction(0)}, sum(group.detail["weights"]) * scheme.grade_full
    for weight, (_name, tally, _uncounted, _mean) in zip(group.detail["weights"], group.detail["criteria"], strict=True):
        cast = [value for _label, _votes, value in tally]
        n = sum(votes for _label, votes, _value in tally)
        sums = _picks(values, n) if own is None else {_own(cast, own) + rest for rest in _picks(values, n - 1)}
        found = _sums(found, {scheme.total * weight * each / n / whole for each in sums})
    return found


def _means(scheme, group, own):
    """Of whole ballots; where the highest and lowest fall away nobody knows whether the own one did."""
    values = {Fraction(0)}
    for criterion in scheme.criteria:
        points = {criterion.max_points * grade.value / scheme.grade_full for grade in scheme.grades if grade.value is not None}
        values = _sums(values, points)
    full = scheme.total / sum(criterion.max_points for criterion in scheme.criteria)
    ballots = {full * value for value in values}
    if own is None or group.kept < group.counted:
        return {each / group.kept for each in _picks(ballots, group.kept)}
    return {(_own(group.ballots, own) + rest) / group.kept for rest in _picks(ballots, group.kept - 1)}


def _own(cast, own):
    return min(cast) if own == "low" else max(cast)


def _picks(values, n):
    """Every sum of `n` of the values, one of them as often as you like: a bit of an integer for each sum."""
    unit = lcm(*(value.denominator for value in values))
    least = min(values)
    above = [int((value - least) * unit) for value in values]
    pace = gcd(*above) or 1
    bits = 1
    for _n in range(n):
        bits = reduce(or_, (bits << each // pace for each in above))
    return {n * least + Fraction(place * pace, unit) for place in range(bits.bit_length()) if bits >> place & 1}
