"""R3, R5, R8: the power goes, the server dies for good, the disk is full."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from . import oracle, scale
from .machines import Booth, Cluster, Sqlite, as_root, children
from .tablets import all_cast, tablets_of, vote


@contextmanager
def mounted(*options):
    """A file system of its own on a folder that `postgres` may enter."""
    as_root()
    folder = Path(tempfile.mkdtemp(prefix="shuze-disk-"))
    subprocess.run(["mount", *options, folder], check=True)
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


@pytest.fixture
def standing(migrated, stopped_cluster):
    """`with standing("sqlite", folder) as database`: all its files lie in that folder."""

    @contextmanager
    def make(kind, folder):
        if kind == "sqlite":
            yield Sqlite(folder, migrated=migrated)
            return
        (folder / "pg").mkdir()
        cluster = stopped_cluster.copy(folder / "pg")
        try:
            yield cluster
        finally:
            cluster.stop("immediate")

    return make


# --- R8 ----------------------------------------------------------------------------------------------------------------------


def fill(folder):
    """Every byte taken, also what is left after a rounded write."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
    assert shutil.disk_usage(folder).free == 0
    return filler


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_full_disk_asks_the_tablets_to_wait_and_loses_nothing(kind, standing, make_box, place):
    """No receipt is given for what could not be written; when there is room again, all finish without anybody's help."""
    size = "size=8m" if kind == "sqlite" else "size=160m"
    with mounted("-t", "tmpfs", "-o", size, "tmpfs") as disk, standing(kind, disk) as database:
        box = make_box(database, scale(400, 600))
        tablets = tablets_of(box)
        with Booth(database.url, place) as booth:
            vote(tablets[:5], booth.port, box)
            filler = fill(disk)
            answers, receipts = asyncio.run(while_full(tablets, booth, box))
            assert 503 in answers
            assert answers <= {0, 200, 503}
            filler.unlink()
            if kind == "postgresql" and not database.is_up():  # it stops rather than forget; whoever makes room starts it again
                database.stop("immediate")
                assert database.start()
            oracle.check_rows(tablets, box, database)
            vote([tablet for tablet in tablets if not tablet.receipt], booth.port, box)

        oracle.check_finished(tablets)
        oracle.check_rows(tablets, box, database)
        assert database.is_sound()
        oracle.check_count(tablets, box, database)
        print(f"\n{kind}: {receipts} receipts given until the disk was full, then {sorted(answers)}; all {len(tablets)} finished")


async def while_full(tablets, booth, box):
    """Casting goes on for a while, although nothing can be written any more."""
    attempts = [asyncio.create_task(all_cast(tablets[5:], booth.port, box))]
    await asyncio.sleep(4)
    attempts[0].cancel()
    await asyncio.gather(*attempts, return_exceptions=True)
    return {status for t in tablets[5:] for status in t.statuses}, sum(bool(t.receipt) for t in tablets)


# --- R3 ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_power_cut_keeps_every_receipt(kind, standing, make_box, place, tmp_path):
    """What has reached the block device at one moment is all that is left: a file system image copied while everything stands still."""
    image = tmp_path / "disk.img"
    with image.open("wb") as file:
        file.truncate((64 if kind == "sqlite" else 256) << 20)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    with mounted("-o", "loop", image) as disk, standing(kind, disk) as database:
        subprocess.run(["sync", "-f", disk], check=True)  # the installation is older than the vote
        box = make_box(database, scale(60, 200))
        tablets = tablets_of(box)
        cuts = []
        with Booth(database.url, place) as booth, ThreadPoolExecutor() as pool:
            voting = pool.submit(vote_slowly, tablets, booth, box)
            for number in range(scale(2, 8)):
                voting_done = wait_for(lambda n=number: sum(bool(t.receipt) for t in tablets) > len(tablets) * (n + 1) // 11)
                assert voting_done
                cuts.append(cut_power(tablets, database, booth, image, tmp_path / f"{number}.img"))
            voting.result()

    for held, copy in cuts:
        with mounted("-o", "loop", copy) as disk:
            after = Sqlite(disk) if kind == "sqlite" else Cluster(disk / "pg")
            if kind == "postgresql":
                after.forget_the_dead()
                assert after.start()
            try:
                rows = after.rows()
                assert after.is_sound()
            finally:
                if kind == "postgresql":
                    after.stop()
        assert held
        assert [h for place, h in held.items() if rows.get(place) != h] == [], "a signed receipt is missing"
    print(f"\n{kind}: power cut after {[len(held) for held, _ in cuts]} receipts, none missing")


def vote_slowly(tablets, booth, box):
    for start in range(0, len(tablets), 4):
        vote(tablets[start : start + 4], booth.port, box)


def wait_for(condition, seconds=60):
    async def wait():
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.005)

    asyncio.run(wait())
    return True


def cut_power(tablets, database, booth, image, copy):
    """(the receipts held, what the disk holds) at one moment. Who writes stands still while the image is copied."""
    still = [booth.process.pid, *children(booth.process.pid)] + (database.processes() if isinstance(database, Cluster) else [])
    for pid in still:
        os.kill(pid, signal.SIGSTOP)
    try:
        held = {(t.card.sid, bytes(t.card.outer.verify_key)): t.h for t in tablets if t.receipt}
        subprocess.run(["cp", "--sparse=always", image, copy], check=True)
    finally:
        for pid in reversed(still):
            os.kill(pid, signal.SIGCONT)
    return held, copy


# --- R5 ----------------------------------------------------------------------------------------------------------------------


def test_a_server_that_dies_for_good_is_taken_over_by_its_synchronous_standby(cluster, make_box, place):
    """Its data are gone; the spare holds every receipt, and what has none yet is still in the tablets' outboxes."""
    spare = Cluster()
    try:
        cluster.run("pg_basebackup", "-h", cluster.folder, "-U", "postgres", "-D", spare.data, "-R", "-X", "stream")
        cluster.configure(synchronous_standby_names="*")
        spare.start()
        cluster.run("pg_ctl", "-D", cluster.data, "-s", "reload")
        wait_for(lambda: cluster.sql("SELECT sync_state FROM pg_stat_replication") == [("sync",)])
        box = make_box(cluster, scale(40, 200))
        tablets = tablets_of(box)
        with Booth(cluster.url, place) as booth, ThreadPoolExecutor() as pool:
            voting = pool.submit(vote_slowly, tablets, booth, box)
            wait_for(lambda: sum(bool(t.receipt) for t in tablets) > len(tablets) // 4)
            cluster.kill()
            shutil.rmtree(cluster.data)
            held = [t for t in tablets if t.receipt]
            booth.kill()
            spare.run("pg_ctl", "-D", spare.data, "-w", "-s", "promote")
            oracle.check_rows(tablets, box, spare)
            # The spare stands alone now; otherwise it would wait for a standby of its own.
            spare.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
            spare.run("pg_ctl", "-D", spare.data, "-s", "reload")
            with Booth(spare.url, place, port=booth.port):
                voting.result()

        assert len(held) > 0
        oracle.check_finished(tablets)
        oracle.check_rows(tablets, box, spare)
        oracle.check_count(tablets, box, spare)
        print(f"\n{len(held)} receipts when the server died, none missing on the spare; all {len(tablets)} finished there")
    finally:
        spare.remove()
