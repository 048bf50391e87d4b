"""会议记录: drawn from the record, put into words, handed in, confirmed, frozen."""

import datetime as dt
import io
import json

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from docx import Document

from ballots import actions as ballots
from ballots.models import Box, Envelope
from core.errors import RuleViolation
from core.models import AuditEvent
from live.actions import comment as comments
from live.actions import minutes as actions
from live.actions import question as questions
from live.actions import run_sheet
from live.models import Hall, RunItem
from notices.models import Notice
from reviews.models import Attendee, HeadCount, Minutes, ReviewSession
from scoring.models import BallotRound, Count, Scheme
from tests import factories
from tests.core import reading
from tests.live.conftest import NINE, SEALED
from tests.live.doors import url
from tests.reviews.test_opinion import WAITS_FOR_THE_TRAIL

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def over(hall):
    """The meeting is over and counted."""
    hall.items.update(state="DONE", began_at=NINE, ended_at=NINE + 8 * MINUTE)
    ReviewSession.objects.update(state=ReviewSession.State.COUNTED)
    return ReviewSession.objects.get()


def texts(session):
    return {section.key: section.text for section in actions.sections(session)}


def section_of(session, key):
    return next(section for section in actions.drawn(session) if section.key == key)


def write(session, key, text, by, before=None):
    section = section_of(session, key)
    actions.write(session, section, text=text, before=section.recorded if before is None else before, by=by)


@pytest.fixture
def submitted(over, clerk):
    actions.submit_minutes(over, by=clerk)
    return Minutes.objects.get()


# --- what the record says --------------------------------------------------------------------------------------------


def test_before_the_meeting_there_is_nothing_to_tell(session):
    assert actions.drawn(session) == actions.sections(session) == []


def test_before_the_meeting_the_minutes_stand_nowhere(desk, session, clerk):
    address = url("minutes", session)
    assert "整理中" not in desk.get(address).content.decode()

    run_sheet.start(session, by=clerk, now=NINE)

    assert "整理中" in desk.get(address).content.decode()


def test_every_official_has_a_section_with_what_was_said(hall, at_item, clerk, leader):
    subject = at_item("QUESTIONS").subject
    hall.items.filter(kind="STATEMENT", subject=subject).update(began_at=NINE + 5 * MINUTE, ended_at=NINE + 12 * MINUTE)
    asked = subject.questions.first()
    questions.ask(hall, asked, version=hall.version, by=clerk, now=NINE)
    questions.note_answer(asked, summary="九月底办完", is_unsatisfactory=True, before="", before_unsatisfactory=False, by=clerk)
    hall.refresh_from_db()
    questions.ask_from_floor(hall, text="去过几个小区？", version=hall.version, by=clerk, now=NINE)
    questions.commit_to(hall, subject, text="按月公开账目", due_on=dt.date(2027, 3, 31), by=clerk)
    said = {"strengths": "肯干", "problems": "窗口慢", "before_strengths": "", "before_problems": ""}
    comments.note_comment(hall, subject, leader=leader.leading_member, **said, is_delivered=True, by=clerk)
    second = factories.LeadingMemberFactory()
    comments.note_comment(hall, subject, leader=second, **said, is_delivered=False, by=clerk)  # prepared, not given

    told = texts(hall.session)

    assert told["o01"].splitlines() == [
        f"09:05 至 09:12，{subject.name}述责述廉，用时 7 分钟（计划 8 分钟）。",
        f"第 1 问：{SEALED}",
        "答复：九月底办完",
        "对这一答复不满意，列入整改问题。",
        "第 2 问（现场提问）：去过几个小区？",
        "承诺：按月公开账目，2027年3月31日前完成。",
        "姜景舟（区委常委）点评：肯定：肯干。存在问题：窗口慢。",
    ]
    assert list(told) == ["opening", "attendance", "o01", "o02", "o03", "ballot", "closing"]
    assert told["o02"] == told["ballot"] == told["closing"] == ""


def test_of_an_official_who_did_not_come_the_minutes_say_that(hall, at_item, clerk):
    subject = at_item("STATEMENT").subject
    hall.refresh_from_db()

    run_sheet.pass_over(hall, reason="因病住院", version=hall.version, by=clerk, now=NINE)

    assert texts(hall.session)[subject.code] == f"{subject.name}没有到会：因病住院。没有述责述廉、质询和点评。"


def test_a_sealed_question_stays_out_of_the_minutes(hall):
    assert SEALED not in "".join(texts(hall.session).values())


def test_who_was_there_is_ticked_or_counted(session, clerk):
    listed, counted = (factories.AudienceGroupFactory(session=session, code=code, name=code, expected=3) for code in "BC")
    Attendee.objects.bulk_create(Attendee(group=listed, name=name, is_present=name != "丙") for name in "甲乙丙")
    HeadCount.objects.create(group=counted, present=2)
    session = run_sheet.start(session, by=clerk, now=NINE).session

    told = texts(session)

    assert told["attendance"].splitlines() == [
        "B：应到 3 人，实到 2 人。出席：甲、乙。缺席：丙。",
        "C：应到 3 人，实到 2 人。",
    ]
    assert "应到 6 人，实到 4 人，超过应到人数的三分之二。" in told["opening"]
    assert told["opening"].startswith("2026年12月22日 09:00，")


def test_a_meeting_held_on_another_day_names_both_once(hall):
    begin, statement = hall.items.all()[:2]
    hall.items.filter(pk=begin.pk).update(state="DONE", ended_at=NINE + 5 * MINUTE)
    hall.items.filter(pk=statement.pk).update(state="DONE", began_at=NINE + 5 * MINUTE, ended_at=NINE + 13 * MINUTE)
    ReviewSession.objects.update(date=dt.date(2026, 12, 15))
    session = ReviewSession.objects.get()

    told = texts(session)

    assert told["opening"].startswith(
        f"2026年12月22日 09:00，{session.title}在{session.place}召开（原定2026年12月15日），{session.chair}主持。"
    )
    assert told["o01"].startswith("09:05 至 09:13，")


def test_a_break_stands_where_it_came(hall):
    turn = hall.items.filter(kind="COMMENT").first()
    hall.items.filter(pk=turn.pk).update(
        kind="BREAK", subject=None, state="DONE", began_at=NINE + 20 * MINUTE, ended_at=NINE + 30 * MINUTE
    )

    told = texts(ReviewSession.objects.get())

    assert told["o01"].endswith("09:20 至 09:30 休息。")
    assert "休息" not in told["o02"] + told["closing"]


def test_the_explanation_of_the_ballot_and_the_announcement_stand_with_the_vote(hall):
    order = hall.items.get(kind="SCORING").order
    hall.items.filter(order__gte=order).update(order=F("order") + 20)
    over = {"session": hall.session, "hall": hall, "minutes": 3, "state": "DONE", "began_at": NINE, "ended_at": NINE + 3 * MINUTE}
    RunItem.objects.create(**over, kind="BRIEFING", order=order)
    announced = RunItem.objects.create(**over, kind="ANNOUNCEMENT", order=order + 1)
    assert texts(hall.session)["ballot"] == "09:00 至 09:03 说明评议办法。\n09:00 至 09:03 宣布结果。"

    RunItem.objects.filter(pk=announced.pk).update(state=RunItem.State.TODO)

    assert texts(hall.session)["ballot"] == "09:00 至 09:03 说明评议办法。"


def test_the_text_has_the_day_that_heads_the_paper(hall):
    hall.session.preparation.filter(kind="MEETING").update(done_on=dt.date(2026, 12, 23))

    told = texts(ReviewSession.objects.get())

    assert told["opening"].startswith("2026年12月23日 09:00，")


@pytest.fixture
def round(hall, clerk):
    """A vote under way with seven envelopes in the box, after one that was given up."""
    scheme = Scheme.objects.create(code="S", name="方案", body={})
    made = {"session": hall.session, "scheme": scheme, "prepared_by": clerk}
    BallotRound.objects.create(**made, sid="0" * 16, number=1, voided_at=NINE, void_reason="只收到 3 张")
    sid = ballots.new_sid()
    Box.objects.create(sid=sid, state=Box.State.OPEN, manifest=b"{}")
    Envelope.objects.bulk_create(
        Envelope(sid=sid, outer_pk=bytes([n]) * 32, h=bytes([n]) * 32, ct=b"", z=bytes([n]) * 64) for n in range(7)
    )
    return BallotRound.objects.create(**made, sid=sid, number=2, has_box=True, opened_at=NINE + MINUTE)


@pytest.mark.django_db(databases=["default", "ballots"])
def test_the_vote_is_told_without_a_number_while_it_runs(hall, round, clerk, scrutineer):
    round.requests.create(step="OPEN", asked_by=clerk, asked_at=NINE, confirmed_by=scrutineer, confirmed_at=NINE)

    told = texts(hall.session)["ballot"].splitlines()

    assert told[0] == "第 1 轮投票于 09:00 作废，另发票卡；理由见本轮作废记录。"
    assert told[1].startswith("09:01 宣布投票开始（穆晏川、俞舒源共同办理），票箱校验码 ")
    assert len(told) == 2  # nothing of the seven, nor why the first was given up
    Box.objects.update(state=Box.State.CLOSED)
    BallotRound.objects.filter(pk=round.pk).update(closing_at=NINE + 9 * MINUTE, closed_at=NINE + 10 * MINUTE)
    assert texts(hall.session)["ballot"].splitlines()[2:] == ["09:09 宣布投票截止。", "09:10 停止收票，票箱共收到 7 张。"]


@pytest.mark.django_db(databases=["default", "ballots"])
def test_the_count_is_told_with_who_signed_and_the_day_if_it_is_another(hall, round, teller, scrutineer, approver):
    Box.objects.update(state=Box.State.OPENED)
    moments = {
        "counted_at": NINE,
        "teller_at": NINE,
        "scrutineer_at": NINE + 4 * MINUTE,
        "confirmed_at": NINE + dt.timedelta(days=1),
    }
    people = {"teller": teller, "scrutineer": scrutineer, "confirmed_by": approver}
    given = {"result": {}, "sheet": {"boxes": [{"cast": 4}, {"cast": 2}]}, "table_l0": {}, "table_l1": {}}
    Count.objects.create(round=round, **moments, **people, **given)
    BallotRound.objects.filter(pk=round.pk).update(closed_at=NINE)

    assert texts(hall.session)["ballot"].splitlines()[-4:] == [
        "09:00 停止收票，票箱共收到 6 张。",
        "09:00 开箱计票完成。",
        f"09:04 计票人{teller}、监票人{scrutineer}签字。",
        f"12月23日 09:00 {approver}确认评议结果。",
    ]


@pytest.mark.django_db(databases=["default", "ballots"])
def test_what_happened_after_the_end_of_the_meeting_stands_after_it(hall, round, clerk):
    """Nobody reads 11:06 before 10:55."""
    Box.objects.update(state=Box.State.CLOSED)
    BallotRound.objects.filter(pk=round.pk).update(closing_at=NINE + 9 * MINUTE, closed_at=NINE + 10 * MINUTE)
    hall.items.filter(kind="CLOSING").update(state="DONE", began_at=NINE, ended_at=NINE + 9 * MINUTE)

    told = texts(hall.session)

    assert list(told)[-3:] == ["ballot", "closing", "after"]
    assert told["ballot"].splitlines()[-1] == "09:09 宣布投票截止。"
    assert (told["closing"], told["after"]) == ("09:09 会议结束。", "09:10 停止收票，票箱共收到 7 张。")


# --- words of one's own ----------------------------------------------------------------------------------------------


def test_an_edit_is_kept_when_more_happens_and_what_happened_is_offered(hall, clerk):
    write(hall.session, "closing", "主持人作了小结。", clerk)
    hall.items.filter(kind="CLOSING").update(state="DONE", began_at=NINE, ended_at=NINE + 90 * MINUTE)

    section = actions.sections(hall.session)[-1]

    assert (section.text, section.is_edited, section.news) == ("主持人作了小结。", True, ("10:30 会议结束。",))
    assert section.recorded == "10:30 会议结束。"
    assert texts(hall.session)["opening"].startswith("2026年")  # the others follow the record


@pytest.mark.parametrize(("is_added", "text"), [(True, "主持人作了小结。\n10:30 会议结束。"), (False, "主持人作了小结。")])
def test_what_happened_since_is_added_or_left_out(hall, clerk, is_added, text):
    write(hall.session, "closing", "主持人作了小结。", clerk)
    hall.items.filter(kind="CLOSING").update(state="DONE", began_at=NINE, ended_at=NINE + 90 * MINUTE)

    for _twice in range(2):  # safe to repeat
        actions.take_up(hall.session, section_of(hall.session, "closing"), is_added=is_added, by=clerk)

    section = actions.sections(hall.session)[-1]
    assert (section.text, section.news) == (text, ())
    line = AuditEvent.objects.get(action="take_up_minutes")
    assert json.loads(line.detail) == {"section": "会议结束", "is_added": is_added}


def test_there_is_nothing_to_take_up_where_nobody_wrote(hall, clerk):
    actions.take_up(hall.session, section_of(hall.session, "closing"), is_added=True, by=clerk)

    assert not Minutes.objects.get().sections.exists()


def test_typed_back_it_follows_the_record_again(hall, clerk):
    was = section_of(hall.session, "attendance").recorded
    write(hall.session, "attendance", "甲迟到。", clerk)
    write(hall.session, "attendance", was, clerk, before="甲迟到。")

    assert not any(section.is_edited for section in actions.sections(hall.session))
    assert AuditEvent.objects.filter(action="write_minutes").count() == 1  # once for a writer, not for every word


def test_words_of_another_are_not_overwritten_unseen(hall, clerk):
    write(hall.session, "closing", "甲写的", clerk)

    with pytest.raises(RuleViolation, match="刚在别处改过"):
        write(hall.session, "closing", "乙写的", factories.UserFactory())

    assert texts(hall.session)["closing"] == "甲写的"
    write(hall.session, "closing", "乙接着写的", clerk, before="甲写的")
    assert texts(hall.session)["closing"] == "乙接着写的"


def test_keeping_costs_as_much_for_one_official_as_for_three_and_draws_the_minutes_once(clerk, django_assert_num_queries):
    assert clerk.roles  # asked for once
    for n in (1, 3):
        session = factories.ReviewSessionFactory(subjects=n, state=ReviewSession.State.COUNTED)
        hall = Hall.objects.create(session=session)
        run_sheet.lay(session, hall, RunItem.planned_for(session))
        hall.items.update(state="DONE", began_at=NINE, ended_at=NINE)
        with django_assert_num_queries(31 + WAITS_FOR_THE_TRAIL):
            actions.submit_minutes(session, by=clerk)
        assert list(Minutes.objects.get(session=session).sections.values_list("order", flat=True)) == list(range(4 + n))


# --- handed in, confirmed --------------------------------------------------------------------------------------------


def test_they_are_handed_in_once_the_meeting_is_over_and_counted(hall, clerk):
    with pytest.raises(RuleViolation) as refusal:
        actions.submit_minutes(hall.session, by=clerk)

    assert refusal.value.messages == ["会议还没有结束", "还没有计票，会场记录还会变"]
    ReviewSession.objects.update(state="COUNTED", is_revoting=True)  # what was counted is void
    hall.session.refresh_from_db()
    assert "还没有计票，会场记录还会变" in actions.submit_blockers(hall.session, actions.sections(hall.session))
    assert not Minutes.objects.exists()


def test_words_that_have_news_beside_them_are_looked_at_first(over, clerk):
    write(over, "closing", "主持人作了小结。", clerk, before="")

    with pytest.raises(RuleViolation, match="“会议结束”改写以后又有新的记录"):
        actions.submit_minutes(over, by=clerk)


def test_handed_in_the_text_stands_and_the_leaders_are_told(submitted, over, clerk, approver):
    before = texts(over)
    over.audience.create(code="Z", name="后来的", expected=3)

    assert submitted.state == Minutes.State.SUBMITTED
    assert texts(over) == before
    with pytest.raises(RuleViolation, match="会议记录“待确认”，不能再改"):
        write(over, "closing", "改", clerk)
    with pytest.raises(RuleViolation, match="不能再改"):
        actions.submit_minutes(over, by=clerk)


def test_the_leaders_are_told_and_no_longer_once_it_is_decided(over, clerk, approver):
    actions.submit_minutes(over, by=clerk)
    assert [notice.subject for notice in Notice.objects.filter(to=approver)] == [f"待确认：{over}会议记录"]

    actions.return_minutes(Minutes.objects.get(), reason="写明缺席原因", seen=1, by=approver)

    assert not Notice.objects.to_send(NINE + 60 * MINUTE).exists()
    kept = Minutes.objects.get()
    assert (kept.state, kept.returned_because) == ("DRAFT", "写明缺席原因")
    actions.submit_minutes(over, by=clerk)
    kept.refresh_from_db()
    assert (kept.submissions, kept.returned_because) == (2, "")


def test_a_return_names_a_reason(submitted, approver):
    with pytest.raises(RuleViolation, match="请写明退回的理由"):
        actions.return_minutes(submitted, reason=" ", seen=1, by=approver)


def test_confirmed_they_are_frozen_and_name_their_line_of_the_trail(submitted, over, clerk, approver):
    actions.confirm_minutes(submitted, seen=1, by=approver, now=NINE)

    kept = Minutes.objects.get()
    line = AuditEvent.objects.get(action="confirm_minutes")
    assert (kept.state, kept.confirmed_by, kept.confirmed_at) == ("CONFIRMED", approver, NINE)
    assert (kept.trail["n"], kept.trail["digest"].replace(" ", "")) == (line.n, line.digest[:32])
    with pytest.raises(RuleViolation, match="会议记录“已确认”，不能再改"):
        write(over, "closing", "改", clerk)
    with pytest.raises(RuleViolation, match="不能转为"):
        actions.return_minutes(kept, reason="再改", seen=1, by=approver)


@pytest.mark.parametrize("part", ["wrote", "handed in"])
def test_nobody_confirms_the_own_minutes(over, clerk, approver, part):
    if part == "wrote":
        write(over, "attendance", "甲迟到。", approver)
    actions.submit_minutes(over, by=clerk if part == "wrote" else approver)

    with pytest.raises(RuleViolation, match="请由另一位领导确认"):
        actions.confirm_minutes(Minutes.objects.get(), seen=1, by=approver, now=NINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Minutes.objects.update(submitted_by=approver, confirmed_by=approver)


def test_a_text_that_was_not_shown_is_not_decided_about(submitted, over, clerk, approver):
    actions.return_minutes(submitted, reason="改", seen=1, by=approver)
    actions.submit_minutes(over, by=clerk)
    again = Minutes.objects.get()

    with pytest.raises(RuleViolation, match="改过又重新提交了"):
        actions.confirm_minutes(again, seen=1, by=approver, now=NINE)
    with pytest.raises(RuleViolation, match="改过又重新提交了"):
        actions.return_minutes(again, reason="再改", seen=1, by=approver)


def test_nobody_decides_by_what_a_row_said_before_it_was_held(submitted, over, clerk, approver):
    """Looked up for the request, they are returned, reworded and handed in again before its action begins."""
    stale = Minutes.objects.get()
    actions.return_minutes(submitted, reason="改", seen=1, by=approver)
    actions.submit_minutes(over, by=clerk)

    with pytest.raises(RuleViolation, match="改过又重新提交了"):
        actions.confirm_minutes(stale, seen=1, by=approver, now=NINE)
    with pytest.raises(RuleViolation, match="改过又重新提交了"):
        actions.return_minutes(stale, reason="再改", seen=1, by=approver)
    assert Minutes.objects.get().state == "SUBMITTED"


# --- the page --------------------------------------------------------------------------------------------------------


def test_before_the_meeting_the_page_says_when_there_will_be_minutes(desk, session):
    page = desk.get(url("minutes", session))

    assert "还没有会议记录" in page.content.decode()
    assert desk.get(url("minutes_paper", session)).status_code == 404
    assert desk.get(url("minutes_word", session)).status_code == 404
    assert desk.post(url("minutes_section", session, "closing"), {"text": "x"}).status_code == 404


def test_a_section_is_saved_while_it_is_typed_and_a_refused_one_keeps_its_words(desk, hall):
    address, htmx = url("minutes_section", hall.session, "closing"), {"HX-Request": "true"}

    saved = desk.post(address, {"text": "小结", "before": ""}, headers=htmx)
    clash = desk.post(address, {"text": "别的", "before": ""}, headers=htmx)
    without_script = desk.post(address, {"text": "别的", "before": ""})
    plain = desk.post(address, {"text": "小结完", "before": "小结"})

    assert (saved.status_code, clash.status_code) == (204, 422)
    assert "别的" in without_script.content.decode()
    assert "刚在别处改过" in without_script.content.decode()
    assert plain.status_code == 302
    page = desk.get(url("minutes", hall.session)).content.decode()
    assert "小结完" in page
    assert "已改写" in page
    assert desk.post(address, {"text": "字" * 20_001}, headers=htmx).status_code == 422


def test_the_page_offers_what_happened_since(desk, hall, clerk):
    write(hall.session, "closing", "主持人作了小结。", clerk)
    hall.items.filter(kind="CLOSING").update(state="DONE", began_at=NINE, ended_at=NINE + 90 * MINUTE)
    assert "改写以后又记下了" in desk.get(url("minutes", hall.session)).content.decode()

    desk.post(url("minutes_take_up", hall.session, "closing"), {"added": "1"})

    assert texts(hall.session)["closing"] == "主持人作了小结。\n10:30 会议结束。"


def test_the_way_from_the_record_to_the_confirmed_paper(client, over, clerk, approver):
    client.force_login(clerk)
    draft = b"".join(client.get(url("minutes_paper", over)).streaming_content)
    client.post(url("minutes_submit", over))
    assert 'id="submit-minutes"' not in client.get(url("minutes", over)).content.decode()
    client.force_login(approver)
    page = client.get(url("minutes", over)).content.decode()
    assert 'id="decide"' in page
    assert "<textarea" not in page.split('id="decide"')[0]
    client.post(url("minutes_return", over), {"reason": "写明缺席原因", "seen": 1})
    client.force_login(clerk)
    assert "写明缺席原因" in client.get(url("minutes", over)).content.decode()
    client.post(url("minutes_submit", over))
    client.force_login(approver)
    client.post(url("minutes_confirm", over), {"seen": "x"})
    assert Minutes.objects.get().state == "SUBMITTED"
    client.post(url("minutes_confirm", over), {"seen": 2})

    final = reading.words(b"".join(client.get(url("minutes_paper", over)).streaming_content))
    assert Minutes.objects.get().state == "CONFIRMED"
    assert "草稿" in reading.words(draft)
    assert "草稿" not in final
    assert "袁秉柏于" in final


def test_the_word_file_holds_the_words_as_they_stand_and_says_what_it_is(client, over, clerk):
    write(over, "closing", "主持人作了小结。", clerk)
    client.force_login(clerk)
    assert url("minutes_word", over) in client.get(url("minutes", over)).content.decode()

    answer = client.get(url("minutes_word", over))

    document = Document(io.BytesIO(answer.content))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Disposition"].endswith(".docx")
    assert "主持人作了小结。" in [paragraph.text for paragraph in document.paragraphs]
    assert document.sections[0].first_page_header.paragraphs[0].text == "草稿"


def test_the_paper_has_the_day_on_which_the_meeting_began(client, over, clerk):
    ReviewSession.objects.update(date=dt.date(2026, 12, 15))
    client.force_login(clerk)

    paper = reading.words(b"".join(client.get(url("minutes_paper", over)).streaming_content))

    assert "时间2026年12月22日（星期二）" in paper
    assert "2026年12月15日（" not in paper


def test_a_leader_who_wrote_in_them_is_told_to_leave_it_to_another(client, over, clerk, approver):
    write(over, "attendance", "甲迟到。", approver)
    actions.submit_minutes(over, by=clerk)
    client.force_login(approver)

    page = client.get(url("minutes", over)).content.decode()

    assert "须由另一位领导确认" in page
    assert 'id="decide"' not in page


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_costs_the_same_for_one_and_three_officials(client, clerk, n, django_assert_num_queries):
    session = factories.prepare(factories.ReviewSessionFactory(subjects=n))
    session.preparation.filter(kind="LOCK").update(done_on=session.date)
    run_sheet.start(session, by=clerk, now=NINE)
    client.force_login(clerk)
    client.get(url("minutes", session))

    with django_assert_num_queries(21):
        client.get(url("minutes", session))
