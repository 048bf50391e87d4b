"""What a manifest and its credentials must be (protocol §5, B0): plain values in, refusals out. No database, no request."""

import datetime
import re
from fractions import Fraction

from ballots import codec

MANIFEST = {
    "v", "suite", "sid", "date", "mode", "shares", "urn_pub", "board_pub", "rcpt_pub", "officials", "groups",
    "scheme", "scheme_hash", "k_pub", "pad", "client",
}  # fmt: skip
PAD_STEP, PAD_MOST = 1024, 20480
SEAL = 48  # bytes a sealed box adds
K_PUB = 10


def check_manifest(manifest: dict) -> None:
    """ValueError naming the fault of a manifest that is complete but for `cred`."""
    _expect(manifest.keys() == MANIFEST, "members")
    _expect(manifest["v"] == 1 and manifest["suite"] == "ARS1", "version")
    _expect(re.fullmatch(r"[0-9a-f]{16}", manifest["sid"]), "sid")
    datetime.date.fromisoformat(manifest["date"])
    _expect(manifest["mode"] in ("formal", "rehearsal"), "mode")
    check_shares(manifest["shares"], mode=manifest["mode"])
    for name in ("urn_pub", "board_pub", "rcpt_pub", "client"):
        codec.unb64(manifest[name], 32)
    _expect(isinstance(manifest["k_pub"], int) and manifest["k_pub"] >= K_PUB, "k_pub")
    _check_officials(manifest["officials"])
    _check_groups(manifest)
    _expect(manifest["scheme_hash"] == codec.b64(scheme_hash(manifest["scheme"])), "scheme hash")
    _expect(manifest["pad"] == pad(manifest), "pad")


def check_shares(shares: list[int], *, mode: str) -> None:
    needed, made = shares
    allowed = 2 <= needed <= made <= 9 or (mode == "rehearsal" and needed == made == 1)
    _expect(allowed, "shares")


def _check_officials(officials):
    _expect(officials, "officials")
    for number, official in enumerate(officials, start=1):
        _expect(official.keys() == {"o", "n", "category", "unit"}, "official members")
        _expect(all(isinstance(text, str) for text in official.values()), "official text")
        _expect(official["o"] == f"o{number:02}", "official code")


def _check_groups(manifest):
    """Each ballot group of the scheme has one entry or several, named exactly where it is not anonymous."""
    officials = {official["o"] for official in manifest["officials"]}
    anonymous = {
        group["code"]: group.get("anonymous", True)
        for group in manifest["scheme"]["rater_groups"]
        if group.get("source", "ballots") == "ballots"
    }
    groups = manifest["groups"]
    letters = [group["g"] for group in groups]
    _expect(len(set(letters)) == len(letters) and all(re.fullmatch("[A-Za-z]", letter) for letter in letters), "group letters")
    _expect({group["code"] for group in groups} == set(anonymous), "group codes")
    for group in groups:
        kind = "cards" if anonymous[group["code"]] else "named"
        _expect(group.keys() == {"g", "code", "scope", kind}, "group members")
        _expect(isinstance(group[kind], int) and (group[kind] == 1 if kind == "named" else group[kind] > 0), kind)
        scope = set(group["scope"])
        _expect(scope and len(scope) == len(group["scope"]) and scope <= officials, "scope")


def scheme_hash(scheme: dict) -> bytes:
    return codec.digest("score/scheme/v1", codec.canonical({"scheme": scheme})[len('{"scheme":') : -1])


def pad(manifest: dict) -> int:
    """The one plaintext length of this box: the smallest multiple of 1024 above the longest ballot the manifest allows."""
    size = (_longest_plaintext(manifest) // PAD_STEP + 1) * PAD_STEP
    _expect(size <= PAD_MOST, "ballot too long")
    return size


def _longest_plaintext(manifest):
    answers = {criterion["code"]: most for criterion, most in _highest_answers(manifest["scheme"])}
    body = {"v": 1, "s": manifest["sid"], "g": "a", "o": "o01", "a": answers, "n": "A" * 22}
    slip = {"p": "A" * 43, "b": codec.canonical(body).decode(), "z": "A" * 86}
    officials = max((len(group["scope"]) for group in boxes(manifest)), default=0)
    return len(codec.canonical({"v": 1, "c": "A" * 43, "slips": [slip] * officials}))


def boxes(manifest: dict) -> list[dict]:
    """The groups that have a box and cards; the others are named."""
    return [group for group in manifest["groups"] if "cards" in group]


def _highest_answers(scheme):
    criteria = scheme.get("criteria") or [{"code": "all", "max_points": 1}]
    for criterion in criteria:
        if scheme["mode"] == "grades" or criterion.get("kind") == "grades":
            yield criterion, len(scheme["grades"])
        else:
            yield criterion, int(Fraction(criterion["max_points"]) * 10)


def check_setup(given: bytes, manifest: bytes, credentials: bytes) -> None:
    """ValueError unless the card page sent back what it was given, and credentials that fit (B0, step 4)."""
    try:
        sealed = codec.parse(manifest)
        cred = sealed.pop("cred")
        _expect(codec.canonical(sealed) == given, "manifest is not the one given out")
        _expect(cred == codec.b64(codec.digest("ars/cred/v1", credentials)), "cred does not fit the credentials")
        _check_credentials(sealed, codec.parse(credentials))
    except (AttributeError, KeyError, TypeError):
        raise ValueError("malformed") from None


def _check_credentials(manifest, credentials):
    _expect(credentials.keys() == {"v", "sid", "groups"}, "credentials members")
    _expect(credentials["v"] == 1 and credentials["sid"] == manifest["sid"], "credentials session")
    groups = {group["g"]: group for group in boxes(manifest)}
    _expect(credentials["groups"].keys() == groups.keys(), "credentials groups")
    keys = [manifest[name] for name in ("urn_pub", "board_pub", "rcpt_pub")]
    for letter, lists in credentials["groups"].items():
        _expect(lists.keys() == {"outer", "slip"}, "credentials lists")
        _expect(lists["slip"].keys() == set(groups[letter]["scope"]), "credentials scope")
        for listed in (lists["outer"], *lists["slip"].values()):
            _expect(len(listed) == groups[letter]["cards"], "number of cards")
            _expect(listed == sorted(listed), "order of keys")
            _expect(all(codec.is_key(codec.unb64(key, 32)) for key in listed), "not a key")
            keys += listed
    _expect(len(set(keys)) == len(keys), "a key occurs twice")


def _expect(holds, fault):
    if not holds:
        raise ValueError(fault)
