"""Step 3: small groups merge, by slips returned and before any mark is read (scoring.md §4.3)."""

from dataclasses import dataclass
from fractions import Fraction

from scoring.rules.counts import Pile
from scoring.rules.scheme import Scheme


@dataclass
class Merged:
    """A rater group of one official after merging: whose slips it holds, and the weight it has gathered."""

    code: str
    members: list[str]
    weight: Fraction
    pile: Pile | None  # None for figures


def leaves_first(scheme: Scheme) -> list[str]:
    """Groups ordered so that each stands after all that merge into it; the order of the file never matters."""
    depth = {}
    for code in scheme.groups:
        here, depth[code] = code, 0
        while here := scheme.groups[here].merge_into:
            depth[code] += 1
    return sorted(scheme.groups, key=lambda code: (-depth[code], code))


def merge(scheme: Scheme, weights: dict[str, Fraction], piles: dict[str, Pile]) -> tuple[dict[str, Merged], bool]:
    """(groups that remain, in the order of the scheme; whether one of them is too small for a score).

    `weights` are those of this official: 0 where he is out of the group's scope.
    """
    groups = {code: Merged(code, [code], weights[code], piles.get(code)) for code in scheme.groups}
    for code in leaves_first(scheme):
        group, rule = groups[code], scheme.groups[code]
        if group.weight and rule.merge_into and group.pile.returned < rule.min_ballots:
            _move(groups.pop(code), groups[rule.merge_into])
    return groups, any(is_too_small(scheme, group) for group in groups.values())


def _move(group: Merged, target: Merged) -> None:
    target.members = [target.code, *sorted(target.members[1:] + group.members)]
    target.weight += group.weight
    target.pile = target.pile + group.pile


def is_too_small(scheme: Scheme, group: Merged) -> bool:
    """Weight, and some but fewer slips than the group must have."""
    return bool(group.weight and group.pile and 0 < group.pile.returned < scheme.groups[group.code].min_ballots)
