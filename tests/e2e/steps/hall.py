"""Step 6 in the hall: the run sheet from the opening to the scoring, the projector beside it."""

import re

from playwright.sync_api import expect

from tests.e2e.stage import PROJECTOR
from tests.e2e.steps.questions import QUESTIONS

ANSWER = "去年采购四批，共三十六万元，账目已在政务公开栏公示"
COMMITMENT = "十月底前把防汛物资账目挂上门户网站"
PROBLEM = "对窗口管理抓得不细"


def finish_preparation(stage, clerk, session):
    """What no data show is noted by hand; then the meeting is ready."""
    page = stage.person(clerk)
    page.goto(session.get_absolute_url())
    page.locator("#mark-VERIFICATION").click()
    page.get_by_role("button", name="确认就绪").click()
    expect(page.get_by_role("heading", name="锁定计分方案，打印票卡")).to_be_visible()


def open_meeting(stage, clerk, session):
    """Who has come is ticked off; then the console starts the meeting, and the projector follows."""
    page = stage.person(clerk)
    page.goto(session.get_absolute_url())
    page.get_by_role("link", name="打开会场控制台").click()
    page.locator("#open-roster").click()
    page.wait_for_load_state()
    for box in page.get_by_role("checkbox").all():
        box.check()
    expect(page.get_by_text(re.compile("已保存"))).to_have_count(4)
    page.get_by_role("link", name="回控制台").click()
    wall = stage.window(clerk, "projector", size=PROJECTOR)
    wall.goto(f"/live/{session.uid}/projector")
    expect(wall.get_by_role("heading", level=1)).to_contain_text(session.title)
    page.get_by_role("button", name="宣布开会").click()
    expect(page.get_by_role("timer")).to_be_visible()


def hear(stage, clerk, name, *, is_watched=False):
    """Statement, sealed questions one by one with what was answered, the leader's comment, a commitment."""
    page = stage.person(clerk)
    wall = stage.pages["projector"] if is_watched else None
    go_on(page, f"{name}述责述廉")
    if wall:
        expect(wall.get_by_role("heading", name=name)).to_be_visible()
    first, second = QUESTIONS[name][:2]
    expect(page.get_by_text(first)).to_have_count(0)
    go_on(page, "请启封第一个问题")
    for text in (first, second):
        go_on(page, text)
        if wall:
            expect(wall.locator(".ask")).to_contain_text(text)
        page.get_by_label("答复要点").fill(ANSWER)
        expect(page.locator("#answer [data-saved]")).to_contain_text(re.compile(r"\d 已保存"))
    promise = page.locator("#commitment")
    promise.get_by_label("承诺事项").fill(COMMITMENT)
    promise.get_by_label("时限").fill("2026-10-31")
    promise.get_by_role("button", name="添加承诺").click()
    expect(page.get_by_role("listitem").filter(has_text=COMMITMENT)).to_be_visible()

    go_on(page, "点评")
    comment = page.locator("#comment")
    comment.locator("[name=strengths]").fill("防汛责任到人，汛期无险情")
    comment.locator("[name=problems]").fill(PROBLEM)
    expect(page.locator("#comment [data-saved]")).to_contain_text(re.compile(r"\d 已保存"))
    page.get_by_role("button", name="记为已点评").click()
    expect(comment.get_by_text("已记为点评")).to_be_visible()


def go_on(page, shown):
    """Press the one button, and wait for the page whose script saves what is typed."""
    page.locator("#next").click()
    expect(page.locator(".asked")).to_contain_text(shown)
    page.wait_for_load_state()


def come_to_scoring(stage, clerk):
    """The next item is not offered before the voting is over."""
    page = stage.person(clerk)
    go_on(page, "评议打分")
    expect(page.locator("#next")).to_be_disabled()
    expect(page.locator("#why-not")).to_contain_text("还没有投票")
    stage.dismiss("projector")


def end_meeting(stage, clerk, session):
    page = stage.person(clerk)
    page.goto(f"/live/{session.uid}/console")
    page.locator("#next").click()
    page.get_by_role("button", name="会议结束").click()
    expect(page.locator(".asked")).to_contain_text("会议已结束")
