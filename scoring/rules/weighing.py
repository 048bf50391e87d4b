"""Step 5: the meeting value, and what stands in the way of one (scoring.md §4.3, §4.5)."""

from dataclasses import dataclass, field
from fractions import Fraction

from scoring.rules.scheme import K, Scheme
from scoring.rules.values import GroupValue


@dataclass
class Weighing:
    """The meeting value. `shares` is the coefficient of each group in it, sides and missing groups accounted for."""

    value: Fraction | None
    missing: list[str]
    shares: dict[str, Fraction]
    sides: dict[str, Fraction] = field(default_factory=dict)
    side_shares: dict[str, Fraction] = field(default_factory=dict)


def weigh(scheme: Scheme, groups: dict[str, GroupValue], side_weights: dict[str, Fraction]) -> Weighing:
    """Σ w·g ÷ Σ w over groups with a value; `zero` divides by all weights in scope. Inside each side first."""
    if not scheme.sides:
        value, shares = _level(scheme, {code: (group.weight, group.value) for code, group in groups.items()})
        return Weighing(value, _missing(groups), shares)
    sides, inner, weights = {}, {}, {}
    for side, weight in side_weights.items():
        members = {code: (g.weight, g.value) for code, g in groups.items() if scheme.groups[code].side == side}
        sides[side], inner[side] = _level(scheme, members)
        weights[side] = weight if any(group_weight for group_weight, _value in members.values()) else Fraction(0)
    value, outer = _level(scheme, {side: (weights[side], sides[side]) for side in sides})
    shares = {code: outer[side] * share for side in sides for code, share in inner[side].items()}
    known = {side: side_value for side, side_value in sides.items() if side_value is not None}
    return Weighing(value, _missing(groups), shares, known, outer)


def coefficients(scheme: Scheme, weights: dict[str, Fraction], side_weights: dict[str, Fraction]) -> dict[str, Fraction]:
    """What part of the meeting value each group is when none is missing: its weight, or on two levels that of its side times its part in it."""
    if not scheme.sides:
        return _parts(weights)
    sides = _parts(side_weights)
    found = {}
    for side, part in sides.items():
        inner = _parts({code: weight for code, weight in weights.items() if scheme.groups[code].side == side})
        found |= {code: part * share for code, share in inner.items()}
    return {code: found.get(code, Fraction(0)) for code in weights}


def _parts(weights):
    whole = sum(weights.values())
    return {code: weight / whole if whole else Fraction(0) for code, weight in weights.items()}


def _level(scheme, entries: dict) -> tuple[Fraction | None, dict[str, Fraction]]:
    """(weighted mean of one level, coefficient of each entry in it); entries are code → (weight, value or None)."""
    present = {code: weight for code, (weight, value) in entries.items() if value is not None and weight}
    whole = scheme.policy("missing_group_policy", "renormalize") == "zero"
    base = sum(weight for weight, _value in entries.values()) if whole else sum(present.values())
    shares = {code: present[code] / base if code in present else Fraction(0) for code in entries}
    if not present:
        return None, shares
    return sum((shares[code] * entries[code][1] for code in present), Fraction(0)), shares


def _missing(groups):
    """Groups that weigh for this official and have no value."""
    return [code for code, group in groups.items() if group.weight and group.value is None]


def blockers(scheme: Scheme, groups: dict[str, GroupValue], weighing: Weighing) -> list[str]:
    """Why this official gets no score although every round was good (§4.5); empty when he does."""
    reasons = []
    if weighing.missing and scheme.policy("missing_group_policy", "renormalize") == "block":
        reasons.append("group_missing")
    if weighing.value is None:
        reasons.append("no_counted_ballot")
    anonymous = [groups[code].counted for code, share in weighing.shares.items() if share and not groups[code].named]
    if anonymous and sum(anonymous) < K:
        reasons.append("too_few_counted")
    if any(group.out_of_range for group in groups.values()):
        reasons.append("figure_range")
    return reasons
