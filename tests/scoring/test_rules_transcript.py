"""A transcript is counted as the shared ballot vectors say (tests/data/ballot_vectors.json, `scored`)."""

import base64
import copy
import json
from pathlib import Path

import pytest

from scoring import rules
from tests.scoring.test_rules_vectors import assert_holds

VECTORS = json.loads((Path(__file__).parent.parent / "data" / "ballot_vectors.json").read_text())


@pytest.mark.parametrize("expected", VECTORS["scored"], ids=["inside", "with deductions"])
def test_transcript_is_scored_as_the_vectors_say(expected):
    result = rules.score(**rules.from_transcript(VECTORS["transcript"]), **expected["outside"])

    assert_holds({key: value for key, value in expected.items() if key != "outside"}, result.as_dict())


def test_scheme_has_the_bytes_and_the_hash_of_the_manifest():
    manifest = VECTORS["manifest"]

    assert rules.canonical(manifest["scheme"]).decode() == VECTORS["scheme_bytes"]
    assert base64.urlsafe_b64decode(manifest["scheme_hash"] + "=").hex() == rules.scheme_hash(manifest["scheme"])


def test_envelope_set_aside_is_a_returned_ballot_with_every_slip_invalid():
    transcript = copy.deepcopy(VECTORS["transcript"])
    entry = transcript["received"][0]
    box = next(g for g, lists in transcript["credentials"]["groups"].items() if entry["c"] in lists["outer"])
    group = next(g["code"] for g in transcript["manifest"]["groups"] if g["g"] == box)
    keys = {key for keys in transcript["credentials"]["groups"][box]["slip"].values() for key in keys}
    torn = [slip for slip in transcript["slips"] if slip["p"] in keys]
    removed = {json.loads(slip["b"])["o"]: slip for slip in torn}  # one slip for each official leaves the transcript
    transcript["slips"] = [slip for slip in transcript["slips"] if slip not in removed.values()]
    transcript["invalid"] = [{"h": entry["h"], "c": entry["c"], "code": "open"}]

    given = rules.from_transcript(transcript)
    result = rules.score(**given)

    assert [slip["x"] for slip in given["slips"] if "x" in slip] == ["foreign_mark", "foreign_mark"]
    for official in result.officials.values():
        assert official.piles[group].invalid == 1
        assert official.piles[group].returned == result.conservation[box]["returned"]


def test_envelope_set_aside_by_a_rule_says_so_and_one_with_a_bad_signature_is_no_ballot():
    transcript = copy.deepcopy(VECTORS["transcript"])
    first, second = transcript["received"][:2]
    transcript["invalid"] = [
        {"h": first["h"], "c": first["c"], "code": "rule"},
        {"h": second["h"], "c": "AAAA", "code": "sig"},
    ]
    second["c"] = "AAAA"  # a card key nobody listed

    given = rules.from_transcript(transcript)

    assert {slip["x"] for slip in given["slips"] if "x" in slip} == {"straight_line"}
    assert sum(given["returned"].values()) == 1 + len(transcript["received"]) - 1  # the named ballot, and all but the bad one
