"""The whole pipeline of a meeting, steps 1–11 (scoring.md §4). Pure: what it needs comes in, nothing else is asked."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from scoring.rules import counts, explain, freeze, merging, outcome, slips, values
from scoring.rules.errors import ScoringError
from scoring.rules.numbers import fixed
from scoring.rules.quota import Quotas
from scoring.rules.scheme import Scheme, read
from scoring.rules.validation import require_valid
from scoring.rules.weighing import Weighing, blockers, weigh


@dataclass
class OfficialResult:
    """Everything found about one official. Exact group values and `trace` are for the scrutineers (L2) only."""

    code: str
    category: str | None
    unit: str | None
    piles: dict[str, counts.Pile]
    groups: dict[str, values.GroupValue] = field(default_factory=dict)
    weighing: Weighing | None = None
    reasons: list[str] = field(default_factory=list)
    adjusted: Fraction | None = None
    bonus: Fraction = Fraction(0)
    deducted: Fraction = Fraction(0)
    score: str | None = None
    standing: outcome.Standing | None = None
    trace: list[dict] = field(default_factory=list)

    @property
    def status(self) -> str:
        return "blocked" if self.reasons else "ok"

    @property
    def ballots(self) -> int:
        """Ballots returned for this official, of all groups."""
        return sum(pile.returned for pile in self.piles.values())

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


def score(
    scheme: dict, officials: list[dict], slips: list[dict], *,
    boxes=None, issued=None, scope=None, returned=None, figures=None, adjust=None, vetoes=None, decisions=None,
) -> Result:  # fmt: skip
    """Count torn slips (as in a transcript) into a result. What is None was not given; it is then not hashed either.

    officials: {"code", "category"?, "unit"?}; slips: {"g", "o", "a" or "x"}; boxes: letter → group; issued: letter → cards
    drawn; scope: letter → officials; returned: letter → ballots (else taken from the slips); figures: official → group →
    numbers; adjust: official → {"bonus": numbers, "deductions": {code: count}}; vetoes: official → codes;
    decisions: [{"label", "pool", "chosen"}].
    """
    require_valid(scheme)
    plan = read(scheme)
    known = {official["code"] for official in officials}
    for given in (figures, adjust, vetoes):
        if unknown := set(given or {}) - known:
            raise ScoringError("unknown_official", min(unknown))
    places_of = counts.arrange(plan, officials, boxes, scope)
    judged = counts.judge(plan, officials, slips, places_of)
    returned = counts.ballots_returned(judged, places_of) if returned is None else returned
    table = counts.conservation(places_of, returned, issued)
    rows = _count(plan, officials, counts.piles(plan, officials, judged, places_of), places_of, scope or {}, figures or {})
    _block(plan, rows, places_of, table)
    places, needed = _finish(plan, rows, adjust or {}, vetoes or {}, decisions or [])
    given = {
        "boxes": boxes,
        "issued": issued,
        "scope": scope,
        "figures": figures,
        "adjust": adjust,
        "vetoes": vetoes,
        "decisions": decisions,
    }
    digest = freeze.input_hash(plan.raw, officials, [slip.as_dict() for slip in judged], **given)
    result = Result(plan, digest, places, rows, table, counts.void_boxes(table), needed)
    for row in rows.values():
        row.trace = explain.trace(result, row)
    return result


def score_ballots(scheme: dict, officials: list[dict], ballots: list[dict], *, boxes=None, scope=None, **given) -> Result:
    """Count whole ballots: judge what needs the whole ballot, tear, count the slips (§4, first paragraph)."""
    require_valid(scheme)
    plan = read(scheme)
    where = counts.arrange(plan, officials, boxes, scope)
    torn, returned = slips.tear(plan, ballots, where.scope)
    return score(scheme, officials, torn, boxes=boxes, scope=scope, returned=returned, **given)


def _count(plan, officials, piles, boxes, scope, figures) -> dict[str, OfficialResult]:
    """Steps 3–5 for every official."""
    rows, side_weights = {}, {}
    for official in officials:
        code, category = official["code"], official.get("category")
        row = rows[code] = OfficialResult(code, category, official.get("unit"), piles[code])
        weights, side_weights[code] = plan.weights(category)
        rated = boxes.in_scope(code) | {group for group in _figure_groups(plan) if code in scope.get(group, [code])}
        weights = {group: weight if group in rated else Fraction(0) for group, weight in weights.items()}
        merged, too_small = merging.merge(plan, weights, piles[code])
        row.reasons += ["group_too_small"] if too_small else []
        given = _figures(plan, rated, figures.get(code, {}))
        row.groups = {group: values.measure(plan, entry, given.get(group, [])) for group, entry in merged.items()}
    values.place(plan, {code: row.groups for code, row in rows.items()}, {code: row.category for code, row in rows.items()})
    for code, row in rows.items():
        row.weighing = weigh(plan, row.groups, side_weights[code])
        row.reasons += blockers(plan, row.groups, row.weighing)
    return rows


def _figure_groups(plan):
    return {code for code, group in plan.groups.items() if group.figures}


def _figures(plan, rated, given):
    """The figures of the groups that rate this official; a group that takes none is an error."""
    if unknown := set(given) - _figure_groups(plan):
        raise ScoringError("unknown_group", min(unknown))
    return {code: figures for code, figures in given.items() if code in rated}


def _block(plan, rows, boxes, table):
    """A void round leaves everybody in its scope without a score, a missed quorum all (§4.2)."""
    quorum = counts.has_quorum(plan, table)
    for code, row in rows.items():
        if not quorum:
            row.reasons.insert(0, "no_quorum")
        if any(code in boxes.scope[box] for box in counts.void_boxes(table)):
            row.reasons.insert(0, "void_round")


def _finish(plan, rows, adjust, vetoes, decisions):
    """Steps 6–11 for everybody; (places, decisions still needed)."""
    fewest = None
    for code, row in rows.items():
        row.standing = outcome.Standing(code, row.category, row.unit, None)
        row.standing.vetoed = outcome.check_vetoes(plan.raw, vetoes.get(code, []))
        if row.weighing.value is not None:
            row.adjusted, row.bonus, row.deducted = outcome.adjusted(plan.raw, row.weighing.value, adjust.get(code, {}))
    for row in [row for row in rows.values() if not row.reasons] or rows.values():
        weighted = [group for group in row.groups.values() if group.weight and not plan.groups[group.code].figures]
        if weighted:
            n = sum(group.counted for group in weighted)
            fewest = n if fewest is None else min(n, fewest)
    places = outcome.places_of(plan.raw, fewest)
    for row in rows.values():
        if not row.reasons:
            row.standing.score = outcome.round_once(row.adjusted, places)
            row.score = fixed(row.standing.score, places)
        row.standing.pool = None if plan.policy("rank_base", "category") == "session" else row.category
    people = [row.standing for row in rows.values()]
    outcome.set_bands(plan.raw, people)
    needed = Quotas(plan.raw, people, decisions).apply()
    outcome.rank(people)
    outcome.propose(plan.raw, people)
    return places, needed
