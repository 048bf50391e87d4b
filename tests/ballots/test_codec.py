import pytest

from ballots import codec


def test_canonical_json_accepts_its_one_spelling(vectors):
    for text in vectors["canonical_json"]["accepted"]:
        assert codec.canonical(codec.parse(text.encode())) == text.encode()


def test_canonical_json_refuses_every_other(vectors):
    accepted = [text for text in [*vectors["canonical_json"]["rejected"], '{"a":' * 9000, '"\xff"'] if _parses(text)]

    assert accepted == []


def _parses(text):
    try:
        codec.parse(text.encode("latin-1") if text == '"\xff"' else text.encode())
    except ValueError:
        return False
    return True


def test_merkle_roots_are_those_of_the_vectors(vectors):
    for case in vectors["merkle"]:
        leaves = [bytes.fromhex(leaf) for leaf in case["leaves_input_hex"]]

        assert codec.merkle_root(leaves).hex() == case["root_hex"]


def test_base64_has_one_spelling_and_one_length(vectors):
    key = vectors["manifest"]["urn_pub"]

    assert codec.b64(codec.unb64(key, 32)) == key
    for wrong in (key[:-1] + chr(ord(key[-1]) + 1), key + "=", key + "\n", key[:-1], key[:-1] + "é", 7):
        with pytest.raises(ValueError):  # noqa: PT011, the class is the whole contract
            codec.unb64(wrong, 32)


def test_torsion_signature_of_the_vectors_does_not_count(vectors):
    torsion = vectors["torsion"]
    public, signature = bytes.fromhex(torsion["pub_hex"]), bytes.fromhex(torsion["signature_hex"])

    assert not codec.signed(public, signature, torsion["message"])
    assert codec.is_key(public)


def test_codes_for_people(vectors):
    assert codec.code(codec.unb64(vectors["mh"]), 80) == vectors["mh_code"]
    assert codec.code(codec.unb64(vectors["casts"]["b1"]["h"]), 40) == vectors["casts"]["b1"]["code"]
