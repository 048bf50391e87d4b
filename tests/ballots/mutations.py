"""Transcripts that somebody changed, by what he holds: nothing, the board key, the cards too, or the making of the whole session.

Every change is one that the verifiers can see and must refuse. What a transcript cannot show is left out by construction: that
unused cards are no longer listed as void, other numbers of cards drawn within what was printed, other marks without a card in
the named groups, another reason for setting an envelope aside, marks that a card's holder signs anew.

    name, data = mutate(rng, session, other)       # bytes; `other` is a second session, for transplants
"""

import json
import unicodedata
from copy import deepcopy

from nacl import bindings
from nacl.signing import SigningKey

from ballots import codec, reference, verify

LISTS = ("received", "voided", "invalid", "named", "slips")
ALIEN = [
    0,
    -1,
    7,
    10**15,
    2**53,
    "",
    "x",
    "-1/3",
    "1e2",
    [],
    {},
    [[]],
    ["x"],
    {"a": 1},
    {"code": "x"},
    True,
    False,
    None,
    1.0,
    0.5,
]
ORDER_2 = bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")


def mutate(rng, session, other):
    """The name of a change and the changed bytes; a change that finds nothing to work on is drawn again."""
    honest = codec.canonical(session.transcript)
    while True:
        change = rng.choice(rng.choice(LEVELS))
        data = change(rng, session, other)
        if data is not None and data != honest:
            return change.__name__, data


def forge_session(rng, session):
    """A session that was wrong from the start and has hashes, roots, signatures and printed code to fit: (name, bytes, code)."""
    change = rng.choice(FROM_THE_START)
    document = deepcopy(session.transcript)
    if change(rng, document, session) is False:
        return forge_session(rng, session)
    manifest = document["manifest"]
    if change not in (wrong_scheme_hash, form_of_scheme):
        manifest["scheme_hash"] = codec.b64(verify.digest("score/scheme/v1", manifest["scheme"]))
    if change is not wrong_credentials_hash:
        manifest |= reference.complete(manifest, document["credentials"])
    return change.__name__, codec.canonical(signed(session, document)), reference.mh_code(manifest)


def spelled(document):
    """The canonical form, also of what has none: Python's floats, booleans and nulls."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def signed(session, document, board=None):
    """Roots and board signature made anew, as far as what stands in the document can be read at all."""
    received, slips = document["received"], document["slips"]
    try:
        entries = [codec.unb64(row["h"], 32) + codec.unb64(row["c"], 32) for row in received]
    except (KeyError, TypeError, ValueError):
        entries = [spelled(row) for row in received]
    document = document | {"received_root": codec.b64(codec.merkle_root(entries))}
    document |= {"slips_root": codec.b64(codec.merkle_root([spelled(slip) for slip in slips]))}
    rest = {name: member for name, member in document.items() if name not in ("slips", "board_sig")}
    signature = (board or session.keys.board).sign(codec.tagged("ars/board/v1", spelled(rest))).signature
    return document | {"board_sig": codec.b64(signature)}


def places(document, path=()):
    yield path
    if isinstance(document, dict | list):
        for name, member in document.items() if isinstance(document, dict) else enumerate(document):
            yield from places(member, (*path, name))


def at(document, path):
    for name in path:
        document = document[name]
    return document


def any_place(rng, document, fits=lambda value: True):
    """(parent, name) of some value in the document, or None."""
    found = [path for path in places(document) if path and fits(at(document, path))]
    if not found:
        return None
    path = rng.choice(found)
    return at(document, path[:-1]), path[-1]


def row_of(rng, rows):
    return rng.randrange(len(rows)) if rows else None


# --- bytes, by anybody who has the file ------------------------------------------------------------------------------------------


def flip_a_bit(rng, session, other):
    data = bytearray(codec.canonical(session.transcript))
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def cut_or_lengthen(rng, session, other):
    data = codec.canonical(session.transcript)
    here, there = sorted(rng.sample(range(len(data)), 2))
    return rng.choice([data[:here], data[here:], data[:here] + data[there:], data[:there] + data[here:], data + data[here:there]])


def another_envelope_of_text(rng, session, other):
    data = codec.canonical(session.transcript)
    text = data.decode()
    return rng.choice([
        b"\xef\xbb\xbf" + data, text.encode("utf-16"), text.encode("utf-32"), data + b"\n", b" " + data, data + b"\0", b"[" + data + b"]",
        json.dumps(session.transcript).encode(), json.dumps(session.transcript, indent=1, ensure_ascii=False, sort_keys=True).encode(),
        json.dumps(session.transcript, separators=(",", ":"), ensure_ascii=False).encode() + b" ", data + data, b"", b"null",
    ])  # fmt: skip


def another_spelling(rng, session, other):
    """The same or nearly the same meaning, spelled otherwise at one place."""
    text = codec.canonical(session.transcript).decode()
    pairs = [
        (':1,"', ':1.0,"'), (':1,"', ':1e0,"'), (':1,"', ':true,"'), (':1,"', ':"1","'), (':1,"', ':01,"'), (':1,"', ':+1,"'),
        (":[]", ":null"), (":[]", ":{}"), (":{}", ":[]"), ('"v":1', '"v":1,"v":1'), ('"v":1', '"v":1,"w":null'), (',"v":1', ""),
        ('"sid"', '"\\u0073id"'), ("某", "\\u67d0"), ("/", "\\/"), ("{", '{"__proto__":{},'), ("{", '{"":0,'), ('"', "'"),
        (":1,", ":NaN,"), (":1,", ":Infinity,"), (":1,", ":-0,"), (":1,", ":9007199254740993,"), ('"n":"', '"n":"\\ud800'),
        (",", ",,"), ("]", ",]"), ("}", ",}"), (":", ": "), ("a", "\u0430"), ("-", "+"), ("_", "/"), ("-", "\u2010"),
    ]  # fmt: skip
    old, new = rng.choice(pairs)
    if (n := text.count(old)) == 0:
        return None
    parts = text.split(old)
    here = rng.randrange(n) + 1
    return (old.join(parts[:here]) + new + old.join(parts[here:])).encode("utf-8", "surrogatepass")


def another_form_of_unicode(rng, session, other):
    """Decomposed, or with a sign added that a reader does not see."""
    document = deepcopy(session.transcript)
    place = any_place(rng, document, lambda value: isinstance(value, str))
    parent, name = place
    seen = parent[name]
    shown = [unicodedata.normalize("NFD", seen), seen + "\u200b", "\ufeff" + seen, seen + "\u0301", seen.swapcase(), seen + "="]
    parent[name] = rng.choice([text for text in shown if text != seen])
    return spelled(document)


def alien_value(rng, session, other):
    document = deepcopy(session.transcript)
    parent, name = any_place(rng, document)
    if type(value := rng.choice(ALIEN)) is type(parent[name]) and value == parent[name]:
        return None
    parent[name] = value
    return spelled(document)


def member_added_or_lost(rng, session, other):
    document = deepcopy(session.transcript)
    parent, name = any_place(rng, document, lambda value: isinstance(value, dict))
    members = parent[name]
    if members and rng.random() < 0.5:
        del members[rng.choice(list(members))]
    else:
        members[rng.choice(["x", "scheme", "hash", "constructor", "toString"])] = rng.choice(ALIEN)
    return spelled(document)


def deep_nesting(rng, session, other):
    depth = rng.choice([40, 63, 64, 65, 66, 100, 2_000, 100_000])
    text = codec.canonical(session.transcript).decode()
    nest = rng.choice([("[", "]"), ('{"a":', "}")])
    return text.replace('"v":1}', '"v":' + nest[0] * depth + "1" + nest[1] * depth + "}").encode()


# --- rows, with roots and board signature made anew by whoever holds the key cards -----------------------------------------------


def rows_changed(change, *members):
    """A mutation that changes one list of rows and signs the document anew."""

    def mutation(rng, session, other):
        member = rng.choice(members)
        rows = deepcopy(session.transcript[member])
        rows = change(rng, rows, session, other) if rows else None
        return rows and spelled(signed(session, session.transcript | {member: rows}))

    mutation.__name__ = change.__name__
    return mutation


def in_order(rows):
    return sorted(rows, key=lambda row: (row.get("p", ""), row.get("h", ""), row.get("c", "")))


def drop(rng, rows, session, other):
    """Of the last one nothing is left to sign, but the numbers tell."""
    del rows[row_of(rng, rows)]
    return rows or None


def double(rng, rows, session, other):
    return in_order([*rows, rng.choice(rows)])


def swap(rng, rows, session, other):
    if len(rows) < 2:
        return None
    one, two = rng.sample(range(len(rows)), 2)
    rows[one], rows[two] = rows[two], rows[one]
    return rows


def reverse(rng, rows, session, other):
    return rows[::-1] if len(rows) > 1 else None


def signed_by_a_stranger(rng, rows, session, other):
    """The key itself replaced: nobody drew such a card."""
    row, key = rng.choice(rows), SigningKey(rng.randbytes(32))
    row["p" if "p" in row else "c"] = codec.b64(bytes(key.verify_key))
    row["z"] = codec.b64(key.sign(message_of(row, session)).signature)
    return in_order(rows)


def message_of(row, session):
    sid = session.manifest["sid"].encode()
    if "b" in row:
        return codec.tagged("ars/slip/v1", row["b"].encode())
    if "h" in row:
        return codec.tagged("ars/env/v1", sid, codec.unb64(row["h"], 32))
    return codec.tagged("ars/void/v1", sid, codec.unb64(row["c"], 32))


def signature_of_a_stranger(rng, rows, session, other):
    rows[good_row(rng, rows, session)]["z"] = codec.b64(SigningKey(rng.randbytes(32)).sign(rng.randbytes(9)).signature)
    return rows


def good_row(rng, rows, session):
    """A row whose signature counts: an envelope set aside for its signature may have any."""
    bad = {entry["c"] for entry in session.transcript["invalid"] if entry["code"] == "sig"}
    return rng.choice([number for number, row in enumerate(rows) if row.get("c") not in bad] or [0])


def signature_of_a_neighbour(rng, rows, session, other):
    if len(rows) < 2:
        return None
    one, two = rng.sample(range(len(rows)), 2)
    if row_is_bad(rows[one], session) or row_is_bad(rows[two], session):
        return None
    rows[one]["z"] = rows[two]["z"]
    return rows


def row_is_bad(row, session):
    return any(entry["c"] == row.get("c") and entry["code"] == "sig" for entry in session.transcript["invalid"])


def other_message_signed(rng, rows, session, other):
    """The right key, but the signature of another purpose."""
    row = rng.choice(rows)
    card = session.by_key.get(row.get("p") or row["c"])
    if card is None or row_is_bad(row, session):
        return None
    key = card.slip_key(json.loads(row["b"])["o"]) if "b" in row else card.outer
    tag = rng.choice(["ars/slip/v2", "ars/env/v1\0", "ars/rcpt/v1", "ars/board/v1"])
    row["z"] = codec.b64(key.sign(codec.tagged(tag, rng.choice([b"", message_of(row, session)]))).signature)
    return rows


def signature_with_torsion(rng, rows, session, other):
    """The cofactor's trick by the holder of the card: R moved by the point of order two, accepted where verification multiplies by 8."""
    row = rng.choice(rows)
    card = session.by_key.get(row.get("p") or row["c"])
    if card is None or row_is_bad(row, session):
        return None
    key = card.slip_key(json.loads(row["b"])["o"]) if "b" in row else card.outer
    row["z"] = codec.b64(torsion_signature(rng, key, message_of(row, session)))
    return rows


def torsion_signature(rng, key, message):
    scalar = int.from_bytes(bindings.crypto_sign_ed25519_sk_to_curve25519(bytes(key) + bytes(key.verify_key)), "little")
    nonce = int.from_bytes(rng.randbytes(64), "little") % verify.L
    r = encode(verify._add(verify._times(nonce, verify.BASE), (0, verify.P - 1, 1, 0)))
    k = int.from_bytes(verify.hashlib.sha512(r + bytes(key.verify_key) + message).digest(), "little") % verify.L
    return r + ((nonce + k * scalar) % verify.L).to_bytes(32, "little")


def encode(point):
    x, y, z, _ = point
    x, y = x * pow(z, -1, verify.P) % verify.P, y * pow(z, -1, verify.P) % verify.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def signature_with_greater_s(rng, rows, session, other):
    row = rows[good_row(rng, rows, session)]
    if row_is_bad(row, session):
        return None
    z = codec.unb64(row["z"], 64)
    greater = int.from_bytes(z[32:], "little") + verify.L
    row["z"] = codec.b64(z[:32] + greater.to_bytes(32, "little"))
    return rows


def base64_in_a_second_spelling(rng, rows, session, other):
    """The bits that do not count set, or padding added."""
    row = rng.choice(rows)
    names = [name for name in ("p", "h", "c", "z") if name in row]
    name = rng.choice(names)
    last = codec_alphabet().index(row[name][-1])
    row[name] = rng.choice([row[name] + "=", row[name][:-1] + codec_alphabet()[last ^ 1], row[name] + "A", row[name][:-1]])
    return rows


def codec_alphabet():
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def body_changed(rng, rows, session, other):
    """Another text under the old signature."""
    row = rng.choice(rows)
    body = json.loads(row["b"])
    member, value = rng.choice([("a", {"K00": 10}), ("v", 2), *[(name, text) for name in "ogns" for text in ("o99", "b", "")]])
    if body[member] == value:
        return None
    body[member] = value
    row["b"] = spelled(body).decode("utf-8", "surrogatepass")
    return rows


def from_another_session(rng, rows, session, other):
    """A row of another meeting put among these, or in the place of one of them."""
    for member in LISTS:
        if rows and other.transcript[member] and rows[0].keys() == other.transcript[member][0].keys():
            stranger = rng.choice(other.transcript[member])
            if rng.random() < 0.5:
                del rows[row_of(rng, rows)]
            return in_order([*rows, stranger])
    return None


def bodies_signed_anew(rng, session, other):
    """A slip that its own card signs, but that no honest tablet would write."""
    slips = deepcopy(session.transcript["slips"])
    if not slips:
        return None
    slip = rng.choice(slips)
    card, body = session.by_key[slip["p"]], json.loads(slip["b"])
    key = card.slip_key(body["o"])
    slip["b"] = rng.choice(BODIES)(rng, body, session)
    if slip["b"] is None:
        return None
    slip["z"] = codec.b64(key.sign(codec.tagged("ars/slip/v1", slip["b"].encode("utf-8", "surrogatepass"))).signature)
    return spelled(signed(session, session.transcript | {"slips": slips}))


def _mark_out_of_range(rng, body, session):
    scheme = verify.Scheme(session.manifest["scheme"])
    code, criterion = rng.choice(list(scheme.criteria.items()))
    full = {name: 1 if c.graded else 0 for name, c in scheme.criteria.items()}
    wrong = [0, len(scheme.grades) + 1, -1] if criterion.graded else [int(criterion.most * 10) + int(scheme.step * 10), -10]
    wrong += [2**53 - 1] + ([] if criterion.graded or scheme.step * 10 == 1 else [1])
    return spelled(body | {"a": full | {code: rng.choice(wrong)}}).decode()


def _mark_of_another_type(rng, body, session):
    full = {code: 1 if c.graded else 0 for code, c in verify.Scheme(session.manifest["scheme"]).criteria.items()}
    full[rng.choice(list(full))] = rng.choice([True, 1.0, "1", None, [1], {}, 10**20])
    return spelled(body | {"a": full}).decode()


def _criterion_unknown_or_missing(rng, body, session):
    scheme = verify.Scheme(session.manifest["scheme"])
    full = {code: 1 if c.graded else 0 for code, c in scheme.criteria.items()}
    if len(full) > 1 and not scheme.average_answered and rng.random() < 0.5:
        del full[rng.choice(list(full))]
    else:
        full[rng.choice(["K99", "constructor", "scheme", "k00", "hasOwnProperty"])] = 1
    return spelled(body | {"a": full}).decode()


def _about_somebody_else(rng, body, session):
    member, values = rng.choice([
        ("o", [o["o"] for o in session.manifest["officials"]] + ["o99", ""]),
        ("g", [group["g"] for group in session.manifest["groups"]] + ["q"]),
        ("s", ["0" * 16, session.manifest["sid"].upper() + "x"]),
        ("v", [2, True, 1.0]),
        ("n", ["", "A" * 21, "A" * 21 + "B", "A" * 43, 1]),
    ])  # fmt: skip
    wrong = rng.choice([value for value in values if value != body[member] or type(value) is not type(body[member])])
    return spelled(body | {member: wrong}).decode()


def _another_form(rng, body, session):
    text = spelled(body).decode()
    extra = {rng.choice(["x", "scheme", "a2"]): rng.choice([1, "x", {}])}
    return rng.choice([
        spelled(body | extra).decode(), spelled({name: body[name] for name in body if name != "n"}).decode(), text + " ", "[" + text + "]",
        text.replace('"v":1', '"v":1.0'), text.replace('{"a"', '{ "a"'), "", "null", text[:-1] + ',"v":1}', "\ufeff" + text, text * 2,
        text.replace(body["s"], "\\u0030" + body["s"][1:]) if body["s"][0] == "0" else text.replace('"g"', '"\\u0067"'),
    ])  # fmt: skip


BODIES = [_mark_out_of_range, _mark_of_another_type, _criterion_unknown_or_missing, _about_somebody_else, _another_form]


def aside_changed(rng, session, other):
    """The list of what was set aside and the slips do not agree any more."""
    transcript, invalid = session.transcript, deepcopy(session.transcript["invalid"])
    entries = [(row["h"], row["c"]) for row in transcript["received"]]
    listed = {(row["h"], row["c"]) for row in invalid}
    good = [entry for entry in entries if entry not in listed]
    scope_of = {card: len(reference.boxed(session.manifest)[card.group]["scope"]) for card in session.given}
    kind = rng.randrange(6)
    if kind == 0 and good and scope_of:  # set aside, but its slips are counted
        h, c = rng.choice(good)
        invalid.append({"h": h, "c": c, "code": rng.choice(["sig", "open", "body"])})
        invalid.sort(key=lambda row: entries.index((row["h"], row["c"])))
    elif kind == 1 and invalid:  # counted, but there are no slips
        del invalid[rng.randrange(len(invalid))]
    elif kind == 2 and invalid:
        rng.choice(invalid)["code"] = rng.choice(["SIG", "", "late", "dup2", 1])
    elif kind == 3 and len(invalid) > 1:
        invalid.reverse()
    elif kind == 4:
        stranger = codec.b64(rng.randbytes(32))
        h, c = rng.choice(entries) if entries else (stranger, stranger)
        invalid.append({"h": rng.choice([h, stranger]), "c": stranger, "code": "sig"})
    elif kind == 5 and invalid and not verify.Scheme(session.manifest["scheme"]).straight_line:
        rng.choice(invalid)["code"] = "rule"  # which this scheme does not have
    else:
        return None
    return spelled(signed(session, transcript | {"invalid": invalid}))


def drawn_changed(rng, session, other):
    drawn = dict(session.transcript["drawn"])
    letter = rng.choice([*drawn, "q"])
    cards = reference.boxed(session.manifest).get(letter, {"cards": 0})["cards"]
    if letter in drawn and rng.random() < 0.3:
        del drawn[letter]
    else:
        drawn[letter] = rng.choice([cards + 1, -1, "1", 1.5, True, None, [1], 2**53])
    return spelled(signed(session, session.transcript | {"drawn": drawn}))


def named_changed(rng, session, other):
    """Marks outside the boxes that the scheme, the group or the form do not allow."""
    named, manifest = deepcopy(session.transcript["named"]), session.manifest
    boxes = [group for group in manifest["groups"] if "named" in group]
    scheme = verify.Scheme(manifest["scheme"])
    full = {code: 1 if c.graded else 0 for code, c in scheme.criteria.items()}
    group = rng.choice(boxes or manifest["groups"])
    entry = {"g": group["g"], "o": group["scope"][0], "a": full}
    wrong = [
        {"g": next(iter(reference.boxed(manifest)))}, {"o": "o99"}, {"a": full | {"K00": 10**6}}, {"a": full | {"K99": 1}},
        {"a": full | {"K00": True}}, {"a": full | {"K00": 1.5}}, {"a": []}, {"g": 1}, {"x": 1},
    ]  # fmt: skip
    named.append(entry | (rng.choice(wrong) if boxes else {}))
    named.sort(key=spelled)
    return spelled(signed(session, session.transcript | {"named": named}))


def member_of_another_session(rng, session, other):
    member = rng.choice([*LISTS, "manifest", "credentials", "drawn", "received_root", "slips_root", "board_sig"])
    theirs = deepcopy(other.transcript[member])
    if theirs == session.transcript[member] or (member in ("voided", "named", "drawn") and not theirs):
        return None
    if member == "drawn" and theirs.keys() == session.transcript["drawn"].keys():
        return None  # numbers anybody may have written down
    document = session.transcript | {member: theirs}
    if member in ("received_root", "slips_root", "board_sig") or rng.random() < 0.3:
        return spelled(document)
    return spelled(signed(session, document))


def root_or_signature_replaced(rng, session, other):
    document = deepcopy(session.transcript)
    name = rng.choice(["received_root", "slips_root", "board_sig"])
    length = 64 if name == "board_sig" else 32
    document[name] = codec.b64(rng.choice([bytes(length), rng.randbytes(length), ORDER_2 * (length // 32)]))
    return spelled(resealed(session, document, rng))


def resealed(session, document, rng):
    """The board signature over whatever roots stand there now; another key's or none now and then."""
    if rng.random() < 0.4:
        return document
    rest = {name: member for name, member in document.items() if name not in ("slips", "board_sig")}
    key = session.keys.board if document["board_sig"] == session.transcript["board_sig"] else SigningKey(rng.randbytes(32))
    return document | {"board_sig": codec.b64(key.sign(codec.tagged("ars/board/v1", codec.canonical(rest))).signature)}


def board_signature_by_others(rng, session, other):
    """The whole document signed by keys that may sign other things, or by the right key in a wrong way."""
    transcript, board = session.transcript, session.keys.board
    rest = {name: member for name, member in transcript.items() if name not in ("slips", "board_sig")}
    message = codec.tagged("ars/board/v1", codec.canonical(rest))
    card = next(iter(session.by_key.values()))
    z = codec.unb64(transcript["board_sig"], 64)
    signature = rng.choice([
        lambda: other.keys.board.sign(message).signature,
        lambda: SigningKey(rng.randbytes(32)).sign(message).signature,
        lambda: card.outer.sign(message).signature,
        lambda: board.sign(codec.canonical(rest)).signature,
        lambda: board.sign(codec.tagged("ars/board/v1", codec.canonical(transcript | {"board_sig": ""}))).signature,
        lambda: torsion_signature(rng, board, message),
        lambda: z[:32] + (int.from_bytes(z[32:], "little") + verify.L).to_bytes(32, "little"),
    ])()  # fmt: skip
    return spelled(transcript | {"board_sig": codec.b64(signature)})


# --- the manifest and the lists of cards, which the printed code holds fast ------------------------------------------------------


def reweighed(rng, session, other):
    """The scheme counts otherwise, hashed and signed again."""
    document = deepcopy(session.transcript)
    manifest, scheme = document["manifest"], document["manifest"]["scheme"]
    kind = rng.randrange(4)
    if kind == 0:
        one, two = rng.sample(scheme["rater_groups"], 2)
        if one["weight"] == two["weight"]:
            one["weight"], two["weight"] = "0.7", "0.3"
        else:
            one["weight"], two["weight"] = two["weight"], one["weight"]
    elif kind == 1:
        scheme["quorum"] = "1/3"
    elif kind == 2:
        scheme["rater_groups"][0]["min_ballots"] = 9
    else:
        scheme["note"] = "x"
    manifest["scheme_hash"] = codec.b64(verify.digest("score/scheme/v1", scheme))
    return spelled(signed(session, document))


def manifest_changed(rng, session, other):
    """Another name, day, group or key, everything signed again; now and then the credentials too."""
    document = deepcopy(session.transcript)
    manifest = document["manifest"]
    officials, kind = manifest["officials"], rng.randrange(7)
    if kind == 0 and len(officials) > 1:
        officials[0]["n"], officials[1]["n"] = officials[1]["n"], officials[0]["n"]
    elif kind == 1:
        officials.reverse()
        officials[0]["n"] += "x"
    elif kind == 2:
        manifest["date"] = "2026-12-19"
    elif kind == 3:
        manifest["mode"] = "rehearsal" if manifest["mode"] == "formal" else "formal"
    elif kind == 4:
        manifest[rng.choice(["client", "urn_pub", "rcpt_pub"])] = codec.b64(bytes(SigningKey(rng.randbytes(32)).verify_key))
    elif kind == 5:
        manifest["k_pub"] += 1
    else:
        keys = reference.make_keys(manifest["sid"], shares=session.keys.shares)
        manifest |= {"board_pub": keys.board_pub, "urn_pub": keys.urn_pub}
        return spelled(signed(session, document, keys.board))
    return spelled(signed(session, document))


def keys_moved(rng, session, other):
    """A slip key listed under another official or box; `cred` made anew or not."""
    credentials = deepcopy(session.credentials)
    lists = [keys for box in credentials["groups"].values() for keys in [box["outer"], *box["slip"].values()]]
    one, two = rng.sample(lists, 2)
    one[0], two[0] = two[0], one[0]
    one.sort()
    two.sort()
    manifest = rng.choice([session.manifest, reference.complete(session.manifest, credentials)])
    return spelled(signed(session, session.transcript | {"manifest": manifest, "credentials": credentials}))


def stuffed(rng, session, other):
    """A card more than was printed, with its envelope and its slips: only the printed code tells."""
    document, manifest = deepcopy(session.transcript), deepcopy(session.manifest)
    group = rng.choice([group for group in manifest["groups"] if "cards" in group])
    card = reference.Card(manifest["sid"], group["g"], rng.randbytes(15))
    lists = document["credentials"]["groups"][group["g"]]
    group["cards"] += 1
    lists["outer"] = sorted([*lists["outer"], card.outer_pub])
    for official in group["scope"]:
        lists["slip"][official] = sorted([*lists["slip"][official], card.slip_pub(official)])
    row = reference.row(reference.cast_body(card, manifest, {}))
    document["received"] = in_order([*document["received"], {name: row[name] for name in ("h", "c", "z")}])
    document["slips"] = in_order([*document["slips"], *(reference.make_slip(card, official, {}) for official in group["scope"])])
    document["manifest"] = rng.choice([session.manifest, reference.complete(manifest, document["credentials"])])
    return spelled(signed(session, document))


def stuffed_with_a_listed_card(rng, session, other):
    """An unused card's slips without its envelope, or a second set of slips for a card that cast."""
    document, card = deepcopy(session.transcript), rng.choice(list(session.by_key.values()))
    scope = reference.boxed(session.manifest)[card.group]["scope"]
    listed = {slip["p"] for slip in document["slips"]}
    extra = [reference.make_slip(card, official, {}) for official in rng.sample(scope, rng.randint(1, len(scope)))]
    if any(slip["p"] in listed for slip in extra):
        return None
    document["slips"] = in_order([*document["slips"], *extra])
    return spelled(signed(session, document))


BYTES = [
    flip_a_bit, flip_a_bit, cut_or_lengthen, another_envelope_of_text, another_spelling, another_spelling, another_form_of_unicode,
    alien_value, alien_value, member_added_or_lost, deep_nesting,
]  # fmt: skip
ROWS = [
    *[rows_changed(change, "slips", "received") for change in (drop, drop, signed_by_a_stranger)],
    *[
        rows_changed(change, "slips", "received", "voided")
        for change in (
            double, reverse, swap, signature_of_a_stranger, signature_of_a_neighbour, other_message_signed, signature_with_greater_s,
            signature_with_torsion, base64_in_a_second_spelling,
        )
    ],
    rows_changed(signed_by_a_stranger, "voided"), rows_changed(body_changed, "slips"),
    rows_changed(from_another_session, "slips", "received", "voided", "invalid"),
]  # fmt: skip
DOCUMENT = [
    bodies_signed_anew, bodies_signed_anew, bodies_signed_anew, aside_changed, drawn_changed, named_changed, member_of_another_session,
    root_or_signature_replaced, board_signature_by_others, stuffed_with_a_listed_card,
]  # fmt: skip
COMMITTED = [reweighed, manifest_changed, keys_moved, stuffed]
LEVELS = [BYTES, ROWS, ROWS, DOCUMENT, DOCUMENT, COMMITTED]


# --- wrong from the start --------------------------------------------------------------------------------------------------------
# Each changes document["manifest"] or document["credentials"] in place; False where the session offers no place for it.


def wrong_pad(rng, document, session):
    document["manifest"]["pad"] += rng.choice([1024, -1024, 1, 20480])


def wrong_shares(rng, document, session):
    wrong = [[3, 2], [0, 1], [2, 3, 3], [2], [], [1, 3], [0, 0], [-1, 3]]
    wrong += [[1, 1]] if session.manifest["mode"] == "formal" else []
    document["manifest"]["shares"] = rng.choice(wrong)


def wrong_word(rng, document, session):
    name, value = rng.choice([
        ("v", 2), ("suite", "ARS2"), ("suite", "ARS1-SM"), ("mode", "test"), ("date", "18.12.2026"), ("date", "2026-12-18T00:00"), ("date", ""),
        ("k_pub", 0), ("k_pub", -1), ("k_pub", "10"), ("officials", []), ("client", ""), ("client", "A" * 42 + "B"),
    ])  # fmt: skip
    document["manifest"][name] = value


def wrong_officials(rng, document, session):
    officials = document["manifest"]["officials"]
    wrong = [{"o": officials[-1]["o"]}, {"o": "1x"}, {"o": "o-1"}, {"n": 1}, {"unit": []}, {"category": {}}, {"x": ""}]
    change = rng.choice(wrong)
    officials.append({"o": "o98", "n": "", "category": "", "unit": ""} | change)


def wrong_group(rng, document, session):
    group = rng.choice(document["manifest"]["groups"])
    group |= rng.choice([
        {"scope": []}, {"scope": [*group["scope"], "o99"]}, {"scope": [*group["scope"], group["scope"][0]]}, {"scope": "o01"}, {"code": "Q"},
        {"code": 1}, {"named": 2}, {"cards": 0}, {"cards": -1}, {"cards": "3"}, {"g": "bb"}, {"g": "1"}, {"g": ""}, {"x": 1},
    ])  # fmt: skip


def group_named_against_the_scheme(rng, document, session):
    group = rng.choice(document["manifest"]["scheme"]["rater_groups"])
    if group.get("source") == "figures":
        return False
    group["anonymous"] = not group.get("anonymous", True)
    return None


def letter_twice_or_group_lost(rng, document, session):
    groups = document["manifest"]["groups"]
    if rng.random() < 0.5:
        groups.append(deepcopy(groups[0]))
    else:
        code = rng.choice(groups)["code"]
        document["manifest"]["groups"] = [group for group in groups if group["code"] != code]


def wrong_scheme_hash(rng, document, session):
    document["manifest"]["scheme_hash"] = codec.b64(rng.randbytes(32))


def form_of_scheme(rng, document, session):
    document["manifest"]["scheme"] = rng.choice([{}, [], {"code": "R"}, "R"])


def key_no_point(rng, document, session):
    """A key of the manifest that is no point of the group of prime order."""
    document["manifest"][rng.choice(["board_pub", "rcpt_pub"])] = codec.b64(rng.choice([ORDER_2, bytes(32), b"\1" + bytes(31)]))


def cards_and_lists_differ(rng, document, session):
    lists = rng.choice(list(document["credentials"]["groups"].values()))
    rng.choice([lists["outer"], *lists["slip"].values()]).pop()


def listed_key_no_point(rng, document, session):
    """A key with torsion in the lists: its own, moved by the point of order two; or of small order; or no point at all."""
    lists = rng.choice(list(document["credentials"]["groups"].values()))
    keys = rng.choice([lists["outer"], *lists["slip"].values()])
    point = verify._point(codec.unb64(keys[0], 32))
    mixed = encode(verify._add(point, (0, verify.P - 1, 1, 0)))
    keys[0] = codec.b64(rng.choice([mixed, ORDER_2, b"\2" + bytes(31), b"\xff" * 32]))
    keys.sort()


def lists_out_of_order(rng, document, session):
    lists = rng.choice(list(document["credentials"]["groups"].values()))
    keys = rng.choice([lists["outer"], *lists["slip"].values()])
    if len(keys) < 2:
        return False
    keys.reverse()
    return None


def key_in_two_lists(rng, document, session):
    lists = [keys for box in document["credentials"]["groups"].values() for keys in [box["outer"], *box["slip"].values()]]
    one, two = rng.sample(lists, 2)
    two[0] = one[0]
    two.sort()


def form_of_credentials(rng, document, session):
    credentials = document["credentials"]
    letter = next(iter(credentials["groups"]))
    kind = rng.randrange(6)
    if kind == 0:
        credentials["sid"] = "0" * 16
    elif kind == 1:
        credentials["v"] = 2
    elif kind == 2:
        credentials["groups"]["q"] = {"outer": [], "slip": {}}
    elif kind == 3:
        credentials["groups"][letter]["slip"]["o99"] = []
    elif kind == 4:
        del credentials["groups"][letter]
    else:
        credentials["x"] = 1


def wrong_credentials_hash(rng, document, session):
    document["manifest"]["cred"] = codec.b64(rng.randbytes(32))


FROM_THE_START = [
    wrong_pad, wrong_shares, wrong_word, wrong_officials, wrong_group, group_named_against_the_scheme, letter_twice_or_group_lost,
    wrong_scheme_hash, form_of_scheme, key_no_point, cards_and_lists_differ, listed_key_no_point, lists_out_of_order, key_in_two_lists,
    form_of_credentials, wrong_credentials_hash,
]  # fmt: skip
