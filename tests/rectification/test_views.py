"""Who × address, the forms as people send them, and what a list costs."""

import datetime as dt
import io
import json
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from core.models import AuditEvent
from notices.models import Letter
from officials.models import RoleGrant
from officials.roles import Role
from rectification.actions import finding as findings
from rectification.actions import item as actions
from rectification.actions import letter as letters
from rectification.models import Evidence, Finding, RectificationItem, RectificationPlan, ReminderLetter
from rectification.views import timeline
from reviews.models import Digest, LeaderComment, OpinionForm, Question, ReviewSession
from scoring.actions import install_sample_scheme
from scoring.models import BallotRound
from tests import factories
from tests.markup import tight
from tests.rectification.conftest import (
    COMMISSION,
    NOW,
    PLAN,
    READERS,
    SERVED,
    TODAY,
    UNIT,
    bring,
    issue,
    picture,
)  # fmt: skip
from tests.sweep import CAST

State = RectificationItem.State
SEES_SESSION = COMMISSION | UNIT


def url(name, thing=None):
    return reverse(f"rectification:{name}", args=[thing.uid] if thing else [])


def enter(client, user):
    client.force_login(user)
    return client


def expected(*, yes, may, sees, no=404):
    """`may` get `yes`, those who see the thing but may not get 403, all others `no`."""
    return {who: yes if who in may else 403 if who in sees else no for who in CAST}


# --- who × page --------------------------------------------------------------------------------------------


def test_the_ledger_is_for_who_follows_and_for_who_puts_right(sweep, item):
    sweep.check(url("item_list"), expected(yes=200, may=READERS | UNIT | {"outsider"}, sees=(), no=403))
    sweep.check(url("item_export"), expected(yes=200, may=READERS, sees=(), no=403))


def test_a_unit_reads_its_own_items_and_nobody_elses(client, cast, item):
    assert item.text in enter(client, cast["liaison"]).get(url("item_list")).content.decode()
    assert item.text not in enter(client, cast["outsider"]).get(url("item_list")).content.decode()


def test_an_item_has_a_page_for_each_side(sweep, item):
    sweep.check(url("item", item), {who: 200 if who in READERS else 302 if who in UNIT else 404 for who in CAST})
    sweep.check(url("unit_item", item), expected(yes=200, may=UNIT, sees=READERS))
    sweep.check(url("unit_plan", item), expected(yes=200, may=UNIT, sees=READERS))


def test_the_tabs_of_a_session(sweep, item, session):
    sweep.check(url("session_items", session), expected(yes=200, may=READERS | UNIT, sees=SEES_SESSION))
    sweep.check(url("session_papers", session), expected(yes=200, may={"clerk", "approver"}, sees=SEES_SESSION))
    sweep.check(url("finding_new", session), expected(yes=200, may={"clerk"}, sees=SEES_SESSION))


def test_pages_that_can_decide_nothing_lead_back_and_say_why(client, session, finding, clerk):
    enter(client, clerk)
    tab = [(url("session_items", session), 302)]
    answer = client.get(url("finding", finding), follow=True)
    assert (answer.redirect_chain, "这个问题“已确认”" in answer.content.decode()) == (tab, True)

    Finding.objects.update(state=Finding.State.PROPOSED)
    assert client.get(url("finding", finding)).status_code == client.get(url("finding_new", session)).status_code == 200

    ReviewSession.objects.update(state=ReviewSession.State.CLOSED)
    for page in (url("finding", finding), url("finding_new", session)):
        answer = client.get(page, follow=True)
        assert (answer.redirect_chain, "“已办结”的会议不能办理整改问题" in answer.content.decode()) == (tab, True)


def test_before_the_feedback_the_unit_has_no_tab(sweep, session):
    ReviewSession.objects.update(state=ReviewSession.State.CONFIRMED)

    sweep.check(url("session_items", session), expected(yes=200, may=READERS, sees=SEES_SESSION))


def test_a_unit_sees_no_proposed_problem(client, cast, session, record):
    findings.propose_findings(session)

    assert "警示教育不够经常" in enter(client, cast["clerk"]).get(url("session_items", session)).content.decode()
    assert "警示教育不够经常" not in enter(client, cast["liaison"]).get(url("session_items", session)).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("who", ["clerk", "approver", "archivist"])
def test_every_paper_listed_opens(client, cast, item, session, who):
    reader = factories.UserFactory(roles=[Role.ARCHIVIST]) if who == "archivist" else cast[who]
    Digest.objects.create(session=session, state=Digest.State.APPROVED)
    OpinionForm.objects.create(session=session, opens_on=TODAY, closes_on=TODAY)
    factories.ReportTemplateFactory()

    response = enter(client, reader).get(url("session_papers", session))

    listed = [paper["name"] for paper in response.context["papers"]]
    assert ("征求意见表" in listed) == (who == "clerk")
    assert "意见汇总" in listed or who == "archivist"
    for paper in response.context["papers"]:
        assert client.get(paper["url"]).status_code == 200


# --- who × button ------------------------------------------------------------------------------------------


def test_a_session_whose_record_holds_no_problem_is_closed_without_proposing_any(client, session, subject, clerk):
    enter(client, clerk)
    Question.objects.create(subject=subject, text="几个窗口？", state=Question.State.ASKED)  # answered well, or not at all
    assert client.get(url("session_items", session)).context["step"]["button"] == "办结"

    LeaderComment.objects.create(subject=subject, leader=factories.LeadingMemberFactory(), problems="窗口慢", is_delivered=True)
    assert client.get(url("session_items", session)).context["step"]["button"] == "提出问题"
    assert "会议记录里还有 1 个问题没有提出" in client.post(url("session_close", session), follow=True).content.decode()
    assert ReviewSession.objects.get().state == ReviewSession.State.FED_BACK


@pytest.mark.parametrize("name", ["findings_propose", "letters_draft", "session_close"])
def test_the_session_s_buttons_are_the_clerk_s(sweep, cast, session, name):
    if name == "letters_draft":
        findings.add_finding(session.subjects.first(), source="COMMENT", text="甲", by=cast["clerk"], now=NOW)

    sweep.check(url(name, session), expected(yes=302, may={"clerk"}, sees=SEES_SESSION), post={}, last={"clerk"})
    done = {
        "findings_propose": lambda: ReviewSession.objects.get().state == ReviewSession.State.FED_BACK,
        "letters_draft": lambda: Letter.objects.count() == 1,
        "session_close": lambda: ReviewSession.objects.get().state == ReviewSession.State.CLOSED,
    }
    assert done[name]()


@pytest.mark.parametrize(
    ("name", "post", "state"),
    [
        ("finding", {"text": "供应商评审公开不够"}, Finding.State.CONFIRMED),
        ("finding_confirm", {}, Finding.State.CONFIRMED),
        ("finding_dismiss", {"reason": "已经改了"}, Finding.State.DISMISSED),
        ("finding_reconsider", {}, Finding.State.PROPOSED),
    ],
)
def test_problems_are_decided_by_the_clerk(sweep, session, finding, name, post, state):
    start = Finding.State.CONFIRMED if name == "finding_reconsider" else Finding.State.PROPOSED
    Finding.objects.update(state=start)

    sweep.check(url(name, finding), expected(yes=302, may={"clerk"}, sees=SEES_SESSION), post=post, last={"clerk"})

    assert Finding.objects.get().state == state


@pytest.mark.parametrize(
    ("name", "post", "may", "state"),
    [
        ("letter_serve", {"served_on": "2026-11-10"}, {"clerk"}, Letter.State.SERVED),
        ("letter_void", {"reason": "写错"}, {"approver"}, Letter.State.VOIDED),
    ],
)
def test_letters_are_served_by_the_clerk_and_voided_by_the_leader(sweep, issued, name, post, may, state):
    sweep.check(url(name, issued), expected(yes=302, may=may, sees=READERS), post=post, last=may)

    assert Letter.objects.get().state == state


STEPS = [
    ("plan_approve", "PLAN_SUBMITTED", {}, {"approver"}, State.IN_PROGRESS),
    ("plan_return", "PLAN_SUBMITTED", {"reason": "没有写到人"}, {"clerk"}, State.PLAN_RETURNED),
    ("verification_begin", "EVIDENCE_SUBMITTED", {}, {"verifier"}, State.UNDER_VERIFICATION),
    ("verification_release", "UNDER_VERIFICATION", {"reason": "请假"}, {"clerk"}, State.EVIDENCE_SUBMITTED),
    ("item_verify", "UNDER_VERIFICATION", {"verdict": "PASSED", "text": "看过原件"}, {"verifier"}, State.VERIFIED),
    ("close_propose", "VERIFIED", {"text": ""}, {"clerk"}, State.VERIFIED),
]


@pytest.mark.parametrize(("name", "start", "post", "may", "state"), STEPS)
def test_each_step_of_an_item_is_taken_by_whose_it_is(sweep, cast, received, name, start, post, may, state):
    item = bring(received, start, unit=cast["liaison"], approver=cast["approver"], verifier=cast["verifier"])
    post = {"seen": item.plan.pk, **post}
    also = {"plan_return": {"approver"}, "verification_release": {"verifier"}}.get(
        name, set()
    )  # may too, but the step is taken only once
    wanted = expected(yes=302, may=may, sees=READERS | UNIT)

    sweep.check(url(name, received), {who: wanted[who] for who in CAST if who not in also}, post=post, last=may)

    assert RectificationItem.objects.get().state == state


@pytest.mark.parametrize(("name", "post"), [("close_confirm", {}), ("close_decline", {"reason": "再看看"})])
def test_only_the_leader_answers_a_proposal_to_close(sweep, cast, received, name, post):
    item = bring(received, "VERIFIED", unit=cast["liaison"], approver=cast["approver"], verifier=cast["verifier"])
    actions.propose_close(item, by=cast["clerk"], now=NOW)

    sweep.check(url(name, item), expected(yes=302, may={"approver"}, sees=READERS | UNIT), post=post, last={"approver"})

    assert item.close_outs.filter(confirmed_at=None, declined_at=None).count() == 0


def reopened(page):
    """The ids of the fields in questions that the page shows open, with their errors."""
    asked = page.content.decode().split('<details class="confirm" data-confirm open>')[1:]
    return [re.search(r'has-error.*?id="(\w+)"', question.split("</details>")[0], re.DOTALL).group(1) for question in asked]


@pytest.mark.parametrize("reason", ["", "长" * 301])
def test_a_reason_that_does_not_fit_stands_in_its_form_again(client, cast, session, finding, received, reason):
    post, item = {"reason": reason}, received
    bring(item, "PLAN_SUBMITTED", unit=cast["liaison"], approver=cast["approver"])
    Finding.objects.update(state=Finding.State.PROPOSED, letter=None)

    assert reopened(enter(client, cast["clerk"]).post(url("plan_return", item), post)) == ["div_p_reason"]
    assert reopened(client.post(url("finding_dismiss", finding), post)) == [f"div_dismiss_{finding.pk}_reason"]
    assert Finding.objects.get().state == Finding.State.PROPOSED
    assert RectificationItem.objects.get().state == State.PLAN_SUBMITTED


def test_what_is_said_of_a_close_stands_in_its_form_again(client, cast, received):
    item = bring(received, "VERIFIED", unit=cast["liaison"], approver=cast["approver"], verifier=cast["verifier"])
    assert reopened(enter(client, cast["clerk"]).post(url("close_propose", item), {"text": "长" * 3001})) == ["div_c_text"]
    assert not item.close_outs.exists()

    actions.propose_close(item, by=cast["clerk"], now=NOW)
    assert reopened(enter(client, cast["approver"]).post(url("close_decline", item), {"reason": ""})) == ["div_d_reason"]


@pytest.mark.parametrize("day", ["", "2026-11-08", "2026-11-25"])
def test_a_day_of_service_that_cannot_be_stands_in_its_form_again(client, clerk, issued, day):
    assert reopened(enter(client, clerk).post(url("letter_serve", issued), {"served_on": day})) == ["div_s_served_on"]
    assert Letter.objects.get().state == Letter.State.ISSUED


def test_a_button_that_a_rule_forbids_this_person_says_why_and_is_off(client, cast, received, approver):
    """The organiser who proposed the close is also an approver; another approver has the button."""
    item = bring(received, "VERIFIED", unit=cast["liaison"], approver=approver, verifier=cast["verifier"])
    both = factories.UserFactory(name="一身二职", roles=[Role.ORGANISER, Role.APPROVER, Role.VERIFIER])
    item.verifications.update(verifier=both)

    page = enter(client, both).get(url("item", item)).content.decode()
    assert "核验人不能办理销号" in page
    assert url("close_propose", item) not in page

    item.verifications.update(verifier=cast["verifier"])
    actions.propose_close(item, by=both, now=NOW)
    page = enter(client, both).get(url("item", item)).content.decode()
    assert "提出销号的人不能自己批准" in page
    assert url("close_confirm", item) not in page
    assert url("close_confirm", item) in enter(client, approver).get(url("item", item)).content.decode()


def test_who_handled_the_evidence_is_not_offered_to_verify_it(client, cast, received):
    bring(received, "EVIDENCE_SUBMITTED", unit=cast["liaison"], approver=cast["approver"])
    RoleGrant.objects.create(user=cast["liaison"], role=Role.VERIFIER)

    page = enter(client, cast["liaison"]).get(url("item", received)).content.decode()

    assert 'id="verification-begin" disabled' in page
    assert "经手方案或佐证的人不能核验" in page


def test_the_archivist_archives_a_closed_session(client, session, clerk):
    archivist = factories.UserFactory(name="裴守川", roles=[Role.ARCHIVIST])
    ReviewSession.objects.update(state=ReviewSession.State.CLOSED)
    button = f'action="{url("session_archive", session)}"'
    assert button not in enter(client, clerk).get(url("session_papers", session)).content.decode()
    assert button in enter(client, archivist).get(url("session_papers", session)).content.decode()

    page = client.post(url("session_archive", session), follow=True).content.decode()

    assert "已归档" in page
    assert button not in page
    assert ReviewSession.objects.get(pk=session.pk).state == ReviewSession.State.ARCHIVED


def test_letters_of_a_session_stand_in_the_order_of_their_numbers(client, session, clerk):
    unit = factories.UnitFactory()
    given = {"title": "函", "unit": unit, "word": "云纪函", "addressee": "某单位", "drafted_by": clerk}
    for number in (7, 5, None, 6):
        state = {"state": "ISSUED", "year": 2026, "number": number, "issued_on": NOW.date()} if number else {}
        ReminderLetter.objects.create(session=session, letter=Letter.objects.create(**given, **state))

    page = enter(client, clerk).get(url("session_papers", session))

    assert [letter.number for letter in page.context["letters"]] == [5, 6, 7, None]


def test_an_archivist_reads_what_keeps_a_session_out_of_the_archive(client, session, clerk):
    ReviewSession.objects.update(state=ReviewSession.State.CLOSED)
    BallotRound.objects.create(session=session, sid="abcd", number=1, scheme=install_sample_scheme(), prepared_by=clerk)

    page = enter(client, factories.UserFactory(roles=[Role.ARCHIVIST])).get(url("session_papers", session)).content.decode()

    assert "评议票箱还没有宣布终局" in page
    assert url("session_archive", session) not in page


def test_who_verifies_may_hand_it_over_and_another_verifier_may_not(client, cast, received, other_verifier):
    bring(received, "UNDER_VERIFICATION", unit=cast["liaison"], approver=cast["approver"], verifier=cast["verifier"])
    button = f'action="{url("verification_release", received)}"'

    assert button not in enter(client, other_verifier).get(url("item", received)).content.decode()
    assert client.post(url("verification_release", received), {"reason": "抢"}).status_code == 403
    assert button in enter(client, cast["verifier"]).get(url("item", received)).content.decode()
    assert client.post(url("verification_release", received), {"reason": "请假"}).status_code == 302


def test_a_void_without_a_reason_asks_again(client, approver, issued):
    assert reopened(enter(client, approver).post(url("letter_void", issued), {"reason": " "})) == ["div_v_reason"]


def test_a_button_is_not_an_address(client, clerk, item, session):
    enter(client, clerk)

    for name in (
        "plan_approve",
        "verification_begin",
        "close_confirm",
    ):
        assert client.get(url(name, item)).status_code == 405
    for name in ("findings_propose", "letters_draft", "session_close"):
        assert client.get(url(name, session)).status_code == 405


def test_where_a_refused_form_stands_one_gets_back_to_its_page(client, clerk, item, session, issued):
    finding = Finding.objects.first()
    enter(client, clerk)

    for name in ("plan_return", "verification_release", "item_verify", "close_propose", "close_decline"):
        assert client.get(url(name, item)).url == url("item", item)
    for name in ("letter_serve", "letter_void"):
        assert client.get(url(name, issued)).url == issued.get_absolute_url()
    assert client.get(url("finding_dismiss", finding)).url == url("finding", finding)


# --- files -------------------------------------------------------------------------------------------------


def test_evidence_is_the_unit_s_until_it_is_handed_in(sweep, client, cast, received):
    item = bring(received, "IN_PROGRESS", unit=cast["liaison"], approver=cast["approver"])
    evidence = actions.add_evidence(item, uploads=[picture()], by=cast["liaison"], now=NOW)[0]
    sweep.check(url("evidence_file", evidence), expected(yes=200, may=UNIT, sees=()))

    actions.submit_evidence(item, by=cast["liaison"], now=NOW)

    sweep.check(url("evidence_file", evidence), expected(yes=200, may=UNIT | READERS, sees=()))
    response = enter(client, cast["verifier"]).get(url("evidence_file", evidence))
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    b"".join(response)


def test_a_plan_s_file_is_read_by_who_sees_the_item(sweep, cast, received):
    plan = actions.submit_plan(received, by=cast["liaison"], now=NOW, file=picture("方案.png"), **PLAN)

    sweep.check(url("plan_file", plan), expected(yes=200, may=UNIT | READERS, sees=()))


def test_a_plan_without_a_file_has_no_address(client, cast, received):
    plan = actions.submit_plan(received, by=cast["liaison"], now=NOW, **PLAN)

    assert enter(client, cast["clerk"]).get(url("plan_file", plan)).status_code == 404


def test_only_the_unit_removes_what_it_has_not_handed_in(sweep, cast, received):
    item = bring(received, "IN_PROGRESS", unit=cast["liaison"], approver=cast["approver"])
    evidence = actions.add_evidence(item, uploads=[picture()], by=cast["liaison"], now=NOW)[0]

    wanted = expected(yes=302, may={"liaison"}, sees=READERS)
    wanted.pop("subject_user")  # may too, but it is removed only once

    sweep.check(url("evidence_remove", evidence), wanted, post={}, last={"liaison"})

    assert not Evidence.objects.exists()


def test_evidence_is_removed_after_a_question_and_a_second_press_leads_to_the_list(client, received, cast):
    item = bring(received, "IN_PROGRESS", unit=cast["liaison"], approver=cast["approver"])
    evidence = actions.add_evidence(item, uploads=[picture()], by=cast["liaison"], now=NOW)[0]
    page = enter(client, cast["liaison"]).get(url("unit_item", item)).content.decode()
    assert page.index("删除“照片.png”？") < page.index(f'action="{url("evidence_remove", evidence)}" data-once')

    client.post(url("evidence_remove", evidence))

    again = client.post(url("evidence_remove", evidence))
    assert (again.status_code, again.url) == (302, url("item_list"))
    assert enter(client, cast["teller"]).post(url("evidence_remove", evidence)).status_code == 404


# --- forms as people send them -----------------------------------------------------------------------------

TYPED = {**PLAN, "due_on": "2026-12-08", "promise": "on"}


def test_the_papers_lead_to_the_result_only_where_it_was_counted_here(client, clerk, session):
    ReviewSession.objects.filter(pk=session.pk).update(approved_on=TODAY)

    names = {paper["name"] for paper in enter(client, clerk).get(url("session_papers", session)).context["papers"]}

    assert "会议通知" in names
    assert "评议结果，制作文书" not in names


def head_of(item, name):
    return factories.OfficialFactory(name=name, unit=item.unit, is_party_head=True)


@pytest.mark.parametrize("state", ["PLAN_SUBMITTED", "IN_PROGRESS"])
def test_no_form_is_shown_for_a_plan_that_nobody_waits_for(client, cast, received, state):
    item = bring(received, state, unit=cast["liaison"], approver=cast["approver"])

    answer = enter(client, cast["liaison"]).get(url("unit_plan", item))

    assert (answer.status_code, answer.url) == (302, url("unit_item", item))


def test_the_liaison_writes_the_plan(client, received, liaison):
    head_of(received, TYPED["signed_by"])
    response = enter(client, liaison).post(url("unit_plan", received), {**TYPED, "file": picture("方案.png")})

    assert response.status_code == 302
    plan = received.plans.get()
    assert (plan.owner, plan.due_on, str(plan.file), plan.submitted_by) == (
        "副局长卞亭然",
        dt.date(2026, 12, 8),
        "方案.png",
        liaison,
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"promise": ""}, "必填"),
        ({"due_on": "2027-01-30"}, "确需更长时间的，类型选“长期整改”"),
        ({"due_on": "9999-12-31"}, "年份应在 2000 至 2099 之间"),
        ({"file": picture("方案.exe")}, "类型不能上传"),
    ],
)
def test_a_refused_plan_keeps_what_was_typed(client, received, liaison, changes, words):
    head_of(received, TYPED["signed_by"])
    response = enter(client, liaison).post(url("unit_plan", received), {**TYPED, **changes})

    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert "完善评审细则，公开结果" in page
    assert not received.plans.exists()


def test_the_phone_uploads_and_hands_in_at_once(client, received, liaison, approver):
    item = bring(received, "IN_PROGRESS", unit=liaison, approver=approver)
    enter(client, liaison)

    client.post(url("unit_item", item), {"uploads": [picture("甲.png")], "text": "", "do": "save"})
    assert RectificationItem.objects.get().state == State.IN_PROGRESS
    client.post(url("unit_item", item), {"uploads": [picture("乙.png"), picture("丙.png")], "text": "请核验", "do": "submit"})

    assert RectificationItem.objects.get().state == State.EVIDENCE_SUBMITTED
    assert [str(e) for e in item.evidence.all()] == ["甲.png", "乙.png", "丙.png"]
    assert "3 份。请核验" in enter(client, approver).get(url("item", item)).content.decode()


def test_a_refused_upload_says_why_and_keeps_the_words(client, received, liaison, approver):
    item = bring(received, "IN_PROGRESS", unit=liaison, approver=approver)

    response = enter(client, liaison).post(
        url("unit_item", item), {"uploads": [picture("甲.exe")], "text": "抽查记录", "do": "submit"}
    )

    page = response.content.decode()
    assert ("“甲.exe”的类型不能上传" in page, "抽查记录" in page) == (True, True)
    assert not item.evidence.exists()


def test_an_upload_that_comes_after_a_colleague_handed_in_is_told_and_its_words_stay(client, received, liaison, approver):
    item = bring(received, "EVIDENCE_SUBMITTED", unit=liaison, approver=approver)

    page = enter(client, liaison).post(url("unit_item", item), {"uploads": [picture("乙.png")], "text": "抽查记录", "do": "save"})

    shown = page.content.decode()
    assert ("“待核验”的整改项不能改佐证" in shown, "抽查记录" in shown, 'id="upload"' in shown) == (True, True, False)
    assert item.evidence.count() == 1


def test_a_returned_file_is_replaced_through_its_own_link(client, received, liaison, approver, verifier):
    item = bring(received, "UNDER_VERIFICATION", unit=liaison, approver=approver, verifier=verifier)
    old = item.evidence.get()
    enter(client, verifier).post(url("item_verify", item), {"verdict": "RETURNED", "text": "仍是草案", "must_replace": [old.pk]})
    page = enter(client, liaison).get(url("unit_item", item)).content.decode()
    assert ("还要补 1 份佐证" in page, "仍是草案" in page, f"?replace={old.uid}" in page) == (True, True, True)

    client.post(f"{url('unit_item', item)}?replace={old.uid}", {"uploads": [picture("正式.png")], "text": "", "do": "submit"})

    assert RectificationItem.objects.get().state == State.EVIDENCE_SUBMITTED
    assert Evidence.objects.get(replaces=old).file.name == "正式.png"


def test_a_verdict_without_a_note_keeps_the_verdict(client, received, liaison, approver, verifier):
    item = bring(received, "UNDER_VERIFICATION", unit=liaison, approver=approver, verifier=verifier)

    response = enter(client, verifier).post(url("item_verify", item), {"verdict": "RETURNED", "text": ""})

    assert response.status_code == 200
    assert 'value="RETURNED"' in response.content.decode()
    assert item.verifications.count() == 0


def test_the_verifier_writes_below_the_evidence_and_is_led_there(client, received, liaison, approver, verifier):
    item = bring(received, "UNDER_VERIFICATION", unit=liaison, approver=approver, verifier=verifier)

    page = enter(client, verifier).get(url("item", item)).content.decode()

    assert page.index('href="#verdict"') < page.index(str(item.evidence.get().file)) < page.index('id="verdict"')


def test_before_receipt_the_phone_asks_for_the_receipt_first(client, item, liaison):
    page = enter(client, liaison).get(url("unit_item", item)).content.decode()
    assert "请先签收提醒函" in page

    client.post(reverse("notices:letter_receive", args=[item.letter.uid]))

    assert url("unit_plan", item) in client.get(url("unit_item", item)).content.decode()


# --- ledger ------------------------------------------------------------------------------------------------


@pytest.fixture
def three(session, clerk, liaison):
    """Three items of three units, with a blue, a yellow and a red warning."""
    for subject, text in zip(session.subjects.all(), ["甲事", "乙事", "丙事"], strict=False):
        findings.add_finding(subject, source="COMMENT", text=text, by=clerk, now=NOW)
    due = {"甲事": 3, "乙事": -2, "丙事": -12}
    for number, letter in enumerate(letters.draft_letters(session, by=clerk), start=1):
        item = letters.serve_letter(issue(letter, number), served_on=SERVED, by=clerk, today=TODAY, now=NOW)[0]
        RectificationItem.objects.filter(pk=item.pk).update(due_on=TODAY + dt.timedelta(days=due[item.text]))
    return RectificationItem.objects.all()


LEDGER = {
    "": ["丙事", "乙事", "甲事"],
    "warning=BLUE": ["甲事"],
    "warning=YELLOW": ["乙事"],
    "warning=RED": ["丙事"],
    "warning=PROPOSAL": [],
    "q=乙": ["乙事"],
    "q=RC-2026-003": ["丙事"],
    "source=QUESTION": [],
    "state=IN_PROGRESS": [],
    "state=nonsense&open=nonsense&session=nonsense&page=99": ["丙事", "乙事", "甲事"],
}


def test_the_ledger_is_narrowed_down(client, clerk, three):
    enter(client, clerk)
    found = {query: client.get(f"{url('item_list')}?{query}").context for query in LEDGER}

    assert {query: [item.text for item in context["page"]] for query, context in found.items()} == LEDGER
    assert {context["counts"]["open"] for context in found.values()} == {3}


def test_the_panel_shows_the_item_asked_for(client, clerk, three):
    wanted = three.get(text="甲事")

    response = enter(client, clerk).get(f"{url('item_list')}?open={wanted.uid}")

    assert response.context["item"] == wanted
    assert '<h2 id="panel-title">甲事</h2>' in response.content.decode()


def test_colours_come_with_words(client, clerk, three):
    page = enter(client, clerk).get(url("item_list")).content.decode()

    for badge in ['badge info flag">蓝 还有 3 天', 'badge warn flag">黄 逾期 2 天', 'badge bad flag">红 逾期 12 天']:
        assert badge in page


def test_the_export_holds_what_the_list_holds(client, clerk, three):
    response = enter(client, clerk).get(f"{url('item_export')}?warning=RED")

    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert rows[0][:4] == ("编号", "单位", "对象", "问题")
    assert [row[3] for row in rows[1:]] == ["丙事"]
    assert rows[1][14:16] == (12, 3)


def test_who_takes_the_ledger_out_types_the_password_and_stands_in_the_trail(client, clerk, three, settings):
    enter(client, clerk).get(url("item_export"))
    line = AuditEvent.objects.get(action="export")
    assert (line.actor, json.loads(line.detail)["n"]) == (clerk.username, 3)

    settings.SESSION_PROVED = dt.timedelta(0)
    asked = client.get(url("item_export"))
    assert asked.status_code == 302
    assert AuditEvent.objects.filter(action="export").count() == 1


def test_where_a_plan_is_written_and_read_stands_by_how_many_days_it_is_late(client, liaison, clerk, received):
    RectificationItem.objects.update(plan_due_on=TODAY - dt.timedelta(days=3))
    enter(client, liaison)
    for name in ("unit_plan", "unit_item"):
        assert "逾期 3 天" in client.get(url(name, received)).content.decode()

    page = enter(client, clerk).get(url("item", received)).content.decode()

    assert "方案逾期 3 天" in page


def test_a_plan_is_signed_by_a_head_of_the_unit(client, liaison, received):
    head_of(received, "齐砚屿")

    page = enter(client, liaison).post(url("unit_plan", received), {**TYPED, "signed_by": "张三"}).content.decode()

    assert "名册上的主要负责人是" in page
    assert "齐砚屿" in page
    assert not RectificationPlan.objects.exists()


def test_where_the_register_names_no_head_anybody_of_the_unit_signs(client, liaison, received):
    received.unit.officials.update(is_party_head=False, is_admin_head=False)
    enter(client, liaison).post(url("unit_plan", received), {**TYPED, "file": picture("方案.png")})

    assert RectificationPlan.objects.get().signed_by == TYPED["signed_by"]


def test_who_signed_and_handed_in_is_named_once(client, liaison, clerk, received):
    head_of(received, liaison.name)
    enter(client, liaison).post(url("unit_plan", received), {**TYPED, "signed_by": liaison.name, "file": picture("方案.png")})
    assert RectificationPlan.objects.get().submitted_by == liaison

    page = enter(client, clerk).get(url("item", received)).content.decode()

    assert page.split('id="plan-title"')[1].split("</dl>")[0].count(liaison.name) == 1
    assert "本人签字背书" in page
    assert f"{liaison.name}签字背书" not in page


def cost(client, address):
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)


def test_lists_cost_the_same_for_one_and_three(client, clerk, approver, three, session):
    enter(client, clerk)
    addresses = [url("item_list"), url("item_export"), url("session_items", session), url("session_papers", session)]
    with_three = [cost(client, address) for address in addresses]
    for item in three[1:]:
        item.delete()
    Finding.objects.exclude(item__in=three).delete()

    assert [cost(client, address) for address in addresses[:3]] == with_three[:3]
    assert with_three[0] < 30


def test_a_unit_s_own_list_costs_the_same_for_one_and_three_and_is_searched(client, liaison, three):
    RectificationItem.objects.update(unit=liaison.unit)
    enter(client, liaison)
    with_three = cost(client, url("item_list"))
    assert [item.text for item in client.get(f"{url('item_list')}?q=丙").context["page"]] == ["丙事"]
    assert "没有符合条件的整改项" in client.get(f"{url('item_list')}?q=没有这个").content.decode()
    for item in three[1:]:
        item.delete()

    assert cost(client, url("item_list")) == with_three


def test_an_empty_ledger_says_what_it_is_for(client, clerk, liaison, subject_user):
    assert "没有在办的整改项" in enter(client, clerk).get(url("item_list")).content.decode()
    assert "没有符合条件的整改项" in client.get(f"{url('item_list')}?q=甲").content.decode()
    assert "没有整改项" in enter(client, liaison).get(url("item_list")).content.decode()


def test_a_time_line_speaks_the_reader_s_language_where_the_words_are_ours(received, liaison, approver):
    item = bring(received, "PLAN_SUBMITTED", unit=liaison, approver=approver)

    with override("en"):
        texts = [step["text"] for step in timeline.steps(item)]

    assert [text for text in texts if "the plan is due by" in text]
    assert [text for text in texts if "signed off by 齐砚屿" in text]
    assert not [text for text in texts if "方案应于" in text or "签字背书" in text]


def test_a_step_of_the_commission_has_no_day_of_the_unit(received, liaison, approver):
    """The period is the unit's; the leader approves a plan when it comes."""
    item = bring(received, "PLAN_SUBMITTED", unit=liaison, approver=approver)
    assert [step["at"] for step in timeline.steps(item) if step["state"] == "now"] == [None]

    actions.approve_plan(item, seen=item.plan.pk, by=approver, now=NOW)
    assert [step["at"] for step in timeline.steps(item) if step["state"] == "now"] == ["应于 12月10日"]


def test_of_two_days_the_page_says_which_one_counts(client, received, clerk, liaison, approver):
    item = bring(received, "IN_PROGRESS", unit=liaison, approver=approver)

    for user in (clerk, liaison):
        page = tight(enter(client, user).get(url("item", item), follow=True))
        assert "整改时限</dt><dd><b>2026年12月10日（星期四）</b>" in page
        assert "方案承诺 2026年12月8日 完成；预警按整改时限计" in page


def test_a_level_of_warning_says_what_the_levels_are(client, received, clerk, time_machine):
    time_machine.move_to(dt.datetime(2026, 12, 12, 2, tzinfo=dt.UTC))

    page = enter(client, clerk).get(url("item", received)).content.decode()

    assert "第 2 级" in page
    assert "逾期次日二级" in page
