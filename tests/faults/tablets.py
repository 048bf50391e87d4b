"""Tablets by the hundred: sealed bytes go into the outbox first and are sent again until the answer is final, as the browser does."""

import asyncio
import random
from dataclasses import dataclass, field

from ballots import codec, reference

FINAL = {200, 400, 403, 404, 409, 410, 413, 415, 422}  # as in static/ballot/parts/delivery.js
PATIENCE = 60  # seconds; then the test has failed


@dataclass
class Tablet:
    """One card and its sealed ballot."""

    card: reference.Card
    answers: dict
    body: bytes
    statuses: list = field(default_factory=list)  # of every attempt; 0 where no answer came
    receipt: bytes = b""

    @property
    def h(self):
        return codec.sha256(codec.unb64(codec.parse(self.body)["e"]))

    @property
    def status(self):
        return self.statuses[-1] if self.statuses else None


def tablets_of(box, *, cards=None, seed=1):
    """Sealed beforehand: what is measured and broken is the box, not the sealing."""
    rng, made = random.Random(seed), []
    for card in cards or box.cards:
        answers = reference.random_answers(box.manifest, card.group, rng=rng)
        made.append(Tablet(card, answers, reference.cast_body(card, box.manifest, answers)))
    return made


def with_rivals(tablets, box):
    """The storm of B4: for each card two who send the same bytes and one who sealed another ballot with it."""
    others = tablets_of(box, cards=[tablet.card for tablet in tablets], seed=2)
    return [*tablets, *(Tablet(t.card, t.answers, t.body) for t in tablets), *others]


def request(origin, path, body, **headers):
    lines = [f"POST {path} HTTP/1.1", f"Host: {origin.partition('//')[2]}", f"Origin: {origin}", "X-ARS: 1", "Connection: close"]
    lines += [
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def ask(port, data, *, host="127.0.0.1", timeout=20):
    """(status, body) of one request on a connection of its own; (0, b"") when no whole answer came."""
    writer = None
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(data)
            await writer.drain()
            return read_answer(await reader.read(-1))
    except (OSError, ValueError, asyncio.IncompleteReadError):
        return 0, b""
    finally:
        if writer:
            writer.close()


def read_answer(data):
    head, blank, body = data.partition(b"\r\n\r\n")
    names = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    if not blank or len(body) != int(names.get(b"content-length", -1)):
        raise ValueError("answer cut short")
    return int(head.split()[1]), body


async def cast(tablet, port, box, *, origin=None, wait=0.02, patience=PATIENCE, timeout=20, host="127.0.0.1"):
    """Send until the answer is final. `wait` stands for the browser's 1, 2, 4… seconds, so that a test does not take minutes."""
    data = request(origin or f"http://127.0.0.1:{port}", f"/v1/{box.sid}/cast", tablet.body)
    async with asyncio.timeout(patience):
        for attempt in range(10_000):
            status, body = await ask(port, data, timeout=timeout, host=host)
            tablet.statuses.append(status)
            if status in FINAL:
                return take(tablet, box, status, body)
            await asyncio.sleep(min(wait * 2**attempt, 15 * wait) * random.uniform(0.8, 1.2))


def take(tablet, box, status, body):
    """Keep a receipt that the box signed for this very envelope; a bad one is a fault of the box."""
    if status == 200:
        reference.receipt_code(box.manifest, tablet.body, body)
        assert codec.unb64(codec.parse(body)["h"], 32) == tablet.h, "a receipt for another envelope"
        tablet.receipt = body
    return status


async def all_cast(tablets, port, box, **options):
    return await asyncio.gather(*(cast(tablet, port, box, **options) for tablet in tablets))


def vote(tablets, port, box, **options):
    return asyncio.run(all_cast(tablets, port, box, **options))
