"""R4, R11, R17, R18: duplicates by the hundred, replies lost at every byte, the close amid casts, two operators at once."""

import asyncio
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.exceptions import ValidationError
from django.db import connections

from ballots import actions, codec, reference
from ballots.models import Box as BoxRow
from ballots.models import State
from ballots.router import DB

from . import oracle, scale
from .machines import Booth, pointed_at
from .tablets import ask, cast, request, tablets_of, vote


def test_one_envelope_a_hundred_times_and_another_a_hundred_times_at_once(database, make_box, place):
    """The first to arrive wins for all: its senders get one receipt, byte for byte, and the others its hash."""
    box, count = make_box(database, 3), scale(50, 100)
    mine, theirs = tablets_of(box)[0], tablets_of(box, seed=2)[0]

    async def storm(booth):
        data = {t.h: request(f"http://127.0.0.1:{booth.port}", f"/v1/{box.sid}/cast", t.body) for t in (mine, theirs)}
        sent = [h for h in data for _ in range(count)]
        random.Random(3).shuffle(sent)
        return list(zip(sent, await asyncio.gather(*(until_answered(booth.port, data[h]) for h in sent)), strict=True))

    with Booth(database.url, place) as booth:
        answers = asyncio.run(storm(booth))

    rows = database.rows()
    (won,) = rows.values()
    assert Counter((h == won, status) for h, (status, _) in answers) == {(True, 200): count, (False, 409): count}
    assert len({body for _, (_, body) in answers}) == 1
    assert codec.unb64(codec.parse(answers[0][1][1])["h"], 32) == won


async def until_answered(port, data):
    for _ in range(500):
        status, body = await ask(port, data)
        if status not in (0, 503):
            return status, body
        await asyncio.sleep(0.05)
    raise AssertionError("no answer")


# --- R11 ---------------------------------------------------------------------------------------------------------------------


class CuttingProxy:
    """Passes requests on, and cuts the connection after so many bytes of the request or of the reply; each cut once."""

    def __init__(self, port, cuts):
        self.port, self.cuts, self.made = port, list(cuts), []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def __aexit__(self, *problem):
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, reader, writer):
        way, limit = self.cuts.pop(0) if self.cuts else ("reply", None)
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.port)
        passed = asyncio.create_task(self.copy(reader, up_writer, limit if way == "request" else None))
        whole = await self.copy(up_reader, writer, limit if way == "reply" else None)
        passed.cancel()
        if limit is not None:
            self.made.append((way, limit, whole))
            writer.transport.abort()  # a reset, as from a network that went away
        writer.close()
        up_writer.close()

    async def copy(self, reader, writer, limit):
        """Whether all of it was passed on."""
        left = limit
        while data := await reader.read(65536 if left is None else min(left, 65536)):
            writer.write(data)
            await writer.drain()
            if left is not None:
                left -= len(data)
                if left <= 0:
                    writer.close()
                    return False
        return True


def test_a_connection_cut_at_any_byte_costs_a_retry_and_nothing_else(sqlite, make_box, place):
    """After nothing, in the head, in the body, before the last byte: the retry gets the receipt the first attempt was due."""
    reply, body = 1300, 1600
    cuts = [("reply", n) for n in range(1, reply, scale(61, 1))] + [("request", n) for n in range(1, body, scale(97, 7))]
    box = make_box(sqlite, len(cuts))
    tablets = tablets_of(box)

    async def cut_all(booth):
        for cut, tablet in zip(cuts, tablets, strict=True):
            proxy = CuttingProxy(booth.port, [cut])
            async with proxy as port:
                await cast(tablet, port, box, origin=f"http://127.0.0.1:{booth.port}")
            assert proxy.made[0][:2] == cut

    with Booth(sqlite.url, place) as booth:
        asyncio.run(cut_all(booth))

    assert {tablet.statuses[0] for tablet in tablets} <= {0, 200}
    assert sum(tablet.statuses[0] == 0 for tablet in tablets) > len(tablets) * 0.3  # the replies are shorter than the range
    oracle.check_finished(tablets)
    oracle.check_rows(tablets, box, sqlite)
    oracle.check_count(tablets, box, sqlite)


# --- R17 ---------------------------------------------------------------------------------------------------------------------


def close_after(seconds, database, box):
    time.sleep(seconds)
    with pointed_at(database.url):
        actions.start_closing(box.sid)
        actions.close_box(box.sid)
        return actions.received(box.sid)


def test_a_box_closed_amid_casts_leaves_nobody_between(database, make_box, place):
    """Each is in the list with a receipt or told 410; the list stands from the first moment on."""
    for repeat in range(scale(3, 100)):
        box = make_box(database, 50)
        tablets = tablets_of(box, seed=repeat)
        with Booth(database.url, place, arguments=["--workers", "2"]) as booth, ThreadPoolExecutor() as pool:
            closing = pool.submit(close_after, random.Random(repeat).uniform(0, 0.15), database, box)
            vote(tablets, booth.port, box)
            entries, root = closing.result()

        assert Counter(tablet.status for tablet in tablets).keys() <= {200, 410}
        with_receipt = {(codec.b64(tablet.h), tablet.card.outer_pub) for tablet in tablets if tablet.receipt}
        assert {(entry["h"], entry["c"]) for entry in entries} == with_receipt
        with pointed_at(database.url):
            assert actions.received(box.sid) == (entries, root)
            oracle.count_closed(tablets, box)


# --- R18 ---------------------------------------------------------------------------------------------------------------------


def at_once(database, *jobs):
    """What each job gives or raises, all begun at the same moment, each on a connection of its own."""
    barrier = Barrier(len(jobs))

    def run(job):
        barrier.wait()
        try:
            return job()
        except ValidationError as refusal:
            return refusal
        finally:
            connections[DB].close()

    with pointed_at(database.url), ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def state_of(database, sid):
    with pointed_at(database.url):
        return BoxRow.objects.get(sid=sid).state


def test_of_two_operators_at_once_one_wins_and_the_other_sees_the_state(database, make_box, place):
    for _ in range(scale(2, 30)):
        box = make_box(database, 6)
        tablets = tablets_of(box)
        with Booth(database.url, place) as booth:
            vote(tablets, booth.port, box)

        def step(action, *arguments, **options):
            return lambda: action(box.sid, *arguments, **options)  # noqa: B023, used before the next box is made

        assert at_once(database, *[step(actions.start_closing)] * 4) == [None] * 4
        closed = at_once(database, *[step(actions.close_box)] * 3, step(actions.start_closing), step(actions.open_box))
        assert (closed[:3], state_of(database, box.sid)) == ([None] * 3, State.CLOSED)
        assert isinstance(closed[4], ValidationError)
        one, other = (opened(database, box, pair) for pair in ((0, 1), (1, 2)))
        forged = codec.canonical(codec.parse(one) | {"drawn": box.drawn | {"b": 0}})
        stored = at_once(
            database,
            *[step(actions.store_transcript, one, drawn=box.drawn, named=[])] * 2,
            step(actions.store_transcript, other, drawn=box.drawn, named=[]),
            step(actions.store_transcript, forged, drawn=box.drawn, named=[]),
        )
        assert (one == other, stored[:3], state_of(database, box.sid)) == (True, [None] * 3, State.OPENED)
        assert isinstance(stored[3], ValidationError)
        published = at_once(database, *[step(actions.publish, version="1")] * 4)
        assert (published, state_of(database, box.sid)) == ([None] * 4, State.PUBLISHED)


def opened(database, box, pair):
    with pointed_at(database.url):
        urn = codec.parse(actions.urn(box.sid, drawn=box.drawn, named=[]))
    cards = [box.keys.cards[number] for number in pair]
    document = reference.open_rows(
        box.manifest, box.credentials, urn["received"], cards, drawn=box.drawn, voided=urn["voided"], named=[]
    )
    return codec.canonical(document)
