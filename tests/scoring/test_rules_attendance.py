"""Groups with too few in the hall, before cards are printed (ballots.md §9.1, scoring.md §4.3)."""

import json

import pytest

from scoring import rules
from scoring.actions.scheme import presets

BODY = presets()[0].body


def scheme(**into):
    """The sample scheme with these targets of merging; None for a group that merges nowhere."""
    body = BODY
    for code, target in into.items():
        body = rules.merged_into(body, code, target)
    return rules.read(body)


@pytest.mark.parametrize(
    ("into", "present", "merged", "small"),
    [
        ({"B": None, "C": None, "D": None}, {"B": 5, "C": 5, "D": 5}, [], []),
        ({"B": None, "C": None, "D": None}, {"B": 5, "C": 4, "D": 5}, [], ["C"]),
        ({"B": None, "C": "D", "D": None}, {"B": 5, "C": 4, "D": 5}, [("C", "D")], []),
        ({"B": None, "C": "D", "D": None}, {"B": 5, "C": 2, "D": 2}, [("C", "D")], ["D"]),
        ({"B": None, "C": "D", "D": None}, {"B": 5, "C": 3, "D": 2}, [("C", "D")], []),
        ({"B": None, "C": "D", "D": "B"}, {"B": 1, "C": 2, "D": 2}, [("C", "D"), ("D", "B")], []),
        ({"B": None, "C": None, "D": None}, {"A": 1, "B": 5, "C": 0, "D": 5}, [], []),  # nobody there: missing, not small
    ],
)
def test_expected_merges(into, present, merged, small):
    assert rules.expected_merges(scheme(**into), present) == (merged, small)


def test_a_group_may_be_named_and_takes_nobody_in_any_more():
    body = rules.declared_named(rules.merged_into(BODY, "C", "D"), "D")
    errors, _warnings = rules.validate(body)
    plan = rules.read(body)
    assert errors == []
    assert (plan.groups["D"].named, plan.groups["D"].min_ballots, plan.groups["C"].merge_into) == (True, 1, None)


def test_the_scheme_it_came_from_is_left_alone():
    before = json.dumps(BODY, sort_keys=True)
    rules.declared_named(rules.merged_into(BODY, "C", "B"), "D")
    assert json.dumps(BODY, sort_keys=True) == before
