"""The steps of §4 where the shared vectors leave a choice untried."""

from fractions import Fraction

import pytest

from scoring import rules
from tests.scoring.test_rules_vectors import VECTORS, patched

SCHEMES = VECTORS["schemes"]
FIGURES = {"code": "F", "name": "得分", "weight": 1, "anonymous": False, "source": "figures"}
SATISFIED = {"grades": [{"code": "a", "value": 100}, {"code": "b", "value": 0}, {"code": "x", "counts": False}]}


def scheme(name, **patch):
    return patched(SCHEMES[name], patch)


def people(n, category="镇办"):
    return [{"code": f"P{i}", "category": category} for i in range(1, n + 1)]


def ballots(group, *marks, official="P1"):
    """One-criterion ballots in tenths or positions; None is a blank."""
    return [{"group": group, "marks": {official: {} if mark is None else {"k": mark}}} for mark in marks]


def graded(group, *positions, official="P1"):
    return [{"group": group, "marks": {official: {"all": position}}} for position in positions]


def value(result, group, official="P1"):
    return result.officials[official].groups[group].value


# 1 slip status


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        ({"k1": 405, "k2": -5, "k3": 1}, "over_max"),
        ({"k1": -5, "k2": 3, "k3": 1}, "below_zero"),
        ({"k1": 3, "k2": 5}, "off_step"),
        ({"k1": Fraction(5, 2), "k2": 5, "k3": 1}, "off_step"),
        ({"k1": 5, "k2": 5}, "missing_criterion"),
        ({"k1": 5, "k2": 5, "k3": None}, "missing_criterion"),
        ({"k1": 5, "k2": 5, "k3": 6}, "foreign_mark"),
        ({"k1": 5, "k2": 5, "k3": 0}, "foreign_mark"),
        ({"k1": 5, "k2": 5, "k3": 1, "k4": 1}, "foreign_mark"),
        ({"k1": True, "k2": 5, "k3": 1}, "foreign_mark"),
        ({"k1": 999, "k2": 5, "k9": 1}, "foreign_mark"),
    ],
)
def test_slip_is_invalid_for_the_first_reason_that_holds(marks, reason):
    result = rules.score(scheme("MIXED"), people(1), [{"g": "B", "o": "P1", "a": marks}])

    pile = result.officials["P1"].piles["B"]
    assert (pile.returned, pile.invalid) == (1, 1)
    with_reason = rules.score(scheme("MIXED"), people(1), [{"g": "B", "o": "P1", "x": reason}])
    assert with_reason.input_hash == result.input_hash


def test_slip_out_of_scope_is_wrong_group_whatever_else_is_wrong():
    given = {"boxes": {"b": "B", "c": "B"}, "scope": {"c": ["P2"]}}
    wrong = rules.score(scheme("ONE"), people(2), [{"g": "c", "o": "P1", "a": {"k": 2000}}], **given)
    named = rules.score(scheme("ONE"), people(2), [{"g": "c", "o": "P1", "x": "wrong_group"}], **given)

    assert wrong.input_hash == named.input_hash


def test_marks_as_people_write_them_become_answers():
    plan = rules.read(SCHEMES["MIXED"])

    answers = rules.answers(plan, {"k1": "7.5", "k2": "0.25", "k3": "x"})

    assert answers == {"k1": 75, "k2": Fraction(5, 2), "k3": 5}
    assert rules.answers(plan, {"k1": None, "k3": "nothing known"}) == {"k3": 0}
    assert rules.answers(plan, None) == {}


def test_spoiled_ballot_is_invalid_also_where_it_is_blank():
    spoiled = [{"group": "B", "marks": {"P1": {}, "P2": {"k": 900}}, "spoiled": True}]

    result = rules.score_ballots(scheme("ONE"), people(2), spoiled)

    assert [official.piles["B"].invalid for official in result.officials.values()] == [1, 1]


# 2 conservation


@pytest.mark.parametrize(
    ("given", "code", "text"),
    [
        ({"boxes": {"b": "Z"}}, "unknown_box", "没有这个票箱：b"),
        ({"boxes": {"f": "F"}}, "unknown_box", "没有这个票箱：f"),
        ({"scope": {"Z": ["P1"]}}, "unknown_box", "没有这个票箱：Z"),
        ({"scope": {"F": ["P9"]}}, "unknown_official", "没有这个评议对象：P9"),
        ({"issued": {"Z": 1}}, "unknown_box", "没有这个票箱：Z"),
        ({"figures": {"P9": {}}}, "unknown_official", "没有这个评议对象：P9"),
        ({"figures": {"P1": {"Z": ["1"]}}}, "unknown_group", "没有这类外部数据：Z"),
        ({"adjust": {"P9": {}}}, "unknown_official", "没有这个评议对象：P9"),
        ({"adjust": {"P1": {"bonus": ["1"]}}}, "unknown_code", "方案里没有这个编码：bonus"),
        ({"adjust": {"P1": {"deductions": {"late": 1}}}}, "unknown_code", "方案里没有这个编码：late"),
        ({"vetoes": {"P1": ["major"]}}, "unknown_code", "方案里没有这个编码：major"),
        ({"decisions": [{"label": "优秀", "pool": "", "chosen": []}]}, "bad_decision", "裁定与需要裁定的名额不符：优秀"),
    ],
)
def test_what_does_not_belong_to_the_meeting_is_an_error(given, code, text):
    figures = given.pop("figures", {"P1": {"F": ["80"]}})

    with pytest.raises(rules.ScoringError) as refusal:
        rules.score(scheme("DIRECT"), people(1), [], figures=figures, **given)

    assert refusal.value.code == code
    assert str(refusal.value) == text


@pytest.mark.parametrize("slip", [{"g": "Z", "o": "P1", "a": {}}, {"g": "B", "o": "P9", "a": {}}])
def test_slip_of_an_unknown_box_or_official_is_an_error_not_a_vote(slip):
    with pytest.raises(rules.ScoringError):
        rules.score(scheme("ONE"), people(1), [slip])


def test_whole_ballot_of_an_unknown_box_is_an_error():
    with pytest.raises(rules.ScoringError):
        rules.score_ballots(scheme("ONE"), people(1), ballots("Z", 900))


def test_nothing_is_counted_by_a_scheme_that_could_not_be_locked():
    with pytest.raises(rules.ScoringError) as refusal:
        rules.score(scheme("ONE", total=0), people(1), [])

    assert refusal.value.code == "invalid_scheme"
    assert rules.Problem("total_not_positive", "total") in refusal.value.problems


@pytest.mark.parametrize(("returned", "reasons"), [(5, ["no_quorum"]), (6, [])])
def test_quorum_must_be_exceeded(returned, reasons):
    result = rules.score_ballots(scheme("ONE", quorum="1/2"), people(1), ballots("B", *[900] * returned), issued={"B": 10})

    assert result.officials["P1"].reasons == reasons


# 3 merging


def test_chain_of_merges_runs_leaf_first_whatever_the_order_of_the_file():
    groups = [
        {"code": "D", "weight": "0.4"},
        {"code": "C", "weight": "0.3", "merge_into": "D"},
        {"code": "B", "weight": "0.3", "merge_into": "C"},
    ]
    votes = ballots("B", 800, 800) + ballots("C", 700, 700) + ballots("D", *[900] * 6)

    results = [rules.score_ballots(scheme("ONE", rater_groups=order), people(1), votes) for order in (groups, groups[::-1])]

    for result in results:
        assert result.officials["P1"].groups["D"].as_dict()["from"] == ["D", "B", "C"]
        assert result.officials["P1"].groups["D"].weight == 1
    assert results[0].officials["P1"].score == results[1].officials["P1"].score


def test_chain_stops_where_the_merged_group_is_large_enough():
    groups = [
        {"code": "B", "weight": "0.3", "merge_into": "C"},
        {"code": "C", "weight": "0.3", "merge_into": "D"},
        {"code": "D", "weight": "0.4"},
    ]
    votes = ballots("B", 800, 800) + ballots("C", 700, 700, 700) + ballots("D", *[900] * 6)

    result = rules.score_ballots(scheme("ONE", rater_groups=groups), people(1), votes)

    assert {code: group.weight for code, group in result.officials["P1"].groups.items()} == {
        "C": Fraction(3, 5),
        "D": Fraction(2, 5),
    }


# 4 values


def test_abstentions_and_no_knowledge_can_stay_in_the_denominator_of_a_share():
    shared = scheme("PS-jinxiang", **SATISFIED, aggregator={"kind": "share", "top": ["a"]}, abstention_policy="in_denominator")
    votes = [*graded("B", *([1] * 6), *([2] * 2), 3), {"group": "B", "marks": {"P1": {}}}]

    assert value(rules.score_ballots(shared, people(1), votes), "B") == 60  # 6 of 6 + 2 + 1 + 1
    without = shared | {"abstention_policy": "exclude_from_denominator"}
    assert value(rules.score_ballots(without, people(1), votes), "B") == 75  # 6 of 6 + 2


@pytest.mark.parametrize(
    ("positions", "points"),
    [([1] * 10, 100), ([1] * 9 + [2], 90), ([1] * 8 + [2] * 2, 80), ([1] * 4 + [2] * 6, 20), ([1] * 6 + [2] * 4, 30)],
)
def test_step_table_takes_the_first_step_and_overrides_beat_it(positions, points):
    steps = [{"at_least": 1, "points": 100}, {"at_least": "0.9", "points": 90}]
    overrides = [{"options": ["b"], "at_least": "0.4", "points": 30}, {"options": ["b"], "at_least": "0.6", "points": 20}]
    rule = {"kind": "step", "top": ["a"], "full": 100, "steps": steps, "otherwise": 80, "overrides": overrides}

    result = rules.score_ballots(scheme("PS-jinxiang", **SATISFIED, aggregator=rule), people(1), graded("B", *positions))

    assert result.officials["P1"].groups["B"].points == points


@pytest.mark.parametrize(("base", "expected"), [("category", [100, 100, 90, 100]), ("session", [100, 100, 90, 80])])
def test_places_are_dense_and_taken_inside_the_base(base, expected):
    rule = {"kind": "rank_decrement", "per_place": "0.1", "base": base}
    officials = [*people(3), {"code": "P4", "category": "国企"}]
    figures = {f"P{i}": {"F": [mark]} for i, mark in enumerate(["90", "90", "80", "70"], 1)}

    result = rules.score(scheme("DIRECT", rater_groups=[{**FIGURES, "aggregator": rule}]), officials, [], figures=figures)

    assert [value(result, "F", official) for official in result.officials] == expected


def test_places_of_ballots_follow_the_trimmed_mean_and_never_fall_below_zero():
    rule = {"kind": "rank_decrement", "per_place": "0.7"}
    votes = [
        *ballots("B", *[900] * 6, 0),
        *ballots("B", *[890] * 7, official="P2"),
        *ballots("B", *[880] * 7, official="P3"),
    ]

    result = rules.score_ballots(scheme("ONE", aggregator=rule), people(3), votes)

    assert [value(result, "B", official) for official in result.officials] == [100, 30, 0]
    assert [step["step"] for step in result.officials["P1"].trace][:3] == ["ballots", "group", "rank_decrement"]


def test_ratio_in_grades_mode_starts_from_the_grade_mean():
    shared = scheme("PS-jinxiang", **SATISFIED, aggregator={"kind": "ratio_to_first"})
    votes = graded("B", *[1] * 4, 2) + graded("B", *[1] * 2, *[2] * 3, official="P2")

    result = rules.score_ballots(shared, people(2), votes)

    assert [value(result, "B", official) for official in result.officials] == [100, 50]
    assert [step["step"] for step in result.officials["P2"].trace][:3] == ["ballots", "grade_mean", "ratio_to_first"]


def test_ratio_is_zero_when_the_best_is_zero():
    group = {**FIGURES, "aggregator": {"kind": "ratio_to_first"}}

    result = rules.score(scheme("DIRECT", rater_groups=[group]), people(1), [], figures={"P1": {"F": [0]}})

    assert result.officials["P1"].score == "0.00"


@pytest.mark.parametrize(
    ("aggregator", "figure", "reasons"),
    [
        ({"kind": "mean"}, "100.1", ["no_counted_ballot", "figure_range"]),
        ({"kind": "mean"}, "-1", ["no_counted_ballot", "figure_range"]),
        ({"kind": "mean"}, "100", []),
        ({"kind": "rank_decrement", "of": "places", "per_place": "0.1"}, "0", ["no_counted_ballot", "figure_range"]),
        ({"kind": "rank_decrement", "of": "places", "per_place": "0.1"}, "1", []),
    ],
)
def test_figure_out_of_range_gives_no_score(aggregator, figure, reasons):
    group = {**FIGURES, "aggregator": aggregator}

    result = rules.score(scheme("DIRECT", rater_groups=[group]), people(1), [], figures={"P1": {"F": [figure]}})

    assert result.officials["P1"].reasons == reasons


def test_figures_of_a_group_out_of_scope_are_not_read():
    groups = [{**FIGURES, "weight": "0.5"}, {**FIGURES, "code": "G", "weight": "0.5"}]
    figures = {"P1": {"F": ["80"], "G": ["60"]}, "P2": {"F": ["80"], "G": ["60"]}}

    result = rules.score(scheme("DIRECT", rater_groups=groups), people(2), [], scope={"G": ["P1"]}, figures=figures)

    assert [official.score for official in result.officials.values()] == ["70.00", "80.00"]


# 5 weighing


def test_zero_policy_divides_by_the_weights_in_scope_also_inside_a_side():
    shared = scheme("PS-fxgw", missing_group_policy="zero")
    marks = dict.fromkeys(["de", "neng", "qin", "ji", "lian"], 1)
    votes = [{"group": "O", "marks": {"P1": marks}} for _n in range(5)]

    result = rules.score_ballots(shared, people(1), votes)

    # only the office has votes: 0.4 × 0.55 × 100
    assert result.officials["P1"].weighing.value == 22
    assert result.officials["P1"].weighing.missing == ["E1", "S", "H"]
    assert result.officials["P1"].weighing.shares["O"] == Fraction(22, 100)


def test_exact_value_is_the_sum_of_its_shares():
    votes = ballots("A", 880) + ballots("B", *range(800, 870, 10)) + ballots("D", *range(600, 665, 5))

    official = rules.score_ballots(scheme("ABCD"), people(1), votes).officials["P1"]

    shares = official.weighing.shares
    assert sum(shares[code] * official.groups[code].value for code in shares) == official.weighing.value


# 6 adjusting


@pytest.mark.parametrize(
    "entry",
    [{"bonus": ["-1"]}, {"bonus": [1.5]}, {"deductions": {"late": -1}}, {"deductions": {"late": "2"}}],
)
def test_bonus_and_counts_are_exact_and_not_negative(entry):
    votes = ballots("B", *[900] * 5)

    with pytest.raises(rules.ScoringError) as refusal:
        rules.score_ballots(scheme("ABCD"), people(1), votes, adjust={"P1": entry})

    assert refusal.value.code == "bad_count"


def test_without_a_ceiling_a_bonus_leads_over_the_total():
    given = {"figures": {"P1": {"F": ["99"]}}, "adjust": {"P1": {"bonus": ["3"]}}}
    bonus = {"bonus": {"cap": 5}}

    free = rules.score(scheme("DIRECT", **bonus, ceiling="none"), people(1), [], **given)
    capped = rules.score(scheme("DIRECT", **bonus), people(1), [], **given)

    assert free.officials["P1"].score == "102.00"
    assert capped.officials["P1"].score == "100.00"
    assert "限定" in capped.officials["P1"].trace[2]["text"]


# 10 and 11 rank and proposals


def figures_of(*marks):
    return {f"P{i}": {"F": [mark]} for i, mark in enumerate(marks, 1)}


def actions(result):
    return [official.actions for official in result.officials.values()]


def test_all_thresholds_reached_can_be_proposed():
    thresholds = [{"below": 80, "action": "约谈"}, {"below": 70, "action": "诫勉"}]

    result = rules.score(
        scheme("DIRECT", thresholds=thresholds, thresholds_mode="all"), people(2), [], figures=figures_of("75", "65")
    )

    assert actions(result) == [["约谈"], ["约谈", "诫勉"]]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"bottom": 1}, [[], ["表态"], ["表态"]]),
        ({"bottom": 1, "base": "session"}, [[], ["表态"], []]),
        ({"bottom": 9}, [["表态"], ["表态"], ["表态"]]),
        ({"bottom": 9, "only_below": 85}, [[], ["表态"], []]),
    ],
)
def test_last_places_are_counted_in_their_base(entry, expected):
    officials = [*people(2), {"code": "P3", "category": "国企"}]
    thresholds = [{**entry, "action": "表态"}]

    result = rules.score(scheme("DIRECT", thresholds=thresholds), officials, [], figures=figures_of("90", "80", "85"))

    assert actions(result) == expected


def test_rank_can_be_taken_over_the_whole_session():
    officials = [*people(1), {"code": "P2", "category": "国企"}]

    result = rules.score(scheme("DIRECT", rank_base="session"), officials, [], figures=figures_of("90", "80"))

    assert [official.rank for official in result.officials.values()] == [1, 2]


def test_result_hash_holds_scores_but_not_the_sheet():
    first = rules.score(scheme("DIRECT"), people(1), [], figures=figures_of("90"))
    again = rules.score(scheme("DIRECT"), people(1), [], figures=figures_of("90"))
    other = rules.score(scheme("DIRECT"), people(1), [], figures=figures_of("90.00"))
    again.officials["P1"].trace = []

    assert first.result_hash == again.result_hash
    assert first.result_hash != other.result_hash  # the input was written differently
    assert first.is_final


def test_name_of_an_official_is_no_part_of_the_input():
    named = [{"code": "P1", "category": "镇办", "unit": None, "name": "张建国"}]

    one, other = (rules.score(scheme("DIRECT"), who, [], figures=figures_of("90")) for who in (named, people(1)))

    assert one.input_hash == other.input_hash
