#!/usr/bin/env python3
"""Check the transcript of a secret ballot and count it again: one file, no network, nothing of the server's code.

    python verify.py TRANSCRIPT.json [--mh CODE] [--outside FILE] [--input HASH] [--corrects FILE]

TRANSCRIPT is the whole document, or the copy for the room, in which slips of small groups are only keys and hashes. Of a copy everything
is checked but what such slips say, and the groups that are open are counted; the scores need the whole.
CODE is the code of the manifest, from a ballot card or the minutes. FILE is a JSON object with what the count takes from outside the
box: figures, adjust, vetoes, decisions; nothing in the transcript says whether it is the right one, so HASH is what the signed count
sheet prints for the input's hash (计票输入摘要), 16 digits or all of it. The FILE of --corrects is the transcript, or its copy, that TRANSCRIPT puts right: the
ballots in both must be the same. Exit code 1 and the name of the fault when anything is wrong; 2 when the ballots are right and figures that
the scheme needs were not given, so that its scores are none.

Needs Python 3.11. With PyNaCl installed libsodium judges the signatures, in a second; without it the few lines of §2 do, in a minute.
The chapters below cite ballots.md (B) and scoring.md (S); whoever doubts a line can hold it against the paragraph it names.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import unicodedata
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from types import SimpleNamespace

try:
    from nacl.bindings import crypto_core_ed25519_is_valid_point
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey
except ImportError:  # plain Python will do
    VerifyKey = None


class Fault(Exception):
    """Why the transcript is refused: the name of the fault, and where it was found."""

    def __init__(self, name, where=""):
        super().__init__(f"{name}: {where}" if where else name)
        self.name, self.where = name, where


def ensure(truth, fault, where=""):
    if not truth:
        raise Fault(fault, where)


# --- 1. Encodings (B §3) ---------------------------------------------------------------------------------------------------------

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def canonical(value):
    """The one spelling of a document, as bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parse(data):
    """The document in `data`, which must be its one canonical spelling."""
    try:
        value = json.loads(data, object_pairs_hook=_no_repeats, parse_float=_not_exact, parse_constant=_not_exact)
        _check_values(value)
        padded = canonical(value) == data.strip() != data
        ensure(canonical(value) == data, "not canonical JSON", "a blank or a line end around the document" if padded else "")
    except (ValueError, RecursionError) as problem:
        raise Fault("not canonical JSON", str(problem)) from None
    return value


def _no_repeats(pairs):
    ensure(len(dict(pairs)) == len(pairs), "not canonical JSON", "a key twice")
    return dict(pairs)


def _not_exact(text):
    raise Fault("not canonical JSON", text)


def _check_values(value, booleans=False):
    if isinstance(value, dict):
        for name, member in value.items():
            ensure(KEY.fullmatch(name), "not canonical JSON", f"key {name!r}")
            _check_values(member, booleans or name == "scheme")
    elif isinstance(value, list):
        for member in value:
            _check_values(member, booleans)
    elif isinstance(value, str):
        ensure(unicodedata.is_normalized("NFC", value), "not canonical JSON", "text is not NFC")
    else:
        exact = booleans if isinstance(value, bool) else isinstance(value, int) and abs(value) < 2**53
        ensure(exact, "not canonical JSON", repr(value))


def unb64(text, length):
    """The bytes behind base64url without padding; any second spelling is a fault."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (TypeError, ValueError):
        raise Fault("base64 not canonical", repr(text)) from None
    ensure(b64(data) == text, "base64 not canonical", text)
    ensure(len(data) == length, "base64 length", text)
    return data


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def tagged(tag, *parts):
    return b"\0".join([tag.encode(), *parts])


def digest(tag, document):
    return hashlib.sha256(tagged(tag, canonical(document))).digest()


def merkle_root(leaves):
    """RFC 9162, leaves in the order given."""
    return root_of_hashes([leaf_hash(leaf) for leaf in leaves])


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def root_of_hashes(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_of_hashes(hashes[:split]) + root_of_hashes(hashes[split:])).digest()


def human(data):
    """The first 80 bits for people: NTXN-BB2Q-ZH6S-G0P3."""
    number = int.from_bytes(data[:10])
    text = "".join(BASE32[number >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


# --- 2. Signatures (B §3) --------------------------------------------------------------------------------------------------------
# A signature counts if libsodium accepts it, and if neither its point R nor the key carries a torsion part.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NEUTRAL = (0, 1, 1, 0)


def _add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(n, p):
    result = NEUTRAL
    while n:
        if n & 1:
            result = _add(result, p)
        p, n = _add(p, p), n >> 1
    return result


def _same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _point(data):
    """The point that 32 bytes name (RFC 8032 5.1.3), or None unless it lies in the prime-order group and is not its neutral."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or v * x * x % P != u or x == 0:  # x is 0 for the neutral point and for the one of order 2
        return None
    x = P - x if x & 1 != sign else x
    point = (x, y, 1, x * y % P)
    return point if _same(_times(L, point), NEUTRAL) else None


BASE = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def _signed_plain(key, signature, message):
    key_point, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key_point is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return _same(_times(s, BASE), _add(r, _times(k, key_point)))


def _signed_sodium(key, signature, message):
    try:
        VerifyKey(key).verify(message, signature)
    except BadSignatureError:
        return False
    return crypto_core_ed25519_is_valid_point(signature[:32])


def is_key(data):
    """Whether these bytes are a point of the prime-order group."""
    return crypto_core_ed25519_is_valid_point(data) if VerifyKey else _point(data) is not None


def signed(key, signature, message):
    return (_signed_sodium if VerifyKey else _signed_plain)(key, signature, message)


# --- 3. The document (B §5) ------------------------------------------------------------------------------------------------------


def shaped(value, pattern, where):
    """Refuse a value of another shape than `pattern`: an object with exactly these members, a list of one shape, a type, a value."""
    if isinstance(pattern, dict):
        ensure(isinstance(value, dict) and value.keys() == pattern.keys(), "members", where)
        for name in pattern:
            shaped(value[name], pattern[name], f"{where}.{name}")
    elif isinstance(pattern, list):
        ensure(isinstance(value, list), "members", where)
        for number, member in enumerate(value):
            shaped(member, pattern[0], f"{where}[{number}]")
    elif isinstance(pattern, type):
        ensure(type(value) is pattern, "members", where)
    elif callable(pattern):
        pattern(value, where)
    else:
        ensure(type(value) is type(pattern) and value == pattern, "members", where)


def _b64_of(length):
    def check(value, where):
        ensure(isinstance(value, str), "members", where)
        unb64(value, length)

    return check


def _text(expression):
    def check(value, where):
        ensure(isinstance(value, str) and re.fullmatch(expression, value, re.ASCII), "members", where)

    return check


def _number(least):
    def check(value, where):
        ensure(type(value) is int and value >= least, "members", where)

    return check


def _group(value, where):
    rest = {"named": 1} if isinstance(value, dict) and "named" in value else {"cards": _number(1)}
    shaped(value, {"g": _text("[A-Za-z]"), "code": str, "scope": [str], **rest}, where)


PAD_STEP, PAD_MOST = 1024, 20480
B16, B32, B64 = _b64_of(16), _b64_of(32), _b64_of(64)
MANIFEST = {
    "v": 1, "suite": "ARS1", "sid": _text("[0-9a-f]{16}"), "date": _text(r"\d{4}-\d\d-\d\d"), "mode": _text("formal|rehearsal"),
    "shares": [_number(1)], "urn_pub": B32, "board_pub": B32, "rcpt_pub": B32,
    "officials": [{"o": _text(KEY.pattern), "n": str, "category": str, "unit": str}], "groups": [_group],
    "scheme": dict, "scheme_hash": B32, "k_pub": _number(1), "pad": _number(1024), "client": B32, "cred": B32,
}  # fmt: skip
TRANSCRIPT = {
    "v": 1, "manifest": MANIFEST, "credentials": {"v": 1, "sid": str, "groups": dict},
    "received": [{"h": B32, "c": B32, "z": B64}], "received_root": B32, "voided": [{"c": B32, "z": B64}], "drawn": dict,
    "invalid": [{"h": B32, "c": B32, "code": _text("sig|open|body|rule|dup")}], "named": [{"g": str, "o": str, "a": dict}],
    "slips": [{"p": B32, "b": str, "z": B64}], "slips_root": B32, "board_sig": B64,
}  # fmt: skip
HIDDEN_SLIP = {"p": B32, "hash": B32}


def is_hidden(slip):
    return isinstance(slip, dict) and "hash" in slip


def is_copy(document):
    """Whether this is the copy for the room: slips whose marks would tell of persons are only keys and leaf hashes (B §9.2, L3)."""
    slips = document.get("slips")
    return isinstance(slips, list) and any(map(is_hidden, slips))


def check_transcript(document):
    """Refuse a transcript that contradicts itself or the protocol in anything that can be seen from outside."""
    shaped(document, TRANSCRIPT, "transcript")
    check_parts(document)


def check_copy(document):
    """The same of the copy for the room. What a hidden slip says stays unseen; that it lies in its group it cannot deny (B8)."""

    def shaped_slip(slip, where):
        shaped(slip, HIDDEN_SLIP if is_hidden(slip) else TRANSCRIPT["slips"][0], where)

    shaped(document, TRANSCRIPT | {"slips": [shaped_slip]}, "copy")
    check_parts(document)


def check_parts(document):
    check_manifest(document["manifest"])
    check_pad(document["manifest"])
    check_credentials(document)
    check_received(document)
    check_voided(document)
    check_drawn(document)
    check_named(document)
    check_slips(document)
    check_board(document)


def boxed(document):
    """The groups that have a box, by letter."""
    return {group["g"]: group for group in document["manifest"]["groups"] if "cards" in group}


def boxes_of_cards(document):
    """Card key → letter of its box."""
    return {card: letter for letter, lists in document["credentials"]["groups"].items() for card in lists["outer"]}


def check_manifest(manifest):
    """B §5 B0 and the example below it."""
    shares, officials, groups = manifest["shares"], [o["o"] for o in manifest["officials"]], manifest["groups"]
    ensure(len(shares) == 2 and shares[0] <= shares[1], "shares")
    ensure(shares[0] > 1 or (shares == [1, 1] and manifest["mode"] == "rehearsal"), "shares", "one share opens a formal box")
    ensure(is_key(unb64(manifest["board_pub"], 32)) and is_key(unb64(manifest["rcpt_pub"], 32)), "key with torsion", "manifest")
    ensure(officials and len(set(officials)) == len(officials), "officials", "a code twice, or nobody")
    ensure(len({group["g"] for group in groups}) == len(groups), "groups", "a letter twice")
    ensure(digest("score/scheme/v1", manifest["scheme"]) == unb64(manifest["scheme_hash"], 32), "scheme hash")
    errors = scheme_errors(manifest["scheme"])
    ensure(not errors, "scheme", "; ".join(f"{code} {path}" for code, path in errors))
    scheme = Scheme(manifest["scheme"])
    for group in groups:
        rater_group = scheme.groups.get(group["code"])
        ensure(rater_group and rater_group.source == "ballots", "groups", f"{group['g']}: no ballot group {group['code']}")
        ensure(("named" in group) != rater_group.anonymous, "groups", f"{group['g']}: named or with cards, against the scheme")
        scope = group["scope"]
        ensure(scope and len(set(scope)) == len(scope) and set(scope) <= set(officials), "groups", f"scope of {group['g']}")
    without = {g.code for g in scheme.groups.values() if g.source == "ballots"} - {group["code"] for group in groups}
    ensure(not without, "groups", f"no box for {sorted(without)}")


def check_pad(manifest):
    ensure(manifest["pad"] == pad_of(manifest) <= PAD_MOST, "pad")


def pad_of(manifest):
    """B0: the one length of every plaintext, the smallest multiple of 1024 above the longest ballot the manifest allows."""
    return (longest_plaintext(manifest) // PAD_STEP + 1) * PAD_STEP


def longest_plaintext(manifest):
    scheme = Scheme(manifest["scheme"])
    highest = {code: len(scheme.grades) if c.graded else int(c.most * 10) for code, c in scheme.criteria.items()}

    def slip(group, official):
        body = {"v": 1, "s": manifest["sid"], "g": group["g"], "o": official, "a": highest, "n": "A" * 22}
        return {"p": "A" * 43, "b": canonical(body).decode(), "z": "A" * 86}

    ballots = [[slip(group, official) for official in group["scope"]] for group in boxed({"manifest": manifest}).values()]
    return max((len(canonical({"v": 1, "c": "A" * 43, "slips": slips})) for slips in ballots), default=0)


def in_order(keys, fault):
    """Sorted by their text, without repeats."""
    for one, other in pairwise(keys):
        ensure(one != other, f"{fault} repeat a key", str(one))
        ensure(one < other, f"order of {fault}", str(other))


def check_credentials(document):
    manifest, credentials = document["manifest"], document["credentials"]
    fits = digest("ars/cred/v1", credentials) == unb64(manifest["cred"], 32) and credentials["sid"] == manifest["sid"]
    ensure(fits, "credentials do not fit the manifest")
    ensure(credentials["groups"].keys() == boxed(document).keys(), "credentials", "groups")
    seen = Counter()
    for letter, group in boxed(document).items():
        lists = credentials["groups"][letter]
        shaped(lists, {"outer": [B32], "slip": {official: [B32] for official in group["scope"]}}, f"credentials.{letter}")
        for keys in [lists["outer"], *lists["slip"].values()]:
            ensure(len(keys) == group["cards"], "credentials", f"{letter}: not as many keys as cards")
            in_order(keys, "credentials")
            seen.update(keys)
    ensure(max(seen.values(), default=1) == 1, "credentials", "a key in two lists")
    for key in seen:
        ensure(is_key(unb64(key, 32)), "key with torsion", key)


def check_received(document):
    """B5–B7: the list of envelopes, its root, the signature of each, and what was set aside."""
    sid, received, cards = document["manifest"]["sid"].encode(), document["received"], boxes_of_cards(document)
    entries = [(entry["h"], entry["c"]) for entry in received]
    in_order(entries, "received")
    ensure(len({card for _, card in entries}) == len(entries), "received repeat a card")
    aside = {(entry["h"], entry["c"]): entry["code"] for entry in document["invalid"]}
    listed = [entry for entry in entries if entry in aside]
    ensure([(entry["h"], entry["c"]) for entry in document["invalid"]] == listed, "order of invalid")
    for entry in received:
        h, card = unb64(entry["h"], 32), unb64(entry["c"], 32)
        good = entry["c"] in cards and signed(card, unb64(entry["z"], 64), tagged("ars/env/v1", sid, h))
        ensure(good or aside.get((entry["h"], entry["c"])) == "sig", "envelope signature", entry["h"])
    codes = Counter(aside.values())
    ensure(codes["dup"] != 1, "invalid", "one envelope alone is called a double")
    ensure(not codes["rule"] or Scheme(document["manifest"]["scheme"]).straight_line, "invalid", "the scheme has no such rule")
    root = merkle_root([unb64(h, 32) + unb64(card, 32) for h, card in entries])
    ensure(root == unb64(document["received_root"], 32), "received root")


def check_voided(document):
    sid, cards, cast = document["manifest"]["sid"].encode(), boxes_of_cards(document), {e["c"] for e in document["received"]}
    in_order([entry["c"] for entry in document["voided"]], "voided")
    for entry in document["voided"]:
        card = unb64(entry["c"], 32)
        ensure(entry["c"] in cards, "voided card not listed", entry["c"])
        ensure(entry["c"] not in cast, "card cast and voided", entry["c"])
        ensure(signed(card, unb64(entry["z"], 64), tagged("ars/void/v1", sid, card)), "void signature", entry["c"])


def check_drawn(document):
    """Cards handed out, per box. More ballots than cards drawn is no fault of the document: the round is void (S 4.2)."""
    groups = boxed(document)
    shaped(document["drawn"], {letter: _number(0) for letter in groups}, "drawn")
    for letter, number in document["drawn"].items():
        ensure(number <= groups[letter]["cards"], "drawn", f"{letter}: more than were printed")


def check_named(document):
    """Marks kept outside the boxes, without names; two raters may give the same, so an entry may stand here twice."""
    scheme = Scheme(document["manifest"]["scheme"])
    scopes = {group["g"]: group["scope"] for group in document["manifest"]["groups"] if "named" in group}
    lines = [canonical(entry) for entry in document["named"]]
    ensure(lines == sorted(lines), "order of named")
    for entry in document["named"]:
        ensure(entry["o"] in scopes.get(entry["g"], ()), "named", f"{entry['g']} does not mark {entry['o']}")
        check_marks(scheme, entry["a"], f"named {entry['g']} {entry['o']}")


def check_marks(scheme, marks, where):
    ensure(all(type(mark) is int for mark in marks.values()), "mark out of range or step", where)
    problem = slip_fault(scheme, marks)
    ensure(not problem, "mark out of range or step", f"{where}: {problem}")


def check_slips(document):
    """B4, B7: every slip signed by a listed key of its box and official, and as many of them as envelopes were counted."""
    sid, scheme = document["manifest"]["sid"], Scheme(document["manifest"]["scheme"])
    in_order([slip["p"] for slip in document["slips"]], "slips")
    owners, found = owners_of_slips(document), Counter()
    for slip in document["slips"]:
        key, where = slip["p"], f"slip {slip['p']}"
        if is_hidden(slip):
            ensure(key in owners, "slip key not listed", key)
            found[owners[key]] += 1
            continue
        body = slip_body(slip)
        ensure(body["s"] == sid and owners.get(key) == (body["g"], body["o"]), "slip key not listed", key)
        good = signed(unb64(key, 32), unb64(slip["z"], 64), tagged("ars/slip/v1", slip["b"].encode()))
        ensure(good, "slip signature", key)
        check_marks(scheme, body["a"], where)
        found[body["g"], body["o"]] += 1
    counted = counted_per_box(document)
    for letter, group in boxed(document).items():
        for official in group["scope"]:
            numbers = found[letter, official], counted[letter]
            same = numbers[0] == numbers[1]
            ensure(same, "number of slips of a group and official", f"{letter} {official}: {numbers[0]}, not {numbers[1]}")


def owners_of_slips(document):
    """Slip key → (letter of its box, official)."""
    return {
        key: (letter, official)
        for letter, lists in document["credentials"]["groups"].items()
        for official, keys in lists["slip"].items()
        for key in keys
    }


def slip_body(slip):
    body = parse(slip["b"].encode())
    shaped(body, {"v": 1, "s": str, "g": str, "o": str, "a": dict, "n": B16}, f"slip {slip['p']}")
    return body


def counted_per_box(document):
    """Envelopes per box, without those set aside."""
    cards, aside = boxes_of_cards(document), {entry["c"] for entry in document["invalid"]}
    return Counter(cards[entry["c"]] for entry in document["received"] if entry["c"] not in aside)


def check_board(document):
    """B8: the roots and the signature of the board key, which the urn seed gives."""
    leaves = [unb64(slip["hash"], 32) if is_hidden(slip) else leaf_hash(canonical(slip)) for slip in document["slips"]]
    ensure(root_of_hashes(leaves) == unb64(document["slips_root"], 32), "slips root")
    rest = {name: member for name, member in document.items() if name not in ("slips", "board_sig")}
    key, signature = unb64(document["manifest"]["board_pub"], 32), unb64(document["board_sig"], 64)
    ensure(signed(key, signature, tagged("ars/board/v1", canonical(rest))), "board signature")


def manifest_hash(manifest):
    return digest("ars/manifest/v1", manifest)


def same_code(typed, data):
    """Whether a code as people type it (case, hyphens, O, I, L) is that of `data`; all 43 characters will do too."""
    plain = typed.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))
    return typed == b64(data) or plain == human(data).replace("-", "")


# --- 4. The scheme (S §3) --------------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"-?\d+(\.\d+)?|-?\d+/0*[1-9]\d*", re.ASCII)
BY_OPTION = ("grade_mean", "share", "step")  # aggregators of grades ballots; they cannot be trimmed
ACROSS = ("rank_decrement", "ratio_to_first")  # those that compare the officials
INVALID_REASONS = ("over_max", "below_zero", "off_step", "missing_criterion", "wrong_group", "foreign_mark")
STRAIGHT_LINES = ("straight_line_full_marks_all_subjects", "straight_line_all_equal")

# The members of each object of a scheme. s text, n number, b true or false, l list of text, a|b one of these; ! must be there.
FIELDS = {
    "scheme": """code:s! name:s version:n note:s source:s mode:points|grades|mixed! total:n step:n criteria:criteria grades:grades
        grade_full:n sides:sides rater_groups:rater_groups category_weights:category_weights aggregator:aggregator
        trimming:trimming invalid_rules:l min_subjects:n
        incomplete_policy:invalid|average_answered abstention_policy:exclude_from_denominator|in_denominator
        missing_group_policy:renormalize|zero|block quorum:n bonus:bonus deductions:deductions ceiling:total|none rounding:rounding
        bands:bands veto:veto forced_quota:forced_quota rank_base:category|session thresholds:thresholds
        thresholds_mode:most_severe|all""",
    "criteria": "code:s! name:s max_points:n kind:points|grades stage:s aspect:s anchors:any",
    "grades": "code:s! label:s value:n counts:b",
    "sides": "code:s! name:s weight:n!",
    "rater_groups": """code:s! name:s weight:n! anonymous:b min_ballots:n merge_into:s side:s source:ballots|figures aggregator:aggregator
        note:s""",
    "category_weights": "category:s! code:s! weight:n!",
    "aggregator": """kind:s! top:l full:n steps:steps otherwise:n overrides:overrides of:value|places per_place:n
        base:category|session""",
    "steps": "at_least:n! points:n!",
    "overrides": "options:l! at_least:n! points:n!",
    "trimming": "mode:none|count|share high:n low:n min_n:n scope:group",
    "bonus": "cap:n!",
    "deductions": "code:s! name:s points:n! cap:n!",
    "rounding": "places:n method:s stage:s",
    "bands": "label:s! min:n! max:n",
    "veto": "code:s! name:s effect:s",
    "forced_quota": """kind:at_most|at_least|distribution label:s max_ratio:n max_count:n shares:shares base:session|category|unit
        rounding:floor|half_up|ceil tie_policy:manual|exclude|include small_pool:skip|one|zero""",
    "shares": "label:s! share:n!",
    "thresholds": "below:n action:s! bottom:n only_below:n base:category|session",
}  # fmt: skip
SINGLE = ("aggregator", "trimming", "bonus", "rounding")  # the other objects come in lists


def number(value):
    """An exact number: an integer, or text like "0.5" or "1/3". ValueError for anything else, floats first of all."""
    if type(value) is int or (isinstance(value, str) and NUMBER.fullmatch(value)):
        return Fraction(value)
    raise ValueError(value)


def scheme_errors(raw):
    """What §3 refuses in a scheme: a list of (code, path), empty when it can be locked and counted."""
    errors = list(_object_errors(raw, "scheme", "scheme"))
    if not {code for code, _ in errors} & {"type", "number_not_exact", "field_missing", "mode_unknown"}:
        for check in CHECKS:
            errors += check(raw, Scheme(raw))
    return list(dict.fromkeys(errors))


def _object_errors(value, kind, path):
    if not isinstance(value, dict):
        yield "type", path
        return
    forms = dict(field.split(":") for field in FIELDS[kind].split())
    yield from (("unknown_field", f"{path}.{name}") for name in value if name not in forms)
    for name, form in forms.items():
        if name in value:
            yield from _member_errors(value[name], form.rstrip("!"), f"{path}.{name}")
        elif form.endswith("!"):
            yield "field_missing", f"{path}.{name}"


def _member_errors(value, form, path):
    if form in FIELDS:
        members = [value] if form in SINGLE or (form == "forced_quota" and isinstance(value, dict)) else value
        if not isinstance(members, list):
            yield "type", path
            return
        for member in members:
            yield from _object_errors(member, form, path)
    elif form == "n":
        try:
            number(value)
        except ValueError:
            yield "number_not_exact", path
    elif form in ("s", "b"):
        if not isinstance(value, str if form == "s" else bool):
            yield "type", path
    elif form == "l":
        if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
            yield "type", path
    elif form != "any" and value not in form.split("|"):
        yield "mode_unknown" if path == "scheme.mode" else "policy_unknown", path


def _code_errors(raw, scheme):
    for kind in ("criteria", "grades", "sides", "rater_groups", "deductions", "veto"):
        codes = [member["code"] for member in raw.get(kind, [])]
        if len(set(codes)) < len(codes):
            yield "duplicate_code", f"scheme.{kind}"
        if kind not in ("grades", "veto") and not all(map(KEY.fullmatch, codes)):
            yield "code_invalid", f"scheme.{kind}"
    if scheme.groups.keys() & scheme.sides.keys():
        yield "duplicate_code", "scheme.sides"
    if len({(w["category"], w["code"]) for w in raw.get("category_weights", [])}) < len(raw.get("category_weights", [])):
        yield "duplicate_code", "scheme.category_weights"


def _criteria_errors(raw, scheme):
    if scheme.total <= 0:
        yield "total_not_positive", "scheme.total"
    if scheme.step <= 0 or (scheme.step * 10).denominator > 1:
        yield "step_invalid", "scheme.step"
    elif any(not c.graded and (c.most <= 0 or (c.most / scheme.step).denominator > 1) for c in scheme.criteria.values()):
        yield "max_not_on_step", "scheme.criteria"
    if not scheme.criteria:
        yield "criteria_empty", "scheme.criteria"
    elif scheme.mode != "grades" and sum(c.most for c in scheme.criteria.values()) != scheme.total:
        yield "criteria_sum", "scheme.criteria"
    if any(c.most <= 0 for c in scheme.criteria.values() if c.graded):
        yield "range", "scheme.criteria"
    if scheme.mode != "mixed" and any(c.get("kind", scheme.mode) != scheme.mode for c in raw.get("criteria", [])):
        yield "policy_unknown", "scheme.criteria.kind"
    if scheme.mode != "points":
        yield from _grade_errors(scheme)


def _grade_errors(scheme):
    if not scheme.grades:
        yield "grades_missing", "scheme.grades"
    elif not any(grade.counts for grade in scheme.grades):
        yield "grades_all_uncounted", "scheme.grades"
    for grade in scheme.grades:
        if grade.counts and grade.value is None:
            yield "grade_value_missing", f"scheme.grades.{grade.code}"
        if not grade.counts and grade.value is not None:
            yield "grade_value_forbidden", f"scheme.grades.{grade.code}"
        if grade.value is not None and not 0 <= grade.value <= scheme.full:
            yield "grade_value_range", f"scheme.grades.{grade.code}"
    if scheme.full <= 0:
        yield "grade_value_range", "scheme.grade_full"


def _weight_errors(raw, scheme):
    if not scheme.groups:
        yield "groups_empty", "scheme.rater_groups"
        return
    weights = [*scheme.weights.values(), *scheme.category_weights.values()]
    if any(not 0 <= weight <= 1 for weight in weights):
        yield "weight_range", "scheme.rater_groups"
    if any(code not in scheme.weights for _, code in scheme.category_weights):
        yield "group_unknown", "scheme.category_weights"
    if any(group.side not in (scheme.sides or {None}) for group in scheme.groups.values()):
        yield "side_unknown", "scheme.rater_groups"
        return
    levels = [[g.code for g in scheme.groups.values() if g.side == side] for side in scheme.sides or [None]]
    levels += [list(scheme.sides)] if scheme.sides else []
    for category in {None} | {category for category, _ in scheme.category_weights}:
        if any(sum(scheme.weight(code, category) for code in level) != 1 for level in levels):
            yield "weights_sum", f"scheme {category or ''}".strip()


def _merge_errors(raw, scheme):
    for group in scheme.groups.values():
        path = f"scheme.rater_groups.{group.code}"
        if group.min_ballots < (5 if group.anonymous else 0) or group.min_ballots.denominator > 1:
            yield "min_ballots_low", path
        if group.merge_into is None:
            continue
        target = scheme.groups.get(group.merge_into)
        if target is None:
            yield "merge_unknown", path
        elif (
            target is group
            or not target.anonymous
            or "figures" in (group.source, target.source)
            or (group.side, group.aggregator) != (target.side, target.aggregator)
        ):
            yield "merge_mismatch", path
        elif scheme.chain(group)[-1].merge_into in scheme.groups:
            yield "merge_cycle", path


def _aggregator_errors(raw, scheme):
    for group in scheme.groups.values():
        rule, path = group.aggregator, f"scheme.rater_groups.{group.code}.aggregator"
        kind, ballots = rule["kind"], group.source == "ballots"
        fits = kind not in BY_OPTION or (
            ballots and scheme.mode == "grades" and (kind == "grade_mean" or len(scheme.criteria) == 1)
        )
        if kind not in ("mean", *BY_OPTION, *ACROSS):
            yield "aggregator_unknown", path
        elif not fits or (ballots and rule.get("of") == "places"):
            yield "aggregator_mode", path
        elif kind == "rank_decrement" and number(rule.get("per_place", -1)) < 0:
            yield "range", path
        elif kind in ("share", "step"):
            named = [*rule.get("top", []), *(code for over in rule.get("overrides", []) for code in over["options"])]
            if not set(named) <= {grade.code for grade in scheme.grades}:
                yield "option_unknown", path
            if kind == "step" and not _is_step_table(rule):
                yield "step_table", path


def _is_step_table(rule):
    full, rows = number(rule.get("full", 0)), [*rule.get("steps", []), *rule.get("overrides", [])]
    falling = all(number(one["at_least"]) > number(other["at_least"]) for one, other in pairwise(rule.get("steps", [])))
    points = [number(row["points"]) for row in rows] + [number(rule.get("otherwise", 0))]
    return falling and full > 0 and all(0 <= number(row["at_least"]) <= 1 for row in rows) and all(0 <= p <= full for p in points)


def _count_errors(raw, scheme):
    rules = raw.get("invalid_rules", [])
    if not set(rules) <= {*INVALID_REASONS, *STRAIGHT_LINES}:
        yield "policy_unknown", "scheme.invalid_rules"
    if scheme.min_subjects < 1 or scheme.min_subjects.denominator > 1:
        yield "range", "scheme.min_subjects"
    if scheme.average_answered and scheme.mode != "grades":
        yield "policy_unknown", "scheme.incomplete_policy"
    ballots = [group for group in scheme.groups.values() if group.source == "ballots"]
    if scheme.abstentions_count and not any(group.aggregator["kind"] in ("share", "step") for group in ballots):
        yield "abstention_needs_share", "scheme.abstention_policy"
    if scheme.quorum is not None and not 0 <= scheme.quorum <= 1:
        yield "range", "scheme.quorum"
    if scheme.trim:
        yield from _trim_errors(scheme, [group for group in ballots if scheme.trims(group)])


def _trim_errors(scheme, trimmed):
    trim = scheme.trim
    ends = trim.high + trim.low
    possible = ends < 1 if trim.mode == "share" else trim.high.denominator == trim.low.denominator == 1
    if not possible or min(trim.high, trim.low) < 0 or not 0 < ends < trim.min_n or trim.min_n.denominator > 1:
        yield "trim_range", "scheme.trimming"
    elif scheme.mode == "grades" and not trimmed:
        yield "trim_needs_mean", "scheme.trimming"
    elif any(group.anonymous for group in trimmed):
        most = ceil(5 / (1 - ends)) if trim.mode == "share" else trim.min_n  # from there on five are left, or always as many more
        if any(n - sum(scheme.dropped(n)) < 5 for n in range(int(trim.min_n), int(most) + 1)):
            yield "trim_below_k", "scheme.trimming"


def _outcome_errors(raw, scheme):
    if "bonus" in raw and number(raw["bonus"]["cap"]) < 0:
        yield "range", "scheme.bonus"
    if any(not 0 <= rule.points <= rule.cap for rule in scheme.deductions.values()):
        yield "range", "scheme.deductions"
    rounding = {"places": 2, "method": "ROUND_HALF_UP", "stage": "final_only"} | raw.get("rounding", {})
    if number(rounding["places"]) not in range(5) or (rounding["method"], rounding["stage"]) != ("ROUND_HALF_UP", "final_only"):
        yield "rounding_invalid", "scheme.rounding"
    yield from _band_errors(raw.get("bands", []))
    for quota in scheme.quotas:
        yield from _quota_errors(quota, [band.label for band in scheme.bands])
    for rule in raw.get("thresholds", []):
        bottom = number(rule.get("bottom", 0))
        other = {"bottom", "only_below", "base"} if "below" in rule else {"below"}
        if other & rule.keys() or ("below" not in rule and (bottom < 1 or bottom.denominator > 1)):
            yield "threshold_invalid", "scheme.thresholds"


def _band_errors(bands):
    least = [number(band["min"]) for band in bands]
    if len({band["label"] for band in bands}) < len(bands):
        yield "duplicate_code", "scheme.bands"
    if any(one <= other for one, other in pairwise(least)):
        yield "band_order", "scheme.bands"
    if least and least[-1] != 0:
        yield "band_floor", "scheme.bands"
    for above, band in zip(least, bands[1:], strict=False):
        if "max" in band and number(band["max"]) != above:
            yield "band_gap" if number(band["max"]) < above else "band_overlap", "scheme.bands"


def _quota_errors(quota, labels):
    path = "scheme.forced_quota"
    if quota.get("kind") == "distribution":
        shares = [number(row["share"]) for row in quota.get("shares", [])]
        names = [row["label"] for row in quota.get("shares", [])]
        if min(shares, default=0) < 0:
            yield "quota_range", path
        if sum(shares) != 1:
            yield "quota_shares_sum", path
        if len(set(names)) < len(names) or not labels:
            yield "quota_label", path
        return
    if quota.get("label") not in (labels if quota.get("kind") == "at_least" else labels[:-1]):
        yield "quota_label", path
    limit = number(quota.get("max_ratio", quota.get("max_count", -1)))
    possible = limit <= 1 if "max_ratio" in quota else limit.denominator == 1
    if ("max_ratio" in quota) == ("max_count" in quota) or limit < 0 or not possible:
        yield "quota_range", path


CHECKS = (_code_errors, _criteria_errors, _weight_errors, _merge_errors, _aggregator_errors, _count_errors, _outcome_errors)


class Scheme:
    """A scheme with its defaults filled in and its numbers exact. Reads any whose members have the right types."""

    def __init__(self, raw):
        get = raw.get
        self.mode, self.total, self.step = raw["mode"], number(get("total", 100)), number(get("step", 1))
        self.full = number(get("grade_full", 100))
        self.criteria = {
            c["code"]: self._criterion(c) for c in get("criteria", [{"code": "all"}] if self.mode == "grades" else [])
        }
        self.grades = [
            SimpleNamespace(code=g["code"], counts=g.get("counts", True), value=number(g["value"]) if "value" in g else None)
            for g in get("grades", [])
        ]
        self.sides = {side["code"]: number(side["weight"]) for side in get("sides", [])}
        self.aggregator = get("aggregator", {"kind": "grade_mean" if self.mode == "grades" else "mean"})
        self.groups = {group["code"]: self._group(group) for group in get("rater_groups", [])}
        self.weights = {code: group.weight for code, group in self.groups.items()} | self.sides
        self.category_weights = {(w["category"], w["code"]): number(w["weight"]) for w in get("category_weights", [])}
        self.trim = self._trim(get("trimming"))
        self.straight_line = [rule for rule in STRAIGHT_LINES if rule in get("invalid_rules", [])]
        self.min_subjects = number(get("min_subjects", 3))
        self.average_answered = get("incomplete_policy") == "average_answered"
        self.abstentions_count = get("abstention_policy") == "in_denominator"
        self.missing = get("missing_group_policy", "renormalize")
        self.quorum = number(raw["quorum"]) if "quorum" in raw else None
        self.bonus_cap = number(raw["bonus"]["cap"]) if "bonus" in raw else None
        self.deductions = {
            rule["code"]: SimpleNamespace(points=number(rule["points"]), cap=number(rule["cap"]))
            for rule in get("deductions", [])
        }
        self.ceiling = get("ceiling", "total")
        self.places = int(number(get("rounding", {}).get("places", 2)))
        self.bands = [SimpleNamespace(label=band["label"], least=number(band["min"])) for band in get("bands", [])]
        self.vetoes = {veto["code"] for veto in get("veto", [])}
        quota = get("forced_quota", [])
        self.quotas = [quota] if isinstance(quota, dict) else quota
        self.rank_base = get("rank_base", "category")
        self.thresholds, self.all_thresholds = get("thresholds", []), get("thresholds_mode") == "all"

    def _criterion(self, criterion):
        graded = self.mode == "grades" or (self.mode == "mixed" and criterion.get("kind") == "grades")
        return SimpleNamespace(graded=graded, most=number(criterion.get("max_points", int(self.mode == "grades"))))

    def _group(self, group):
        figures, anonymous = group.get("source") == "figures", group.get("anonymous", True)
        inherited = {"kind": "mean"} if figures and self.aggregator["kind"] in BY_OPTION else self.aggregator
        return SimpleNamespace(
            code=group["code"], name=group.get("name", ""), weight=number(group["weight"]), anonymous=anonymous,
            min_ballots=number(group.get("min_ballots", 5 if anonymous else 1)), merge_into=group.get("merge_into"),
            side=group.get("side"), source=group.get("source", "ballots"), aggregator=group.get("aggregator", inherited),
        )  # fmt: skip

    @staticmethod
    def _trim(trimming):
        if trimming is None or trimming.get("mode") == "none":
            return None
        ends = {name: number(trimming.get(name, 0)) for name in ("high", "low", "min_n")}
        return SimpleNamespace(mode=trimming.get("mode", "count"), **ends)

    def weight(self, code, category):
        """Of a group, or of a side, for officials of this category."""
        return self.category_weights.get((category, code), self.weights[code])

    def chain(self, group):
        """The group, the one it merges into, and so on; a circle is cut where it closes."""
        chain = [group]
        while (following := self.groups.get(chain[-1].merge_into)) and following not in chain:
            chain.append(following)
        return chain

    def trims(self, group):
        kind = group.aggregator["kind"]
        return bool(self.trim) and (kind == "mean" or (kind in ACROSS and self.mode != "grades"))

    def dropped(self, n):
        """How many of n ballot values fall away at the top and at the bottom."""
        if n < self.trim.min_n:
            return 0, 0
        share = n if self.trim.mode == "share" else 1
        return floor(self.trim.high * share), floor(self.trim.low * share)


# --- 5. The count (S §4) ---------------------------------------------------------------------------------------------------------
# A slip is {"g": box, "o": official, "a": marks}; one that is INVALID has "x", the reason, for "a". Marks are tenths, options positions.


def slip_fault(scheme, marks):
    """4.1 Why these marks are INVALID, or None. A blank slip is an abstention, no fault."""
    graded = {code for code, criterion in scheme.criteria.items() if criterion.graded}
    points = {code: mark for code, mark in marks.items() if code not in graded}
    options = [mark for code, mark in marks.items() if code in graded]
    if not marks.keys() <= scheme.criteria.keys() or any(not 1 <= option <= len(scheme.grades) for option in options):
        return "foreign_mark"
    if any(mark > 10 * scheme.criteria[code].most for code, mark in points.items()):
        return "over_max"
    if any(mark < 0 for mark in points.values()):
        return "below_zero"
    if any(mark % (10 * scheme.step) for mark in points.values()):
        return "off_step"
    if marks and len(marks) < len(scheme.criteria) and not scheme.average_answered:
        return "missing_criterion"
    return None


def ballot_value(scheme, marks):
    """4.4 What one slip gives out of `total`; None when it names only options that do not count."""
    earned = most = Fraction(0)
    for code, mark in marks.items():
        criterion = scheme.criteria[code]
        if not criterion.graded:
            earned, most = earned + Fraction(mark, 10), most + criterion.most
        elif scheme.grades[mark - 1].counts:
            earned, most = earned + criterion.most * scheme.grades[mark - 1].value / scheme.full, most + criterion.most
    return scheme.total * earned / most if most else None


def is_straight_line(scheme, ballot):
    """4.1 Whether a whole ballot (a list of marks, one per official) falls to a straight-line rule; only seen before tearing."""
    values = [value for value in (ballot_value(scheme, marks) for marks in ballot) if value is not None]
    if len(values) < scheme.min_subjects or len(set(values)) > 1:
        return False
    return STRAIGHT_LINES[1] in scheme.straight_line or (bool(scheme.straight_line) and values[0] == scheme.total)


def count(raw, subjects, slips, *, boxes=None, issued=None, returned=None, scope=None, outside=None):
    """The whole pipeline. `subjects` are {"code", "category", "unit"}; `returned` are ballots per box; `outside` is the FILE."""
    scheme, outside = Scheme(raw), {} if outside is None else outside
    boxes = boxes or {code: code for code, group in scheme.groups.items() if group.source == "ballots"}
    everybody = [subject["code"] for subject in subjects]
    scope = {box: (scope or {}).get(box, everybody) for box in boxes}
    check_outside(scheme, outside, everybody)
    conservation, void, quorum = conserve(scheme, boxes, issued or {}, returned or {})
    people = [
        SimpleNamespace(
            code=subject["code"], category=subject.get("category", ""), unit=subject.get("unit", ""),
            figures=outside.get("figures", {}).get(subject["code"], {}), adjust=outside.get("adjust", {}).get(subject["code"], {}),
            vetoed=bool(outside.get("vetoes", {}).get(subject["code"])), reasons=[], score=None, band=None, rank=None, actions=[],
        )
        for subject in subjects
    ]  # fmt: skip
    for person in people:
        mine = [slip for slip in slips if slip["o"] == person.code]
        judging = {box for box in boxes if person.code in scope[box]}
        person.reasons += ["void_round"] * bool(judging & void) + ["no_quorum"] * (not quorum)
        pool(scheme, person, {box: [slip for slip in mine if slip["g"] == box] for box in boxes}, boxes, judging)
    compare(scheme, people)
    for person in people:
        weigh(scheme, person)
        adjust(scheme, person)
    places = round_scores(scheme, people)
    pending = judge(scheme, people, outside.get("decisions", []))
    return {
        "places": places,
        "conservation": conservation,
        "void_groups": sorted(void),
        "subjects": {person.code: outcome(person, places) for person in people},
        "decisions_needed": pending,
    }


def check_outside(scheme, outside, everybody):
    """Refuse figures and codes that the scheme does not know, and numbers that are not exact."""
    try:
        ensure(outside.keys() <= {"figures", "adjust", "vetoes", "decisions"}, "outside", "unknown member")
        for member in ("figures", "adjust", "vetoes"):
            ensure(outside.get(member, {}).keys() <= set(everybody), "outside", f"{member} of somebody unknown")
        fed = {group.code for group in scheme.groups.values() if group.source == "figures"}
        for figures in outside.get("figures", {}).values():
            ensure(figures.keys() <= fed, "outside", "figures for no group of figures")
            for values in figures.values():
                shaped(values, [_exact_number], "outside.figures")
        for entry in outside.get("adjust", {}).values():
            ensure(entry.keys() <= {"bonus", "deductions"}, "outside", "adjust")
            ensure(entry.get("deductions", {}).keys() <= scheme.deductions.keys(), "outside", "unknown deduction")
            ensure("bonus" not in entry or scheme.bonus_cap is not None, "outside", "the scheme has no bonus")
            shaped(entry.get("bonus", []), [_exact_number], "outside.adjust.bonus")
            shaped(list(entry.get("deductions", {}).values()), [_number(0)], "outside.adjust.deductions")
        for vetoes in outside.get("vetoes", {}).values():
            shaped(vetoes, [str], "outside.vetoes")
            ensure(set(vetoes) <= scheme.vetoes, "outside", "unknown veto")
        shaped(outside.get("decisions", []), [{"label": str, "pool": str, "chosen": [str]}], "outside.decisions")
    except AttributeError:  # a list or a number where an object should be
        raise Fault("outside", "members") from None


def _exact_number(value, where):
    try:
        number(value)
    except ValueError:
        raise Fault("outside", f"{where}: {value!r} is not an exact number") from None


def conserve(scheme, boxes, issued, returned):
    """4.2 Ballots issued, returned and missing per box; the boxes whose round is void; whether the quorum is met."""
    lines = {}
    for box in boxes:
        back = returned.get(box, 0)
        out = issued.get(box, back)
        lines[box] = {"issued": out, "returned": back, "missing": out - back}
    totals = [sum(line[name] for line in lines.values()) for name in ("issued", "returned")]
    quorum = scheme.quorum is None or totals[1] > scheme.quorum * totals[0]
    return lines, {box for box, line in lines.items() if line["missing"] < 0}, quorum


def pool(scheme, person, by_box, boxes, judging):
    """4.1–4.3 Sort an official's slips by group and status, then merge groups that returned too few."""
    person.counts, person.pools = {}, {}
    for code, group in scheme.groups.items():
        slips = [slip for box, mine in by_box.items() if boxes[box] == code for slip in mine]
        in_scope = group.source == "figures" or any(boxes[box] == code for box in judging)
        weight = scheme.weight(code, person.category) if in_scope else Fraction(0)
        person.pools[code] = SimpleNamespace(group=group, sources=[code], weight=weight, slips=slips)
        if group.source == "ballots":
            person.counts[code] = tally(scheme, slips)
    for group in sorted(scheme.groups.values(), key=lambda group: -len(scheme.chain(group))):
        mine = person.pools[group.code]
        if group.source == "ballots" and mine.weight > 0 and group.merge_into and len(mine.slips) < group.min_ballots:
            target = person.pools[group.merge_into]
            target.sources += mine.sources
            target.weight += mine.weight
            target.slips = target.slips + mine.slips
            del person.pools[group.code]
    if any(mine.weight > 0 and 0 < len(mine.slips) < mine.group.min_ballots for mine in person.pools.values()):
        person.reasons.append("group_too_small")


def tally(scheme, slips):
    valid = [slip["a"] for slip in slips if slip.get("a")]
    counted = sum(ballot_value(scheme, marks) is not None for marks in valid)
    invalid = sum("x" in slip for slip in slips)
    abstain = len(slips) - len(valid) - invalid
    return {"returned": len(slips), "valid": len(valid), "invalid": invalid, "abstain": abstain, "counted": counted}


def compare(scheme, people):
    """4.4 The value of every group, first per official, then for the aggregators that look at the others."""
    for person in people:
        for mine in person.pools.values():
            mine.value, mine.counted, mine.kept, mine.points = None, 0, 0, None
            (figures_value if mine.group.source == "figures" else slips_value)(scheme, person, mine)
    for code, group in scheme.groups.items():
        rule = group.aggregator
        if rule["kind"] not in ACROSS:
            continue
        given = {person.code: person.pools[code].value for person in people if code in person.pools}
        for person in people:
            if given.get(person.code) is not None:
                base = [p for p in people if rule.get("base", "category") == "session" or p.category == person.category]
                values = {given[p.code] for p in base if given.get(p.code) is not None}
                person.pools[code].value = across(scheme, rule, given[person.code], values)


def across(scheme, rule, value, values):
    """rank_decrement and ratio_to_first of one mean among the means of the base."""
    if rule["kind"] == "ratio_to_first":
        return scheme.total * value / max(values) if max(values) else Fraction(0)
    place = value if rule.get("of") == "places" else 1 + sum(other > value for other in values)
    return scheme.total * max(Fraction(0), 1 - number(rule["per_place"]) * (place - 1))


def figures_value(scheme, person, mine):
    figures = [number(figure) for figure in person.figures.get(mine.group.code, [])]
    places = mine.group.aggregator.get("of") == "places"
    if any(figure < 1 if places else not 0 <= figure <= scheme.total for figure in figures):
        person.reasons.append("figure_range")
    elif figures:
        mine.counted = mine.kept = len(figures)
        mine.value = sum(figures) / len(figures)


def slips_value(scheme, person, mine):
    valid = [slip["a"] for slip in mine.slips if slip.get("a")]
    counted = [marks for marks in valid if ballot_value(scheme, marks) is not None]
    mine.counted = mine.kept = len(counted)
    if not counted:
        return
    kind = mine.group.aggregator["kind"]
    if kind in ("share", "step"):
        abstain = sum(slip.get("a") == {} for slip in mine.slips)
        votes = Counter(scheme.grades[mark - 1].code for marks in counted for mark in marks.values())
        by_option(scheme, mine, votes, len(valid) + abstain if scheme.abstentions_count else len(counted))
    elif kind == "grade_mean" or (kind in ACROSS and scheme.mode == "grades"):
        mine.value = grade_mean(scheme, counted)
    else:
        values = sorted(ballot_value(scheme, marks) for marks in counted)
        high, low = scheme.dropped(len(values)) if scheme.trims(mine.group) else (0, 0)
        values = values[low : len(values) - high]
        mine.kept, mine.value = len(values), sum(values) / len(values)


def by_option(scheme, mine, votes, divisor):
    """share and step: how many chose the top options."""
    rule = mine.group.aggregator

    def part(options):
        return Fraction(sum(votes[option] for option in set(options)), divisor)

    top = part(rule.get("top", []))
    if rule["kind"] == "share":
        mine.value = scheme.total * top
        return
    reached = [number(step["points"]) for step in rule.get("steps", []) if top >= number(step["at_least"])]
    over = [number(o["points"]) for o in rule.get("overrides", []) if part(o["options"]) >= number(o["at_least"])]
    mine.points = min(over) if over else reached[0] if reached else number(rule.get("otherwise", 0))
    mine.value = scheme.total * mine.points / number(rule["full"])


def grade_mean(scheme, ballots):
    """Per criterion the mean of its votes, then the mean of these by max_points."""
    earned = most = Fraction(0)
    for code, criterion in scheme.criteria.items():
        grades = [scheme.grades[marks[code] - 1] for marks in ballots if code in marks]
        values = [grade.value for grade in grades if grade.counts]
        if values:
            earned, most = earned + criterion.most * sum(values) / len(values), most + criterion.most
    return scheme.total * earned / most / scheme.full


def weigh(scheme, person):
    """4.5 The meeting value, or the reasons why there is none. A side of weight 0 has no part in it: its slips hide nobody."""
    weighed = [mine for mine in person.pools.values() if mine.weight > 0]
    person.missing = [mine.group.code for mine in weighed if mine.value is None]
    person.sides = {}
    if scheme.sides:
        for side in scheme.sides:
            pairs = [(mine.weight, mine.value) for mine in weighed if mine.group.side == side]
            if pairs:
                person.sides[side] = weighted(scheme, pairs)
        person.meeting = weighted(scheme, [(scheme.weight(s, person.category), v) for s, v in person.sides.items()])
    else:
        person.meeting = weighted(scheme, [(mine.weight, mine.value) for mine in weighed])
    heavy = [mine for mine in weighed if not scheme.sides or scheme.weight(mine.group.side, person.category) > 0]
    anonymous = [
        mine.counted for mine in heavy if mine.group.anonymous and mine.group.source == "ballots" and mine.value is not None
    ]
    if scheme.missing == "block" and person.missing:
        person.reasons.append("group_missing")
    if person.meeting is None:
        person.reasons.append("no_counted_ballot")
    if anonymous and sum(anonymous) < 5:
        person.reasons.append("too_few_counted")


def weighted(scheme, pairs):
    """Σ w·g ÷ Σ w over what has a value, or over everything in scope when what is missing counts as zero."""
    given = [(weight, value) for weight, value in pairs if value is not None]
    divisor = sum(weight for weight, _ in (pairs if scheme.missing == "zero" else given))
    return sum(weight * value for weight, value in given) / divisor if given and divisor else None


def adjust(scheme, person):
    """4.6 Bonus and deductions, each with its cap, then the limits."""
    person.adjusted = None
    if person.reasons:
        return
    value = person.meeting
    if person.adjust.get("bonus"):
        value += min(sum(map(number, person.adjust["bonus"])), scheme.bonus_cap)
    for code, times in person.adjust.get("deductions", {}).items():
        rule = scheme.deductions[code]
        value -= min(times * rule.points, rule.cap)
    value = max(Fraction(0), value)
    person.adjusted = value if scheme.ceiling == "none" else min(scheme.total, value)


def round_scores(scheme, people):
    """4.7 Round once, half up; with fewer than 20 counted slips for anybody, to one place at most. The number of places."""
    scored = [person for person in people if person.adjusted is not None]
    counted = [
        sum(mine.counted for mine in pools)
        for person in scored
        if (pools := [mine for mine in person.pools.values() if mine.weight > 0 and mine.group.source == "ballots"])
    ]
    places = scheme.places if scored and min(counted, default=20) >= 20 else min(scheme.places, 1)
    for person in scored:
        person.score = half_up(person.adjusted * 10**places) / Fraction(10**places)
    return places


def half_up(value):
    return floor(value + Fraction(1, 2))


def judge(scheme, people, decisions):
    """4.8–4.11 Band, veto, quota, rank, thresholds of those with a score. The decisions that are still needed."""
    scored = sorted((person for person in people if person.score is not None), key=lambda p: (-p.score, p.code))
    for person in scored:
        if scheme.bands:
            person.band = next(band.label for band in scheme.bands if person.score >= band.least)
        if person.vetoed and scheme.bands:
            person.band = scheme.bands[-1].label
    clerk = Decisions(decisions)
    for quota in scheme.quotas:
        for name, members in pools_of(scored, quota.get("base", "session")).items():
            apply_quota(scheme, quota, name, members, clerk)
    free = [person for person in scored if not person.vetoed]
    for members in pools_of(free, scheme.rank_base).values():
        for person in members:
            person.rank = 1 + len({other.score for other in members if other.score > person.score})
    propose(scheme, scored, free)
    return clerk.close()


def pools_of(people, base):
    pools = {}
    for person in people:
        pools.setdefault("" if base == "session" else getattr(person, base), []).append(person)
    return dict(sorted(pools.items()))


class Decisions:
    """Ties that people settled: given once each, for exactly the seats and candidates in question."""

    def __init__(self, given):
        self.given = {(decision["label"], decision["pool"]): decision["chosen"] for decision in given}
        ensure(len(self.given) == len(given), "outside", "two decisions on one tie")
        self.needed = []

    def about(self, label, pool, seats, tied):
        chosen = self.given.pop((label, pool), None)
        candidates = sorted(person.code for person in tied)
        if chosen is None:
            self.needed.append({"label": label, "pool": pool, "seats": seats, "candidates": candidates})
            return None
        fits = len(set(chosen)) == len(chosen) == seats and set(chosen) <= set(candidates)
        ensure(fits, "outside", f"decision on {label} names others than {seats} of {candidates}")
        return [person for person in tied if person.code in chosen]

    def close(self):
        ensure(not self.given, "outside", f"decisions nobody asked for: {sorted(self.given)}")
        return self.needed


def apply_quota(scheme, quota, name, members, clerk):
    """4.9 In one pool, best score first. A vetoed person takes no place but counts in the base."""
    labels, kind = [band.label for band in scheme.bands], quota.get("kind", "at_most")
    free = [person for person in members if not person.vetoed]
    if kind == "distribution":
        distribute(quota, name, members, [person for person in free if person.band != labels[-1]], clerk)
        return
    label, fixed_number = quota["label"], quota.get("max_count")
    limit = quota_limit(quota, len(members), number(quota["max_ratio"])) if fixed_number is None else int(number(fixed_number))
    if limit is None:
        return
    if kind == "at_most":
        holders = [person for person in free if person.band == label]
        _, pending, rest = take(holders, limit, quota, clerk, label, name)
        for person in rest:
            person.band = labels[labels.index(label) + 1]
    else:
        low = set(labels[labels.index(label) :])
        down, pending, _ = take(free[::-1], limit, quota, clerk, label, name, settled=lambda p: p.band in low)
        for person in down:
            person.band = person.band if person.band in low else label
    for person in pending:
        person.band = "pending"


def quota_limit(quota, n, ratio):
    """Places that a ratio of n gives; None where the pool is too small for a quota."""
    limit = {"floor": floor, "ceil": ceil, "half_up": half_up}[quota.get("rounding", "floor")](n * ratio)
    return limit or {"skip": None, "one": 1, "zero": 0}[quota.get("small_pool", "skip")]


def take(ordered, limit, quota, clerk, label, name, settled=lambda person: False):
    """Split people in order at a limit: those inside, those whose tie waits for a decision, those outside."""
    if limit >= len(ordered):
        return ordered, [], []
    edge = ordered[limit].score
    if limit == 0 or ordered[limit - 1].score != edge:
        return ordered[:limit], [], ordered[limit:]
    tied = [person for person in ordered if person.score == edge]
    start = ordered.index(tied[0])
    before, after = ordered[:start], ordered[start + len(tied) :]
    policy = quota.get("tie_policy", "manual")
    if policy == "include" or all(map(settled, tied)):
        return before + tied, [], after
    if policy == "exclude":
        return before, [], tied + after
    chosen = clerk.about(label, name, limit - len(before), tied)
    if chosen is None:
        return before, tied, after
    return before + chosen, [], [person for person in tied if person not in chosen] + after


def distribute(quota, name, members, ordered, clerk):
    """Shares of all with a score, by order and cumulative limits. The lowest band is not in `ordered`: it uses up the tail."""
    shares, used, share = quota["shares"], 0, Fraction(0)
    if quota_limit(quota, len(members), number(shares[0]["share"])) is None:
        return
    for place, row in enumerate(shares):
        share += number(row["share"])
        limit = len(ordered) if place == len(shares) - 1 else (quota_limit(quota, len(members), share) or 0) - used
        inside, pending, ordered = take(ordered, max(0, limit), quota, clerk, row["label"], name)
        for person in inside:
            person.band = row["label"]
        for person in pending:
            person.band = "pending"
        used += len(inside) + len(pending)


def propose(scheme, scored, free):
    """4.11 What the thresholds propose."""
    for person in scored:
        reached = [rule for rule in scheme.thresholds if "below" in rule and person.score < number(rule["below"])]
        if reached and not scheme.all_thresholds:
            reached = [min(reached, key=lambda rule: number(rule["below"]))]
        person.actions += [rule["action"] for rule in reached]
    for rule in scheme.thresholds:
        if "bottom" not in rule:
            continue
        for members in pools_of(free, rule.get("base", scheme.rank_base)).values():
            edge = members[-min(int(number(rule["bottom"])), len(members))].score
            for person in members:
                if person.score <= edge and ("only_below" not in rule or person.score < number(rule["only_below"])):
                    person.actions.append(rule["action"])


def outcome(person, places):
    """One official's line in the form of the shared vectors: exact values as fractions in lowest terms, the score as text."""
    line = {"status": "blocked" if person.reasons else "ok", "reasons": person.reasons, "counts": person.counts}
    line["groups"] = {
        code: {
            "from": mine.sources,
            "weight": str(mine.weight),
            "counted": mine.counted,
            "kept": mine.kept,
            "value": exact(mine.value),
        }
        | ({"points": str(mine.points)} if mine.points is not None else {})
        for code, mine in person.pools.items()
    }
    line |= {"meeting": exact(person.meeting), "adjusted": exact(person.adjusted), "band": person.band, "rank": person.rank}
    line |= {"missing_groups": person.missing, "sides": {side: exact(value) for side, value in person.sides.items()}}
    score = None if person.score is None else fixed(person.score, places)
    return line | {"score": score, "award_eligible": not person.vetoed, "actions": person.actions}


def exact(value):
    return None if value is None else str(value)


def fixed(value, places):
    """A number ≥ 0 with so many decimals."""
    whole = half_up(value * 10**places)
    return f"{whole // 10**places}.{whole % 10**places:0{places}}" if places else str(whole)


def scheme_hash(raw):
    """§8"""
    return digest("score/scheme/v1", raw).hex()


def input_hash(raw, subjects, slips, **rest):
    """§8 `rest`: boxes, issued, scope, figures, adjust, vetoes, decisions."""
    document = {"scheme": scheme_hash(raw), "slips": sorted(slips, key=canonical), "subjects": sorted(subjects, key=canonical)}
    return digest("score/input/v1", document | {name: member for name, member in rest.items() if member}).hex()


def commitment(document, value):
    """What pages and papers print for a hash over marks, so that nobody without the slips can try a guess on it."""
    blinding = digest("score/blinding/v1", [slip["b"] for slip in document["slips"]]).hex()
    return digest("score/commitment/v1", {"blinding": blinding, "hash": value}).hex()


# --- 6. From the transcript to the table -----------------------------------------------------------------------------------------


def count_transcript(document, outside=None):
    """The count of a checked transcript: the result with the scheme's and the input's hash."""
    manifest, scheme = document["manifest"], document["manifest"]["scheme"]
    subjects = [{"code": o["o"], "category": o["category"], "unit": o["unit"]} for o in manifest["officials"]]
    slips = slips_to_count(document)
    returned = Counter(boxes_of_cards(document).get(entry["c"]) for entry in returned_envelopes(document))
    for entry in manifest["groups"]:
        if "named" in entry:  # as many ballots as the official with most of them has slips
            returned[entry["g"]] = max(
                Counter(named["o"] for named in document["named"] if named["g"] == entry["g"]).values(), default=0
            )
    facts = {
        "boxes": {group["g"]: group["code"] for group in manifest["groups"]},
        "issued": document["drawn"],
        "scope": {group["g"]: group["scope"] for group in manifest["groups"]},
    }
    result = count(scheme, subjects, slips, **facts, returned=returned, outside=outside)
    hashes = {"scheme_hash": scheme_hash(scheme), "input_hash": input_hash(scheme, subjects, slips, **facts, **(outside or {}))}
    return hashes | result


def returned_envelopes(document):
    """B7: an envelope with a bad signature is no ballot; any other set aside is one."""
    unsigned = {entry["c"] for entry in document["invalid"] if entry["code"] == "sig"}
    return [entry for entry in document["received"] if entry["c"] not in unsigned]


def slips_to_count(document):
    cards, scopes = boxes_of_cards(document), {group["g"]: group["scope"] for group in document["manifest"]["groups"]}
    slips = [{name: body[name] for name in ("g", "o", "a")} for body in map(slip_body, document["slips"])] + document["named"]
    for entry in document["invalid"]:
        if entry["code"] != "sig":
            reason, box = "straight_line" if entry["code"] == "rule" else "foreign_mark", cards[entry["c"]]
            slips += [{"g": box, "o": official, "x": reason} for official in scopes[box]]
    return slips


def open_groups(document):
    """Of a copy for the room, per official and ballot group: how many slips, how many of them hidden, and the value where none is.

    A group that is compared with the other officials' (rank_decrement, ratio_to_first) has none here.
    """
    manifest, scheme = document["manifest"], Scheme(document["manifest"]["scheme"])
    owners = owners_of_slips(document)
    hidden = Counter(owners[slip["p"]] for slip in document["slips"] if is_hidden(slip))
    slips = slips_to_count(document | {"slips": [slip for slip in document["slips"] if not is_hidden(slip)]})
    found = {official["o"]: {} for official in manifest["officials"]}
    for official, line in found.items():
        for code, group in scheme.groups.items():
            boxes = {entry["g"] for entry in manifest["groups"] if entry["code"] == code and official in entry["scope"]}
            mine = SimpleNamespace(group=group, slips=[s for s in slips if s["o"] == official and s["g"] in boxes], value=None)
            mine.hidden = sum(hidden[box, official] for box in boxes)
            if boxes and not mine.hidden and group.aggregator["kind"] not in ACROSS:
                slips_value(scheme, None, mine)
            line[code] = {"slips": len(mine.slips) + mine.hidden, "hidden": mine.hidden, "value": exact(mine.value)}
    return found


def verify(data, mh=None, outside=None, given=None):
    """Check the bytes of a transcript; the document and the count, or of a copy for the room its `open_groups`. Raises Fault."""
    document = parse(data)
    ensure(isinstance(document, dict) and isinstance(document.get("manifest"), dict), "members", "transcript")
    hashed = manifest_hash(document["manifest"])
    differs = f"this document has {human(hashed)}, given was {mh!r}"
    ensure(mh is None or same_code(mh, hashed), "manifest hash against the code printed on the cards", differs)
    if is_copy(document):
        check_copy(document)
        return document, open_groups(document)
    check_transcript(document)
    result = count_transcript(document, outside)
    printed = commitment(document, result["input_hash"])
    same = given is None or (len(digits(given)) >= 16 and printed.startswith(digits(given)))
    ensure(same, "input hash against the count sheet", f"here {printed}, given was {given!r}")
    return document, result


def digits(text):
    return re.sub(r"[\s-]", "", text).lower()


def takes_figures(scheme):
    return any(group.source == "figures" for group in scheme.groups.values())


def takes_outside(scheme):
    """Whether the scores depend on what does not lie in the box."""
    return takes_figures(scheme) or scheme.bonus_cap is not None or bool(scheme.deductions) or bool(scheme.vetoes)


def check_correction(document, before):
    """A correction (B §9.8) has other numbers drawn or named marks and is signed again; everything else is as it was.

    The slips follow from their root: of two copies each may hide others.
    """
    for name in sorted(TRANSCRIPT.keys() - {"drawn", "named", "board_sig", "slips"}):
        ensure(document[name] == before[name], "not a correction", name)
    numbers = [(version["drawn"], version["named"]) for version in (document, before)]
    ensure(numbers[0] != numbers[1], "nothing corrected", "drawn and named are the same")


# --- 7. What is printed ----------------------------------------------------------------------------------------------------------

CHINESE = {  # a fault without an entry here is a broken form: 结构不合规定
    "not canonical JSON": "不是规范的 JSON", "base64 not canonical": "base64 写法不规范", "base64 length": "base64 长度不符",
    "manifest hash against the code printed on the cards": "与票卡上的校验码不符",
    "input hash against the count sheet": "与计票报告单上的计票输入摘要不符", "key with torsion": "公钥不合规定",
    "scheme hash": "计分方案与其散列不符", "scheme": "计分方案不合规定", "credentials do not fit the manifest": "凭证与清单不符",
    "credentials": "凭证有误", "order of credentials": "凭证次序不对", "credentials repeat a key": "凭证有重复公钥",
    "order of received": "收到清单次序不对", "received repeat a card": "一张票卡收到两票", "received repeat a key": "收到清单有重复",
    "received root": "收到清单的根不符", "envelope signature": "信封签名不符", "order of invalid": "另置清单次序不对或不在收到清单内",
    "invalid": "另置理由不成立", "order of voided": "作废清单次序不对", "voided repeat a key": "作废清单有重复",
    "voided card not listed": "作废的票卡不在册", "card cast and voided": "同一票卡既投出又作废", "void signature": "作废签名不符",
    "drawn": "实发数有误", "order of named": "实名评分次序不对", "named": "实名评分不在范围内", "order of slips": "小票次序不对",
    "slips repeat a key": "同一公钥有两张小票", "slip key not listed": "小票公钥不在该票种该对象名下", "slip signature": "小票签名不符",
    "mark out of range or step": "评分超限、步长不符或缺项", "number of slips of a group and official": "小票数与信封数不符",
    "slips root": "小票与选票根码不符", "board signature": "结果签名不符", "outside": "外来数据有误", "file": "文件无法读取",
    "not a correction": "更正动了不能动的部分", "nothing corrected": "与所更正的一版没有不同", "members": "缺少应有的部分，或有多余、写法不对的部分",
}  # fmt: skip
REASONS = {
    "void_round": "收回多于发出，该组作废重测", "no_quorum": "收回未过法定数", "group_too_small": "有组收回不足最低票数",
    "group_missing": "缺组", "no_counted_ballot": "没有计分票", "too_few_counted": "不记名计分票不足 5 张", "figure_range": "外来分值超限",
}  # fmt: skip


def head(document):
    manifest, hashed = document["manifest"], manifest_hash(document["manifest"])
    yield f"场次 {manifest['sid']}  {manifest['date']}  {'演练，不作数' if manifest['mode'] == 'rehearsal' else '正式'}"
    yield f"校验码 {human(hashed)}   收到清单根码 {human(unb64(document['received_root'], 32))}"
    yield f"票箱公钥码 {human(unb64(manifest['urn_pub'], 32))}   选票根码 {human(unb64(document['slips_root'], 32))}"
    yield f"计分方案 {manifest['scheme']['code']}  散列 {scheme_hash(manifest['scheme'])}"


def report(document, result):
    """The lines to print for a transcript that passed."""
    yield from head(document)
    yield f"计分输入散列 {result['input_hash']}（不外传）"
    yield f"计票输入摘要 {commitment(document, result['input_hash'])}"
    yield ""
    yield from table(box_rows(document))
    yield ""
    yield from table(result_rows(document["manifest"], result))
    for code, line in result["subjects"].items():
        if line["status"] != "ok":
            yield f"{code} 不出分：{'；'.join(REASONS[reason] for reason in line['reasons'])}"
        if line["actions"]:
            yield f"{code} 建议：{'；'.join(line['actions'])}"
    for need in result["decisions_needed"]:
        yield f"待裁定：“{need['label']}”{need['pool']} {need['seats']} 个名额，{'、'.join(need['candidates'])} 同分"
    yield ""


def report_copy(document, found):
    """The lines to print for a copy for the room that passed."""
    yield "会场副本：人数少等几种情况的小票只列公钥和指纹，看不到分数"
    yield from head(document)
    yield ""
    yield from table(box_rows(document))
    yield ""
    groups = [group["code"] for group in document["manifest"]["scheme"]["rater_groups"] if group.get("source") != "figures"]
    rows = [["编号", "姓名", "收回", *groups]]
    for official in document["manifest"]["officials"]:
        line = found[official["o"]]
        cells = [f"未公开 {line[c]['hidden']}" if line[c]["hidden"] else line[c]["value"] or "–" for c in groups]
        rows.append([official["o"], official["n"], str(sum(line[c]["slips"] for c in groups)), *cells])
    yield from table(rows)
    yield ""


def box_rows(document):
    yield ["箱", "票种", "印制", "实发", "收回", "作废", "未交回", "另置"]
    cards, aside = boxes_of_cards(document), {entry["c"] for entry in document["invalid"]}
    cast = [entry["c"] for entry in document["received"] if entry["c"] in cards]
    for letter, group in boxed(document).items():
        mine = [card for card in cast if cards[card] == letter]
        voided = sum(cards[entry["c"]] == letter for entry in document["voided"])
        numbers = [group["cards"], document["drawn"][letter], len(mine), voided, group["cards"] - len(mine) - voided]
        yield [letter, group["code"], *map(str, numbers), str(len(aside.intersection(mine)))]


def result_rows(manifest, result):
    """Per official: category, ballots, exact group values, score, band and rank, as on the scrutineers' sheet."""
    groups = [group["code"] for group in manifest["scheme"]["rater_groups"]]
    yield ["编号", "姓名", "类别", "收回", "有效", "无效", "弃权", *groups, "加权", "得分", "等次", "名次"]
    for official in manifest["officials"]:
        line = result["subjects"][official["o"]]
        totals = [
            str(sum(numbers[name] for numbers in line["counts"].values())) for name in ("returned", "valid", "invalid", "abstain")
        ]
        merged = {source: code for code, group in line["groups"].items() for source in group["from"][1:]}
        values = [f"并入{merged[code]}" if code in merged else line["groups"][code]["value"] or "–" for code in groups]
        band = "待裁定" if line["band"] == "pending" else line["band"]
        person = [official["o"], official["n"], official["category"] or "–"]
        outcome = [str(value or "–") for value in (line["meeting"], line["score"], band, line["rank"])]
        yield [*person, *totals, *values, *outcome]


def table(rows):
    rows = list(rows)
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True)).rstrip()


def width(text):
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def is_uncompared(document, options, result):
    """Whether the scores rest on something nobody has held against the signed sheet; of a copy there are none."""
    if is_copy(document) or options.input is not None:
        return False
    rests = options.outside is not None or result["decisions_needed"]
    return bool(rests) or takes_outside(Scheme(document["manifest"]["scheme"]))


def warning(document, options, result):
    """What whoever reads no further than the table must know before it."""
    if is_uncompared(document, options, result):
        yield "注意：计分没有核对，下表的得分不能当作本场结果；缺什么，表后有说明。"
        yield "WARNING: the scores in the table below are NOT COMPARED; what is missing stands after it."
        yield ""


def limits(document, options, result):
    """What this run does not prove, said plainly."""
    mh, outside, scheme = options.mh, options.outside, Scheme(document["manifest"]["scheme"])
    if is_uncompared(document, options, result):
        if outside is None and not takes_outside(scheme):
            yield "选票通过，计分没有核对：有同分要裁定，没有给出裁定（--outside）；上表的得分按没有裁定计。"
            yield "OK for the ballots only: ties were decided outside the box and no --outside FILE was given; the ranks and bands above are NOT COMPARED."
        elif outside is None:
            counted = "缺外来分值，不是本场结果" if takes_figures(scheme) else "按没有加减分、一票否决和同分裁定计"
            yield f"选票通过，计分没有核对：方案要用外来数据（--outside），没有给出；上表的得分{counted}。"
            yield "OK for the ballots only: the scheme takes more than ballots and no --outside FILE was given; the scores above are NOT COMPARED."
        else:
            yield "选票通过，计分没有核对：得分照给出的外来数据计。是不是本场确认的，请用 --input 给出签字的计票报告单上的计票输入摘要。"
            yield "OK for the ballots only: the scores follow the --outside FILE as given, which is NOT COMPARED with the signed sheet (--input)."
        if mh is None:
            yield "也没有给出校验码（--mh），未证明这就是当天印票时的清单。"
    elif mh is None:
        yield "通过，但只证明文件自身前后一致：没有给出校验码（--mh），未证明这就是当天印票时的清单。"
        yield "OK, but only in itself: without --mh from a card or the minutes nothing ties this file to the cards that were printed."
    else:
        yield "通过：签名、次序、名册、票数、根与计分全部相符，校验码与所给一致。"
        yield "OK: signatures, order, lists, numbers, roots and count agree, and the manifest is that of the code given."
    if document["invalid"]:
        yield f"另置的票 {len(document['invalid'])} 张：从文件看不出另置是否有理，以当场开箱记录为准。"
    if document["named"]:
        yield f"实名评分 {len(document['named'])} 份没有票卡签名，以签名的评分表为准。"


def limits_of_copy(document, options, _result):
    """What a copy for the room cannot prove, and who can."""
    mh, outside = options.mh, options.outside
    n, shut = len(document["slips"]), sum(map(is_hidden, document["slips"]))
    fits = "校验码与所给一致" if mh else "没有给出校验码（--mh），未证明这就是当天印票时的清单"
    yield f"通过：这是会场副本，{n} 张小票中有 {shut} 张只列指纹。签名、次序、名册、票数和根全部相符；{fits}。"
    yield "没有重新计分：只列指纹的小票看不到分数。得分要用监票人保管的全文，请监票人当场用本程序复算。"
    yield "持有票卡的人可以在查票页对照自己的那几张，指纹必须相符。"
    tied = "the manifest is that of the code given" if mh else "without --mh nothing ties it to the cards that were printed"
    yield f"OK: this is the copy for the room; {shut} of its {n} slips are only hashes. Signatures, order, lists, numbers and roots agree; {tied}."
    yield "NOT COUNTED: hidden slips show no marks. The scrutineers hold the whole transcript; ask them to run this program on it."
    for name, given in (("--outside", outside), ("--input", options.input)):
        if given is not None:
            yield f"{name} 只用于全文计分，这里没有用到。"


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Check a transcript of the secret ballot and count it again.")
    parser.add_argument("transcript")
    parser.add_argument("--mh", metavar="CODE", help="code of the manifest, from a ballot card or the minutes")
    parser.add_argument("--outside", metavar="FILE", help="JSON with figures, adjust, vetoes, decisions")
    parser.add_argument("--input", metavar="HASH", help="计票输入摘要 as the signed count sheet prints it")
    parser.add_argument("--corrects", metavar="FILE", help="the earlier transcript that this one corrects")
    options = parser.parse_args(arguments)
    try:
        document, result = verify(read(options.transcript), options.mh, read_outside(options.outside), options.input)
        if options.corrects:
            check_correction(document, verify(read(options.corrects), options.mh, read_outside(options.outside))[0])
    except Fault as fault:
        print(f"不通过：{CHINESE.get(fault.name, '结构不合规定')}\nFAULT {fault}")
        return 1
    told, doubts = (report_copy, limits_of_copy) if is_copy(document) else (report, limits)
    print("\n".join([*warning(document, options, result), *told(document, result), *doubts(document, options, result)]))
    if options.corrects:
        print("与所更正的一版相比，只有实发票卡数或实名评分不同，收到清单和选票一张不变。")
        print("OK: against the version it corrects only numbers drawn or named marks differ; the ballots are the same.")
    lacks = not is_copy(document) and options.outside is None and options.input is None
    return 2 if lacks and takes_figures(Scheme(document["manifest"]["scheme"])) else 0


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as problem:
        raise Fault("file", str(problem)) from None


def read_outside(path):
    """The FILE may be written by hand, so it need not be canonical; but its numbers must be exact."""
    if path is None:
        return None
    try:
        outside = json.loads(read(path), object_pairs_hook=_no_repeats, parse_float=_not_exact, parse_constant=_not_exact)
    except (ValueError, RecursionError) as problem:
        raise Fault("outside", str(problem)) from None
    ensure(isinstance(outside, dict), "outside", "members")
    return outside


if __name__ == "__main__":
    sys.exit(main())
