"""A tie across a quota: who sees it, how it is settled on the page, and what becomes of the ruling in a correction."""

import pytest
from django.urls import reverse

from notices.models import Notice
from scoring.actions import count, sheets, table
from scoring.models import Count
from tests.scoring.pages import page
from tests.scoring.test_correction import agree

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_who_is_tied_at_a_quota_is_for_those_who_count_and_decide(client, hall):
    """It tells bands, before anybody has signed; the others read that a decision is waited for."""
    hall.tied()
    tied = hall.session.subjects.first().name
    for user, told in [(hall.clerk, False), (hall.approver, True), (hall.scrutineer, True), (hall.teller, True)]:
        client.force_login(user)
        shown = client.get(page("results", hall.session)).content.decode()
        assert "名额线上有同分，须先由审批领导裁定" in shown
        assert ("待裁定：“好”名额" in shown, "还有 1 个名额" in shown) == (told, told)
        assert "裁定同分者的名额" in shown
        assert ('href="#decide-0"' in shown) == (user == hall.approver)
        if user == hall.clerk:
            assert tied not in shown


def test_a_refused_decision_keeps_what_was_ticked(client, hall):
    hall.tied()
    client.force_login(hall.approver)
    (needed,) = hall.count.decisions_needed
    told = {"label": needed["label"], "pool": needed["pool"], "reason": "集体研究决定"}

    refused = client.post(page("results_decide", hall.session), told | {"chosen": needed["candidates"]}).content.decode()

    assert "请从同分者中选出 1 人" in refused
    assert refused.count(" checked") == 2
    assert "data-pulse" not in refused  # the browser would send the press once more
    assert client.post(page("results_decide", hall.session), told | {"chosen": ["o09"]}).status_code == 200
    assert client.post(page("results_decide", hall.session), {"label": "差", "pool": ""}).status_code == 302
    silent = client.post(page("results_decide", hall.session), told | {"chosen": needed["candidates"][:1], "reason": " "})
    assert "请填写裁定理由" in silent.content.decode()
    assert client.post(page("results_decide", hall.session), told | {"chosen": needed["candidates"][:1]}).status_code == 302
    assert hall.again().count.decisions_needed == []


@pytest.fixture
def ruled(hall):
    """One place of "好" for two who are equal, settled and published; then a correction that leaves them equal is counted."""
    hall.tied()
    count.decide(hall.count, label="好", pool="", chosen=["o02"], reason="集体研究决定", by=hall.approver, now=hall.now)
    hall.again().sign().confirm().publish()

    def correct():
        agree(hall)
        group, third = hall.round.groups.get(letter="a"), hall.session.subjects.all()[2]
        marks = {mark.subject: dict(mark.answers) for mark in group.marks.select_related("subject")}
        marks[third] = {code: mark - 10 for code, mark in marks[third].items()}
        table.enter_named(group, rater="姜景舟", marks=marks, by=hall.clerk, seen=table.shown(group.marks.all()))
        return hall.tally()

    hall.correct = correct
    return hall


def test_a_ruling_over_the_same_tie_holds_in_the_next_version(ruled):
    ruled.correct()

    assert ruled.count.version == 2
    assert (ruled.count.decisions_needed, [one["chosen"] for one in ruled.count.decisions]) == ([], [["o02"]])
    assert "集体研究决定" in " ".join(sheets.counting.decided_words(ruled.count, {"o02": "乙"}))


def test_a_sheet_says_whose_band_a_ruling_decided(ruled):
    notes = {
        r.subject.code: sheets.result_sheet(ruled.count, r)["band_note"] for r in ruled.count.subjects.select_related("subject")
    }

    assert {code for code, note in notes.items() if note == "经裁定列入"} == {"o01", "o02"}


def test_a_leader_settles_a_tie_of_a_version_he_or_she_may_not_read_yet(client, ruled):
    Count.objects.update(decisions=[{"label": "好", "pool": "", "chosen": ["o02"], "by": "袁秉柏"}])  # other people were equal
    ruled.correct()
    (tie,) = ruled.count.decisions_needed
    assert Notice.objects.filter(to=ruled.approver, subject__startswith="名额线上有同分", state="WAITING").count() == 1
    client.force_login(ruled.approver)
    address = reverse("scoring:results", args=[ruled.session.uid])
    page = client.get(address)

    assert page.context["count"].version == 1
    assert page.context["step"]["link"] == "#decide-0"
    assert "待裁定：“好”名额" in page.content.decode()
    assert "更正版 第 2 版" in page.content.decode()

    told = {"label": "好", "pool": "", "chosen": tie["candidates"][:1], "reason": "集体研究决定"}
    assert client.post(reverse("scoring:results_decide", args=[ruled.session.uid]), told).status_code == 302
    assert ruled.again().count.decisions_needed == []
    assert not Notice.objects.filter(to=ruled.approver, subject__startswith="名额线上有同分", state="WAITING").exists()
    ruled.sign().confirm().publish()
