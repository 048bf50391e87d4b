"""The encodings of the protocol (§3) for the server and the reference client. What the verifier defines is taken from it.

The verifier names faults; here a malformed document or text is a ValueError.
"""

import hashlib

from ballots import verify
from ballots.verify import BASE32, b64, canonical, is_key, merkle_root, tagged

__all__ = [
    "b64",
    "canonical",
    "code",
    "digest",
    "is_key",
    "leaf",
    "long_code",
    "merkle_root",
    "parse",
    "sha256",
    "signed",
    "tagged",
    "unb64",
]


def parse(data):
    """The document that `data` spells canonically; ValueError for every other spelling."""
    try:
        return verify.parse(data)
    except verify.Fault as fault:
        raise ValueError(str(fault)) from None


def unb64(text, length=None):
    """The bytes that `text` spells; ValueError for another length than the one asked for, and for any second spelling."""
    if not isinstance(text, str):
        raise ValueError("base64 type")
    try:
        return verify.unb64(text, len(text) * 3 // 4 if length is None else length)
    except verify.Fault as fault:
        raise ValueError(str(fault)) from None


def signed(public_key, signature, tag, *parts):
    return verify.signed(public_key, signature, tagged(tag, *parts))


def sha256(data):
    return hashlib.sha256(data).digest()


def digest(tag, *parts):
    """The tagged hash of bytes as they stand."""
    return sha256(tagged(tag, *parts))


def leaf(data):
    """A leaf of the Merkle tree."""
    return sha256(b"\0" + data)


def code(data, bits):
    """The first `bits` of `data` for people: `BZZH-22JD`."""
    number = int.from_bytes(data[: bits // 8])
    text = "".join(BASE32[number >> shift & 31] for shift in range(bits - 5, -1, -5))
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def long_code(data):
    """The code by which people compare a key, a root or a hash: 80 bits of its bytes or of the text that spells them."""
    return code(unb64(data, 32) if isinstance(data, str) else data, 80)
