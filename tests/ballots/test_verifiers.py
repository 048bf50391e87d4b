"""T10: the two verifiers, the file in Python and the check page's in JavaScript, judge the same bytes and agree.

The full numbers of the protocol: scripts/prove-ballot tests/ballots/test_verifiers.py
"""

import base64
import json
import os
import random
import shutil
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ballots import codec, reference, verify

from . import mutations
from .sessions import random_session

FULL = os.environ.get("GAMES") == "full"
MUTATIONS, HONEST = (10_000, 200) if FULL else (500, 20)
SEED = int(os.environ.get("SEED", "20261126"))
JUDGE = Path(__file__).parent / "js" / "judge.js"
FAULTS = {  # what the changes must run into at the very least, or they are not the changes they claim to be
    "not canonical JSON", "members", "manifest hash against the code printed on the cards", "base64 not canonical", "received root",
    "credentials do not fit the manifest", "order of received", "envelope signature", "order of invalid", "drawn", "named",
    "order of slips", "slips repeat a key", "slip key not listed", "slip signature", "mark out of range or step", "slips root",
    "number of slips of a group and official", "board signature", "voided card not listed", "void signature", "pad", "shares",
    "officials", "groups", "scheme", "scheme hash", "credentials", "order of credentials", "key with torsion", "invalid",
}  # fmt: skip
pytestmark = pytest.mark.slow


def in_javascript(tasks):
    """What the JavaScript says to each task, in their order; one process a core."""
    if shutil.which("node") is None:
        assert not os.environ.get("CI"), "Node is required"
        pytest.skip("no Node here")
    lines, cores = [json.dumps({"n": n} | task) for n, task in enumerate(tasks)], os.cpu_count()

    def run(lines):
        done = subprocess.run(["node", JUDGE], input="\n".join(lines), capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        said = done.stdout.removesuffix("\n").split("\n")  # not splitlines: a refusal may repeat what else ends a line in Python
        return map(json.loads, said)

    with ThreadPoolExecutor(cores) as pool:
        said = [verdict for part in pool.map(run, [lines[core::cores] for core in range(cores)]) for verdict in part]
    assert len(said) == len(tasks)
    return sorted(said, key=lambda verdict: verdict["n"])


def transcript(data, code):
    return {"data": base64.b64encode(data).decode(), "mh": code}


def refusal(data, code):
    try:
        verify.verify(data, code)
    except verify.Fault as fault:
        return fault.name
    return None


def test_both_refuse_whatever_is_changed():
    """Bytes that differ from an honest transcript's, by a change of which a reader must be able to tell."""
    rng, small = random.Random(SEED), [random_session(SEED + n, most_cards=5) for n in range(25)]
    for session in small:  # signing anew alone changes nothing: what is refused below is refused for the change
        assert mutations.signed(session, session.transcript) == session.transcript
    cases, faults = [], Counter()
    for number in range(MUTATIONS):
        session, other = rng.sample(small, 2)
        if number % 8:
            name, data, code = *mutations.mutate(rng, session, other), session.code
        else:
            name, data, code = mutations.forge_session(rng, session)
        assert data != codec.canonical(session.transcript)
        faults[refusal(data, code) or f"accepted: number {number}, {name}"] += 1
        cases.append((name, data, code))
    assert [fault for fault in faults if fault.startswith("accepted")] == []

    verdicts = in_javascript([transcript(data, code) for _name, data, code in cases])

    assert [(n, name) for n, ((name, _, _), verdict) in enumerate(zip(cases, verdicts, strict=True)) if verdict["ok"]] == []
    if FULL:
        print(f"\n{MUTATIONS} changes refused twice, seed {SEED}: {dict(faults.most_common())}")
        assert faults.keys() >= FAULTS


@pytest.fixture(scope="module")
def honest():
    return [random_session(SEED - 1 - n) for n in range(HONEST)]


def test_honest_sessions_are_accepted_and_every_ballot_is_found_in_them(honest):
    for session in honest:
        document, _ = verify.verify(codec.canonical(session.transcript), session.code)

        assert {card: reference.find_slips(card, document) for card in session.given} == session.given
        assert Counter(entry["code"] for entry in document["invalid"]) == session.spoiled


def test_both_give_the_same_table(honest):
    said = in_javascript([transcript(codec.canonical(session.transcript), session.code) for session in honest])

    for session, verdict in zip(honest, said, strict=True):
        document, result = verify.verify(codec.canonical(session.transcript), session.code)
        assert verdict.pop("n") is not None
        assert verdict == {
            "ok": True,
            "boxes": list(boxes_of(document)),
            "aside": [entry["code"] for entry in document["invalid"]],
            "named": len(document["named"]),
        }
        assert counts_of(document, verdict["boxes"]) == {
            (official, code): Counter({name: line[name] for name in ("returned", "valid", "invalid", "abstain")})
            for official, subject in result["subjects"].items()
            for code, line in subject["counts"].items()
            if code in {group["code"] for group in reference.boxed(document["manifest"]).values()}
        }


def boxes_of(document):
    """The numbers of the boxes as the check page shows them, from what Python prints and from the slips themselves."""
    bodies = [json.loads(slip["b"]) for slip in document["slips"]]
    for row in list(verify.box_rows(document))[1:]:
        letter, code, *numbers = row
        names = ("printed", "drawn", "cast", "voided", "unaccounted", "aside")
        officials = []
        for official in reference.boxed(document["manifest"])[letter]["scope"]:
            marks = [body["a"] for body in bodies if (body["g"], body["o"]) == (letter, official)]
            numbers_of = {"slips": len(marks), "hidden": 0, "abstain": marks.count({}), "valid": len(marks) - marks.count({})}
            officials.append({"o": official} | numbers_of)
        yield {"g": letter, "code": code, "officials": officials} | dict(zip(names, map(int, numbers), strict=True))


def counts_of(document, boxes):
    """Returned, valid, invalid and abstained per official and group, from the JavaScript's numbers alone."""
    unsigned = {entry["c"] for entry in document["invalid"] if entry["code"] == "sig"}
    lists = document["credentials"]["groups"]
    found = {
        (official["o"], code): Counter()
        for official in document["manifest"]["officials"]
        for code in {box["code"] for box in boxes}
    }
    for box in boxes:
        invalid = box["aside"] - len(unsigned.intersection(lists[box["g"]]["outer"]))
        for official in box["officials"]:
            line = {"valid": official["valid"], "invalid": invalid, "abstain": official["abstain"]}
            found[official["o"], box["code"]] += Counter(line | {"returned": official["slips"] + invalid})
    return found


def test_both_open_the_same_box_into_the_same_bytes(honest):
    """The opening page and the reference client: one urn, the same key cards, one transcript."""
    tasks = [
        {
            "urn": base64.b64encode(session.urn).decode(),
            "shares": session.keys.cards[: session.keys.shares[0]],
            "mh": session.code,
        }
        for session in honest
    ]

    opened = in_javascript(tasks)

    for session, said in zip(honest, opened, strict=True):
        assert base64.b64decode(said["transcript"]) == codec.canonical(session.transcript)
