"""Step 4 (访廉): anonymous opinions, sorted, compiled, approved, read."""

from playwright.sync_api import expect

from reviews.models import Opinion
from tests.e2e.stage import PHONE

SAID = "办理用水手续要跑三趟，窗口说法每次都不一样"
SAID_AGAIN = "办理用水手续跑了三趟，窗口说法每次不一样"
TYPED = "防汛物资账目没有按规定公开"
TIP_OFF = "有人看见他收了施工老板的购物卡"
DIGEST_LINE = "窗口指引前后不一，群众多次往返"


def open_form(stage, clerk, session):
    page = stage.person(clerk)
    page.goto(session.get_absolute_url())
    page.get_by_role("link", name="去访廉").click()
    page.get_by_label("发放日期").fill("2026-08-19")
    page.get_by_label("回收截止").fill("2026-09-02")
    page.get_by_role("button", name="开放征求意见表").click()
    expect(page.get_by_text("正在征求")).to_be_visible()
    return page.locator("#form-address").get_attribute("href")


def speak_up(stage, address, *texts):
    """Somebody with a phone, without an account; nothing of the person is asked or kept."""
    page = stage.passer_by("phone", size=PHONE, touch=True)
    for text in texts:
        page.goto(address)
        page.get_by_label("章静澜").check()
        page.get_by_label("最需要改进的一件事").fill(text)
        page.get_by_role("button", name="提交意见").click()
        expect(page.get_by_role("heading", name="已收到，谢谢您")).to_be_visible()
    assert page.context.cookies() == []
    stage.dismiss("phone")


def type_in(stage, clerk, session, text):
    """What came back on paper."""
    page = stage.person(clerk)
    page.goto(f"/sessions/{session.uid}/canvass")
    page.get_by_role("link", name="录入意见").click()
    page.get_by_label("对象").select_option(label="1　章静澜　澜江市云澜区水务局")
    page.get_by_label("意见建议").fill(text)
    page.get_by_role("button", name="保存，接着录下一条").click()
    expect(page.get_by_role("status")).to_be_visible()


def sort_out(stage, clerk, session):
    """A tip-off goes to the petition office; two that say the same become one; the rest is classified."""
    page = stage.person(clerk)
    opinions = f"/sessions/{session.uid}/opinions/"
    page.goto(opinions)
    page.get_by_role("link", name=TIP_OFF).click()
    page.get_by_role("button", name="转信访室").click()
    page.get_by_role("dialog").get_by_role("button", name="转信访室").click()
    page.goto(opinions)
    expect(page.get_by_text(TIP_OFF)).to_have_count(0)
    similar = page.locator("section").filter(has_text="可能说的是同一件事")
    similar.get_by_role("button", name="归并").click()
    for text in Opinion.objects.filter(merged_into=None, state=Opinion.State.COLLECTED).values_list("text", flat=True):
        page.goto(opinions)
        page.get_by_role("link", name=text).click()
        page.get_by_label("性质").select_option(index=2)
        page.get_by_label("方面、项").select_option(index=2)
        page.get_by_label("拟处理").select_option(index=2)
        page.get_by_role("button", name="归类", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="已归类")).to_be_visible()


def register_tip_off(stage, petition_clerk):
    """Only here can it still be read."""
    page = stage.person(petition_clerk)
    page.goto("/sessions/tip-offs/")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_text(TIP_OFF)).to_be_visible()
    page.get_by_label("信访登记号").fill("信2026-0091")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("信2026-0091").first).to_be_visible()


def compile_digest(stage, clerk, session):
    """In the commission's own words: wording taken over from an opinion is pointed out."""
    page = stage.person(clerk)
    page.goto(f"/sessions/{session.uid}/digest")
    page.get_by_role("button", name="开始汇总").click()
    expect(page.get_by_text("可能被认出是谁写的")).to_be_visible()
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("请改写，或者写明保留的理由")).to_be_visible()
    words = [DIGEST_LINE, "公开防汛经费和物资使用情况"]
    for text in words:
        page.get_by_role("row", name="与原话相同").first.get_by_role("link", name="改写").click()
        page.locator("textarea[name=text]").fill(text)
        page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("与原话相同")).to_have_count(0)
    page.get_by_role("button", name="提交审批").click()


def approve_digest(stage, approver, session):
    page = stage.person(approver)
    page.goto(f"/sessions/{session.uid}/digest")
    page.locator("#decide-on-top").get_by_role("button", name="批准并发给委员").click()
    page.get_by_role("dialog").get_by_role("button", name="批准并发给委员").click()
    expect(page.get_by_role("heading", name="已阅")).to_be_visible()


def read_digest(stage, member, approver, session):
    """The member finds the lines, not the voices; that it was read stands by name."""
    page = stage.person(member)
    page.goto(f"/sessions/{session.uid}/digest/read")
    expect(page.get_by_text(DIGEST_LINE)).to_be_visible()
    for text in (SAID, SAID_AGAIN, TYPED, TIP_OFF):
        expect(page.get_by_text(text)).to_have_count(0)
    page = stage.person(approver)
    page.goto(f"/sessions/{session.uid}/digest")
    expect(page.locator("section").filter(has_text="已阅").last).to_contain_text("费泽川")
