"""The verifier: it accepts what is honest, names what is not, and counts as the shared cases say."""

import copy
import json
import random
import subprocess
import sys
from collections import Counter
from types import SimpleNamespace

import pytest
from nacl.signing import SigningKey

from ballots import codec, reference, verify
from scoring import rules

from . import scoring_cases
from .plain_sessions import BANDS, plain_session


def differences(expected, found, path=""):
    """Where `found` differs from `expected`; what `expected` does not name is free."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [d for name in expected for d in differences(expected[name], found.get(name, "nothing"), f"{path}.{name}")]
    same = expected == found and type(expected) is type(found)
    return [] if same else [f"{path}: {found!r}, not {expected!r}"]


@pytest.fixture(scope="module")
def document(vectors):
    return codec.canonical(vectors["transcript"])


# --- the shared transcript -------------------------------------------------------------------------------------------------------


def test_the_shared_transcript_is_accepted_and_counted(vectors, document):
    for expected in vectors["scored"]:
        _, result = verify.verify(document, vectors["mh_code"], expected["outside"])
        assert differences({name: expected[name] for name in expected if name not in ("outside", "subjects")}, result) == []
        for official, line in expected["subjects"].items():
            plain = {name: value for name, value in line.items() if name not in ("category", "unit")}
            assert differences(plain, result["subjects"][official]) == []


@pytest.mark.parametrize("plain", [False, True], ids=["libsodium", "plain"])
def test_every_mutation_is_refused_for_its_reason(vectors, monkeypatch, plain):
    if plain:
        monkeypatch.setattr(verify, "VerifyKey", None)
    for mutation in vectors["mutations"]:
        data = codec.canonical(vectors["transcript"] | mutation["replace"])
        with pytest.raises(verify.Fault) as caught:
            verify.verify(data, vectors["mh_code"])
        assert mutation["reason"].startswith(caught.value.name), mutation["name"]


def test_a_transcript_with_other_names_is_only_found_out_by_the_code(vectors):
    swapped = next(m for m in vectors["mutations"] if m["name"] == "names of two officials swapped")
    data = codec.canonical(vectors["transcript"] | swapped["replace"])

    verify.verify(data)
    with pytest.raises(verify.Fault, match="manifest hash"):
        verify.verify(data, vectors["mh_code"])


@pytest.mark.parametrize("typed", ["NTXN-BB2Q-ZH6S-G0P3", "ntxn bb2q zh6s gop3", "rrtVrFf8TZgCw4NyuI09UVzZVcYp9vZY6unAbaOHtVg"])
def test_the_code_may_be_typed_as_people_type(document, typed):
    verify.verify(document, typed)


@pytest.mark.parametrize("typed", ["", "NTXN", "NTXN-BB2Q-ZH6S-G0P4", "rrtVrFf8TZgCw4NyuI09UVzZVcYp9vZY6unAbaOHtVG"])
def test_another_code_is_refused(document, typed):
    with pytest.raises(verify.Fault, match="manifest hash"):
        verify.verify(document, typed)


def test_encodings_are_those_of_the_vectors(vectors):
    for text in vectors["canonical_json"]["accepted"]:
        assert verify.canonical(verify.parse(text.encode())).decode() == text
    for text in vectors["canonical_json"]["rejected"]:
        with pytest.raises(verify.Fault, match="not canonical JSON"):
            verify.parse(text.encode())
    for tree in vectors["merkle"]:
        assert verify.merkle_root([bytes.fromhex(leaf) for leaf in tree["leaves_input_hex"]]).hex() == tree["root_hex"]


def test_endless_nesting_is_refused():
    with pytest.raises(verify.Fault, match="not canonical JSON"):
        verify.parse(b"[" * 100_000 + b"]" * 100_000)


# --- signatures ------------------------------------------------------------------------------------------------------------------


def test_a_torsion_point_in_a_signature_is_refused_by_both_judges(vectors):
    case = vectors["torsion"]
    key, signature = bytes.fromhex(case["pub_hex"]), bytes.fromhex(case["signature_hex"])

    assert not verify._signed_sodium(key, signature, case["message"].encode())
    assert not verify._signed_plain(key, signature, case["message"].encode())


# RFC 8032 7.1, TEST 2
RFC_KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
RFC_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


@pytest.mark.parametrize("judge", [verify._signed_sodium, verify._signed_plain])
def test_both_judges_know_the_signature_of_the_standard(judge):
    assert judge(RFC_KEY, RFC_SIGNATURE, b"\x72")
    assert not judge(RFC_KEY, RFC_SIGNATURE, b"\x73")
    higher_s = int.from_bytes(RFC_SIGNATURE[32:], "little") + verify.L
    assert not judge(RFC_KEY, RFC_SIGNATURE[:32] + higher_s.to_bytes(32, "little"), b"\x72")
    assert not judge(bytes(32), RFC_SIGNATURE, b"\x72")


def test_both_judges_agree():
    rng = random.Random(7)
    for _ in range(40):
        key, message = SigningKey(rng.randbytes(32)), rng.randbytes(20)
        signature = bytearray(key.sign(message).signature)
        if rng.random() < 0.5:
            signature[rng.randrange(64)] ^= 1 << rng.randrange(8)
        sodium = verify._signed_sodium(bytes(key.verify_key), bytes(signature), message)
        assert sodium == verify._signed_plain(bytes(key.verify_key), bytes(signature), message)


def test_keys_of_small_or_mixed_order_are_no_keys(monkeypatch):
    good = bytes(SigningKey(bytes(32)).verify_key)
    order_two = (verify.P - 1).to_bytes(32, "little")
    x, y, _, _ = verify._add(verify._point(good), (0, verify.P - 1, 1, 0))
    x, y, z, _ = verify._add(verify._point(good), (0, verify.P - 1, 1, 0))
    x, y = x * pow(z, -1, verify.P) % verify.P, y * pow(z, -1, verify.P) % verify.P
    mixed = (y | (x & 1) << 255).to_bytes(32, "little")
    neutral, not_canonical = (1).to_bytes(32, "little"), (verify.P + 1).to_bytes(32, "little")

    for plain in (False, True):
        if plain:
            monkeypatch.setattr(verify, "VerifyKey", None)
        assert verify.is_key(good)
        assert not any(map(verify.is_key, (order_two, mixed, neutral, not_canonical, bytes(32), b"\xff" * 32)))


# --- the count -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", scoring_cases.of_kind("session"), ids=lambda case: case["name"])
def test_sessions_are_counted_as_the_shared_cases_say(case):
    raw, subjects, slips, rest = scoring_cases.torn(case)

    assert verify.scheme_errors(raw) == []
    result = verify.count(raw, subjects, slips, **rest)

    assert differences(case["expect"], result) == []


@pytest.mark.parametrize("case", scoring_cases.of_kind("hash"), ids=lambda case: case["name"])
def test_input_hashes_are_those_of_the_shared_cases(case):
    raw, subjects, slips, rest = scoring_cases.torn(case)
    random.Random(3).shuffle(slips)
    facts = {name: rest[name] for name in ("boxes", "issued", "scope") if name in rest}

    assert verify.scheme_hash(raw) == case["expect"]["scheme_hash"]
    assert verify.input_hash(raw, subjects, slips, **facts, **rest["outside"]) == case["expect"]["input_hash"]


SCHEME_CASES = [case for case in scoring_cases.of_kind("validate") if case.get("of") != "year"]


@pytest.mark.parametrize("case", SCHEME_CASES, ids=lambda case: case["name"])
def test_schemes_are_refused_as_the_shared_cases_say(case):
    errors = verify.scheme_errors(scoring_cases.scheme_of(case))

    assert sorted({code for code, _ in errors}) == case["expect"]["errors"]


def test_all_shared_cases_about_a_session_are_tried():
    kinds = Counter(case["kind"] for case in scoring_cases.CASES)

    assert (kinds["session"], kinds["validate"], kinds["hash"]) == (65, 24, 2)


# --- the count where the shared cases are silent ---------------------------------------------------------------------------------

ONE = {"code": "T", "mode": "points", "criteria": [{"code": "k", "max_points": 100}], "bands": BANDS}


def direct(scores, *, vetoes=None, decisions=None, units=None, **scheme):
    """The result for officials whose scores are given as figures."""
    raw = ONE | {"rater_groups": [{"code": "F", "weight": 1, "anonymous": False, "source": "figures"}]} | scheme
    if vetoes:
        raw["veto"] = [{"code": "v"}]
    assert verify.scheme_errors(raw) == []
    subjects = [{"code": code, "category": "", "unit": (units or {}).get(code, "")} for code in scores]
    outside = {"figures": {code: {"F": [str(score)]} for code, score in scores.items()}}
    outside |= {"vetoes": {code: ["v"] for code in vetoes or ()}, "decisions": decisions or []}
    return verify.count(raw, subjects, [], outside=outside)


def bands(result):
    return "".join("?" if line["band"] == "pending" else line["band"] for line in result["subjects"].values())


def quota(**members):
    return {"forced_quota": {"label": "优", "tie_policy": "manual"} | members}


@pytest.mark.parametrize(
    ("scores", "members", "expected"),
    [
        ((95, 94, 93, 92), {"max_ratio": "0.5"}, "优优良良"),
        ((95, 94, 93), {"max_ratio": "1/2", "rounding": "floor"}, "优良良"),
        ((95, 94, 93), {"max_ratio": "1/2", "rounding": "half_up"}, "优优良"),
        ((95, 94, 93, 92), {"max_ratio": "0.3", "rounding": "ceil"}, "优优良良"),
        ((95, 94, 93), {"max_ratio": "0.3"}, "优优优"),
        ((95, 94, 93), {"max_ratio": "0.3", "small_pool": "one"}, "优良良"),
        ((95, 94, 93), {"max_ratio": "0.3", "small_pool": "zero"}, "良良良"),
        ((95, 94, 93), {"max_count": 0}, "良良良"),
        ((95, 85, 75), {"max_count": 3}, "优良中"),
        ((95, 95, 85), {"max_count": 1}, "??良"),
        ((95, 95, 85), {"max_count": 1, "tie_policy": "include"}, "优优良"),
        ((95, 95, 85), {"max_count": 1, "tie_policy": "exclude"}, "良良良"),
        ((95, 85, 75), {"kind": "at_least", "label": "中", "max_count": 2}, "优中中"),
        ((95, 85, 85), {"kind": "at_least", "label": "差", "max_count": 1}, "优??"),
        ((95, 85, 85), {"kind": "at_least", "label": "差", "max_count": 1, "tie_policy": "include"}, "优差差"),
        ((95, 85, 85), {"kind": "at_least", "label": "差", "max_count": 1, "tie_policy": "exclude"}, "优良良"),
        ((95, 50, 50), {"kind": "at_least", "label": "差", "max_count": 1}, "优差差"),
        ((95, 85), {"kind": "at_least", "label": "中", "max_count": 5}, "中中"),
    ],
)
def test_quotas_at_their_edges(scores, members, expected):
    result = direct({f"P{n}": score for n, score in enumerate(scores)}, **quota(**members))

    assert bands(result) == expected


SHARES = {"kind": "distribution", "shares": [{"label": x, "share": s} for x, s in (("甲", "0.2"), ("乙", "0.3"), ("丙", "0.5"))]}


@pytest.mark.parametrize(
    ("scores", "members", "expected"),
    [
        (range(100, 90, -1), {}, "甲甲乙乙乙丙丙丙丙丙"),
        ((99, 98, 98, 98, 90, 89, 88, 87, 86, 85), {}, "甲???乙丙丙丙丙丙"),
        ((99, 98, 98, 98, 90, 89, 88, 87, 86, 85), {"tie_policy": "include"}, "甲甲甲甲乙丙丙丙丙丙"),
        ((99, 98, 98, 98, 90, 89, 88, 87, 86, 85), {"tie_policy": "exclude"}, "甲乙乙乙乙丙丙丙丙丙"),
        ((99, 98, 97, 96, 95, 59, 58, 57, 56, 55), {}, "甲甲乙乙乙差差差差差"),
        ((99, 98, 97), {}, "优优优"),
        ((99, 98, 97), {"small_pool": "one"}, "甲丙丙"),
    ],
)
def test_a_distribution_follows_the_order_with_cumulative_limits(scores, members, expected):
    result = direct({f"P{n:02}": score for n, score in enumerate(scores)}, forced_quota=SHARES | members)

    assert bands(result) == expected


def test_a_tie_inside_a_distribution_is_settled_by_a_decision():
    scores = dict(zip("ABCDEFGHIJ", (99, 98, 98, 98, 90, 89, 88, 87, 86, 85), strict=True))
    needed = direct(scores, forced_quota=SHARES)["decisions_needed"]

    assert needed == [{"label": "甲", "pool": "", "seats": 1, "candidates": ["B", "C", "D"]}]
    settled = direct(scores, forced_quota=SHARES, decisions=[{"label": "甲", "pool": "", "chosen": ["C"]}])
    assert (bands(settled), settled["decisions_needed"]) == ("甲乙甲乙乙丙丙丙丙丙", [])


def test_quotas_count_in_their_pools_and_one_after_the_other():
    scores, units = {"A": 95, "B": 94, "C": 93, "D": 92}, {"A": "一", "B": "一", "C": "二", "D": "二"}

    assert bands(direct(scores, units=units, **quota(max_ratio="0.5", base="unit"))) == "优良优良"
    two = [{"label": "优", "max_count": 1}, {"label": "良", "max_count": 1}]
    assert bands(direct(scores, forced_quota=two)) == "优良中中"


def test_a_vetoed_official_counts_in_the_base_and_takes_no_place():
    result = direct({"A": 95, "B": 94, "C": 93, "D": 92}, vetoes=["A"], **quota(max_ratio="0.5"))

    assert bands(result) == "差优优良"
    assert [line["rank"] for line in result["subjects"].values()] == [None, 1, 2, 3]
    assert not result["subjects"]["A"]["award_eligible"]


@pytest.mark.parametrize(
    "decision",
    [
        {"label": "优", "pool": "", "chosen": ["A", "B"]},
        {"label": "优", "pool": "", "chosen": []},
        {"label": "优", "pool": "", "chosen": ["C"]},
        {"label": "良", "pool": "", "chosen": ["A"]},
        {"label": "优", "pool": "一", "chosen": ["A"]},
    ],
)
def test_a_decision_must_fit_its_tie(decision):
    with pytest.raises(verify.Fault, match="outside"):
        direct({"A": 95, "B": 95, "C": 85}, decisions=[decision], **quota(max_count=1))


def test_thresholds_propose_by_score_and_from_the_bottom():
    rules = [{"below": 80, "action": "谈话"}, {"below": 70, "action": "诫勉"}, {"bottom": 1, "only_below": 75, "action": "表态"}]
    scores = {"A": 95, "B": 75, "C": 65, "D": 65}

    def proposed(**scheme):
        return [line["actions"] for line in direct(scores, thresholds=rules, **scheme)["subjects"].values()]

    assert proposed() == [[], ["谈话"], ["诫勉", "表态"], ["诫勉", "表态"]]
    assert proposed(thresholds_mode="all")[2] == ["谈话", "诫勉", "表态"]
    assert proposed(vetoes=["C", "D"]) == [[], ["谈话"], ["诫勉"], ["诫勉"]]


def grades(aggregator, **scheme):
    return {
        "code": "T", "mode": "grades", "aggregator": aggregator,
        "grades": [{"code": "a", "value": 100}, {"code": "b", "value": 60}, {"code": "x", "counts": False}],
        "rater_groups": [{"code": "B", "weight": 1}],
    } | scheme  # fmt: skip


def votes(*options, group="B", official="P"):
    return [{"g": group, "o": official, "a": {"all": option} if option else {}} for option in options]


@pytest.mark.parametrize(
    ("policy", "value"),
    [("exclude_from_denominator", "200/3"), ("in_denominator", "40")],
)
def test_abstentions_enter_the_divisor_of_a_share_when_the_scheme_says_so(policy, value):
    raw = grades({"kind": "share", "top": ["a"]}, abstention_policy=policy)
    slips = votes(1, 1, 1, 1, 2, 2, 3, 3, 0, 0)

    assert verify.scheme_errors(raw) == []
    assert verify.count(raw, [{"code": "P"}], slips)["subjects"]["P"]["groups"]["B"]["value"] == value


def test_places_and_ratios_compare_the_officials_of_the_base():
    slips = [
        slip for code, n in (("P", 5), ("Q", 4), ("R", 4), ("S", 0)) for slip in votes(*[1] * n, *[2] * (5 - n), official=code)
    ]
    subjects = [{"code": code, "category": "甲" if code in "PQR" else "乙"} for code in "PQRS"]

    def values(**aggregator):
        raw = grades(aggregator)
        assert verify.scheme_errors(raw) == []
        lines = verify.count(raw, subjects, slips)["subjects"].values()
        return [line["groups"]["B"]["value"] for line in lines]

    assert values(kind="rank_decrement", per_place="0.1") == ["100", "90", "90", "100"]
    assert values(kind="rank_decrement", per_place="0.1", base="session") == ["100", "90", "90", "80"]
    assert values(kind="ratio_to_first") == ["100", "92", "92", "100"]
    assert values(kind="ratio_to_first", base="session") == ["100", "92", "92", "60"]


def test_a_chain_of_merges_runs_from_the_leaf_whatever_the_order_in_the_file():
    groups = [
        {"code": "C", "weight": "0.5", "merge_into": "D"},
        {"code": "D", "weight": "0.3", "merge_into": "E"},
        {"code": "E", "weight": "0.2"},
    ]
    slips = [
        {"g": g, "o": "P", "a": {"k": mark}} for g, n, mark in (("C", 2, 800), ("D", 2, 800), ("E", 2, 500)) for _ in range(n)
    ]
    for order in (groups, groups[::-1], groups[1:] + groups[:1]):
        raw = ONE | {"rater_groups": order}
        assert verify.scheme_errors(raw) == []
        line = verify.count(raw, [{"code": "P"}], slips)["subjects"]["P"]
        assert (line["groups"]["E"]["weight"], sorted(line["groups"]["E"]["from"])) == ("1", ["C", "D", "E"])
        assert (line["meeting"], list(line["groups"])) == ("70", ["E"])


def test_a_side_that_nobody_of_the_scope_feeds_weighs_nothing_and_a_silent_one_counts_as_zero():
    sides = [{"code": "X", "weight": "0.5"}, {"code": "Y", "weight": "0.5"}]
    raters = [{"code": "B", "weight": 1, "side": "X"}, {"code": "N", "weight": 1, "side": "Y", "anonymous": False}]
    raw = ONE | {"sides": sides, "rater_groups": raters, "missing_group_policy": "zero"}
    slips = [{"g": "B", "o": "P", "a": {"k": 800}}] * 5

    assert verify.scheme_errors(raw) == []
    assert verify.count(raw, [{"code": "P"}], slips)["subjects"]["P"]["meeting"] == "40"
    assert verify.count(raw, [{"code": "P"}], slips, scope={"N": []})["subjects"]["P"]["meeting"] == "80"


@pytest.mark.parametrize(
    "outside",
    [
        [],
        {"figure": {}},
        {"figures": {"Z": {"F": ["1"]}}},
        {"figures": {"A": {"G": ["1"]}}},
        {"figures": {"A": {"F": [1.5]}}},
        {"figures": {"A": {"F": "540"}}},
        {"figures": []},
        {"adjust": {"A": {"bonus": ["1"]}}},
        {"adjust": {"A": {"deductions": {"late": 1}}}},
        {"vetoes": {"A": ["v"]}},
        {"decisions": [{"label": "优"}]},
    ],
)
def test_what_comes_from_outside_must_fit_the_scheme(outside):
    raw = ONE | {"rater_groups": [{"code": "F", "weight": 1, "anonymous": False, "source": "figures"}]}

    with pytest.raises(verify.Fault, match=r"outside|members"):
        verify.count(raw, [{"code": "A"}], [], outside=outside)


def test_a_figure_out_of_range_gives_no_score():
    line = direct({"A": 101})["subjects"]["A"]

    assert (line["status"], line["score"], line["reasons"][0]) == ("blocked", None, "figure_range")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"mode": "marks"}, "mode_unknown"),
        ({"total": 0}, "total_not_positive"),
        ({"criteria": []}, "criteria_empty"),
        ({"criteria": {}}, "type"),
        ({"criteria": [{"max_points": 100}]}, "field_missing"),
        ({"mode": "grades"}, "grades_missing"),
        ({"mode": "mixed", "grades": [{"code": "a", "value": 101}]}, "grade_value_range"),
        ({"rater_groups": []}, "groups_empty"),
        ({"rater_groups": [{"code": "B", "weight": 2}, {"code": "C", "weight": -1}]}, "weight_range"),
        ({"rater_groups": [{"code": "B", "weight": "0.5"}] * 2}, "duplicate_code"),
        ({"rater_groups": [{"code": "B", "weight": 1, "side": "S"}]}, "side_unknown"),
        ({"sides": [{"code": "S", "weight": 1}]}, "side_unknown"),
        ({"category_weights": [{"category": "甲", "code": "Z", "weight": 1}]}, "group_unknown"),
        ({"rater_groups": [{"code": "B", "weight": 1, "merge_into": "B"}]}, "merge_mismatch"),
        ({"quorum": 2}, "range"),
        ({"deductions": [{"code": "d", "points": 2, "cap": 1}]}, "range"),
        ({"rounding": {"places": 5}}, "rounding_invalid"),
        ({"rounding": {"method": "ROUND_DOWN"}}, "rounding_invalid"),
        ({"bands": [*BANDS[:2], BANDS[1], BANDS[3]]}, "duplicate_code"),
        ({"forced_quota": {"label": "优", "max_ratio": "1.5"}}, "quota_range"),
        ({"forced_quota": {"label": "优"}}, "quota_range"),
        ({"forced_quota": {"label": "差", "max_count": 1}}, "quota_label"),
        ({"forced_quota": {"kind": "distribution", "shares": [{"label": "甲", "share": "0.9"}]}}, "quota_shares_sum"),
        ({"thresholds": [{"below": 1, "bottom": 1, "action": "x"}]}, "threshold_invalid"),
        ({"thresholds": [{"action": "x"}]}, "threshold_invalid"),
        ({"incomplete_policy": "average_answered"}, "policy_unknown"),
        ({"invalid_rules": ["ugly"]}, "policy_unknown"),
        ({"trimming": {"mode": "share", "high": "0.5", "low": "0.5", "min_n": 9}}, "trim_range"),
    ],
)
def test_a_scheme_that_leaves_the_count_open_is_refused(change, code):
    raw = ONE | {"rater_groups": [{"code": "B", "weight": 1}]}

    assert verify.scheme_errors(raw) == []
    assert code in {found for found, _ in verify.scheme_errors(raw | change)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"top": ["z"]}, "option_unknown"),
        ({"steps": [{"at_least": "0.5", "points": 1}, {"at_least": "0.5", "points": 1}]}, "step_table"),
        ({"steps": [{"at_least": 2, "points": 1}]}, "step_table"),
        ({"overrides": [{"options": ["b"], "at_least": "0.5", "points": 11}]}, "step_table"),
    ],
)
def test_a_table_of_steps_must_be_sound(change, code):
    table = {"kind": "step", "top": ["a"], "full": 10, "steps": [{"at_least": "0.9", "points": 10}], "otherwise": 5}

    assert verify.scheme_errors(grades(table)) == []
    assert code in {found for found, _ in verify.scheme_errors(grades(table | change))}


# --- broken forms; random sessions and what may be changed in them stand in test_verifiers --------------------------------------


def values_of(document, path=()):
    """Every place in a JSON document."""
    yield path
    if isinstance(document, dict | list):
        for name, member in document.items() if isinstance(document, dict) else enumerate(document):
            yield from values_of(member, (*path, name))


def broken(rng, document):
    """The document with any value anywhere replaced by one that does not belong there."""
    document = json.loads(json.dumps(document))
    path = rng.choice([path for path in values_of(document) if path])
    parent = document
    for name in path[:-1]:
        parent = parent[name]
    parent[path[-1]] = rng.choice([0, -1, 7, "", "x", "-1/3", [], {}, [[]], ["x"], {"a": 1}, {"code": "x"}, 10**15])
    return document


def test_a_broken_form_is_a_fault(vectors):
    rng = random.Random(5)
    for _ in range(200):
        document = broken(rng, vectors["transcript"])
        assert document != vectors["transcript"]
        with pytest.raises(verify.Fault):
            verify.verify(codec.canonical(document), vectors["mh_code"])


def test_a_broken_form_with_good_hashes_never_crashes_the_verifier(vectors):
    """Whoever makes a transcript can also make its hashes fit; half of the breaks are in the scheme."""
    rng, board, refused = random.Random(6), SigningKey(bytes.fromhex(vectors["key_page"]["board_seed"])), 0
    for number in range(300):
        document = vectors["transcript"]
        if number % 2:
            scheme = broken(rng, document["manifest"]["scheme"])
            hashed = codec.b64(verify.digest("score/scheme/v1", scheme))
            document = document | {"manifest": document["manifest"] | {"scheme": scheme, "scheme_hash": hashed}}
        else:
            document = broken(rng, document)
        try:
            fits = reference.complete(document["manifest"], document["credentials"])
            document = reference.sign_transcript(document | {"manifest": fits}, board)
        except (AttributeError, KeyError, TypeError, ValueError):
            continue  # broken beyond signing: the test above has these
        try:
            verify.verify(verify.canonical(document))
        except verify.Fault:
            refused += 1
    assert refused > 100


# --- what may be set aside, and what a box tells ---------------------------------------------------------------------------------


def signed_again(vectors, **members):
    page = vectors["key_page"]
    return reference.sign_transcript(vectors["transcript"] | members, SigningKey(bytes.fromhex(page["board_seed"])))


def aside(transcript, *codes):
    return [{"h": entry["h"], "c": entry["c"], "code": code} for entry, code in zip(transcript["received"], codes, strict=False)]


def without_slips_of(vectors, names):
    keys = {p for name in names for p in vectors["cards"][name]["slip_pub"].values()}
    return [slip for slip in vectors["transcript"]["slips"] if slip["p"] not in keys]


def card_of(vectors, entry):
    return next(name for name, card in vectors["cards"].items() if card["outer_pub"] == entry["c"])


@pytest.mark.parametrize(
    ("code", "invalid", "reason"), [("body", 1, "foreign_mark"), ("rule", 1, "straight_line"), ("sig", 0, None)]
)
def test_an_envelope_set_aside_is_a_returned_ballot_unless_its_signature_was_bad(vectors, code, invalid, reason):
    first = vectors["transcript"]["received"][0]
    name = card_of(vectors, first)
    transcript = signed_again(vectors, invalid=aside(vectors["transcript"], code), slips=without_slips_of(vectors, [name]))

    document, result = verify.verify(codec.canonical(transcript), vectors["mh_code"])

    counts = result["subjects"]["o01"]["counts"][name[0].upper()]
    assert counts["invalid"] == invalid
    assert counts["returned"] == result["conservation"][name[0]]["returned"]
    assert [slip.get("x") for slip in verify.slips_to_count(document) if "x" in slip] == [reason] * 2 * invalid


def test_one_double_alone_and_a_set_aside_envelope_with_slips_are_refused(vectors):
    transcript = vectors["transcript"]
    name = card_of(vectors, transcript["received"][0])

    with pytest.raises(verify.Fault, match="double"):
        verify.check_transcript(signed_again(vectors, invalid=aside(transcript, "dup"), slips=without_slips_of(vectors, [name])))
    with pytest.raises(verify.Fault, match="number of slips"):
        verify.check_transcript(signed_again(vectors, invalid=aside(transcript, "body")))
    with pytest.raises(verify.Fault, match="order of invalid"):
        verify.check_transcript(signed_again(vectors, invalid=aside(transcript, "body", "open")[::-1]))


def test_a_bad_envelope_signature_is_accepted_only_where_it_is_set_aside_for_it(vectors):
    transcript = vectors["transcript"]
    name = card_of(vectors, transcript["received"][0])
    received = [transcript["received"][0] | {"z": transcript["received"][1]["z"]}, *transcript["received"][1:]]
    slips = without_slips_of(vectors, [name])

    verify.check_transcript(signed_again(vectors, received=received, slips=slips, invalid=aside(transcript, "sig")))
    for invalid in ([], aside(transcript, "open")):
        with pytest.raises(verify.Fault, match="envelope signature"):
            verify.check_transcript(signed_again(vectors, received=received, slips=slips, invalid=invalid))


def test_more_ballots_than_cards_drawn_make_the_round_void(vectors):
    transcript = signed_again(vectors, drawn={"b": 1, "d": 5})

    _, result = verify.verify(codec.canonical(transcript))

    assert result["void_groups"] == ["b"]
    assert {line["reasons"][0] for line in result["subjects"].values()} == {"void_round"}
    for drawn in ({"b": 2}, {"b": 4, "d": 5}, {"b": -1, "d": 5}, {"b": 2, "d": 5, "a": 1}):
        with pytest.raises(verify.Fault, match=r"drawn|members"):
            verify.check_transcript(signed_again(vectors, drawn=drawn))


def test_two_named_raters_may_give_the_same_marks(vectors):
    named = sorted([*vectors["transcript"]["named"], vectors["transcript"]["named"][0]], key=codec.canonical)

    _, result = verify.verify(codec.canonical(signed_again(vectors, named=named)))

    assert result["conservation"]["a"] == {"issued": 2, "returned": 2, "missing": 0}
    for wrong in (named[::-1], [named[0] | {"g": "b"}], [named[0] | {"a": {"K01": 801, "k02": 1}}]):
        with pytest.raises(verify.Fault, match=r"named"):
            verify.check_transcript(signed_again(vectors, named=wrong))


# --- the copy for the room -------------------------------------------------------------------------------------------------------


def copied(transcript, shown=lambda body: False):
    """The copy in which only slips that `shown` lets through are open."""
    slips = [
        slip if shown(codec.parse(slip["b"].encode())) else {"p": slip["p"], "hash": leaf_of(slip)}
        for slip in transcript["slips"]
    ]
    return transcript | {"slips": slips}


def leaf_of(slip):
    return codec.b64(codec.leaf(codec.canonical(slip)))


def test_a_copy_is_accepted_and_its_open_groups_have_the_value_of_the_count():
    """Of a group of two boxes one official's box may be hidden: then the group has no value here."""
    kinds = set()
    for seed in range(12):
        transcript, *_rest = plain_session(seed)
        category = {entry["g"]: entry["code"] for entry in transcript["manifest"]["groups"]}
        copy = copied(transcript, lambda body: body["g"] == "c")
        result = verify.count_transcript(transcript)

        document, found = verify.verify(codec.canonical(copy), reference.mh_code(transcript["manifest"]))

        assert verify.is_copy(document)
        for official, line in found.items():
            counted = result["subjects"][official]
            assert {code: row["slips"] for code, row in line.items()} == {
                code: numbers["returned"] for code, numbers in counted["counts"].items()
            }
            hidden = Counter(category[slip["g"]] for slip in bodies_of(transcript, official) if slip["g"] != "c")
            assert {code: row["hidden"] for code, row in line.items()} == {"A": 0, "B": hidden["B"], "C": hidden["C"]}
            open_code = counted["groups"]["C"]
            if not hidden["C"] and open_code["from"] == ["C"]:
                assert line["C"]["value"] == open_code["value"]
                kinds.add("open")
            if hidden["C"]:
                assert line["C"]["value"] is None
                kinds.add("half open")
            assert line["A"]["value"] == counted["groups"]["A"]["value"]
    assert kinds == {"open", "half open"}


def bodies_of(transcript, official):
    return [body for body in (codec.parse(slip["b"].encode()) for slip in transcript["slips"]) if body["o"] == official]


def test_a_group_that_is_compared_with_others_has_no_value_in_a_copy(vectors):
    document = copied(vectors["transcript"], lambda body: body["g"] == "d")
    scheme = document["manifest"]["scheme"]
    groups = [group | {"aggregator": {"kind": "ratio_to_first"}} for group in scheme["rater_groups"]]
    document["manifest"] = document["manifest"] | {"scheme": scheme | {"rater_groups": groups}}

    assert {row["value"] for line in verify.open_groups(document).values() for row in line.values()} == {None}


def without_a_hidden_slip(copy):
    return {"slips": copy["slips"][1:]}


def another_hash(copy):
    first, *rest = copy["slips"]
    return {"slips": [first | {"hash": codec.b64(bytes(32))}, *rest]}


def a_key_of_nobody(copy):
    slips = [copy["slips"][0] | {"p": copy["received"][0]["c"]}, *copy["slips"][1:]]
    return {"slips": sorted(slips, key=lambda slip: slip["p"])}


def a_slip_twice(copy):
    return {"slips": [copy["slips"][0], *copy["slips"]]}


def out_of_order(copy):
    return {"slips": copy["slips"][::-1]}


def more_drawn(copy):
    return {"drawn": {"b": 3, "d": 5}}


def another_root(copy):
    return {"slips_root": copy["received_root"]}


def half_hidden(copy):
    return {"slips": [copy["slips"][0] | {"z": copy["board_sig"]}, *copy["slips"][1:]]}


def a_short_hash(copy):
    return {"slips": [copy["slips"][0] | {"hash": "AAAA"}, *copy["slips"][1:]]}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (without_a_hidden_slip, "number of slips of a group and official"),
        (another_hash, "slips root"),
        (a_key_of_nobody, "slip key not listed"),
        (a_slip_twice, "slips repeat a key"),
        (out_of_order, "order of slips"),
        (more_drawn, "board signature"),
        (another_root, "slips root"),
        (half_hidden, "members"),
        (a_short_hash, "base64 length"),
    ],
)
def test_a_copy_that_was_changed_is_refused(vectors, change, fault):
    copy = copied(vectors["transcript"])
    verify.verify(codec.canonical(copy), vectors["mh_code"])

    with pytest.raises(verify.Fault) as caught:
        verify.verify(codec.canonical(copy | change(copy)), vectors["mh_code"])

    assert caught.value.name == fault


def test_a_changed_open_slip_of_a_copy_is_refused(vectors):
    copy = copied(vectors["transcript"], lambda body: body["g"] == "d")
    at = next(n for n, slip in enumerate(copy["slips"]) if "b" in slip)
    forged = copy["slips"][at] | {"z": copy["board_sig"]}

    with pytest.raises(verify.Fault, match="slip signature"):
        verify.verify(codec.canonical(copy | {"slips": [*copy["slips"][:at], forged, *copy["slips"][at + 1 :]]}))


def test_a_copy_never_passes_for_the_whole_transcript(vectors):
    """The server stores what passes here."""
    with pytest.raises(verify.Fault, match="members"):
        verify.check_transcript(copied(vectors["transcript"]))


# --- the program -----------------------------------------------------------------------------------------------------------------


def run(*arguments, plain=False):
    """The file alone, as a person runs it: no project around it and, if asked, no PyNaCl."""
    options = ["-I", "-S"] if plain else ["-I"]
    done = subprocess.run([sys.executable, *options, verify.__file__, *map(str, arguments)], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def printed(vectors, document, n):
    """What a count sheet of the n-th scored case of the vectors would show for its input."""
    return verify.commitment(codec.parse(document), vectors["scored"][n]["input_hash"])


def test_the_program_prints_the_table_and_says_what_is_proven(tmp_path, vectors, document):
    (tmp_path / "t.json").write_bytes(document)
    (tmp_path / "o.json").write_text('{ "adjust": {"o01": {"deductions": {"late": 2}}} }')

    for plain in (False, True):
        known = ["--mh", vectors["mh_code"], "--input", printed(vectors, document, 1)]
        code, out, err = run(tmp_path / "t.json", "--outside", tmp_path / "o.json", *known, plain=plain)
        assert (code, err) == (0, "")
        assert vectors["scored"][1]["input_hash"] in out
        assert printed(vectors, document, 1) in out
        assert "OK: signatures" in out
        row = next(line.split() for line in out.splitlines() if line.startswith("o01"))
        assert row == ["o01", "张建国", "镇办", "8", "8", "0", "0", "90", "并入D", "177/2", "1779/20", "87.0", "较好", "1"]


def test_without_a_code_the_program_says_that_little_is_proven(tmp_path, vectors, document):
    (tmp_path / "t.json").write_bytes(document)

    code, out, _ = run(tmp_path / "t.json", "--input", printed(vectors, document, 0))

    assert code == 0
    assert "OK, but only in itself" in out


def test_both_programs_commit_to_a_hash_alike(vectors, document):
    transcript = codec.parse(document)
    value = vectors["scored"][1]["input_hash"]

    assert printed(vectors, document, 1) == rules.commitment(value, rules.blinding(transcript)) != value


def test_a_file_from_outside_is_held_against_the_count_sheet(tmp_path, vectors, document):
    """Nothing in a transcript says which file is the right one; the signed sheet prints the hash of all that was counted."""
    (tmp_path / "t.json").write_bytes(document)
    (tmp_path / "o.json").write_text('{"adjust": {"o01": {"deductions": {"late": 2}}}}')
    (tmp_path / "other.json").write_text('{"adjust": {"o01": {"deductions": {"late": 1}}}}')
    digits = printed(vectors, document, 1)[:16].upper()
    grouped = " ".join(digits[n : n + 4] for n in range(0, 16, 4))

    def told(file, *more):
        return run(tmp_path / "t.json", "--mh", vectors["mh_code"], "--outside", tmp_path / file, *more)[:2]

    assert (told("o.json", "--input", grouped)[0], told("o.json")[0]) == (0, 0)
    assert "OK: signatures" in told("o.json", "--input", grouped)[1]
    assert "NOT COMPARED with the signed sheet" in told("o.json")[1]
    assert "OK: signatures" not in told("o.json")[1]
    for file, given in (("other.json", grouped), ("o.json", grouped[:9])):
        code, out = told(file, "--input", given)
        assert code == 1
        assert "不通过：与计票报告单上的计票输入摘要不符" in out


def test_without_what_the_scheme_takes_from_outside_the_count_is_not_said_to_agree(tmp_path, vectors, document):
    (tmp_path / "t.json").write_bytes(document)

    code, out, _ = run(tmp_path / "t.json", "--mh", vectors["mh_code"])

    assert code == 0
    assert "选票通过，计分没有核对" in out
    assert "NOT COMPARED" in out
    assert "计分全部相符" not in out
    assert not any(line.startswith("OK: ") for line in out.splitlines())


def test_the_program_says_that_it_has_the_copy_for_the_room_and_what_that_proves(tmp_path, vectors):
    copy = copied(vectors["transcript"], lambda body: body["g"] == "d")
    (tmp_path / "c.json").write_bytes(codec.canonical(copy))
    (tmp_path / "o.json").write_text("{}")

    code, out, err = run(tmp_path / "c.json", "--mh", vectors["mh_code"])
    assert (code, err) == (0, "")
    assert out.startswith("会场副本：")
    assert "通过：这是会场副本，14 张小票中有 4 张只列指纹" in out
    assert "OK: this is the copy for the room; 4 of its 14 slips are only hashes" in out
    assert "NOT COUNTED" in out
    rows = [line.split() for line in out.splitlines() if line.startswith("o0")]
    assert rows == [["o01", "张建国", "8", "90", "未公开", "2", "74"], ["o02", "赵䶮", "8", "84", "未公开", "2", "87"]]
    assert not any(line["score"] in out for line in verify.count_transcript(vectors["transcript"])["subjects"].values())

    code, out, _err = run(tmp_path / "c.json", "--outside", tmp_path / "o.json")
    assert code == 0
    assert "没有给出校验码" in out
    assert "without --mh" in out
    assert "--outside 只用于全文计分" in out


def test_the_program_names_the_fault(tmp_path, vectors, document):
    (tmp_path / "bad.json").write_bytes(codec.canonical(vectors["transcript"] | {"drawn": {"b": 3, "d": 5}}))
    (tmp_path / "t.json").write_bytes(document)
    (tmp_path / "empty.json").write_bytes(b"{}")
    (tmp_path / "line.json").write_bytes(document + b"\n")
    (tmp_path / "float.json").write_text('{"figures": {"o01": {"A": [1.5]}}}')

    for arguments, fault in (
        (["bad.json"], "FAULT board signature"),
        (["t.json", "--mh", "AAAA"], f"this document has {vectors['mh_code']}, given was 'AAAA'"),
        (["empty.json"], "不通过：缺少应有的部分，或有多余、写法不对的部分\nFAULT members: transcript"),
        (["line.json"], "FAULT not canonical JSON: a blank or a line end around the document"),
        (["t.json", "--corrects", "t.json"], "不通过：与所更正的一版没有不同\nFAULT nothing corrected"),
        (["t.json", "--outside", "float.json"], "FAULT not canonical JSON: 1.5"),
        (["missing.json"], "FAULT file"),
    ):
        paths = [str(tmp_path / a) if a.endswith(".json") else a for a in arguments]
        code, out, err = run(*paths)
        assert (code, err) == (1, "")
        assert fault in out


@pytest.mark.parametrize(
    ("outside", "pending", "given", "agrees"),
    [
        (None, [], None, True),
        ({"decisions": []}, [], None, False),
        (None, [{"label": "好", "pool": "镇办", "seats": 1, "candidates": ["o01", "o02"]}], None, False),
        ({"decisions": []}, [], "0123456789abcdef", True),
    ],
)
def test_ties_decided_outside_are_held_against_the_count_sheet_too(vectors, outside, pending, given, agrees):
    """A scheme that takes nothing else from outside may still have ties that somebody decides, and a file that says how."""
    transcript = copy.deepcopy(vectors["transcript"])
    scheme = transcript["manifest"]["scheme"]
    for member in ("bonus", "deductions", "veto"):
        scheme.pop(member, None)
    assert not verify.takes_outside(verify.Scheme(scheme))
    options = SimpleNamespace(mh=vectors["mh_code"], outside=outside, input=given)

    said = "\n".join(verify.limits(transcript, options, {"decisions_needed": pending}))

    assert ("计分全部相符" in said, "NOT COMPARED" in said) == (agrees, not agrees)
    assert ("有同分要裁定，没有给出裁定" in said) is (outside is None and not agrees)
    assert "方案要用外来数据" not in said
