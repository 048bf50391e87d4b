"""What leaves the scrutineers' table: suppression of §4 Publish, and the sheets of §5."""

import json
import re

import pytest
from django.utils import translation

from scoring import rules
from tests.scoring.test_rules_pipeline import ballots, people, scheme

SPREAD = [950, 900, 850, 800, 700]
WIDE = SPREAD * 4
ANONYMOUS = [
    {"code": "B", "weight": "0.4"},
    {"code": "C", "weight": "0.3"},
    {"code": "D", "weight": "0.3"},
]


def counted(marks, groups=ANONYMOUS, officials=1, **patch):
    votes = [
        ballot
        for official in people(officials)
        for group, values in marks.items()
        for ballot in ballots(group, *values, official=official["code"])
    ]
    return rules.score_ballots(scheme("ONE", rater_groups=groups, **patch), people(officials), votes)


def shown(result, official="P1"):
    return rules.published(result, "L1")["rows"][official]


def test_group_of_five_with_a_spread_is_shown_whole_and_one_of_twenty_with_a_decimal():
    assert shown(counted({"B": SPREAD, "C": WIDE, "D": WIDE}))["groups"] == {"B": "84", "C": "84.2", "D": "84.2"}


def test_unanimous_group_is_hidden_and_the_smallest_other_covers_it():
    row = shown(counted({"B": WIDE, "C": [920, 910, 930, 940, 950], "D": SPREAD * 2}))

    assert row["groups"] == {"B": "84.2", "C": "*", "D": "*"}


def test_without_bands_unanimous_means_equal():
    marks = {"B": [500] * 7, "C": WIDE, "D": WIDE}

    assert shown(counted(marks, bands=None))["groups"]["B"] == "*"
    assert shown(counted({"B": [500, 400, *[900] * 5], "C": WIDE, "D": WIDE}, bands=None))["groups"]["B"] == "82"


def test_ties_between_possible_covers_go_by_code():
    row = shown(counted({"B": [920] * 5, "C": SPREAD, "D": SPREAD}))

    assert row["groups"] == {"B": "*", "C": "*", "D": "84"}


def test_single_anonymous_group_that_gives_itself_away_is_hidden_and_its_score_still_shown():
    """It has five slips or more, so the score tells no more than a mean of five."""
    groups = [{"code": "A", "weight": "0.5", "anonymous": False}, {"code": "B", "weight": "0.5"}]

    row = shown(counted({"A": [800], "B": [920] * 6}, groups))

    assert row["groups"] == {"A": "80.0", "B": "*"}
    assert row["score"] == "86.0"


def test_group_without_weight_hides_for_itself_but_neither_needs_nor_gives_cover():
    groups = [{"code": "B", "weight": "0.5"}, {"code": "C", "weight": "0.5"}, {"code": "Z", "weight": 0}]

    row = shown(counted({"B": SPREAD * 2, "C": WIDE, "Z": [100]}, groups))

    assert row["groups"] == {"B": "84", "C": "84.2", "Z": "*"}


def test_missing_group_is_a_dash_and_covers_nobody():
    row = shown(counted({"B": [920] * 5, "C": WIDE, "D": [None] * 9}))

    assert row["groups"] == {"B": "*", "C": "*", "D": "–"}


def test_small_group_that_its_cover_leaves_no_room_hides_all():
    """C has four slips and weighs 8 × D: D alone leaves C within a tenth, so B is hidden too."""
    groups = [{"code": "B", "weight": "0.1"}, {"code": "C", "weight": "0.8"}, {"code": "D", "weight": "0.1"}]

    result = counted({"B": WIDE, "C": [950, 960, 940, 970, None], "D": WIDE[:15]}, groups)

    assert shown(result)["groups"] == {"B": "*", "C": "*", "D": "*"}


def test_held_score_says_how_many_ballots_and_nothing_else_and_no_rank_of_its_base_is_shown():
    groups = [{"code": "B", "weight": "0.05"}, {"code": "C", "weight": "0.95"}]
    votes = [
        *ballots("B", *WIDE),
        *ballots("C", 700, 920, 850, 880, None),
        *ballots("B", *WIDE, official="P2"),
        *ballots("C", *WIDE, official="P2"),
        *ballots("B", *WIDE, official="P3"),
        *ballots("C", *WIDE, official="P3"),
    ]
    officials = [*people(2), {"code": "P3", "category": "国企"}]
    result = rules.score_ballots(scheme("ONE", rater_groups=groups), officials, votes)

    for level in ("L0", "L1"):
        rows = rules.published(result, level)["rows"]
        assert rows["P1"] == {"held": True, "ballots": 25}
        assert (rows["P2"]["rank"], rows["P2"]["ranked_of"]) == (None, None)
        assert (rows["P3"]["rank"], rows["P3"]["ranked_of"]) == (1, 1)
    assert result.officials["P2"].rank == 1
    assert "rank" not in [step["step"] for step in public(result, "P2")]
    assert "rank" in [step["step"] for step in public(result, "P3")]


def test_counts_are_shown_by_group_only_when_every_anonymous_group_returned_ten():
    groups = [{"code": "A", "weight": "0.2", "anonymous": False}, *ANONYMOUS[:1], {"code": "C", "weight": "0.4"}]
    ten = {"A": [800], "B": [*SPREAD, *SPREAD], "C": WIDE}

    assert shown(counted(ten, groups))["counts"]["B"] == {"valid": 10, "invalid": 0, "abstain": 0}
    nine = shown(counted(ten | {"B": [*SPREAD, *SPREAD[1:]]}, groups))["counts"]
    assert nine == {"total": {"valid": 30, "invalid": 0, "abstain": 0}}


def test_official_without_a_score_shows_that_and_no_reason():
    row = rules.published(counted({"B": [900] * 5, "C": [900, 900]}), "L1")["rows"]["P1"]

    assert row == {"blocked": True, "score": None, "band": None, "ballots": 7}


def test_table_is_plain_and_names_its_scheme_and_groups():
    result = counted({"B": SPREAD, "C": WIDE, "D": WIDE})

    table = rules.published(result, "L1")

    assert json.loads(json.dumps(table)) == table
    assert table["groups"] == [{"code": code, "name": code, "named": False} for code in "BCD"]
    assert (table["scheme"], table["version"]) == ("ONE", 1)
    assert result.input_hash not in json.dumps(table)  # a guess could be tried on it
    assert rules.published(result)["groups"] == []
    with pytest.raises(ValueError, match="L0 or L1"):
        rules.published(result, "L2")


def test_own_mark_rule_is_about_means_and_leaves_shares_alone():
    """Nineteen full marks and one zero: from the mean the one who gave zero knows all the others."""
    grades = [{"code": "a", "value": 100}, {"code": "b", "value": 0}]
    votes = [{"group": "B", "marks": {"P1": {"all": position}}} for position in [1] * 19 + [2]]

    def printed(aggregator):
        plan = scheme("PS-jinxiang", grades=grades, aggregator=aggregator)
        return shown(rules.score_ballots(plan, people(1), votes))["groups"]["B"]

    assert printed({"kind": "share", "top": ["a"]}) == "95.0"
    assert printed({"kind": "mean"}) == "*"
    assert printed({"kind": "grade_mean"}) == "*"


def test_ticks_are_counted_through_until_no_dissenter_knows_a_whole_group():
    """With c and d shown, 0.2a + 0.4b = 8 of 15 has two solutions in sixths, (10, 15) and (15, 12.5); the one dissenter of b knows which."""
    grades = [{"code": "a", "value": 100}, {"code": "b", "value": 0}]
    groups = [{"code": code, "weight": weight} for code, weight in zip("abcd", ("0.2", "0.4", "0.2", "0.2"), strict=True)]
    plan = scheme(
        "PS-yijun", grades=grades, aggregator={"kind": "share", "top": ["a"]}, rater_groups=groups, category_weights=None
    )
    for_top = {"a": 6, "b": 5, "c": 4, "d": 5}
    votes = [{"group": g, "marks": {"P1": {"all": 1 if n < top else 2}}} for g, top in for_top.items() for n in range(6)]

    row = shown(rules.score_ballots(plan, people(1), votes))

    assert row["score"] == "12.50"
    assert row["groups"] == {"a": "*", "b": "*", "c": "*", "d": "13"}


@pytest.mark.parametrize(("small", "is_held"), [(4, False), (3, True)])
def test_score_is_held_where_a_small_group_of_ticks_could_have_said_one_thing_only(small, is_held):
    """Twenty beside four or three, of equal weight: thirds and twentieths fit in one way only, quarters and twentieths in more."""
    grades = [{"code": "a", "value": 100}, {"code": "b", "value": 0}]
    groups = [{"code": code, "weight": "0.5"} for code in "ab"]
    plan = scheme("PS-jinxiang", grades=grades, aggregator={"kind": "share", "top": ["a"]}, rater_groups=groups)
    votes = [{"group": "a", "marks": {"P1": {"all": 1 if n < 9 else 2}}} for n in range(20)]
    votes += [{"group": "b", "marks": {"P1": {} if n >= small else {"all": 1 + n % 2}}} for n in range(5)]

    row = shown(rules.score_ballots(plan, people(1), votes))

    assert ("held" in row) is is_held


# the sheets


def texts(steps):
    return [step["text"] for step in steps]


def test_sheet_can_be_followed_with_a_pocket_calculator():
    marks = {"B": [1000, 800, 840, 840, 840, 900, 600], "C": WIDE, "D": WIDE}

    steps = counted(marks).officials["P1"].trace

    assert "B：计分 7 票，去掉 1 个最高、1 个最低，其余合计 422 ÷ 5 = 84.4" in texts(steps)
    assert next(step for step in steps if step["step"] == "weigh")["text"] == (
        "加权：84.4 × 0.4 ＋ 84.166666… × 0.3 ＋ 84.166666… × 0.3 ＝ 84.26"
    )
    assert json.loads(json.dumps(steps)) == steps


def test_sheet_speaks_of_missing_groups_vetoes_quotas_and_proposals():
    patch = {
        "veto": [{"code": "v"}],
        "thresholds": [{"below": 95, "action": "约谈"}],
        "forced_quota": {"label": "优秀", "max_count": 1},
    }
    votes = [ballot for code in ("P1", "P2", "P3") for ballot in ballots("B", *[920] * 5, official=code)]
    votes += ballots("C", *[940] * 5, official="P1")
    plan = scheme("ONE", rater_groups=ANONYMOUS, rank_base="session", **patch)

    result = rules.score_ballots(plan, people(3), votes, vetoes={"P3": ["v"]})

    first, second, vetoed = (texts(official.trace) for official in result.officials.values())
    assert any(text.endswith("，缺D") for text in first)
    assert "名额规则（3 人）：“优秀”名额 1 人，保留优秀" in first
    assert "名额规则（3 人）：“优秀”名额 1 人，由优秀改列先进" in second
    assert "全场 2 人中第 2 名（另有 1 人一票否决，不排名）" in second
    assert "建议：约谈" in second
    assert "一票否决：列最低等次“不合格”，不排名，不参加评先评优" in vetoed
    assert "92.0 分：优秀（90 分以上）" in vetoed


def test_sheet_leaves_the_figures_of_a_missing_group_empty():
    figures = {"code": "F", "name": "外部", "weight": "0.5", "anonymous": False, "source": "figures"}

    result = counted({"B": SPREAD}, [{"code": "B", "weight": "0.5"}, figures])

    assert "外部：无" in texts(result.officials["P1"].trace)
    assert [step.get("group") for step in public(result) if step["step"] == "group"] == ["B"]


@pytest.mark.parametrize(
    ("policy", "first", "second"),
    [
        ("include", "得分相同的 2 人跨过名额线，按方案一并列入，保留优秀", "得分相同的 2 人跨过名额线，按方案一并列入，保留优秀"),
        (
            "exclude",
            "得分相同的 2 人跨过名额线，按方案都不列入，由优秀改列先进",
            "得分相同的 2 人跨过名额线，按方案都不列入，由优秀改列先进",
        ),
        (
            "manual",
            "得分相同的 2 人跨过名额线，其中 1 人经裁定列为“优秀”，本人列入，保留优秀",
            "得分相同的 2 人跨过名额线，其中 1 人经裁定列为“优秀”，本人未列入，由优秀改列先进",
        ),
    ],
)
def test_sheet_says_how_those_equal_across_a_quota_were_treated(policy, first, second):
    quota = {"label": "优秀", "max_count": 1, "tie_policy": policy}
    ruling = [{"label": "优秀", "pool": "", "chosen": ["P1"]}] if policy == "manual" else None
    plan = scheme("ONE", rater_groups=ANONYMOUS, forced_quota=quota)
    votes = [ballot for official in ("P1", "P2") for code in "BCD" for ballot in ballots(code, *[920] * 5, official=official)]

    result = rules.score_ballots(plan, people(2), votes, decisions=ruling)

    start = "名额规则（2 人）：“优秀”名额 1 人，"
    assert [start + first, start + second] == [
        next(text for text in texts(official.trace) if text.startswith("名额规则")) for official in result.officials.values()
    ]


def test_the_scrutineers_read_the_votes_of_each_grade():
    """So that a pocket calculator finds the value of a group that votes by grades."""
    grades = [{"code": "a", "label": "满意", "value": 100}, {"code": "b", "label": "一般", "value": 50}]
    plan = scheme("PS-jinxiang", grades=grades, aggregator={"kind": "grade_mean"})
    votes = [{"group": "B", "marks": {"P1": {"all": mark}}} for mark in [1, 1, 1, 1, 2]]

    result = rules.score_ballots(plan, people(1), votes)

    (step,) = [step for step in result.officials["P1"].trace if step["step"] == "grade_mean"]
    assert "计分 5 票；总体评价：满意 4 × 100 ＋ 一般 1 × 50，÷ 5 = 90" in step["text"]
    assert not any("满意 4" in text for text in texts(public(result)))


def test_sheet_says_that_a_tie_waits_for_a_decision():
    quota = {"label": "优秀", "max_count": 1}

    result = counted({"B": [920] * 5, "C": [920] * 5, "D": [920] * 5}, officials=2, forced_quota=quota)

    assert "名额规则（2 人）：“优秀”名额 1 人，得分相同者跨过名额线，待裁定" in texts(result.officials["P1"].trace)


def test_sheet_of_a_blocked_official_gives_the_reasons_in_chinese_whatever_the_reader_speaks():
    with translation.override("en"):
        steps = counted({"B": [900]}).officials["P1"].trace

    assert steps[-1]["step"] == "blocked"
    assert "计分的不记名票不足 5 张" in steps[-1]["text"]


def test_sheet_of_figures_places_ratios_and_sides():
    official = {"code": "P1", "category": "乡镇"}
    given = {"figures": {"P1": {"K": ["540"], "L": ["3", "4"]}}}
    votes = [{"group": "M", "marks": {"P1": {"all": 1}}} for _n in range(20)]

    steps = rules.score_ballots(scheme("PS-ruian"), [official], votes, **given).officials["P1"].trace

    assert [step["step"] for step in steps[:7]] == [
        *("ballots", "figures", "ratio_to_first", "figures", "rank_decrement", "step", "weigh"),
    ]
    assert texts(steps)[1:6] == [
        "重点工作：540",
        "重点工作：1000 × 540 ÷ 540（第一名） = 1000",
        "领导排名：3、4，平均 3.5",
        "领导排名：名次 3.5，按名次递减得 950",
        "民主测评：得票 20 ÷ 20，按分段表得 200（满分 200），折合 1000",
    ]


def test_sheet_weighs_inside_each_side_first():
    marks = dict.fromkeys(["de", "neng", "qin", "ji", "lian"], 1)
    votes = [{"group": group, "marks": {"P1": marks}} for group in ["E1"] + ["H"] * 20]

    steps = rules.score_ballots(scheme("PS-fxgw"), people(1), votes).officials["P1"].trace

    weighed = [step for step in steps if step["step"] == "weigh"]
    assert [step.get("numbers") for step in weighed] == [{"side": "E"}, {"side": "P"}, None]
    assert weighed[2]["text"] == "加权：100 × 0.6 ＋ 100 × 0.4 ＝ 100，缺自评"


def test_side_without_weight_is_not_weighed():
    marks = dict.fromkeys(["de", "neng", "qin", "ji", "lian"], 1)
    votes = [{"group": group, "marks": {"P1": marks}} for group in ["E1"] + ["H"] * 20]
    sides = [{"code": "E", "name": "考核人", "weight": 1}, {"code": "P", "weight": 0}]

    official = rules.score_ballots(scheme("PS-fxgw", sides=sides), people(1), votes).officials["P1"]

    weighed = [step for step in official.trace if step["step"] == "weigh"]
    assert texts(weighed) == ["考核人：100 × 1 ＝ 100", "加权：100 × 1 ＝ 100，缺自评"]
    assert official.weighing.shares == {"E1": 1, "S": 0, "H": 0}


def public(result, official="P1"):
    row = rules.published(result, "L1")["rows"][official]
    return rules.public_trace(result, result.officials[official], row)


def test_public_sheet_holds_printed_values_only():
    groups = [
        {"code": "A", "name": "领导", "weight": "0.2", "anonymous": False},
        {"code": "B", "name": "委员", "weight": "0.4"},
        {"code": "C", "name": "班子", "weight": "0.1", "merge_into": "D"},
        {"code": "D", "name": "代表", "weight": "0.3"},
    ]
    votes = [*ballots("A", 885), *ballots("B", *WIDE), *ballots("C", 335), *ballots("D", *WIDE)]
    plan = scheme("ONE", rater_groups=groups, bonus={"cap": 5}, deductions=[{"code": "late", "points": 1, "cap": 3}])
    result = rules.score_ballots(plan, people(1), votes, adjust={"P1": {"bonus": [1], "deductions": {"late": 2}}})

    steps = public(result)

    assert texts(steps) == [
        "各类主体合计：有效 42 票，无效 0 票，弃权 0 票",
        "班子票数不足，按方案并入代表，权重合计 0.4",
        "领导：88.5",
        "委员：84.2",
        "代表：83.4",
        "按权重合成：领导 0.2，委员 0.4，代表 0.4。按方案，平均以前满 7 票的先去掉 1 个最高、1 个最低。以上为公布值，合成时用准确值，由监票人当场复算",
        "合成以后 ＋ 加分 1 − 扣分 2（加分 1；late 2 次 × 1 ＝ 2）",
        "得分 83.74，只在最后四舍五入一次，保留 2 位小数",
        "83.74 分：先进（75 分以上，不满 90 分）",
        "镇办只有 1 人，不列名次",
    ]
    assert all("exact" not in step for step in steps)


def test_both_sheets_show_how_a_cap_cuts():
    patch = {"bonus": {"cap": 5}, "deductions": [{"code": "late", "name": "迟交报告", "points": 1, "cap": 3}]}
    votes = [ballot for group in "BCD" for ballot in ballots(group, *WIDE)]
    adjust = {"P1": {"bonus": [4, "2.5"], "deductions": {"late": 5}}}

    result = rules.score_ballots(scheme("ONE", rater_groups=ANONYMOUS, **patch), people(1), votes, adjust=adjust)

    how = "（加分 4 ＋ 2.5 ＝ 6.5，最多加 5，加 5；迟交报告 5 次 × 1 ＝ 5，最多扣 3，扣 3）"
    exact = [step["text"] for step in result.officials["P1"].trace if step["step"] == "adjust"]
    assert exact == [f"84.166666… ＋ 加分 5 − 扣分 3 ＝ 86.166666…{how}"]
    assert f"合成以后 ＋ 加分 5 − 扣分 3{how}" in texts(public(result))


def rounding(steps):
    return next(step["text"] for step in steps if step["step"] == "round")


def test_the_sheet_says_why_a_decimal_is_missing():
    few = [*ballots("B", *SPREAD, 750, 820, official="P1"), *ballots("B", *WIDE, official="P2")]
    result = rules.score_ballots(scheme("ONE", rater_groups=[{"code": "B", "weight": 1}]), people(2), few)
    own, other = (official.trace for official in result.officials.values())

    assert rounding(own).startswith("计票 7 份，不足 20 份，四舍五入保留 1 位小数：")
    assert rounding(other).startswith("本场有对象计票 7 份，不足 20 份，四舍五入保留 1 位小数：")
    told = "，只在最后四舍五入一次，本场有对象计票不足 20 份，保留 1 位小数"
    assert [rounding(public(result, code)).endswith(told) for code in ("P1", "P2")] == [True, True]


def test_the_sheet_gives_no_reason_where_no_decimal_is_missing():
    result = counted({"B": WIDE, "C": WIDE, "D": WIDE})

    assert rounding(result.officials["P1"].trace).startswith("四舍五入保留 2 位小数：")
    assert rounding(public(result)).endswith("一次，保留 2 位小数")


def test_public_sheet_leaves_hidden_groups_out():
    result = counted({"B": [920] * 10, "C": SPREAD * 2, "D": WIDE})

    steps = public(result)

    assert [step.get("group") for step in steps if step["step"] == "group"] == ["D"]
    assert [step.get("group") for step in steps if step["step"] == "ballots"] == ["B", "C", "D"]


def test_public_sheet_of_a_held_or_blocked_official_says_so_and_no_more():
    blocked = public(counted({"B": [900]}))
    groups = [{"code": "B", "weight": "0.05"}, {"code": "C", "weight": "0.95"}]
    held = public(counted({"B": WIDE, "C": [700, 920, 850, 880, None]}, groups))

    assert texts(blocked) == ["收回 1 票；不出分"]
    assert texts(held) == ["收回 25 票；得分暂不公布"]


@pytest.mark.parametrize(
    ("text", "exact", "is_open"),
    [
        ("91.5", {}, True),
        ("91.5", {"counted": 9}, False),
        ("91.5", {"from": ["B", "C"]}, False),
        ("*", {}, False),
        ("–", {}, False),
    ],
)
def test_slips_are_open_where_the_room_sees_the_value_of_a_large_group_alone(text, exact, is_open):
    groups = {"A": {"counted": 30, "from": ["A"]}, "B": {"counted": 10, "from": ["B"]} | exact}
    table = {"rows": {"o01": {"groups": {"A": "88.0", "B": text}}, "o02": {"held": True}}}

    shown = rules.open_slips(table, {"o01": {"groups": groups}, "o02": {}}, k_pub=10, named={"A"})

    assert shown == ({("B", "o01")} if is_open else set())


def test_what_trimming_came_to_in_a_group_is_not_told():
    """Cut or not, the words are the same: they would tell how many ballots of a group were counted."""
    told = set()
    for many in (6, 9):
        votes = [*ballots("B", *WIDE[:many]), *ballots("C", *WIDE), *ballots("D", *WIDE)]
        steps = public(rules.score_ballots(scheme("ONE", rater_groups=ANONYMOUS), people(1), votes))
        told |= {re.search("先去掉.*?。", text)[0] for text in texts(steps) if "先去掉" in text}

    assert told == {"先去掉 1 个最高、1 个最低。"}
