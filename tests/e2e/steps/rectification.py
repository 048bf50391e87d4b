"""Step 9 (整改): findings confirmed by a person, the letter, and one item from its plan to its close-out by five people."""

import re

import pdfplumber
from PIL import Image
from playwright.sync_api import expect

from rectification.models import Finding, RectificationItem
from tests.e2e.stage import PHONE
from tests.e2e.steps.hall import PROBLEM


def confirm_findings(stage, clerk, session):
    """What the meeting's record gives is only proposed: one is confirmed, the others are dismissed with a reason."""
    page = stage.person(clerk)
    page.goto(f"/rectification/sessions/{session.uid}/items")
    page.get_by_role("button", name="提出问题").click()
    row = page.get_by_role("row").filter(has_text="章静澜").filter(has_text=PROBLEM)
    row.get_by_role("button", name=re.compile("^确认")).click()
    expect(row).to_contain_text("已确认")
    dismiss = page.get_by_role("button", name="排除", exact=True)
    for left in range(Finding.objects.undecided().count(), 0, -1):
        expect(dismiss).to_have_count(left)
        dismiss.first.click()
        page.get_by_role("dialog").get_by_label("理由").fill("会后已当场办结")
        page.get_by_role("dialog").get_by_role("button", name="排除", exact=True).click()
    expect(dismiss).to_have_count(0)


def issue_letter(stage, clerk, deputy, approver, session, folder):
    """Drafted by one, checked by another, issued by the leader: then it has its number and its paper."""
    page = stage.person(clerk)
    page.goto(f"/rectification/sessions/{session.uid}/items")
    page.get_by_role("button", name="拟提醒函").click()
    page.get_by_role("link", name=re.compile("^未编号")).click()
    expect(page.get_by_text("拟稿、改稿的人不能核自己的稿")).to_be_visible()
    address = page.url
    page.get_by_role("link", name="修改", exact=True).click()
    contact = page.get_by_label("联系人")
    contact.fill(f"{contact.input_value()}，电话0710-2345678")
    page.get_by_role("button", name="保存").click()
    page = stage.person(deputy)
    page.goto(address)
    page.get_by_role("button", name="核稿通过").click()
    page = stage.person(approver)
    page.goto(address)
    page.get_by_role("button", name="签发", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="签发", exact=True).click()
    expect(page.locator(".pagehead")).to_contain_text(re.compile(r"〔2026〕1\s*号"))
    (folder / "letter.pdf").write_bytes(stage.fetch(page, page.get_by_role("link", name="看正式文本 PDF")))
    with pdfplumber.open(folder / "letter.pdf") as pdf:
        text = "".join(sheet.extract_text() for sheet in pdf.pages).replace("\n", "")
    assert "章静澜" in text
    assert PROBLEM in text
    page = stage.person(clerk)
    page.goto(address)
    page.get_by_role("button", name="登记送达").click()
    page.get_by_role("dialog").get_by_label("送达日期").fill("2026-09-21")
    page.get_by_role("dialog").get_by_role("button", name="登记送达").click()
    expect(page.locator(".pagehead")).to_contain_text("已送达")


def plan(stage, liaison, folder):
    """On the phone: sign for the letter, then the plan with the stamped file."""
    page = stage.person(liaison, size=PHONE)
    page.goto("/rectification/")
    page.get_by_role("main").get_by_role("link", name=PROBLEM).click()
    page.get_by_role("button", name="签收提醒函").click()
    page.goto("/rectification/")
    page.get_by_role("main").get_by_role("link", name=PROBLEM).click()
    page.get_by_role("link", name="填写整改方案").click()
    for label, text in {
        "原因": "窗口人员变动后没有培训",
        "措施": "统一一次性告知单\n每月抽查十件",
        "可检验成果": "告知单上墙，抽查无差错",
        "责任领导": "邬景和，副局长",
        "责任科室": "行政审批股",
        "签字人": "章静澜",
    }.items():
        page.get_by_label(re.compile(f"^{label}")).fill(text)
    page.get_by_label(re.compile("方案由主要负责人审核")).check()
    page.get_by_label("盖章的整改方案").set_input_files(photo(folder / "plan.png", "white"))
    page.get_by_role("button", name="提交方案").click()
    expect(page.get_by_role("status").filter(has_text="方案已提交")).to_be_visible()


def photo(path, colour):
    Image.new("RGB", (640, 480), colour).save(path)
    return path


def approve_plan(stage, approver):
    page = stage.person(approver)
    page.goto("/rectification/items/" + str(RectificationItem.objects.get().uid))
    page.get_by_role("button", name="审定通过").click()
    expect(page.locator(".pagehead")).to_contain_text("整改中")


def bring_evidence(stage, liaison, folder):
    page = stage.person(liaison)
    page.goto("/rectification/")
    page.get_by_role("main").get_by_role("link", name=PROBLEM).click()
    page.get_by_label("拍照或选文件").set_input_files(photo(folder / "notice-board.png", "navy"))
    page.get_by_label("情况说明").fill("告知单已上墙")
    page.get_by_role("button", name="提交核验").click()
    expect(page.get_by_role("status").filter(has_text="已提交核验")).to_be_visible()


def verify(stage, verifier):
    """By somebody who has not submitted it; the files open for the verifier."""
    page = stage.person(verifier)
    page.goto("/rectification/items/" + str(RectificationItem.objects.get().uid))
    page.get_by_role("button", name="开始核验").click()
    assert stage.fetch(page, page.get_by_role("link", name=re.compile("notice-board"))).startswith(b"\x89PNG")
    page.get_by_label("通过，整改到位").check()
    page.get_by_role("textbox", name=re.compile("^核验意见")).fill("现场看了窗口，抽查十件，均一次告知")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".pagehead")).to_contain_text("待销号")


def close(stage, clerk, approver, session):
    """Proposed by one, confirmed by another; then the meeting is finished."""
    address = "/rectification/items/" + str(RectificationItem.objects.get().uid)
    page = stage.person(clerk)
    page.goto(address)
    page.get_by_role("button", name="提出销号").click()
    page.get_by_role("dialog").get_by_role("button", name="提出销号").click()
    page = stage.person(approver)
    page.goto(address)
    page.get_by_role("button", name="批准销号").click()
    page.get_by_role("dialog").get_by_role("button", name="批准销号").click()
    expect(page.locator(".pagehead")).to_contain_text("已销号")
    page = stage.person(clerk)
    page.goto(f"/rectification/sessions/{session.uid}/items")
    page.get_by_role("button", name="办结", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已办结")).to_be_visible()


def matter():
    """What the reminders of the item go by."""
    return RectificationItem.objects.get().matter
