"""Opening and checking a box four times over: in Python, on the server, in Node, and on the real opening page in Chromium."""

import contextlib
import json
import mimetypes
import shutil
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass

from benchmarks.installation import ROOT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PAGE = "http://localhost:9"  # nothing listens there: every request is answered from here
PATIENCE = 180  # seconds


@dataclass(frozen=True)
class Taken:
    """Seconds by the clock, and of CPU where it can be told apart."""

    clock: float
    cpu: float | None = None

    def __str__(self):
        return f"{self.clock:.1f} s" + (f" ({self.cpu:.1f} s CPU)" if self.cpu else "")


@contextlib.contextmanager
def stopwatch(seconds, name, *, own=True):
    """`own`: the work is done by this process."""
    clock, cpu = time.perf_counter(), time.process_time()
    yield
    seconds[name] = Taken(time.perf_counter() - clock, time.process_time() - cpu if own else None)


def urn_of(box):
    from ballots import actions

    return actions.urn(box.sid, drawn=box.drawn, named=[])


def in_python(box, urn):
    """The reference client opens, the verifier checks and counts. Gives the transcript and the seconds of each."""
    from ballots import codec, reference, verify

    seconds, rows = {}, codec.parse(urn)
    with stopwatch(seconds, "opened in Python"):
        made = reference.open_rows(
            box.manifest, box.credentials, rows["received"], box.keys.cards[:2], drawn=box.drawn, voided=rows["voided"], named=[]
        )
    if made["invalid"]:
        raise RuntimeError(f"{len(made['invalid'])} envelopes set aside")
    document = codec.canonical(made)
    with stopwatch(seconds, "checked and counted in Python"):
        verify.verify(document, reference.mh_code(box.manifest))
    return document, seconds


def on_the_server(box, document):
    """What the main site does with the transcript, up to the copy for the room."""
    from ballots import actions

    seconds, letters = {}, list(box.drawn)
    with stopwatch(seconds, "checked again and stored by the server"):
        actions.store_transcript(box.sid, document, drawn=box.drawn, named=[])
    with stopwatch(seconds, "published"):
        actions.publish(
            box.sid, version="1", shown=[(g, official["o"]) for g in letters for official in box.manifest["officials"]]
        )
    return seconds


def in_node(box, urn, folder):
    """The client's own modules on one core, without a page."""
    (folder / "urn.json").write_bytes(urn)
    command = ["node", ROOT / "benchmarks" / "opening.mjs", folder / "urn.json", *box.keys.cards[:2]]
    done = subprocess.run(
        ["taskset", "-c", "0", *map(str, command)], check=True, text=True, capture_output=True, timeout=PATIENCE
    )
    return {name: Taken(*pair) for name, pair in json.loads(done.stdout).items()}


def opening_page():
    """The page of the scrutineers, as the main site draws it."""
    from django.template.loader import render_to_string

    addresses = {"urn_url": "/urn", "post_url": "/post", "next_url": "/"}
    return render_to_string("scoring/ballot_opening.html", addresses | {"session": {"uid": uuid.uuid4()}, "csrf_token": "none"})


def in_chromium(box, urn):
    """The opening page as the scrutineers use it, from the press on the button to the opened box; gives None without Chromium."""
    if CHROMIUM is None:
        return None, {}
    from playwright.sync_api import sync_playwright

    subprocess.run([sys.executable, "scripts/build-client"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    html = opening_page()
    sent, seconds, bar = [], {}, "#screen progress"

    def answer(route):
        path = route.request.url.removeprefix(PAGE).partition("?")[0]
        if path == "/post":
            sent.append(route.request.post_data_buffer)
            route.fulfill(json={})
        elif path == "/urn":
            route.fulfill(body=urn, content_type="application/json")
        elif path == "/":
            route.fulfill(body=html, content_type="text/html")
        elif (file := ROOT / path.lstrip("/")).is_file():
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(path)[0])
        else:
            route.fulfill(status=404)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.route("**/*", answer)
        page.goto(f"{PAGE}/")
        page.locator('[data-do="fetch"]').click()
        for card in box.keys.cards[:2]:
            page.locator("#screen form input").first.fill(card)
            page.locator("#screen form input").first.press("Enter")
        with stopwatch(seconds, "opened and checked on the page in Chromium", own=False):
            page.locator('[data-do="open"]').click()
            page.wait_for_function(f"document.querySelector('{bar}')?.value > 0")
            page.locator('[data-do="send"]').wait_for()
        page.locator('[data-do="send"]').click()
        page.wait_for_function("!document.querySelector('[data-do=\"send\"]')")
        browser.close()
    return sent[0], seconds
