"""What the full games found, written down with date, machine and command (GAMES=full)."""

import datetime
import json
import os
import platform
import sys
import time
from pathlib import Path

PLACE = os.environ.get("GAMES_RECORD")


def record(game, score, limit):
    """Add the figures of one game to the record, if one is kept."""
    best, correct = score.best
    direct = {name: value for name, value in score.correct.items() if not name.startswith("order finder")}
    entry = {
        "sessions": score.sessions,
        "n": score.n,
        "attacks": len(score.correct),
        "by chance": score.sessions if score.n > 1 else score.sessions / 2,
        "limit": limit,
        "best": {best: correct},
        "direct": direct,
        "found nothing to go by": dict(score.blind),
    }
    if score.rho:
        entry["strongest correlation, in standard deviations"] = {score.strongest[0]: round(score.strongest[1], 2)}
        entry["allowed"] = round(score.strongest_allowed, 2)
    write(game, entry)


def write(name, entry):
    if PLACE:
        path = Path(PLACE)
        known = json.loads(path.read_text()) if path.exists() else {}
        known |= {"date": datetime.date.today().isoformat(), "machine": machine()}
        known[name] = entry
        path.write_text(json.dumps(known, indent=1, ensure_ascii=False))


def machine():
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def progress(game, rounds):
    """Tells the terminal how far a long game has got."""
    begin = time.monotonic()

    def tell(score):
        if PLACE and score.sessions % 10 == 0:
            best, correct = score.best
            seconds = time.monotonic() - begin
            print(
                f"{game}: {score.sessions} of {rounds} in {seconds:.0f} s; best: {correct}, {best}",
                file=sys.__stderr__,
                flush=True,
            )

    return tell
