"""Sections of validation: who rates and with what weight (scoring.md §3, §6)."""

from scoring.rules.check_counting import duplicates, is_anonymous, resolved
from scoring.rules.errors import Problem
from scoring.rules.numbers import number, share_text
from scoring.rules.scheme import LETTERS, K, replaced_weights


def groups(scheme):
    """At least one, at most a letter each; codes unlike; an anonymous group is never counted below five."""
    entries = scheme.get("rater_groups", [])
    if not entries:
        yield Problem("groups_empty", "rater_groups")
    if len(entries) > len(LETTERS):
        yield Problem("groups_many", "rater_groups")
    yield from duplicates(entries, "rater_groups")
    for index, entry in enumerate(entries):
        least = entry.get("min_ballots", K)
        if is_anonymous(entry) and least < K:
            yield Problem("min_ballots_low", f"rater_groups[{index}].min_ballots")
        elif least < 1:
            yield Problem("range", f"rater_groups[{index}].min_ballots")


def sides(scheme):
    """With sides each group needs one of them, else none; a code names one thing only."""
    entries = scheme.get("sides", [])
    known = {entry["code"] for entry in entries}
    yield from duplicates(entries, "sides")
    for index, group in enumerate(scheme.get("rater_groups", [])):
        if (group.get("side") in known) != bool(known) or ("side" in group and not known):
            yield Problem("side_unknown", f"rater_groups[{index}].side")
        if group["code"] in known:
            yield Problem("duplicate_code", f"rater_groups[{index}].code")


def weights(scheme):
    """Each 0…1; together 1 at every level and in every side."""
    for name in ("rater_groups", "sides"):
        for index, entry in enumerate(scheme.get(name, [])):
            if not 0 <= number(entry["weight"]) <= 1:
                yield Problem("weight_range", f"{name}[{index}].weight")
    for path, together in _unbalanced(scheme, {}):
        yield Problem("weights_sum", path, share_text(together))


def _unbalanced(scheme, own):
    """(list, sum) where weights do not add up to 1, once the weights in `own` have replaced the usual ones."""
    levels: dict = {("sides",): scheme.get("sides", [])}
    for group in scheme.get("rater_groups", []):
        levels.setdefault(("rater_groups", group.get("side")), []).append(group)
    for level, entries in levels.items():
        together = sum(own.get(entry["code"], number(entry["weight"])) for entry in entries)
        if entries and together != 1:
            yield level[0], together


def category_weights(scheme):
    """They name groups or sides, and each category adds up again."""
    entries = scheme.get("category_weights", [])
    known = {entry["code"] for name in ("rater_groups", "sides") for entry in scheme.get(name, [])}
    seen = set()
    for index, entry in enumerate(entries):
        path = f"category_weights[{index}]"
        if entry["code"] not in known:
            yield Problem("group_unknown", f"{path}.code")
        if not 0 <= number(entry["weight"]) <= 1:
            yield Problem("weight_range", f"{path}.weight")
        if (entry["category"], entry["code"]) in seen:
            yield Problem("duplicate_code", f"{path}.code")
        seen.add((entry["category"], entry["code"]))
    for category, own in replaced_weights(entries).items():
        for _path, together in _unbalanced(scheme, own):
            yield Problem("weights_sum", "category_weights", f"{category} {share_text(together)}")


def merging(scheme):
    """A target exists, is another anonymous ballot group of the same side and rule, and nobody is merged in a circle."""
    entries = scheme.get("rater_groups", [])
    rules = {path: rule for path, _figures, rule in resolved(scheme)}
    rules = {entry["code"]: rules.get(f"rater_groups[{index}].aggregator") for index, entry in enumerate(entries)}
    by_code = {entry["code"]: entry for entry in entries}
    for index, entry in enumerate(entries):
        target = entry.get("merge_into")
        path = f"rater_groups[{index}].merge_into"
        if target is None:
            continue
        if target not in by_code:
            yield Problem("merge_unknown", path)
        elif not _fits(entry, by_code[target], rules):
            yield Problem("merge_mismatch", path)
        elif _in_circle(entry["code"], by_code):
            yield Problem("merge_cycle", path)


def _fits(entry, target, rules):
    same = entry.get("side") == target.get("side") and rules[entry["code"]] == rules[target["code"]]
    return entry["code"] != target["code"] and is_anonymous(entry) and is_anonymous(target) and same


def _in_circle(code, by_code):
    """Whether following merge_into from here leads back here."""
    here, seen = by_code[code].get("merge_into"), set()
    while here in by_code and here not in seen:
        if here == code:
            return True
        seen.add(here)
        here = by_code[here].get("merge_into")
    return False


def components(scheme):
    """The parts of a year: not empty, unlike, with weights 0…1 that add up and a full mark above zero."""
    entries = scheme.get("components", [])
    if not entries:
        yield Problem("components_empty", "components")
        return
    yield from duplicates(entries, "components")
    for index, entry in enumerate(entries):
        full = number(entry.get("full", 100))
        if not 0 <= number(entry["weight"]) <= 1:
            yield Problem("weight_range", f"components[{index}].weight")
        if full <= 0 or any(not 0 <= number(value) <= full for value in entry.get("grade_map", {}).values()):
            yield Problem("range", f"components[{index}].full")
    together = sum(number(entry["weight"]) for entry in entries)
    if together != 1:
        yield Problem("weights_sum", "components", share_text(together))


def component_weights(scheme):
    """Per category again 1, of known components."""
    usual = {entry["code"]: number(entry["weight"]) for entry in scheme.get("components", [])}
    for category, own in replaced_weights(scheme.get("category_weights", [])).items():
        path = f"category_weights.{category}"
        if not set(own) <= set(usual):
            yield Problem("group_unknown", path)
        elif not all(0 <= weight <= 1 for weight in own.values()):
            yield Problem("weight_range", path)
        elif (together := sum((usual | own).values())) != 1:
            yield Problem("weights_sum", path, share_text(together))
