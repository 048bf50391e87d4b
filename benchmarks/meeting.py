"""A meeting that 300 telephones follow: how it moves, what is started anew half-way, and what the hall asks for at its end."""

import contextlib
import pickle
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from statistics import quantiles

from benchmarks.installation import ROOT, cpu_seconds, megabytes

FOLLOWERS, RUSH, EVERY = 300, 10, 2
AHEAD = 3  # seconds for the telephones to be made
JOINED = RUSH + 2  # seconds after which the last has everything
VISIBLE = 3  # seconds (issue: many screens)
GRACE = 10  # seconds after the restart in which a telephone may still be waiting for an answer that was cut off
PARTS = ("web", "stream", "booth", "postgres")


class Meeting:
    """The rehearsal of the demonstration, put back before its vote; every event is a press on the console."""

    def __init__(self):
        from django.urls import reverse

        from live.models import FollowPage, Hall

        self.hall = Hall.objects.select_related("moved_by").get(session__is_rehearsal=True)
        self.token = FollowPage.objects.get(session=self.hall.session).token
        self.page, self.picture = (reverse(name, args=[self.token]) for name in ("live:follow", "live:follow_picture"))

    def stand_at(self, state, **moments):
        from reviews.models import ReviewSession
        from scoring.models import BallotRound

        BallotRound.objects.filter(session=self.hall.session).update(**moments)
        ReviewSession.objects.filter(pk=self.hall.session_id).update(state=state)

    def move(self):
        """The version the hall has now."""
        from django.utils import timezone

        from live.actions import picture

        show = picture.show_stage if self.hall.is_neutral else picture.show_neutral
        show(self.hall, version=self.hall.version, by=self.hall.moved_by, now=timezone.now())
        self.hall.refresh_from_db()
        return self.hall.version

    def hold(self, begin, seconds, events):
        """A change a second once all have come; then the vote is closed, which every screen shows."""
        from django.db import connection
        from django.utils import timezone

        self.stand_at("IN_PROGRESS", closing_at=None, closed_at=None)
        while (now := time.monotonic() - begin) < seconds:
            if now > RUSH:
                events.append((now, self.move()))
            time.sleep(1)
        now = time.monotonic() - begin
        self.stand_at("VOTING_CLOSED", closing_at=timezone.now(), closed_at=timezone.now())
        events.append((now, self.move()))
        connection.close()


@dataclass
class Run:
    """What the telephones got, and what it cost: CPU seconds of each part while they joined, followed, and asked for the results."""

    seconds: float
    joined: list
    answers: list
    results: list
    events: list
    down: tuple
    cpu: dict
    restart: float
    megabytes: float
    tool: float

    @property
    def statuses(self):
        return Counter(answer[2] for telephone in self.answers for answer in telephone)

    @property
    def outside(self):
        """Wrong answers but those of a site that is down, or that it cut off."""
        until = self.down[1] + GRACE
        told = [answer for telephone in self.answers for answer in telephone if not self.down[0] <= answer[1] <= until]
        asked = [answer for telephone in self.joined + self.results for answer in telephone]
        return sum(answer[2] not in (200, 304) for answer in told + asked)

    @property
    def delays(self):
        """p50, p95, p99 of the seconds from each event to the first answer that shows it or a later one, on each telephone; without
        those that fall into the restart."""
        outside = [event for event in self.events if not self.down[0] - VISIBLE < event[0] < self.down[1] + GRACE]
        hundredths = quantiles(self.seen(outside), n=100, method="inclusive")
        return hundredths[49], hundredths[94], hundredths[98]

    @property
    def last(self):
        """Seconds after which the last telephone shows that the vote is closed."""
        return max(self.seen(self.events[-1:]))

    @property
    def led(self):
        """How many telephones lead to the check of the own ballot at the end."""
        return sum(telephone[-1][3].strip('"').endswith("check") for telephone in self.answers)

    def seen(self, events):
        """Seconds from each of these events to the answer that shows it, on each telephone."""
        for telephone in self.answers:
            shown = [(answered, int(mark.strip('"').split("-")[0])) for _sent, answered, _status, mark in telephone if mark]
            at = 0
            for moment, version in events:
                while at < len(shown) and (shown[at][1] < version or shown[at][0] < moment):
                    at += 1
                if at < len(shown):
                    yield shown[at][0] - moment

    def core(self, phase="followed"):
        """Of one core, what site and database took: while the telephones only followed, or while they joined."""
        cpu = self.cpu[phase]
        return (cpu["web"] + cpu["stream"] + cpu["postgres"]) / (JOINED if phase == "joined" else self.seconds - JOINED)

    def cost(self):
        """CPU milliseconds an answer."""
        answers = sum(answer[1] > JOINED for telephone in self.answers for answer in telephone)
        return self.core() * (self.seconds - JOINED) / answers * 1000


class Telephones:
    """300 of them in a process of their own, from `begin` on."""

    def __init__(self, installation, seconds, **told):
        self.job, self.found = installation.folder / "job", installation.folder / "answers"
        self.begin, self.seconds = time.monotonic() + AHEAD, seconds
        told = {"followers": FOLLOWERS, "rush": RUSH, "every": EVERY, "page": [], "results": [], "stream": None} | told
        told |= {"port": installation.web_port, "booth": installation.booth_port, "begin": self.begin, "seconds": seconds}
        self.job.write_bytes(pickle.dumps(told))
        command = [sys.executable, str(ROOT / "benchmarks" / "followers.py"), str(self.job), str(self.found)]
        self.process = subprocess.Popen(command)

    def until(self, moment):
        time.sleep(max(self.begin + moment - time.monotonic(), 0))

    def end(self):
        if self.process.wait(self.seconds + 120):
            sys.exit("followers.py broke off")
        return pickle.loads(self.found.read_bytes())


def hold(installation, meeting, seconds, *, process, start, **told):
    """A meeting of so many seconds, followed at the process of this name, which is stopped and started anew half-way."""
    spent, events = Spent(installation), []
    telephones = Telephones(installation, seconds, picture=meeting.picture, **told)
    moves = threading.Thread(target=meeting.hold, args=(telephones.begin, seconds - 2 * EVERY, events))
    moves.start()
    telephones.until(JOINED)
    spent.note("joined")
    telephones.until(seconds / 2)
    spent.note("followed")
    down = time.monotonic() - telephones.begin
    installation.stop(process)
    start()
    spent.before[process] = 0
    while process == "web" and not is_up(installation.web_port):
        time.sleep(0.1)
    up, booted = time.monotonic() - telephones.begin, cpu_seconds(installation.processes[process].pid)
    telephones.until(seconds)
    spent.note("followed")
    held = megabytes(installation.processes[process].pid)
    moves.join()
    found = telephones.end()
    spent.note("asked")
    tool = found.pop("seconds")
    return Run(seconds, **found, events=events, down=(down, up), cpu=spent.seconds, restart=booted, megabytes=held, tool=tool)


def floor(installation, path, seconds):
    """CPU milliseconds of the site an answer, when the same telephones ask for a file that never changes."""
    spent = Spent(installation)
    answers = Telephones(installation, seconds, picture=path).end()["answers"]
    spent.note("all")
    return spent.seconds["all"]["web"] / sum(map(len, answers)) * 1000


def is_up(port):
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/static/img/seal.svg"):
        return True
    return False


class Spent:
    """CPU seconds of each process by phase; of one that has taken another's place `before` is 0."""

    def __init__(self, installation):
        self.installation, self.seconds = installation, {}
        self.before = self.now()

    def note(self, phase):
        now = self.now()
        took = Counter({part: seconds - self.before.get(part, 0) for part, seconds in now.items()})
        self.seconds[phase] = self.seconds.get(phase, Counter()) + took
        self.before = now

    def now(self):
        processes = self.installation.processes
        return {part: cpu_seconds(processes[part].pid) for part in PARTS if part in processes}
