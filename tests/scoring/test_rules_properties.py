"""What must hold for every set of ballots, not for chosen ones."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import rules
from tests.scoring.test_rules_vectors import VECTORS, patched

pytestmark = pytest.mark.slow

ABCD = VECTORS["schemes"]["ABCD"]
MARK = st.integers(0, 200).map(lambda half_points: half_points * 5)
SLIP = st.one_of(MARK, MARK, MARK, MARK, st.none(), st.just(1005), st.just(7))
OFFICIALS = [{"code": "P1", "category": "镇办"}, {"code": "P2", "category": "镇办"}]
BALLOTS = st.lists(st.tuples(st.sampled_from("ABBBCDDD"), SLIP, SLIP), min_size=1, max_size=40)


def ballots(rows):
    return [
        {"group": group, "marks": {code: {} if mark is None else {"k": mark} for code, mark in zip(("P1", "P2"), marks, strict=True)}}
        for group, *marks in rows
    ]  # fmt: skip


def counted(rows, scheme=ABCD):
    return rules.score_ballots(scheme, OFFICIALS, ballots(rows))


def outcome(result):
    return {code: (o.reasons, o.score, o.band, o.rank, o.actions) for code, o in result.officials.items()}


@settings(max_examples=60)
@given(BALLOTS)
def test_every_ballot_is_accounted_for(rows):
    result = counted(rows)

    assert sum(row["returned"] for row in result.conservation.values()) == len(rows)
    for official in result.officials.values():
        assert official.ballots == len(rows)
        for pile in official.piles.values():
            assert pile.returned == pile.valid + pile.invalid + pile.abstain
            assert len(pile.counted) <= pile.valid


@settings(max_examples=60)
@given(BALLOTS, st.randoms(use_true_random=False))
def test_order_of_ballots_groups_and_officials_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))
    groups = random.sample(ABCD["rater_groups"], 4)

    one, other = counted(rows), counted(shuffled)

    assert (one.input_hash, one.result_hash) == (other.input_hash, other.result_hash)
    assert outcome(counted(rows, ABCD | {"rater_groups": groups})) == outcome(one)


@settings(max_examples=60)
@given(BALLOTS)
def test_renaming_groups_changes_nothing(rows):
    names = {"A": "n1", "B": "n9", "C": "n5", "D": "n3"}
    groups = [patched(group, {"code": names[group["code"]]}) for group in ABCD["rater_groups"]]
    groups[2]["merge_into"] = names["D"]

    renamed = counted([(names[group], *marks) for group, *marks in rows], ABCD | {"rater_groups": groups})

    assert outcome(renamed) == outcome(counted(rows))


@settings(max_examples=80)
@given(BALLOTS, st.data())
def test_a_mark_raised_lowers_nobody(rows, data):
    index = data.draw(st.integers(0, len(rows) - 1))
    group, mark, other = rows[index]
    if mark is None or not 0 <= mark <= 1000 or mark % 5:
        return
    raised = list(rows)
    raised[index] = (group, data.draw(st.integers(mark // 5, 200)) * 5, other)

    before, after = counted(rows).officials, counted(raised).officials

    assert after["P1"].reasons == before["P1"].reasons
    if not before["P1"].reasons:
        assert after["P1"].weighing.value >= before["P1"].weighing.value
        assert Fraction(after["P1"].score) >= Fraction(before["P1"].score)
    assert after["P2"].score == before["P2"].score


@settings(max_examples=60)
@given(BALLOTS, st.integers(1, 20))
def test_marks_within_a_range_give_a_value_within_it(rows, low):
    """A mean of means never leaves the marks it was made of."""
    held = [
        (group, *(mark if mark is None else max(low * 5, mark - mark % 5) % 1005 for mark in marks)) for group, *marks in rows
    ]
    marks = [mark for _group, *pair in held for mark in pair if mark is not None]

    for official in counted(held).officials.values():
        if not official.reasons:
            assert Fraction(min(marks), 10) <= official.weighing.value <= Fraction(max(marks), 10)


@settings(max_examples=120)
@given(BALLOTS)
def test_no_small_anonymous_group_is_ever_shown_and_a_hidden_one_is_never_alone(rows):
    result = counted(rows)
    table = rules.published(result, "L1")["rows"]

    for code, official in result.officials.items():
        row = table[code]
        if "groups" not in row:
            continue
        anonymous = {name: group for name, group in official.groups.items() if not group.named and group.value is not None}
        hidden = {name for name in anonymous if row["groups"][name] == "*"}
        assert {name for name, group in anonymous.items() if group.kept < 5} <= hidden
        assert not hidden or hidden == set(anonymous) or len(hidden) >= 2
        assert not hidden or hidden == set(anonymous) or sum(anonymous[name].kept for name in hidden) >= 10


@settings(max_examples=40)
@given(BALLOTS)
def test_no_exact_value_of_an_anonymous_group_stands_in_what_l1_reads(rows):
    result = counted(rows)
    table = rules.published(result, "L1")

    for code, official in result.officials.items():
        steps = rules.public_trace(result, official, table["rows"][code])
        shown = {step["group"] for step in steps if step["step"] == "group"}
        assert all("exact" not in step for step in steps)
        for name, group in official.groups.items():
            assert name not in shown or not table["rows"][code]["groups"][name].startswith("*")
            if not group.named and group.value is not None and group.value.denominator > 10:
                assert not any(str(group.value) in str(step.values()) for step in steps)
