"""T7: whatever is published about a session, no mark and no set of fewer than five can be solved for."""

import itertools
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ballots import counting
from ballots.rules import K_PUB
from scoring import rules
from scoring.rules import publish as publishing
from tests.adversary import disclosure
from tests.scoring.test_rules_pipeline import people, scheme

NAMES = "BCDE"
SIZE = st.one_of(st.integers(5, 7), st.integers(8, 25), st.integers(0, 4))
WEIGHT = st.sampled_from([0, 1, 1, 2, 3, 5, 20])
KINDS = {
    "spread": lambda rng: rng.randrange(0, 201) * 5,
    "high": lambda rng: 1000 - rng.randrange(0, 40) * 5,
    "one band": lambda rng: 900 + rng.randrange(0, 10) * 5,
    "equal": lambda rng: 850,
}


def whole(value):
    return {"k": value}


def in_two(value):
    first = value * 6 // 50 * 5
    return {"k1": first, "k2": value - first}


@st.composite
def sessions(draw):
    """A scheme of some anonymous groups and perhaps a named one and figures with random weights, ballots for one to three officials,
    and what comes from outside the box, which everybody knows."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    names = NAMES[: draw(st.integers(1, 4))]
    parts = {name: draw(WEIGHT) for name in names} | ({"A": draw(WEIGHT)} if draw(st.booleans()) else {})
    fed = {"F": draw(WEIGHT)} if draw(st.booleans()) else {}
    assume(any(parts.values()))
    whole_weight = sum(parts.values()) + sum(fed.values())
    groups = [
        {"code": name, "name": name, "weight": f"{part}/{whole_weight}", "anonymous": name != "A", "min_ballots": 1 if name == "A" else 5}
        for name, part in parts.items()
    ]  # fmt: skip
    if len(names) > 1 and draw(st.booleans()):
        groups[len(names) - 1]["merge_into"] = names[0]
    groups += [
        {"code": name, "weight": f"{part}/{whole_weight}", "anonymous": False, "source": "figures"} for name, part in fed.items()
    ]
    officials, votes = people(draw(st.integers(1, 3))), []
    is_split = draw(st.booleans())
    mark = in_two if is_split else whole
    for name in parts:
        kind, blank = KINDS[draw(st.sampled_from(sorted(KINDS)))], draw(st.sampled_from([0, 0.1, 0.3]))
        for _ in range(1 if name == "A" else draw(SIZE)):
            marks = {official["code"]: {} if rng.random() < blank else mark(kind(rng)) for official in officials}
            votes.append({"group": name, "marks": marks})
    patch = {"rater_groups": groups, "missing_group_policy": draw(st.sampled_from(["renormalize", "block"]))}
    if draw(st.booleans()):
        patch["trimming"] = None
    if is_split:
        patch["criteria"] = [{"code": "k1", "max_points": 60}, {"code": "k2", "max_points": 40}]
    outside = acts(rng, officials) if draw(st.booleans()) else {}
    if outside:
        patch |= {"bonus": {"cap": 10}, "deductions": [{"code": "late", "points": 6, "cap": 18}], "veto": [{"code": "v"}]}
        patch["ceiling"] = draw(st.sampled_from(["total", "none"]))
    if fed:
        outside["figures"] = {official["code"]: {"F": [rng.randrange(0, 101)]} for official in officials}
    return scheme("ONE", **patch), officials, votes, outside


def acts(rng, officials):
    """Bonus and deductions, some beyond their caps, some that lead over the total or below nothing; and now and then a veto."""
    adjust = {
        official["code"]: {"bonus": [rng.randrange(0, 15)], "deductions": {"late": rng.randrange(0, 4)}} for official in officials
    }
    return {"adjust": adjust, "vetoes": {official["code"]: ["v"] for official in officials if rng.random() < 0.2}}


def counted(session):
    scheme_, officials, votes, *outside = session
    return rules.score_ballots(scheme_, officials, votes, **(outside[0] if outside else {}))


def views_of(result, published=rules.published, into=None):
    views = into or disclosure.Views()
    tables = {level: published(result, level) for level in ("L0", "L1")}
    for table in tables.values():
        disclosure.publish(views, result, table)
    disclosure.publish_criteria(views, result, rules.criterion_table(result, tables["L1"]))
    disclosure.publish_slips(views, result, open_slips(result, tables["L1"]))
    return views


def open_slips(result, table):
    """As the publication asks for them; A is the named group of these sessions."""
    return rules.open_slips(table, result.as_dict()["subjects"], k_pub=K_PUB, named={"A", "F"})


@pytest.mark.slow
@settings(max_examples=150)
@given(sessions())
def test_nobodys_mark_is_found_out(session):
    views = views_of(counted(session))

    assert disclosure.found_out(views) == []


def corrected(session, rng):
    """The same ballots with another mark of the one named rater, or none: what a correction may change (ADR 0007)."""
    scheme_, officials, votes, outside = session
    named = [vote for vote in votes if vote["group"] == "A"]
    others = [vote for vote in votes if vote["group"] != "A"]
    changed = [
        vote | {"marks": {code: {k: v - v % 10 - 5 * rng.randrange(0, 2) for k, v in marks.items() if v} if rng.random() < 0.7 else {} for code, marks in vote["marks"].items()}}
        for vote in named
    ]  # fmt: skip
    return scheme_, officials, others + changed, outside


@pytest.mark.slow
@settings(max_examples=150)
@given(sessions(), st.integers(0, 2**32))
def test_nobodys_mark_is_found_out_from_a_result_and_its_correction(session, seed):
    views = views_of(counted(session))
    views_of(counted(corrected(session, random.Random(seed))), into=views)

    assert disclosure.found_out(views) == []


@pytest.mark.slow
@settings(max_examples=100)
@given(sessions())
def test_what_is_hidden_is_hidden_from_the_value_before_bonus_and_deductions(session):
    """They stand beside the score, so whoever reads both knows that value; so as many are hidden as if there were none."""
    scheme_, officials, votes, outside = session
    with_acts, without = (
        counted(session),
        counted((scheme_, officials, votes, {n: v for n, v in outside.items() if n == "figures"})),
    )
    for code, row in rules.published(with_acts, "L1")["rows"].items():
        plain = rules.published(without, "L1")["rows"][code]
        assert (row.keys() & {"held", "blocked"}, row.get("groups")) == (plain.keys() & {"held", "blocked"}, plain.get("groups"))
        if "groups" in row:
            official = with_acts.officials[code]
            known = Fraction(row["score"]) - Fraction(row.get("bonus", "0")) + Fraction(row.get("deducted", "0"))
            was_limited = official.weighing.value + official.bonus - official.deducted != official.adjusted
            assert was_limited or abs(known - official.weighing.value) <= Fraction(1, 20)


@st.composite
def ticked(draw):
    """Two to four groups of a few raters who tick grades, mostly of one mind: (rule, shares, tallies, (places, bonus))."""
    values = draw(st.sampled_from([(100, 40), (95, 75, 40)]))
    rule = {"kind": draw(st.sampled_from(["share", "step", "grade_mean"])), "values": values}
    names = NAMES[: draw(st.integers(2, 3 if len(values) == 3 else 4))]
    parts = {name: draw(st.sampled_from([1, 1, 2, 3])) for name in names}
    tallies = {}
    for name in names:
        votes = draw(st.integers(4, 7))
        others = draw(st.integers(0, 2))
        tallies[name] = (votes - others, others) if len(values) == 2 else (votes - others, others // 2, others - others // 2)
    printed = draw(
        st.sampled_from([(None, "0"), (0, "0"), (0, "0.3"), (0, "0.5"), (1, "0.05")])
    )  # places, and a bonus beside the score
    return rule, {name: Fraction(part, sum(parts.values())) for name, part in parts.items()}, tallies, printed


def counted_ticks(session):
    """A blank beside every group of four: a smaller box has no score."""
    rule, shares, tallies, (places, bonus) = session
    grades = [{"code": code, "value": value} for code, value in zip("abc", rule["values"], strict=False)]
    aggregator = {"kind": rule["kind"]} if rule["kind"] == "grade_mean" else {"kind": rule["kind"], "top": ["a"]}
    if rule["kind"] == "step":
        steps = [{"at_least": str(least), "points": points} for least, points in disclosure.TICK_STEPS]
        aggregator |= {"full": 100, "steps": steps, "otherwise": 30}
    plan = scheme(
        "PS-jinxiang", grades=grades, aggregator=aggregator,
        rater_groups=[{"code": name, "weight": str(share)} for name, share in shares.items()],
        rounding=places if places is None else {"places": places}, bonus={"cap": 5}, ceiling="none",
    )  # fmt: skip
    votes = [
        {"group": name, "marks": {"P1": {"all": grade} if grade else {}}}
        for name, tally in tallies.items()
        for grade in [*itertools.chain(*([place] * n for place, n in enumerate(tally, 1))), *([0] if sum(tally) == 4 else [])]
    ]
    return rules.score_ballots(plan, people(1), votes, adjust={"P1": {"bonus": [bonus]}})


def told_by_ticks(session):
    """Hidden groups that gave themselves away, and whose value somebody can now place within a tenth although more could be hidden."""
    rule, shares, tallies, (_places, bonus) = session
    result = counted_ticks(session)
    row = rules.published(result, "L1")["rows"]["P1"]
    if "held" in row:
        return []
    hidden = [name for name in tallies if row["groups"][name] == "*"]
    spans = disclosure.ticked_spans(rule, tallies, shares, hidden, Fraction(row["score"]) - Fraction(bonus), result.places)
    found = []
    for name, span in spans.items():
        is_small, is_unanimous = sum(tallies[name]) < 5, max(tallies[name]) == sum(tallies[name])
        is_last = len(hidden) == len(tallies) and not (is_small and disclosure.ticked_room(rule, tallies, shares, name) >= 10)
        if span < 10 and (is_small or is_unanimous) and not is_last:
            found.append(name)
    return found


@pytest.mark.slow
@settings(max_examples=150)
@given(ticked())
def test_hidden_ticks_are_not_found_by_counting_through_what_they_can_be(session):
    assert told_by_ticks(session) == []


@pytest.mark.slow
def test_without_counting_through_ticks_are_found(monkeypatch):
    """The property above is about something."""
    monkeypatch.setattr(publishing.cover, "_told", lambda *args: set())
    outcomes = Counter()

    @settings(max_examples=150, database=None, derandomize=True)
    @given(ticked())
    def look(session):
        outcomes[bool(told_by_ticks(session))] += 1

    look()
    assert outcomes[True] > 30, outcomes
    assert outcomes[False] > 15, outcomes


@pytest.mark.django_db(databases=["ballots"])
def test_turnout_read_behind_every_cast_never_tells_fewer_than_five(booth, make_box, monkeypatch):
    """Somebody looks before and after each press, and much later too."""
    assert disclosure.found_out(disclosure.Views(turnouts=turnouts(booth, make_box(cards=12), monkeypatch))) == []


def turnouts(booth, cards, monkeypatch):
    now = itertools.count(1000, counting.FRESH_SECONDS + 1)
    monkeypatch.setattr(counting.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(counting, "_shown", {})  # another test's number by another clock
    seen = []
    for card in cards:
        booth.cast(card.sid, card.envelope())
        seen.append(booth.get(f"/v1/{card.sid}/turnout").json()["n"])
    assert seen[-1] >= 10
    return seen


# --- what the auditor must see -----------------------------------------------------------------------------------------------------

GROUPS = [{"code": "B", "name": "B", "weight": "1/2"}, {"code": "C", "name": "C", "weight": "1/2"}]


SMALL_BESIDE_LARGE = [  # four counted slips of C, and an abstention, beside twenty of B
    *({"group": "B", "marks": {"P1": {"k": 500 + 20 * n}}} for n in range(20)),
    *({"group": "C", "marks": {"P1": {} if n == 4 else {"k": 600 + 50 * n}}} for n in range(5)),
]


def small_beside_large(hide):
    """`hide` says which group values are not shown."""
    result = counted((scheme("ONE", rater_groups=GROUPS), people(1), SMALL_BESIDE_LARGE))
    table = rules.published(result, "L1")
    official = result.officials["P1"]
    table["rows"]["P1"] = {
        "score": official.score,
        "groups": {c: "*" if c in hide else str(g.value) for c, g in official.groups.items()},
    }
    views = disclosure.Views()
    disclosure.publish(views, result, table)
    return disclosure.found_out(views)


@pytest.mark.parametrize(("hide", "found"), [((), True), (("C",), True), (("B",), True), (("B", "C"), False)])
def test_auditor_subtracts_as_an_adversary_does(hide, found):
    assert bool(small_beside_large(hide)) is found


def test_auditor_takes_open_slips_away_from_what_hides_others():
    """Both values hidden, so nothing is found; but were the slips of the large group open, the small one would follow."""
    result = counted((scheme("ONE", rater_groups=GROUPS), people(1), SMALL_BESIDE_LARGE))
    views = disclosure.Views()
    disclosure.publish(views, result, {"rows": {"P1": {"score": 1, "groups": {"B": "*", "C": "*"}}}})
    assert disclosure.found_out(views) == []

    disclosure.publish_slips(views, result, {("B", "P1")})

    assert disclosure.found_out(views) == [frozenset({("P1", "C")})]


@pytest.mark.parametrize("few", [4, 5])
def test_totals_say_nothing_of_few_without_weight(few):
    """Beside the open slips of B the totals would say how many of C abstained."""
    groups = [{"code": "B", "name": "B", "weight": 1}, {"code": "C", "name": "C", "weight": 0}]
    large = [{"group": "B", "marks": {"P1": {"k": 500 + 20 * n}}} for n in range(20)]
    small = [{"group": "C", "marks": {"P1": {}}} for _ in range(few)]
    result = counted((scheme("ONE", rater_groups=groups), people(1), large + small))

    views = views_of(result)

    assert ("B", "P1") in open_slips(result, rules.published(result, "L1"))
    assert disclosure.found_out(views) == []


def test_auditor_reads_the_means_of_criteria():
    result = counted((scheme("ONE", rater_groups=GROUPS), people(1), SMALL_BESIDE_LARGE))
    views = disclosure.Views(sizes={("P1", "C"): 4})

    disclosure.publish_criteria(views, result, {"P1": [{"code": "k"}]})

    assert disclosure.found_out(views) == [frozenset({("P1", "C"), ("P1", "C", "k")})]


def test_auditor_solves_several_views_together():
    """Two views that each hide everybody give somebody away together."""
    views = disclosure.Views(sizes={"large": 20, "small": 3})
    views.add({"large": Fraction(1), "small": Fraction(1)})
    assert disclosure.found_out(views) == []

    views.add({"large": Fraction(1), "small": Fraction(2)})

    assert disclosure.found_out(views) == [frozenset({"small"})]


def test_publication_without_cover_is_found_out(monkeypatch):
    """The rule of the product, with its second half taken out: the small group hidden, nothing hidden beside it."""
    monkeypatch.setattr(
        publishing.cover, "hidden", lambda scheme, groups, shares, score: {c for c, g in groups.items() if g.kept < 5}
    )
    monkeypatch.setattr(publishing.cover, "is_held", lambda *args: False)
    result = counted((scheme("ONE", rater_groups=GROUPS), people(1), SMALL_BESIDE_LARGE))

    assert disclosure.found_out(views_of(result)) == [frozenset({("P1", "C")})]


@pytest.mark.slow
def test_without_the_rules_random_sessions_are_found_out(monkeypatch):
    """The property above is about something: it fails for a good part of these sessions when every value is shown."""
    monkeypatch.setattr(publishing.cover, "hidden", lambda *args: set())
    outcomes = Counter()

    @settings(max_examples=300, database=None, derandomize=True)
    @given(sessions())
    def look(session):
        outcomes[bool(disclosure.found_out(views_of(counted(session))))] += 1

    look()
    assert outcomes[True] > 30, outcomes
    assert outcomes[False] > 15, outcomes
