"""The result of a meeting (scoring.md §4, §8): what is found, kept and hashed."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from scoring.rules import freeze
from scoring.rules.counts import Pile
from scoring.rules.outcome import Standing
from scoring.rules.scheme import Scheme
from scoring.rules.values import GroupValue
from scoring.rules.weighing import Weighing


@dataclass
class OfficialResult:
    """Everything found about one official. Exact group values and `trace` are for the scrutineers (L2) only."""

    code: str
    category: str | None
    unit: str | None
    piles: dict[str, Pile]
    groups: dict[str, GroupValue] = field(default_factory=dict)
    weighing: Weighing | None = None
    reasons: list[str] = field(default_factory=list)
    adjust: dict = field(default_factory=dict)  # bonus and deduction counts as they were given
    adjusted: Fraction | None = None
    bonus: Fraction = Fraction(0)
    deducted: Fraction = Fraction(0)
    score: str | None = None
    standing: Standing | None = None
    trace: list[dict] = field(default_factory=list)

    @property
    def status(self) -> str:
        return "blocked" if self.reasons else "ok"

    @property
    def ballots(self) -> int:
        """Ballots returned for this official, of all groups."""
        return sum(pile.returned for pile in self.piles.values())

    def counted(self, scheme: Scheme) -> int | None:
        """Slips counted in the ballot groups that weigh; None where there is no such group."""
        weighted = [group.counted for group in self.groups.values() if group.weight and not scheme.groups[group.code].figures]
        return sum(weighted) if weighted else None

    @property
    def band(self):
        return self.standing.band

    @property
    def rank(self):
        return self.standing.rank

    @property
    def actions(self) -> list[str]:
        """Measures that are proposed, never taken."""
        return self.standing.actions

    def as_dict(self) -> dict:
        """The result as it is hashed and stored; without the trace (§8)."""
        row = {
            "status": self.status,
            "reasons": self.reasons,
            "category": self.category,
            "unit": self.unit,
            "counts": {code: pile.as_dict() for code, pile in self.piles.items()},
            "score": self.score,
            "band": self.band,
            "rank": self.rank,
            "actions": self.actions,
        }
        if self.weighing and self.weighing.missing:
            row["missing_groups"] = self.weighing.missing
        return row if self.reasons else row | self._values()

    def _values(self):
        row = {
            "groups": {code: group.as_dict() for code, group in self.groups.items()},
            "meeting": str(self.weighing.value),
            "adjusted": str(self.adjusted),
            "award_eligible": not self.standing.vetoed,
        }
        sides = {side: str(value) for side, value in self.weighing.sides.items()}
        return row | ({"sides": sides} if sides else {})


@dataclass
class Result:
    """The result of a meeting: `officials` by code, in the order given."""

    scheme: Scheme
    input_hash: str
    places: int
    officials: dict[str, OfficialResult]
    conservation: dict[str, dict[str, int]]
    void_groups: list[str]  # letters of the boxes whose round is void
    decisions_needed: list[dict]

    @property
    def is_final(self) -> bool:
        """No tie across a quota waits for a decision."""
        return not self.decisions_needed

    @cached_property
    def scheme_hash(self) -> str:
        return freeze.scheme_hash(self.scheme.raw)

    @cached_property
    def result_hash(self) -> str:
        rows = {code: official.as_dict() for code, official in self.officials.items()}
        return freeze.result_hash(self.input_hash, rows)

    def as_dict(self) -> dict:
        """Plain values, to store beside the hashes; traces are stored apart, for the scrutineers."""
        return {
            "scheme_hash": self.scheme_hash,
            "input_hash": self.input_hash,
            "result_hash": self.result_hash,
            "places": self.places,
            "conservation": self.conservation,
            "void_groups": self.void_groups,
            "decisions_needed": self.decisions_needed,
            "subjects": {code: official.as_dict() for code, official in self.officials.items()},
        }
