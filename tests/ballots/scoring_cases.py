"""The shared scoring cases in the form the verifier counts: torn slips in tenths and options, ballots per box."""

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

from ballots import verify

VECTORS = json.loads((Path(__file__).parent.parent / "data" / "scoring_vectors.json").read_bytes())
CASES = VECTORS["cases"]


def of_kind(*kinds):
    return [case for case in CASES if case["kind"] in kinds]


def scheme_of(case):
    named = case["scheme"] if isinstance(case["scheme"], dict) else VECTORS["schemes"][case["scheme"]]
    return without_nulls(merge(named, case.get("patch", {})))


def merge(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def without_nulls(value):
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return [without_nulls(member) for member in value] if isinstance(value, list) else value


def ballots_of(data, scheme):
    """Whole ballots (box, {official: {criterion: text} or None}, spoiled)."""
    criterion = next(iter(scheme.criteria), "all")
    for ballot in data.get("ballots", []):
        yield ballot["group"], ballot["marks"], ballot.get("spoiled", False)
    for official, groups in data.get("values", {}).items():
        for group, marks in groups.items():
            for mark in marks:
                yield group, {official: None if mark is None else {criterion: mark}}, False
    for tally in data.get("tallies", []):
        items = tally.get("items") or {criterion: tally["votes"]}
        columns = {code: [option for option, n in votes.items() for _ in range(n)] for code, votes in items.items()}
        for choice in zip(*columns.values(), strict=True):
            yield tally["group"], {tally["subject"]: dict(zip(columns, choice, strict=True))}, False
        for spoiled, n in ((False, tally.get("abstain", 0)), (True, tally.get("invalid", 0))):
            for _ in range(n):
                yield tally["group"], {tally["subject"]: None}, spoiled


def as_slip(scheme, marks):
    """Marks as text → {"a": …}, or {"x": reason} where they do not even have a place on a slip."""
    answers = {}
    for code, mark in (marks or {}).items():
        if mark is None:
            continue
        if code in scheme.criteria and scheme.criteria[code].graded:
            answers[code] = 1 + [grade.code for grade in scheme.grades].index(mark)
        else:
            tenths = Fraction(mark) * 10
            answers[code] = int(tenths) if tenths.denominator == 1 else tenths
    reason = verify.slip_fault(scheme, answers)
    return {"x": reason} if reason else {"a": answers}


def torn(case):
    """What `verify.count` and `verify.input_hash` take: (scheme, subjects, slips, the rest by name)."""
    raw, data = scheme_of(case), case["data"]
    scheme, scope = verify.Scheme(raw), data.get("scope", {})
    subjects = without_nulls(data.get("subjects", [{"code": "P1", "category": "全部"}]))
    slips, returned = [], Counter()
    for box, marks, spoiled in ballots_of(data, scheme):
        returned[box] += 1
        parts = {official: as_slip(scheme, answers) for official, answers in marks.items()}
        for official, part in parts.items():
            if official not in scope.get(box, parts):
                part.clear()
                part["x"] = "wrong_group"
        if spoiled:
            parts = {official: {"x": "foreign_mark"} for official in parts}
        elif verify.is_straight_line(scheme, [part["a"] for part in parts.values() if "a" in part]):
            parts = {official: {"x": "straight_line"} for official in parts}
        slips += [{"g": box, "o": official, **part} for official, part in parts.items()]
    outside = {name: data[name] for name in ("figures", "adjust", "vetoes", "decisions") if name in data}
    rest = {name: data[name] for name in ("boxes", "issued", "scope") if name in data}
    return raw, subjects, slips, {**rest, "returned": returned, "outside": outside}
