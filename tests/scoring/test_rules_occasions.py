"""What a scheme takes from outside the ballot box, and how the count takes it."""

from fractions import Fraction

import pytest

from scoring import rules
from scoring.rules import occasions
from scoring.rules.occasions import BONUS, DEDUCTION, FIGURE, VETO, Entry

PLACES = {"kind": "rank_decrement", "of": "places", "per_place": "0.02"}
SCHEME = {
    "code": "S", "mode": "points", "criteria": [{"code": "k", "max_points": 100}], "bonus": {"cap": 5},
    "deductions": [{"code": "late", "name": "迟交报告", "points": 1, "cap": 3}, {"code": "bare", "points": "0.5", "cap": 1}],
    "veto": [{"code": "v1", "name": "瞒报"}],
    "rater_groups": [
        {"code": "G", "name": "评议", "weight": "0.6"},
        {"code": "F", "name": "重点工作", "weight": "0.2", "source": "figures", "aggregator": {"kind": "ratio_to_first"}},
        {"code": "P", "name": "领导排名", "weight": "0.2", "source": "figures", "aggregator": PLACES},
    ],
    "category_weights": [
        {"category": "镇办", "code": "G", "weight": "0.8"}, {"category": "镇办", "code": "F", "weight": "0.2"},
        {"category": "镇办", "code": "P", "weight": 0},
    ],
}  # fmt: skip
PLAN = rules.read(SCHEME)


def test_the_scheme_is_one_that_may_be_locked():
    assert rules.validate(SCHEME)[0] == []


def test_everything_is_offered_in_the_order_of_the_scheme_with_its_caps():
    offered = {(choice.kind, choice.code): choice.text for choice in occasions.choices(PLAN)}

    assert list(offered) == [(BONUS, ""), (DEDUCTION, "late"), (DEDUCTION, "bare"), (VETO, "v1"), (FIGURE, "F"), (FIGURE, "P")]
    assert offered[DEDUCTION, "late"] == "扣分：迟交报告，每次扣 1 分，最多扣 3 分"
    assert "bare" in offered[DEDUCTION, "bare"]


@pytest.mark.parametrize("name", ["bonus", "deductions", "veto", "rater_groups"])
def test_whether_a_scheme_takes_anything_is_told_by_each_alone(name):
    bare = {"rater_groups": [{"code": "G", "weight": 1}]}

    assert not occasions.takes_any(bare)
    assert not occasions.takes_any(bare | {"deductions": [], "veto": []})
    assert occasions.takes_any(bare | {name: SCHEME[name]})


@pytest.mark.parametrize(
    ("kind", "code", "amount", "why"),
    [
        (BONUS, "", "2", ""),
        (BONUS, "", "1/3", ""),
        (BONUS, "", "8", ""),  # above the cap: capped in the count
        (BONUS, "", "0", "加分须大于 0"),
        (BONUS, "", "-1", "加分须大于 0"),
        (BONUS, "", "两分", "准确数"),
        (BONUS, "", "", "准确数"),
        (BONUS, "late", "2", "没有这一项"),
        (DEDUCTION, "late", "2", ""),
        (DEDUCTION, "late", "2.0", ""),
        (DEDUCTION, "late", "4/2", ""),
        (DEDUCTION, "late", "0", "1 到 99 的整数"),
        (DEDUCTION, "late", "1.5", "1 到 99 的整数"),
        (DEDUCTION, "late", "100", "1 到 99 的整数"),
        (DEDUCTION, "other", "1", "没有这一项"),
        (VETO, "v1", "", ""),
        (VETO, "v1", "1", "没有数量"),
        (VETO, "v2", "", "没有这一项"),
        (FIGURE, "F", "0", ""),
        (FIGURE, "F", "100", ""),
        (FIGURE, "F", "100.5", "0 到 100"),
        (FIGURE, "F", "-1", "0 到 100"),
        (FIGURE, "P", "1", ""),
        (FIGURE, "P", "120", ""),
        (FIGURE, "P", "0.5", "从 1 起"),
        (FIGURE, "G", "1", "没有这一项"),
    ],
)
def test_an_entry_must_fit_the_scheme(kind, code, amount, why):
    said = occasions.misfit(PLAN, Entry(kind, "o01", code, amount))

    assert bool(said) == bool(why)
    assert why in said


def test_every_entry_that_fits_is_one_the_count_takes():
    entries = [
        Entry(BONUS, "o01", "", "2"), Entry(BONUS, "o01", "", "1/2"), Entry(DEDUCTION, "o01", "late", "1"),
        Entry(DEDUCTION, "o01", "late", "2.0"), Entry(DEDUCTION, "o02", "bare", "1"), Entry(VETO, "o02", "v1", ""),
        Entry(FIGURE, "o01", "P", "2"), Entry(FIGURE, "o01", "P", "3"), Entry(FIGURE, "o02", "F", "80"),
    ]  # fmt: skip

    given = occasions.outside(entries)

    assert given == {
        "figures": {"o01": {"P": ["2", "3"]}, "o02": {"F": ["80"]}},
        "adjust": {"o01": {"bonus": ["2", "1/2"], "deductions": {"late": 3}}, "o02": {"deductions": {"bare": 1}}},
        "vetoes": {"o02": ["v1"]},
    }
    assert occasions.outside([]) == {}
    slips = [{"g": "G", "o": code, "a": {"k": 900}} for code in ("o01", "o02") for _rater in range(6)]
    result = rules.score(SCHEME, [{"code": "o01"}, {"code": "o02"}], slips, **given)
    assert [(row.bonus, row.deducted, row.standing.vetoed) for row in result.officials.values()] == [
        (Fraction(5, 2), 3, False),
        (0, Fraction(1, 2), True),
    ]


def test_an_official_without_weight_in_a_group_of_figures_needs_none():
    officials = [("o01", "区直部门"), ("o02", "镇办")]

    assert occasions.without_figure(PLAN, officials, []) == {"F": ["o01", "o02"], "P": ["o01"]}
    given = [Entry(FIGURE, "o01", "F", "80"), Entry(FIGURE, "o02", "F", "80"), Entry(BONUS, "o01", "", "1")]
    assert occasions.without_figure(PLAN, officials, given) == {"P": ["o01"]}
    assert occasions.without_figure(PLAN, officials, [*given, Entry(FIGURE, "o01", "P", "1")]) == {}


def test_what_entries_do_to_a_score_is_told_after_the_caps():
    entries = [Entry(BONUS, "o01", "", "4"), Entry(BONUS, "o01", "", "3"), Entry(DEDUCTION, "o01", "late", "9")]

    assert occasions.adjustment(PLAN, entries) == (5, 3)
    assert occasions.adjustment(PLAN, [Entry(FIGURE, "o01", "F", "80")]) == (0, 0)
    other = rules.read({name: value for name, value in SCHEME.items() if name != "bonus"})
    assert occasions.adjustment(other, entries) == (0, 3)  # a round of another scheme


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([(BONUS, "o1", "", "5")], {}),
        ([(BONUS, "o1", "", "4"), (BONUS, "o2", "", "4")], {}),
        ([(BONUS, "o1", "", "4"), (BONUS, "o1", "", "3")], {("o1", BONUS, ""): "合计 7 分，超过上限，只计 5 分"}),
        ([(DEDUCTION, "o1", "bare", "3")], {("o1", DEDUCTION, "bare"): "合计 1.5 分，超过上限，只计 1 分"}),
        ([(DEDUCTION, "o1", "late", "3"), (DEDUCTION, "o1", "bare", "2")], {}),
        ([(VETO, "o1", "v1", ""), (FIGURE, "o1", "F", "100"), (DEDUCTION, "o1", "gone", "9"), (BONUS, "o1", "", "x")], {}),
    ],
)
def test_what_goes_over_a_cap_is_said_for_each_official_and_each_rule(entries, told):
    assert occasions.over_caps(PLAN, [Entry(*entry) for entry in entries]) == told


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("省纪通〔2026〕12号", "省纪通[2026]12号", True),
        ("省纪通〔2026〕12号", "省纪通（２０２６） １２ 号", True),
        ("省纪通〔2026〕12号", "省纪通【2026】12号", True),
        ("省纪通〔2026〕12号", "省纪通〔2026〕13号", False),
        ("省纪通〔2026〕12号", "省纪通〔20261〕2号", False),
    ],
)
def test_one_document_is_the_same_however_it_is_typed(one, other, is_same):
    assert (occasions.same_ground("事", one) == occasions.same_ground("事", other)) is is_same
