"""The booth as it is really started: its own process, its own settings, one file of ballots."""

import http.client
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ballots import codec
from ballots.models import Envelope
from ballots.router import DB
from tests.ballots.conftest import SQLITE

ROOT = Path(__file__).parent.parent.parent
pytestmark = [pytest.mark.slow] if SQLITE else [pytest.mark.slow, pytest.mark.django_db(databases=[DB], transaction=True)]


@pytest.fixture
def database_url(real_database):
    config = real_database.settings_dict
    if SQLITE:
        return f"sqlite:///{config['NAME']}"
    return f"postgres://{config['USER']}:{config['PASSWORD']}@{config['HOST']}:{config['PORT']}/{config['NAME']}"


@pytest.fixture
def process(database_url, receipt_keys):
    """The booth on a free port: (port, what it has written so far)."""
    environment = {
        "PATH": os.environ["PATH"],
        "SHUZE_VAR": str(receipt_keys.parent),
        "BALLOTS_DATABASE_URL": database_url,
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "config/booth_gunicorn.py", "--bind", "127.0.0.1:0"]
    booth = subprocess.Popen(
        [*command, "--access-logfile", "-"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    watchdog = threading.Timer(20, booth.kill)
    watchdog.start()
    written, found = [], None
    for line in booth.stderr:
        written.append(line.decode())
        if found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", written[-1]):
            break
    watchdog.cancel()

    def stop():
        booth.terminate()
        out, err = booth.communicate(timeout=20)
        return "".join([*written, err.decode(), out.decode()])

    assert found, "".join(written)
    yield int(found[1]), stop
    booth.kill()
    booth.communicate()


def ask(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    result = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return result


def test_booth_process_takes_a_ballot_and_its_log_says_nothing_of_it(make_box, process):
    card, *_ = make_box()
    port, stop = process
    headers = {
        "Content-Type": "application/json",
        "X-ARS": "1",
        "Origin": f"http://127.0.0.1:{port}",
        "User-Agent": "canary-tablet",
    }

    first = ask(port, "POST", f"/v1/{card.sid}/cast", card.envelope(), **headers)
    again = ask(port, "POST", f"/v1/{card.sid}/cast", card.envelope(), **headers, Cookie="sessionid=canary")
    page = ask(port, "GET", "/b?canary")
    refused = ask(port, "GET", "/canary", Host="canary.example")
    static = ask(port, "GET", "/static/css/tokens.css")
    log = stop()

    assert (first[0], again[0]) == (200, 200)
    assert first[2] == again[2]
    assert Envelope.objects.get().outer_pk == card.public
    assert (page[0], refused[0], static[0]) == (200, 400, 200)
    assert {"Set-Cookie", "Vary"} & first[1].keys() <= {"Vary"}
    assert all("default-src 'none'" in answer[1]["Content-Security-Policy"] for answer in (first, page, refused, static))
    assert "max-age" in static[1]["Cache-Control"]
    assert "canary" not in log
    assert card.sid not in log
    assert codec.parse(first[2])["h"] not in log
    assert "127.0.0.1" not in log.replace(f"http://127.0.0.1:{port}", "")


def test_booth_process_says_only_that_something_failed(make_box, process, receipt_keys):
    card, *_ = make_box()
    (receipt_keys / card.sid).unlink()
    port, stop = process
    headers = {"Content-Type": "application/json", "X-ARS": "1", "Origin": f"http://127.0.0.1:{port}"}

    status, _headers, body = ask(port, "POST", f"/v1/{card.sid}/cast", card.envelope(), **headers)
    log = stop()

    assert (status, body) == (500, b'{"v":1}')
    assert "booth: a request failed" in log
    assert "Traceback" not in log
    assert card.sid not in log
