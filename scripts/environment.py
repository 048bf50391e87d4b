"""Where the project lies and what its processes see; shared by the scripts, which run before anything is installed."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OFF = ("0", "false", "no", "off", "")


def dotenv():
    """The variables of `.env`, so that a value given there also counts before Django is installed."""
    path = ROOT / ".env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.strip().split("=", 1) for line in lines if "=" in line and not line.strip().startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, value in pairs}


def environment():
    """The shell's variables before those of `.env`; the demonstration unless switched off; our own tools first on the path."""
    env = {**dotenv(), **os.environ}
    env["PATH"] = os.pathsep.join([str(VENV / "bin"), env.get("PATH", os.defpath)])
    env.pop("VIRTUAL_ENV", None)
    env.pop("PYTHONHOME", None)
    env.setdefault("DEMO", "1")
    env.setdefault("SHUZE_VAR", str(ROOT / "var"))
    return env
