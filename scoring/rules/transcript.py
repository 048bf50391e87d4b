"""What follows for the count from a transcript (ballots.md B8): slips, boxes, cards drawn and scope (scoring.md §8).

Nothing is verified here; that is done where the transcript is accepted.
"""

import json
from collections import Counter


def from_transcript(transcript: dict) -> dict:
    """Keyword arguments for `score`: scheme, officials, slips, boxes, issued, scope, returned."""
    manifest = transcript["manifest"]
    groups = {group["g"]: group for group in manifest["groups"]}
    slips = [_slip(json.loads(slip["b"])) for slip in transcript["slips"]]
    slips += [_slip(slip) for slip in transcript["named"]] + _set_aside(transcript, groups)
    return {
        "scheme": manifest["scheme"],
        "officials": [
            {"code": entry["o"]} | {name: entry[name] for name in ("category", "unit") if name in entry}
            for entry in manifest["officials"]
        ],
        "slips": slips,
        "boxes": {letter: group["code"] for letter, group in groups.items()},
        "issued": transcript["drawn"],
        "scope": {letter: group["scope"] for letter, group in groups.items()},
        "returned": _returned(transcript, groups),
    }


def _slip(body):
    return {"g": body["g"], "o": body["o"], "a": body["a"]}


def _box_of_card(transcript) -> dict[str, str]:
    """Card key → box."""
    boxes = transcript["credentials"]["groups"]
    return {card: letter for letter, lists in boxes.items() for card in lists["outer"]}


def _set_aside(transcript, groups):
    """An envelope set aside is a returned ballot with all slips INVALID; one with a bad signature is none (ballots.md B7)."""
    box = _box_of_card(transcript)
    slips = []
    for entry in transcript["invalid"]:
        if entry["code"] != "sig":
            reason = "straight_line" if entry["code"] == "rule" else "foreign_mark"
            letter = box[entry["c"]]
            slips += [{"g": letter, "o": official, "x": reason} for official in groups[letter]["scope"]]
    return slips


def _returned(transcript, groups):
    """Ballots cast per box: envelopes received but for those with a bad signature; of named boxes what was written down."""
    box = _box_of_card(transcript)
    bad = {(entry["h"], entry["c"]) for entry in transcript["invalid"] if entry["code"] == "sig"}
    cast = Counter(box[entry["c"]] for entry in transcript["received"] if (entry["h"], entry["c"]) not in bad)
    most = Counter()
    for (letter, _official), n in Counter((slip["g"], slip["o"]) for slip in transcript["named"]).items():
        most[letter] = max(most[letter], n)
    return {letter: most[letter] if group.get("named") else cast[letter] for letter, group in groups.items()}
