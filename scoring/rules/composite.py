"""The yearly composite: frozen results of the year put together (scoring.md §6). Uses steps 6–11 of the meeting."""

from dataclasses import dataclass, field
from fractions import Fraction

from scoring.rules import outcome
from scoring.rules.errors import ScoringError
from scoring.rules.freeze import without_nulls
from scoring.rules.numbers import fixed, number
from scoring.rules.quota import Quotas
from scoring.rules.scheme import replaced_weights
from scoring.rules.validation import require_valid, validate_composite


@dataclass
class YearResult:
    """One person's year."""

    code: str
    missing: list[str] = field(default_factory=list)
    weights: dict[str, Fraction] = field(default_factory=dict)
    marks: dict[str, Fraction] = field(default_factory=dict)
    weighted: Fraction | None = None
    adjusted: Fraction | None = None
    bonus: Fraction = Fraction(0)
    deducted: Fraction = Fraction(0)
    reasons: list[str] = field(default_factory=list)
    score: str | None = None
    standing: outcome.Standing | None = None

    def as_dict(self) -> dict:
        row = {"status": "blocked" if self.reasons else "ok", "reasons": self.reasons, "score": self.score}
        row |= {"band": self.standing.band, "rank": self.standing.rank, "actions": self.standing.actions}
        if self.missing:
            row["missing_components"] = self.missing
        if self.reasons:
            return row
        exact = {"weighted": str(self.weighted), "adjusted": str(self.adjusted)}
        return row | exact | {"award_eligible": not self.standing.vetoed}


@dataclass
class Year:
    """The composite of everybody, and the ties which people must settle."""

    people: dict[str, YearResult]
    places: int
    decisions_needed: list[dict]


def compose(scheme: dict, people: list[dict], *, adjust=None, vetoes=None, decisions=None) -> Year:
    """people: {"code", "category"?, "unit"?, "scores": {component: frozen, rounded score or grade of its grade_map}}."""
    require_valid(scheme, validate_composite)
    raw, adjust, vetoes = without_nulls(scheme), adjust or {}, vetoes or {}
    places = raw.get("rounding", {}).get("places", 2)
    if unknown := (set(adjust) | set(vetoes)) - {person["code"] for person in people}:
        raise ScoringError("unknown_official", min(unknown))
    rows = {person["code"]: _person(raw, person, adjust, vetoes, places) for person in people}
    standings = [row.standing for row in rows.values()]
    outcome.set_bands(raw, standings)
    needed = Quotas(raw, standings, decisions or []).apply()
    outcome.rank(standings)
    outcome.propose(raw, standings)
    return Year(rows, places, needed)


def _person(raw, person, adjust, vetoes, places):
    code, category = person["code"], person.get("category")
    row = YearResult(code)
    weigh(raw, row, category, without_nulls(person["scores"]))
    row.standing = outcome.Standing(code, category, person.get("unit"), None)
    row.standing.pool = (category, tuple(sorted(row.marks)))  # within category and set of components
    row.standing.vetoed = outcome.check_vetoes(raw, vetoes.get(code, []))
    if row.weighted is not None:
        row.adjusted, row.bonus, row.deducted = outcome.adjusted(raw, row.weighted, adjust.get(code, {}))
        if not row.reasons:
            row.standing.score = outcome.round_once(row.adjusted, places)
            row.score = fixed(row.standing.score, places)
    return row


def weigh(raw: dict, row: YearResult, category, scores: dict) -> None:
    """Σ w·total·score÷full ÷ Σ w over weights > 0; what is missing: renormalize, zero or block."""
    own = replaced_weights(raw.get("category_weights", [])).get(category, {})
    components = {entry["code"]: entry for entry in raw["components"]}
    if unknown := set(scores) - set(components):
        raise ScoringError("unknown_code", min(unknown))
    row.weights = {code: own.get(code, number(entry["weight"])) for code, entry in components.items()}
    row.weights = {code: weight for code, weight in row.weights.items() if weight}
    total = number(raw.get("total", 100))
    for code in row.weights:
        if code not in scores:
            row.missing.append(code)
            continue
        full, mark = number(components[code].get("full", 100)), _mark(components[code], scores[code])
        if mark is None or not 0 <= mark <= full:
            row.reasons = ["component_range"]
            continue
        row.marks[code] = total * mark / full
    policy = raw.get("missing_component_policy", "renormalize")
    if row.missing and policy == "block":
        row.reasons.append("component_missing")
    base = sum(weight for code, weight in row.weights.items() if policy == "zero" or code in row.marks)
    if not row.marks:
        row.reasons.append("no_component")
    else:
        row.weighted = sum(row.weights[code] * mark for code, mark in row.marks.items()) / base


def _mark(component, value):
    """The score as a number; a grade through the grade map; None when it is neither."""
    try:
        return number(component.get("grade_map", {}).get(value, value))
    except ValueError:
        return None
