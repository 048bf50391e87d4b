"""One ballot of one group, played by the book: the setup, raters who press "send" in some order, the opening, the publication."""

import json
import random
import secrets
import time
from dataclasses import dataclass, field

from ballots import actions, codec, keys, reference
from ballots.models import Box, Envelope, Publication, State, Transcript, Void

SCHEME = {
    "code": "ADV", "name": "攻击测试", "version": 1, "mode": "points", "total": 100, "step": "0.5",
    "criteria": [{"code": "K01", "max_points": 60}, {"code": "K02", "max_points": 40}],
    "rater_groups": [{"code": "B", "name": "委员", "weight": "1"}],
}  # fmt: skip
LETTER = "b"


@dataclass
class Rater:
    """A person with a card. `name`, `tablet` and the second of sending are known to everybody; the card and the marks to nobody."""

    name: str
    tablet: str
    card: reference.Card
    answers: dict
    sent_at: float = 0


@dataclass
class Vote:
    raters: list[Rater]
    manifest: dict
    credentials: dict
    keys: reference.Keys
    spares: list[reference.Card] = field(default_factory=list)
    transcript: dict = field(default_factory=dict)

    @property
    def sid(self):
        return self.manifest["sid"]

    def body(self, rater):
        return reference.cast_body(rater.card, self.manifest, rater.answers)

    def close(self):
        actions.start_closing(self.sid)
        actions.close_box(self.sid)

    def open(self):
        drawn = {LETTER: len(self.raters)}
        urn = json.loads(actions.urn(self.sid, drawn=drawn, named=[]))
        self.transcript = reference.open_rows(
            urn["manifest"], urn["credentials"], urn["received"], self.keys.cards[:2], drawn=drawn, voided=urn["voided"], named=[]
        )
        actions.store_transcript(self.sid, codec.canonical(self.transcript), drawn=drawn, named=[])

    def publish(self):
        actions.publish(self.sid, version="1")

    def slip_of(self, rater, official="o01"):
        """The key of the rater's slip: what every attack is after."""
        return rater.card.slip_pub(official)

    def board(self, official="o01"):
        """The slips for one official, as the transcript lists them."""
        return [slip for slip in self.transcript["slips"] if json.loads(slip["b"])["o"] == official]


def marks(rng):
    """Marks for one official; 9,801 kinds, so that two raters seldom agree."""
    return {"K01": rng.randrange(0, 121) * 5, "K02": rng.randrange(0, 81) * 5}


def prepare(rng=random, *, raters=8, officials=1, answers=None, mode="formal"):
    """An open box with its raters, who have not cast yet. `answers(number)` may say what they mark."""
    sid = secrets.token_hex(8)
    scope = [f"o{n:02}" for n in range(1, officials + 1)]
    urn = reference.make_keys(sid)
    actions.create_box(sid, mode=mode)
    actions.store_keys(sid, urn_pub=urn.urn_pub, board_pub=urn.board_pub)
    given = actions.store_draft(
        sid,
        date="2026-12-18",
        officials=[{"o": o, "n": f"对象{o}", "category": "镇办", "unit": "某镇"} for o in scope],
        groups=[{"g": LETTER, "code": "B", "cards": raters + 3, "scope": scope}],
        scheme=SCHEME,
        client=codec.b64(bytes(32)),
    )
    manifest = codec.parse(given)
    credentials, cards = reference.make_cards(manifest)
    manifest = reference.complete(manifest, credentials)
    actions.store_setup(sid, manifest=codec.canonical(manifest), credentials=codec.canonical(credentials))
    actions.open_box(sid)
    people = [
        Rater(
            f"评议人{n:02}{secrets.token_hex(4)}",
            f"127.99.{rng.randrange(1, 250)}.{n + 1}",
            card,
            answers(n) if answers else {o: marks(rng) for o in scope},
        )
        for n, card in enumerate(cards[LETTER][:raters])
    ]
    return Vote(people, manifest, credentials, urn, cards[LETTER][raters:])


def cast_all(vote, order, send, after=lambda number: None):
    """Everybody of `order` presses "send"; `send(sid, body, rater)` gives the status; `after` is called behind each cast."""
    for number, rater in enumerate(order):
        body = vote.body(rater)
        rater.sent_at = time.time()
        status = send(vote.sid, body, rater)
        assert status == 200, status
        after(number)


def stage_again(vote):
    """The same box with the same cards as if nobody had cast: only in a test can this be."""
    for model in (Envelope, Void, Transcript, Publication, Box):
        model.objects.filter(sid=vote.sid).delete()
    keys.make(vote.sid)
    documents = {name: codec.canonical(getattr(vote, name)) for name in ("manifest", "credentials")}
    Box.objects.create(sid=vote.sid, state=State.OPEN, receipt_key=vote.sid, **documents)
