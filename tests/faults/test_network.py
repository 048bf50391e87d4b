"""R16: a wireless network that loses three packets in ten, is late and slow."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from . import lossy_link, oracle, scale
from .machines import ROOT, Booth, as_root, required
from .tablets import all_cast, tablets_of

BOOTH, TABLETS = "10.99.0.1", "10.99.0.2"


@contextmanager
def bad_link(**quality):
    """Two namespaces, one for the booth and one for the tablets, with nothing but the link between them: their names."""
    as_root()
    required("/dev/net/tun", Path("/dev/net/tun").exists())
    required("ip", shutil.which("ip"))
    names = [f"shuze-{end}-{os.getpid()}" for end in ("booth", "tablets")]
    link = None
    try:
        for name in names:
            made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
            required(f"a network namespace ({made.stderr.strip()})", made.returncode == 0)
        options = [word for name, value in quality.items() for word in (f"--{name}", *map(str, value))]
        link = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.lossy_link", *names, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert link.stdout.readline() == "carrying\n"
        for name, address in zip(names, (BOOTH, TABLETS), strict=True):
            for command in (
                f"addr add {address}/24 dev {lossy_link.DEVICE}",
                f"link set {lossy_link.DEVICE} up",
                "link set lo up",
            ):
                subprocess.run(["ip", "-n", name, *command.split()], check=True)
        yield names
    finally:
        if link:
            link.kill()
            link.communicate()
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)


def vote_from(namespace, tablets, box):
    """Every tablet sends from the namespace, with the pauses of the browser: 1, 2, 4, 8, 15 seconds."""
    lossy_link.enter(namespace)
    options = {"host": BOOTH, "origin": f"http://{BOOTH}:8080", "wait": scale(0.2, 1), "patience": 300}
    return asyncio.run(all_cast(tablets, 8080, box, **options))


def test_on_a_network_that_loses_three_packets_in_ten_everybody_finishes(sqlite, make_box, place, proxy):
    quality = {"loss": (0.3, 0), "delay": (scale(0.05, 2), 0), "rate": (scale(512_000, 64_000),)}
    box = make_box(sqlite, scale(8, 200))
    tablets = tablets_of(box)

    with (
        bad_link(**quality) as (booths, hall),
        Booth(sqlite.url, place, port=8000, within=booths, BOOTH_ORIGIN=f"http://{BOOTH}:8080"),
        ThreadPoolExecutor(1) as thread,
    ):
        proxy(8000, host=BOOTH, port=8080, within=booths)
        begin = time.monotonic()
        thread.submit(vote_from, hall, tablets, box).result()
        took = time.monotonic() - begin

    oracle.check_finished(tablets)
    oracle.check_rows(tablets, box, sqlite)
    oracle.check_count(tablets, box, sqlite)
    attempts = sum(len(tablet.statuses) for tablet in tablets)
    print(f"\n{len(tablets)} tablets over a link of {quality}: {attempts} attempts, all finished in {took:.0f} s")
    assert took < 180
