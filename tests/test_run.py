"""What `scripts/run` says when it ends, and what it starts."""

import importlib.machinery
import importlib.util
import signal
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "scripts" / "run"


@pytest.fixture(scope="module")
def run():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(SCRIPT.parent), *sys.path])
        loader = importlib.machinery.SourceFileLoader("run", str(SCRIPT))
        module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", loader))
        loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (130, "All data stay in /here"),
        (-signal.SIGTERM, "All data stay in /here"),
        (1, "one of the processes ended by itself"),
        (247, "one of the processes ended by itself"),
        (-signal.SIGKILL, "honcho, which runs web, booth, worker and clock, was ended by SIGKILL"),
    ],
)
def test_the_last_words_name_what_ended(run, code, words):
    assert words in run.farewell(code, "/here")


def test_the_main_site_is_loaded_before_its_workers_start():
    """Ctrl-C in the first seconds ends it at once; workers that still load hear of it too late and had to be killed."""
    web = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()[0]

    assert web.startswith("web: exec gunicorn config.wsgi --preload ")
