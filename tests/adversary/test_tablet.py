"""T5: a real browser with a profile on the disk casts a ballot; what is left on the tablet for the next who takes it?"""

import random
import re
import shutil
import subprocess
import sys
import time

import pytest
from playwright.sync_api import Error, sync_playwright

from ballots import codec, reference
from tests.adversary import needles, vote
from tests.adversary.cluster import ROOT, required
from tests.adversary.conftest import ONCE
from tests.adversary.processes import free_port

pytestmark = [pytest.mark.slow, ONCE]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=zh-CN",
         "--accept-lang=zh-CN"]  # fmt: skip
LEFT = """async () => ({
  databases: (await indexedDB.databases()).map(({ name }) => name),
  caches: await caches.keys(),
  local: { ...localStorage }, session: { ...sessionStorage },
  cookies: document.cookie, text: document.body.innerText, address: location.href,
})"""
IN_STORE = """async () => {
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => { indexedDB.open(name).onsuccess = ({ target }) => done(target.result); });
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll();
      found.push(...await new Promise((done) => { all.onsuccess = () => done(all.result); }));
    }
    database.close();
  }
  return found.length;
}"""


@pytest.fixture
def tablet(tmp_path, monkeypatch):
    """`tablet(*flags)` starts Chromium as a tablet's user would, on a profile on the disk; gives its page."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None) or required(
        "chromium"
    )
    subprocess.run([sys.executable, "scripts/build-client"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    started = []
    with sync_playwright() as playwright:

        def start(*flags):
            port = free_port()
            command = [
                program,
                *FLAGS,
                "--headless=new",
                f"--user-data-dir={tmp_path / 'profile'}",
                f"--remote-debugging-port={port}",
            ]
            started.append(
                subprocess.Popen([*command, *flags, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            for _ in range(200):
                try:
                    browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
                    break
                except Error:
                    time.sleep(0.1)
            page = browser.contexts[0].pages[0]
            page.set_default_timeout(20_000)
            return page

        def stop():
            for process in started:
                process.terminate()
                process.wait(timeout=20)
            started.clear()

        start.off = stop
        yield start
        stop()


@pytest.fixture
def ballot(hall):
    return vote.prepare(random.Random(21), raters=3, officials=2)


SLIDE = """(marks) => document.querySelectorAll(".mark-row input[type=range]").forEach((slider, i) => {
  slider.value = marks[i] / 10;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def read_in_page(page, rater, ballot):
    page.locator("#card-code").fill(f"https://booth.example/b#{rater.card.fragment(ballot.manifest)}")
    page.locator("#card-code").press("Enter")


def profile(tmp_path):
    return needles.files_below(tmp_path / "profile")


def fill(page, rater):
    page.locator("[data-do=begin]").click()
    for place, official in enumerate(("o01", "o02"), 1):
        page.locator("[data-put=progress]", has_text=re.compile(f"第 {place} 位")).wait_for()
        page.evaluate(SLIDE, list(rater.answers[official].values()))
        page.locator("[data-do=next]").click()


def secrets_of(rater, code):
    card = rater.card
    found = {"secret": card.secret, "printed": card.printed, "grouped": " ".join(re.findall("....", card.printed)), "code": code}
    found |= {f"nonce {o}": codec.b64(card.nonce(o)) for o in ("o01", "o02")}
    found |= {f"marks {o}": codec.canonical(rater.answers[o]).decode()[1:-1] for o in ("o01", "o02")}
    found |= {f"derived {name}": reference.kdf(card.sid, card.secret, name) for name in ("outer", "slip|o01", "draft")}
    return found


def test_after_the_end_page_the_tablet_knows_nothing(hall, ballot, tablet, tmp_path):
    """The card is read in the page, as the camera of the page and a hand scanner do it."""
    rater = ballot.raters[0]
    page = tablet()
    page.clock.install()
    page.goto(f"{hall.origin}/")
    page.goto(f"{hall.origin}/b")
    read_in_page(page, rater, ballot)
    fill(page, rater)
    assert page.evaluate(IN_STORE) == 1, "the draft, encrypted"
    page.get_by_role("button", name="封票提交").click()
    code = page.locator(".code").text_content()
    page.clock.fast_forward("02:10")  # the code stays two minutes
    page.wait_for_url(f"{hall.origin}/end")

    left = page.evaluate(LEFT)
    assert {name: left[name] for name in ("caches", "local", "session", "cookies")} == {
        "caches": [], "local": {}, "session": {}, "cookies": "",
    }  # fmt: skip
    assert page.evaluate(IN_STORE) == 0
    page.go_back()
    page.wait_for_load_state()
    behind = page.evaluate(LEFT)
    assert behind["address"] == f"{hall.origin}/", "the start page; the ballot is no longer behind it"
    assert needles.hits(secrets_of(rater, code), {"page": f"{behind} {page.content()}".encode()}) == set()
    tablet.off()

    assert needles.hits(secrets_of(rater, code), profile(tmp_path)) == set()


def test_a_draft_left_behind_tells_nothing_without_its_card(hall, ballot, tablet, tmp_path):
    """The rater goes away in the middle: battery, crash, or a queue."""
    rater = ballot.raters[1]
    page = tablet()
    page.goto(f"{hall.origin}/b")
    read_in_page(page, rater, ballot)
    fill(page, rater)
    tablet.off()

    assert any("IndexedDB" in path for path in profile(tmp_path))
    assert needles.hits(secrets_of(rater, "no code yet"), profile(tmp_path)) == set()


def test_a_card_opened_by_its_address_needs_a_private_window(hall, ballot, tablet, tmp_path):
    """Chromium writes addresses into its history before a page can take the secret away; a private window writes nothing.

    So the guide asks for a private window (or a guest) on every tablet.
    """
    rater = ballot.raters[2]
    for flags in (["--incognito"], []):
        page = tablet(*flags)
        page.goto(f"{hall.origin}/b#{rater.card.fragment(ballot.manifest)}")
        fill(page, rater)
        assert "#" not in page.evaluate(LEFT)["address"]
        time.sleep(1)
        tablet.off()
        told = {name for name, _artefact, _spelling in needles.hits(secrets_of(rater, "no code yet"), profile(tmp_path))}
        assert told == (set() if flags else {"printed"})


def test_what_a_page_does_keep_is_found(hall, tablet, tmp_path):
    """The check of the check: marks in local storage, which the browser writes down when it finds the time."""
    page, kept = tablet(), {"marks": '"K01":455,"K02":310'}
    page.goto(f"{hall.origin}/about")
    page.evaluate("localStorage.setItem('draft', JSON.stringify({ K01: 455, K02: 310 }))")
    until = time.monotonic() + 20
    while not needles.hits(kept, profile(tmp_path)) and time.monotonic() < until:
        page.wait_for_timeout(500)
    tablet.off()

    assert needles.hits(kept, profile(tmp_path)) != set()
