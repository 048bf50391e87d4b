"""Both processes as they are really run, a real Chromium, and one browser context for each person.

The main site is pytest-django's live server, so that the walk may move its clock; the booth is a process of its own. Both
stand on database files, which only works when these tests are run by themselves: `pytest tests/e2e`.
"""

import datetime as dt
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import connections
from django.utils import timezone

from scoring.actions import install_sample_scheme
from tests import factories
from tests.e2e.stage import Stage
from tests.scoring.conftest import NOW, NUMBERS, Hall

ROOT = Path(__file__).parent.parent.parent
PICTURES = ROOT / "var" / "e2e"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE = 15_000  # milliseconds until a page that does not come is a failure; two cores may be busy


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """SQLite in files, because the booth is another process."""
    for alias in connections:
        config = connections[alias].settings_dict
        if config["ENGINE"].endswith("sqlite3"):
            config["TEST"]["NAME"] = str(tmp_path_factory.mktemp("databases") / f"{alias}.sqlite3")


@pytest.fixture(scope="session")
def client_is_built():
    """The ballot client of this very source: without it there is no booth."""
    subprocess.run([sys.executable, "scripts/build-client"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def chromium():
    """Chromium, or a reason to leave out: in CI a missing browser is a failure."""
    if CHROMIUM is None:
        if os.environ.get("CI") or os.environ.get("BROWSER") == "required":
            pytest.fail("There is no Chromium here, and it is required (Debian: apt-get install chromium).")
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's synchronous interface runs an event loop in this thread; Django would take that for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def address_of(database):
    """The URL of a test database, as the environment of another process names it."""
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)


@pytest.fixture(scope="session")
def running_booth(django_db_setup, client_is_built, tmp_path_factory):
    """The origin of the booth: its own process, its own settings, the ballots of the test database, for one test after the other."""
    ballots = connections["ballots"].settings_dict
    if "memory" in str(ballots["NAME"]):
        pytest.skip("needs its databases in files: run pytest tests/e2e by itself")
    port, log = free_port(), tmp_path_factory.mktemp("booth") / "log"
    origin = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "SHUZE_VAR": str(site.VAR),
        "BALLOTS_DATABASE_URL": address_of(ballots),
        "BOOTH_ORIGIN": origin,
        "DEMO": "1",  # plain http
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "config/booth_gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=said, stdout=subprocess.DEVNULL)
    try:
        while b"Listening at" not in log.read_bytes():
            assert process.poll() is None, f"the booth did not start: {log.read_text()}"
            time.sleep(0.1)
        yield origin
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def booth(transactional_db, running_booth, settings):
    settings.BOOTH_ORIGIN = running_booth
    return running_booth


@pytest.fixture
def make_hall(booth, clerk, scrutineer, teller, approver):
    """A meeting with two officials whose cards are printed and whose box is open."""
    return partial(open_hall, clerk, scrutineer, teller, approver)


@pytest.fixture
def hall(make_hall):
    return make_hall()


def open_hall(clerk, scrutineer, teller, approver, until=None, **fields):
    session = factories.ReviewSessionFactory(subjects=2, state="IN_PROGRESS", **fields)
    for code, (n, _papers) in NUMBERS.items():
        factories.AudienceGroupFactory(session=session, code=code, name=code, is_anonymous=code != "A", expected=n)
    made = install_sample_scheme(by=clerk)
    factories.lock(made, clerk=clerk, approver=approver, now=NOW)
    hall = Hall(session, made, clerk, scrutineer, teller, approver)
    hall.now = timezone.now() - dt.timedelta(hours=1)  # the site's own clock is not moved here
    hall.prepare()
    return hall if until == "prepare" else hall.make_keys().make_cards().open()


@pytest.fixture
def stage(request, chromium, live_server, booth, settings):
    """Where the people of a test act; at the end nothing may have gone wrong behind any of their screens."""
    settings.SITE_ORIGIN = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    months = dt.timedelta(days=200)  # the walk takes them, and its people stay signed in
    settings.SESSION_LIMIT = settings.SESSION_IDLE = settings.SESSION_IDLE_IN_HALL = settings.SESSION_PROVED = months
    settings.SESSION_COOKIE_AGE = months.total_seconds()
    stage = Stage(chromium, live_server.url, booth, patience=PATIENCE)
    yield stage
    if getattr(request.node, "has_failed", False):
        stage.take_pictures(PICTURES, re.sub(r"\W+", "-", request.node.name))
    stage.leave()
    assert stage.faults == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.has_failed = getattr(item, "has_failed", False) or report.failed
    return report
