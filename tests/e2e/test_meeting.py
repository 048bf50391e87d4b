"""A meeting of three officials on all its screens at once: the console, the projector and three raters' telephones.

Meanwhile pages are loaded again, the line of some is cut, and the site is started anew. No screen shows an error, and every one goes on
by itself. What is not pressed here, the other raters' ballots and the count, is done by the actions. MEETING_PICTURES names a folder
for pictures of every screen at every stop.
"""

import datetime as dt
import os
import re
import subprocess
import sys
import time
from urllib.request import urlopen

import pytest
from django.conf import settings as site
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from ballots import codec
from live.models import FollowPage
from reviews.models import HeadCount, Question
from scoring.actions import install_sample_scheme
from scoring.models import BallotRound
from tests import factories
from tests.e2e.conftest import PATIENCE, ROOT, address_of, free_port
from tests.e2e.stage import PHONE, PROJECTOR, TABLET, UPRIGHT, Stage
from tests.e2e.steps.ballot import SLIDE, ask_and_confirm
from tests.e2e.steps.hall import go_on
from tests.e2e.test_hall_cases import scan, text_of
from tests.scoring.conftest import NUMBERS, Hall

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
CUT = r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|Failed to fetch|htmx:"
PICTURES = os.environ.get("MEETING_PICTURES")
RATERS = {"tablet": TABLET, "upright tablet": UPRIGHT, "telephone": PHONE}
OFFICIALS = ["章静澜", "欧阳慕容", "崔远"]
ASKED = "去年以来防汛物资采购四批，哪几批没有公开比价？经手人是谁？下一步打算怎样公开？"
ANSWER = "第二批三万六千元没有比价，本人签批，十月底前公开账目"
SCROLLS = "document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth"


class MainSite:
    """The main site in processes of its own, on the databases of the test, that can be started anew."""

    def __init__(self, booth, log):
        self.port, self.log = free_port(), log
        self.origin = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "SHUZE_VAR": str(site.VAR),
            "DATABASE_URL": address_of(connections["default"].settings_dict),
            "BALLOTS_DATABASE_URL": address_of(connections["ballots"].settings_dict),
            "SITE_ORIGIN": self.origin,
            "BOOTH_ORIGIN": booth,
            "ALLOWED_HOSTS": "127.0.0.1",
        }

    def __enter__(self):
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "2"]
        command += ["--threads", "4", "--no-control-socket"]
        with self.log.open("wb") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=said, stdout=subprocess.DEVNULL)
        while self.log.read_bytes().count(b"Booting worker") < 2:
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        return self

    def __exit__(self, *_fault):
        self.process.terminate()
        self.process.wait(timeout=20)

    def start_anew(self):
        self.__exit__()
        self.__enter__()


@pytest.fixture
def main_site(booth, tmp_path):
    with MainSite(booth, tmp_path / "log") as main_site:
        urlopen(f"{main_site.origin}/accounts/login", timeout=60).close()  # its program is loaded now
        yield main_site


@pytest.fixture
def stage(chromium, main_site, booth):
    stage = Stage(chromium, main_site.origin, booth, patience=PATIENCE)
    yield stage
    stage.leave()
    assert stage.faults == []


@pytest.fixture
def hall(booth, clerk, scrutineer, teller, approver, leader):
    """Today's meeting, prepared to its last paper: the cards lie on the table."""
    session = factories.ReviewSessionFactory(subjects=len(OFFICIALS), date=timezone.localdate())
    for subject, name in zip(session.subjects.all(), OFFICIALS, strict=True):
        type(subject).objects.filter(pk=subject.pk).update(name=name)
    for code, (n, _papers) in NUMBERS.items():
        group = factories.AudienceGroupFactory(session=session, code=code, name=code, is_anonymous=code != "A", expected=n)
        HeadCount.objects.create(group=group, present=n)
    session = factories.prepare(session)
    Question.objects.update(text=ASKED)
    made = install_sample_scheme(by=clerk)
    hall = Hall(session, made, clerk, scrutineer, teller, approver)
    hall.now = timezone.now()
    factories.lock(made, clerk=clerk, approver=approver, now=hall.now)
    hall.prepare().make_keys().make_cards()
    session.preparation.update(done_on=session.date)
    FollowPage.objects.create(session=session)
    return hall


class Screens:
    """All that hangs in the hall or lies in it, beside the console."""

    def __init__(self, stage, clerk, session):
        self.stage, self.session, self.shots = stage, session, 0
        self.console = stage.enter(clerk)
        self.console.goto(reverse("live:console", args=[session.uid]))
        self.wall = stage.window(clerk, "projector", size=PROJECTOR)
        self.wall.goto(reverse("live:projector", args=[session.uid]))
        self.raters = [stage.passer_by(name, size=size, touch=True) for name, size in RATERS.items()]
        for page in self.raters:
            page.goto(self.follow_address)

    @property
    def follow_address(self):
        return self.stage.site + reverse("live:follow", args=[FollowPage.objects.get(session=self.session).token])

    def all_show(self, text):
        """Without a touch; and the wall never scrolls."""
        for page in [self.wall, *self.raters]:
            expect(page.get_by_role("main")).to_contain_text(text)  # beside it an agenda names everybody
        assert not self.wall.evaluate(SCROLLS)
        self.look()

    def look(self):
        self.shots += 1
        for name, page in self.stage.pages.items() if PICTURES else ():
            page.screenshot(path=f"{PICTURES}/{self.shots:02}-{name}.png")


def hear_questions(screens):
    """Both sealed questions, each on every screen, the answer kept as it is typed."""
    page = screens.console
    go_on(page, "请启封第一个问题")
    for _question in range(2):
        go_on(page, ASKED)
        screens.all_show(ASKED)
        page.wait_for_load_state()  # keys are heard once the scripts have come
        page.keyboard.press("a")  # leads to the field, and Escape out of it, so that the keys work again
        expect(page.get_by_label("答复要点")).to_be_focused()
        page.get_by_label("答复要点").fill(ANSWER)
        page.keyboard.press("Escape")
        expect(page.get_by_label("答复要点")).not_to_be_focused()
        expect(page.locator("#answer [data-saved]")).to_contain_text(re.compile(r"\d 已保存"))


def comment(screens):
    page = screens.console
    go_on(page, "点评")
    screens.all_show("点评")
    page.locator("#comment [name=problems]").fill("比价没有落到每一批")
    expect(page.locator("#comment [data-saved]")).to_contain_text(re.compile(r"\d 已保存"))
    page.get_by_role("button", name="记为已点评").click()
    expect(page.locator("#comment").get_by_text("已记为点评")).to_be_visible()


def cast(stage, follower, address, card):
    """From the page that follows, which stays, into the booth: card, three officials, seal. Gives the code of the receipt."""
    follower.goto(address)
    with follower.context.expect_page() as opened:
        follower.get_by_role("link", name="去投票").click()
    page = opened.value
    stage.watch(page, "booth")
    scan(page, text_of(card))
    page.locator("[data-do=begin]").click()
    for place in range(len(OFFICIALS)):
        expect(page.locator("[data-put=progress]")).to_contain_text(f"第 {place + 1} 位")
        page.evaluate(SLIDE, 0.9 - 0.1 * place)
        page.locator("[data-do=next]").click()
    page.get_by_role("button", name="封票提交").click()
    code = page.locator(".code").text_content()
    page.close()
    expect(follower.get_by_role("link", name="去投票")).to_be_visible()
    return code


def test_a_meeting_goes_on_by_itself_on_every_screen(stage, main_site, hall, clerk, scrutineer):
    screens = Screens(stage, clerk, hall.session)
    page, wall, raters = screens.console, screens.wall, screens.raters
    screens.all_show(hall.session.place)
    page.get_by_role("button", name="宣布开会").click()

    # The first official: half of the screens are loaded again in the middle.
    go_on(page, f"{OFFICIALS[0]}述责述廉")
    screens.all_show(OFFICIALS[0])
    for reloaded in (wall, raters[0]):
        reloaded.reload()
    screens.all_show(OFFICIALS[0])
    hear_questions(screens)
    page.reload()
    expect(page.get_by_label("答复要点")).to_have_value(ANSWER)
    comment(screens)

    # The second: projector and one telephone lose the line while the meeting moves on.
    go_on(page, f"{OFFICIALS[1]}述责述廉")
    screens.all_show(OFFICIALS[1])
    with stage.expecting(CUT):
        for cut in (page, raters[1]):  # the projector is a window of the console's browser
            cut.context.set_offline(True)
        expect(page.get_by_role("alert").filter(has_text="连不上服务器")).to_be_visible()
        expect(wall.get_by_role("main")).to_contain_text(OFFICIALS[1])
        expect(raters[1].get_by_role("main")).to_contain_text(OFFICIALS[1])
        screens.look()
        for cut in (page, raters[1]):
            cut.context.set_offline(False)
        expect(page.get_by_text("连不上服务器")).to_be_hidden()
    hear_questions(screens)
    comment(screens)

    # The third: the site is started anew under everybody's eyes.
    go_on(page, f"{OFFICIALS[2]}述责述廉")
    screens.all_show(OFFICIALS[2])
    with stage.expecting(f"{CUT}|status 50|Failed to load resource"):
        main_site.start_anew()
        screens.all_show(OFFICIALS[2])
        expect(page.get_by_text("连不上服务器")).to_be_hidden(timeout=60_000)  # with its program loaded on two busy cores
    expect(page.get_by_role("timer")).to_be_visible()
    hear_questions(screens)
    comment(screens)
    go_on(page, "评议打分")
    screens.all_show("评议打分")

    # The vote: the telephones lead into the booth, and the wall counts in steps of five.
    stage.enter(scrutineer)
    vote_window = stage.window(clerk, "ballot")
    stage.pages[clerk.username] = vote_window
    ask_and_confirm(stage, clerk, scrutineer, hall.session, "开始投票")
    for rater in raters:
        expect(rater.get_by_role("link", name="去投票")).to_be_visible()
    cards = [hall.cards["b"][6], hall.cards["c"][4], hall.cards["d"][5]]
    codes = [cast(stage, rater, screens.follow_address, card) for rater, card in zip(raters, cards, strict=True)]
    hall.vote(b=6, c=4, d=5)
    expect(wall.get_by_text("15", exact=True)).to_be_visible(timeout=40_000)
    screens.look()
    ask_and_confirm(stage, clerk, scrutineer, hall.session, "截止投票")
    expect(wall.get_by_role("main")).to_contain_text("投票即将截止")
    screens.look()
    BallotRound.objects.update(closing_at=timezone.now() - dt.timedelta(seconds=31))  # half a minute of grace goes by
    vote_window.reload()
    vote_window.get_by_role("button", name="关箱，停止收票").click()
    expect(vote_window.get_by_text("收到 18 张票")).to_be_visible()

    # Afterwards: every rater finds the own code on the wall and on the own screen; the result is announced.
    page.get_by_role("button", name="大屏显示收到清单").click()
    for code in codes:
        expect(wall.get_by_role("main")).to_contain_text(code)
    assert not wall.evaluate(SCROLLS)
    for rater, card in zip(raters, cards, strict=True):
        expect(rater.get_by_role("main")).to_contain_text("正在清点、开箱、计票")
        hall.bodies.append(codec.canonical({"c": card.outer_pub}))  # cast on this screen, so not to be voided
    screens.look()
    page.get_by_role("button", name="大屏回到当前环节").click()
    go_on(page, "会议结束")
    go_on(page, "会议已结束")
    hall.clear_table().tally().sign().confirm().publish()
    for rater in raters:
        expect(rater.get_by_role("link", name="核对我的选票")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="大屏公布结果").click()
    for name in OFFICIALS:
        expect(wall.get_by_role("main")).to_contain_text(name)
    assert not wall.evaluate(SCROLLS)
    screens.look()
