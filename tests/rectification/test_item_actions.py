import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from core import files
from core.errors import RuleViolation
from core.models import AuditEvent, StoredFile
from notices.actions import letter as letters
from notices.models import Letter, Notice
from officials.models import RoleGrant
from officials.roles import Role
from rectification.actions import finding as findings
from rectification.actions import item as actions
from rectification.actions import letter as drafting
from rectification.actions import session as sessions
from rectification.models import CloseOut, Evidence, Finding, ItemEvent, RectificationItem
from reviews.models import Minutes, ReviewSession
from scoring.actions import install_sample_scheme
from scoring.models import BallotRound, Count, PaperJob, Publication
from tests.rectification.conftest import NOW, PLAN, SERVED, TODAY, bring, hand_in, issue, picture

State, Kind = RectificationItem.State, ItemEvent.Kind


@pytest.fixture
def people(liaison, approver, verifier, clerk):
    return {"unit": liaison, "approver": approver, "verifier": verifier, "clerk": clerk}


def kinds(item):
    return [event.kind for event in item.events.all()]


def test_the_whole_way_of_an_item(received, people, session):
    item = bring(received, "VERIFIED", **people)
    actions.propose_close(item, text="材料齐", by=people["clerk"], now=NOW)
    actions.confirm_close(item, by=people["approver"], now=NOW, today=TODAY)

    item.refresh_from_db()
    assert (item.state, item.closed_on) == (State.CLOSED, TODAY)
    assert kinds(item) == [
        Kind.SERVED, Kind.PLAN_SUBMITTED, Kind.PLAN_APPROVED, Kind.EVIDENCE_SUBMITTED, Kind.TAKEN_UP, Kind.VERIFIED,
        Kind.CLOSE_PROPOSED, Kind.CLOSED,
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="closed").count() == 1
    assert Letter.objects.get().state == Letter.State.COMPLETED


def test_the_trail_names_items_and_findings_and_holds_none_of_their_words(received, people, session, clerk):
    """The audit administrator reads the trail and has no business with what it is about."""
    secret = "只有办理的人能看的话"
    finding = findings.add_finding(received.subject, source="SCORE", text=secret, by=clerk, now=NOW)
    findings.reconsider_finding(finding, by=clerk)
    findings.dismiss_finding(finding, reason=secret, by=clerk, now=NOW)
    RectificationItem.objects.update(text=secret)
    received.refresh_from_db()

    item = bring(received, "VERIFIED", **people)
    actions.propose_close(item, text=secret, by=clerk, now=NOW)

    trail = " ".join(f"{event.thing} {event.detail}" for event in AuditEvent.objects.all())
    assert secret not in trail
    assert f"item {item.code}" in trail
    assert f"finding {finding.uid}" in trail


# --- plan --------------------------------------------------------------------------------------------------


def test_what_is_kept_is_chinese_whatever_language_the_actor_reads(issued, clerk, people):
    with override("en"):
        item = drafting.serve_letter(issued, served_on=SERVED, by=clerk, today=TODAY, now=NOW)[0]
        letters.receive_letter(item.letter, by=people["unit"], now=NOW)
        bring(item, "VERIFIED", **people)

    said = [*item.events.values_list("text", flat=True), *Notice.objects.values_list("subject", flat=True)]
    assert "云纪函〔2026〕12号，方案应于2026年11月20日前报送" in said
    assert "完成时限2026年12月8日，齐砚屿签字背书" in said
    assert "核验通过：供应商评审公开不够" in said
    assert [text for text in said if re.search("[a-z]", text)] == []


def test_word_of_a_step_is_english_to_those_who_read_english(issued, clerk, people):
    item = drafting.serve_letter(issued, served_on=SERVED, by=clerk, today=TODAY, now=NOW)[0]
    letters.receive_letter(item.letter, by=people["unit"], now=NOW)
    bring(item, "VERIFIED", **people)

    words = list(Notice.objects.filter(key__contains=":event:").values_list("body_en", flat=True))
    assert any("8 Dec 2026" in text for text in words)
    assert [text for text in words if re.search("时限|签字背书| 份", text)] == []


def test_no_plan_before_the_letter_is_signed_for(item, liaison):
    with pytest.raises(RuleViolation, match="请先签收提醒函 云纪函〔2026〕12号"):
        actions.submit_plan(item, by=liaison, now=NOW, **PLAN)
    assert not item.plans.exists()


def test_a_plan_later_than_the_period_must_be_long_term(received, liaison):
    with pytest.raises(RuleViolation, match="完成时限晚于 2026年12月10日"):
        actions.submit_plan(received, by=liaison, now=NOW, **{**PLAN, "due_on": dt.date(2026, 12, 11)})
    with pytest.raises(RuleViolation, match="完成时限 2026年11月23日 已经过去"):
        actions.submit_plan(received, by=liaison, now=NOW, **{**PLAN, "due_on": dt.date(2026, 11, 23)})
    assert not received.plans.exists()


def test_a_long_term_plan_moves_the_period_once_the_leader_agrees(received, liaison, approver):
    due = dt.date(2027, 6, 30)
    actions.submit_plan(received, by=liaison, now=NOW, **{**PLAN, "due_on": due, "pace": "LONG_TERM"})
    received.refresh_from_db()
    assert received.due_on == dt.date(2026, 12, 10)  # not before

    actions.approve_plan(received, seen=received.plan.pk, by=approver, now=NOW)

    received.refresh_from_db()
    assert (received.due_on, received.first_due_on, received.is_long_term) == (due, dt.date(2026, 12, 10), True)
    days = {n.send_at.date() for n in Notice.objects.filter(to=liaison, state="WAITING", key__contains=":BLUE:")}
    assert days == {dt.date(2027, 6, 25)}
    assert Notice.objects.filter(to=liaison, key__contains=":BLUE:2026-12-05", state="CANCELLED").count() == 1


def test_nobody_decides_on_a_plan_that_was_not_shown(received, liaison, approver, clerk):
    """The leader's page shows the first plan; meanwhile it went back and the second came in."""
    first = actions.submit_plan(received, by=liaison, now=NOW, **PLAN)
    actions.return_plan(received, seen=first.pk, reason="没有写到人", by=clerk, now=NOW)
    second = actions.submit_plan(received, by=liaison, now=NOW, **PLAN)

    for decide in (actions.approve_plan, lambda item, **how: actions.return_plan(item, reason="没有时限", **how)):
        with pytest.raises(RuleViolation, match="又报送了新的方案"):
            decide(RectificationItem.objects.get(), seen=first.pk, by=approver, now=NOW)

    assert RectificationItem.objects.get().state == "PLAN_SUBMITTED"
    actions.approve_plan(RectificationItem.objects.get(), seen=second.pk, by=approver, now=NOW)
    assert RectificationItem.objects.get().plan.approved_by == approver


def test_a_returned_plan_is_handed_in_anew_and_both_are_kept(received, liaison, approver):
    actions.submit_plan(received, by=liaison, now=NOW, **PLAN)
    with pytest.raises(RuleViolation, match="请写明退回的理由"):
        actions.return_plan(received, seen=received.plan.pk, reason="", by=approver, now=NOW)
    actions.return_plan(received, seen=received.plan.pk, reason="没有写到人", by=approver, now=NOW)
    assert Notice.objects.filter(to=liaison, subject__startswith="方案退回", body__contains="没有写到人").count() == 1

    actions.submit_plan(received, by=liaison, now=NOW, **{**PLAN, "owner": "副局长卞亭然，造林科科长"})

    assert [plan.returned_because for plan in received.plans.all()] == ["没有写到人", ""]
    assert received.state == State.PLAN_SUBMITTED


def test_a_letter_is_replied_to_when_every_item_has_a_plan(session, subject, clerk, liaison):
    for text in ("甲", "乙"):
        findings.add_finding(subject, source="COMMENT", text=text, by=clerk, now=NOW)
    letter = issue(drafting.draft_letters(session, by=clerk)[0])
    first, second = drafting.serve_letter(letter, served_on=SERVED, by=clerk, today=TODAY, now=NOW)
    letters.receive_letter(letter, by=liaison, now=NOW)

    actions.submit_plan(first, by=liaison, now=NOW, **PLAN)
    assert Letter.objects.get().state == Letter.State.RECEIVED
    actions.submit_plan(second, by=liaison, now=NOW, **PLAN)
    assert Letter.objects.get().state == Letter.State.REPLIED


def test_a_wrong_file_refuses_the_plan_whole(received, liaison):
    with pytest.raises(RuleViolation, match="类型不能上传"):
        actions.submit_plan(received, by=liaison, now=NOW, file=picture("方案.exe"), **PLAN)

    received.refresh_from_db()
    assert received.state == State.PENDING_PLAN
    assert not received.plans.exists()


# --- evidence ----------------------------------------------------------------------------------------------


def test_evidence_waits_for_an_approved_plan(received, liaison):
    with pytest.raises(RuleViolation, match="不能改佐证"):
        actions.add_evidence(received, uploads=[picture()], by=liaison, now=NOW)
    with pytest.raises(RuleViolation, match="不能改佐证"):
        actions.submit_evidence(received, by=liaison, now=NOW)


def test_evidence_is_uploaded_first_and_handed_in_later(received, people, verifier):
    item = bring(received, "IN_PROGRESS", **people)
    with pytest.raises(RuleViolation, match="还没有新的佐证材料"):
        actions.submit_evidence(item, by=people["unit"], now=NOW)
    added = actions.add_evidence(
        item, uploads=[picture("甲.png"), picture("乙.png")], text="抽查记录", by=people["unit"], now=NOW
    )
    assert not Notice.objects.filter(to=verifier).exists()
    actions.remove_evidence(added[1], by=people["unit"])

    actions.submit_evidence(item, text="请核验", by=people["unit"], now=NOW)

    assert [(str(e), e.note, e.submitted_at) for e in item.evidence.all()] == [("甲.png", "抽查记录", NOW)]
    asked = Notice.objects.filter(to=verifier, subject__startswith="上传佐证")
    assert [notice.state for notice in asked] == [Notice.State.WAITING]
    with pytest.raises(RuleViolation, match="不能改佐证"):
        actions.remove_evidence(added[0], by=people["unit"])

    actions.take_up(item, by=verifier, now=NOW)
    assert [notice.state for notice in asked.all()] == [Notice.State.CANCELLED]  # of a word that was sent: read


def test_what_must_be_replaced_is_replaced_and_the_old_version_kept(received, people):
    item = bring(received, "UNDER_VERIFICATION", **people)
    old = item.evidence.get()
    actions.verify(item, is_passed=False, text="仍是草案", must_replace=[old], by=people["verifier"], now=NOW)
    unit = people["unit"]
    with pytest.raises(RuleViolation, match=r"“照片\.png”须替换"):
        actions.submit_evidence(item, by=unit, now=NOW)
    old.refresh_from_db()
    with pytest.raises(RuleViolation, match="已提交核验的佐证不能删除"):
        actions.remove_evidence(Evidence.objects.get(pk=old.pk), by=unit)
    with pytest.raises(RuleViolation, match="一次只能替换一份"):
        actions.add_evidence(item, uploads=[picture(), picture()], replaces=old, by=unit, now=NOW)

    actions.add_evidence(item, uploads=[picture("正式.png", "blue")], replaces=old, by=unit, now=NOW)
    actions.submit_evidence(item, by=unit, now=NOW)

    assert item.state == State.EVIDENCE_SUBMITTED
    assert [(str(e), e.is_replaced) for e in item.evidence.all()] == [("照片.png", True), ("正式.png", False)]
    with pytest.raises(RuleViolation, match="不能改佐证"):
        actions.add_evidence(item, uploads=[picture()], by=unit, now=NOW)


def stored(tmp_path):
    return len([path for path in tmp_path.rglob("*") if path.is_file()])


def test_what_is_removed_leaves_the_disk(received, people, tmp_path, django_capture_on_commit_callbacks):
    bring(received, "IN_PROGRESS", **people)
    evidence = actions.add_evidence(received, uploads=[picture()], by=people["unit"], now=NOW)[0]
    assert stored(tmp_path) == 1

    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_evidence(evidence, by=people["unit"])

    assert stored(tmp_path) == StoredFile.objects.count() == 0


def test_evidence_is_brought_first_and_handed_in_with_nothing_more(received, people):
    bring(received, "IN_PROGRESS", **people)
    unit = {"text": "", "by": people["unit"], "now": NOW}

    assert actions.bring_evidence(received, uploads=[picture()], is_final=False, **unit) == 1
    assert received.state == State.IN_PROGRESS
    assert actions.bring_evidence(received, uploads=[], is_final=True, **unit) == 0
    assert received.state == State.EVIDENCE_SUBMITTED


def test_of_several_files_none_is_kept_when_one_is_refused(received, people, tmp_path):
    bring(received, "IN_PROGRESS", **people)
    uploads = [picture(), SimpleUploadedFile("脚本.exe", b"MZ")]

    with pytest.raises(RuleViolation, match="不能上传"):
        actions.bring_evidence(received, uploads=uploads, text="", is_final=True, by=people["unit"], now=NOW)

    assert stored(tmp_path) == StoredFile.objects.count() == 0
    assert received.state == State.IN_PROGRESS


def test_nothing_chosen_is_refused(received, people):
    item = bring(received, "IN_PROGRESS", **people)

    with pytest.raises(RuleViolation, match="请选择要上传的文件"):
        actions.add_evidence(item, uploads=[], by=people["unit"], now=NOW)


# --- four pairs of eyes ------------------------------------------------------------------------------------


def test_who_handled_the_evidence_may_not_verify_it(received, people):
    item = bring(received, "EVIDENCE_SUBMITTED", **people)
    RoleGrant.objects.create(user=people["unit"], role=Role.VERIFIER)  # roles forbid it; the action does too

    with pytest.raises(RuleViolation, match="经手方案或佐证的人不能核验"):
        actions.take_up(item, by=people["unit"], now=NOW)
    actions.take_up(item, by=people["verifier"], now=NOW)
    with pytest.raises(RuleViolation, match="核验"):
        actions.verify(item, is_passed=True, text="好", by=people["unit"], now=NOW)


def test_a_verdict_is_the_word_of_who_took_it_up_and_has_a_note(received, people, other_verifier):
    item = bring(received, "UNDER_VERIFICATION", **people)

    with pytest.raises(RuleViolation, match="正由尹桐石核验"):
        actions.verify(item, is_passed=True, text="好", by=other_verifier, now=NOW)
    with pytest.raises(RuleViolation, match="请写明核验意见"):
        actions.verify(item, is_passed=True, text=" ", by=people["verifier"], now=NOW)
    item.refresh_from_db()
    assert item.state == State.UNDER_VERIFICATION


def test_what_its_verifier_cannot_finish_is_finished_by_another(received, people, other_verifier):
    bring(received, "UNDER_VERIFICATION", **people)
    with pytest.raises(RuleViolation, match="请写明换人的理由"):
        actions.release_verification(received, reason=" ", by=people["clerk"], now=NOW)

    actions.release_verification(received, reason="核验人因病请假", by=people["clerk"], now=NOW)

    assert (received.state, received.verifier) == (State.EVIDENCE_SUBMITTED, None)
    assert received.events.last().text == "核验人因病请假"
    assert Notice.objects.filter(to=other_verifier, subject__startswith="换人核验").exists()
    actions.take_up(received, by=other_verifier, now=NOW)
    actions.verify(received, is_passed=True, text="看过原件", by=other_verifier, now=NOW)
    assert kinds(received)[-4:] == [Kind.TAKEN_UP, Kind.RELEASED, Kind.TAKEN_UP, Kind.VERIFIED]


def test_nobody_closes_what_is_not_verified(received, people):
    item = bring(received, "EVIDENCE_SUBMITTED", **people)

    with pytest.raises(RuleViolation, match="核验通过以后才能提出销号"):
        actions.propose_close(item, by=people["clerk"], now=NOW)
    with pytest.raises(RuleViolation, match="还没有提出销号"):
        actions.confirm_close(item, by=people["approver"], now=NOW, today=TODAY)


def test_submitter_verifier_proposer_and_confirmer_are_four_people(received, people, other_approver):
    item = bring(received, "VERIFIED", **people)

    for person in (people["unit"], people["verifier"]):
        with pytest.raises(RuleViolation, match="不能办理销号"):
            actions.propose_close(item, by=person, now=NOW)
    actions.propose_close(item, by=people["approver"], now=NOW)
    with pytest.raises(RuleViolation, match="已经提出销号"):
        actions.propose_close(item, by=people["clerk"], now=NOW)
    for person in (people["unit"], people["verifier"], people["approver"]):
        with pytest.raises(RuleViolation, match="不能"):
            actions.confirm_close(item, by=person, now=NOW, today=TODAY)
    assert RectificationItem.objects.get().state == State.VERIFIED

    actions.confirm_close(item, by=other_approver, now=NOW, today=TODAY)
    with pytest.raises(RuleViolation, match="还没有提出销号"):
        actions.confirm_close(item, by=other_approver, now=NOW, today=TODAY)


def test_the_database_too_wants_two_people_and_one_close(received, people):
    item = bring(received, "VERIFIED", **people)
    close = actions.propose_close(item, by=people["clerk"], now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        CloseOut.objects.filter(pk=close.pk).update(confirmed_by=people["clerk"])
    with pytest.raises(IntegrityError), transaction.atomic():
        CloseOut.objects.create(item=item, verification=close.verification, proposed_by=people["approver"], proposed_at=NOW)


def test_a_declined_proposal_may_be_made_again(received, people):
    item = bring(received, "VERIFIED", **people)
    actions.propose_close(item, by=people["clerk"], now=NOW)
    with pytest.raises(RuleViolation, match="请写明不同意的理由"):
        actions.decline_close(item, reason="", by=people["approver"], now=NOW)

    actions.decline_close(item, reason="再观察一个月", by=people["approver"], now=NOW)

    assert Notice.objects.filter(to=people["clerk"], subject__startswith="不同意销号", body__contains="再观察").count() == 1
    actions.propose_close(item, by=people["clerk"], now=NOW)
    assert kinds(item)[-3:] == [Kind.CLOSE_PROPOSED, Kind.CLOSE_DECLINED, Kind.CLOSE_PROPOSED]


@pytest.mark.parametrize(("step", "more"), [("approve_plan", {"seen": 1}), ("take_up", {})])
def test_no_step_is_skipped(received, approver, step, more):
    with pytest.raises(RuleViolation, match="不能转为"):
        getattr(actions, step)(received, by=approver, now=NOW, **more)


def test_who_handed_the_plan_in_does_not_approve_it(received, liaison):
    actions.submit_plan(received, by=liaison, now=NOW, **PLAN)

    with pytest.raises(RuleViolation, match="不能审定自己的方案"):
        actions.approve_plan(received, seen=received.plan.pk, by=liaison, now=NOW)

    assert RectificationItem.objects.get().state == State.PLAN_SUBMITTED


def test_who_took_the_evidence_up_gives_no_verdict_on_a_file_of_the_own_hand(received, people):
    """Taken up as a verifier, found to have uploaded since: the later fact counts."""
    item = bring(received, "UNDER_VERIFICATION", **people)
    item.evidence.update(uploaded_by=people["verifier"])

    with pytest.raises(RuleViolation, match="经手方案或佐证的人不能核验"):
        actions.verify(item, is_passed=True, text="好", by=people["verifier"], now=NOW)

    assert RectificationItem.objects.get().state == State.UNDER_VERIFICATION


def test_who_gave_the_verification_up_meanwhile_gives_no_verdict(received, people, other_verifier):
    """Loaded while it was the one's, taken up by the other since."""
    bring(received, "UNDER_VERIFICATION", **people)
    as_loaded = RectificationItem.objects.get()
    item = RectificationItem.objects.get()
    actions.release_verification(item, reason="请假", by=people["verifier"], now=NOW)
    actions.take_up(item, by=other_verifier, now=NOW)

    with pytest.raises(RuleViolation, match=f"正由{other_verifier}核验"):
        actions.verify(as_loaded, is_passed=True, text="好", by=people["verifier"], now=NOW)

    assert RectificationItem.objects.get().state == State.UNDER_VERIFICATION


@pytest.fixture
def proposed(received, people):
    """An item the organiser has proposed to close."""
    item = bring(received, "VERIFIED", **people)
    actions.propose_close(item, by=people["clerk"], now=NOW)
    return item


def test_a_page_from_before_the_verdict_closes_nothing(proposed, approver):
    proposed.state = State.UNDER_VERIFICATION

    with pytest.raises(RuleViolation, match="“核验中”的整改项不能转为“已销号”"):
        actions.confirm_close(proposed, by=approver, now=NOW, today=TODAY)

    assert CloseOut.objects.get().confirmed_at is None


def test_an_item_that_moved_meanwhile_is_not_closed(proposed, approver):
    RectificationItem.objects.update(state=State.EVIDENCE_RETURNED)

    with pytest.raises(RuleViolation, match="刚被他人更新"):
        actions.confirm_close(proposed, by=approver, now=NOW, today=TODAY)

    assert RectificationItem.objects.get().closed_on is None


def test_a_letter_is_done_with_its_last_item(session, subject, people):
    for text in ("甲", "乙"):
        findings.add_finding(subject, source="COMMENT", text=text, by=people["clerk"], now=NOW)
    letter = issue(drafting.draft_letters(session, by=people["clerk"])[0])
    items = drafting.serve_letter(letter, served_on=SERVED, by=people["clerk"], today=TODAY, now=NOW)
    letters.receive_letter(letter, by=people["unit"], now=NOW)

    for item, state in zip(items, [Letter.State.REPLIED, Letter.State.COMPLETED], strict=True):
        if item == items[0]:
            actions.submit_plan(items[1], by=people["unit"], now=NOW, **PLAN)
            bring(item, "VERIFIED", **people)
        else:
            actions.approve_plan(item, seen=item.plan.pk, by=people["approver"], now=NOW)
            hand_in(item, people["unit"])
            actions.take_up(item, by=people["verifier"], now=NOW)
            actions.verify(item, is_passed=True, text="看过原件", by=people["verifier"], now=NOW)
        actions.propose_close(item, by=people["clerk"], now=NOW)
        actions.confirm_close(item, by=people["approver"], now=NOW, today=TODAY)

        assert Letter.objects.get().state == state


# --- session -----------------------------------------------------------------------------------------------


def test_a_session_closes_when_everything_in_it_is_closed(received, people, session):
    session.refresh_from_db()
    assert sessions.closing_blockers(session, now=NOW) == ["还有 1 项整改没有销号"]
    with pytest.raises(RuleViolation, match="还有 1 项整改没有销号"):
        sessions.close_session(session, by=people["clerk"], now=NOW)
    item = bring(received, "VERIFIED", **people)
    actions.propose_close(item, by=people["clerk"], now=NOW)
    actions.confirm_close(item, by=people["approver"], now=NOW, today=TODAY)

    sessions.close_session(session, by=people["clerk"], now=NOW)

    assert ReviewSession.objects.get(pk=session.pk).state == ReviewSession.State.CLOSED


def test_an_unsent_letter_keeps_the_session_open(draft, session):
    session.refresh_from_db()

    assert sessions.closing_blockers(session, now=NOW) == ["还有 1 份提醒函没有送达"]


def test_problems_of_the_record_that_nobody_was_asked_about_keep_the_session_open(session, record, clerk):
    assert sessions.closing_blockers(session, now=NOW) == ["会议记录里还有 3 个问题没有提出"]
    with pytest.raises(RuleViolation, match="还有 3 个问题没有提出"):
        sessions.close_session(session, by=clerk, now=NOW)

    findings.propose_findings(session, by=clerk)
    for finding in Finding.objects.all():
        findings.dismiss_finding(finding, reason="当场改了", by=clerk, now=NOW)
    sessions.close_session(session, by=clerk, now=NOW)

    assert ReviewSession.objects.get(pk=session.pk).state == ReviewSession.State.CLOSED


def test_a_problem_added_by_hand_does_not_hide_those_of_the_record(session, finding, record, clerk):
    drafting.draft_letters(session, by=clerk)

    assert sessions.closing_blockers(session, now=NOW) == ["会议记录里还有 3 个问题没有提出", "还有 1 份提醒函没有送达"]


@pytest.mark.parametrize("step", ["draft", "close"])
def test_the_date_of_the_letters_is_noted_as_done_when_they_are_drafted_or_none_is_needed(session, clerk, request, step):
    task = session.preparation.get(kind="LETTER")
    assert (task.is_by_hand, task.done_on) == (False, None)

    if step == "draft":
        request.getfixturevalue("draft")
    else:
        sessions.close_session(session, by=clerk, now=NOW)

    task.refresh_from_db()
    assert (task.done_on, task.done_by) == (TODAY, clerk)


def test_a_session_heard_before_its_dates_were_kept_closes_all_the_same(session, clerk):
    session.preparation.all().delete()

    sessions.close_session(session, by=clerk, now=NOW)

    assert ReviewSession.objects.get(pk=session.pk).state == ReviewSession.State.CLOSED


@pytest.mark.parametrize("state", ["FED_BACK", "RECTIFYING"])
def test_a_session_closes_when_nothing_of_its_result_may_be_objected_to_any_more(client, session, clerk, state, time_machine):
    ReviewSession.objects.filter(pk=session.pk).update(state=state, objections_until=NOW + dt.timedelta(minutes=15))
    session.refresh_from_db()
    client.force_login(clerk)

    def told():
        step = client.get(reverse("rectification:session_items", args=[session.uid])).context["step"]
        return step["title"], [blocker["text"] for blocker in step["blockers"]]

    assert session.words == "已公布，异议期内"
    assert told() == ("办结本场会议的整改", ["投票异议期到 10:15，期满以后再办"])
    with pytest.raises(RuleViolation, match="期满以后再办"):
        sessions.close_session(session, by=clerk, now=NOW)

    assert (
        sessions.closing_blockers(session, now=NOW + dt.timedelta(minutes=15)) == []
    )  # one clock for the whole action, the one given
    time_machine.move_to(NOW + dt.timedelta(minutes=15), tick=False)
    assert told() == ("办结本场会议的整改", [])
    sessions.close_session(session, by=clerk, now=NOW + dt.timedelta(minutes=15))
    assert ReviewSession.objects.get(pk=session.pk).state == ReviewSession.State.CLOSED


def test_a_session_is_not_closed_while_its_result_is_corrected(client, session, clerk, approver, scrutineer):
    """Asked for, agreed on, counted anew: until the new version is out the result may change."""
    round = BallotRound.objects.create(session=session, sid="abcd", number=1, scheme=install_sample_scheme(), prepared_by=clerk)
    tables = {"result": {}, "sheet": {}, "table_l0": {}, "table_l1": {}, "counted_at": NOW}
    published = {"table_l0": {}, "table_l1": {}, "released_by": approver, "scrutineer": scrutineer, "at": NOW}
    Publication.objects.create(count=Count.objects.create(round=round, **tables), **published)
    assert sessions.closing_blockers(session, now=NOW) == []
    told = ["评议结果正在更正，更正公布、投票异议期满以后再办"]

    request = round.requests.create(step="CORRECT", asked_by=approver, asked_at=NOW, reason="录入有误")
    assert sessions.closing_blockers(session, now=NOW) == told
    assert sessions.closing_blockers(session, now=NOW + dt.timedelta(minutes=15)) == []  # nobody confirmed it
    round.requests.update(confirmed_by=scrutineer, confirmed_at=NOW)
    assert sessions.closing_blockers(session, now=NOW + dt.timedelta(minutes=15)) == told
    client.force_login(clerk)
    step = client.get(reverse("rectification:session_items", args=[session.uid])).context["step"]
    assert [blocker["text"] for blocker in step["blockers"]] == told
    corrected = Count.objects.create(round=round, version=2, correction=request, **tables)
    with pytest.raises(RuleViolation, match="评议结果正在更正"):
        sessions.close_session(session, by=clerk, now=NOW)

    Publication.objects.create(count=corrected, **published)
    sessions.close_session(session, by=clerk, now=NOW)
    assert ReviewSession.objects.get(pk=session.pk).state == ReviewSession.State.CLOSED


def test_letters_are_drafted_while_the_result_may_be_objected_to(session, finding, clerk):
    ReviewSession.objects.filter(pk=session.pk).update(objections_until=NOW + dt.timedelta(minutes=15))

    assert drafting.draft_letters(session, by=clerk)


def test_a_session_without_problems_closes_at_once(session, clerk):
    sessions.close_session(session, by=clerk, now=NOW)

    assert ReviewSession.objects.get(pk=session.pk).state == ReviewSession.State.CLOSED


@pytest.fixture
def closed(session):
    ReviewSession.objects.filter(pk=session.pk).update(state=ReviewSession.State.CLOSED)
    return ReviewSession.objects.get(pk=session.pk)


def test_a_closed_session_is_archived_and_then_only_read(closed, clerk):
    sessions.archive_session(closed, by=clerk)

    assert ReviewSession.objects.get(pk=closed.pk).state == ReviewSession.State.ARCHIVED
    assert AuditEvent.objects.filter(action="archive_session").count() == 1
    with pytest.raises(RuleViolation, match="不能转为"):
        sessions.archive_session(closed, by=clerk)


def test_sealed_ballots_open_minutes_and_a_missing_file_keep_a_session_out_of_the_archive(closed, clerk, approver, scrutineer):
    scheme = install_sample_scheme()
    round = BallotRound.objects.create(session=closed, sid="abcd", number=1, scheme=scheme, prepared_by=clerk)
    with pytest.raises(RuleViolation, match="还没有宣布终局"):
        sessions.archive_session(closed, by=clerk)

    round.requests.create(step="ARCHIVE", asked_by=clerk, asked_at=NOW, confirmed_by=scrutineer, confirmed_at=NOW)
    count = Count.objects.create(round=round, result={}, sheet={}, table_l0={}, table_l1={}, counted_at=NOW)
    job = PaperJob.objects.create(count=count, kind="SESSION_FILE", state="DONE", asked_by=clerk)
    job.stored = files.keep("档案.pdf", b"%PDF", "application/pdf", by=clerk)
    job.save()
    StoredFile.objects.update(stored_at=NOW + dt.timedelta(hours=1))
    assert sessions.archive_blockers(closed) == ["会议记录还没有确认"]

    confirmed = {"state": "CONFIRMED", "submitted_by": clerk, "confirmed_by": approver}
    Minutes.objects.create(session=closed, **confirmed, confirmed_at=NOW + dt.timedelta(hours=2))
    assert sessions.archive_blockers(closed) == ["会议档案还没有制作；票箱终局、会议记录确认以后制作的才完整"]

    StoredFile.objects.update(stored_at=NOW + dt.timedelta(hours=3))
    assert sessions.archive_blockers(closed) == []


def test_hand_in_is_what_bring_does(received, people):
    item = bring(received, "IN_PROGRESS", **people)
    hand_in(item, people["unit"])

    assert item.submitters() == {people["unit"].pk}
