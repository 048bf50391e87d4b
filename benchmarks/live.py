#!/usr/bin/env python3
"""Let a hall follow a meeting on its telephones, and say what it cost: `python benchmarks/live.py [--minutes 10]`.

Bounded, on loopback only: an installation of its own with the main site as the Procfile starts it; 300 telephones from one address come
within ten seconds and ask every two seconds from then on; the meeting moves every second; half-way the site is restarted; at the end the
vote is closed and all ask the booth for the results at once. The same in the same run with a process that tells of a change instead of
being asked (stream.py), and with a file that never changes, which is the floor. Must be reached: no wrong answer but while the site is
down, a change on 95 of 100 screens within 3 s, less than half a core for the following. Exit code 1: wrong answers; 2: a figure was not
reached.
"""

import argparse
import os
import re
import sys
import urllib.request
from functools import partial
from pathlib import Path
from statistics import quantiles

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import opening, waves  # noqa: E402
from benchmarks.hall import prepare  # noqa: E402
from benchmarks.installation import ROOT, Installation, free_port  # noqa: E402
from benchmarks.measuring import Judge, machine  # noqa: E402
from benchmarks.meeting import FOLLOWERS, GRACE, JOINED, VISIBLE, Meeting, floor, hold  # noqa: E402

CORE = 0.5  # of one core (issue: many screens)
BALLOTS = 200  # in the box whose results all ask for
BESIDE = 60  # seconds at most of what is measured beside the meeting


def belongings(port, path):
    """The page and the files it names."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        page = answer.read().decode()
    return [path, *dict.fromkeys(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))]


def results(installation):
    """What a telephone asks the booth for at the end: the page of the check, the list of what was received, the ballots as published."""

    def demand(truth, fault):
        if not truth:
            sys.exit(fault)

    box = prepare(BALLOTS)
    waves.Hall(installation, demand, lambda _text: None).cast("cast", box)
    waves.close(box)
    opening.on_the_server(box, opening.in_python(box, opening.urn_of(box))[0])
    return [*belongings(installation.booth_port, "/check"), f"/v1/{box.sid}/received", f"/v1/{box.sid}/transcript"]


# --- the report -----------------------------------------------------------------------------------------------------


def columns(run):
    """What stands in the table of each way to follow."""
    answers, cpu = run.statuses, run.cpu["followed"]
    yield f"{sum(answers.values()) - answers[0]}, {answers[0]} unanswered"
    yield f"{run.down[1] - run.down[0]:.1f} s, {run.outside} wrong answers outside of it and {GRACE} s after"
    yield "{:.1f}, {:.1f}, {:.1f} s".format(*run.delays)
    yield f"{run.last:.1f} s"
    yield f"**{run.core():.2f}** (site {cpu['web'] + cpu['stream']:.1f} s, PostgreSQL {cpu['postgres']:.1f} s)"
    yield f"{run.restart:.1f} s"
    yield f"{run.cost():.2f} ms"
    yield f"{run.megabytes:.0f} MB"


ROWS = (
    "answers",
    "down half-way",
    "a change is on the screen after, p50, p95, p99",
    "the last screen shows the close after",
    "CPU of the following, of one core",
    "of it the start of the new process",
    "CPU an answer",
    "memory (PSS)",
)


def report(polled, streamed, *, page, asked, least):
    yield f"{FOLLOWERS} telephones, {len(polled.events)} changes; asked every 2 s for {polled.seconds:.0f} s, told for {streamed.seconds:.0f} s."
    yield ""
    yield "| | asked every 2 s, as in the product | told (SSE), the peer |"
    yield "|---|---|---|"
    for row in zip(ROWS, columns(polled), columns(streamed), strict=True):
        yield f"| {' | '.join(row)} |"
    yield ""
    joined = polled.cpu["joined"]
    yield f"Joining, in the first {JOINED} s: the page and {len(page) - 1} files each, {polled.core('joined'):.2f} of a core (site"
    yield f"{joined['web']:.1f} s, PostgreSQL {joined['postgres']:.1f} s). A file that never changes costs {least:.2f} ms: an answer is"
    yield f"{polled.cost() / least:.1f} times that. Load tool: {polled.tool:.1f} s."
    flat = [answer for telephone in polled.results for answer in telephone]
    took = quantiles([telephone[-1][1] - telephone[0][0] for telephone in polled.results], n=100, method="inclusive")
    spent = polled.cpu["asked"]
    yield f"At the end {polled.led} of {FOLLOWERS} telephones lead to the check; all ask the booth at once for its page and what was published"
    yield f"of {BALLOTS} ballots, {len(asked)} addresses each, {len(flat)} answers: everything is there after {took[49]:.1f} s (p50), {took[94]:.1f} s"
    yield f"(p95); booth {spent['booth']:.1f} s, PostgreSQL {spent['postgres']:.1f} s of CPU."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    seconds = parser.parse_args().minutes * 60
    load, judge = os.getloadavg(), Judge()
    with Installation(sqlite=False) as installation:
        installation.start_web()
        os.environ.update(installation.environment | installation.databases("ars_desk"), DJANGO_SETTINGS_MODULE="config.settings")
        import django

        django.setup()
        meeting, asked, port = Meeting(), results(installation), free_port()
        page = belongings(installation.web_port, meeting.page)
        polled = hold(installation, meeting, seconds, process="web", start=installation.start_web, page=page, results=asked)
        command = [sys.executable, str(ROOT / "benchmarks" / "stream.py"), port, meeting.token]
        start = partial(installation.start, "stream", command, port=port, role="ars_desk")
        start()
        streamed = hold(installation, meeting, min(seconds, BESIDE), process="stream", start=start, stream=port)
        least = floor(installation, page[-1], min(seconds, BESIDE))
    judge.must(polled.delays[1] < VISIBLE, f"a change visible after {polled.delays[1]:.1f} s (p95), not {VISIBLE}")
    judge.must(polled.core() < CORE, f"{polled.core():.2f} of a core for the following, not {CORE}")
    judge.must(polled.led == FOLLOWERS, f"{polled.led} telephones lead to the check at the end, not {FOLLOWERS}")
    print("\n".join([*machine(load), *report(polled, streamed, page=page, asked=asked, least=least)]))
    said = judge.said()
    return 1 if polled.outside else said


if __name__ == "__main__":
    sys.exit(main())
