"""Waves of a hall against the booth, and what each must leave behind."""

import pickle
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from statistics import quantiles

from benchmarks.installation import ROOT, cpu_seconds

SPREAD = 10  # seconds in which a hall casts
SCAN = 5  # seconds in which it scans its cards, and then fills in
REPEATS = 3  # times each tablet sends the same bytes at once in the storm


@dataclass
class Wave:
    """Answers as (sent, answered, status, body, reconnections), a list for each tablet; CPU seconds of each part of the machine."""

    name: str
    answers: list
    cpu: dict

    @property
    def flat(self):
        return [answer for tablet in self.answers for answer in tablet]

    @property
    def statuses(self):
        return {status: sum(a[2] == status for a in self.flat) for status in sorted({a[2] for a in self.flat})}

    @property
    def rate(self):
        """Good answers a second, from the first request to the last answer."""
        return self.statuses.get(200, 0) / (max(a[1] for a in self.flat) - min(a[0] for a in self.flat))

    @property
    def milliseconds(self):
        """p50, p95, p99."""
        hundredths = quantiles([(a[1] - a[0]) * 1000 for a in self.flat], n=100, method="inclusive")
        return hundredths[49], hundredths[94], hundredths[98]

    @property
    def cost(self):
        """CPU milliseconds an answer, of each part."""
        return {part: seconds / len(self.flat) * 1000 for part, seconds in self.cpu.items()}


def get(path):
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


class Hall:
    """`demand(truth, fault)` hears what must be so; `told` hears how it goes."""

    def __init__(self, installation, demand, told):
        self.installation, self.demand, self.told = installation, demand, told

    def send(self, name, plans, expected=(200,)):
        job, answers = self.installation.folder / "job", self.installation.folder / "answers"
        job.write_bytes(pickle.dumps({"port": self.installation.booth_port, "plans": plans}))
        before = self.spent()
        subprocess.run([sys.executable, str(ROOT / "benchmarks" / "tablets.py"), str(job), str(answers)], check=True, timeout=600)
        time.sleep(0.2)  # PostgreSQL finishes
        result = pickle.loads(answers.read_bytes())
        cpu = {part: after - before[part] for part, after in self.spent().items()} | {"load tool": result["seconds"]}
        wave = Wave(name, result["answers"], cpu)
        p50, p95, p99 = wave.milliseconds
        self.told(f"{name}: {wave.statuses}, {wave.rate:.0f}/s, p50 {p50:.0f} p95 {p95:.0f} p99 {p99:.0f} ms")
        self.demand(set(wave.statuses) <= set(expected), f"{name}: answers {wave.statuses}")
        return wave

    def spent(self):
        parts = {"booth": "booth"} | ({} if self.installation.sqlite else {"PostgreSQL": "postgres"})
        return {part: cpu_seconds(self.installation.processes[name].pid) for part, name in parts.items()}

    # --- reading --------------------------------------------------------------------------------------------

    def scan(self, box):
        wants = ("/b", f"/v1/{box.sid}/manifest", f"/v1/{box.sid}/credentials")
        return self.send("scan", [[(at, get(path)) for path in wants] for at in self.moments(box, SCAN)])

    def fill(self, box):
        polls = self.moments(box, 1)
        return self.send("fill", [[(at + n, get(f"/v1/{box.sid}/turnout")) for n in range(SCAN)] for at in polls])

    def check(self, box):
        wants = (f"/v1/{box.sid}/received", f"/v1/{box.sid}/transcript")
        return self.send("check", [[(at, get(path)) for path in wants] for at in self.moments(box, SPREAD)])

    def moments(self, box, seconds):
        return [random.uniform(0, seconds) for _ in box.bodies]

    # --- casting --------------------------------------------------------------------------------------------

    def cast(self, name, box, seconds=0, repeats=1, expected=(200,)):
        """All cast within so many seconds; each sends its bytes so many times at once."""
        path, origin = f"/v1/{box.sid}/cast", self.installation.environment["BOOTH_ORIGIN"]
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {origin}\r\nContent-Type: application/json\r\nX-ARS: 1\r\n"
        requests = [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in box.bodies]
        plans = [
            [(at, request)] for at, request in zip(self.moments(box, seconds), requests, strict=True) for _ in range(repeats)
        ]
        return self.send(name, plans, expected)

    def storm(self, box, before):
        """Every tablet sends its bytes again, several times at once, and gets byte for byte what it got."""
        wave = self.cast("retry storm", box, repeats=REPEATS)
        again = [answer[3] for answer in wave.flat]
        first = [answer[3] for answer in before.flat for _ in range(REPEATS)]
        self.demand(again == first, "retry storm: a repeated cast was answered with other bytes")
        return wave

    def late(self, box):
        """The box is closed when a quarter of the hall has cast; whoever has a receipt is in the list, everybody else is told 410."""
        closing = threading.Thread(target=close_at, args=(box, len(box.bodies) // 4))
        closing.start()
        wave = self.cast("all at once, closed meanwhile", box, expected=(200, 410))
        closing.join(60)
        self.check_list(box, wave)
        return wave

    def check_list(self, box, wave):
        """Every receipt is good, and the list of what was received is exactly what was receipted."""
        from ballots import actions, codec, reference

        given = {}
        for body, (_sent, _answered, status, answer, _again) in zip(box.bodies, wave.flat, strict=True):
            if status == 200:
                reference.receipt_code(box.manifest, body, answer)  # ValueError for a bad one
                given[codec.parse(body)["c"]] = codec.parse(answer)["h"]
        listed = {entry["c"]: entry["h"] for entry in actions.received(box.sid)[0]}
        self.demand(listed == given, f"{wave.name}: {len(given)} receipts, {len(listed)} in the list")


def close(box):
    from ballots import actions

    actions.start_closing(box.sid)
    actions.close_box(box.sid)


def close_at(box, ballots):
    from django.db import connections

    try:
        deadline = time.monotonic() + 60
        while turnout(box) < ballots and time.monotonic() < deadline:
            time.sleep(0.005)
        close(box)
    finally:
        connections["ballots"].close()


def turnout(box):
    """What the main site may know while the box is open, but without its rhythm of twenty seconds."""
    from ballots import counting

    counting._shown.clear()
    return counting.turnout(box_row(box))


def box_row(box):
    from ballots.models import Box

    return Box.objects.only("sid", "state").get(sid=box.sid)
