"""A worked example of a scheme: three invented officials, so many ballots that every group counts, and the result with its trace.

Nothing is drawn by lot: the same scheme gives the same example, and every number of it can be recounted.
"""

from fractions import Fraction

from scoring.rules.result import Result
from scoring.rules.scheme import Scheme, lettered, read
from scoring.rules.session import score

OFFICIALS = 3
NAMED, SECRET = 2, 8  # ballots of a named and of an anonymous group; more where the scheme trims or asks for more


def example(raw: dict) -> Result:
    """The count of the example under a valid scheme."""
    plan = read(raw)
    categories = sorted(plan.replaced) or [None]
    officials = [{"code": f"o0{n}", "unit": "u"} | category(categories[n % len(categories)]) for n in range(1, OFFICIALS + 1)]
    boxes = lettered(code for code, group in plan.groups.items() if not group.figures)
    slips = [
        {"g": letter, "o": official["code"], "a": example_marks(plan, rater, n)}
        for letter, code in boxes.items()
        for rater in range(raters(plan, code))
        for n, official in enumerate(officials)
    ]
    figures = {official["code"]: given(plan, n) for n, official in enumerate(officials)}
    outside = {"figures": {code: row for code, row in figures.items() if row} or None, **acts(raw)}
    return score(raw, officials, slips, boxes=boxes, **outside)


def category(name):
    return {"category": name} if name else {}


def raters(plan: Scheme, code: str) -> int:
    group = plan.groups[code]
    return max(NAMED if group.named else SECRET, group.min_ballots, plan.trimming.min_n)


def example_marks(plan: Scheme, rater: int, official: int) -> dict:
    """The answers of one invented rater: tenths of a point, or the place of the option."""
    answers = {}
    for n, criterion in enumerate(plan.criteria):
        spread = (rater * 7 + official * 3 + n * 5) % 6 + official
        if criterion.graded:
            answers[criterion.code] = 1 + min(spread // 3, len(plan.grades) - 1)
        else:
            steps = (criterion.max_points / plan.step).__floor__()
            answers[criterion.code] = int((steps - (steps * Fraction(spread, 24)).__floor__()) * plan.step * 10)
    return answers


def given(plan: Scheme, official: int) -> dict:
    """Figures from elsewhere for the groups that take them."""
    found = {}
    for code, group in plan.groups.items():
        if group.figures:
            is_place = group.aggregator.get("of") == "places"
            found[code] = [official + 1] if is_place else [int(plan.total * (9 - official) / 10)]
    return found


def acts(raw: dict) -> dict:
    """Of everything the scheme takes from outside one: the first official gets all of the bonus and one deduction, the last the veto."""
    adjust = {"bonus": [raw["bonus"]["cap"]]} if "bonus" in raw else {}
    if raw.get("deductions"):
        adjust["deductions"] = {raw["deductions"][0]["code"]: 1}
    vetoes = {"o03": [raw["veto"][0]["code"]]} if raw.get("veto") else None
    return {"adjust": {"o01": adjust} if adjust else None, "vetoes": vetoes}
