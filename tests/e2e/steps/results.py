"""Step 8 (结果): signed by two, confirmed, published; papers made by the worker and read back."""

import re

import pdfplumber
from playwright.sync_api import expect

from scoring.actions import papers
from scoring.models import PaperJob


def sign(stage, teller, scrutineer, approver, session):
    """The leader cannot confirm what two have not signed."""
    page = stage.person(approver)
    page.goto(f"/scoring/{session.uid}/results")
    expect(page.get_by_role("button", name="确认结果")).to_be_disabled()
    for person, part in ((teller, "计票人"), (scrutineer, "监票人")):
        page = stage.person(person)
        page.goto(f"/scoring/{session.uid}/results")
        page.get_by_role("button", name=f"以{part}身份签字").click()
        question = page.get_by_role("dialog")
        expect(question).to_contain_text("结果已经核对")
        question.get_by_role("button", name="签字").click()
        expect(page.get_by_role("status").filter(has_text="已签字")).to_be_visible()
    page = stage.person(approver)
    page.reload()
    page.get_by_role("button", name="确认结果").click()
    page.get_by_role("dialog").get_by_role("button", name="确认结果").click()
    expect(page.get_by_role("status").filter(has_text="结果已确认")).to_be_visible()


def explain(stage, approver, session):
    """The score of one official, step by step."""
    page = stage.person(approver)
    page.goto(f"/scoring/{session.uid}/results")
    row = page.locator("#results").get_by_role("row", name="章静澜")
    expect(row).to_contain_text(re.compile(r"\d\d\.\d"))
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1, name="章静澜")).to_be_visible()


def work():
    """What the worker does with the jobs that wait."""
    for job in PaperJob.objects.filter(state=PaperJob.State.WAITING):
        papers.make(job.pk)


def make_papers(stage, clerk, session, folder):
    """Asked for, made, downloaded, opened."""
    page = stage.person(clerk)
    page.goto(f"/scoring/{session.uid}/results")
    for kind in ("COUNT_SHEET", "RESULT_EXCEL", "SESSION_FILE"):
        page.locator(f"#make-{kind}").click()
    work()
    page.reload()
    texts = {}
    for link in page.get_by_role("link", name=re.compile(r"\.(pdf|xlsx)")).all():
        with page.expect_download() as download:
            link.click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        if path.suffix == ".pdf":
            with pdfplumber.open(path) as pdf:
                texts[path.name] = "".join(sheet.extract_text() for sheet in pdf.pages)
    assert len(texts) == 2
    assert all("述责述廉" in text.replace("\n", "") for text in texts.values())


def read_own(stage, subject, session):
    """After publication the official reads the own result, and nobody else's."""
    page = stage.person(subject)
    page.goto(f"/scoring/{session.uid}/results")
    page.get_by_role("main").get_by_role("link", name="章静澜").click()
    expect(page.get_by_role("heading", level=1, name="章静澜")).to_be_visible()
    expect(page.get_by_text("时彦亦")).to_have_count(0)
