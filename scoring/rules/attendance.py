"""Before cards are printed: groups that cannot come to a score with so many present, and the two ways out (ballots.md §9.1)."""

from scoring.rules.merging import leaves_first
from scoring.rules.scheme import Scheme

NAMED = "named"  # the way out that is no neighbour's code


def expected_merges(scheme: Scheme, present: dict[str, int]) -> tuple[list[tuple[str, str]], list[str]]:
    """((group, target) that will merge, groups that stay too small for a score) if everybody present casts (scoring.md §4.3)."""
    gathered = {code: present.get(code, 0) for code in scheme.groups}
    merged = []
    for code in leaves_first(scheme):
        group = scheme.groups[code]
        if group.weight and group.merge_into and gathered[code] < group.min_ballots:
            gathered[group.merge_into] += gathered.pop(code)
            merged.append((code, group.merge_into))
    small = [
        code
        for code, n in gathered.items()
        if scheme.groups[code].weight and not scheme.groups[code].named and 0 < n < scheme.groups[code].min_ballots
    ]
    return merged, small


def merged_into(body: dict, code: str, target: str) -> dict:
    """The scheme with one group merging into another when too few of it return."""
    return _changed(body, code, merge_into=target)


def declared_named(body: dict, code: str) -> dict:
    """The scheme with one group named (实名). What merged into it no longer does: named marks are no place to hide in."""
    freed = _changed(body, code, anonymous=False, merge_into=None, min_ballots=None)
    for entry in freed["rater_groups"]:
        if entry.get("merge_into") == code:
            del entry["merge_into"]
    return freed


def _changed(body, code, **changes):
    groups = [entry | (changes if entry["code"] == code else {}) for entry in body["rater_groups"]]
    return body | {"rater_groups": [{name: value for name, value in entry.items() if value is not None} for entry in groups]}
