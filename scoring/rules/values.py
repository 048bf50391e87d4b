"""Step 4: what a rater group says of one official, as one exact value (scoring.md §4.4)."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from scoring.rules.merging import Merged
from scoring.rules.numbers import number
from scoring.rules.scheme import Group, Scheme

PLACED = ("rank_decrement", "ratio_to_first")  # these need the other officials


@dataclass
class GroupValue:
    """A group of one official after merging. `ballots` (values of the counted slips) never leaves the scrutineers."""

    code: str
    name: str
    members: list[str]
    weight: Fraction
    named: bool
    counted: int = 0
    kept: int = 0
    value: Fraction | None = None
    points: Fraction | None = None  # of the `step` table
    mean: Fraction | None = None  # what places and ratios are taken from
    ballots: list[Fraction] = field(default_factory=list)
    kind: str = "mean"
    detail: dict = field(default_factory=dict)  # numbers for the explain sheet
    out_of_range: bool = False

    def as_dict(self) -> dict:
        """Exact fractions as texts; the form that is hashed and stored."""
        value = None if self.value is None else str(self.value)
        entry = {"from": self.members, "weight": str(self.weight), "counted": self.counted, "kept": self.kept, "value": value}
        return entry | ({} if self.points is None else {"points": str(self.points)})


def measure(scheme: Scheme, group: Merged, figures: list) -> GroupValue:
    """The value of one group, but for `rank_decrement` and `ratio_to_first`: there only the mean they start from."""
    rule = scheme.groups[group.code]
    result = GroupValue(group.code, rule.name, group.members, group.weight, rule.named, kind=rule.aggregator["kind"])
    if rule.figures:
        _from_figures(scheme, rule, [number(figure) for figure in figures], result)
    else:
        _from_ballots(scheme, rule, group.pile, result)
    return result


def _from_figures(scheme, rule: Group, figures, result):
    """The mean of the figures; outside 0…total, or places below 1: `figure_range`."""
    result.counted = result.kept = len(figures)
    result.detail = {"figures": figures}
    places = rule.aggregator.get("of") == "places"
    result.out_of_range = any(figure < 1 if places else not 0 <= figure <= scheme.total for figure in figures)
    if figures and not result.out_of_range:
        result.mean = sum(figures) / Fraction(len(figures))
        result.value = None if result.kind in PLACED else result.mean


def _from_ballots(scheme, rule: Group, pile, result):
    result.counted = result.kept = len(pile.counted)
    result.ballots = sorted(slip.value for slip in pile.counted)
    if not result.counted:
        return  # missing, not zero
    kind = result.kind
    if kind in ("share", "step"):
        result.value = _by_share(scheme, rule.aggregator, pile, result)
    elif kind == "grade_mean" or (kind in PLACED and scheme.mode == "grades"):
        result.mean = _grade_mean(scheme, pile, result)
    else:
        result.mean = _trimmed_mean(scheme, result)
    if kind in ("mean", "grade_mean"):
        result.value = result.mean


def _trimmed_mean(scheme, result):
    """The mean of the ballots kept; equal marks at the edge drop one each, for the rule speaks of ballots."""
    high, low = scheme.trimming.cuts(result.counted)
    kept = result.ballots[low : result.counted - high]
    result.kept = len(kept)
    result.detail = {"high": high, "low": low, "sum": sum(kept)}
    return sum(kept) / Fraction(len(kept))


def votes(pile, criterion: str) -> Counter:
    """Position of the option → votes for it on counted slips."""
    return Counter(slip.answers[criterion] for slip in pile.counted if criterion in slip.answers)


def _grade_mean(scheme, pile, result):
    """Per criterion Σ votes·value ÷ Σ counted votes; then the mean by max_points over criteria with votes."""
    criteria, weights = [], []
    for criterion in scheme.criteria:
        given = votes(pile, criterion.code)
        tally = [
            (grade.label, given[position], grade.value)
            for position, grade in enumerate(scheme.grades, 1)
            if given[position] and grade.value is not None
        ]
        if counted := sum(n for _label, n, _value in tally):
            mean = sum(n * value for _label, n, value in tally) / counted
            criteria.append((criterion.name, tally, sum(given.values()) - counted, mean))
            weights.append(criterion.max_points)
    weighted = sum(weight * mean for weight, (*_of, mean) in zip(weights, criteria, strict=True))
    result.detail = {"criteria": criteria, "weights": weights, "full": scheme.grade_full, "total": scheme.total}
    return scheme.total * weighted / sum(weights) / scheme.grade_full


def _by_share(scheme, rule, pile, result):
    """total × top votes ÷ counted votes, or the points of the step which that share reaches."""
    tally = votes(pile, scheme.criteria[0].code)
    by_code = {scheme.grades[position - 1].code: n for position, n in tally.items()}
    whole = scheme.policy("abstention_policy", "exclude_from_denominator") == "in_denominator"
    base = pile.valid + pile.abstain if whole else result.counted

    def share(options):
        return Fraction(sum(by_code.get(code, 0) for code in options), base)

    top = share(rule["top"])
    result.detail = {"votes": sum(by_code.get(code, 0) for code in rule["top"]), "base": base}
    if rule["kind"] == "share":
        return scheme.total * top
    result.points = step_points(rule, top, share)
    result.detail["full"] = number(rule["full"])
    return scheme.total * result.points / number(rule["full"])


def step_points(rule: dict, top: Fraction, share) -> Fraction:
    """First step reached, by ≥; a reached override beats every step, and of several the lowest wins (§4.4)."""
    reached = [
        number(entry["points"]) for entry in rule.get("overrides", []) if share(entry["options"]) >= number(entry["at_least"])
    ]
    if reached:
        return min(reached)
    for entry in rule["steps"]:
        if top >= number(entry["at_least"]):
            return number(entry["points"])
    return number(rule["otherwise"])


def place(scheme: Scheme, all_groups: dict[str, dict[str, GroupValue]], categories: dict) -> None:
    """Second pass: values that depend on the other officials, in the base of the rule (§4.4)."""
    for code, rule in scheme.groups.items():
        if rule.aggregator["kind"] not in PLACED:
            continue
        whole = rule.aggregator.get("base", "category") == "session"
        bases: dict = {}
        for official, groups in all_groups.items():
            if code in groups and groups[code].mean is not None:
                bases.setdefault(None if whole else categories[official], []).append(groups[code])
        for base in bases.values():
            _place_base(scheme, rule.aggregator, base)


def _place_base(scheme, rule, base: list[GroupValue]):
    means = sorted({group.mean for group in base}, reverse=True)
    for group in base:
        if rule["kind"] == "ratio_to_first":
            group.detail["best"] = means[0]
            group.value = scheme.total * group.mean / means[0] if means[0] else Fraction(0)
            continue
        standing = group.mean if rule.get("of") == "places" else means.index(group.mean) + 1
        group.detail["place"] = Fraction(standing)
        group.value = scheme.total * max(Fraction(0), 1 - number(rule["per_place"]) * (standing - 1))
