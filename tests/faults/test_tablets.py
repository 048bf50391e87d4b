"""R14, R15 and the tablet's half of R10: no network all along, a browser killed at each step, another tablet, a wrong clock."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error

from ballots import codec
from tests.e2e.conftest import CHROMIUM, FLAGS, PATIENCE
from tests.e2e.steps.ballot import SLIDE

from .machines import ROOT, Booth, pointed_at, required
from .tablets import Tablet, tablets_of

PIECE = 600  # static/ballot/lib/carrying.js


@pytest.fixture(scope="module")
def playwright():
    required("Chromium", CHROMIUM)
    subprocess.run([sys.executable, "scripts/build-client"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs an event loop in this thread
        yield playwright


class Browser:
    """A tablet with a profile of its own, which outlives the browser that is killed."""

    def __init__(self, playwright, folder, origin):
        self.playwright, self.folder, self.origin = playwright, folder, origin

    def start(self):
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=CHROMIUM, args=FLAGS, base_url=self.origin, locale="zh-CN", has_touch=True,
            viewport={"width": 768, "height": 1024}, accept_downloads=True,
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        return self.context.pages[0]

    def kill(self):
        """kill -9 of every process of this profile: nothing is said, nothing is saved."""
        for process in sorted(
            Path("/proc").glob("[0-9]*"), key=lambda process: int(process.name)
        ):  # the browser before its pages
            with suppress(FileNotFoundError, ProcessLookupError):  # gone meanwhile
                if f"--user-data-dir={self.folder}".encode() in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
        with suppress(Error):  # the driver finds nobody there
            self.context.close()
        for lock in self.folder.glob("Singleton*"):
            lock.unlink(missing_ok=True)


@pytest.fixture
def hall(sqlite, make_box, place, playwright):
    box = make_box(sqlite, 4)
    with Booth(sqlite.url, place) as booth:
        browsers = []

        def tablet(name):
            browsers.append(Browser(playwright, place / name, f"http://127.0.0.1:{booth.port}"))
            return browsers[-1]

        yield box, tablet
        for browser in browsers:
            browser.kill()


def scan(page, box, card):
    page.goto("about:blank")
    page.goto(f"/b#{card.fragment(box.manifest)}")
    page.locator("[data-do=begin]").wait_for()


def fill(page, share):
    page.evaluate(SLIDE, share)
    page.locator("[data-do=next]").click()


# What was to be kept is kept once a later transaction on the same store is through.
KEPT = """() => new Promise((resolve) => {
  const asked = indexedDB.open("ballot");
  asked.onsuccess = () => {
    const after = asked.result.transaction("drafts", "readwrite");
    after.objectStore("drafts").count();
    after.oncomplete = () => resolve();
  };
})"""


def fill_all(page, share=0.9):
    page.locator("[data-do=begin]").click()
    fill(page, share)
    fill(page, share - 0.1)


def seal(page):
    page.get_by_role("button", name="封票提交").click()


def as_sealed(box, card, message):
    """What the oracle needs to know of a ballot that a browser sealed: nobody knows its marks, so it is only looked for."""
    return Tablet(card, {}, message.encode())


def test_a_tablet_without_network_hands_its_envelope_over(hall, sqlite):
    """Saved as a file and shown as codes, cast at the scrutineer's station before the close: the same hash, the same receipt."""
    from playwright.sync_api import expect

    box, tablet = hall
    away, station = tablet("away"), tablet("station").start()
    page = away.start()
    scan(page, box, box.cards[0])
    fill_all(page)
    away.context.set_offline(True)
    seal(page)
    page.get_by_role("button", name="保存密封票").click()
    expect(page.get_by_role("heading", name="密封票，还没有投进票箱")).to_be_visible()
    code = page.locator("[data-put=code]").text_content()
    with page.expect_download() as saving:
        page.get_by_role("button", name="存成文件").click()
    path = away.folder / saving.value.suggested_filename
    saving.value.save_as(path)
    message = path.read_text()
    frames = [message[n : n + PIECE] for n in range(0, len(message), PIECE)]
    expect(page.locator("[data-put=frame]")).to_contain_text(f"共 {len(frames)} 帧")
    expect(page.locator("[data-frame] svg")).to_be_visible()
    assert path.name == f"密封票-{code}.json"
    assert sqlite.rows() == {}

    ballot = as_sealed(box, box.cards[0], message)
    assert codec.code(ballot.h, 40) == code
    station.goto("/sealed")
    field = station.locator("#card-code")
    for number in [len(frames), *range(1, len(frames) + 1)]:  # a hand scanner types them, in any order
        field.fill(f"e1.{number}.{len(frames)}.{codec.b64(ballot.h)}.{frames[number - 1]}")
        field.press("Enter")
    expect(station.get_by_role("status").filter(has_text=f"已投进票箱，确认码 {code}")).to_be_visible()
    station.locator("input[type=file]").set_input_files(path)  # the file too: no harm, one ballot
    expect(station.get_by_role("status").filter(has_text=f"已投进票箱，确认码 {code}")).to_be_visible()
    assert list(sqlite.rows().values()) == [ballot.h]

    away.context.set_offline(False)  # the tablet's own attempt gets the receipt of the same envelope
    expect(page.get_by_role("heading", name="票已封好，投进票箱了")).to_be_visible(timeout=40_000)
    expect(page.locator(".code")).to_have_text(code)
    assert list(sqlite.rows().values()) == [ballot.h]


def test_the_station_says_what_is_wrong_with_a_file(hall, sqlite, place):
    from playwright.sync_api import expect

    box, tablet = hall
    station = tablet("station").start()
    first, rival = tablets_of(box, cards=box.cards[:1])[0], tablets_of(box, cards=box.cards[:1], seed=2)[0]
    stranger = codec.canonical(codec.parse(first.body) | {"z": codec.b64(bytes(64))})
    station.goto("/sealed")

    def bring(content):
        (place / "brought.json").write_bytes(content)
        station.locator("input[type=file]").set_input_files(place / "brought.json")
        return station.get_by_role("status")

    for content, said in (
        (b"no ballot", "没有认出密封票"),
        (first.body[:-9], "没有认出密封票"),
        (stranger, "票箱不认这张密封票"),
        (first.body, "已投进票箱"),
        (rival.body, "这张票卡已经投过票"),
    ):
        expect(bring(content).filter(has_text=said)).to_be_visible()
        station.reload()
    with pointed_at(sqlite.url):
        from ballots import actions

        actions.start_closing(box.sid)
        actions.close_box(box.sid)
    expect(bring(first.body).filter(has_text="票箱现在不收票")).to_be_visible()


def test_a_browser_killed_at_each_step_and_another_tablet(hall, sqlite):
    """The draft comes back only with the card; a sealed ballot is sent by itself; a card that has cast says its code."""
    from playwright.sync_api import expect

    box, tablet = hall
    card, browser = box.cards[0], tablet("one")
    page = browser.start()
    scan(page, box, card)
    page.locator("[data-do=begin]").click()
    fill(page, 0.8)
    marks = page.evaluate("[...document.querySelectorAll('output, b')].map((e) => e.textContent)")
    assert marks
    page.evaluate(KEPT)

    browser.kill()  # while filling
    page = browser.start()
    page.goto("/b")
    expect(page.get_by_role("heading", name="请扫描票卡")).to_be_visible()  # nothing of the draft without the card
    scan(page, box, card)
    expect(page.locator("[data-do=begin]")).to_have_text("接着填")
    page.reload()  # a reload forgets the card as well
    expect(page.get_by_role("heading", name="请扫描票卡")).to_be_visible()
    scan(page, box, card)
    page.locator("[data-do=begin]").click()
    fill(page, 0.7)
    page.locator("[data-do=back]").click()
    page.locator("[data-do=back]").click()
    assert set(page.evaluate("[...document.querySelectorAll('.mark-row input[type=range]')].map((s) => s.value / s.max)")) == {
        0.8
    }
    page.locator("[data-do=next]").click()
    page.locator("[data-do=next]").click()

    browser.context.set_offline(True)
    seal(page)
    expect(page.locator("[data-put=waiting]")).to_contain_text("正在再次投递")
    browser.kill()  # sealed, not yet sent
    assert sqlite.rows() == {}
    page = browser.start()
    page.goto("/b")  # whoever opens the page next sets it going again
    expect(page.get_by_role("heading", name="票已封好，投进票箱了")).to_be_visible()
    code = page.locator(".code").text_content()
    (h,) = sqlite.rows().values()
    assert codec.code(h, 40) == code

    browser.kill()  # the code was on the screen
    for again in (browser.start(), tablet("two").start()):  # the same tablet, and another
        scan(again, box, card)
        fill_all(again, 0.5)
        seal(again)
        expect(again.get_by_role("heading", name="这张票卡已经投过票")).to_be_visible()
        expect(again.get_by_role("main")).to_contain_text(code)
    assert list(sqlite.rows().values()) == [h]


@pytest.mark.parametrize("clock", ["1999-12-31T23:59:00Z", "2044-01-01T00:00:00Z"])
def test_a_tablet_with_a_wrong_clock_votes_like_any_other(hall, sqlite, clock):
    from playwright.sync_api import expect

    box, tablet = hall
    page = tablet("wrong").start()
    page.clock.set_fixed_time(clock)
    scan(page, box, box.cards[1])
    fill_all(page)
    seal(page)

    expect(page.get_by_role("heading", name="票已封好，投进票箱了")).to_be_visible()
    (h,) = sqlite.rows().values()
    expect(page.locator(".code")).to_have_text(codec.code(h, 40))
