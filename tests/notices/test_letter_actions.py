import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction

from core.errors import RuleViolation
from core.models import AuditEvent, StoredFile
from notices.actions import letter as actions
from notices.models import Letter, LetterSeries, Notice
from officials.roles import Role
from tests import factories
from tests.core import reading
from tests.notices.conftest import BODY, NOW, TODAY, draft

State = Letter.State


@pytest.fixture
def paper(monkeypatch):
    """The paper is set once, in a test of its own; elsewhere a few bytes stand for it."""
    monkeypatch.setattr("notices.actions.letter.papers.render", lambda context: b"%PDF-1.7 stands for the paper")


def checked(letter, by):
    actions.check_letter(letter, by=by)
    return letter


def test_a_letter_is_issued_with_a_number_and_a_frozen_paper(letter, second_clerk, approver, clerk):
    actions.issue_letter(checked(letter, second_clerk), by=approver, today=TODAY)

    letter.refresh_from_db()
    assert (letter.document_number, letter.issued_by, letter.issued_on) == ("云纪函〔2026〕1号", approver, TODAY)
    assert letter.paper.name == "云纪函〔2026〕1号.pdf"
    with letter.paper.content.open("rb") as file:
        text = reading.words(file.read())
    for words in [
        "云纪函〔2026〕1号",
        "关于述责述廉评议反馈问题的提醒函",
        "供应商评审公开不够",
        "2026年11月24日",
        "一、制定方案。",
    ]:
        assert words in text
    assert "草稿" not in text
    assert Notice.objects.filter(to=clerk, subject__startswith="已签发").count() == 1
    assert AuditEvent.objects.filter(action="issue_letter", detail__contains=letter.paper.sha256).count() == 1


def test_the_drafter_neither_checks_nor_issues(letter, clerk, second_clerk):
    with pytest.raises(RuleViolation, match="拟稿、改稿的人不能核自己的稿"):
        actions.check_letter(letter, by=clerk)
    with pytest.raises(RuleViolation, match="拟稿、改稿的人不能签发自己的稿"):
        actions.issue_letter(checked(letter, second_clerk), by=clerk, today=TODAY)
    assert letter.state == State.CHECKED


def test_who_checked_a_letter_does_not_issue_it(client, letter, approver, paper):
    """Two pairs of eyes before the leader's: checking by the leader who then issues would be one pair less."""
    with pytest.raises(RuleViolation, match="没有人可以签发"):  # and the letter would be stuck
        checked(letter, approver)
    letter = Letter.objects.get()
    another = factories.UserFactory(roles=[Role.APPROVER])
    with pytest.raises(RuleViolation, match="核稿人不能签发自己核过的稿"):
        actions.issue_letter(checked(letter, approver), by=approver, today=TODAY)
    assert set(Notice.objects.filter(matter=letter.matter, state="WAITING").values_list("to", flat=True)) == {another.pk}
    client.force_login(approver)
    page = client.get(letter.get_absolute_url())
    assert page.context["may_issue"] is False
    assert "请另一位领导签发" in page.content.decode()
    client.force_login(another)
    assert client.get(letter.get_absolute_url()).context["may_issue"] is True
    actions.issue_letter(letter, by=another, today=TODAY)
    assert letter.issued_by == another


def test_neither_who_drafts_nor_who_changes_a_comma_checks_or_issues(letter, second_clerk, clerk, approver, paper):
    change = {"title": letter.title, "addressee": "中共第二局党组", "copies_to": "", "body": {**BODY, "findings": []}}
    actions.change_letter(letter, **change, by=second_clerk)

    letter = Letter.objects.get()
    assert letter.body["findings"] == BODY["findings"]  # the list follows from the findings, not from the form
    assert letter.drafted_by == clerk
    for writer in (clerk, second_clerk):
        with pytest.raises(RuleViolation, match="拟稿、改稿的人不能核自己的稿"):
            actions.check_letter(letter, by=writer)
    actions.check_letter(letter, by=factories.UserFactory(roles=[Role.ORGANISER]))
    for writer in (clerk, second_clerk):
        with pytest.raises(RuleViolation, match="拟稿、改稿的人不能签发"):
            actions.issue_letter(letter, by=writer, today=TODAY)
    actions.return_letter(letter, reason="抄送漏了一人", by=approver)
    assert set(Notice.objects.filter(body="抄送漏了一人").values_list("to", flat=True)) == {clerk.pk, second_clerk.pk}


def test_gaps_are_named_before_the_check(letter, second_clerk):
    Letter.objects.update(body={**BODY, "contact": "", "requirements": []})
    letter.refresh_from_db()

    with pytest.raises(RuleViolation) as refusal:
        actions.check_letter(letter, by=second_clerk)
    assert refusal.value.messages == ["没有写整改要求", "没有写联系人"]


def test_a_returned_letter_is_a_draft_again(letter, second_clerk, approver, clerk):
    checked(letter, second_clerk)
    with pytest.raises(RuleViolation, match="不能再改"):
        actions.change_letter(letter, title="甲", addressee="乙", copies_to="", body=BODY, by=clerk)
    with pytest.raises(RuleViolation, match="请写明退回的理由"):
        actions.return_letter(letter, reason="", by=approver)

    actions.return_letter(letter, reason="抄送漏了一人", by=approver)

    assert (letter.state, letter.returned_because, letter.checked_by) == (State.DRAFT, "抄送漏了一人", None)
    assert Notice.objects.filter(to=clerk, body="抄送漏了一人").count() == 1
    assert Notice.objects.get(to=approver).state == Notice.State.CANCELLED
    actions.check_letter(letter, by=second_clerk)
    assert letter.returned_because == ""


def test_no_step_is_skipped(letter, approver, liaison):
    for step in [
        lambda: actions.issue_letter(letter, by=approver, today=TODAY),
        lambda: actions.serve_letter(letter, served_on=TODAY, by=approver, today=TODAY),
        lambda: actions.receive_letter(letter, by=liaison, now=NOW),
    ]:
        with pytest.raises(RuleViolation, match="不能转为"):
            step()
    assert not LetterSeries.objects.exists()


# --- numbers -----------------------------------------------------------------------------------------------


def test_numbers_have_no_gap_and_begin_anew_each_year(paper, subject, clerk, second_clerk, approver):
    days = [TODAY, TODAY, dt.date(2027, 1, 4)]
    letters = [checked(draft(subject.official.unit, clerk), second_clerk) for _day in days]
    for letter, day in zip(letters, days, strict=True):
        actions.issue_letter(letter, by=approver, today=day)

    assert [letter.document_number for letter in letters] == ["云纪函〔2026〕1号", "云纪函〔2026〕2号", "云纪函〔2027〕1号"]


def test_an_issue_that_fails_leaves_no_gap(monkeypatch, letter, clerk, second_clerk, approver, subject):
    def out_of_ink(context):
        raise OSError("out of ink")

    monkeypatch.setattr("notices.actions.letter.papers.render", out_of_ink)
    with pytest.raises(OSError, match="out of ink"):
        actions.issue_letter(checked(letter, second_clerk), by=approver, today=TODAY)
    letter.refresh_from_db()
    assert (letter.state, letter.number) == (State.CHECKED, None)

    monkeypatch.setattr("notices.actions.letter.papers.render", lambda context: b"%PDF-1.7")
    actions.issue_letter(letter, by=approver, today=TODAY)

    assert letter.number == 1
    assert StoredFile.objects.count() == 1


def test_an_issue_that_fails_after_the_paper_leaves_no_file(paper, monkeypatch, letter, second_clerk, approver, tmp_path):
    def out_of_order(*args, **kwargs):
        raise OSError("out of order")

    checked(letter, second_clerk)
    monkeypatch.setattr("notices.actions.letter.post", out_of_order)
    with pytest.raises(OSError, match="out of order"):
        actions.issue_letter(letter, by=approver, today=TODAY)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_number_taken_in_a_transaction_that_fails_is_given_again(db):
    with transaction.atomic():
        assert actions.take_number("云纪函", 2026) == 1
        transaction.set_rollback(True)

    assert actions.take_number("云纪函", 2026) == 1


def test_a_voided_letter_keeps_its_number_and_the_next_goes_on(paper, subject, clerk, second_clerk, approver):
    first, second = [checked(draft(subject.official.unit, clerk), second_clerk) for _n in (1, 2)]
    actions.issue_letter(first, by=approver, today=TODAY)
    actions.void_letter(first, reason="主送写错", by=approver)
    actions.issue_letter(second, by=approver, today=TODAY)

    assert (first.number, first.state, second.number) == (1, State.VOIDED, 2)
    assert first.paper is not None


# --- serve and receive -------------------------------------------------------------------------------------


@pytest.fixture
def served(paper, letter, second_clerk, approver, liaison, subject_user, outsider):
    actions.issue_letter(checked(letter, second_clerk), by=approver, today=TODAY)
    actions.serve_letter(letter, served_on=TODAY, by=second_clerk, today=TODAY)
    return letter


def test_service_asks_the_unit_and_nobody_else_to_sign(served, liaison, subject_user, outsider):
    asked = Notice.objects.filter(subject__startswith="请签收").values_list("to", flat=True)

    assert set(asked) == {liaison.pk, subject_user.pk}


def test_receipt_is_noted_once_and_ends_the_request(served, liaison, subject_user):
    actions.receive_letter(served, by=liaison, now=NOW)
    actions.receive_letter(served, by=subject_user, now=NOW + dt.timedelta(days=1))

    served.refresh_from_db()
    assert (served.state, served.received_by, served.received_at) == (State.RECEIVED, liaison, NOW)
    assert set(Notice.objects.filter(subject__startswith="请签收").values_list("state", flat=True)) == {Notice.State.CANCELLED}


def test_reply_and_completion_may_be_said_twice(served, liaison, clerk):
    actions.note_reply(served, by=liaison)
    assert served.state == State.SERVED  # not signed for: nothing to reply to
    actions.receive_letter(served, by=liaison, now=NOW)
    for _twice in (1, 2):
        actions.note_reply(served, by=liaison)
    assert served.state == State.REPLIED
    for _twice in (1, 2):
        actions.complete_letter(served, by=clerk)

    assert served.state == State.COMPLETED
    assert AuditEvent.objects.filter(action__in=["reply_letter", "complete_letter"]).count() == 2


@pytest.mark.parametrize(("n", "due"), [(3, ""), (4, "收函后两个月内")])
def test_an_annex_writes_the_ordinary_period_out(n, due):
    letter = Letter(word="云纪函", body={**BODY, "findings": BODY["findings"] * n, "ordinary_due": "收函后两个月内"})

    assert {finding["due"] for finding in letter.paper_context(today=TODAY)["findings"]} == {due}
    assert letter.paper_context(today=TODAY)["number"] == "云纪函〔2026〕　号"


def test_the_migration_knows_who_wrote_last(letter, clerk):
    letter.writers.clear()

    import_module("notices.migrations.0005_letter_writers_kept").remember(apps, None)

    assert list(letter.writers.all()) == [clerk]
