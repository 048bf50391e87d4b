"""Sections of validation: what is made of the value (scoring.md §3 from `bonus` on; §6 uses the same)."""

from scoring.rules.check_counting import duplicates
from scoring.rules.errors import Problem
from scoring.rules.numbers import number


def total(scheme):
    """The total of a composite."""
    if number(scheme.get("total", 100)) <= 0:
        yield Problem("total_not_positive", "total")


def adjustments(scheme):
    """Caps are not below what they cap; codes of deductions and vetoes are unlike."""
    if "bonus" in scheme and number(scheme["bonus"]["cap"]) < 0:
        yield Problem("range", "bonus.cap")
    for index, entry in enumerate(scheme.get("deductions", [])):
        if not 0 <= number(entry["points"]) <= number(entry["cap"]):
            yield Problem("range", f"deductions[{index}]")
    yield from duplicates(scheme.get("deductions", []), "deductions")
    yield from duplicates(scheme.get("veto", []), "veto")


def rounding(scheme):
    """0–4 places."""
    if not 0 <= scheme.get("rounding", {}).get("places", 2) <= 4:
        yield Problem("rounding_invalid", "rounding.places")


def bands(scheme):
    """Falling, half-open, without gap or overlap, down to 0; the top one is open. Labels are unlike."""
    if "bands" not in scheme:
        return
    entries = scheme["bands"]
    lows = [number(band["min"]) for band in entries]
    if not lows or lows[-1] != 0:
        yield Problem("band_floor", "bands")
    for index, band in enumerate(entries):
        above = lows[index - 1] if index else None
        yield from _band(band, lows[index], above, f"bands[{index}]")
    yield from duplicates([{"code": band["label"]} for band in entries], "bands")


def _band(band, low, above, path):
    if above is not None and low >= above:
        yield Problem("band_order", f"{path}.min")
    elif "max" in band and (above is None or number(band["max"]) < above):
        yield Problem("band_gap", f"{path}.max")
    elif "max" in band and number(band["max"]) > above:
        yield Problem("band_overlap", f"{path}.max")


def quota_list(scheme) -> list[dict]:
    """The quotas in order, whether one was written or several (§3)."""
    value = scheme.get("forced_quota", [])
    return value if isinstance(value, list) else [value]


def quotas(scheme):
    """Each names a band and one limit, or shares that add up to 1 (§4.9)."""
    single = not isinstance(scheme.get("forced_quota"), list)
    labels = [band["label"] for band in scheme.get("bands", [])]
    for index, quota in enumerate(quota_list(scheme)):
        path = "forced_quota" if single else f"forced_quota[{index}]"
        check = _distribution if quota.get("kind") == "distribution" else _limit
        yield from check(quota, labels, path)


def _limit(quota, labels, path):
    """at_most needs a band below to go to; of ratio and count exactly one is given."""
    last = quota.get("kind", "at_most") == "at_most" and labels[-1:] == [quota.get("label")]
    if quota.get("label") not in labels or last:
        yield Problem("quota_label", f"{path}.label")
    ratio, count = quota.get("max_ratio"), quota.get("max_count")
    if (ratio is None) == (count is None) or (ratio is not None and not 0 < number(ratio) <= 1) or (count or 0) < 0:
        yield Problem("quota_range", path)
    if "shares" in quota:
        yield Problem("unknown_field", f"{path}.shares")


def _distribution(quota, _labels, path):
    """Its labels stand for themselves; the bands only say who fails."""
    shares = [number(entry["share"]) for entry in quota.get("shares", [])]
    if not shares or sum(shares) != 1:
        yield Problem("quota_shares_sum", f"{path}.shares")
    elif not all(0 < share <= 1 for share in shares):
        yield Problem("quota_range", f"{path}.shares")
    yield from duplicates([{"code": entry["label"]} for entry in quota.get("shares", [])], f"{path}.shares")
    for name in {"label", "max_ratio", "max_count"} & set(quota):
        yield Problem("unknown_field", f"{path}.{name}")


def thresholds(scheme):
    """Either {below, action} or {bottom, only_below, base, action}."""
    for index, entry in enumerate(scheme.get("thresholds", [])):
        by_score, by_place = "below" in entry, "bottom" in entry
        mixed = by_score and ({"only_below", "base"} & set(entry))
        if by_score == by_place or not entry.get("action") or mixed or entry.get("bottom", 1) < 1:
            yield Problem("threshold_invalid", f"thresholds[{index}]")
