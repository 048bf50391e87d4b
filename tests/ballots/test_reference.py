"""The reference client against the shared vectors, which bind it to the browser's client."""

import hashlib
import itertools
import random

import pytest
from nacl.signing import SigningKey

from ballots import codec, reference, verify


@pytest.fixture(scope="module")
def keys(vectors):
    page = vectors["key_page"]
    return reference.Keys(vectors["manifest"]["sid"], bytes.fromhex(page["seed_hex"]), (2, 3), tuple(page["key_cards"]))


@pytest.fixture(scope="module")
def cards(vectors):
    sid = vectors["manifest"]["sid"]
    return {name: reference.Card(sid, name[0], bytes.fromhex(card["secret_hex"])) for name, card in vectors["cards"].items()}


@pytest.fixture(scope="module")
def bodies(vectors, cards):
    return {
        name: reference.cast_body(cards[name], vectors["manifest"], cast["answers"], bytes.fromhex(cast["ephemeral_secret"]))
        for name, cast in vectors["casts"].items()
    }


def test_keys_are_derived_as_in_the_vectors(vectors):
    kdf = vectors["kdf"]
    secret, sid = bytes.fromhex(kdf["card_secret_hex"]), vectors["manifest"]["sid"]

    for info in ("outer", "slip|o01", "nonce|o01", "draft", "draftid"):
        assert reference.kdf(sid, secret, info, len(kdf[info]) // 2).hex() == kdf[info]


def test_the_urn_seed_gives_the_public_keys_and_any_two_key_cards_give_the_seed(vectors, keys):
    page = vectors["key_page"]

    assert (keys.urn_pub, keys.board_pub) == (page["urn_pub"], page["board_pub"])
    assert codec.code(bytes(keys.urn.public_key), 80) == page["urn_code"]
    for two in itertools.permutations(page["key_cards"], 2):
        assert reference.combine_keys(vectors["manifest"], two).seed == keys.seed


def test_key_cards_that_do_not_fit_are_refused(vectors, keys):
    manifest, (first, second, _) = vectors["manifest"], keys.cards
    stranger = reference.make_keys(keys.sid).cards[0]

    for wrong in ([first], [first, first], [first, stranger], [first, second.replace(keys.sid, "f" * 16)]):
        with pytest.raises(ValueError, match=r"key card|fit"):
            reference.combine_keys(manifest, wrong)


@pytest.mark.parametrize(("needed", "made"), [(2, 3), (3, 5), (2, 2)])
def test_shares_give_the_secret_back(needed, made):
    secret = bytes(range(240, 256))
    shares = reference.split(secret, needed, made)

    assert all(reference.join(some) == secret for some in itertools.combinations(shares, needed))
    assert reference.join(shares[: needed - 1]) != secret


def test_one_of_one_share_is_the_seed():
    keys = reference.make_keys("0123456789abcdef", shares=(1, 1))

    assert keys.cards == (f"k1.{keys.sid}.1.{reference.base32(keys.seed)}",)


def test_cards_are_those_of_the_vectors(vectors, cards):
    for name, expected in vectors["cards"].items():
        card = cards[name]
        assert card.printed == expected["printed"]
        assert card.fragment(vectors["manifest"]) == expected["url_fragment"]
        assert card.outer_pub == expected["outer_pub"]
        assert {o: card.slip_pub(o) for o in expected["slip_pub"]} == expected["slip_pub"]
        assert {o: codec.b64(card.nonce(o)) for o in expected["nonce"]} == expected["nonce"]
        assert reference.read_fragment(expected["url_fragment"]) == (card, vectors["mh"])


def test_a_typed_card_may_be_misread_in_the_usual_ways(vectors):
    card = vectors["cards"]["b1"]

    typed = card["printed"].lower().replace("1", "l").replace("0", "o")
    assert reference.from_base32(f"{typed[:4]}-{typed[4:]}", 15).hex() == card["secret_hex"]
    with pytest.raises(ValueError, match="base32"):
        reference.from_base32(card["printed"][:-1], 15)


def test_manifest_credentials_and_padding_are_those_of_the_vectors(vectors, keys, cards):
    expected = vectors["manifest"]
    given = reference.make_manifest(
        keys,
        date=expected["date"],
        officials=expected["officials"],
        groups=expected["groups"],
        scheme=expected["scheme"],
        rcpt_pub=expected["rcpt_pub"],
        mode="rehearsal",
        client=codec.unb64(expected["client"]),
    )
    in_order = (card.secret for card in cards.values())
    credentials, made = reference.make_cards(given, secret=lambda: next(in_order))

    assert credentials == vectors["credentials"]
    assert [card for box in made.values() for card in box] == list(cards.values())
    assert codec.canonical(reference.complete(given, credentials)).decode() == vectors["manifest_bytes"]
    assert reference.mh_code(expected) == vectors["mh_code"]
    assert reference.longest_plaintext(expected) == vectors["pad_rule"]["longest_plaintext"]


def test_casts_are_those_of_the_vectors(vectors, cards, bodies):
    receipt_key = SigningKey(bytes.fromhex(vectors["receipt_key_seed_hex"]))
    for name, cast in vectors["casts"].items():
        row = reference.row(bodies[name])
        assert {o: reference.make_slip(cards[name], o, marks) for o, marks in cast["answers"].items()} == cast["slips"]
        assert reference.plaintext(cards[name], vectors["manifest"], cast["answers"]).decode() == cast["plaintext"]
        assert hashlib.sha256(bodies[name]).hexdigest() == cast["cast_body_sha256"]
        assert (row["h"], row["z"]) == (cast["h"], cast["z"])
        receipt = reference.make_receipt(receipt_key, cards[name].sid, codec.unb64(row["h"]) + codec.unb64(row["c"]))
        assert receipt.decode() == cast["receipt"]
        assert reference.receipt_code(vectors["manifest"], bodies[name], receipt) == cast["code"]


def test_a_receipt_for_another_envelope_or_by_another_key_is_refused(vectors, bodies):
    other = vectors["casts"]["b2"]["receipt"].encode()
    forged = reference.make_receipt(SigningKey(bytes(32)), vectors["manifest"]["sid"], bytes(64))

    for answer in (other, forged):
        with pytest.raises(ValueError, match="receipt"):
            reference.receipt_code(vectors["manifest"], bodies["b1"], answer)


def test_a_void_is_that_of_the_vectors(vectors, cards):
    assert reference.void_body(cards[vectors["void"]["card"]]).decode() == vectors["void"]["body"]


def test_bad_envelopes_are_set_aside_with_their_codes(vectors, keys):
    for case in vectors["opening_cases"]:
        opened = reference.open_envelopes(vectors["manifest"], vectors["credentials"], case["rows"], keys)
        assert [envelope.code for envelope in opened] == case["codes"], case["case"]
        assert all(bool(envelope.slips) == (envelope.code is None) for envelope in opened)


def test_opening_gives_the_transcript_of_the_vectors_in_whatever_order_ballots_came(vectors, keys, bodies):
    expected = vectors["transcript"]
    for seed in range(3):
        order = random.Random(seed).sample(vectors["cast_order"], len(vectors["cast_order"]))
        transcript = reference.open_urn(
            expected["manifest"],
            expected["credentials"],
            [bodies[name] for name in order],
            keys.cards[1:],
            drawn=expected["drawn"],
            voids=[vectors["void"]["body"].encode()],
            named=expected["named"],
        )
        assert hashlib.sha256(codec.canonical(transcript)).hexdigest() == vectors["transcript_sha256_hex"]


def test_slips_do_not_depend_on_order_or_sealing(vectors, keys, cards):
    """T3c: the same cards and marks always give the same slips, whatever the ephemeral keys."""
    manifest, credentials = vectors["manifest"], vectors["credentials"]
    answers = {name: cast["answers"] for name, cast in vectors["casts"].items()}
    roots = set()
    for seed in range(5):
        order = random.Random(seed).sample(sorted(answers), len(answers))
        sealed = [reference.cast_body(cards[name], manifest, answers[name]) for name in order]
        transcript = reference.open_urn(manifest, credentials, sealed, keys.cards[:2], drawn={"b": 2, "d": 5})
        roots.add(transcript["slips_root"])

    assert roots == {vectors["transcript"]["slips_root"]}


def test_a_card_finds_its_marks_again(vectors, cards):
    for name, cast in vectors["casts"].items():
        assert reference.find_slips(cards[name], vectors["transcript"]) == cast["answers"]
    assert reference.find_slips(cards["b3"], vectors["transcript"]) == {}


def test_random_answers_are_accepted_by_the_scheme(vectors):
    rng = random.Random(1)
    for _ in range(50):
        answers = reference.random_answers(vectors["manifest"], "d", rng=rng)
        assert not any(verify.slip_fault(verify.Scheme(vectors["manifest"]["scheme"]), marks) for marks in answers.values())
