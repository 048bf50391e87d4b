"""R1–R3, R20, R22: workers, databases and whole machines die while people vote; a program is replaced under load."""

import asyncio
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

from . import oracle, scale
from .machines import Booth
from .tablets import cast, tablets_of, vote, with_rivals

POINTS = ("reading the body", "before the lock", "after the INSERT", "before COMMIT", "after COMMIT", "in the reply")


def test_a_worker_killed_at_any_point_loses_no_receipt(database, make_box, place):
    repeats = scale(2, 50)
    box, trigger = make_box(database, repeats * len(POINTS)), place / "trigger"
    tablets = tablets_of(box)

    with Booth(database.url, place, app="tests.faults.mortal_booth:application") as booth:
        for number, tablet in enumerate(tablets):
            trigger.write_text(POINTS[number % len(POINTS)])
            vote([tablet], booth.port, box)
            assert not trigger.exists(), "the point was never reached"
            assert tablet.statuses[0] == 0, "the first attempt got no answer"

    oracle.check_rows(tablets, box, database)
    oracle.check_finished(tablets)
    oracle.check_count(tablets, box, database)
    print(f"\n{len(tablets)} workers killed at {len(POINTS)} points, receipts missing 0")


def under_fire(tablets, booth, box, strike, strikes):
    """All tablets send at once and go on while `strike` comes down so many times. The number of strikes that came down."""
    over, struck = threading.Event(), []

    def fire():
        rng = random.Random(4)
        while len(struck) < strikes and not over.wait(rng.uniform(0.02, 0.25)):
            strike()
            struck.append(1)

    with ThreadPoolExecutor() as pool:
        attack = pool.submit(fire)
        try:
            asyncio.run(in_waves(tablets, booth, box, attack.done))
        finally:
            over.set()
        attack.result()
    return len(struck)


async def in_waves(tablets, booth, box, is_over):
    """The tablets spread over the whole attack; whoever is done early sends the same again, as a duplicate."""

    async def one(tablet):
        await asyncio.sleep(random.uniform(0, 2))
        await cast(tablet, booth.port, box)
        while not is_over():
            await asyncio.sleep(random.uniform(0.05, 0.5))
            kept = tablet.receipt
            await cast(tablet, booth.port, box)
            assert tablet.receipt == kept, "a retry got other bytes"

    await asyncio.gather(*map(one, tablets))


def test_postgresql_killed_in_a_storm_of_duplicates_loses_no_receipt(cluster, make_box, place):
    box = make_box(cluster, scale(40, 200))
    tablets = with_rivals(tablets_of(box), box)

    def strike():
        cluster.kill()
        assert cluster.start()
        oracle.check_rows(tablets, box, cluster)

    with Booth(cluster.url, place) as booth:
        kills = under_fire(tablets, booth, box, strike, scale(2, 20))

    oracle.check_rivals(tablets)
    oracle.check_rows(tablets, box, cluster)
    oracle.check_count(tablets, box, cluster)
    assert cluster.is_sound()
    report("PostgreSQL killed", kills, tablets)


def report(what, kills, tablets):
    attempts = sum(len(tablet.statuses) for tablet in tablets)
    answers = {status: sum(tablet.statuses.count(status) for tablet in tablets) for status in (0, 200, 409, 500, 503)}
    print(f"\n{what} {kills} times; {len(tablets)} tablets, {attempts} attempts, answers {answers}, receipts missing 0")


def test_the_booth_killed_in_a_storm_on_sqlite_loses_no_receipt_and_no_page(sqlite, make_box, place):
    """R22 too: kill -9 in WAL mode, and a copy of the files taken while they are written is a sound database as well."""
    box = make_box(sqlite, scale(30, 200))
    tablets = with_rivals(tablets_of(box), box)
    with Booth(sqlite.url, place) as booth:

        def strike():
            booth.kill()
            oracle.check_rows(tablets, box, sqlite)
            assert sqlite.is_sound()
            booth.start()

        kills = under_fire(tablets, booth, box, strike, scale(3, 20))

    oracle.check_rivals(tablets)
    oracle.check_rows(tablets, box, sqlite)
    oracle.check_count(tablets, box, sqlite)
    report("booth on SQLite killed", kills, tablets)


def test_many_processes_on_one_sqlite_file_wait_for_each_other(sqlite, make_box, place):
    """R22: `database is locked` is waited for, or answered with 503 and tried again; never lost."""
    box = make_box(sqlite, scale(40, 200))
    tablets = tablets_of(box)

    with Booth(sqlite.url, place, arguments=["--workers", str(scale(8, 50)), "--threads", "4"]) as booth:
        vote(tablets, booth.port, box)

    oracle.check_finished(tablets)
    oracle.check_rows(tablets, box, sqlite)
    assert sqlite.is_sound()


def test_a_program_replaced_under_load_gives_unchanged_answers(database, make_box, place):
    """R20: gunicorn's rolling restart, old workers beside new ones."""
    box = make_box(database, scale(30, 200))
    tablets = tablets_of(box)
    with Booth(database.url, place, arguments=["--workers", "2"]) as booth:
        restarts = under_fire(tablets, booth, box, lambda: booth.process.send_signal(signal.SIGHUP), scale(4, 30))
        before = [tablet.receipt for tablet in tablets]
        vote(tablets, booth.port, box)

    assert [tablet.receipt for tablet in tablets] == before
    assert restarts == scale(4, 30)
    oracle.check_finished(tablets)
    oracle.check_rows(tablets, box, database)
