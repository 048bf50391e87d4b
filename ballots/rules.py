"""What a manifest and its credentials must be (protocol §5, B0): plain values in, refusals out. No database, no request.

What any reader of a transcript could check, the verifier checks; here stands what only the server that makes a box can.
"""

import datetime

from ballots import codec, verify
from ballots.verify import Fault, ensure

SEAL = 48  # bytes a sealed box adds
K_PUB = 10


def completed(manifest: dict) -> dict:
    """The manifest with its scheme hash and pad, complete but for `cred`; Fault when it cannot serve for a ballot."""
    manifest = manifest | {"scheme_hash": codec.b64(verify.digest("score/scheme/v1", manifest["scheme"])), "pad": verify.PAD_STEP}
    verify.shaped(manifest | {"cred": manifest["scheme_hash"]}, verify.MANIFEST, "manifest")
    verify.parse(codec.canonical(manifest))  # exact numbers, one spelling of every text
    verify.check_manifest(manifest)
    try:
        datetime.date.fromisoformat(manifest["date"])
    except ValueError:
        raise Fault("date", manifest["date"]) from None
    ensure(manifest["k_pub"] >= K_PUB, "k_pub")
    return manifest | {"pad": pad(manifest)}


def check_keys(shares: list[int], urn_pub: str, board_pub: str, *, mode: str) -> None:
    needed, made = shares
    ensure(2 <= needed <= made <= 9 or (mode == "rehearsal" and needed == made == 1), "shares")
    verify.unb64(urn_pub, 32)
    ensure(verify.is_key(verify.unb64(board_pub, 32)), "board key")


def pad(manifest: dict) -> int:
    """The one plaintext length of this box."""
    size = verify.pad_of(manifest)
    ensure(size <= verify.PAD_MOST, "pad", "too many officials or criteria for one ballot")
    return size


def check_setup(given: bytes, manifest: bytes, credentials: bytes) -> None:
    """Fault unless the card page sent back what it was given, and credentials that fit (B0, step 4)."""
    document = {"manifest": verify.parse(manifest), "credentials": verify.parse(credentials)}
    verify.shaped(document, {name: verify.TRANSCRIPT[name] for name in document}, "setup")
    plain = {name: member for name, member in document["manifest"].items() if name != "cred"}
    ensure(codec.canonical(plain) == given, "manifest is not the one given out")
    verify.check_credentials(document)
    listed = [key for lists in document["credentials"]["groups"].values() for key in lists["outer"]]
    listed += [key for lists in document["credentials"]["groups"].values() for keys in lists["slip"].values() for key in keys]
    ensure(
        not {plain[name] for name in ("urn_pub", "board_pub", "rcpt_pub")} & set(listed), "credentials", "a key of the manifest"
    )
