#!/usr/bin/env python3
"""Let a hall follow a meeting on its telephones, and say what it cost: `python benchmarks/live.py [--minutes 10]`.

Bounded, on loopback only: an installation of its own with the main site as the Procfile starts it; 300 telephones from one address come
within ten seconds and ask every two seconds from then on; the meeting moves every second; half-way the site is restarted. The same
telephones ask for a file that never changes in the same run, which is the floor. Must be reached: no wrong answer but while the site is
down, a change on 95 of 100 screens within 3 s, less than half a core for the following. Exit code 1: wrong answers; 2: a figure was not reached.
"""

import argparse
import os
import pickle
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path
from statistics import quantiles

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.installation import ROOT, Installation, cpu_seconds  # noqa: E402
from benchmarks.measuring import Judge, machine  # noqa: E402

FOLLOWERS, RUSH, EVERY = 300, 10, 2
AHEAD = 3  # seconds for the telephones to be made
VISIBLE, CORE = 3, 0.5  # seconds, of one core (issue: many screens)
GRACE = 10  # seconds after the restart in which a telephone may still be waiting for an answer that was cut off


class Meeting:
    """The rehearsal of the demonstration, put back before its vote; every event is a press on the console."""

    def __init__(self):
        from django.urls import reverse

        from live.models import FollowPage, Hall
        from reviews.models import ReviewSession

        ReviewSession.objects.filter(is_rehearsal=True).update(state="IN_PROGRESS")
        self.hall = Hall.objects.select_related("moved_by").get(session__is_rehearsal=True)
        token = FollowPage.objects.get(session=self.hall.session).token
        self.page, self.picture = (reverse(name, args=[token]) for name in ("live:follow", "live:follow_picture"))
        self.events = []  # (moment, version)

    def move(self, begin):
        from django.utils import timezone

        from live.actions import picture

        show = picture.show_stage if self.hall.is_neutral else picture.show_neutral
        show(self.hall, version=self.hall.version, by=self.hall.moved_by, now=timezone.now())
        self.hall.refresh_from_db()
        self.events.append((time.monotonic() - begin, self.hall.version))

    def keep_moving(self, begin, seconds):
        from django.db import connection

        while (now := time.monotonic() - begin) < seconds:
            if now > RUSH:
                self.move(begin)
            time.sleep(1)
        connection.close()


def belongings(installation, path):
    """The page and the files it names."""
    with urllib.request.urlopen(f"http://127.0.0.1:{installation.web_port}{path}") as answer:
        page = answer.read().decode()
    return [path, *dict.fromkeys(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))]


def follow(installation, *, page, picture, seconds, beside=lambda begin, spent: None):
    """(answers of each telephone, CPU seconds of each part) of so many seconds; `beside` happens meanwhile."""
    job, answers = installation.folder / "job", installation.folder / "answers"
    begin = time.monotonic() + AHEAD
    told = {"port": installation.web_port, "page": page, "picture": picture, "followers": FOLLOWERS, "rush": RUSH}
    job.write_bytes(pickle.dumps(told | {"every": EVERY, "begin": begin, "seconds": seconds}))
    spent = Spent(installation)
    tool = subprocess.Popen([sys.executable, str(ROOT / "benchmarks" / "followers.py"), str(job), str(answers)])
    beside(begin, spent)
    if tool.wait(seconds + 60):
        sys.exit("followers.py broke off")
    spent.note()
    found = pickle.loads(answers.read_bytes())
    return found["answers"], spent.seconds | {"load tool": found["seconds"]}


class Spent:
    """CPU seconds of site and database, also over a restart: `note` before a process ends, `begin` after another took its place."""

    def __init__(self, installation):
        self.installation, self.seconds = installation, Counter()
        self.begin()

    def begin(self):
        self.before = self.now()

    def note(self):
        self.seconds += Counter({part: after - self.before[part] for part, after in self.now().items()})

    def now(self):
        return {
            part: cpu_seconds(self.installation.processes[name].pid)
            for part, name in (("site", "web"), ("PostgreSQL", "postgres"))
        }


def restart(installation, spent):
    """(down, up) in monotonic seconds."""
    spent.note()
    down = time.monotonic()
    installation.stop("web")
    installation.start_web()
    spent.begin()
    return down, time.monotonic()


def delays(answers, events, but):
    """Seconds from each event to the first answer that shows it or a later one, on each telephone; without those that fall into `but`."""
    found = []
    for telephone in answers:
        shown = [(answered, int(mark.strip('"').split("-")[0])) for _sent, answered, _status, mark in telephone if mark]
        at = 0
        for moment, version in events:
            while at < len(shown) and (shown[at][1] < version or shown[at][0] < moment):
                at += 1
            if at < len(shown) and not but[0] - VISIBLE < moment < but[1]:
                found.append(shown[at][0] - moment)
    return found


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
        meeting, down = Meeting(), []
        page = belongings(installation, meeting.page)

        def beside(begin, spent):
            moves = threading.Thread(target=meeting.keep_moving, args=(begin, seconds - 2 * EVERY))
            moves.start()
            time.sleep(begin + seconds / 2 - time.monotonic())
            down[:] = [moment - begin for moment in restart(installation, spent)]
            moves.join()

        answers, cpu = follow(installation, page=page, picture=meeting.picture, seconds=seconds, beside=beside)
        still, floor = follow(installation, page=[], picture=page[1], seconds=min(seconds, 60))
    flat = [answer for telephone in answers for answer in telephone]
    outside = [a for a in flat if a[2] not in (200, 304) and not down[0] <= a[1] <= down[1] + GRACE]
    waited = quantiles(delays(answers, meeting.events, (down[0], down[1] + GRACE)), n=100, method="inclusive")
    following = (cpu["site"] + cpu["PostgreSQL"]) / seconds
    cost, least = ((c["site"] + c["PostgreSQL"]) / sum(map(len, a)) * 1000 for c, a in ((cpu, answers), (floor, still)))
    judge.must(waited[94] < VISIBLE, f"a change visible after {waited[94]:.1f} s (p95), not {VISIBLE}")
    judge.must(following < CORE, f"{following:.2f} of a core, not {CORE}")
    print("\n".join(machine(load)))
    statuses = ", ".join(f"{n} × {status}" for status, n in sorted(Counter(a[2] for a in flat).items()))
    print(
        f"{FOLLOWERS} telephones for {seconds:.0f} s, {len(meeting.events)} changes, {len(page) - 1} files each at the start: {statuses}."
    )
    print(f"Site down for {down[1] - down[0]:.1f} s; wrong answers outside of it and {GRACE} s after: {len(outside)}.")
    print(f"A change is on the screen after {waited[49]:.1f} s (p50), {waited[94]:.1f} s (p95), {waited[98]:.1f} s (p99).")
    print(
        f"{following:.2f} of a core: site {cpu['site']:.1f} s, PostgreSQL {cpu['PostgreSQL']:.1f} s; load tool {cpu['load tool']:.1f} s."
    )
    print(f"CPU of an answer {cost:.2f} ms; of a file that never changes {least:.2f} ms: {cost / least:.1f} times the floor.")
    said = judge.said()
    return 1 if outside else said


if __name__ == "__main__":
    sys.exit(main())
