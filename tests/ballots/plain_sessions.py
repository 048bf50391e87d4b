"""Sessions of one shape, held through the reference client: a named group, two boxed ones that may merge, bands and a quota.

Where a test has to know the shape; `sessions` makes any that the rules allow.
"""

import random
from collections import Counter

from nacl.signing import SigningKey

from ballots import codec, reference

BANDS = [{"label": label, "min": least} for label, least in (("优", "90"), ("良", "80"), ("中", "60"), ("差", "0"))]


def plain_session(seed):
    """A session held through the reference client: (transcript, {card: answers}, board key, what went wrong in it)."""
    rng = random.Random(seed)
    officials = [
        {"o": f"o{n:02}", "n": f"某{n}", "category": rng.choice("甲乙"), "unit": ""} for n in range(1, rng.randint(2, 5))
    ]
    everybody = [official["o"] for official in officials]
    scheme = {
        "code": "R", "mode": rng.choice(["points", "mixed"]), "step": rng.choice([1, "0.5"]),
        "criteria": [{"code": "K1", "max_points": 60}, {"code": "K2", "max_points": 40}],
        "grades": [{"code": "a", "value": 100}, {"code": "b", "value": 50}, {"code": "x", "counts": False}],
        "rater_groups": [
            {"code": "A", "weight": "0.2", "anonymous": False},
            {"code": "B", "weight": "0.5", "merge_into": "C"},
            {"code": "C", "weight": "0.3"},
        ],
        "invalid_rules": ["straight_line_full_marks_all_subjects"], "min_subjects": 1,
        "bands": BANDS, "forced_quota": {"label": "优", "max_ratio": "0.5", "tie_policy": rng.choice(["include", "exclude"])},
    }  # fmt: skip
    if scheme["mode"] == "mixed":
        scheme["criteria"][1]["kind"] = "grades"
    groups = [
        {"g": "a", "code": "A", "named": 1, "scope": everybody},
        {"g": "b", "code": "B", "cards": rng.randint(4, 7), "scope": everybody},
        {"g": "c", "code": "C", "cards": rng.randint(6, 8), "scope": everybody},
    ]
    if rng.random() < 0.5:
        groups.append({"g": "d", "code": "C", "cards": 3, "scope": rng.sample(everybody, 1)})
    keys = reference.make_keys(f"{rng.getrandbits(64):016x}", shares=rng.choice([(2, 3), (3, 5)]), seed=rng.randbytes(16))
    rcpt_pub = codec.b64(bytes(SigningKey(rng.randbytes(32)).verify_key))
    manifest = reference.make_manifest(
        keys, date="2026-12-18", officials=officials, groups=groups, scheme=scheme, rcpt_pub=rcpt_pub
    )
    credentials, cards = reference.make_cards(manifest, secret=lambda: rng.randbytes(15))
    manifest = reference.complete(manifest, credentials)
    return hold(rng, manifest, credentials, cards, keys)


def hold(rng, manifest, credentials, cards, keys):
    bodies, voids, given, spoiled = [], [], {}, Counter()
    full = {"K1": 600, "K2": 400 if manifest["scheme"]["mode"] == "points" else 1}
    for letter, box in cards.items():
        for card in box:
            scope = reference.boxed(manifest)[letter]["scope"]
            fate = rng.random()
            if fate < 0.1:
                voids.append(reference.void_body(card))
            elif fate < 0.15:
                bodies.append(reference.envelope_body(card, reference.seal(rng.randbytes(40), bytes(keys.urn.public_key))))
                spoiled["open"] += 1
            elif fate < 0.2:
                bodies.append(reference.cast_body(card, manifest, dict.fromkeys(scope, full)))
                spoiled["rule"] += 1
            elif fate < 0.95:
                given[card] = reference.random_answers(manifest, letter, rng=rng, quality=0.8)
                bodies.append(reference.cast_body(card, manifest, given[card]))
    rng.shuffle(bodies)
    named = [{"g": "a", "o": official["o"], "a": full} for official in manifest["officials"]]
    drawn = {letter: len(box) for letter, box in cards.items()}
    needed = manifest["shares"][0]
    transcript = reference.open_urn(
        manifest, credentials, bodies, rng.sample(keys.cards, needed), drawn=drawn, voids=voids, named=named
    )
    return transcript, given, keys.board, spoiled
