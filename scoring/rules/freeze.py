"""Canonical bytes and hashes: what two signatures stand under (scoring.md §8, ballots.md §3)."""

import hashlib
import json
import re
import unicodedata

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


def without_nulls(value):
    """A copy in which members that are null are absent (§3: null = absent)."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [without_nulls(item) for item in value]
    return value


def is_plain_text(value) -> bool:
    """A string in normal form C without lone surrogates, as canonical JSON demands."""
    if not isinstance(value, str) or any("\ud800" <= char <= "\udfff" for char in value):
        return False
    return value.isascii() or unicodedata.is_normalized("NFC", value)


def check_canonical(value) -> None:
    """Refuse whatever has no canonical form: floats, nulls, large integers, odd keys, text out of normal form."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not KEY.fullmatch(key):
                raise ValueError(f"key not canonical: {key!r}")
            check_canonical(item)
    elif isinstance(value, list):
        for item in value:
            check_canonical(item)
    elif isinstance(value, int):
        if abs(value) >= 2**53:
            raise ValueError("integer too large")
    elif not is_plain_text(value):
        raise ValueError(f"not canonical: {value!r}")


def canonical(value) -> bytes:
    """RFC 8785 bytes of the value, nulls dropped first; booleans are allowed (§8)."""
    value = without_nulls(value)
    check_canonical(value)
    return _dump(value)


def _dump(value) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def canonical_scheme(scheme: dict) -> dict:
    """The scheme as it is locked, put into the manifest and hashed: nulls dropped, nothing filled in."""
    return without_nulls(scheme)


def digest(tag: str, value) -> str:
    """SHA-256 over tag, 0x00, canonical JSON, in hex (§8)."""
    return hashlib.sha256(tag.encode() + b"\0" + canonical(value)).hexdigest()


def scheme_hash(scheme: dict) -> str:
    """The hash which the manifest carries (there in base64) and which opens the input."""
    return digest("score/scheme/v1", scheme)


def input_hash(scheme: dict, officials: list, slips: list, **given) -> str:
    """The hash of everything the result follows from; the order of ballots and officials does not matter (§8).

    `slips` are judged: answers in `a`, or the reason in `x`.
    `given`: boxes, issued, scope, figures, adjust, vetoes, decisions, as they were given; the empty ones fall away.
    """
    document = {
        "scheme": scheme_hash(scheme),
        "slips": sorted(slips, key=_dump),
        "subjects": sorted((_subject(official) for official in officials), key=_dump),
    }
    document |= {name: value for name, value in given.items() if value}
    return digest("score/input/v1", document)


def blinding(transcript: dict) -> str:
    """What only those can know who have the whole transcript: a hash over all slips with their nonces (ADR 0014)."""
    return digest("score/blinding/v1", [slip["b"] for slip in transcript["slips"]])


def commitment(value: str, blind: str) -> str:
    """What stands on pages and papers for the input's or the result's hash. Those are over marks alone, so that whoever guesses the
    marks of a small group could try the guess on them; `blind` (see `blinding`) takes that away. A recount gives it again."""
    return digest("score/commitment/v1", {"blinding": blind, "hash": value})


def _subject(official: dict) -> dict:
    """What the count knows of an official: never the name."""
    return {name: official[name] for name in ("code", "category", "unit") if official.get(name) is not None}


def result_hash(input_digest: str, officials: dict) -> str:
    """The hash of the officials' results without their traces."""
    return digest("score/result/v1", {"input": input_digest, "officials": officials})
