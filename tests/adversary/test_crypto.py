"""T12: both languages against the standard and against each other, and envelopes full of rubbish.

The shared vectors are tried in tests/ballots (test_reference.py, test_verify.py, js).
"""

import random
from collections import Counter

import pytest
from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey

from ballots import codec, reference, verify
from tests.adversary import node, proof
from tests.adversary.conftest import FULL

# RFC 8032, 7.1: seed, public key, message, signature
STANDARD = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
}


@pytest.mark.parametrize("test", STANDARD)
def test_both_languages_sign_and_judge_as_the_standard_says(browser, test):
    seed, key, message, signature = STANDARD[test]

    assert browser("publicKey", seed=seed) == bytes(SigningKey(bytes.fromhex(seed)).verify_key).hex() == key
    assert (
        browser("sign", seed=seed, message=message)
        == SigningKey(bytes.fromhex(seed)).sign(bytes.fromhex(message)).signature.hex()
        == signature
    )
    assert browser("verify", signature=signature, message=message, key=key)
    assert verify.signed(bytes.fromhex(key), bytes.fromhex(signature), bytes.fromhex(message))
    assert not browser("verify", signature=signature, message=message + "00", key=key)
    assert not verify.signed(bytes.fromhex(key), bytes.fromhex(signature), bytes.fromhex(message) + b"\0")


def test_what_one_language_seals_the_other_opens(browser):
    rng = random.Random(2)
    for length in (0, 1, 100, 4096):
        key, text = PrivateKey.generate(), rng.randbytes(length)
        public = bytes(key.public_key)

        assert SealedBox(key).decrypt(bytes.fromhex(browser("seal", data=text.hex(), key=public.hex()))) == text
        assert browser("unseal", data=SealedBox(key.public_key).encrypt(text).hex(), key=bytes(key).hex()) == text.hex()
        assert browser("unseal", data=reference.seal(text, public).hex(), key=bytes(key).hex()) == text.hex()


def test_a_ballot_of_the_browser_is_opened_in_python_and_the_other_way_round(vectors, browser):
    manifest, credentials, mh = vectors["manifest"], vectors["credentials"], vectors["mh"]
    keys = reference.Keys(manifest["sid"], bytes.fromhex(vectors["key_page"]["seed_hex"]))
    bodies = []
    for name, cast in vectors["casts"].items():
        card = {"secret": vectors["cards"][name]["secret_hex"], "g": name[0]}
        bodies.append(
            browser("cast", manifest=manifest, credentials=credentials, mh=mh, answers=cast["answers"], **card).encode()
        )
    opened = reference.open_envelopes(manifest, credentials, [reference.row(body) for body in bodies], keys)
    assert {slip["p"]: slip for envelope in opened for slip in envelope.slips} == {
        slip["p"]: slip for slip in vectors["transcript"]["slips"]
    }

    cards = {
        name: reference.Card(manifest["sid"], name[0], bytes.fromhex(vectors["cards"][name]["secret_hex"]))
        for name in vectors["casts"]
    }
    rows = [reference.row(reference.cast_body(card, manifest, vectors["casts"][name]["answers"])) for name, card in cards.items()]
    urn = bytes(keys.urn).hex()
    assert browser("open", manifest=manifest, credentials=credentials, mh=mh, rows=rows, urn=urn) == [2] * len(rows)


# --- rubbish ----------------------------------------------------------------------------------------------------------------------


def spoil(rng, good):
    """A message with some bytes changed, cut out or put in; never the same again."""
    body = bytearray(good)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(body))
        kind = rng.randrange(3)
        if kind == 0:
            body[at] = rng.randrange(256)
        elif kind == 1:
            del body[at : at + rng.randrange(1, 9)]
        else:
            body[at:at] = rng.randbytes(rng.randrange(1, 9))
    return bytes(body) if body != good else spoil(rng, good)


@pytest.mark.django_db(databases=["ballots"])
def test_rubbish_at_the_door_gets_a_documented_answer_with_a_constant_body(booth, vector_box, vector_casts):
    rng, seen = random.Random(8), set()
    good = vector_casts["b1"]

    for _ in range(2_000 if FULL else 200):
        answer = booth.cast(vector_box.sid, spoil(rng, good))
        seen.add((answer.status_code, answer.content))

    assert seen <= {(status, b'{"v":1}') for status in (403, 413, 415, 422)}
    assert len(seen) > 1
    assert booth.cast(vector_box.sid, good).status_code == 200


def sealed_rubbish(rng, card, manifest, good):
    """What a rater with a real card may put into an envelope."""
    text = spoil(rng, good)[: manifest["pad"] - 1] if rng.random() < 0.8 else rng.randbytes(rng.randrange(manifest["pad"]))
    padded = (
        reference.pad7816(text, manifest["pad"]) if rng.random() < 0.8 else (text + bytes(manifest["pad"]))[: manifest["pad"]]
    )
    return reference.row(reference.envelope_body(card, reference.seal(padded, codec.unb64(manifest["urn_pub"]))))


def test_rubbish_under_a_good_signature_is_set_aside_and_breaks_nothing(vectors, browser):
    rng, manifest, credentials = random.Random(9), vectors["manifest"], vectors["credentials"]
    keys = reference.Keys(manifest["sid"], bytes.fromhex(vectors["key_page"]["seed_hex"]))
    card = reference.Card(manifest["sid"], "b", bytes.fromhex(vectors["cards"]["b1"]["secret_hex"]))
    good = vectors["casts"]["b1"]["plaintext"].encode()
    some, codes = [], []

    for _ in range(1_000_000 if FULL else 150):
        row = sealed_rubbish(rng, card, manifest, good)
        codes.append(reference.open_envelopes(manifest, credentials, [row], keys)[0].code)
        if len(some) < (1_000 if FULL else 40):
            some.append(row)

    assert {"open", "body"} <= set(codes) <= {"open", "body", "rule"}
    given = {"manifest": manifest, "credentials": credentials, "mh": vectors["mh"], "urn": bytes(keys.urn).hex()}
    asked = [browser("open", rows=[row], **given) for row in some]
    assert asked == [[code] for code in codes[: len(some)]], "the browser and Python say the same"
    proof.write("rubbish under a good signature", Counter(codes))


def test_a_tablet_says_why_it_refuses(vectors, browser):
    with pytest.raises(node.Refused, match="does not fit"):
        browser(
            "take",
            manifest=vectors["manifest"],
            credentials=vectors["credentials"],
            mh=codec.b64(bytes(32)),
            secret="00" * 15,
            g="b",
        )
