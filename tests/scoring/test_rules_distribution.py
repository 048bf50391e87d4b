"""Ballots by band: only where every one of them is open to the room anyway, and no band has one to four."""

import pytest

from scoring import rules
from tests.scoring.test_rules_pipeline import ballots, people, scheme

GROUPS = [{"code": "A", "weight": "0.2", "anonymous": False}, {"code": "B", "weight": "0.4"}, {"code": "C", "weight": "0.4"}]
HIGH, MIDDLE, LOW = [930, 940, 950, 960, 970], [760, 780, 800, 820, 840], [610, 630, 650, 670, 690]


def lines(**marks):
    votes = [vote for group, values in marks.items() for vote in ballots(group, *values)]
    result = rules.score_ballots(scheme("ONE", rater_groups=GROUPS), people(1), votes)
    return rules.distribution(result, rules.published(result, "L1"), k_pub=10)["P1"]


def test_every_anonymous_ballot_is_counted_in_its_band():
    found = lines(A=[930], B=HIGH + MIDDLE, C=MIDDLE + LOW)

    assert [(line["label"], line["n"]) for line in found] == [("优秀", 5), ("先进", 10), ("合格", 5), ("不合格", 0)]


@pytest.mark.parametrize(
    ("b", "c"),
    [
        (HIGH + MIDDLE, MIDDLE + LOW[:4]),  # a group of nine is not open
        (HIGH + MIDDLE, [940] * 10),  # of one mind: hidden
        (HIGH + MIDDLE + LOW[:4], MIDDLE * 2),  # four in one band
        (HIGH + MIDDLE, [None] * 12 + LOW[:4]),  # hardly any counted
    ],
)
def test_otherwise_nothing_is_shown(b, c):
    assert lines(A=[930], B=b, C=c) == []


def test_named_marks_alone_are_no_distribution():
    assert lines(A=[930]) == []
