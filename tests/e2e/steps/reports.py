"""Step 5 (述廉): written in the outline and saved by itself, returned with grounds, corrected, passed."""

import datetime as dt
import re

from playwright.sync_api import expect

from reviews.actions import report as actions
from reviews.models import ReviewReport, SessionSubject
from tests import factories

TEXT = "本人主持研究三次，逐项列出清单，明确责任人和完成时限，年底逐项对账。"
PROBLEMS = [
    ["窗口指引前后不一", "统一一次性告知单并挂上网", "分管副局长 邬景和", "2026-10-15", "告知单挂出，抽查十件无差错"],
    ["防汛物资账目公开不及时", "按季公开物资出入库和经费", "办公室主任 蔺书瑶", "2026-10-20", "连续两季在门户网站公开"],
    ["对分管股室监督不够", "每季度约谈一次并留记录", "党组书记 章静澜", "2026-12-31", "约谈记录四份"],
]


def write(stage, subject):
    """What was typed is there after a reload, though nobody pressed 保存; the check names what is missing."""
    page = stage.person(subject)
    page.get_by_role("link", name="2026年第三季度分散述责述廉评议会").first.click()
    page.get_by_role("link", name="去写报告").click()
    page.get_by_role("link", name=re.compile("^写报告 ?章静澜")).click()
    page.wait_for_load_state()  # the script that saves must be there before the first letter
    first = page.locator("textarea[data-item]").first
    first.fill(TEXT)
    first.blur()
    expect(page.locator("#draft-state")).to_contain_text("已自动保存")
    page.reload()
    expect(first).to_have_value(TEXT)
    page.get_by_role("button", name="提交审查").click()
    expect(page.locator("#report-check")).to_contain_text("A2还没有写")
    page.get_by_role("link", name="回去补齐").click()
    for field in page.locator("textarea[data-item]").all():
        field.fill(TEXT)
    fill_problems(page, [[*line[:2], "有关人员", "2026-12-31", "见成效"] for line in PROBLEMS])
    submit(page)


def fill_problems(page, lines):
    for n, line in enumerate(lines):
        for name, value in zip(("problem", "measure", "owner", "due_on", "outcome"), line, strict=True):
            page.locator(f"[name=problems-{n}-{name}]").fill(value)


def submit(page):
    page.locator("#submit-report").click()
    page.get_by_label(re.compile("本人承诺")).check()
    page.get_by_role("button", name="提交审查").click()
    expect(page.get_by_role("status")).to_contain_text("报告已提交审查")


def send_back(stage, clerk):
    """With two of the five grounds, each with its place and what is to be done."""
    page = stage.follow_notice(clerk, "待审查")
    page.get_by_role("button", name="加一条理由").click()
    grounds = [("NP4", "A1", "与巡察反馈不符，请核实会议次数"), ("NP5", "P", "责任人和成果太笼统，写到人、写到数")]
    for n, (code, item, comment) in enumerate(grounds):
        row = page.locator("[data-body] [data-row]").nth(n)
        row.get_by_label("五个不通过").select_option(code)
        row.get_by_label("涉及内容").select_option(item)
        row.get_by_label("意见").fill(comment)
    page.get_by_role("button", name="退回修改").click()
    expect(page.get_by_role("status")).to_contain_text("已退回章静澜修改")


def correct(stage, subject):
    """The grounds stand where they belong; the corrected report is a new version."""
    page = stage.follow_notice(subject, "报告退回修改")
    returned = page.get_by_role("region", name="报告已退回修改，有 2 条理由")
    expect(returned).to_contain_text("NP4")
    expect(returned).to_contain_text("NP5")
    page.locator("textarea[data-item]").first.fill(TEXT.replace("三次", "两次"))
    fill_problems(page, PROBLEMS)
    submit(page)


def let_pass(stage, clerk):
    page = stage.follow_notice(clerk, "待审查")
    page.get_by_role("link", name="对照上一稿").click()
    expect(page.locator("ins").first).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="通过", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="通过", exact=True).click()
    expect(page.locator("#reports").get_by_role("row", name="章静澜")).to_contain_text("通过")


def the_others(session, *, by, today=dt.date(2026, 9, 4)):
    """The reports of those without a browser of their own, on the same path."""
    for subject in SessionSubject.objects.filter(session=session, report=None):
        writer = factories.UserFactory(official=subject.official, roles=["subject"])
        report = actions.begin(subject)
        items = {item["code"]: TEXT for item in report.template.items}
        lines = [dict(zip(("problem", "measure", "owner", "due_on", "outcome"), line, strict=True)) for line in PROBLEMS]
        now = dt.datetime(2026, 9, 3, 10, tzinfo=dt.UTC)
        report = actions.save_draft(subject, content={"items": items, "problems": lines}, by=writer, now=now)
        actions.submit_report(report, by=writer, today=today)
        actions.pass_report(ReviewReport.objects.get(pk=report.pk), by=by, today=today)
