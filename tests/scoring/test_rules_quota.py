"""Quotas of §4.9: limits, ties and the decisions that settle them."""

import pytest

from scoring import rules
from tests.scoring.test_rules_vectors import VECTORS, patched

DIRECT = VECTORS["schemes"]["DIRECT"]
SHARES = [{"label": "甲", "share": "0.2"}, {"label": "乙", "share": "0.7"}, {"label": "丙", "share": "0.1"}]


def scored(marks, quota, *, officials=None, bands=True, **given):
    scheme = patched(DIRECT, {"forced_quota": quota, "veto": [{"code": "v"}]} | ({} if bands else {"bands": None}))
    officials = officials or [{"code": f"P{i:02}"} for i in range(len(marks))]
    figures = {official["code"]: {"F": [mark]} for official, mark in zip(officials, marks, strict=True)}
    return rules.score(scheme, officials, [], figures=figures, **given)


def bands(result):
    return [official.band for official in result.officials.values()]


def test_nobody_moves_while_the_limit_is_not_reached():
    assert bands(scored([95, 92, 80], {"label": "优秀", "max_count": 2})) == ["优秀", "优秀", "先进"]


def test_a_limit_of_nobody_sends_all_down():
    assert bands(scored([95, 92, 80], {"label": "优秀", "max_count": 0})) == ["先进"] * 3


def test_only_those_who_hold_the_label_are_counted_and_moved():
    """A quota on the second band leaves the first alone and goes on to the third."""
    assert bands(scored([95, 88, 86, 84], {"label": "先进", "max_count": 1})) == ["优秀", "先进", "合格", "合格"]


@pytest.mark.parametrize(
    ("small_pool", "expected"),
    [("skip", ["优秀", "优秀"]), ("one", ["优秀", "先进"]), ("zero", ["先进", "先进"])],
)
def test_ratio_that_gives_nobody_a_place(small_pool, expected):
    quota = {"label": "优秀", "max_ratio": "0.3", "small_pool": small_pool}

    assert bands(scored([95, 92], quota)) == expected


@pytest.mark.parametrize(("rounding", "places"), [("floor", 1), ("half_up", 2), ("ceil", 2)])
def test_half_a_place_is_rounded_as_the_scheme_says(rounding, places):
    quota = {"label": "优秀", "max_ratio": "0.3", "rounding": rounding}

    assert bands(scored([99, 98, 97, 96, 95], quota)).count("优秀") == places


def test_each_category_or_unit_is_a_pool_of_its_own():
    officials = [{"code": f"P{i}", "category": category, "unit": "u"} for i, category in enumerate("aabb")]
    officials[3].pop("unit")

    by_category = scored([95, 94, 93, 92], {"label": "优秀", "max_count": 1, "base": "category"}, officials=officials)
    by_unit = scored([95, 94, 93, 92], {"label": "优秀", "max_count": 1, "base": "unit"}, officials=officials)

    assert bands(by_category) == ["优秀", "先进", "优秀", "先进"]
    assert bands(by_unit) == ["优秀", "先进", "先进", "优秀"]


def test_the_bands_somebody_can_end_in_are_those_of_the_distribution_and_the_lowest():
    bands = [{"label": "待定", "min": "60"}, {"label": "不合格", "min": "0"}]
    shares = [{"label": "优秀", "share": "0.2"}, {"label": "合格", "share": "0.8"}]

    assert rules.places_of_bands({"bands": bands}) == ["待定", "不合格"]
    quota = {"kind": "distribution", "shares": shares}
    assert rules.places_of_bands({"bands": bands, "forced_quota": quota}) == ["优秀", "合格", "不合格"]
    assert rules.places_of_bands({}) == []


def test_a_distribution_is_told_with_its_shares():
    shares = [{"label": "优秀", "share": "0.5"}, {"label": "合格", "share": "0.5"}]
    result = scored([95, 85], {"kind": "distribution", "shares": shares})

    told = [step["text"] for step in result.officials["P00"].trace if step["step"] == "quota"]
    assert told == ["名额规则（2 人）：按得分先后，优秀 50%、合格 50%，保留优秀"]


def test_those_below_the_label_fill_an_at_least_quota():
    quota = {"kind": "at_least", "label": "合格", "max_count": 2}

    assert bands(scored([95, 85, 55], quota)) == ["优秀", "合格", "不合格"]
    assert bands(scored([95, 65, 55], quota)) == ["优秀", "合格", "不合格"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("exclude", ["优秀", "先进", "先进"]), ("include", ["优秀", "合格", "合格"]), ("manual", ["优秀", "pending", "pending"])],
)
def test_tie_across_an_at_least_quota(policy, expected):
    quota = {"kind": "at_least", "label": "合格", "max_count": 1, "tie_policy": policy}

    assert bands(scored([95, 85, 85], quota)) == expected


def test_skip_leaves_an_at_least_quota_of_a_small_pool_alone():
    quota = {"kind": "at_least", "label": "合格", "max_ratio": "0.1"}

    assert bands(scored([95, 85], quota)) == ["优秀", "先进"]


def test_vetoed_takes_no_place_of_an_at_least_quota():
    quota = {"kind": "at_least", "label": "不合格", "max_count": 1}

    result = scored([95, 85, 75], quota, vetoes={"P00": ["v"]})

    assert bands(result) == ["不合格", "先进", "不合格"]


def test_several_quotas_are_applied_in_order():
    quotas = [{"label": "优秀", "max_count": 1}, {"label": "先进", "max_count": 1}]

    assert bands(scored([95, 92, 85], quotas)) == ["优秀", "先进", "合格"]


def distributed(marks, policy="manual", **given):
    return scored(marks, {"kind": "distribution", "shares": SHARES, "tie_policy": policy}, **given)


def test_distribution_without_bands_gives_everybody_a_label():
    result = distributed([99, 98, 97, 96, 95, 94, 93, 92, 91, 90], bands=False)

    assert bands(result) == ["甲"] * 2 + ["乙"] * 7 + ["丙"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("exclude", ["甲"] + ["乙"] * 8 + ["丙"]), ("include", ["甲"] * 3 + ["乙"] * 6 + ["丙"])],
)
def test_tie_across_a_limit_of_a_distribution_does_not_shift_the_next(policy, expected):
    assert bands(distributed([99, 98, 98, 96, 95, 94, 93, 92, 91, 90], policy)) == expected


def test_tie_across_two_limits_is_settled_one_after_the_other():
    marks = [99] + [80] * 9
    first = distributed(marks)
    assert first.decisions_needed == [{"label": "甲", "pool": "", "seats": 1, "candidates": [f"P{i:02}" for i in range(1, 10)]}]
    assert not first.is_final

    decided = [{"label": "甲", "pool": "", "chosen": ["P05"]}]
    second = distributed(marks, decisions=decided)
    assert second.decisions_needed == [
        {"label": "乙", "pool": "", "seats": 7, "candidates": [f"P{i:02}" for i in range(1, 10) if i != 5]}
    ]
    assert second.officials["P05"].band == "甲"

    decided += [{"label": "乙", "pool": "", "chosen": [f"P{i:02}" for i in (1, 2, 3, 4, 6, 7, 8)]}]
    last = distributed(marks, decisions=decided)
    assert last.is_final
    assert bands(last) == ["甲", *["乙"] * 4, "甲", *["乙"] * 3, "丙"]


def test_distribution_of_a_small_pool():
    quota = {"kind": "distribution", "shares": SHARES}

    assert bands(scored([99, 80, 70], quota)) == ["优秀", "先进", "合格"]
    assert bands(scored([99, 80, 70], quota | {"small_pool": "one"})) == ["甲", "乙", "丙"]
    assert bands(scored([99, 80, 70], quota | {"small_pool": "zero"})) == ["乙", "乙", "丙"]


def test_vetoed_uses_up_the_tail_of_a_distribution():
    result = distributed([99, 98, 97, 96, 95, 94, 93, 92, 91, 90], vetoes={"P00": ["v"]})

    assert bands(result) == ["不合格", "甲", "甲", *["乙"] * 7]


@pytest.mark.parametrize("chosen", [[], ["P01", "P02"], ["P00"], ["P01", "P01"]])
def test_decision_must_fill_the_seats_with_candidates(chosen):
    quota = {"label": "优秀", "max_count": 2}

    with pytest.raises(rules.ScoringError) as refusal:
        scored([99, 95, 95], quota, decisions=[{"label": "优秀", "pool": "", "chosen": chosen}])

    assert refusal.value.code == "bad_decision"


def test_decision_about_a_tie_that_does_not_exist_is_refused():
    with pytest.raises(rules.ScoringError):
        scored([99, 95], {"label": "优秀", "max_count": 2}, decisions=[{"label": "优秀", "pool": "", "chosen": ["P01"]}])


def test_official_without_a_score_is_no_part_of_a_pool():
    officials = [{"code": f"P{i:02}"} for i in range(4)]
    scheme = patched(
        DIRECT, {"forced_quota": {"label": "优秀", "max_ratio": "0.5"}, "thresholds": [{"bottom": 1, "action": "表态"}]}
    )
    figures = {"P00": {"F": ["95"]}, "P01": {"F": ["94"]}, "P02": {"F": ["93"]}}

    result = rules.score(scheme, officials, [], figures=figures)

    assert bands(result) == ["优秀", "先进", "先进", None]  # half of three, rounded down
    assert [official.actions for official in result.officials.values()] == [[], [], ["表态"], []]
    assert [official.rank for official in result.officials.values()] == [1, 2, 3, None]
