"""The whole pipeline of a meeting, steps 1–11 (scoring.md §4). Pure: what it needs comes in, nothing else is asked."""

from fractions import Fraction

from scoring.rules import counts, explain, freeze, merging, outcome, slips, values
from scoring.rules.errors import ScoringError
from scoring.rules.numbers import fixed
from scoring.rules.quota import Quotas
from scoring.rules.result import OfficialResult, Result
from scoring.rules.scheme import read
from scoring.rules.validation import require_valid
from scoring.rules.weighing import blockers, weigh


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
    _check_officials(officials, figures, adjust, vetoes)
    where = counts.arrange(plan, officials, boxes, scope)
    judged = counts.judge(plan, officials, slips, where)
    table = counts.conservation(where, counts.ballots_returned(judged, where) if returned is None else returned, issued)
    rows = _count(plan, officials, counts.piles(plan, officials, judged, where), where, scope or {}, figures or {})
    _block(plan, rows, where, table)
    places, needed = _finish(plan, rows, adjust or {}, vetoes or {}, decisions or [])
    given = {"boxes": boxes, "issued": issued, "scope": scope, "figures": figures}
    given |= {"adjust": adjust, "vetoes": vetoes, "decisions": decisions}
    digest = freeze.input_hash(plan.raw, officials, [slip.as_dict() for slip in judged], **given)
    result = Result(plan, digest, places, rows, table, counts.void_boxes(table), needed)
    for row in rows.values():
        row.trace = explain.trace(result, row)
    return result


def _check_officials(officials, *given):
    """What is given from outside is about the officials of this meeting."""
    known = {official["code"] for official in officials}
    for entries in given:
        if unknown := set(entries or {}) - known:
            raise ScoringError("unknown_official", min(unknown))


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
    for code, row in rows.items():
        row.standing = outcome.Standing(code, row.category, row.unit, None)
        row.standing.vetoed = outcome.check_vetoes(plan.raw, vetoes.get(code, []))
        if row.weighing.value is not None:
            row.adjust = adjust.get(code, {})
            row.adjusted, row.bonus, row.deducted = outcome.adjusted(plan.raw, row.weighing.value, row.adjust)
    places = outcome.places_of(plan.raw, [row.counted(plan) for row in rows.values() if not row.reasons])
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
