"""Console, projector and door while the line is cut and when it is back: nobody sees an error, nothing is lost or undone."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from live.actions import run_sheet
from live.models import Hall
from reviews.models import Answer, Attendee
from tests import factories
from tests.e2e.stage import PROJECTOR, TABLET

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
CUT = r"ERR_INTERNET_DISCONNECTED|Failed to fetch|htmx:"  # htmx reports a request that failed
REFUSED = r"status of 422|Response Status Error Code 422"


@pytest.fixture
def session(db):
    session = factories.prepare(factories.ReviewSessionFactory(subjects=2, is_rehearsal=True))
    session.preparation.filter(kind="LOCK").update(done_on=session.date)
    return session


def strike(page, key):
    page.wait_for_load_state()  # each step brings a new page, which hears keys once its scripts have come
    page.locator("body").press(key)


def test_the_console_says_that_the_line_is_down_and_the_projector_keeps_its_picture(stage, clerk, session):
    run_sheet.start(session, by=clerk, now=timezone.now())
    page = stage.enter(clerk)
    page.goto(f"/live/{session.uid}/console")
    wall = stage.window(clerk, "projector", size=PROJECTOR)
    wall.goto(f"/live/{session.uid}/projector")
    expect(wall.locator(".head")).to_contain_text("开场")
    version = Hall.objects.get().version

    with stage.expecting(CUT):
        page.context.set_offline(True)
        expect(page.get_by_role("alert").filter(has_text="连不上服务器")).to_be_visible()
        page.locator("#next").click()
        expect(page.get_by_role("timer")).to_be_visible()  # the page is still there
        expect(wall.locator(".head")).to_contain_text("开场")
        page.context.set_offline(False)
        expect(page.get_by_text("连不上服务器")).to_be_hidden()

    assert Hall.objects.get().version == version
    strike(page, "n")
    expect(page.locator(".asked")).to_contain_text(f"{session.subjects.first().name}述责述廉")
    strike(page, "+")
    expect(page.get_by_role("timer")).to_have_text("09:00")
    expect(wall.get_by_role("heading", level=1)).to_have_text(session.subjects.first().name)
    strike(page, "Space")
    expect(wall.get_by_role("heading", level=1)).to_have_text(session.title)


def test_half_a_date_is_named_before_a_button_takes_the_page_away(stage, clerk, session):
    run_sheet.start(session, by=clerk, now=timezone.now())
    page = stage.enter(clerk)
    page.goto(f"/live/{session.uid}/console")
    for _item in ("statement", "questions"):
        strike(page, "n")
        page.wait_for_url("**/console")
    page.get_by_label("代表提问").fill("去年的三件，办结了几件？")
    page.get_by_role("button", name="记下并显示").click()
    page.get_by_label("答复要点").fill("两件")
    expect(page.locator("#answer [data-saved]")).to_contain_text("已保存")
    day = page.get_by_label("提出质询书，书面答复时限")

    day.press_sequentially("26")
    page.locator("#next").click()
    expect(day).to_be_focused()
    expect(page.get_by_label("答复要点")).to_have_value("两件")

    day.fill("0026-12-15")
    expect(page.locator("#answer [data-saved]")).to_contain_text("没有存上")
    page.locator("#next").click()
    expect(day).to_be_focused()

    day.fill("2099-12-15")
    page.locator("#next").click()
    expect(page.get_by_label("答复要点")).to_have_value("")  # of the next question
    assert Answer.objects.get(summary="两件").inquiry_due_on == dt.date(2099, 12, 15)


def test_one_wall_is_opened_and_a_link_waits_for_the_line(stage, clerk, session):
    run_sheet.start(session, by=clerk, now=timezone.now())
    page = stage.enter(clerk)
    page.goto(f"/live/{session.uid}/console")
    with page.context.expect_page() as opened:
        page.locator("#open-projector").click()
    wall = opened.value
    expect(wall.locator(".head")).to_contain_text("开场")
    wall.evaluate("window.isTheSame = true")

    page.locator("#open-projector").click()
    strike(page, "n")
    expect(wall.get_by_role("heading", level=1)).to_have_text(session.subjects.first().name)
    assert wall.evaluate("window.isTheSame")
    assert len(page.context.pages) == 2

    with stage.expecting(CUT):
        page.context.set_offline(True)
        expect(page.get_by_role("alert").filter(has_text="连不上服务器")).to_be_visible()
        page.get_by_role("link", name="签到").first.click()
        page.locator("#open-projector").click()
        expect(wall.get_by_role("heading", level=1)).to_have_text(session.subjects.first().name)
        page.context.set_offline(False)
        expect(page.get_by_text("连不上服务器")).to_be_hidden()
    expect(page).to_have_url(re.compile("/console$"))
    assert wall.evaluate("window.isTheSame")


def test_words_not_noted_or_refused_keep_the_page(stage, clerk, session):
    run_sheet.start(session, by=clerk, now=timezone.now())
    page = stage.enter(clerk, size=(1366, 768))
    page.goto(f"/live/{session.uid}/console")
    strike(page, "n")
    expect(page.get_by_text("计时还没有开始")).to_be_visible()
    strike(page, "x")  # a question has its key as well, and stays while another console moves on
    asked = page.get_by_role("dialog").filter(has_text="缺席，跳过")
    expect(asked).to_be_visible()
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    for _item in ("questions", "first question"):
        strike(page, "n")
        page.wait_for_url("**/console")
    answer = page.get_by_label("答复要点")
    expect(answer).to_be_visible()
    page.wait_for_load_state()

    promise = page.get_by_label("承诺事项")
    promise.fill("年内逐人点评")
    page.locator("#next").click()
    expect(promise).to_be_focused()
    assert promise.evaluate("field => field.validationMessage").startswith("这一行还没有记下")

    page.locator("#commitment [type=date]").fill("2020-01-01")
    with stage.expecting(REFUSED):
        page.get_by_role("button", name="添加承诺").click()
        expect(page.get_by_text("承诺时限早于会议日期").first).to_be_visible()
    page.wait_for_load_state()
    assert page.locator("#main").evaluate("main => main.scrollWidth <= main.clientWidth")
    page.locator("#next").click()
    expect(page.get_by_label("承诺事项")).to_be_focused()
    page.get_by_label("承诺事项").fill("")

    with stage.expecting(REFUSED):
        page.get_by_label("答复要点").fill("两件")
        expect(page.locator("#answer [data-saved]")).to_contain_text("已保存")
        Answer.objects.update(summary="三件，另一台记的", noted_by=clerk)
        page.get_by_label("答复要点").fill("两件，已办结")
        expect(page.locator("#answer [data-saved]")).to_contain_text(f"{clerk.name}刚改过这条答复，现在是“三件，另一台记的”")
        with page.expect_response(lambda answer: answer.status == 422):
            page.locator("#next").click()
        expect(page.get_by_label("答复要点")).to_have_value("两件，已办结")
    assert Answer.objects.get().summary == "三件，另一台记的"


def test_two_doors_see_each_others_ticks_and_take_back_what_was_not_saved(stage, clerk, session):
    group = factories.AudienceGroupFactory(session=session, expected=2)
    for name in ("甲一", "乙二"):
        Attendee.objects.create(group=group, name=name)
    front = stage.enter(clerk, size=TABLET)
    front.goto(f"/live/{session.uid}/roster")
    back = stage.window(clerk, "back door", size=TABLET)
    back.goto(f"/live/{session.uid}/roster")

    front.get_by_label("甲一").check()
    expect(back.get_by_label("甲一")).to_be_checked()
    back.get_by_label("乙二").check()
    expect(back.locator("#count-total")).to_contain_text("到会 2 人")
    expect(front.get_by_label("乙二")).to_be_checked()
    with stage.expecting(CUT):
        front.context.set_offline(True)
        front.get_by_label("甲一").click()
        expect(front.get_by_text(re.compile("没有保存成功"))).to_be_visible()
        expect(front.get_by_label("甲一")).to_be_checked()
        front.context.set_offline(False)

    assert Attendee.objects.filter(is_present=True).count() == 2


def test_the_wall_and_the_clock_wait_for_no_words(stage, clerk, session):
    """A line not noted yet keeps the page from being left, never the slide from going neutral."""
    run_sheet.start(session, by=clerk, now=timezone.now())
    page = stage.enter(clerk)
    page.goto(f"/live/{session.uid}/console")
    for _item in ("statement", "questions"):
        strike(page, "n")
        page.wait_for_url("**/console")
    line = page.get_by_label("代表提问")
    line.fill("去过几个小区")
    page.keyboard.press("Escape")

    strike(page, " ")
    expect(page.get_by_text("大屏：中性画面")).to_be_visible()
    strike(page, "t")
    expect(page.locator("#clock")).to_contain_text("暂停")

    expect(line).to_have_value("去过几个小区")
    expect(page.get_by_text("会议在另一台控制台上有了变化")).to_be_hidden()
    hall = Hall.objects.get()
    assert (hall.is_neutral, hall.is_running) == (True, True)
    page.get_by_role("button", name="记下并显示").click()
    expect(page.get_by_text("第 1 问").first).to_be_visible()
