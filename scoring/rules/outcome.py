"""Steps 6–8, 10 and 11: from the meeting value to score, band, rank and proposals (scoring.md §4). Quotas: `quota`.

The composite of a year uses the same steps (§6), so they take the raw scheme, of either kind.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from scoring.rules.errors import ScoringError
from scoring.rules.numbers import number, rounded

PENDING = "pending"  # the band of people whose place a decision must settle (§4.9)


@dataclass
class Standing:
    """What steps 6–11 know of one person."""

    code: str
    category: str | None
    unit: str | None
    score: Fraction | None
    pool: object = None  # where he is ranked; `category` unless the caller says otherwise
    vetoed: bool = False
    band: str | None = None
    rank: int | None = None
    ranked_of: int = 0
    actions: list[str] = field(default_factory=list)
    quota: list[dict] = field(default_factory=list)  # what each quota did, for the explain sheet

    @property
    def in_order(self) -> bool:
        """Has a score and may be ranked and take places."""
        return self.score is not None and not self.vetoed


def adjusted(raw: dict, value: Fraction, entry: dict) -> tuple[Fraction, Fraction, Fraction]:
    """(value after adjustment, bonus, deduction): bonus and each deduction capped, only then limited to 0…total (§4.6)."""
    bonus = sum((_amount(extra) for extra in entry.get("bonus", [])), Fraction(0))
    if bonus and "bonus" not in raw:
        raise ScoringError("unknown_code", "bonus")
    bonus = min(bonus, number(raw["bonus"]["cap"])) if "bonus" in raw else Fraction(0)
    deducted = deduction(raw, entry.get("deductions", {}))
    result = max(Fraction(0), value + bonus - deducted)
    if raw.get("ceiling", "total") == "total":
        result = min(result, number(raw.get("total", 100)))
    return result, bonus, deducted


def deduction(raw: dict, counts: dict) -> Fraction:
    """Σ min(count × points, cap); a code the scheme does not know is an error (§4.6)."""
    known = {entry["code"]: entry for entry in raw.get("deductions", [])}
    total = Fraction(0)
    for code, count in counts.items():
        if code not in known:
            raise ScoringError("unknown_code", code)
        if type(count) is not int:
            raise ScoringError("bad_count", count)
        total += min(_amount(count) * number(known[code]["points"]), number(known[code]["cap"]))
    return total


def _amount(value):
    try:
        amount = number(value)
    except ValueError:
        amount = Fraction(-1)
    if amount < 0:
        raise ScoringError("bad_count", value)
    return amount


def check_vetoes(raw: dict, codes) -> bool:
    """Whether a veto applies; one the scheme does not know is an error."""
    known = {entry["code"] for entry in raw.get("veto", [])}
    if unknown := set(codes) - known:
        raise ScoringError("unknown_code", min(unknown))
    return bool(codes)


FEW = 20  # counted slips; fewer do not carry the second decimal (§4.7)


def places_of(raw: dict, counted: list[int | None]) -> int:
    """Decimal places of the scheme; at most 1 when someone has fewer than 20 counted slips in weighted ballot groups (§4.7).

    `counted` has the number of each official with a score, None where no ballots weigh. Where nobody has a score there is nothing
    to round, and the coarser number stands.
    """
    places = raw.get("rounding", {}).get("places", 2)
    is_fine = counted and all(n is None or n >= FEW for n in counted)
    return places if is_fine else min(places, 1)


def round_once(value: Fraction, places: int) -> Fraction:
    """Half up; from here on only the rounded value is used (§4.7)."""
    return rounded(value, places)


def band(raw: dict, score: Fraction) -> str | None:
    """The highest band with score ≥ min; None when the scheme has no bands (§4.8)."""
    return next((entry["label"] for entry in raw.get("bands", []) if score >= number(entry["min"])), None)


def set_bands(raw: dict, people: list[Standing]) -> None:
    """Bands, and veto next: the lowest band; score kept (§4.8)."""
    for person in people:
        if person.score is not None:
            person.band = band(raw, Fraction(0) if person.vetoed else person.score)


def rank(people: list[Standing]) -> None:
    """Dense (1, 1, 2) on the score inside each pool, without vetoed and unscored (§4.10)."""
    pools = defaultdict(list)
    for person in people:
        if person.in_order:
            pools[person.pool].append(person)
    for pool in pools.values():
        order = sorted({person.score for person in pool}, reverse=True)
        for person in pool:
            person.rank, person.ranked_of = order.index(person.score) + 1, len(pool)


def propose(raw: dict, people: list[Standing]) -> None:
    """Measures are proposed, never taken (§4.11): below a score only the lowest reached, or all; then the last N."""
    severe = raw.get("thresholds_mode", "most_severe") == "most_severe"
    thresholds = raw.get("thresholds", [])
    for person in people:
        if person.score is not None:
            reached = [entry for entry in thresholds if "below" in entry and person.score < number(entry["below"])]
            if severe and reached:
                reached = [min(reached, key=lambda entry: number(entry["below"]))]
            person.actions += [entry["action"] for entry in reached]
    for entry in thresholds:
        if "bottom" in entry:
            _propose_bottom(entry, people)


def _propose_bottom(entry, people):
    """N counts people; ties at the edge are all included; vetoed are left out; `only_below` excuses good scores.

    Last of whom: of `base`, and where it is not said, of those he is ranked among.
    """
    pools = defaultdict(list)
    for person in people:
        if person.in_order:
            pools[person.pool if "base" not in entry else None if entry["base"] == "session" else person.category].append(person)
    for pool in pools.values():
        edge = sorted(person.score for person in pool)[: entry["bottom"]][-1]
        for person in pool:
            if person.score <= edge and ("only_below" not in entry or person.score < number(entry["only_below"])):
                person.actions.append(entry["action"])
