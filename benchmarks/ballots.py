#!/usr/bin/env python3
"""Load the ballot as a hall would, and say what it cost: `python benchmarks/ballots.py [--sqlite] [--tablets 200 500]`.

Bounded, on loopback only, and alone: it makes an installation of its own, drives it with a load tool in a process of its own, all on
two cores together, and takes everything away again. Prints the tables for README.md. The exit code is 1 when something was answered
wrongly or lost, 2 when only a figure that must be reached was not.
"""

import argparse
import datetime as dt
import os
import platform
import sys
from pathlib import Path
from statistics import median

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # the box's app is called `ballots` like this file

from benchmarks import floor, opening, pack, waves  # noqa: E402
from benchmarks.hall import OFFICIALS, prepare  # noqa: E402
from benchmarks.installation import Installation, megabytes  # noqa: E402

CORES = 2
RUSHES = 3  # boxes of the wave that counts most, one after the other; the middle one is reported
RUSH, WITH_PACK = "all at once", "all at once, while a PDF pack renders"
BALLOTS_A_SECOND, SLOWEST, SHARE, IN_BROWSER, IN_PYTHON = 300, 1000, 0.10, 20, 3  # must be reached (issue: the load)
JUDGED = 200  # tablets, and envelopes opened
faults, missed = [], []


def told(text):
    print(f"  {text}", file=sys.stderr, flush=True)


def demand(truth, fault):
    if not truth:
        faults.append(fault)
        told(f"FAULT {fault}")


def must(truth, what):
    if not truth:
        missed.append(what)


def load_hall(hall, tablets):
    """All waves of one size of hall. Gives the waves, the floors measured beside the rushes, and the seconds of the opening."""
    told(f"{tablets} tablets")
    box, done, floors = prepare(tablets), [], []
    done += [hall.scan(box), hall.fill(box), hall.cast(f"all cast within {waves.SPREAD} s", box, seconds=waves.SPREAD)]
    done.append(hall.storm(box, done[-1]))
    waves.close(box)
    hall.check_list(box, done[2])

    rushes = []
    for _ in range(RUSHES):
        rushed = prepare(tablets)
        floors.append(floor.measure(hall.installation, rushed, tablets))
        rushes.append(hall.cast(RUSH, rushed))
        waves.close(rushed)
        hall.check_list(rushed, rushes[-1])
    done.append(sorted(rushes, key=lambda wave: wave.rate)[RUSHES // 2])

    rushed = prepare(tablets)
    job = pack.start()
    done.append(hall.cast(WITH_PACK, rushed))
    demand(pack.finish(job), "the pack was finished before the wave")
    waves.close(rushed)
    hall.check_list(rushed, done[-1])

    done.append(hall.late(prepare(tablets)))
    seconds = open_box(hall, box)
    done.append(hall.check(box))
    return done, median(floors), seconds


def open_box(hall, box):
    """Opened four ways, of which the transcripts that come out must be one; then published."""
    urn = opening.urn_of(box)
    document, seconds = opening.in_python(box, urn)
    if len(box.bodies) == JUDGED:
        seconds |= opening.in_node(box, urn, hall.installation.folder)
        sent, in_chromium = opening.in_chromium(box, urn)
        demand(sent in (None, document), "the opening page and the reference give different transcripts")
        seconds |= in_chromium
    seconds |= opening.on_the_server(box, document)
    for name, taken in seconds.items():
        told(f"{name}: {taken}")
    return seconds


# --- the report -----------------------------------------------------------------------------------------------------


def judge(tablets, done, lowest, seconds):
    rush = next(wave for wave in done if wave.name == RUSH)
    must(rush.rate >= BALLOTS_A_SECOND, f"{tablets} tablets: {rush.rate:.0f} ballots/s, not {BALLOTS_A_SECOND}")
    must(rush.rate >= SHARE * lowest, f"{tablets} tablets: {rush.rate / lowest:.0%} of the floor, not {SHARE:.0%}")
    if tablets == JUDGED:
        must(rush.milliseconds[2] < SLOWEST, f"{tablets} tablets: p99 {rush.milliseconds[2]:.0f} ms, not {SLOWEST}")
        must(
            sum(taken.clock for name, taken in seconds.items() if "Chromium" in name) < IN_BROWSER,
            f"opening in the browser above {IN_BROWSER} s",
        )
        must(
            sum(taken.clock for name, taken in seconds.items() if "Python" in name) < IN_PYTHON,
            f"opening in Python above {IN_PYTHON} s",
        )


def table(tablets, done, lowest, seconds):
    parts = list(done[0].cost)
    yield f"### {tablets} tablets, floor {lowest:.0f} rows/s"
    yield ""
    yield f"| wave | answers | a second | of the floor | p50 | p95 | p99 ms | CPU ms an answer: {', '.join(parts)} |"
    yield "|---|---|---|---|---|---|---|---|"
    for wave in done:
        answers = ", ".join(f"{n} × {status}" for status, n in wave.statuses.items())
        share = f"{wave.rate / lowest:.0%}" if wave.name in (RUSH, WITH_PACK) else ""
        times = " | ".join(f"{ms:.0f}" for ms in wave.milliseconds)
        costs = ", ".join(f"{ms:.2f}" for ms in wave.cost.values())
        yield f"| {wave.name} | {answers} | {wave.rate:.0f} | {share} | {times} | {costs} |"
    yield ""
    yield f"Opening {tablets} envelopes: " + "; ".join(f"{name} {taken}" for name, taken in seconds.items()) + "."
    yield ""


def machine(installation, load):
    cpu = next(line.split(": ")[1] for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    database = "SQLite" if installation.sqlite else "PostgreSQL " + installation.sql("SHOW server_version").split()[0]
    averages = " ".join(f"{value:.1f}" for value in load)
    yield f"{dt.date.today()}: {CORES} cores of {os.cpu_count()} ({cpu}), Linux {platform.release()}, Python {platform.python_version()},"
    after = " ".join(f"{value:.1f}" for value in os.getloadavg())
    yield f"{database}, {OFFICIALS} officials × 11 criteria. Load average of the machine before: {averages}; after: {after}."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sqlite", action="store_true", help="everything in SQLite files instead of PostgreSQL")
    parser.add_argument("--tablets", type=int, nargs="+", default=[200, 500], help="sizes of halls, one after the other")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    load, lines = os.getloadavg(), []
    with Installation(sqlite=arguments.sqlite) as installation:
        os.environ.update(installation.environment | installation.databases("ars_desk"), DJANGO_SETTINGS_MODULE="config.settings")
        import django

        django.setup()
        hall = waves.Hall(installation, demand, told)
        for tablets in arguments.tablets:
            done, lowest, seconds = load_hall(hall, tablets)
            judge(tablets, done, lowest, seconds)
            lines += table(tablets, done, lowest, seconds)
        memory = {name: megabytes(process.pid) for name, process in installation.processes.items()}
        lines += ["Memory at the end (PSS): " + ", ".join(f"{name} {size:.0f} MB" for name, size in memory.items()) + ".", ""]
        lines = [*machine(installation, load), "", *lines]
    print("\n".join(lines))
    for title, found in (("Wrong or lost", faults), ("Not reached", missed)):
        print(f"{title}: {'; '.join(found) or 'nothing'}.")
    return 1 if faults else 2 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
