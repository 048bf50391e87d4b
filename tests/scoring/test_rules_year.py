"""The yearly composite of §6."""

import pytest

from scoring import rules

YEAR = {
    "components": [
        {"code": "meeting", "weight": "0.5"},
        {"code": "exam", "weight": "0.3", "full": 150},
        {"code": "look", "weight": "0.2", "grade_map": {"好": "95", "差": "40"}},
    ]
}


def person(code="P1", **scores):
    return {"code": code, "category": "镇办", "scores": scores}


def composed(*people, **given):
    scheme = YEAR | given.pop("scheme", {})
    return rules.compose(scheme, list(people), **given)


def test_scores_are_scaled_to_their_full_mark_and_grades_read_from_the_map():
    row = composed(person(meeting="80.00", exam="120", look="好")).people["P1"]

    assert row.as_dict()["weighted"] == "83"
    assert row.score == "83.00"


@pytest.mark.parametrize(
    ("policy", "score", "reasons"),
    [("renormalize", "80.00", []), ("zero", "64.00", []), ("block", None, ["component_missing"])],
)
def test_missing_component(policy, score, reasons):
    row = composed(person(meeting="80", exam="120"), scheme={"missing_component_policy": policy}).people["P1"]

    assert (row.score, row.reasons, row.missing) == (score, reasons, ["look"])


@pytest.mark.parametrize("value", ["151", "-1", "很好"])
def test_score_outside_its_range_blocks(value):
    row = composed(person(meeting="80", exam=value)).people["P1"]

    assert (row.score, row.reasons) == (None, ["component_range"])
    assert "weighted" not in row.as_dict()


def test_nobody_is_scored_on_nothing():
    assert composed(person()).people["P1"].reasons == ["no_component"]


def test_component_without_weight_in_a_category_is_not_missed():
    weights = {"镇办": {"meeting": "0.7", "look": 0}}

    row = composed(person(meeting="80", exam="120"), scheme={"category_weights": weights}).people["P1"]

    assert (row.missing, row.score) == ([], "80.00")


def test_ranks_and_quotas_as_in_a_meeting():
    bands = [{"label": "好", "min": 80}, {"label": "差", "min": 0}]
    scheme = {"bands": bands, "forced_quota": {"label": "好", "max_count": 1}, "bonus": {"cap": 2}}
    people = [person("P1", meeting=90), person("P2", meeting=90), person("P3", meeting=85, exam=120)]

    year = composed(*people, scheme=scheme, adjust={"P2": {"bonus": [1]}})

    assert [(row.score, row.standing.rank, row.standing.band) for row in year.people.values()] == [
        ("90.00", 2, "差"),
        ("91.00", 1, "好"),
        ("83.13", 1, "差"),  # another set of components is another ranking
    ]
    assert year.decisions_needed == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"adjust": {"P9": {}}}, "unknown_official"),
        ({"vetoes": {"P9": []}}, "unknown_official"),
        ({"vetoes": {"P1": ["v"]}}, "unknown_code"),
        ({"scheme": {"components": []}}, "invalid_scheme"),
    ],
)
def test_what_does_not_belong_is_an_error(given, code):
    with pytest.raises(rules.ScoringError) as refusal:
        composed(person(meeting=80), **given)

    assert refusal.value.code == code


def test_score_of_an_unknown_component_is_an_error():
    with pytest.raises(rules.ScoringError):
        composed(person(meeting=80, party="80"))
