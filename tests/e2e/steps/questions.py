"""Step 6, before the meeting (问廉): members propose and mark, staff list, the leader selects and seals."""

import re

from playwright.sync_api import expect

from reviews.models import Question

QUESTIONS = {
    "章静澜": [
        "去年防汛物资采购花了多少钱，账目在哪里公开？",
        "窗口一次性告知单什么时候挂出来？",
        "分管副职违规用车，您约谈过几次？",
    ],
    "时彦亦": ["课后服务收费的结余去了哪里？", "校园食堂招标由谁监督？"],
}


def button(page, verb, text):
    """The button of one question; the name says which, cut where it grows long."""
    return page.get_by_role("button", name=re.compile(rf"^{verb} ?{text[:15]}"))


def propose(stage, member, session):
    page = stage.person(member)
    for name, texts in QUESTIONS.items():
        page.goto(f"/sessions/{session.uid}/questions")
        page.get_by_role("row", name=name).get_by_role("link").click()
        for text in texts:
            page.get_by_label("题目").fill(text)
            page.get_by_role("button", name="提出", exact=True).click()
            expect(button(page, "推荐", text)).to_be_visible()
        button(page, "推荐", texts[0]).click()
        expect(page.get_by_text("1 名委员推荐")).to_be_visible()


def shortlist(stage, clerk, session):
    """The leader is offered no question that staff did not list."""
    page = stage.person(clerk)
    for name, texts in QUESTIONS.items():
        page.goto(f"/sessions/{session.uid}/questions")
        page.get_by_role("row", name=name).get_by_role("link").click()
        for text in texts[:2]:
            expect(button(page, "选定", text)).to_have_count(0)
            button(page, "列为备选", text).click()
            expect(button(page, "列为备选", text)).to_have_count(0)


def select_and_seal(stage, approver, session):
    """Too few are refused with the reason; once sealed, the words are gone from every screen, the leader's too."""
    page = stage.person(approver)
    for name, texts in QUESTIONS.items():
        page.goto(f"/sessions/{session.uid}/questions")
        page.get_by_role("row", name=name).get_by_role("link").click()
        for text in texts[:2]:
            button(page, "选定", text).click()
            expect(button(page, "撤下", text)).to_be_visible()
    page.goto(f"/sessions/{session.uid}/questions")
    page.get_by_role("button", name="封存问题").click()
    page.get_by_role("dialog").get_by_role("button", name="封存问题").click()
    expect(page.get_by_text("已封存").first).to_be_visible()
    page.get_by_role("row", name="章静澜").get_by_role("link").click()
    expect(page.get_by_text("第 1 题已封存，会场开启")).to_be_visible()
    expect(page.get_by_text(QUESTIONS["章静澜"][0])).to_have_count(0)
    assert Question.objects.filter(state=Question.State.SEALED).count() == 4
