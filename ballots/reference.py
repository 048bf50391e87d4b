"""The reference client of the secret ballot: every step of the protocol in Python, as the browser does it (ballots.md §3–§5).

It serves the tests, the load tool and the rehearsal data of the demonstration. It never runs in the web or the booth process: it holds
card secrets and the urn seed, which no server may ever see. An import contract keeps it out of their code.

    keys = make_keys(sid)                                     # B0: urn seed, board key, key cards
    manifest = make_manifest(keys, date=…, officials=…, groups=…, scheme=…, rcpt_pub=…)
    credentials, cards = make_cards(manifest)                 # {"b": [Card, …]}
    manifest = complete(manifest, credentials)                # adds `cred`; `mh_code(manifest)` is on every card
    body = cast_body(cards["b"][0], manifest, {"o01": {"K01": 75}, "o02": {}})          # B4: the bytes the tablet posts
    transcript = open_urn(manifest, credentials, [body, …], keys.cards[:2], drawn={"b": 30})        # B7, B8

Documents are dicts; `codec.canonical` gives their bytes. Bodies of requests are bytes already.
"""

import hashlib
import json
import random
import secrets
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.bindings import crypto_box, crypto_scalarmult_base
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey

from ballots import codec, verify

CARD_SECRET, SEED, PAD_STEP = 15, 16, 1024


# --- keys and cards (§4, B0, B1) -------------------------------------------------------------------------------------------------


def kdf(sid, secret, info, length=32):
    """K(secret, info, n) of §3."""
    return HKDF(SHA256(), length, salt=b"ars/v1|" + sid.encode(), info=info.encode()).derive(secret)


def base32(data):
    """Crockford's, zero bits at the end."""
    size = -(-len(data) * 8 // 5)
    number = int.from_bytes(data) << size * 5 - len(data) * 8
    return "".join(codec.BASE32[number >> 5 * place & 31] for place in reversed(range(size)))


def from_base32(text, length):
    """The bytes of a text as people type it: lower case, hyphens, O, I and L are understood. ValueError for another length."""
    letters = text.upper().translate(str.maketrans("OIL", "011", "- "))
    number = 0
    for letter in letters:
        number = number << 5 | codec.BASE32.index(letter)
    data = (number >> max(0, len(letters) * 5 - length * 8)).to_bytes(length) if letters else b""
    if base32(data) != letters:
        raise ValueError("base32 not readable")
    return data


@dataclass(frozen=True)
class Keys:
    """What the key page makes. `cards` are the texts on the key cards."""

    sid: str
    seed: bytes
    shares: tuple[int, int] = (2, 3)
    cards: tuple[str, ...] = ()

    @cached_property
    def urn(self):
        return PrivateKey(kdf(self.sid, self.seed, "urn"))

    @cached_property
    def board(self):
        return SigningKey(kdf(self.sid, self.seed, "board"))

    @property
    def urn_pub(self):
        return codec.b64(bytes(self.urn.public_key))

    @property
    def board_pub(self):
        return codec.b64(bytes(self.board.verify_key))


def make_keys(sid, *, shares=(2, 3), seed=None):
    """A fresh urn seed, split into key cards; `shares=(1, 1)` is for a rehearsal."""
    seed = seed or secrets.token_bytes(SEED)
    needed, made = shares
    parts = [seed] if made == 1 else split(seed, needed, made)
    return Keys(sid, seed, shares, tuple(f"k1.{sid}.{needed}.{base32(part)}" for part in parts))


def combine_keys(manifest, key_cards):
    """The keys behind so many key cards as the manifest asks for. ValueError unless they fit its public keys."""
    sid, (needed, made) = manifest["sid"], manifest["shares"]
    if len(key_cards) != needed:
        raise ValueError("wrong number of key cards")
    parts = []
    for card in key_cards:
        kind, of, count, text = card.split(".")
        if (kind, of, count) != ("k1", sid, str(needed)):
            raise ValueError("not a key card of this session")
        parts.append(from_base32(text, SEED if made == 1 else SEED + 1))
    keys = Keys(sid, parts[0] if made == 1 else join(parts), (needed, made), tuple(key_cards))
    if (keys.urn_pub, keys.board_pub) != (manifest["urn_pub"], manifest["board_pub"]):
        raise ValueError("key cards do not fit")
    return keys


@dataclass(frozen=True)
class Card:
    """A ballot card: the secret on the paper, and all that follows from it."""

    sid: str
    group: str
    secret: bytes

    @cached_property
    def outer(self):
        return SigningKey(kdf(self.sid, self.secret, "outer"))

    @property
    def outer_pub(self):
        return codec.b64(bytes(self.outer.verify_key))

    def slip_key(self, official):
        return SigningKey(kdf(self.sid, self.secret, f"slip|{official}"))

    def slip_pub(self, official):
        return codec.b64(bytes(self.slip_key(official).verify_key))

    def nonce(self, official):
        return kdf(self.sid, self.secret, f"nonce|{official}", 16)

    @property
    def printed(self):
        """The 24 characters on the card, without the blanks between the six groups."""
        return base32(self.secret)

    def fragment(self, manifest):
        """What stands behind `#` in the QR code."""
        return f"1.{self.sid}.{self.group}.{self.printed}.{codec.b64(manifest_hash(manifest))}"


def read_fragment(text):
    """(card, mh as b64) of the text behind `#`."""
    version, sid, group, secret, mh = text.split(".")
    if version != "1":
        raise ValueError("not a ballot card")
    return Card(sid, group, from_base32(secret, CARD_SECRET)), mh


def make_manifest(keys, *, date, officials, groups, scheme, rcpt_pub, mode="formal", client=bytes(32), k_pub=10):
    """The manifest as the server gives it to the card page: all but `cred`. The lists stand as in the example of B0."""
    manifest = {
        "v": 1, "suite": "ARS1", "sid": keys.sid, "date": date, "mode": mode, "shares": list(keys.shares),
        "urn_pub": keys.urn_pub, "board_pub": keys.board_pub, "rcpt_pub": rcpt_pub, "officials": officials, "groups": groups,
        "scheme": scheme, "scheme_hash": codec.b64(bytes.fromhex(verify.scheme_hash(scheme))), "k_pub": k_pub,
        "client": codec.b64(client),
    }  # fmt: skip
    return manifest | {"pad": pad(manifest)}


def boxed(manifest):
    """The groups that have a box, by letter."""
    return {group["g"]: group for group in manifest["groups"] if "cards" in group}


def make_cards(manifest, secret=lambda: secrets.token_bytes(CARD_SECRET)):
    """(credentials, {letter: cards}): as many cards for each box as the manifest says."""
    sid = manifest["sid"]
    cards = {letter: [Card(sid, letter, secret()) for _ in range(group["cards"])] for letter, group in boxed(manifest).items()}
    lists = {
        letter: {
            "outer": sorted(card.outer_pub for card in cards[letter]),
            "slip": {official: sorted(card.slip_pub(official) for card in cards[letter]) for official in group["scope"]},
        }
        for letter, group in boxed(manifest).items()
    }
    return {"v": 1, "sid": sid, "groups": lists}, cards


def complete(manifest, credentials):
    return manifest | {"cred": codec.b64(codec.digest("ars/cred/v1", codec.canonical(credentials)))}


def manifest_hash(manifest):
    return codec.digest("ars/manifest/v1", codec.canonical(manifest))


def mh_code(manifest):
    """The code of the manifest on cards, poster and minutes."""
    return codec.code(manifest_hash(manifest), 80)


# --- casting (B4, B6) ------------------------------------------------------------------------------------------------------------


def make_slip(card, official, answers):
    """One signed slip. `answers` {} is an abstention."""
    body = {"v": 1, "s": card.sid, "g": card.group, "o": official, "a": answers, "n": codec.b64(card.nonce(official))}
    text = codec.canonical(body)
    signature = card.slip_key(official).sign(codec.tagged("ars/slip/v1", text)).signature
    return {"p": card.slip_pub(official), "b": text.decode(), "z": codec.b64(signature)}


def plaintext(card, manifest, answers):
    """The whole ballot before padding. `answers` {official: marks}; an official left out is an abstention."""
    slips = [make_slip(card, official, answers.get(official, {})) for official in boxed(manifest)[card.group]["scope"]]
    return codec.canonical({"v": 1, "c": card.outer_pub, "slips": sorted(slips, key=lambda slip: slip["p"])})


def longest_plaintext(manifest):
    """Length of the longest ballot the manifest allows."""
    scheme = verify.Scheme(manifest["scheme"])
    answers = {code: len(scheme.grades) if c.graded else int(c.most * 10) for code, c in scheme.criteria.items()}
    lengths = [0]
    for letter in boxed(manifest):
        scope = boxed(manifest)[letter]["scope"]
        lengths.append(len(plaintext(Card(manifest["sid"], letter, bytes(CARD_SECRET)), manifest, dict.fromkeys(scope, answers))))
    return max(lengths)


def pad(manifest):
    return (longest_plaintext(manifest) // PAD_STEP + 1) * PAD_STEP


def pad7816(data, length):
    if len(data) >= length:
        raise ValueError("longer than the padding")
    return data + b"\x80" + bytes(length - len(data) - 1)


def unpad(data, length):
    whole, mark, zeros = data.rpartition(b"\x80")
    if len(data) != length or not mark or zeros.strip(b"\0"):
        raise ValueError("padding")
    return whole


def seal(data, urn_pub, ephemeral=None):
    """crypto_box_seal; the ephemeral secret is given by test vectors only."""
    ephemeral = ephemeral or secrets.token_bytes(32)
    public = crypto_scalarmult_base(ephemeral)
    nonce = hashlib.blake2b(public + urn_pub, digest_size=24).digest()
    return public + crypto_box(data, nonce, urn_pub, ephemeral)


def cast_body(card, manifest, answers, ephemeral=None):
    """The bytes the tablet posts. They go to the outbox first: a retry sends these, it never seals again."""
    sealed = seal(pad7816(plaintext(card, manifest, answers), manifest["pad"]), codec.unb64(manifest["urn_pub"], 32), ephemeral)
    return envelope_body(card, sealed)


def envelope_body(card, ct):
    signature = card.outer.sign(codec.tagged("ars/env/v1", card.sid.encode(), codec.sha256(ct))).signature
    return codec.canonical({"v": 1, "s": card.sid, "c": card.outer_pub, "e": codec.b64(ct), "z": codec.b64(signature)})


def void_body(card):
    signature = card.outer.sign(codec.tagged("ars/void/v1", card.sid.encode(), bytes(card.outer.verify_key))).signature
    return codec.canonical({"v": 1, "s": card.sid, "c": card.outer_pub, "z": codec.b64(signature)})


def make_receipt(receipt_key, sid, entry):
    """The booth's answer, for tools that play the booth. `entry` is h || c, `receipt_key` a SigningKey."""
    signature = receipt_key.sign(codec.tagged("ars/rcpt/v1", sid.encode(), entry)).signature
    return codec.canonical({"v": 1, "h": codec.b64(entry[:32]), "z": codec.b64(signature)})


def receipt_code(manifest, body, answer):
    """The code `BZZH-22JD` of a good receipt for `body`, or of the envelope that came first. ValueError for a bad receipt."""
    sent, receipt = codec.parse(body), codec.parse(answer)
    if receipt.keys() != {"v", "h", "z"} or receipt["v"] != 1:
        raise ValueError("receipt")
    h, signature = codec.unb64(receipt["h"], 32), codec.unb64(receipt["z"], 64)
    entry = h + codec.unb64(sent["c"], 32)
    if not codec.signed(codec.unb64(manifest["rcpt_pub"], 32), signature, "ars/rcpt/v1", manifest["sid"].encode(), entry):
        raise ValueError("receipt")
    return codec.code(h, 40)


# --- opening (B7, B8) ------------------------------------------------------------------------------------------------------------


def row(body):
    """A cast as the opening page gets it: {h, c, z, e}."""
    sent = codec.parse(body)
    return {"h": codec.b64(codec.sha256(codec.unb64(sent["e"]))), "c": sent["c"], "z": sent["z"], "e": sent["e"]}


@dataclass
class Opened:
    """One envelope after opening: its slips, or the code under which it was set aside whole."""

    row: dict
    slips: list = field(default_factory=list)
    code: str | None = None


def open_envelopes(manifest, credentials, rows, keys):
    """Check every envelope in the order given; the first failure gives its code. Two with the same slip key go aside both."""
    opened = [_open_one(manifest, credentials, row, keys) for row in rows]
    holders = Counter(slip["p"] for envelope in opened for slip in envelope.slips)
    for envelope in opened:
        if any(holders[slip["p"]] > 1 for slip in envelope.slips):
            envelope.code, envelope.slips = "dup", []
    return opened


def _open_one(manifest, credentials, row, keys):
    letter = next((letter for letter, lists in credentials["groups"].items() if row["c"] in lists["outer"]), None)
    try:
        ct, z = codec.unb64(row["e"]), codec.unb64(row["z"], 64)
        signed = codec.signed(codec.unb64(row["c"], 32), z, "ars/env/v1", manifest["sid"].encode(), codec.sha256(ct))
    except ValueError:
        signed = False
    if letter is None or not signed or codec.b64(codec.sha256(ct)) != row["h"]:
        return Opened(row, code="sig")
    try:
        ballot = codec.parse(unpad(SealedBox(keys.urn).decrypt(ct), manifest["pad"]))
    except (CryptoError, ValueError):
        return Opened(row, code="open")
    try:
        marks = _read_ballot(manifest, credentials["groups"][letter], letter, row["c"], ballot)
    except verify.Fault:
        return Opened(row, code="body")
    if verify.is_straight_line(verify.Scheme(manifest["scheme"]), marks):
        return Opened(row, code="rule")
    return Opened(row, slips=ballot["slips"])


def _read_ballot(manifest, lists, letter, card, ballot):
    """The marks on a whole ballot, or a Fault."""
    verify.shaped(ballot, {"v": 1, "c": str, "slips": verify.TRANSCRIPT["slips"]}, "ballot")
    verify.ensure(ballot["c"] == card, "card")
    verify.in_order([slip["p"] for slip in ballot["slips"]], "slips")
    scheme, marks = verify.Scheme(manifest["scheme"]), {}
    for slip in ballot["slips"]:
        body = verify.slip_body(slip)
        listed = body["s"] == manifest["sid"] and body["g"] == letter and slip["p"] in lists["slip"].get(body["o"], ())
        verify.ensure(listed, "slip key not listed")
        good = codec.signed(codec.unb64(slip["p"], 32), codec.unb64(slip["z"], 64), "ars/slip/v1", slip["b"].encode())
        verify.ensure(good, "slip signature")
        verify.check_marks(scheme, body["a"], "slip")
        verify.ensure(body["o"] not in marks, "two slips for one official")
        marks[body["o"]] = body["a"]
    verify.ensure(marks.keys() == lists["slip"].keys(), "scope")
    return list(marks.values())


def open_urn(manifest, credentials, bodies, key_cards, *, drawn, voids=(), named=()):
    """The signed transcript. `bodies` are the casts as sent, `voids` the void bodies, `named` the marks {g, o, a} without names."""
    voided = [{"c": sent["c"], "z": sent["z"]} for sent in map(codec.parse, voids)]
    return open_rows(manifest, credentials, map(row, bodies), key_cards, drawn=drawn, voided=voided, named=named)


def open_rows(manifest, credentials, rows, key_cards, *, drawn, voided, named):
    """The same from rows {h, c, z, e} and voided {c, z}, as the server hands them to the opening page."""
    keys = combine_keys(manifest, key_cards)
    opened = open_envelopes(manifest, credentials, sorted(rows, key=lambda entry: (entry["h"], entry["c"])), keys)
    transcript = {
        "v": 1, "manifest": manifest, "credentials": credentials,
        "received": [{name: envelope.row[name] for name in ("h", "c", "z")} for envelope in opened],
        "voided": sorted(voided, key=lambda entry: entry["c"]), "drawn": drawn,
        "invalid": [{"h": o.row["h"], "c": o.row["c"], "code": o.code} for o in opened if o.code],
        "named": sorted(named, key=codec.canonical),
        "slips": sorted((slip for envelope in opened for slip in envelope.slips), key=lambda slip: slip["p"]),
    }  # fmt: skip
    return sign_transcript(transcript, keys.board)


def sign_transcript(transcript, board):
    """The transcript with its roots and the board signature made anew; also for tests that tamper with it."""
    entries = [codec.unb64(entry["h"], 32) + codec.unb64(entry["c"], 32) for entry in transcript["received"]]
    document = transcript | {
        "received_root": codec.b64(codec.merkle_root(entries)),
        "slips_root": codec.b64(codec.merkle_root([codec.canonical(slip) for slip in transcript["slips"]])),
    }
    signed = {name: member for name, member in document.items() if name not in ("slips", "board_sig")}
    signature = board.sign(codec.tagged("ars/board/v1", codec.canonical(signed))).signature
    return document | {"board_sig": codec.b64(signature)}


def find_slips(card, transcript):
    """B9: the marks a card finds again in a transcript, {official: marks}."""
    slips = {slip["p"]: json.loads(slip["b"])["a"] for slip in transcript["slips"]}
    scope = boxed(transcript["manifest"])[card.group]["scope"]
    return {official: slips[card.slip_pub(official)] for official in scope if card.slip_pub(official) in slips}


# --- marks for tests, load and demonstration -------------------------------------------------------------------------------------


def random_answers(manifest, letter, *, rng=None, quality=0.85):
    """Plausible complete answers of one ballot: marks around `quality` of the maximum, on the step; now and then an abstention."""
    rng, scheme = rng or random.Random(), verify.Scheme(manifest["scheme"])  # noqa: S311, no secret is drawn from it
    answers = {}
    for official in boxed(manifest)[letter]["scope"]:
        marks = {}
        for code, criterion in scheme.criteria.items():
            share = min(1, max(0, rng.gauss(quality, 0.08)))
            if criterion.graded:
                marks[code] = 1 + min(len(scheme.grades) - 1, int((1 - share) * len(scheme.grades)))
            else:
                marks[code] = int(share * float(criterion.most / scheme.step)) * int(scheme.step * 10)
        answers[official] = {} if rng.random() < 0.02 else marks
    return answers


# --- splitting the seed (§4): Shamir over GF(2^8), shares of 17 bytes whose last is x --------------------------------------------


def _multiply(a, b):
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = a << 1 ^ (0x11B if a & 0x80 else 0), b >> 1
    return product


def _inverse(a):
    result = a
    for _ in range(6):  # a^254
        result = _multiply(_multiply(result, result), a)
    return _multiply(result, result)


def split(secret, needed, made):
    """`made` shares, any `needed` of which give the secret back."""
    xs = random.SystemRandom().sample(range(1, 256), made)
    polynomials = [bytes([byte]) + secrets.token_bytes(needed - 1) for byte in secret]
    return [bytes(_evaluate(polynomial, x) for polynomial in polynomials) + bytes([x]) for x in xs]


def _evaluate(polynomial, x):
    value = 0
    for coefficient in reversed(polynomial):
        value = _multiply(value, x) ^ coefficient
    return value


def join(shares):
    """The secret behind the shares: Lagrange at 0. The result is not checked here."""
    xs = [share[-1] for share in shares]
    if len(set(xs)) < len(xs):
        raise ValueError("the same key card twice")
    secret = bytearray(len(shares[0]) - 1)
    for share in shares:
        weight = 1
        for x in xs:
            if x != share[-1]:
                weight = _multiply(weight, _multiply(x, _inverse(x ^ share[-1])))
        for place, byte in enumerate(share[:-1]):
            secret[place] ^= _multiply(weight, byte)
    return bytes(secret)
