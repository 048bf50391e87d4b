"""Warnings: a scheme that may be locked but will not do what its authors expect (scoring.md §3, last paragraph)."""

from collections import Counter
from fractions import Fraction

from django.utils.translation import gettext as _

from scoring.rules.check_counting import is_anonymous
from scoring.rules.check_outcome import quota_list
from scoring.rules.errors import Problem
from scoring.rules.numbers import number
from scoring.rules.quota import whole_of
from scoring.rules.scheme import STRAIGHT, Scheme, read

HEAVY = Fraction(1, 5)


def advice(raw: dict, officials=(), categories=(), groups=(), most=0) -> list[Problem]:
    """Every warning about a valid scheme, with its place."""
    scheme = read(raw)
    return [
        *_merging(scheme),
        *_cover(scheme),
        *_heavy_named(raw),
        *_straight_lines(scheme),
        *_alike(raw),
        *_quotas(scheme, officials, most),
        *_bottoms(raw),
        *_categories(raw, categories),
        *_groups(scheme, groups),
    ]


def _anonymous(scheme: Scheme) -> list:
    """The anonymous groups that weigh, with their places in the scheme."""
    return [
        (f"rater_groups[{index}]", group)
        for index, group in enumerate(scheme.groups.values())
        if not group.named and group.weight
    ]


def _share(scheme, group):
    """Weight of a group in the whole, its side included."""
    return group.weight * scheme.sides.get(group.side, 1)


def _merging(scheme):
    """A group that is too small and merges into nobody blocks every score; the last of a chain is meant to be large."""
    targets = {group.merge_into for group in scheme.groups.values()}
    for path, group in _anonymous(scheme):
        if not group.merge_into and group.code not in targets:
            yield Problem("no_merge_rule", f"{path}.merge_into")


def _cover(scheme):
    groups = _anonymous(scheme)
    if len(groups) == 1:
        yield Problem("single_anonymous_group", groups[0][0])
    total = sum(_share(scheme, group) for _path, group in groups)
    for path, group in groups:
        own = _share(scheme, group)
        if len(groups) > 1 and own > 10 * (total - own):
            yield Problem("cover_too_light", f"{path}.weight")


def _heavy_named(raw):
    scheme = read(raw)
    for index, entry in enumerate(raw["rater_groups"]):
        group = scheme.groups[entry["code"]]
        if not is_anonymous(entry) and not group.figures and _share(scheme, group) >= HEAVY:
            yield Problem("heavy_named_group", f"rater_groups[{index}].weight")


def _straight_lines(scheme):
    for index, rule in enumerate(scheme.raw.get("invalid_rules", [])):
        if rule in STRAIGHT:
            code = "straight_line_on_grades" if scheme.mode == "grades" else "straight_line_on"
            yield Problem(code, f"invalid_rules[{index}]")


def _alike(raw):
    """Grades of one name: the ballot tells them apart by their values, which not everybody looks at."""
    labels = [entry.get("label") for entry in raw.get("grades", [])]
    if raw.get("mode") != "points" and len(set(labels)) < len(labels):
        yield Problem("grades_alike", "grades")


def _quotas(scheme, officials, most):
    """Quotas of no place at all, and shares that give nobody one: exactly when the officials are known, else by the `most` that a small
    session hears, and whenever the pool is a unit."""
    for index, quota in enumerate(quota_list(scheme.raw)):
        path, base, share = f"forced_quota[{index}]", quota.get("base", "session"), _first_share(quota)
        if quota.get("max_count") == 0:
            yield Problem("quota_of_nobody", path)
        if share is None or quota.get("small_pool") == "one":
            continue
        pools = Counter(official.get(base, "") for official in officials)
        if any(not whole_of(n * share, quota) for n in pools.values()) or (not pools and base == "unit"):
            yield Problem("quota_small_pool", path)
        elif not pools and most and not whole_of(most * share, quota):
            yield Problem("quota_small_pool", path, str(most))


def _first_share(quota):
    """The share that the best get; None where it is a number of people."""
    shares = [entry["share"] for entry in quota.get("shares", [])]
    share = shares[0] if shares else quota.get("max_ratio")
    return None if share is None else number(share)


def _bottoms(raw):
    for index, entry in enumerate(raw.get("thresholds", [])):
        if "bottom" in entry and "only_below" not in entry:
            yield Problem("bottom_without_floor", f"thresholds[{index}]")


def _categories(raw, categories):
    """Weights of a category that no official here has are never used; each category once."""
    named = [entry["category"] for entry in raw.get("category_weights", [])]
    for category in dict.fromkeys(named) if categories else ():
        if category not in categories:
            yield Problem("category_unknown", f"category_weights[{named.index(category)}].category", category)


def _groups(scheme, groups):
    """Voting groups that no session here has: a meeting could not take the scheme."""
    for index, group in enumerate(scheme.groups.values()):
        if groups and not group.figures and group.code not in groups:
            yield Problem("group_not_here", f"rater_groups[{index}].code", _("、").join(groups))
