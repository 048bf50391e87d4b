#!/usr/bin/env python3
"""Count as a hall would, and say what it cost: `python benchmarks/scoring.py`.

Pure rules on made-up slips: no database, no cryptography. Must be reached: the result of 200 ballots × 10 officials with its published
tables below 0.3 s, the slips of 100,000 ballots tallied below 10 s. Exit code 2: a figure was not reached.
"""

import json
import os
import random
import sys
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # the app is called `scoring` like this file

from benchmarks.measuring import Judge, machine, timed  # noqa: E402

OFFICIALS, HALL, MANY, AGAIN = 10, 200, 100_000, 5
SHARES = {"A": 0.03, "B": 0.35, "C": 0.25, "D": 0.37}  # of the ballots, by group of the sample scheme
RESULT, TALLY = 0.3, 10  # seconds (issue: cost)


def session(ballots, officials, scheme):
    """What `score` takes: every ballot complete, marks by lot."""
    lot, step = random.Random(7), int(Fraction(scheme["step"]) * 10)
    most = {criterion["code"]: int(criterion["max_points"]) * 10 // step for criterion in scheme["criteria"]}
    people = [{"code": f"o{n:02}", "category": "TOWN", "unit": f"u{n:02}"} for n in range(1, officials + 1)]
    cast = {code: round(ballots * share) for code, share in SHARES.items()}
    slips = [
        {"g": code.lower(), "o": person["code"], "a": {name: step * lot.randint(top // 2, top) for name, top in most.items()}}
        for code, n in cast.items()
        for _ballot in range(n)
        for person in people
    ]
    numbers = {code.lower(): n for code, n in cast.items()}
    return {
        "scheme": scheme, "officials": people, "slips": slips, "boxes": {code.lower(): code for code in cast},
        "issued": numbers, "returned": numbers, "scope": {letter: [p["code"] for p in people] for letter in numbers},
    }  # fmt: skip


def result(given):
    """Everything that follows from the transcript and is frozen, as `scoring.actions.count` makes it."""
    from scoring import rules

    found = rules.score(**given)
    table = rules.published(found, "L1")
    rules.published(found, "L0")
    rules.criterion_table(found, table)
    found.as_dict()
    return found


def main():
    load, judge = os.getloadavg(), Judge()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    scheme = json.loads((ROOT / "scoring/schemes/SCH-2026-01.json").read_text(encoding="utf-8"))
    hall = session(HALL, OFFICIALS, scheme)
    result(hall)
    taken = sorted(timed(lambda: result(hall)) for _ in range(AGAIN))[AGAIN // 2]
    many = session(MANY, 1, scheme)
    tallied = timed(lambda: result(many))
    judge.must(taken.clock < RESULT, f"result of {HALL} ballots in {taken.clock:.2f} s, not {RESULT}")
    judge.must(tallied.clock < TALLY, f"{MANY} ballots in {tallied.clock:.1f} s, not {TALLY}")
    print("\n".join(machine(load)))
    print(
        f"Result of {HALL} ballots × {OFFICIALS} officials × {len(scheme['criteria'])} criteria: {taken}, the middle of {AGAIN}."
    )
    print(f"Slips of {MANY:,} ballots on one official tallied and judged: {tallied}.")
    return judge.said()


if __name__ == "__main__":
    sys.exit(main())
