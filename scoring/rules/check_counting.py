"""Sections of validation: what the ballots hold and how they are counted (scoring.md §3)."""

import itertools
import math
from fractions import Fraction

from scoring.rules.errors import Problem
from scoring.rules.numbers import number, shown
from scoring.rules.scheme import K, criteria_of, trimming_of
from scoring.rules.shape import AGGREGATORS

TENTH = Fraction(1, 10)
NEEDS_GRADES = {"grade_mean", "share", "step"}


def mode(scheme):
    """points, grades or mixed; it has no default."""
    if "mode" not in scheme:
        yield Problem("mode_unknown", "mode")


def scale(scheme):
    """total, step, quorum and the other plain numbers."""
    if number(scheme.get("total", 100)) <= 0:
        yield Problem("total_not_positive", "total")
    step = number(scheme.get("step", 1))
    if step <= 0 or step % TENTH:
        yield Problem("step_invalid", "step")
    if not 0 <= number(scheme.get("quorum", 0)) < 1:
        yield Problem("range", "quorum")
    if number(scheme.get("min_subjects", 3)) < 2:
        yield Problem("range", "min_subjects")
    if number(scheme.get("grade_full", 100)) <= 0:
        yield Problem("range", "grade_full")


def criteria(scheme):
    """Not empty, codes unlike, maxima on the step and adding up to the total; in grades mode they are only weights."""
    entries = criteria_of(scheme)
    if not entries:
        yield Problem("criteria_empty", "criteria")
        return
    yield from duplicates(entries, "criteria")
    for index, entry in enumerate(entries):
        yield from _criterion(scheme, entry, f"criteria[{index}]")
    together = sum(number(entry["max_points"]) for entry in entries)
    if scheme.get("mode") != "grades" and together != number(scheme.get("total", 100)):
        yield Problem("criteria_sum", "criteria", shown(together))


def _criterion(scheme, entry, path):
    points, step = number(entry["max_points"]), number(scheme.get("step", 1))
    if points <= 0:
        yield Problem("range", f"{path}.max_points")
    elif scheme.get("mode") != "grades" and step > 0 and step % TENTH == 0 and points % step:
        yield Problem("max_not_on_step", f"{path}.max_points")
    if scheme.get("mode") != "mixed" and "kind" in entry:
        yield Problem("policy_unknown", f"{path}.kind")


def duplicates(entries, path):
    """Codes of one list are unlike."""
    seen = set()
    for index, entry in enumerate(entries):
        if entry["code"] in seen:
            yield Problem("duplicate_code", f"{path}[{index}].code")
        seen.add(entry["code"])


def grades(scheme):
    """Counted grades have a value 0…grade_full, uncounted ones none, and one at least is counted."""
    entries = scheme.get("grades", [])
    if not entries:
        if scheme.get("mode") in ("grades", "mixed"):
            yield Problem("grades_missing", "grades")
        return
    yield from duplicates(entries, "grades")
    for index, entry in enumerate(entries):
        yield from _grade(entry, number(scheme.get("grade_full", 100)), f"grades[{index}].value")
    if not any(entry.get("counts", True) for entry in entries):
        yield Problem("grades_all_uncounted", "grades")


def _grade(entry, full, path):
    counts, value = entry.get("counts", True), entry.get("value")
    if counts and value is None:
        yield Problem("grade_value_missing", path)
    elif not counts and value is not None:
        yield Problem("grade_value_forbidden", path)
    elif counts and not 0 <= number(value) <= full:
        yield Problem("grade_value_range", path)


def policies(scheme):
    """average_answered is for grades only, in_denominator for share and step only."""
    if scheme.get("incomplete_policy") == "average_answered" and scheme.get("mode") != "grades":
        yield Problem("policy_unknown", "incomplete_policy")
    kinds = {rule["kind"] for _path, _figures, rule in resolved(scheme)}
    if scheme.get("abstention_policy") == "in_denominator" and not kinds & {"share", "step"}:
        yield Problem("abstention_needs_share", "abstention_policy")


def resolved(scheme):
    """(path, figures?, aggregator) of every rater group, the scheme's own rule filled in; unknown kinds are left to `shape`."""
    fallback = scheme.get("aggregator", {"kind": "grade_mean" if scheme.get("mode") == "grades" else "mean"})
    for index, group in enumerate(scheme.get("rater_groups", [])):
        rule = group.get("aggregator", fallback)
        if is_known(rule):
            yield f"rater_groups[{index}].aggregator", group.get("source") == "figures", rule


def is_known(rule):
    return isinstance(rule, dict) and rule.get("kind") in list(AGGREGATORS)


def aggregators(scheme):
    """Every rule fits the mode, its options exist and its table falls (§4.4)."""
    if is_known(scheme.get("aggregator")):
        yield from _aggregator(scheme, scheme["aggregator"], False, "aggregator")
    for index, group in enumerate(scheme.get("rater_groups", [])):
        if is_known(group.get("aggregator")):
            figures = group.get("source") == "figures"
            yield from _aggregator(scheme, group["aggregator"], figures, f"rater_groups[{index}].aggregator")


def _aggregator(scheme, rule, figures, path):
    kind, graded = rule["kind"], scheme.get("mode") == "grades"
    one = len(criteria_of(scheme)) == 1
    places = rule.get("of") == "places"
    if (kind in NEEDS_GRADES and (not graded or figures)) or (kind in ("share", "step") and not one) or (places and not figures):
        yield Problem("aggregator_mode", path)
        return
    if kind in ("share", "step"):
        known = {grade["code"] for grade in scheme.get("grades", []) if grade.get("counts", True)}
        for where, options in _option_lists(rule):
            if not options or not set(options) <= known:
                yield Problem("option_unknown", f"{path}.{where}")
    if kind == "step" and not _falls(rule):
        yield Problem("step_table", path)
    if kind == "rank_decrement" and not 0 <= number(rule["per_place"]) <= 1:
        yield Problem("range", f"{path}.per_place")


def _option_lists(rule):
    yield "top", rule["top"]
    for index, entry in enumerate(rule.get("overrides", [])):
        yield f"overrides[{index}].options", entry["options"]


def _falls(rule):
    """Shares fall strictly, points never rise, all within 0…1 and 0…full."""
    full, overrides = number(rule["full"]), rule.get("overrides", [])
    shares = [number(entry["at_least"]) for entry in rule["steps"]]
    points = [number(entry["points"]) for entry in rule["steps"]] + [number(rule["otherwise"])]
    falling = all(a > b for a, b in itertools.pairwise(shares))
    falling = falling and all(a >= b for a, b in itertools.pairwise(points))
    shares += [number(entry["at_least"]) for entry in overrides]
    points += [number(entry["points"]) for entry in overrides]
    return full > 0 and falling and all(0 <= share <= 1 for share in shares) and all(0 <= point <= full for point in points)


def trimming(scheme):
    """Only means are trimmed, something must remain, and of an anonymous group at least five."""
    if "trimming" not in scheme or scheme["trimming"].get("mode", "count") not in ("count", "share"):
        return
    rule = trimming_of(scheme)
    if not _trims(rule):
        yield Problem("trim_range", "trimming")
        return
    kinds = {aggregator["kind"] for _path, figures, aggregator in resolved(scheme) if not figures}
    if scheme.get("mode") == "grades" and kinds - {"mean"}:  # every other mode takes means only
        yield Problem("trim_needs_mean", "trimming")
    elif _keeps_too_few(rule) and any(is_anonymous(group) for group in scheme.get("rater_groups", [])):
        yield Problem("trim_below_k", "trimming")


def is_anonymous(group):
    """Whether ballots without names are cast in this group; figures come from outside."""
    return group.get("anonymous", True) and group.get("source") != "figures"


def _trims(rule):
    """Something is dropped, and never everything."""
    if rule.high < 0 or rule.low < 0 or rule.high + rule.low == 0 or not 1 <= rule.min_n <= 10**6:
        return False
    if rule.mode == "share":
        return rule.high + rule.low < 1
    whole = rule.high.denominator == rule.low.denominator == 1
    return whole and rule.min_n > rule.high + rule.low


def _keeps_too_few(rule):
    """Could fewer than five remain, at any number of ballots that is trimmed?"""
    if rule.mode == "count":
        return rule.min_n < K + rule.high + rule.low
    enough = math.ceil(K / (1 - rule.high - rule.low))
    return any(n - sum(rule.cuts(n)) < K for n in range(rule.min_n, enough + 1))
