"""A hall prepared beforehand: a box of the sample scheme, its cards, and the sealed ballot of each, by the reference client."""

import concurrent.futures
import os
import random
from dataclasses import dataclass, field

OFFICIALS = 10


@dataclass
class Prepared:
    """A box and what its pages and tablets hold."""

    keys: object
    manifest: dict
    credentials: dict
    drawn: dict
    bodies: list[bytes] = field(default_factory=list)

    @property
    def sid(self):
        return self.keys.sid


def prepare(tablets, officials=OFFICIALS):
    """An open box with a card for each tablet; `bodies` are what the tablets will post."""
    from ballots import actions, codec, reference
    from scoring.actions.scheme import presets

    scheme = presets()[0].body
    listed = [{"o": f"o{n:02}", "n": f"述职人{n}", "category": "unit_head", "unit": f"单位{n}"} for n in range(1, officials + 1)]
    keys = reference.make_keys(actions.new_sid())
    actions.create_box(keys.sid, mode="formal")
    actions.store_keys(keys.sid, urn_pub=keys.urn_pub, board_pub=keys.board_pub, shares=keys.shares)
    groups = groups_of(scheme, [official["o"] for official in listed], tablets)
    client = codec.b64(bytes(32))
    draft = codec.parse(
        actions.store_draft(keys.sid, date="2026-12-18", officials=listed, groups=groups, scheme=scheme, client=client)
    )
    credentials, cards = reference.make_cards(draft)
    manifest = reference.complete(draft, credentials)
    actions.store_setup(keys.sid, manifest=codec.canonical(manifest), credentials=codec.canonical(credentials))
    actions.open_box(keys.sid)
    return Prepared(keys, manifest, credentials, {g: len(made) for g, made in cards.items()}, seal_all(manifest, cards))


def groups_of(scheme, scope, tablets):
    """A fifth of the tablets for each anonymous group of the scheme, the rest for the last."""
    anonymous = [group["code"] for group in scheme["rater_groups"] if group["anonymous"]]
    cards = dict.fromkeys(anonymous, tablets // 5)
    cards[anonymous[-1]] = tablets - tablets // 5 * (len(anonymous) - 1)
    return [
        {"g": group["code"].lower(), "code": group["code"], "scope": scope}
        | ({"cards": cards[group["code"]]} if group["anonymous"] else {"named": 1})
        for group in scheme["rater_groups"]
    ]


def seal_all(manifest, cards):
    every = [card for made in cards.values() for card in made]
    random.shuffle(every)
    processes = len(os.sched_getaffinity(0))
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        parts = pool.map(seal_some, [(manifest, every[n::processes]) for n in range(processes)])
        return [body for part in parts for body in part]


def seal_some(job):
    from ballots import reference

    manifest, cards = job
    return [reference.cast_body(card, manifest, reference.random_answers(manifest, card.group)) for card in cards]
