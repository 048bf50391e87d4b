import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.translation import override

from core.errors import RuleViolation
from core.models import StoredFile
from desk.views import agenda_unit
from notices import policies
from notices.actions import letter as letter_actions
from notices.models import Letter, Notice
from officials.models import Official, Unit
from officials.roles import Role
from rectification import policies as item_policies
from rectification.actions import finding as findings
from rectification.actions import letter as actions
from rectification.models import Finding, ItemEvent, RectificationItem, ReminderLetter
from reviews.models import Commitment, ReviewSession, RuleSet
from tests import factories
from tests.rectification.conftest import NOW, SERVED, TODAY, issue


def confirm(subject, text, clerk, source=Finding.Source.COMMENT, **more):
    made = findings.add_finding(subject, source=source, text=text, by=clerk, now=NOW)
    Finding.objects.filter(pk=made.pk).update(**more)
    return made


# --- draft -------------------------------------------------------------------------------------------------


def test_one_letter_is_drafted_for_each_unit(session, clerk):
    first, second, *_ = session.subjects.all()
    other_head = factories.SessionSubjectFactory(session=session, official=factories.OfficialFactory(unit=first.official.unit))
    for subject, text in [(first, "甲"), (second, "乙"), (other_head, "丙")]:
        confirm(subject, text, clerk)

    drafted = actions.draft_letters(session, by=clerk)

    assert [[finding["text"] for finding in letter.body["findings"]] for letter in drafted] == [["甲", "丙"], ["乙"]]
    assert [letter.unit for letter in drafted] == [first.official.unit, second.official.unit]
    assert first.name in drafted[0].body["opening"][0]
    assert other_head.name in drafted[0].body["opening"][0]
    assert ReminderLetter.objects.filter(session=session).count() == 2
    session.refresh_from_db()
    assert session.state == ReviewSession.State.RECTIFYING
    with pytest.raises(RuleViolation, match="没有已确认"):
        actions.draft_letters(session, by=clerk)


def test_what_is_found_later_goes_into_a_letter_of_its_own(session, draft, subject, clerk):
    session.refresh_from_db()
    subject.session = session
    confirm(subject, "后来发现的一条", clerk)

    later = actions.draft_letters(session, by=clerk)

    assert [finding["text"] for finding in later[0].body["findings"]] == ["后来发现的一条"]
    assert Letter.objects.count() == 2


def test_no_letter_while_a_problem_is_undecided(session, record, clerk):
    findings.propose_findings(session)
    findings.confirm_finding(Finding.objects.first(), text="甲", by=clerk, now=NOW)

    with pytest.raises(RuleViolation, match="还有 2 个问题没有确认或排除"):
        actions.draft_letters(session, by=clerk)
    assert not Letter.objects.exists()


def test_the_letter_goes_to_the_unit_of_the_meeting_when_the_official_has_moved(session, record, clerk):
    confirm(record, "甲", clerk)
    Official.objects.filter(pk=record.official_id).update(unit=factories.UnitFactory())

    assert [letter.unit for letter in actions.draft_letters(session, by=clerk)] == [record.unit]


def test_an_official_who_has_moved_still_answers_for_what_the_letter_says(issued, subject_user, liaison, clerk):
    Official.objects.filter(pk=subject_user.official_id).update(unit=factories.UnitFactory())
    factories.OfficialFactory.create_batch(2, unit=liaison.unit)  # those who came after

    (item,) = actions.serve_letter(issued, served_on=SERVED, by=clerk, today=TODAY, now=NOW)

    moved = type(subject_user).objects.get(pk=subject_user.pk)
    assert set(Notice.objects.filter(subject__startswith="请签收").values_list("to", flat=True)) == {moved.pk, liaison.pk}
    assert Notice.objects.filter(to=moved, key__startswith=f"item:{item.uid}:RED").exists()
    assert list(Letter.objects.visible_to(moved)) == [item.letter]
    assert list(RectificationItem.objects.visible_to(moved)) == [item]
    assert (policies.can_receive(moved, item.letter), policies.can_receive(liaison, item.letter)) == (False, True)


def test_a_head_who_has_left_neither_gets_reads_nor_signs_what_is_the_successor_s(issued, subject_user, liaison, clerk):
    gone = factories.OfficialFactory(unit=liaison.unit, status=Official.Status.LEFT)
    former = factories.UserFactory(roles=[Role.SUBJECT], official=gone)

    (item,) = actions.serve_letter(issued, served_on=SERVED, by=clerk, today=TODAY, now=NOW)

    assert set(Notice.objects.filter(subject__startswith="请签收").values_list("to", flat=True)) == {subject_user.pk, liaison.pk}
    assert not Letter.objects.visible_to(former).exists()
    assert not RectificationItem.objects.visible_to(former).exists()
    assert [policies.can_receive(user, item.letter) for user in (former, subject_user, liaison)] == [False, True, True]
    assert [item_policies.can_work_on(user, item) for user in (former, subject_user, liaison)] == [False, True, True]


def test_an_official_reads_after_leaving_what_came_of_the_own_hearing_and_works_on_it_no_more(
    client, item, subject_user, liaison
):
    Official.objects.filter(pk=subject_user.official_id).update(status=Official.Status.LEFT)
    page = reverse("rectification:unit_item", args=[item.uid])

    client.force_login(subject_user)
    assert list(Letter.objects.visible_to(subject_user)) == [item.letter]
    assert "letter-receive" not in client.get(page).content.decode()
    assert client.post(page).status_code == 403
    assert not item_policies.can_work_on(subject_user, item)
    assert list(agenda_unit.letters(subject_user)) == list(agenda_unit.items(subject_user)) == []
    assert len([*agenda_unit.letters(liaison), *agenda_unit.items(liaison)]) == 2


def test_who_is_under_review_and_liaison_of_another_unit_sees_both_halves(session, clerk):
    first, second, third = session.subjects.all()[:3]
    both = factories.UserFactory(roles=[Role.SUBJECT, Role.LIAISON], official=first.official, unit=second.unit)
    items = {}
    for n, subject in enumerate((first, second, third), 1):
        confirm(subject, "甲", clerk)
        (letter,) = actions.draft_letters(ReviewSession.objects.get(pk=session.pk), by=clerk)
        (items[subject],) = actions.serve_letter(issue(letter, n), served_on=SERVED, by=clerk, today=TODAY, now=NOW)

    own = {items[first], items[second]}
    assert set(RectificationItem.objects.visible_to(both)) == own
    assert set(Letter.objects.visible_to(both)) == {item.letter for item in own}


def test_letters_of_before_learn_their_period_and_note_the_date_of_drafting(issued, session, clerk):
    RuleSet.objects.update(rectification_months=2)
    paper = StoredFile.objects.create(name="函.pdf", content_type="application/pdf", size=1, sha256="0" * 64)
    second = factories.SessionSubjectFactory(session=session)
    confirm(second, "乙", clerk)
    (waiting,) = actions.draft_letters(ReviewSession.objects.get(pk=session.pk), by=clerk)
    Letter.objects.update(body={}, drafted_at=NOW)
    Letter.objects.filter(pk=issued.pk).update(paper=paper, drafted_at=NOW - dt.timedelta(days=3))
    session.preparation.update(done_on=None, done_by=None)

    migration = import_module("rectification.migrations.0004_letters_say_their_period")
    migration.say(apps, None)
    migration.note(apps, None)

    said = dict(Letter.objects.values_list("pk", "body"))
    assert said == {issued.pk: {"ordinary_due": "收函后一个月内"}, waiting.pk: {"ordinary_due": "收函后两个月内"}}
    task = session.preparation.get(kind="LETTER")
    assert (task.done_on, task.done_by) == (dt.date(2026, 11, 21), clerk)
    assert session.preparation.exclude(done_on=None).count() == 1


def test_no_letter_before_the_feedback(session, finding, clerk):
    ReviewSession.objects.update(state=ReviewSession.State.CONFIRMED)
    session.refresh_from_db()

    with pytest.raises(RuleViolation, match="不能拟提醒函"):
        actions.draft_letters(session, by=clerk)


def test_the_draft_says_what_the_record_knows(session, record, clerk):
    confirm(record, "公示不规范", clerk)
    confirm(record, "本人承诺：年内逐人点评", clerk, source=Finding.Source.COMMITMENT, promised_on=dt.date(2026, 12, 31))

    letter = actions.draft_letters(session, by=clerk)[0]

    body = letter.body
    assert body["opening"] == [
        f"2026年10月20日，我委召开{session.title}，你单位党组书记、局长{record.name}同志述责述廉，接受现场质询和评议。会议认为，造林任务按期完成。"
    ]
    assert body["findings_intro"] == "经综合现场点评，你单位还存在1个方面的问题，另有1项现场承诺需要兑现，现予提醒"
    assert [(f["source"], f["due"]) for f in body["findings"]] == [("现场点评", ""), ("现场承诺", "2026年12月31日")]
    assert "10日内" in body["requirements"][0]["text"]
    assert body["contact"] == clerk.name


def test_the_next_draft_takes_over_the_contact_that_was_checked(session, record, clerk):
    confirm(record, "公示不规范", clerk)
    first = actions.draft_letters(session, by=clerk)[0]
    Letter.objects.filter(pk=first.pk).update(body={**first.body, "contact": "钱泽岫，电话0710-2345678"}, checked_at=NOW)
    confirm(record, "窗口只开一个", clerk)

    second = actions.draft_letters(ReviewSession.objects.get(), by=clerk)[0]

    assert second.body["contact"] == "钱泽岫，电话0710-2345678"


def test_a_contact_that_somebody_else_may_have_written_is_not_taken_over(session, record, clerk, approver):
    confirm(record, "公示不规范", clerk)
    first = actions.draft_letters(session, by=clerk)[0]
    first.writers.add(approver)
    Letter.objects.filter(pk=first.pk).update(body={**first.body, "contact": "钱泽岫，电话0710-2345678"}, checked_at=NOW)
    confirm(record, "窗口只开一个", clerk)

    second = actions.draft_letters(ReviewSession.objects.get(), by=clerk)[0]

    assert second.body["contact"] == clerk.name


def test_a_letter_is_chinese_whatever_language_the_clerk_reads(session, record, clerk):
    with override("en"):
        Commitment.objects.create(subject=record, text="年内逐人点评", due_on=dt.date(2026, 12, 31))
        findings.propose_findings(session)
        for finding in Finding.objects.all():
            findings.confirm_finding(finding, text=finding.text, by=clerk, now=NOW)
        letter = actions.draft_letters(session, by=clerk)[0]
        printed = letter.paper_context(today=TODAY)

    assert printed["title"] == "关于述责述廉评议反馈问题的提醒函"
    assert [(f["text"], f["source"], f["due"]) for f in printed["findings"]][2:] == [
        ("二级机构管理不严", "现场点评", "收函后一个月内"), ("本人承诺：年内逐人点评", "现场承诺", "2026年12月31日"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "organisation", "addressee"),
    [
        ("澜江市云澜区林业局", "党组", "中共澜江市云澜区林业局党组"),
        ("澜江市云澜区林业局", "", "澜江市云澜区林业局"),
        ("澜江市云澜区石桥铺镇", "镇党委", "中共澜江市云澜区石桥铺镇党委"),
        ("澜江市云澜区城东门街道", "街道党工委", "中共澜江市云澜区城东门街道党工委"),
        ("澜江市云澜区三合店镇", "党委", "中共澜江市云澜区三合店镇党委"),
        ("中共澜江市云澜区委办公室", "党委（机关党组织）", "中共澜江市云澜区委办公室"),
        ("云澜水务有限公司", "中共云澜水务有限公司支部委员会", "中共云澜水务有限公司支部委员会"),
    ],
)
def test_the_letter_goes_to_the_party_organisation(name, organisation, addressee):
    assert actions.addressee(Unit(name=name, party_organisation=organisation)) == addressee


def test_the_annex_writes_the_months_of_the_rules_and_keeps_them_when_it_is_rewritten(session, record, clerk):
    RuleSet.objects.update(rectification_months=2)
    for text in ("甲", "乙", "丙", "丁"):
        confirm(record, text, clerk)
    letter = actions.draft_letters(ReviewSession.objects.get(), by=clerk)[0]
    words = {"title": letter.title, "addressee": letter.addressee, "copies_to": ""}
    letter_actions.change_letter(letter, **words, body={"contact": "钱泽岫"}, by=clerk)

    printed = Letter.objects.get().paper_context(today=TODAY)

    assert {finding["due"] for finding in printed["findings"]} == {"收函后两个月内"}
    assert "两个月内完成整改" in printed["requirements"][1]["text"]


def test_promises_alone_are_called_promises():
    only = [Finding(source=Finding.Source.COMMITMENT, text="甲"), Finding(source=Finding.Source.COMMITMENT, text="乙")]

    assert actions.intro(only) == "你单位在会上作出的2项承诺需要按期兑现，现予提醒"


# --- serve and void ----------------------------------------------------------------------------------------


def test_serving_makes_an_item_of_each_problem_and_starts_its_periods(session, subject, clerk, liaison):
    confirm(subject, "甲", clerk)
    confirm(subject, "乙", clerk, source=Finding.Source.COMMITMENT, promised_on=dt.date(2026, 12, 31))
    letter = issue(actions.draft_letters(session, by=clerk)[0])

    items = actions.serve_letter(letter, served_on=SERVED, by=clerk, today=TODAY, now=NOW)

    assert [(i.code, i.text, i.plan_due_on, i.due_on, i.state) for i in items] == [
        ("RC-2026-001", "甲", dt.date(2026, 11, 20), dt.date(2026, 12, 10), RectificationItem.State.PENDING_PLAN),
        ("RC-2026-002", "乙", dt.date(2026, 11, 20), dt.date(2026, 12, 31), RectificationItem.State.PENDING_PLAN),
    ]
    assert {i.unit for i in items} == {subject.official.unit}
    assert ItemEvent.objects.filter(kind=ItemEvent.Kind.SERVED).count() == 2
    letter.refresh_from_db()
    assert (letter.state, letter.served_on) == (Letter.State.SERVED, SERVED)
    assert Notice.objects.get(to=liaison, matter=letter.matter).subject.startswith("请签收：云纪函〔2026〕12号")


@pytest.mark.parametrize(("day", "reason"), [(dt.date(2026, 11, 8), "早于签发日期"), (dt.date(2026, 11, 25), "晚于今天")])
def test_the_day_of_service_lies_between_issue_and_today(issued, clerk, day, reason):
    with pytest.raises(RuleViolation, match=reason):
        actions.serve_letter(issued, served_on=day, by=clerk, today=TODAY, now=NOW)
    assert not RectificationItem.objects.exists()


def test_no_letter_is_served_while_the_result_may_be_objected_to(client, issued, session, clerk, time_machine):
    """Drafted, checked and issued it may be; from the service on its periods run."""
    ReviewSession.objects.filter(pk=session.pk).update(objections_until=NOW + dt.timedelta(minutes=15))
    client.force_login(clerk)
    address = reverse("rectification:letter_serve", args=[issued.uid])

    page = client.post(address, {"served_on": TODAY.isoformat()})

    assert "投票异议期到 10:15，期满以后再办" in page.content.decode()
    assert not RectificationItem.objects.exists()
    assert Letter.objects.get().state == Letter.State.ISSUED
    time_machine.move_to(NOW + dt.timedelta(minutes=15), tick=False)
    assert client.post(address, {"served_on": TODAY.isoformat()}).status_code == 302
    assert RectificationItem.objects.count() == 1


def test_only_an_issued_letter_is_served_and_only_once(draft, clerk):
    with pytest.raises(RuleViolation, match="不能转为"):
        actions.serve_letter(draft, served_on=SERVED, by=clerk, today=TODAY, now=NOW)
    letter = issue(draft)
    actions.serve_letter(letter, served_on=SERVED, by=clerk, today=TODAY, now=NOW)

    with pytest.raises(RuleViolation, match="不能转为"):
        actions.serve_letter(letter, served_on=SERVED, by=clerk, today=TODAY, now=NOW)
    assert RectificationItem.objects.count() == 1


def test_a_voided_letter_keeps_its_number_and_frees_its_problems(issued, session, approver, clerk):
    actions.void_letter(issued, reason="主送单位写错", by=approver)

    issued.refresh_from_db()
    assert (issued.state, issued.number, issued.voided_because) == (Letter.State.VOIDED, 12, "主送单位写错")
    session.refresh_from_db()
    again = actions.draft_letters(session, by=clerk)
    assert [finding["text"] for finding in again[0].body["findings"]] == ["供应商评审公开不够"]
    assert ReminderLetter.objects.filter(session=session).count() == 2


def test_voiding_needs_a_reason_and_ends_with_service(item, issued, approver):
    with pytest.raises(RuleViolation, match="请写明作废的理由"):
        actions.void_letter(issued, reason=" ", by=approver)
    with pytest.raises(RuleViolation, match="不能转为"):
        actions.void_letter(item.letter, reason="写错", by=approver)
