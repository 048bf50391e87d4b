"""A valid scheme read into exact values, with the defaults of scoring.md §3 filled in."""

from dataclasses import dataclass, field
from fractions import Fraction

from scoring.rules.freeze import without_nulls
from scoring.rules.numbers import number

K = 5  # fewer than five hide nobody (ballots.md §9.1)
STRAIGHT = {"straight_line_full_marks_all_subjects", "straight_line_all_equal"}


LETTERS = "abcdefghijklmnopqrstuvwxyz"  # a ballot box each; a scheme has no more groups


def lettered(groups) -> dict:
    """The groups by the letters of their boxes."""
    groups = list(groups)
    return dict(zip(LETTERS[: len(groups)], groups, strict=True))


@dataclass(frozen=True)
class Criterion:
    code: str
    name: str
    max_points: Fraction
    graded: bool


@dataclass(frozen=True)
class Grade:
    code: str
    label: str
    value: Fraction | None  # None: 不了解, not counted


@dataclass(frozen=True)
class Group:
    code: str
    name: str
    weight: Fraction
    named: bool  # 实名; figures come from outside and hide no ballot, so they count as named too
    figures: bool
    min_ballots: int
    merge_into: str | None
    side: str | None
    aggregator: dict


@dataclass(frozen=True)
class Trimming:
    mode: str
    high: Fraction
    low: Fraction
    min_n: int

    def cuts(self, n: int) -> tuple[int, int]:
        """How many of n ballots are dropped at the top and at the bottom (§4.4)."""
        if self.mode == "none" or n < self.min_n:
            return 0, 0
        if self.mode == "share":
            return (n * self.high).__floor__(), (n * self.low).__floor__()
        return int(self.high), int(self.low)


@dataclass(frozen=True)
class Scheme:
    """One scheme, ready to count with. `raw` is the canonical form that is hashed."""

    raw: dict
    mode: str
    total: Fraction
    step: Fraction
    criteria: tuple[Criterion, ...]
    grades: tuple[Grade, ...]
    grade_full: Fraction
    sides: dict[str, Fraction]
    groups: dict[str, Group]
    trimming: Trimming
    straight_rules: frozenset
    min_subjects: int
    quorum: Fraction | None
    replaced: dict[str, dict[str, Fraction]] = field(default_factory=dict)

    @property
    def ballot_groups(self) -> list[Group]:
        """The groups that vote; the others take figures from outside."""
        return [group for group in self.groups.values() if not group.figures]

    def policy(self, name: str, default: str) -> str:
        """A value list of §3 that stands by itself."""
        return self.raw.get(name, default)

    def weights(self, category) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        """Weights of groups and sides for an official of this category (§3 category_weights)."""
        own = self.replaced.get(category, {})
        groups = {code: own.get(code, group.weight) for code, group in self.groups.items()}
        return groups, {code: own.get(code, weight) for code, weight in self.sides.items()}


def read(raw: dict) -> Scheme:
    """Read a scheme that `validate` accepts; of any other the behaviour is undefined."""
    raw = without_nulls(raw)
    mode, total = raw["mode"], number(raw.get("total", 100))
    fallback = {"kind": "grade_mean" if mode == "grades" else "mean"}
    rules = set(raw.get("invalid_rules", []))
    return Scheme(
        raw=raw,
        mode=mode,
        total=total,
        step=number(raw.get("step", 1)),
        criteria=tuple(_criterion(entry, mode) for entry in criteria_of(raw)),
        grades=tuple(_grade(entry) for entry in raw.get("grades", [])),
        grade_full=number(raw.get("grade_full", 100)),
        sides={side["code"]: number(side["weight"]) for side in raw.get("sides", [])},
        groups={entry["code"]: _group(entry, raw.get("aggregator", fallback)) for entry in raw["rater_groups"]},
        trimming=trimming_of(raw),
        straight_rules=frozenset(rules & STRAIGHT),
        min_subjects=raw.get("min_subjects", 3),
        quorum=number(raw["quorum"]) if "quorum" in raw else None,
        replaced=replaced_weights(raw.get("category_weights", [])),
    )


def criteria_of(raw: dict) -> list[dict]:
    """The criteria; in grades mode the default is one, `all` (§3)."""
    default = {"code": "all", "name": "总体评价", "max_points": raw.get("total", 100)}
    return raw.get("criteria", [default] if raw.get("mode") == "grades" else [])


def _criterion(entry, mode):
    graded = mode == "grades" or (mode == "mixed" and entry.get("kind") == "grades")
    return Criterion(entry["code"], entry.get("name", entry["code"]), number(entry["max_points"]), graded)


def _grade(entry):
    value = number(entry["value"]) if entry.get("counts", True) else None
    return Grade(entry["code"], entry.get("label", entry["code"]), value)


def _group(entry, fallback):
    figures = entry.get("source") == "figures"
    named = figures or not entry.get("anonymous", True)
    return Group(
        code=entry["code"],
        name=entry.get("name", entry["code"]),
        weight=number(entry["weight"]),
        named=named,
        figures=figures,
        min_ballots=entry.get("min_ballots", 1 if named else K),
        merge_into=entry.get("merge_into"),
        side=entry.get("side"),
        aggregator=entry.get("aggregator", fallback),
    )


def trimming_of(raw: dict) -> Trimming:
    """No object: no trimming; an object without mode: by count (§3)."""
    entry = raw.get("trimming", {"mode": "none"})
    high, low = number(entry.get("high", 0)), number(entry.get("low", 0))
    return Trimming(entry.get("mode", "count"), high, low, entry.get("min_n", 0))


def replaced_weights(entries) -> dict[str, dict[str, Fraction]]:
    """category → code → weight, from either way of writing it (§3, §6)."""
    if isinstance(entries, dict):
        return {name: {code: number(weight) for code, weight in row.items()} for name, row in entries.items()}
    rows: dict[str, dict[str, Fraction]] = {}
    for entry in entries:
        rows.setdefault(entry["category"], {})[entry["code"]] = number(entry["weight"])
    return rows
