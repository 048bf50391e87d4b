"""The one table that page, PDF and Excel show (scoring.md §4 Publish; audiences: ballots.md §9.2).

L0 public and archive: score, band, ballots returned. L1 the room and the superiors: group values where allowed.
It is made once, when the result is counted, and stored: what was published does not change.
"""

from fractions import Fraction

from scoring.rules import cover
from scoring.rules.numbers import fixed, rounded, shown
from scoring.rules.result import OfficialResult, Result
from scoring.rules.scheme import K

HIDDEN, MISSING = "*", "–"
COUNTS_FROM = 10  # slips returned by every anonymous group before counts are shown by group


def published(result: Result, level: str = "L0") -> dict:
    """{"level", "scheme", "version", "groups", "rows"}: plain values, in the order of the officials.

    A row: {score, band, rank, ranked_of, ballots}, with {bonus, deducted, vetoed} where there are any; at L1 also {groups: {code:
    text}, counts}; or {held, ballots} when even the score would give a mark away; or {blocked, score: None, …} when there is no score. A hidden value is "*", without a
    reason; a missing one "–". A group that was merged into another has no value of its own.
    """
    if level not in ("L0", "L1"):
        raise ValueError("the table is made for L0 or L1; the scrutineers (L2) read the result itself")
    rows = {code: _row(result, official, level) for code, official in result.officials.items()}
    _rank(result, rows)
    scheme = result.scheme
    return {
        "level": level,
        "scheme": scheme.raw.get("code"),
        "version": scheme.raw.get("version"),
        "groups": [{"code": g.code, "name": g.name, "named": g.named} for g in scheme.groups.values()] if level == "L1" else [],
        "rows": rows,
    }


def _row(result: Result, official: OfficialResult, level: str) -> dict:
    if official.reasons:
        return {"blocked": True, "score": None, "band": None, "ballots": official.ballots}
    weighed, score = (result.scheme, official.groups, official.weighing.shares), _told(result, official)
    out = cover.hidden(*weighed, score)
    if cover.is_held(*weighed, out, score):
        return {"held": True, "ballots": official.ballots}
    row = {"score": official.score, "band": official.band, "ballots": official.ballots} | _from_outside(official)
    if level == "L1":
        row["groups"] = {code: _printed(group, code in out) for code, group in official.groups.items()}
        row["counts"] = _counts(result, official)
    return row


def _told(result, official):
    """Between which ends the meeting value lies for whoever takes off what is printed beside the score, which is rounded with it. Where
    the score was cut at nothing or at the total, it is taken to tell as much as a score that was not."""
    value, half = official.weighing.value, Fraction(1, 2 * 10**result.places)
    middle = Fraction(official.score) - official.bonus + official.deducted
    middle = middle if abs(middle - value) <= half else rounded(value, result.places)
    return middle - half, middle + half


def _from_outside(official):
    """What did not come out of the box stands beside the score: whoever knows it takes it off, so what is hidden is hidden from the
    value before it (`cover` never sees the adjusted one)."""
    found = {"bonus": official.bonus, "deducted": official.deducted}
    return {name: shown(value) for name, value in found.items() if value} | ({"vetoed": True} if official.standing.vetoed else {})


def _printed(group, is_hidden):
    if group.value is None:
        return MISSING
    return HIDDEN if is_hidden else fixed(group.value, cover.places_of(group))


def _counts(result: Result, official: OfficialResult) -> dict:
    """valid, invalid, abstain by group only if every anonymous group present returned ≥ 10, else in total.

    Not even in total where fewer than five sit in a group without weight, which merges nowhere: once the slips of the others are
    open, the rest of the total is theirs.
    """
    present = {code: pile for code, pile in official.piles.items() if pile.returned}
    anonymous = {code: pile.returned for code, pile in present.items() if not result.scheme.groups[code].named}
    names = ("valid", "invalid", "abstain")
    weights, _sides = result.scheme.weights(official.category)
    if any(returned < K and not weights[code] for code, returned in anonymous.items()):
        return {}
    if all(returned >= COUNTS_FROM for returned in anonymous.values()):
        return {code: {name: getattr(pile, name) for name in names} for code, pile in present.items()}
    return {"total": {name: sum(getattr(pile, name) for pile in present.values()) for name in names}}


def _rank(result: Result, rows: dict) -> None:
    """Ranks are shown only where nobody of the same base is held: a gap would tell where he stands."""
    held = {result.officials[code].standing.pool for code, row in rows.items() if "held" in row}
    for code, row in rows.items():
        standing = result.officials[code].standing
        if "held" not in row and "blocked" not in row:
            shown = standing.rank is not None and standing.pool not in held
            row["rank"], row["ranked_of"] = (standing.rank, standing.ranked_of) if shown else (None, None)


def open_slips(table: dict, subjects: dict, *, k_pub: int, named: set[str]) -> set[tuple[str, str]]:
    """(group, official) whose slips anyone in the room may recompute (ballots.md §9.2, L3).

    Groups of at least `k_pub` counted slips whose own value the L1 table shows; never a named one, which has no slips. Where another
    group was merged in, none: its slips would follow from the difference. `subjects` are the exact results, as they are frozen.
    """
    shown = set()
    for official, row in table["rows"].items():
        exact = subjects[official].get("groups", {})
        for group, text in row.get("groups", {}).items():
            value = exact[group]
            is_public = text not in (HIDDEN, MISSING) and value["counted"] >= k_pub and len(value["from"]) == 1
            if is_public and group not in named:
                shown.add((group, official))
    return shown
