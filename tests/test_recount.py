"""Two engines count every meeting: the main site's (`scoring.rules`) and the one anybody can run (`ballots.verify`). They share
no line of code, so what both find is very likely what the law says. RECOUNT=5000 tries many more meetings than the usual few."""

import json
import os
import random

import pytest

from ballots import verify
from scoring import rules
from tests.ballots.plain_sessions import plain_session

MEETINGS = int(os.environ.get("RECOUNT", "400"))
FEW = 100  # in the fast suite; the others in the slow one
HELD = max(6, MEETINGS // 50)  # whole sessions with cards and keys take longer
SHARED = ["status", "reasons", "counts", "score", "band", "rank", "actions"]
EXACT = ["groups", "meeting", "adjusted", "award_eligible"]


def agree(ours, theirs):
    """Every value both engines state, official by official; blocked officials have no exact values to compare."""
    for code, row in ours.officials.items():
        found, told = row.as_dict(), theirs["subjects"][code]
        names = SHARED + (EXACT if found["status"] == "ok" else [])
        assert {name: found[name] for name in names} == {name: told[name] for name in names}, code
        assert (found.get("missing_groups", []), found.get("sides", {})) == (
            told["missing_groups"],
            told["sides"] if found["status"] == "ok" else {},
        ), code
    assert ours.places == theirs["places"]
    assert ours.conservation == theirs["conservation"]
    assert ours.void_groups == theirs["void_groups"]
    assert ours.decisions_needed == theirs["decisions_needed"]


@pytest.mark.parametrize("seed", range(HELD))
def test_a_meeting_held_with_cards_and_keys_counts_the_same(seed):
    transcript, *_rest = plain_session(seed)
    transcript["manifest"]["scheme"]["min_subjects"] = 2  # below it no scheme is locked; it judged whole ballots, torn by now
    category = {entry["o"]: entry["category"] for entry in transcript["manifest"]["officials"]}
    outside = outside_of(random.Random(seed), transcript["manifest"]["scheme"], list(category))

    theirs = verify.count_transcript(transcript, outside)
    ours = rules.score(**rules.from_transcript(transcript), **outside)

    assert (ours.input_hash, ours.scheme_hash) == (theirs["input_hash"], theirs["scheme_hash"])
    agree(ours, theirs)


# --- schemes of every kind, without cards ------------------------------------------------------------------


@pytest.mark.parametrize(
    "meetings", [pytest.param(range(FEW), id="few"), pytest.param(range(FEW, MEETINGS), id="many", marks=pytest.mark.slow)]
)
def test_meetings_under_schemes_of_every_kind_count_the_same(meetings):
    kinds = set()
    for seed in meetings:
        rng = random.Random(seed)
        scheme = random_scheme(rng)
        errors, _warnings = rules.validate(scheme)
        assert not errors, (seed, [str(error) for error in errors])
        given = random_meeting(rng, scheme)

        theirs = verify.count(
            scheme,
            given["officials"],
            given["slips"],
            boxes=given["boxes"],
            issued=given["issued"],
            returned=given["returned"],
            scope=given["scope"],
            outside=given["outside"],
        )
        ours = rules.score(
            scheme, given["officials"], given["slips"], **{n: given[n] for n in ("boxes", "issued", "returned", "scope")},
            **given["outside"],
        )  # fmt: skip

        try:
            agree(ours, theirs)
        except AssertionError as error:
            raise AssertionError(f"meeting {seed}: {json.dumps(scheme, ensure_ascii=False)}") from error
        facts = {name: given[name] for name in ("boxes", "issued", "scope")} | given["outside"]
        assert ours.input_hash == verify.input_hash(scheme, given["officials"], given["slips"], **facts)
        kinds |= {row.status for row in ours.officials.values()} | {
            reason for row in ours.officials.values() for reason in row.reasons
        }
        kinds |= {"decision"} if ours.decisions_needed else set()
        kinds |= {"nobody"} if not any(row.score for row in ours.officials.values()) else set()
    assert kinds >= {"ok", "no_quorum", "void_round", "group_too_small", "too_few_counted", "group_missing", "decision", "nobody"}


def random_scheme(rng):
    mode = rng.choice(["points", "points", "mixed", "grades"])
    scheme = {
        "code": "R", "version": 1, "name": "随机方案", "mode": mode,
        "rater_groups": [
            {"code": "A", "name": "区领导", "weight": "0.2", "anonymous": False},
            {"code": "B", "name": "委员", "weight": "0.3", "merge_into": "C"},
            {"code": "C", "name": "代表", "weight": "0.3" if rng.random() < 0.5 else "0.5"},
        ],
    }  # fmt: skip
    if scheme["rater_groups"][2]["weight"] == "0.3":
        scheme["rater_groups"].append({"code": "F", "name": "日常", "weight": "0.2", "source": "figures"})
    if mode != "grades":
        scheme["step"] = rng.choice([1, "0.5"])
        scheme["criteria"] = [{"code": "K1", "name": "一", "max_points": 60}, {"code": "K2", "name": "二", "max_points": 40}]
    if mode == "mixed":
        scheme["criteria"][1]["kind"] = "grades"
    if mode != "points":
        scheme["grades"] = [
            {"code": "a", "label": "好", "value": 100},
            {"code": "b", "label": "较好", "value": 80},
            {"code": "c", "label": "差", "value": 30},
            {"code": "x", "label": "不了解", "counts": False},
        ]
    if mode != "grades" and rng.random() < 0.5:
        scheme["trimming"] = {"mode": "count", "high": 1, "low": 1, "min_n": 7}
    scheme["bands"] = [
        {"label": "好", "min": 70}, {"label": "较好", "min": 60}, {"label": "一般", "min": 45}, {"label": "差", "min": 0},
    ]  # fmt: skip
    optional = {
        "quorum": rng.choice(["0.5", "2/3"]),
        "missing_group_policy": rng.choice(["renormalize", "zero", "block"]),
        **({"incomplete_policy": "average_answered"} if mode == "grades" else {}),
        "rounding": {"places": rng.choice([0, 1, 2])},
        "rank_base": rng.choice(["category", "session"]),
        "thresholds_mode": rng.choice(["all", "most_severe"]),
        "bonus": {"cap": 3},
        "deductions": [{"code": "d", "points": 2, "cap": 5}],
        "veto": [{"code": "v", "name": "一票否决"}],
        "ceiling": rng.choice(["none", "total"]),
        "forced_quota": random_quota(rng),
    }
    scheme |= {name: value for name, value in optional.items() if rng.random() < 0.5}
    bottom = {"bottom": rng.choice([1, 2]), "action": "末位约谈", "base": rng.choice(["category", "session"])}
    if rng.random() < 0.5:
        del bottom["base"]
    if rng.random() < 0.5:
        bottom["only_below"] = 65
    if rng.random() < 0.2:
        use_sides(rng, scheme)
    scheme["thresholds"] = [{"below": 60, "action": "约谈"}, {"below": 50, "action": "问责"}, bottom]
    return scheme


def use_sides(rng, scheme):
    """Two levels, one of which may weigh nothing: what it collects is then in no score."""
    heavy = rng.choice([0, "0.4", 1])
    scheme["sides"] = [{"code": "X", "weight": heavy}, {"code": "Y", "weight": {0: 1, "0.4": "0.6", 1: 0}[heavy]}]
    named, members, public, *figures = scheme["rater_groups"]
    del members["merge_into"]  # into the other side: refused
    named |= {"side": "X", "weight": "0.3"}
    members |= {"side": "X", "weight": "0.7"}
    public |= {"side": "Y", "weight": "0.8" if figures else 1}
    for group in figures:
        group |= {"side": "Y"}


def random_quota(rng):
    tie = {"tie_policy": rng.choice(["include", "exclude", "manual"]), "base": rng.choice(["session", "category"])}
    small = {"small_pool": rng.choice(["skip", "one", "zero"]), "rounding": rng.choice(["floor", "ceil", "half_up"])}
    kind = rng.choice(["at_most", "at_most", "at_least", "distribution", "count"])
    if kind == "count":
        return tie | {"label": "好", "max_count": 1}
    if kind == "distribution":
        shares = [{"label": "好", "share": "0.3"}, {"label": "较好", "share": "0.4"}, {"label": "一般", "share": "0.3"}]
        return tie | small | {"kind": kind, "shares": shares}
    return tie | small | {"kind": kind, "label": "好" if kind == "at_most" else "一般", "max_ratio": rng.choice(["0.3", "0.5"])}


def random_meeting(rng, scheme):
    officials = [{"code": f"o{n:02}", "category": rng.choice("甲乙"), "unit": "局"} for n in range(1, rng.randint(2, 8))]
    everybody = [official["code"] for official in officials]
    letters = {"a": "A", "b": "B", "c": "C"} | ({"d": "C"} if rng.random() < 0.4 else {})
    scope = {letter: everybody if letter != "d" else rng.sample(everybody, 1) for letter in letters}
    alike = rng.random() < 0.3
    cast = {
        letter: rng.randint(0, low) if rng.random() < 0.15 else rng.randint(low, low + 6)
        for letter, low in zip("abcd", (1, 4, 8, 2), strict=True)
    }
    slips = [
        slip
        for letter in letters
        for _ in range(cast[letter])
        for slip in random_ballot(rng, scheme, letter, scope[letter], alike)
    ]
    issued = {letter: cast[letter] + rng.choice([0, 0, 1, 4, 9]) for letter in letters}
    if rng.random() < 0.1:
        issued["b"] = cast["b"] - 1
    return {
        "officials": officials,
        "slips": rng.sample(slips, len(slips)),
        "boxes": letters,
        "issued": {letter: max(0, n) for letter, n in issued.items()},
        "returned": {letter: cast[letter] for letter in letters},
        "scope": scope,
        "outside": outside_of(rng, scheme, everybody),
    }


def random_ballot(rng, scheme, letter, scope, alike):
    """One rater's slips; `alike`: the same marks for everybody, so that scores tie."""
    fate, first = rng.random(), marks_of(rng, scheme)
    for official in scope:
        if fate < 0.05:
            yield {"g": letter, "o": official, "x": rng.choice(["straight_line", "foreign_mark"])}
        else:
            marks = first if alike else {} if rng.random() < 0.06 else marks_of(rng, scheme)
            fault = verify.slip_fault(verify.Scheme(scheme), marks)  # such a slip never reaches a transcript with its marks
            yield {"g": letter, "o": official} | ({"x": fault} if fault else {"a": marks})


def marks_of(rng, scheme):
    marks = {}
    for criterion in scheme.get("criteria", [{"code": "all"}]):
        if scheme["mode"] == "grades" or criterion.get("kind") == "grades":
            marks[criterion["code"]] = rng.choice([1, 1, 2, 2, 3, 4, 9 if rng.random() < 0.05 else 1])
        else:
            step = 5 if scheme["step"] == "0.5" else 10
            most = criterion["max_points"] * 10 // step
            marks[criterion["code"]] = rng.choice([most, most // 2, rng.randint(0, most + (rng.random() < 0.05))]) * step
    if len(marks) > 1 and rng.random() < 0.05:
        marks.popitem()
    return marks


def outside_of(rng, scheme, everybody):
    """What comes from elsewhere: figures, bonus and deductions, vetoes."""
    outside = {}
    if any(group.get("source") == "figures" for group in scheme["rater_groups"]):
        outside["figures"] = {o: {"F": [rng.randint(30, 100)] * rng.choice([1, 2])} for o in everybody if rng.random() < 0.9}
    if "bonus" in scheme:
        outside["adjust"] = {o: {"bonus": [rng.randint(0, 5)]} for o in everybody if rng.random() < 0.4}
    if "deductions" in scheme:
        for o in everybody:
            if rng.random() < 0.4:
                outside.setdefault("adjust", {}).setdefault(o, {})["deductions"] = {"d": rng.randint(0, 4)}
    if "veto" in scheme:
        outside["vetoes"] = {o: ["v"] for o in everybody if rng.random() < 0.2}
    return {name: member for name, member in outside.items() if member}
