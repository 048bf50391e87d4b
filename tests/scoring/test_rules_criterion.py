"""Means per criterion: what adds up, and what must not be shown."""

import random
from fractions import Fraction

import pytest

from scoring import rules
from tests.scoring.test_rules_pipeline import people, scheme

CRITERIA = [{"code": "k1", "name": "述廉", "max_points": 60}, {"code": "k2", "name": "问廉", "max_points": 40}]
GROUPS = [
    {"code": "A", "weight": "0.3", "anonymous": False},
    {"code": "B", "weight": "0.4"},
    {"code": "D", "weight": "0.3"},
]


def ballots(group, *marks, official="P1"):
    return [{"group": group, "marks": {official: {"k1": first * 10, "k2": second * 10}}} for first, second in marks]


def spread(n, seed=1):
    dice = random.Random(seed)
    return [(dice.randint(30, 58), dice.randint(20, 38)) for _n in range(n)]


def table_of(votes, officials=1, **patch):
    plan = scheme("ONE", criteria=CRITERIA, rater_groups=GROUPS, **patch)
    result = rules.score_ballots(plan, people(officials), votes)
    return result, rules.criterion_table(result, rules.published(result, "L1"))


def test_means_are_of_the_ballots_kept_and_add_up_to_the_meeting_value():
    votes = ballots("A", (50, 30)) + ballots("B", *spread(30)) + ballots("D", *spread(25, 2))

    result, table = table_of(votes)

    values = [Fraction(entry["value"]) for entry in table["P1"]]
    assert abs(sum(values) - result.officials["P1"].weighing.value) <= Fraction(1, 100)
    assert [(entry["code"], entry["name"], entry["max"], entry["median"]) for entry in table["P1"]] == [
        ("k1", "述廉", "60", None),
        ("k2", "问廉", "40", None),
    ]


def test_equal_ballots_at_a_trimmed_edge_share_the_cut():
    """Three ballots of 70 reach it in different ways and one is cut: the mean of k1 does not depend on their order."""
    marks = [(50, 20), (40, 30), (45, 25), *spread(17)]

    _result, forward = table_of(ballots("A", (50, 30)) + ballots("B", *marks) + ballots("D", *spread(9)))
    _result, backward = table_of(ballots("A", (50, 30)) + ballots("B", *marks[::-1]) + ballots("D", *spread(9)))

    assert forward["P1"]
    assert forward == backward


def test_median_is_taken_over_three_officials_of_a_category_or_not_at_all():
    votes = []
    for n, official in enumerate(("P1", "P2", "P3")):
        votes += ballots("A", (50, 30), official=official)
        votes += ballots("B", *spread(20, n), official=official) + ballots("D", *spread(20, n + 9), official=official)

    _result, three = table_of(votes, 3)
    _result, two = table_of([ballot for ballot in votes if "P3" not in ballot["marks"]], 2)

    middle = sorted(Fraction(table[0]["value"]) for table in three.values())[1]
    assert {Fraction(table[0]["median"]) for table in three.values()} == {middle}
    assert {table[0]["median"] for table in two.values()} == {None}


@pytest.mark.parametrize(
    "votes",
    [
        pytest.param(ballots("A", (50, 30)) + ballots("B", *spread(9)) + ballots("D", *spread(9)), id="too few"),
        pytest.param(ballots("A", (50, 30)) + ballots("B", *spread(4)) + ballots("D", *spread(30)), id="blocked"),
        pytest.param(ballots("A", (50, 30)) + ballots("B", *[(55, 38)] * 20) + ballots("D", *spread(30)), id="hidden"),
        pytest.param(ballots("B", *spread(30)) + ballots("D", *spread(30)), id="a group is missing"),
        pytest.param(
            ballots("A", (50, 30)) + ballots("B", *[(n, 40) for n in range(20, 50)]) + ballots("D", *[(n, 40) for n in range(20, 50)]),
            id="all gave full marks on one criterion",
        ),
    ],
)  # fmt: skip
def test_nothing_is_shown(votes):
    _result, table = table_of(votes)

    assert table["P1"] == []


def test_nothing_is_shown_where_marks_do_not_add_up():
    """Grades with 不了解, and aggregators that are no mean, cannot be taken apart by criterion."""
    marks = [{"k1": 10 * n, "k2": 150, "k3": 2 if n % 2 else 5} for n in range(10, 40)]
    mixed = rules.score_ballots(scheme("MIXED"), people(1), [{"group": "B", "marks": {"P1": answers}} for answers in marks])
    assert rules.criterion_table(mixed, rules.published(mixed, "L1")) == {"P1": []}

    graded = [{"k1": 1 + n % 3, "k2": 1 + n % 2, "k3": 1, "k4": 2, "k5": 3} for n in range(30)]
    by_grade = rules.score_ballots(
        scheme("PS-zhuxi"), people(1), [{"group": "B", "marks": {"P1": answers}} for answers in graded]
    )
    assert rules.criterion_table(by_grade, rules.published(by_grade, "L1")) == {"P1": []}


def test_graded_criteria_of_a_mixed_scheme_count_as_what_they_earn():
    marks = [{"k1": 10 * n, "k2": 150, "k3": 1 + n % 3} for n in range(10, 40)]
    marks = [answers | {"k2": 100 + 5 * (n % 20)} for n, answers in enumerate(marks)]

    result = rules.score_ballots(scheme("MIXED"), people(1), [{"group": "B", "marks": {"P1": answers}} for answers in marks])

    (table,) = rules.criterion_table(result, rules.published(result, "L1")).values()
    assert table[2]["value"] == "32.00"  # 40 × (100 + 80 + 60) ÷ 3 ÷ 100
