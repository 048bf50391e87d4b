"""Step 3: a meeting is planned, its officials and its audience listed, and approved."""

from playwright.sync_api import expect

from reviews.models import ReviewSession

TITLE = "2026年第三季度分散述责述廉评议会"
SUBJECTS = ["章静澜", "时彦亦"]
AUDIENCE = {
    "分管区领导": ["姜景舟，区委常委、副区长"],
    "区纪委委员": ["费泽川，委员", "温伯言，委员", "骆青衡，委员", "商予安，委员", "叶知微，委员"],
    "所在单位班子成员": ["副局长乙，区水务局"],
    "群众代表": ["郑阿婆，服务对象代表", "何师傅，企业代表", "汤晓溪，人大代表", "魏长河，党代表", "苏巧云，政协委员"],
}


def plan(stage, clerk):
    """A draft of the wrong kind is refused with the reason; what was typed stays."""
    page = stage.person(clerk)
    page.goto("/sessions/")
    page.get_by_role("link", name="拟定会议").first.click()
    page.get_by_label("名称").fill(TITLE)
    page.get_by_label("集中（第四季度）").check()
    page.get_by_label("日期").fill("2026-09-18")
    page.get_by_label("地点").fill("区委礼堂")
    page.get_by_label("主持人").fill("袁秉柏")
    page.get_by_role("button", name="保存，去选定对象").click()
    expect(page.get_by_text("集中述责述廉安排在第四季度").first).to_be_visible()
    expect(page.get_by_label("名称")).to_have_value(TITLE)
    page.get_by_label("分散（前三季度）").check()
    page.get_by_role("button", name="保存，去选定对象").click()
    expect(page.get_by_role("heading", name="选定对象")).to_be_visible()


def choose_officials(stage, clerk):
    """Offered by need: the term that ends first stands first."""
    page = stage.person(clerk)
    candidates = page.get_by_role("group", name="可选干部").get_by_role("row")
    expect(candidates.nth(1)).to_contain_text("章静澜")
    for name in SUBJECTS:
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="列入会议").click()
    expect(page.get_by_role("group", name="已列入").get_by_role("row")).to_have_count(3)
    page.get_by_role("link", name="下一步：参会人员").click()


def list_audience(stage, clerk):
    page = stage.person(clerk)
    for group, people in AUDIENCE.items():
        fieldset = page.locator("fieldset.group").filter(has=page.locator("legend", has_text=group))
        fieldset.get_by_label("名单").fill("\n".join(people))
        fieldset.get_by_label("应到").fill(str(len(people)))
    page.get_by_role("button", name="保存参会人员").click()
    expect(page.get_by_role("group", name="参会人员")).to_contain_text("郑阿婆")


def submit(stage, clerk):
    """The dates are laid backwards from the meeting; then it goes to the leader."""
    page = stage.person(clerk)
    expect(page.locator("#timetable")).to_contain_text("8月19日")  # thirty days before, on a working day
    page.get_by_role("button", name="提交审批").click()
    expect(page.locator(".pagehead")).to_contain_text("待审批")
    return ReviewSession.objects.get()


def approve(stage, approver):
    """The leader finds it in the inbox, reads, and approves."""
    page = stage.follow_notice(approver, f"待审批：{TITLE}")
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.get_by_role("heading", name="发出征求意见表")).to_be_visible()
