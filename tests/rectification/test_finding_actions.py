import datetime as dt

import pytest
from django.urls import reverse

from core.errors import RuleViolation
from core.models import AuditEvent
from rectification.actions import finding as actions
from rectification.actions import letter as letters
from rectification.actions import session as closing
from rectification.actions import tip_off as tip_offs
from rectification.models import Finding
from rectification.tasks import sweep_deadlines
from reviews.models import Answer, Commitment, Digest, DigestEntry, LeaderComment, PreparationTask, Question, ReviewSession
from tests import factories
from tests.rectification.conftest import NOW, TODAY

State, Source = Finding.State, Finding.Source


def found(session):
    return [(f.source, f.text, f.promised_on) for f in Finding.objects.filter(subject__session=session)]


def test_nothing_is_drawn_from_a_meeting_to_which_the_official_did_not_come(session, record, clerk):
    """Not even an opinion that was to be put right: nobody has told the official of it."""
    digest = Digest.objects.create(session=session, state=Digest.State.APPROVED)
    DigestEntry.objects.create(digest=digest, subject=record, text="办事要跑两趟", nature="CRITICISM", handling="RECTIFICATION")
    session.subjects.filter(pk=record.pk).update(absence="因病住院")
    record.refresh_from_db()

    assert actions.propose_findings(session) == 0
    with pytest.raises(RuleViolation, match="没有到会"):
        actions.add_finding(record, source=Source.SCORE, text="得分低", by=clerk, now=NOW)
    assert not Finding.objects.exists()


def test_a_problem_added_twice_is_one(record, clerk):
    first = actions.add_finding(record, source=Source.SCORE, text="得分低", by=clerk, now=NOW)

    assert actions.add_finding(record, source=Source.SCORE, text=" 得分低\n", by=clerk, now=NOW) == first
    assert actions.add_finding(record, source=Source.AUDIT, text="得分低", by=clerk, now=NOW) != first
    assert AuditEvent.objects.filter(action="add_finding").count() == Finding.objects.count() == 2


def test_a_rehearsal_asks_for_no_findings_letters_or_close(client, session, record, clerk):
    finding = actions.add_finding(record, source=Source.SCORE, text="得分低", by=clerk, now=NOW)
    PreparationTask.objects.filter(session=session, kind="LETTER").update(due_on=TODAY)
    ReviewSession.objects.filter(pk=session.pk).update(is_rehearsal=True)
    session.refresh_from_db()
    finding.refresh_from_db()

    sweep_deadlines()
    for step in (
        lambda: actions.propose_findings(session, by=clerk),
        lambda: actions.dismiss_finding(finding, reason="练习", by=clerk, now=NOW),
        lambda: letters.draft_letters(session, by=clerk),
        lambda: closing.close_session(session, by=clerk, now=NOW),
    ):
        with pytest.raises(RuleViolation, match="演练不作数"):
            step()
    client.force_login(clerk)
    page = client.get(reverse("rectification:session_items", args=[session.uid])).content.decode()

    assert Finding.objects.count() == 1
    assert "演练没有整改" in page
    assert "findings-propose" not in page
    assert not PreparationTask.objects.open().filter(session=session).exists()


def test_the_record_gives_problems_of_each_kind(session, record):
    Commitment.objects.create(subject=record, text="年内逐人点评", due_on=dt.date(2026, 12, 31))
    digest = Digest.objects.create(session=session, state=Digest.State.APPROVED)
    DigestEntry.objects.create(digest=digest, subject=record, text="办事要跑两趟", nature="CRITICISM", handling="RECTIFICATION")
    DigestEntry.objects.create(digest=digest, subject=record, text="只作参考的一条", nature="CRITICISM", handling="REFERENCE")

    assert actions.propose_findings(session) == 5
    assert found(session) == [
        (Source.QUESTION, "现场没有正面回答“供应商评审为什么不公开？”", None),
        (Source.COMMENT, "警示教育不够经常", None),
        (Source.COMMENT, "二级机构管理不严", None),
        (Source.COMMITMENT, "本人承诺：年内逐人点评", dt.date(2026, 12, 31)),
        (Source.OPINION, "办事要跑两趟", None),
    ]
    assert set(Finding.objects.values_list("state", flat=True)) == {State.PROPOSED}


@pytest.mark.parametrize(("is_unsatisfactory", "how"), [(True, "没有正面回答"), (False, "没有答完")])
def test_a_written_inquiry_is_proposed_with_its_day(session, subject, is_unsatisfactory, how):
    asked = Question.objects.create(subject=subject, text="供应商评审为什么不公开？", state=Question.State.ANSWERED)
    Answer.objects.create(
        question=asked, summary="以后公开", inquiry_due_on=dt.date(2026, 12, 31), is_unsatisfactory=is_unsatisfactory
    )

    actions.propose_findings(session)

    text = f"现场{how}“供应商评审为什么不公开？”，已发质询书，须在2026年12月31日前书面答复"
    assert found(session) == [(Source.QUESTION, text, None)]


def test_a_question_from_the_floor_is_not_told_as_a_member_s(session, record):
    Question.objects.filter(subject=record).update(source=Question.Source.FLOOR)
    actions.propose_findings(session)

    sources = {finding.source for finding in Finding.objects.filter(origin__startswith="question:")}
    assert sources == {Source.FLOOR}


def test_a_digest_that_nobody_approved_gives_nothing(session, subject):
    digest = Digest.objects.create(session=session)
    DigestEntry.objects.create(digest=digest, subject=subject, text="办事要跑两趟", nature="CRITICISM", handling="RECTIFICATION")

    assert actions.propose_findings(session) == 0


def test_a_comment_that_was_never_given_in_the_hall_stays_its_leader_s_own(session, record):
    leader = factories.LeadingMemberFactory(name="施清和")
    LeaderComment.objects.create(subject=record, leader=leader, problems="没有说出口的一条")

    actions.propose_findings(session)

    assert [text for source, text, _day in found(session) if source == Source.COMMENT] == ["警示教育不够经常", "二级机构管理不严"]


def test_proposing_again_adds_only_what_is_new(session, record, clerk):
    actions.propose_findings(session)
    first = Finding.objects.first()
    actions.dismiss_finding(first, reason="已经改了", by=clerk, now=NOW)
    comment = LeaderComment.objects.get()
    LeaderComment.objects.filter(pk=comment.pk).update(problems=comment.problems + "\n3. 公示不规范")

    assert actions.propose_findings(session) == 1
    assert actions.propose_findings(session) == 0
    assert Finding.objects.count() == 4
    assert Finding.objects.get(pk=first.pk).state == State.DISMISSED  # what was decided is not asked again


@pytest.mark.parametrize("state", [ReviewSession.State.FED_BACK, ReviewSession.State.RECTIFYING])
def test_the_clock_proposes_once_the_result_is_out(session, record, state):
    ReviewSession.objects.update(state=state)
    sweep_deadlines()
    sweep_deadlines()

    assert Finding.objects.count() == 3


@pytest.mark.parametrize("state", [ReviewSession.State.CONFIRMED, ReviewSession.State.CLOSED])
def test_nothing_is_proposed_before_the_feedback_or_after_the_close(session, record, state):
    ReviewSession.objects.update(state=state)
    session.refresh_from_db()

    with pytest.raises(RuleViolation, match="不能办理整改问题"):
        actions.propose_findings(session)

    sweep_deadlines()
    assert not Finding.objects.exists()


def test_a_problem_is_confirmed_in_the_words_of_the_clerk(session, record, clerk):
    actions.propose_findings(session)
    finding = Finding.objects.first()

    actions.confirm_finding(finding, text="  供应商评审公开不够 ", by=clerk, now=NOW)

    finding.refresh_from_db()
    assert (finding.state, finding.text, finding.decided_by, finding.decided_at) == (
        State.CONFIRMED, "供应商评审公开不够", clerk, NOW,
    )  # fmt: skip
    assert AuditEvent.objects.filter(action="confirm_finding", actor=clerk.username).count() == 1
    with pytest.raises(RuleViolation, match="不能转为"):
        actions.confirm_finding(finding, text="又一次", by=clerk, now=NOW)


@pytest.mark.parametrize("words", ["", "  \n"])
def test_words_and_reasons_are_needed(session, record, clerk, words):
    actions.propose_findings(session)
    finding = Finding.objects.first()

    with pytest.raises(RuleViolation, match="请写下问题"):
        actions.confirm_finding(finding, text=words, by=clerk, now=NOW)
    with pytest.raises(RuleViolation, match="请写明排除的理由"):
        actions.dismiss_finding(finding, reason=words, by=clerk, now=NOW)
    with pytest.raises(RuleViolation, match="请写下问题"):
        actions.add_finding(record, source=Source.SCORE, text=words, by=clerk, now=NOW)

    finding.refresh_from_db()
    assert finding.state == State.PROPOSED


def test_what_the_record_holds_is_proposed_whole_and_confirmed_in_words_that_fit(session, record, clerk):
    promise = "长" * 295 + "按期兑现。"
    Commitment.objects.create(subject=record, text=promise, due_on=dt.date(2026, 12, 31))
    actions.propose_findings(session)
    finding = Finding.objects.get(source=Source.COMMITMENT)
    assert finding.text == f"本人承诺：{promise}"

    with pytest.raises(RuleViolation, match="最多 300 字"):
        actions.confirm_finding(finding, text=finding.text, by=clerk, now=NOW)
    with pytest.raises(RuleViolation, match="最多 300 字"):
        actions.dismiss_finding(finding, reason="长" * 301, by=clerk, now=NOW)

    finding.refresh_from_db()
    assert finding.state == State.PROPOSED


def test_the_words_of_a_problem_are_one_line(session, record, clerk):
    finding = actions.add_finding(record, source=Source.SCORE, text="警示教育\r\n不够经常", by=clerk, now=NOW)

    assert finding.text == "警示教育 不够经常"


def test_a_decision_may_be_taken_back_until_a_letter_says_it(session, finding, clerk):
    actions.reconsider_finding(finding, by=clerk)
    assert Finding.objects.get().state == State.PROPOSED
    actions.confirm_finding(finding, text=finding.text, by=clerk, now=NOW)
    letters.draft_letters(session, by=clerk)
    finding.refresh_from_db()

    with pytest.raises(RuleViolation, match="已经写进提醒函"):
        actions.reconsider_finding(finding, by=clerk)


# --- drawn from a digest line that rests on a tip-off ---


@pytest.fixture
def said(session, subject):
    return factories.OpinionFactory(session=session, subject=subject, text="收受礼盒")


@pytest.fixture
def entry(session, subject, said):
    digest = Digest.objects.create(session=session, state=Digest.State.APPROVED)
    entry = DigestEntry.objects.create(
        digest=digest, subject=subject, text="有人收受礼盒", nature="CRITICISM", handling="RECTIFICATION", opinion=said
    )
    DigestEntry.objects.create(digest=digest, subject=subject, text="办事要跑两趟", nature="CRITICISM", handling="RECTIFICATION")
    return entry


def divert(said, clerk):
    return tip_offs.divert(said, by=clerk, today=NOW.date())


@pytest.mark.parametrize("state", State)
def test_what_was_drawn_from_a_withdrawn_line_goes_with_its_words(session, entry, said, clerk, petition_clerk, state):
    actions.propose_findings(session)
    Finding.objects.filter(text="有人收受礼盒").update(state=state, reason="改了" if state == State.DISMISSED else "")

    assert divert(said, clerk) == 0

    assert actions.propose_findings(session) == 0
    assert list(Finding.objects.values_list("text", flat=True)) == ["办事要跑两趟"]
    assert "礼盒" not in str(list(AuditEvent.objects.values()))
    assert AuditEvent.objects.filter(action="withdraw_findings").count() == 1


def test_a_line_withdrawn_before_gives_no_problem(session, entry, said, clerk, petition_clerk):
    divert(said, clerk)

    assert actions.propose_findings(session) == 1
    assert not AuditEvent.objects.filter(action="withdraw_findings").exists()


def test_what_a_letter_says_goes_when_the_letter_is_void(client, session, entry, said, clerk, approver, petition_clerk):
    actions.propose_findings(session)
    Finding.objects.update(state=State.CONFIRMED)
    letter = letters.draft_letters(session, by=clerk)[0]
    client.force_login(clerk)

    page = client.post(reverse("rectification:opinion_divert", args=[said.uid]), follow=True).content.decode()

    assert "有 1 个问题出自涉及的汇总条目，已写进提醒函" in page
    assert Finding.objects.count() == 2
    letters.void_letter(letter, reason="涉及转送件", by=approver)
    assert list(Finding.objects.values_list("text", "letter")) == [("办事要跑两趟", None)]


def test_diverting_says_nothing_of_letters_where_none_says_it(client, session, said, clerk, petition_clerk):
    client.force_login(clerk)

    page = client.post(reverse("rectification:opinion_divert", args=[said.uid]), follow=True).content.decode()

    assert "已转信访室" in page
    assert "已写进提醒函" not in page
