"""What the small benchmarks share: seconds, memory of a process, the machine, and whether a figure was reached."""

import datetime as dt
import os
import platform
import resource
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.installation import megabytes


@dataclass(frozen=True, order=True)
class Taken:
    """Seconds by the clock, which is what must be reached, and of this process's CPU, which other work does not lengthen."""

    clock: float
    cpu: float

    def __str__(self):
        return f"{self.clock:.2f} s ({self.cpu:.2f} s CPU)"


def timed(act):
    clock, cpu = time.perf_counter(), time.process_time()
    act()
    return Taken(time.perf_counter() - clock, time.process_time() - cpu)


def peak_megabytes():
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def watched(command, patience=120):
    """(seconds, most megabytes held at once) of a command with all its processes, looked at ten times a second."""
    began, most = time.perf_counter(), 0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, megabytes(process.pid))
        if time.perf_counter() - began > patience:
            process.kill()
        time.sleep(0.1)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return time.perf_counter() - began, most


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()


def machine(before):
    """The line under which figures are stated: date, commit, machine, and what else it had to do."""
    cpu = next(line.split(": ")[1] for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    load, after = (" ".join(f"{value:.1f}" for value in values) for values in (before, os.getloadavg()))
    yield f"{dt.date.today()}, commit {commit()}: {os.cpu_count()} cores ({cpu}), Linux {platform.release()},"
    yield f"Python {platform.python_version()}. Load average of the machine before: {load}; after: {after}."


class Judge:
    """Figures that must be reached; the exit code is 2 where one was not."""

    def __init__(self):
        self.missed = []

    def must(self, truth, what):
        if not truth:
            self.missed.append(what)

    def said(self):
        print(f"Not reached: {'; '.join(self.missed) or 'nothing'}.")
        return 2 if self.missed else 0
