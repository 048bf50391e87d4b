"""Step 1: what a slip says (scoring.md §4.1).

A slip is {"g": box, "o": official, "a": answers}; points stand in tenths, options by position from 1, {} is a blank
(ballots.md B4). A slip of an envelope set aside has the reason in "x" instead of answers.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from scoring.rules.errors import ScoringError
from scoring.rules.numbers import number
from scoring.rules.scheme import Scheme

INVALID_ORDER = ("wrong_group", "foreign_mark", "over_max", "below_zero", "off_step", "missing_criterion")


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip, judged. `answers` maps criterion → tenths or position; `value` is its ballot value when it counts."""

    box: str
    official: str
    status: str  # VALID, INVALID, ABSTAIN
    reason: str = ""
    answers: dict | None = None
    value: Fraction | None = None

    @property
    def counts(self) -> bool:
        """不了解 alone is valid but not counted (§4.1)."""
        return self.value is not None

    def as_dict(self) -> dict:
        """As it is hashed: box, official and answers, or `x` = the reason why it is INVALID (§8)."""
        answer = {"x": self.reason} if self.status == "INVALID" else {"a": self.answers or {}}
        return {"g": self.box, "o": self.official} | answer


class Reader:
    """Judges slips by one scheme. Holds what is the same for all: maxima in tenths and what each option earns."""

    def __init__(self, scheme: Scheme):
        self.scheme = scheme
        self.step = int(scheme.step * 10)
        self.criteria = {criterion.code: criterion for criterion in scheme.criteria}
        self.tenths = {code: int(criterion.max_points * 10) for code, criterion in self.criteria.items()}
        self.options = len(scheme.grades)
        self.whole = sum(criterion.max_points for criterion in scheme.criteria)
        self.partly = scheme.policy("incomplete_policy", "invalid") == "average_answered"
        self.earned = {
            criterion.code: [None if grade.value is None else criterion.max_points * grade.value / scheme.grade_full for grade in scheme.grades]
            for criterion in scheme.criteria
            if criterion.graded
        }  # fmt: skip

    def judge(self, slip: dict, *, in_scope: bool) -> Slip:
        """ABSTAIN when wholly blank; INVALID for the first reason that holds; else VALID (§4.1)."""
        box, official = slip["g"], slip["o"]
        if "x" in slip:
            return Slip(box, official, "INVALID", slip["x"])
        answers = {code: mark for code, mark in slip["a"].items() if mark is not None}
        if not answers:
            return Slip(box, official, "ABSTAIN")
        faults = self.faults(answers) | (set() if in_scope else {"wrong_group"})
        for reason in INVALID_ORDER:
            if reason in faults:
                return Slip(box, official, "INVALID", reason)
        return Slip(box, official, "VALID", answers=answers, value=self.value(answers))

    def faults(self, answers: dict) -> set[str]:
        """Everything that is wrong with the answers by themselves."""
        found = set()
        if not self.partly and len(answers) < len(self.criteria):
            found.add("missing_criterion")
        for code, mark in answers.items():
            if code not in self.criteria or type(mark) not in (int, Fraction):
                found.add("foreign_mark")
            elif code in self.earned:
                if type(mark) is not int or not 1 <= mark <= self.options:
                    found.add("foreign_mark")
            elif mark > self.tenths[code]:
                found.add("over_max")
            elif mark < 0:
                found.add("below_zero")
            elif mark % self.step:
                found.add("off_step")
        return found

    def value(self, answers: dict) -> Fraction | None:
        """total × Σ earned ÷ Σ max over criteria with a mark or a counted option; None if there is none (§4.4)."""
        tenths, graded, base = 0, Fraction(0), self.whole
        for code, criterion in self.criteria.items():
            if code not in self.earned and code in answers:
                tenths += answers[code]
                continue
            earned = self.earned[code][answers[code] - 1] if code in answers else None
            if earned is None:
                base -= criterion.max_points
            else:
                graded += earned
        return self.scheme.total * (graded + Fraction(tenths, 10)) / base if base else None


def tear(scheme: Scheme, ballots: list, scope: dict) -> tuple[list[dict], dict[str, int]]:
    """Whole ballots → (slips, ballots returned per box): whole-ballot rules run before tearing (§4).

    `scope`: box → officials. A ballot is {"group": box, "marks": {official: answers or None}, "spoiled": bool}, with answers as in slips.
    """
    reader = Reader(scheme)
    slips, returned = [], Counter()
    for ballot in ballots:
        box = ballot["group"]
        if box not in scope:
            raise ScoringError("unknown_box", box)
        returned[box] += 1
        torn = [{"g": box, "o": official, "a": answers or {}} for official, answers in ballot["marks"].items()]
        fault = "foreign_mark" if ballot.get("spoiled") else ""
        if not fault and scheme.straight_rules:
            judged = [reader.judge(slip, in_scope=slip["o"] in scope[box]) for slip in torn]
            fault = "straight_line" if is_straight(scheme, judged) else ""
        slips += [{"g": box, "o": slip["o"], "x": fault} for slip in torn] if fault else torn
    return slips, dict(returned)


def is_straight(scheme: Scheme, judged: list[Slip]) -> bool:
    """Among the counted slips of one ballot, if there are enough, all have full value, or all the same (§4.1)."""
    values = [slip.value for slip in judged if slip.counts]
    if len(values) < scheme.min_subjects or len(set(values)) > 1:
        return False
    full = values[0] == scheme.total and "straight_line_full_marks_all_subjects" in scheme.straight_rules
    return full or "straight_line_all_equal" in scheme.straight_rules


def answers(scheme: Scheme, marks: dict | None) -> dict:
    """Marks as people write them ("7.5", the code of an option) → answers as slips hold them (ballots.md B4).

    What is no option, or not in tenths, becomes a mark that is judged INVALID, never a guess.
    """
    graded = {criterion.code for criterion in scheme.criteria if criterion.graded}
    position = {grade.code: index for index, grade in enumerate(scheme.grades, 1)}
    result = {}
    for code, mark in (marks or {}).items():
        if mark is None:
            continue
        result[code] = position.get(mark, 0) if code in graded else _tenths(mark)
    return result


def _tenths(mark):
    tenths = number(mark) * 10
    return int(tenths) if tenths.denominator == 1 else tenths
