"""Whole sessions at random, held through the reference client: any scheme the rules allow, honest raters and spoiled envelopes."""

import random
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from nacl.signing import SigningKey

from ballots import codec, reference, verify

NAMES = ["某甲", "王\U00020000", "Åsa", "欧阳娜娜", '引"号', "反\\斜", "行\u2028分", "제갈", "\U0001f5f3"]  # each in NFC
FATES = ("void", "open", "body", "rule", "sig", "unused")  # of three cards in ten; the others cast


@dataclass
class Session:
    """What everybody in it held: the mutations know even the secrets."""

    keys: reference.Keys
    manifest: dict
    credentials: dict
    cards: dict
    transcript: dict = field(default_factory=dict)
    bodies: list = field(default_factory=list)
    given: dict = field(default_factory=dict)  # card → its answers, where they count
    spoiled: Counter = field(default_factory=Counter)

    @cached_property
    def code(self):
        return reference.mh_code(self.manifest)

    @cached_property
    def by_key(self):
        """Every card, found by any of its public keys."""
        found = {}
        for card in (card for box in self.cards.values() for card in box):
            scope = reference.boxed(self.manifest)[card.group]["scope"]
            found |= dict.fromkeys([card.outer_pub, *map(card.slip_pub, scope)], card)
        return found

    @property
    def urn(self):
        """What the opening page of this session loads, in canonical bytes."""
        rows = sorted(map(reference.row, self.bodies), key=lambda row: (row["h"], row["c"]))
        taken = ("manifest", "credentials", "received_root", "voided", "drawn", "named")
        return codec.canonical({"v": 1, "received": rows} | {name: self.transcript[name] for name in taken})


def random_session(seed, *, most_cards=10):
    rng = random.Random(seed)
    officials = [
        {"o": f"o{n:02}", "n": rng.choice(NAMES) + str(n), "category": rng.choice("甲乙"), "unit": rng.choice(["", "某镇"])}
        for n in range(1, rng.randint(2, 5))
    ]
    scheme = random_scheme(rng)
    rehearsal = rng.random() < 0.2
    shares = (1, 1) if rehearsal else rng.choice([(2, 3), (3, 5), (2, 2)])
    keys = reference.make_keys(f"{rng.getrandbits(64):016x}", shares=shares, seed=rng.randbytes(16))
    manifest = reference.make_manifest(
        keys, date="2026-12-18", officials=officials, groups=random_groups(rng, scheme, officials, most_cards), scheme=scheme,
        rcpt_pub=codec.b64(bytes(SigningKey(rng.randbytes(32)).verify_key)), mode="rehearsal" if rehearsal else "formal",
    )  # fmt: skip
    credentials, cards = reference.make_cards(manifest, secret=lambda: rng.randbytes(15))
    session = Session(keys, reference.complete(manifest, credentials), credentials, cards)
    hold(rng, session)
    return session


def random_scheme(rng):
    """A scheme that §3 of the rules of scoring lets pass."""
    mode = rng.choice(["points", "grades", "mixed"])
    while verify.scheme_errors(scheme := _any_scheme(rng, mode)):
        pass
    return scheme


def _any_scheme(rng, mode):
    step = rng.choice([1, "0.5", 2, "0.1"])
    parts = rng.choice([[100], [60, 40], [50, "30", 20], ["34", "33", 33]])
    criteria = [{"code": f"K{n:02}", "name": rng.choice(NAMES), "max_points": part} for n, part in enumerate(parts)]
    if mode == "mixed":
        rng.choice(criteria)["kind"] = "grades"
    if rng.random() < 0.2:
        criteria[0]["anchors"] = {"high": [1, ["x", {"best": True}]]}
    scheme = {"code": "R", "mode": mode, "criteria": criteria, "rater_groups": _any_groups(rng)}
    if mode != "grades":
        scheme["step"] = step
    if mode != "points":
        scheme["grades"] = [{"code": "a", "value": 100}, {"code": "b", "value": rng.choice([60, "62.5", "200/3"])}]
        scheme["grades"] += [{"code": "x", "counts": False}] * (rng.random() < 0.5)
    if mode == "grades":
        scheme |= rng.choice([{}, {"incomplete_policy": "average_answered"}])
        scheme |= rng.choice([{}, {"aggregator": {"kind": "share", "top": ["a"]}}])
        scheme |= rng.choice([{}, {"abstention_policy": "in_denominator"}])
    scheme |= rng.choice([{}, {"trimming": {"mode": "count", "high": 1, "low": 1, "min_n": 7}}])
    scheme |= rng.choice([{}, {"quorum": "2/3"}, {"missing_group_policy": "zero"}, {"missing_group_policy": "block"}])
    rules = ["straight_line_full_marks_all_subjects", "straight_line_all_equal"]
    scheme |= {"invalid_rules": rng.sample(rules, rng.randint(0, 2)), "min_subjects": rng.randint(2, 3)}
    scheme |= rng.choice([{}, {"aggregator": {"kind": "rank_decrement", "per_place": "0.05"}}, {"rounding": {"places": 1}}])
    bands = [{"label": label, "min": least} for label, least in (("优", "90"), ("良", "80"), ("差", "0"))]
    quota = {"label": "优", "max_ratio": "0.5", "tie_policy": rng.choice(["include", "exclude", "manual"])}
    return scheme | rng.choice([{}, {"bands": bands}, {"bands": bands, "forced_quota": quota}])


def _any_groups(rng):
    groups = [{"code": "B", "weight": "1/2"}, {"code": "C", "weight": "1/2"}]
    if rng.random() < 0.5:
        named = {"code": "A", "weight": "0.2", "anonymous": False}
        groups = [named, groups[0] | {"weight": "0.5"}, groups[1] | {"weight": "0.3"}]
    if rng.random() < 0.4:
        groups[-2]["merge_into"] = "C"
    if rng.random() < 0.2:
        groups.append({"code": "F", "weight": 0, "anonymous": False, "source": "figures"})
    if rng.random() < 0.3:
        groups[-1]["min_ballots"] = 6
    return [group | {"name": rng.choice(NAMES)} for group in groups]


def random_groups(rng, scheme, officials, most_cards):
    """One box or several for each ballot group; scopes may be parts of the list."""
    everybody, letters, groups = [official["o"] for official in officials], iter("abcdxYZ"), []
    for group in scheme["rater_groups"]:
        if group.get("source") == "figures":
            continue
        for _ in range(1 if rng.random() < 0.7 else 2):
            scope = everybody if rng.random() < 0.7 else rng.sample(everybody, rng.randint(1, len(everybody)))
            content = {"cards": rng.randint(1, most_cards)} if group.get("anonymous", True) else {"named": 1}
            groups.append({"g": next(letters), "code": group["code"], "scope": scope} | content)
    return groups


# --- what becomes of the cards -----------------------------------------------------------------------------------------------


def hold(rng, session):
    """Cast, void, spoil; then open with as many key cards as it takes."""
    manifest, fates = session.manifest, {}
    for card in (card for box in session.cards.values() for card in box):
        fates[card] = rng.choice(FATES) if rng.random() < 0.3 else "cast"
        scope = reference.boxed(manifest)[card.group]["scope"]
        _ballot(rng, session, card, scope, fates)
    _copy_a_card(rng, session, fates)
    session.spoiled = Counter(fate for fate in fates.values() if fate in ("open", "body", "rule", "sig", "dup"))
    named = [
        {"g": group["g"], "o": official, "a": marks}
        for group in manifest["groups"]
        if "named" in group
        for _ in range(rng.randint(0, 3))
        for official, marks in answers_for(rng, manifest, group["scope"]).items()
    ]
    drawn = {letter: rng.randint(0, len(box)) if rng.random() < 0.2 else len(box) for letter, box in session.cards.items()}
    rng.shuffle(session.bodies)
    session.transcript = reference.open_urn(
        manifest, session.credentials, session.bodies, rng.sample(session.keys.cards, manifest["shares"][0]), drawn=drawn,
        voids=[reference.void_body(card) for card, fate in fates.items() if fate == "void"], named=named,
    )  # fmt: skip


def answers_for(rng, manifest, scope):
    """{official: marks}; blank for an abstention, and with gaps where the scheme allows them."""
    letter = next(group["g"] for group in manifest["groups"] if group["scope"] == scope)
    plain = {"manifest": manifest | {"groups": [{"g": letter, "cards": 1, "scope": scope}]}}
    answers = reference.random_answers(plain["manifest"], letter, rng=rng, quality=rng.choice([0.6, 0.8, 0.95]))
    if verify.Scheme(manifest["scheme"]).average_answered:
        answers = {o: {code: mark for code, mark in marks.items() if rng.random() < 0.8} for o, marks in answers.items()}
    return answers


def _ballot(rng, session, card, scope, fates):
    """One envelope as its fate wants it. A fate the scheme has no rule for is an ordinary ballot."""
    manifest, scheme, fate = session.manifest, verify.Scheme(session.manifest["scheme"]), fates[card]
    full = {code: 1 if c.graded else int(c.most * 10) for code, c in scheme.criteria.items()}
    if fate in ("void", "unused"):
        return
    if fate == "open":
        garbage = reference.seal(rng.randbytes(40), bytes(session.keys.urn.public_key))
        session.bodies.append(reference.envelope_body(card, garbage))
    elif fate == "body":
        worst = dict.fromkeys(full, 9999)
        session.bodies.append(reference.cast_body(card, manifest, {scope[0]: worst}))
    else:
        answers = dict.fromkeys(scope, full) if fate == "rule" else answers_for(rng, manifest, scope)
        body = reference.cast_body(card, manifest, answers)
        if fate == "sig":  # somebody with the database put it there
            body = codec.canonical(codec.parse(body) | {"z": codec.b64(rng.randbytes(64))})
        elif verify.is_straight_line(scheme, list(answers.values())):
            fates[card] = "rule"
        else:
            fates[card], session.given[card] = "cast", answers
        session.bodies.append(body)


def _copy_a_card(rng, session, fates):
    """Somebody who saw a card that voted puts its slips into the envelope of one that did not."""
    pairs = [(one, other) for one in session.given for other in fates if fates[other] == "unused" and one.group == other.group]
    if not pairs or rng.random() < 0.5:
        return
    seen, thief = rng.choice(pairs)
    manifest, scope = session.manifest, reference.boxed(session.manifest)[seen.group]["scope"]
    slips = sorted((reference.make_slip(seen, o, session.given[seen].get(o, {})) for o in scope), key=lambda slip: slip["p"])
    text = codec.canonical({"v": 1, "c": thief.outer_pub, "slips": slips})
    sealed = reference.seal(reference.pad7816(text, manifest["pad"]), bytes(session.keys.urn.public_key))
    session.bodies.append(reference.envelope_body(thief, sealed))
    fates[seen] = fates[thief] = "dup"
    del session.given[seen]
