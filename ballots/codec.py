"""The encodings of the protocol (§3): base64url, canonical JSON, tagged hashes, signatures, the Merkle tree, codes for people."""

import base64
import hashlib
import json
import re
import unicodedata

from nacl.bindings import crypto_core_ed25519_is_valid_point
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text, length=None):
    """The bytes that `text` spells; ValueError for another length than the one asked for, and for any second spelling."""
    if not isinstance(text, str):
        raise ValueError("base64 type")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(data) != text:
        raise ValueError("base64 not canonical")
    if length is not None and len(data) != length:
        raise ValueError("base64 length")
    return data


def canonical(document):
    """The one spelling of a document. ValueError for what the protocol does not allow in one."""
    _check(document, booleans=False)
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parse(data):
    """The document that `data` spells canonically; ValueError for every other spelling."""
    try:
        document = json.loads(data.decode(), object_pairs_hook=_distinct)
        same = canonical(document) == data
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not same:
        raise ValueError("not canonical")
    return document


def _distinct(pairs):
    if len({name for name, value in pairs}) < len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def _check(value, *, booleans):
    if isinstance(value, dict):
        for name, member in value.items():
            if not isinstance(name, str) or not KEY.fullmatch(name):
                raise ValueError("key")
            _check(member, booleans=booleans or name == "scheme")
    elif isinstance(value, list):
        for member in value:
            _check(member, booleans=booleans)
    elif isinstance(value, str):
        value.encode()  # refuses lone surrogates
        if unicodedata.normalize("NFC", value) != value:
            raise ValueError("not NFC")
    elif isinstance(value, bool):
        if not booleans:
            raise ValueError("boolean")
    elif not isinstance(value, int) or abs(value) >= 2**53:
        raise ValueError("type")


def sha256(data):
    return hashlib.sha256(data).digest()


def tagged(tag, *parts):
    return b"\0".join([tag.encode(), *parts])


def digest(tag, *parts):
    return sha256(tagged(tag, *parts))


def signed(public_key, signature, tag, *parts):
    """Whether libsodium accepts the signature; nothing else counts."""
    try:
        VerifyKey(public_key).verify(tagged(tag, *parts), signature)
    except BadSignatureError:
        return False
    return True


def is_key(public_key):
    """Whether these are the bytes of a point of the prime-order group: a key without torsion."""
    return crypto_core_ed25519_is_valid_point(public_key)


def leaf(data):
    return sha256(b"\0" + data)


def merkle_root(leaves):
    """Root of the RFC 9162 tree over `leaves`, in their order."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaf(leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + merkle_root(leaves[:split]) + merkle_root(leaves[split:]))


def code(data, bits):
    """The first `bits` of `data` for people: `BZZH-22JD`."""
    number = int.from_bytes(data[: bits // 8])
    text = "".join(BASE32[number >> shift & 31] for shift in range(bits - 5, -1, -5))
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))
