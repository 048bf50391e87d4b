"""What §3 refuses, one line each, and where it says so; then what it only warns of."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring import rules
from tests.scoring.test_rules_vectors import VECTORS, patched

SCHEMES = VECTORS["schemes"]
NAMED = {"code": "N", "name": "实名", "weight": 1, "anonymous": False}
ANON = {"code": "B", "name": "委员", "weight": 1}
GRADES = [{"code": "a", "label": "好", "value": 100}, {"code": "x", "label": "不了解", "counts": False}]
STEP = {"kind": "step", "top": ["a"], "full": 200, "steps": [{"at_least": "0.9", "points": 200}], "otherwise": 160}
TRIM = {"mode": "count", "high": 1, "low": 1, "min_n": 7}


def found(scheme, patch):
    errors, _warnings = rules.validate(patched(SCHEMES[scheme], patch))
    return places(errors)


def places(errors):
    return [(problem.code, problem.path) for problem in errors]


@pytest.mark.parametrize("name", [name for name in SCHEMES if name != "YEAR"])
def test_every_scheme_of_the_vectors_may_be_locked(name):
    assert rules.validate(SCHEMES[name])[0] == []


@pytest.mark.parametrize(
    ("scheme", "patch", "code", "path"),
    [
        ("ONE", {"mode": None}, "mode_unknown", "mode"),
        ("ONE", {"mode": "marks"}, "mode_unknown", "mode"),
        ("ONE", {"total": 0}, "total_not_positive", "total"),
        ("ONE", {"total": True}, "number_not_exact", "total"),
        ("ONE", {"total": "1/0"}, "number_not_exact", "total"),
        ("ONE", {"step": 0}, "step_invalid", "step"),
        ("ONE", {"quorum": 1}, "range", "quorum"),
        ("ONE", {"min_subjects": 1}, "range", "min_subjects"),
        ("ONE", {"min_subjects": "3"}, "number_not_exact", "min_subjects"),
        ("ONE", {"criteria": []}, "criteria_empty", "criteria"),
        ("ONE", {"criteria": None}, "criteria_empty", "criteria"),
        ("ONE", {"criteria": "k"}, "type_invalid", "criteria"),
        ("ONE", {"criteria": ["k"]}, "type_invalid", "criteria[0]"),
        ("ONE", {"criteria": [{"code": 1, "max_points": 100}]}, "type_invalid", "criteria[0].code"),
        ("ONE", {"criteria": [{"code": "k"}]}, "field_missing", "criteria[0].max_points"),
        ("ONE", {"criteria": [{"code": "k", "max_points": 100, "anchors": 1.5}]}, "type_invalid", "criteria[0].anchors"),
        ("ONE", {"criteria": [{"code": "k", "max_points": 100, "kind": "points"}]}, "policy_unknown", "criteria[0].kind"),
        ("ONE", {"criteria": [{"code": "k", "max_points": 50}] * 2}, "duplicate_code", "criteria[1].code"),
        (
            "ONE",
            {"criteria": [{"code": "k", "max_points": 100}, {"code": "l", "max_points": 0}]},
            "range",
            "criteria[1].max_points",
        ),
        ("MIXED", {"grades": None}, "grades_missing", "grades"),
        ("MIXED", {"grade_full": 0}, "range", "grade_full"),
        ("MIXED", {"grades": [{"code": "a", "value": 101}]}, "grade_value_range", "grades[0].value"),
        ("MIXED", {"grades": [{"code": "a", "value": 1}] * 2}, "duplicate_code", "grades[1].code"),
        ("MIXED", {"grades": [{"code": "a", "value": 1, "counts": 1}]}, "type_invalid", "grades[0].counts"),
        ("ONE", {"rater_groups": []}, "groups_empty", "rater_groups"),
        (
            "ONE",
            {"rater_groups": [{**NAMED, "code": f"N{n}", "weight": "1/27"} for n in range(27)]},
            "groups_many",
            "rater_groups",
        ),
        ("ONE", {"rater_groups": [{**ANON, "weight": "1.5"}]}, "weight_range", "rater_groups[0].weight"),
        ("ONE", {"rater_groups": [{**NAMED, "min_ballots": 0}]}, "range", "rater_groups[0].min_ballots"),
        ("ONE", {"rater_groups": [{**ANON, "side": "E"}]}, "side_unknown", "rater_groups[0].side"),
        ("ONE", {"sides": [{"code": "E", "weight": 1}]}, "side_unknown", "rater_groups[0].side"),
        ("ONE", {"rater_groups": [{**ANON, "merge_into": "B"}]}, "merge_mismatch", "rater_groups[0].merge_into"),
        ("PS-fxgw", {"sides": [{"code": "E", "weight": 1}, {"code": "P", "weight": 1}]}, "weights_sum", "sides"),
        ("PS-fxgw", {"sides": [{"code": "S", "weight": 1}]}, "duplicate_code", "rater_groups[1].code"),
        (
            "PS-yijun",
            {"category_weights": [{"category": "镇", "code": "Z", "weight": 1}]},
            "group_unknown",
            "category_weights[0].code",
        ),
        (
            "PS-yijun",
            {"category_weights": [{"category": "镇", "code": "R1", "weight": 2}]},
            "weight_range",
            "category_weights[0].weight",
        ),
        (
            "PS-yijun",
            {"category_weights": [{"category": "镇", "code": "R1", "weight": "1/5"}] * 2},
            "duplicate_code",
            "category_weights[1].code",
        ),
        ("ONE", {"aggregator": "mean"}, "aggregator_unknown", "aggregator"),
        ("ONE", {"aggregator": {"kind": "grade_mean"}}, "aggregator_mode", "aggregator"),
        ("ONE", {"aggregator": {"kind": "rank_decrement", "per_place": 2}}, "range", "aggregator.per_place"),
        (
            "ONE",
            {"aggregator": {"kind": "rank_decrement", "of": "places", "per_place": "0.1"}},
            "aggregator_mode",
            "aggregator",
        ),
        ("ONE", {"aggregator": {"kind": "rank_decrement"}}, "field_missing", "aggregator.per_place"),
        ("PS-zhuxi", {"aggregator": {"kind": "share", "top": ["a"]}}, "aggregator_mode", "aggregator"),
        ("PS-jinxiang", {"aggregator": {"kind": "share", "top": []}}, "option_unknown", "aggregator.top"),
        ("PS-jinxiang", {"aggregator": {"kind": "share", "top": ["x"]}}, "option_unknown", "aggregator.top"),
        (
            "PS-jinxiang",
            {"aggregator": {**STEP, "overrides": [{"options": ["z"], "at_least": "1/3", "points": 130}]}},
            "option_unknown",
            "aggregator.overrides[0].options",
        ),
        ("PS-jinxiang", {"aggregator": {**STEP, "otherwise": 201}}, "step_table", "aggregator"),
        ("PS-jinxiang", {"aggregator": {**STEP, "steps": STEP["steps"] * 2}}, "step_table", "aggregator"),
        ("PS-jinxiang", {"aggregator": {**STEP, "steps": [{"at_least": 2, "points": 200}]}}, "step_table", "aggregator"),
        ("PS-jinxiang", {"aggregator": {**STEP, "full": 0}}, "step_table", "aggregator"),
        ("ONE", {"trimming": {"high": 0, "low": 0}}, "trim_range", "trimming"),
        ("ONE", {"trimming": {"high": "0.5"}}, "trim_range", "trimming"),
        ("ONE", {"trimming": {"mode": "share"}}, "trim_range", "trimming"),
        ("ONE", {"trimming": {"scope": "session"}}, "policy_unknown", "trimming.scope"),
        ("ONE", {"trimming": {"mode": "median"}}, "policy_unknown", "trimming.mode"),
        ("ONE", {"invalid_rules": ["straight"]}, "policy_unknown", "invalid_rules[0]"),
        ("ONE", {"incomplete_policy": "average_answered"}, "policy_unknown", "incomplete_policy"),
        ("ONE", {"bonus": {}}, "field_missing", "bonus.cap"),
        ("ONE", {"bonus": {"cap": -1}}, "range", "bonus.cap"),
        ("ONE", {"deductions": [{"code": "l", "points": 2, "cap": 1}]}, "range", "deductions[0]"),
        ("ONE", {"deductions": [{"code": "l", "points": 1, "cap": 1}] * 2}, "duplicate_code", "deductions[1].code"),
        ("ONE", {"veto": [{"code": "v"}, {"code": "v"}]}, "duplicate_code", "veto[1].code"),
        ("ONE", {"veto": [{"code": "v", "effect": "x"}]}, "unknown_field", "veto[0].effect"),
        ("ONE", {"rounding": {"places": 5}}, "rounding_invalid", "rounding.places"),
        ("ONE", {"rounding": {"method": "ROUND_DOWN"}}, "rounding_invalid", "rounding.method"),
        ("ONE", {"bands": []}, "band_floor", "bands"),
        ("ONE", {"bands": [{"label": "优", "min": 90, "max": 100}, {"label": "差", "min": 0}]}, "band_gap", "bands[0].max"),
        ("ONE", {"bands": [{"label": "差", "min": 90}, {"label": "差", "min": 0}]}, "duplicate_code", "bands[1].code"),
        ("ONE", {"forced_quota": {"label": "不合格", "max_count": 1}}, "quota_label", "forced_quota.label"),
        ("ONE", {"forced_quota": [{"label": "优秀"}]}, "quota_range", "forced_quota[0]"),
        ("ONE", {"forced_quota": {"label": "优秀", "max_ratio": "1.5"}}, "quota_range", "forced_quota"),
        ("ONE", {"forced_quota": {"label": "优秀", "max_count": -1}}, "quota_range", "forced_quota"),
        ("ONE", {"forced_quota": {"label": "优秀", "max_count": 1, "shares": []}}, "unknown_field", "forced_quota.shares"),
        ("ONE", {"forced_quota": {"kind": "distribution"}}, "quota_shares_sum", "forced_quota.shares"),
        (
            "PS-fuyang",
            {"forced_quota": {"shares": [{"label": "a", "share": 2}, {"label": "b", "share": -1}]}},
            "quota_range",
            "forced_quota.shares",
        ),
        ("PS-fuyang", {"forced_quota": {"label": "优秀"}}, "unknown_field", "forced_quota.label"),
        ("ONE", {"thresholds": [{"action": "约谈"}]}, "threshold_invalid", "thresholds[0]"),
        ("ONE", {"thresholds": [{"below": 60}]}, "threshold_invalid", "thresholds[0]"),
        ("ONE", {"thresholds": [{"below": 60, "base": "session", "action": "约谈"}]}, "threshold_invalid", "thresholds[0]"),
        ("ONE", {"thresholds": [{"bottom": 0, "action": "约谈"}]}, "threshold_invalid", "thresholds[0]"),
        ("ONE", {"name": "\ud800"}, "type_invalid", "name"),
        ("ONE", {"name": "e\u0301"}, "type_invalid", "name"),
    ],
)
def test_refused(scheme, patch, code, path):
    assert (code, path) in found(scheme, patch)


def test_a_scheme_that_is_no_object_is_refused():
    assert rules.validate([]) == ([rules.Problem("type_invalid", "")], [])
    assert rules.validate_composite(None)[0] == [rules.Problem("type_invalid", "")]


def test_one_unreadable_member_does_not_hide_errors_elsewhere():
    problems = found("ONE", {"total": 100.0, "thresholds": [{"action": "约谈"}], "typo": 1})

    assert problems == [
        ("number_not_exact", "total"),
        ("unknown_field", "typo"),
        ("threshold_invalid", "thresholds[0]"),
    ]


def test_an_error_reads_as_a_sentence_with_its_place():
    errors, _warnings = rules.validate(patched(SCHEMES["ONE"], {"total": 0}))

    assert str(errors[0].text) == "满分须大于 0"


def test_weights_for_a_category_that_nobody_here_has_are_warned_of():
    entry = {"category": "乡镇", "code": "B", "weight": 1}
    plan = patched(SCHEMES["ONE"], {"rater_groups": [{"code": "B", "name": "委员", "weight": 1}], "category_weights": [entry]})

    def warned(**known):
        return [str(problem.text) for problem in rules.validate(plan, **known)[1] if problem.code == "category_unknown"]

    assert warned() == warned(categories=["乡镇"]) == []
    assert warned(categories=["镇办"]) == ["另定权重的干部类别须是名册里有的，否则用不上，现在是 乡镇"]


def test_groups_that_no_session_here_has_are_warned_of_with_those_there_are():
    plan = SCHEMES["PS-shiji"]

    def warned(**known):
        return [(problem.path, problem.text) for problem in rules.validate(plan, **known)[1] if problem.code == "group_not_here"]

    assert warned() == warned(groups=["L", "M", "T"]) == []
    said = "会议的参会人员里没有这个编号的票种，不改就不能用于会议；会议的票种编号是 A、B"
    assert warned(groups=["A", "B"]) == [(f"rater_groups[{n}].code", said) for n in range(3)]


@pytest.mark.parametrize(
    ("quota", "most", "warned"),
    [
        ({"label": "优秀", "max_ratio": "0.3"}, 3, True),
        ({"label": "优秀", "max_ratio": "0.3"}, 4, False),
        ({"label": "优秀", "max_ratio": "0.3"}, 0, False),
        ({"label": "优秀", "max_ratio": "0.3", "base": "category"}, 3, True),
        ({"label": "优秀", "max_ratio": "0.3", "rounding": "half_up"}, 3, False),
        ({"label": "优秀", "max_ratio": "0.3", "small_pool": "one"}, 3, False),
        ({"kind": "distribution", "shares": [{"label": "甲", "share": "0.2"}, {"label": "乙", "share": "0.8"}]}, 3, True),
        ({"kind": "distribution", "shares": [{"label": "甲", "share": "1/3"}, {"label": "乙", "share": "2/3"}]}, 3, False),
    ],
)
def test_a_quota_that_a_dispersed_session_cannot_meet_is_warned_of(quota, most, warned):
    _errors, found = rules.validate(patched(SCHEMES["DIRECT"], {"forced_quota": quota}), most=most)

    said = ["人数少时名额不足 1 人，本规则可能不起作用：分散会议最多 3 人"] if warned else []
    assert [problem.text for problem in found if problem.code == "quota_small_pool"] == said


def test_figures_are_nobodys_in_the_hall():
    warned = [
        problem.path for problem in rules.validate(SCHEMES["PS-ruian"], groups=["B"])[1] if problem.code == "group_not_here"
    ]

    assert warned == ["rater_groups[2].code"]


@pytest.mark.parametrize(
    ("patch", "text"),
    [
        ({"total": 95}, "各项指标满分之和须等于总分，现在是 100"),
        ({"rater_groups": [{"code": "B", "name": "委员", "weight": "0.65"}]}, "同一层的权重之和须等于 100%，现在是 65%"),
    ],
)
def test_a_wrong_sum_is_told(patch, text):
    errors, _warnings = rules.validate(patched(SCHEMES["ONE"], patch))

    assert text in [str(problem.text) for problem in errors]


@pytest.mark.parametrize(
    ("share", "refused"),
    [("0.1", False), ("0.15", False), ("0.2", True), ("0.49", True)],
)
def test_trimming_by_share_is_tried_at_every_number_of_ballots(share, refused):
    """At 0.15 six ballots lose none and seven two; at 0.2 six lose two and leave four."""
    patch = {"trimming": {"mode": "share", "high": share, "low": share, "min_n": 6}}

    assert (found("ONE", patch) == [("trim_below_k", "trimming")]) is refused


@pytest.mark.parametrize(
    ("components", "code", "path"),
    [
        ([], "components_empty", "components"),
        ([{"code": "a", "weight": 2}], "weight_range", "components[0].weight"),
        ([{"code": "a", "weight": 1, "full": 0}], "range", "components[0].full"),
        ([{"code": "a", "weight": 1, "grade_map": {"好": 101}}], "range", "components[0].full"),
        ([{"code": "a", "weight": 1, "grade_map": []}], "type_invalid", "components[0].grade_map"),
        ([{"code": "a", "weight": "0.5"}] * 2, "duplicate_code", "components[1].code"),
    ],
)
def test_refused_in_a_year(components, code, path):
    errors, _warnings = rules.validate_composite({"components": components})

    assert (code, path) in places(errors)


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ({"镇办": {"zzz": 1}}, "group_unknown"),
        ({"镇办": {"meeting": 2}}, "weight_range"),
        ({"镇办": {"meeting": "0.1"}}, "weights_sum"),
        ([{"category": "镇办", "code": "meeting", "weight": "0.1"}], "weights_sum"),
    ],
)
def test_category_weights_of_a_year_add_up_in_both_ways_of_writing(weights, code):
    errors, _warnings = rules.validate_composite(SCHEMES["YEAR"] | {"category_weights": weights})

    assert places(errors) == [(code, "category_weights.镇办")]


def test_a_year_needs_a_total_above_zero():
    assert places(rules.validate_composite(SCHEMES["YEAR"] | {"total": 0})[0]) == [("total_not_positive", "total")]


OFFICIALS = [{"code": f"o{n}", "unit": f"u{n}"} for n in range(3)]


@pytest.mark.parametrize(
    ("scheme", "patch", "officials", "warnings"),
    [
        ("ONE", {}, (), ["no_merge_rule", "single_anonymous_group"]),
        ("ABCD", {}, (), ["heavy_named_group", "no_merge_rule"]),
        ("DIRECT", {}, (), []),
        (
            "ONE",
            {"rater_groups": [{**ANON, "weight": "0.95", "merge_into": "C"}, {**ANON, "code": "C", "weight": "0.05"}]},
            (),
            ["cover_too_light"],
        ),
        ("DIRECT", {"rater_groups": [NAMED]}, (), ["heavy_named_group"]),
        ("DIRECT", {"invalid_rules": ["straight_line_all_equal", "over_max"]}, (), ["straight_line_on"]),
        (
            "PS-jinxiang",
            {"rater_groups": [NAMED], "invalid_rules": ["straight_line_full_marks_all_subjects"]},
            (),
            ["heavy_named_group", "straight_line_on_grades"],
        ),
        (
            "PS-fxgw",
            {"rater_groups": [NAMED | {"side": "E"}], "sides": [{"code": "E", "weight": 1}]},
            (),
            ["grades_alike", "heavy_named_group", "quota_small_pool"],
        ),
        ("DIRECT", {"forced_quota": {"label": "优秀", "max_ratio": "0.3"}}, (), []),
        ("DIRECT", {"forced_quota": {"label": "优秀", "max_ratio": "0.3"}}, OFFICIALS, ["quota_small_pool"]),
        ("DIRECT", {"forced_quota": {"label": "优秀", "max_ratio": "0.4"}}, OFFICIALS, []),
        ("DIRECT", {"forced_quota": {"label": "优秀", "max_ratio": "0.4", "base": "unit"}}, (), ["quota_small_pool"]),
        ("DIRECT", {"forced_quota": {"label": "优秀", "max_count": 1, "base": "unit"}}, (), []),
        ("DIRECT", {"forced_quota": {"label": "优秀", "max_ratio": "0.3", "base": "unit", "small_pool": "one"}}, (), []),
        ("DIRECT", {"forced_quota": {"label": "优秀", "max_ratio": "0.3", "rounding": "ceil"}}, OFFICIALS, []),
        ("DIRECT", {"forced_quota": {"label": "优秀", "max_count": 0}}, (), ["quota_of_nobody"]),
        ("DIRECT", {"thresholds": [{"bottom": 1, "action": "表态"}]}, (), ["bottom_without_floor"]),
        ("DIRECT", {"thresholds": [{"bottom": 1, "only_below": 60, "action": "表态"}]}, (), []),
    ],
)
def test_warnings(scheme, patch, officials, warnings):
    errors, found = rules.validate(patched(SCHEMES[scheme], patch), officials)

    assert errors == []
    assert sorted({problem.code for problem in found}) == warnings
    assert all(str(problem.text) == str(rules.WARNINGS[problem.code]) for problem in found)


def _places(value, path=()):
    """Every place in a JSON value."""
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in entries:
        yield from _places(member, (*path, key))


JUNK = [
    None,
    True,
    -1,
    0,
    3,
    1.5,
    2**60,
    "",
    "0.5",
    "1/3",
    "1/0",
    "99999",
    "名",
    "mean",
    "B",
    "share",
    [],
    {},
    [{}],
    [[]],
    {"kind": []},
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_document_is_judged_and_a_valid_one_can_be_hashed_and_read(data):
    scheme = copy.deepcopy(SCHEMES[data.draw(st.sampled_from(sorted(SCHEMES)))])
    for _n in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from([place for place in _places(scheme) if place]))
        here = scheme
        for key in path:
            here = here[key]
        here[last] = copy.deepcopy(data.draw(st.sampled_from(JUNK)))

    errors, warnings = rules.validate(scheme)
    rules.validate_composite(scheme)

    assert all(problem.code in rules.ERRORS for problem in errors)
    assert all(problem.code in rules.WARNINGS for problem in warnings)
    if not errors:
        assert rules.read(json.loads(rules.canonical(scheme))) == rules.read(scheme)
        assert len(rules.scheme_hash(scheme)) == 64
