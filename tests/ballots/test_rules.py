import copy

import pytest

from ballots import codec, rules, verify
from ballots.verify import Fault


@pytest.fixture
def draft(vectors):
    """The manifest of the vectors as the server gives it out."""
    return copy.deepcopy({name: member for name, member in vectors["manifest"].items() if name != "cred"})


def asked(draft, **changes):
    """What the server knows before it completes the manifest."""
    return {name: member for name, member in draft.items() if name not in ("scheme_hash", "pad")} | changes


def test_manifest_of_the_vectors_is_completed(draft, vectors):
    assert rules.completed(asked(draft)) == draft
    assert verify.longest_plaintext(draft) == vectors["pad_rule"]["longest_plaintext"]


def manifest_of(officials, marks):
    criteria = [{"code": f"K{n:02}", "max_points": most} for n, most in enumerate(marks, start=1)]
    scope = [f"o{n:02}" for n in range(1, officials + 1)]
    groups = [
        {"g": "a", "named": 1, "scope": [*scope, "o98", "o99"]},
        {"g": "b", "cards": 9, "scope": scope[:1]},
        {"g": "c", "cards": 33, "scope": scope},
    ]
    return {"sid": "0" * 16, "scheme": {"mode": "points", "criteria": criteria}, "groups": groups}


def test_pad_of_the_sample_in_the_protocol():
    manifest = manifest_of(10, (8, 7, 5, 13, 12, 10, 9, 8, 8, 8, 12))

    assert verify.longest_plaintext(manifest) == 3867
    assert rules.pad(manifest) == 4096


def test_ballot_that_would_not_fit_the_largest_envelope_is_refused():
    assert rules.pad(manifest_of(42, [20] * 19)) == 20480
    with pytest.raises(Fault, match="too many officials"):
        rules.pad(manifest_of(43, [20] * 19))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"v": 2}, "members: manifest.v"),
        ({"more": 1}, "members: manifest"),
        ({"sid": "0123456789ABCDEF"}, "members: manifest.sid"),
        ({"date": "2026-13-01"}, "date: 2026-13-01"),
        ({"shares": [1, 3]}, "shares"),
        ({"k_pub": 9}, "k_pub"),
        ({"officials": []}, "officials"),
        ({"officials": [{"o": "o01", "n": "e\u0301", "category": "", "unit": ""}]}, "NFC"),
        ({"scheme": {}}, "scheme"),
        ({"groups": []}, "no box for"),
        ({"client": "A"}, "base64"),
    ],
)
def test_manifest_with_a_fault_is_refused(draft, changes, fault):
    with pytest.raises(Fault, match=fault):
        rules.completed(asked(draft, **changes))


@pytest.mark.parametrize(
    ("shares", "mode", "allowed"),
    [
        ([2, 3], "formal", True),
        ([3, 5], "formal", True),
        ([1, 1], "rehearsal", True),
        ([1, 1], "formal", False),
        ([1, 2], "rehearsal", False),
        ([3, 2], "formal", False),
    ],
)
def test_one_share_is_for_rehearsals(vectors, shares, mode, allowed):
    public = vectors["manifest"]["urn_pub"], vectors["manifest"]["board_pub"]
    if allowed:
        rules.check_keys(shares, *public, mode=mode)
    else:
        with pytest.raises(Fault, match="shares"):
            rules.check_keys(shares, *public, mode=mode)


def sealed(draft, credentials):
    credentials = codec.canonical(credentials)
    manifest = draft | {"cred": codec.b64(codec.digest("ars/cred/v1", credentials))}
    return codec.canonical(draft), codec.canonical(manifest), credentials


def test_setup_of_the_vectors_is_accepted(draft, vectors):
    given, manifest, credentials = sealed(draft, vectors["credentials"])

    rules.check_setup(given, manifest, credentials)

    assert manifest.decode() == vectors["manifest_bytes"]


def lists_of(credentials):
    return credentials["groups"]["b"]


def swap(keys):
    keys[0], keys[1] = keys[1], keys[0]


def put(number, key):
    return lambda lists: lists["outer"].__setitem__(number, key)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda c: c.update(sid="0" * 16), "do not fit the manifest"),
        (lambda c: c.update(more=1), "members"),
        (lambda c: c.update(groups=[]), "members"),
        (lambda c: c["groups"].pop("d"), "groups"),
        (lambda c: c["groups"].update(a=c["groups"]["b"]), "groups"),
        (lambda c: lists_of(c).update(more=[]), "members"),
        (lambda c: lists_of(c).update(outer=5), "members"),
        (lambda c: lists_of(c)["slip"].pop("o02"), "members"),
        (lambda c: lists_of(c)["outer"].pop(), "as many keys as cards"),
        (lambda c: lists_of(c)["slip"]["o01"].pop(), "as many keys as cards"),
        (lambda c: swap(lists_of(c)["outer"]), "order"),
        (lambda c: lists_of(c)["slip"].update(o02=lists_of(c)["slip"]["o01"]), "in two lists"),
        (lambda c: put(2, lists_of(c)["outer"][1])(lists_of(c)), "repeat a key"),
        (lambda c: put(0, "-" * 42 + "8")(lists_of(c)), "torsion"),
    ],
)
def test_credentials_with_a_fault_are_refused(draft, vectors, change, fault):
    credentials = copy.deepcopy(vectors["credentials"])
    change(credentials)

    with pytest.raises(Fault, match=fault):
        rules.check_setup(*sealed(draft, credentials))


def test_card_with_a_key_of_the_manifest_is_refused(draft, vectors):
    credentials = copy.deepcopy(vectors["credentials"])
    outer = [vectors["manifest"]["board_pub"], *lists_of(credentials)["outer"][1:]]
    lists_of(credentials)["outer"] = sorted(outer)

    with pytest.raises(Fault, match="a key of the manifest"):
        rules.check_setup(*sealed(draft, credentials))


def test_setup_with_another_manifest_or_other_credentials_is_refused(draft, vectors):
    given, manifest, credentials = sealed(draft, vectors["credentials"])
    renamed = codec.canonical(codec.parse(manifest) | {"date": "2026-12-19"})
    other = codec.canonical(vectors["credentials"] | {"sid": "0" * 16})

    with pytest.raises(Fault, match="not the one given out"):
        rules.check_setup(given, renamed, credentials)
    with pytest.raises(Fault, match="do not fit the manifest"):
        rules.check_setup(given, manifest, other)
    with pytest.raises(Fault, match="members"):
        rules.check_setup(given, given, credentials)
    with pytest.raises(Fault, match="not canonical"):
        rules.check_setup(given, manifest + b" ", credentials)
