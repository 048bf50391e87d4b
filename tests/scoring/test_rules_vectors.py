"""All cases of the shared scoring vectors (tests/data/scoring_vectors.json; its `about` says what stands where)."""

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from scoring import rules
from scoring.rules.numbers import number

VECTORS = json.loads((Path(__file__).parent.parent / "data" / "scoring_vectors.json").read_text())


def patched(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), value)
    return result


def scheme_of(case):
    scheme = case["scheme"]
    return patched(VECTORS["schemes"][scheme] if isinstance(scheme, str) else scheme, case.get("patch", {}))


def cases(kind):
    return [pytest.param(case, id=case["name"]) for case in VECTORS["cases"] if case["kind"] == kind]


def ballots_of(plan, data):
    """Whole ballots in the form of slips, from any of the ways in which the vectors write them."""
    for ballot in data.get("ballots", []):
        marks = {official: rules.answers(plan, marks) for official, marks in ballot["marks"].items()}
        yield {"group": ballot["group"], "marks": marks, "spoiled": ballot.get("spoiled", False)}
    for official, groups in data.get("values", {}).items():
        for group, marks in groups.items():
            for mark in marks:
                answers = rules.answers(plan, None if mark is None else {plan.criteria[0].code: mark})
                yield {"group": group, "marks": {official: answers}}
    for tally in data.get("tallies", []):
        yield from _tallied(plan, tally)


def _tallied(plan, tally):
    items = tally.get("items", {plan.criteria[0].code: tally.get("votes", {})})
    columns = {code: list(Counter(votes).elements()) for code, votes in items.items()}
    for row in zip(*columns.values(), strict=True):
        answers = rules.answers(plan, dict(zip(columns, row, strict=True)))
        yield {"group": tally["group"], "marks": {tally["subject"]: answers}}
    for _n in range(tally.get("abstain", 0)):
        yield {"group": tally["group"], "marks": {tally["subject"]: {}}}
    for _n in range(tally.get("invalid", 0)):
        yield {"group": tally["group"], "marks": {tally["subject"]: {}}, "spoiled": True}


def counted(case):
    data, scheme = case["data"], scheme_of(case)
    officials = data.get("subjects", [{"code": "P1", "category": "全部"}])
    given = {name: data.get(name) for name in ("boxes", "issued", "scope", "figures", "adjust", "vetoes", "decisions")}
    ballots = list(ballots_of(rules.read(scheme), data))
    return rules.score_ballots(scheme, officials, ballots, **given)


def assert_holds(expected, found, path=""):
    """Only what stands in `expected` is compared."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert key in found, f"{path}.{key} is missing"
            assert_holds(value, found[key], f"{path}.{key}")
    else:
        assert found == expected, path


@pytest.mark.parametrize("case", cases("session"))
def test_session(case):
    assert_holds(case["expect"], counted(case).as_dict())


@pytest.mark.parametrize("case", cases("explain"))
def test_explain(case):
    result = counted(case)

    for code, expected in case["expect"].items():
        steps = result.officials[code].trace
        assert [step["n"] for step in steps] == list(range(1, len(expected) + 1))
        for step, line in zip(steps, expected, strict=True):
            assert_holds(line, step)


@pytest.mark.parametrize("case", cases("publish"))
def test_publish(case):
    table = rules.published(counted(case), case["level"])

    assert set(table["rows"]) == set(case["expect"])
    for code, expected in case["expect"].items():
        row = table["rows"][code]
        assert {key: value for key, value in row.items() if key not in ("rank", "ranked_of")} == expected


@pytest.mark.parametrize("case", cases("hash"))
def test_hash(case):
    result = counted(case)

    assert {"scheme_hash": result.scheme_hash, "input_hash": result.input_hash} == case["expect"]


@pytest.mark.parametrize("case", cases("year"))
def test_year(case):
    data = case["data"]
    given = {name: data.get(name) for name in ("adjust", "vetoes", "decisions")}

    year = rules.compose(scheme_of(case), data["people"], **given)

    found = {code: person.as_dict() for code, person in year.people.items()}
    assert_holds(case["expect"], {"subjects": found})


@pytest.mark.parametrize("case", cases("validate"))
def test_validate(case):
    validate = rules.validate_composite if case.get("of") == "year" else rules.validate

    errors, _warnings = validate(scheme_of(case))

    assert sorted({problem.code for problem in errors}) == case["expect"]["errors"]
    assert all(problem.code in rules.ERRORS for problem in errors)


@pytest.mark.parametrize("case", cases("coverage"))
def test_coverage(case):
    assert_holds(case["expect"], rules.coverage(**case["data"]))


def test_no_kind_of_case_is_left_out():
    kinds = {"session", "explain", "publish", "hash", "year", "validate", "coverage"}

    assert {case["kind"] for case in VECTORS["cases"]} == kinds
    assert len(VECTORS["cases"]) == 101


def test_exact_values_of_the_vectors_are_in_lowest_terms():
    """So that comparing them as texts compares the numbers."""
    exact = [
        group["value"]
        for case in VECTORS["cases"]
        if case["kind"] == "session"
        for subject in case["expect"]["subjects"].values()
        for group in subject.get("groups", {}).values()
    ]

    assert [str(Fraction(number(value))) for value in exact if value is not None] == [v for v in exact if v is not None]
