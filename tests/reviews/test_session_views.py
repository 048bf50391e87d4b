import datetime as dt
import io
import re

import pdfplumber
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from officials.models import CommitteeMember, Representative
from officials.roles import Role
from reviews.actions import lineup
from reviews.models import Attendee, ReviewReport, ReviewSession
from tests import factories
from tests.rolled import Rolled
from tests.sweep import CAST

State = ReviewSession.State
NOW = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
COMMISSION = {"clerk", "approver", "member", "leader", "scrutineer", "teller", "verifier"}
REVIEWED = {"subject_user", "liaison"}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW)


def url(name, session, *more):
    return reverse(f"reviews:{name}", args=[session.uid, *more])


def enter(client, request, who):
    client.force_login(request.getfixturevalue(who))
    return client


# --- who × page --------------------------------------------------------------------------------------------


def test_a_session_is_for_the_commission_and_those_who_answer_in_it(sweep, session):
    expected = {who: 200 if who in COMMISSION | REVIEWED else 404 for who in CAST}

    sweep.check(url("session", session), expected)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("session_edit", {"clerk"}),
        ("session_subjects", {"clerk"}),
        ("session_audience", {"clerk"}),
        ("session_sign_in", COMMISSION),
        ("session_notice", COMMISSION),
    ],
)
def test_its_pages_are_for_who_may_use_them(sweep, session, name, allowed):
    ReviewSession.objects.update(state=State.DRAFT if "subjects" in name else session.state, approved_on=NOW.date())
    sees = COMMISSION if "subjects" in name else COMMISSION | REVIEWED  # nobody outside learns of a draft
    expected = {who: 200 if who in allowed else 403 if who in sees else 404 for who in CAST}

    sweep.check(url(name, session), expected)


@pytest.mark.parametrize(
    ("name", "state", "allowed"),
    [
        ("session_submit", State.DRAFT, {"clerk"}),
        ("session_approve", State.PLANNED, {"approver"}),
        ("session_return", State.PLANNED, {"approver"}),
        ("session_postpone", State.APPROVED, {"approver"}),
        ("session_cancel", State.APPROVED, {"approver"}),
        ("session_cancel", State.DRAFT, {"approver", "clerk"}),
        ("session_redraft", State.POSTPONED, {"clerk"}),
        ("session_ready", State.REPORTS_DUE, {"clerk"}),
    ],
)
def test_buttons_are_pressed_by_whose_they_are(sweep, client, session, name, state, allowed):
    factories.AudienceGroupFactory(session=session)
    if name == "session_ready":
        factories.prepare(session)
    ReviewSession.objects.update(state=state)
    sees = COMMISSION if state == State.DRAFT else COMMISSION | REVIEWED
    expected = {who: 302 if who in allowed else 403 if who in sees else 404 for who in CAST}
    seen, moved = {}, set()

    for who in sweep(expected):
        with Rolled("default"):
            seen[who] = client.post(url(name, session), {"reason": "冲突"}).status_code
            moved |= {who} if ReviewSession.objects.get().state != state else set()

    assert seen == {who: expected[who] for who in seen}
    assert moved == {who for who in seen if who in allowed} != set()


def test_only_staff_note_a_matter_as_done(sweep, client, session):
    expected = {who: 302 if who == "clerk" else 403 if who in COMMISSION | REVIEWED else 404 for who in CAST}
    seen, noted = {}, set()

    for who in sweep(expected):
        with Rolled("default"):
            seen[who] = client.post(url("session_mark", session, "VERIFICATION")).status_code
            noted |= {who} if session.preparation.get(kind="VERIFICATION").done_on is not None else set()

    assert seen == {who: expected[who] for who in seen}
    assert noted == {"clerk"}


def test_only_staff_make_sessions(sweep):
    sweep.check(reverse("reviews:session_create"), {who: 200 if who == "clerk" else 403 for who in CAST})


@pytest.mark.parametrize("name", ["session_submit", "session_approve", "session_cancel", "session_ready"])
def test_a_button_is_not_an_address(client, clerk, session, name):
    client.force_login(clerk)

    assert client.get(url(name, session)).status_code == 405


def test_the_page_offers_the_approval_to_another_leader_only_and_says_whose_it_is(client, clerk, approver, session):
    both = factories.UserFactory(roles=[Role.ORGANISER, Role.APPROVER])
    ReviewSession.objects.update(state=State.PLANNED, submitted_by=both)
    offered, said = {}, {}

    for who in (both, approver, clerk):
        client.force_login(who)
        page = client.get(session.get_absolute_url()).content.decode()
        offered[who] = url("session_approve", session) in page
        said[who] = ("须由另一位审批领导批准" in page, "由审批领导批准；" in page)

    assert offered == {both: False, approver: True, clerk: False}
    assert said == {both: (True, False), approver: (False, False), clerk: (False, True)}


def test_the_approval_speaks_of_the_plan_that_the_page_showed(client, approver, session):
    factories.AudienceGroupFactory(session=session)
    ReviewSession.objects.update(state=State.PLANNED, submissions=2)
    client.force_login(approver)
    assert '<input type="hidden" name="seen" value="2">' in client.get(session.get_absolute_url()).content.decode()

    client.post(url("session_approve", session), {"seen": "1"})
    assert ReviewSession.objects.get().state == State.PLANNED

    client.post(url("session_approve", session), {"seen": "2"})
    assert ReviewSession.objects.get().approved_by == approver


# --- list --------------------------------------------------------------------------------------------------


def queries(client, address):
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)


def test_the_list_takes_as_many_queries_for_three_as_for_one(client, clerk):
    client.force_login(clerk)
    factories.AudienceGroupFactory(session=factories.ReviewSessionFactory(subjects=1))
    for_one = queries(client, reverse("reviews:session_list"))
    for _ in range(2):
        factories.AudienceGroupFactory(session=factories.ReviewSessionFactory(subjects=5))

    assert queries(client, reverse("reviews:session_list")) == for_one <= 14


@pytest.mark.parametrize("who", ["subject_user", "outsider"])
def test_the_list_holds_the_own_sessions_only(client, request, session, who):
    factories.ReviewSessionFactory(subjects=1, title="别人的会议")

    page = enter(client, request, who).get(reverse("reviews:session_list"))

    assert list(page.context["page"]) == ([session] if who == "subject_user" else [])
    assert "别人的会议" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"年终", "二季度"}),
        ({"q": "年终"}, {"年终"}),
        ({"q": "时彦亦"}, {"年终"}),
        ({"q": "syy"}, {"年终"}),
        ({"q": "教育局"}, {"年终"}),
        ({"q": "没有的"}, set()),
        ({"year": "2025"}, {"二季度"}),
        ({"kind": "DISPERSED"}, {"二季度"}),
        ({"state": "CLOSED"}, {"二季度"}),
        ({"state": "CLOSED", "year": "2026"}, set()),
        ({"year": "nonsense"}, {"年终", "二季度"}),
    ],
)
def test_the_list_is_searched_and_filtered(client, clerk, query, found):
    official = factories.OfficialFactory(name="时彦亦", unit=factories.UnitFactory(name="区教育局"))
    factories.SessionSubjectFactory(session=factories.ReviewSessionFactory(title="年终"), official=official)
    factories.ReviewSessionFactory(title="二季度", kind="DISPERSED", date=dt.date(2025, 6, 18), state=State.CLOSED)
    client.force_login(clerk)

    assert {s.title for s in client.get(reverse("reviews:session_list"), query).context["page"]} == found


def test_the_list_pages(client, clerk):
    factories.ReviewSessionFactory.create_batch(26)
    client.force_login(clerk)

    assert len(client.get(reverse("reviews:session_list"), {"page": 2}).context["page"]) == 1


@pytest.mark.parametrize(("query", "words"), [({}, "拟定第一场会议"), ({"q": "没有的"}, "没有符合条件的会议")])
def test_an_empty_list_says_what_it_is_for(client, clerk, query, words):
    client.force_login(clerk)

    assert words in client.get(reverse("reviews:session_list"), query).content.decode()


# --- make --------------------------------------------------------------------------------------------------

TYPED = {"title": "年终集中述责述廉评议会", "kind": "CONCENTRATED", "date": "2026-12-22", "place": "区委礼堂", "chair": "袁秉柏"}


def test_a_new_session_goes_on_to_its_officials_and_says_what_is_late(client, clerk):
    factories.lay_foundations()
    client.force_login(clerk)

    response = client.post(reverse("reviews:session_create"), TYPED, follow=True)

    session = ReviewSession.objects.get()
    assert response.redirect_chain == [(url("session_subjects", session), 302)]
    assert "“发出征求意见表”的应办日期已过 4 天" in response.content.decode()


def test_what_was_typed_survives_a_refusal(client, clerk):
    factories.lay_foundations()
    client.force_login(clerk)

    page = client.post(reverse("reviews:session_create"), {**TYPED, "kind": "DISPERSED"})

    assert page.status_code == 200
    assert "应当集中进行" in page.content.decode()
    assert 'value="年终集中述责述廉评议会"' in page.content.decode()
    assert not ReviewSession.objects.exists()


def test_a_draft_is_changed_and_its_dates_follow(client, clerk):
    factories.lay_foundations()
    session = factories.ReviewSessionFactory(state=State.DRAFT)
    client.force_login(clerk)

    response = client.post(url("session_edit", session), {**TYPED, "date": "2026-12-29", "seen": 0})

    assert response.url == url("session", session)
    assert session.preparation.get(kind="CANVASS").due_on == dt.date(2026, 11, 27)


def test_a_refused_change_keeps_the_page_and_the_words(client, clerk, session):
    client.force_login(clerk)

    page = client.post(url("session_edit", session), {**TYPED, "date": "2026-12-29", "place": "区会议中心", "seen": 0})

    assert "日期、形式不能直接改" in page.content.decode()
    assert 'value="区会议中心"' in page.content.decode()


def test_of_two_open_forms_the_second_does_not_undo_the_first(client, clerk):
    factories.lay_foundations()
    session = factories.ReviewSessionFactory(state=State.DRAFT)
    client.force_login(clerk)
    shown = client.get(url("session_edit", session)).context["form"]["seen"].value()
    client.post(url("session_edit", session), {**TYPED, "date": "2026-12-29", "place": "区会议中心", "seen": shown})

    late = client.post(
        url("session_edit", session), {**TYPED, "date": "2026-12-29", "chair": "另一人", "seen": shown}
    ).content.decode()

    session.refresh_from_db()
    assert (session.place, session.chair) == ("区会议中心", TYPED["chair"])
    assert "刚被他人改过" in late
    assert 'value="另一人"' in late


# --- 筹备 ---------------------------------------------------------------------------------------------------


def rows(page):
    text = re.sub(r"<[^>]+>", " ", page.content.decode().split('class="table timetable"')[1].split("</table>")[0])
    return re.sub(r"\s+", " ", text)


def test_the_timetable_shows_plan_outcome_and_today(client, clerk, session):
    session.preparation.filter(kind="CANVASS").update(done_on=dt.date(2026, 11, 20))
    client.force_login(clerk)

    text = rows(client.get(url("session", session)))

    assert "11月20日 周五 前 30 日 发出征求意见表 会议工作人员 11月20日办结 今天 11月24日 星期二 12月7日 周一 前 15 日" in text
    assert "12月25日 周五 后 3 日 起草提醒函" in text


def test_a_late_matter_is_called_late(client, clerk, session):
    client.force_login(clerk)

    assert "发出征求意见表 会议工作人员 已晚 4 天" in rows(client.get(url("session", session)))


def test_an_official_sees_the_own_dates_and_no_roster(client, session, subject, subject_user):
    Attendee.objects.create(group=factories.AudienceGroupFactory(session=session), name="群众甲")
    client.force_login(subject_user)

    page = client.get(url("session", session))

    assert "提交述责述廉报告" in rows(page)
    assert "核查办结" not in rows(page)
    assert "群众甲" not in page.content.decode()
    assert "不足 2 题" not in page.content.decode()


@pytest.mark.parametrize("who", ["subject_user", "liaison"])
@pytest.mark.parametrize(
    ("state", "row", "step"),
    [
        (None, "12月7日 周一 前 15 日 提交述责述廉报告 本人 还有 13 天", "撰写并提交述责述廉报告"),
        ("DRAFT", "12月7日 周一 前 15 日 提交述责述廉报告 本人 还有 13 天", "撰写并提交述责述廉报告"),
        ("SUBMITTED", "12月7日 周一 前 15 日 提交述责述廉报告 本人 已提交", None),
        (
            "RETURNED",
            "12月11日 周五 前 10 日 修改并重新提交述责述廉报告 本人 退回修改，还有 17 天",
            "按退回的意见修改述责述廉报告",
        ),
        ("PASSED", "12月7日 周一 前 15 日 提交述责述廉报告 本人 已提交", None),
    ],
)
def test_the_official_reads_where_the_own_report_stands(client, request, session, subject, who, state, row, step):
    if state:
        ReviewReport.objects.create(subject=subject, template=factories.ReportTemplateFactory(), state=state)
    client = enter(client, request, who)

    page = client.get(url("session", session))

    assert row in rows(page)
    assert row in rows(client.get(reverse("desk:desk")))
    assert (page.context["step"] or {}).get("title", "").startswith(step or "")
    assert (page.context["step"] is None) is (step is None)


@pytest.mark.parametrize(("who", "has_button"), [("clerk", True), ("approver", False), ("member", False)])
def test_the_next_step_has_its_button_for_whose_it_is(client, request, session, who, has_button):
    factories.AudienceGroupFactory(session=session)
    ReviewSession.objects.update(state=State.DRAFT)

    page = enter(client, request, who).get(url("session", session)).content.decode()

    assert "提交会议安排审批" in page
    assert (f'action="{url("session_submit", session)}"' in page) is has_button


@pytest.mark.parametrize(("tab", "has_button"), [("session", True), ("canvass", False)])
def test_the_next_step_has_no_button_to_the_page_that_is_open(client, clerk, session, tab, has_button):
    ReviewSession.objects.update(state=State.CANVASSING)
    client.force_login(clerk)

    page = client.get(url(tab, session)).content.decode()

    assert (">去访廉</a>" in page) is has_button


def test_a_blocked_step_is_disabled_and_lists_every_reason(client, clerk):
    session = factories.ReviewSessionFactory(subjects=4, state=State.DRAFT)
    client.force_login(clerk)

    page = client.get(url("session", session)).content.decode()

    assert f'action="{url("session_submit", session)}"' not in page
    assert "现在 4 人，还差 1 人" in page
    assert f'href="{url("session_subjects", session)}"' in page
    assert f'href="{url("session_audience", session)}"' in page


def test_the_stage_line_marks_where_the_session_stands(client, clerk, session):
    client.force_login(clerk)

    stages = client.get(url("session", session)).context["stages"]

    assert [stage["state"] for stage in stages] == ["done", "now", *["todo"] * 6]
    assert [stage["label"] for stage in stages] == ["筹备", "访廉", "述廉", "问廉", "评廉", "结果", "整改", "归档"]


def test_a_halted_session_says_why(client, clerk):
    session = factories.ReviewSessionFactory(state=State.POSTPONED, state_reason="与区委全会冲突")
    client.force_login(clerk)

    assert "与区委全会冲突" in client.get(url("session", session)).content.decode()


def test_a_note_is_made_and_taken_back(client, clerk, session):
    client.force_login(clerk)
    task = session.preparation.get(kind="VERIFICATION")

    client.post(url("session_mark", session, "VERIFICATION"))
    task.refresh_from_db()
    assert task.done_on == dt.date(2026, 11, 24)

    client.post(url("session_mark", session, "VERIFICATION"), {"undo": "1"})
    task.refresh_from_db()
    assert task.done_on is None


def test_an_unknown_matter_is_not_found(client, clerk, session):
    client.force_login(clerk)

    assert client.post(url("session_mark", session, "NONSENSE")).status_code == 404


# --- officials ---------------------------------------------------------------------------------------------


@pytest.fixture
def draft(db):
    return factories.ReviewSessionFactory(subjects=2, state=State.DRAFT)


def test_candidates_come_by_need_with_their_reasons(client, clerk, draft):
    factories.TermFactory()
    late = factories.OfficialFactory(name="后满", term_ends_on=dt.date(2029, 6, 30))
    soon = factories.OfficialFactory(name="先满", term_ends_on=dt.date(2027, 3, 24))
    waited = factories.OfficialFactory(name="久等", term_starts_on=dt.date(2021, 7, 1))
    heard = factories.OfficialFactory(name="已述", term_ends_on=dt.date(2026, 12, 31))
    factories.OfficialFactory(name="离任", status="LEFT")
    factories.SessionSubjectFactory(
        session=factories.ReviewSessionFactory(date=dt.date(2025, 12, 20), state=State.CLOSED), official=heard
    )
    client.force_login(clerk)

    page = client.get(url("session_subjects", draft)).context["page"]

    assert list(page) == [soon, waited, late, heard]
    assert (page[0].waiting, page[0].time_left) == ("从未述责述廉，任职 2 年 4 个月", "距任期届满 4 个月")
    assert page[3].waiting == "上次述责述廉至今 11 个月"


def test_candidates_take_as_many_queries_for_three_as_for_one(client, clerk):
    client.force_login(clerk)
    factories.TermFactory()
    session = factories.ReviewSessionFactory(subjects=1, state=State.DRAFT)
    factories.OfficialFactory()
    for_one = queries(client, url("session_subjects", session))
    factories.OfficialFactory.create_batch(2)
    factories.SessionSubjectFactory.create_batch(2, session=session)

    assert queries(client, url("session_subjects", session)) == for_one <= 18


def test_a_session_takes_as_many_queries_for_ten_officials_as_for_one(client, clerk, session):
    client.force_login(clerk)
    one = factories.ReviewSessionFactory(subjects=1)
    factories.AudienceGroupFactory(session=one)
    for code in "ABCD":
        Attendee.objects.create(group=factories.AudienceGroupFactory(session=session, code=code), name="甲")

    assert queries(client, url("session", session)) == queries(client, url("session", one))


def test_candidates_are_found_by_pinyin(client, clerk, draft):
    factories.OfficialFactory(name="周建林")
    factories.OfficialFactory(name="金沛谷")
    client.force_login(clerk)

    assert [o.name for o in client.get(url("session_subjects", draft), {"q": "zjl"}).context["page"]] == ["周建林"]
    assert "没有找到干部" in client.get(url("session_subjects", draft), {"q": "没有的"}).content.decode()


def test_chosen_officials_are_listed_with_the_reason_they_were_offered_for(client, clerk, draft):
    official = factories.OfficialFactory()
    client.force_login(clerk)

    response = client.post(url("session_subject_add", draft), {"official": [official.uid, "nonsense"]})

    assert response.status_code == 302
    assert draft.subjects.get(official=official).reason.startswith("从未述责述廉，任职")


def test_choosing_nobody_says_so(client, clerk, draft):
    client.force_login(clerk)

    assert "没有勾选干部" in client.post(url("session_subject_add", draft), follow=True).content.decode()


def test_too_many_are_refused_on_the_page_they_came_from(client, clerk):
    session = factories.ReviewSessionFactory(subjects=10, state=State.DRAFT)
    where, extra = url("session_subjects", session), factories.OfficialFactory(name="多余")
    client.force_login(clerk)

    page = client.post(
        url("session_subject_add", session),
        {"official": [extra.uid]},
        headers={"referer": f"http://testserver{where}"},
        follow=True,
    )

    assert page.redirect_chain == [(f"{where}?official={extra.uid}", 302)]
    body = page.content.decode()
    assert "再加多余就有 11 人" in body
    assert body.index('class="crumbs"') < body.index("未能办理")


def test_a_full_session_offers_no_boxes_and_says_why_once(client, clerk):
    session = factories.ReviewSessionFactory(subjects=10, state=State.DRAFT)
    factories.OfficialFactory(name="多余")
    client.force_login(clerk)

    page = client.get(url("session_subjects", session)).content.decode()

    assert ("多余" in page, 'name="official"' in page, "列入会议</button>" in page) == (True, False, False)
    assert page.count("已满 10 人") == 1


def test_a_box_and_its_name_are_one_target(client, clerk, draft):
    official = factories.OfficialFactory(name="甲某")
    client.force_login(clerk)

    page = client.get(url("session_subjects", draft)).content.decode()

    label = page.split(f'value="{official.uid}"')[1].split("</label>")[0]
    assert "<b>甲某</b>" in label


def test_ticks_search_and_page_survive_a_refusal(client, clerk):
    session = factories.ReviewSessionFactory(subjects=9, state=State.DRAFT)
    one, two = (factories.OfficialFactory(name=name) for name in ("甲某", "乙某"))
    factories.OfficialFactory(name="丙某")
    client.force_login(clerk)

    page = client.post(url("session_subject_add", session) + "?q=某", {"official": [one.uid, two.uid]}, follow=True)

    body = page.content.decode()
    assert page.context["form"].text == "某"
    for official in (one, two):
        assert f'name="official" value="{official.uid}" checked' in body
    assert body.count(" checked") == 2
    assert "已勾选 2 人，最多还可列入 1 人" in body
    assert not session.subjects.filter(official__in=[one, two]).exists()


def test_ticks_stay_through_a_search_and_another_page(client, clerk, draft):
    one, _other = (factories.OfficialFactory(name=name) for name in ("甲某", "乙某"))
    client.force_login(clerk)

    page = client.get(url("session_subjects", draft), {"q": "乙某", "official": [one.uid, draft.subjects.first().official.uid]})

    assert [(official.name, official.is_ticked) for official in page.context["shown"]] == [("甲某", True), ("乙某", False)]
    assert page.context["n_ticked"] == 1
    assert "最多只能再列入" in page.content.decode()


def test_why_somebody_is_listed_is_written_in_chinese_whatever_language_the_clerk_reads(client, clerk, draft):
    official = factories.OfficialFactory()
    client.force_login(clerk)

    client.post(url("session_subject_add", draft), {"official": official.uid}, headers={"accept-language": "en"})

    reason = draft.subjects.get(official=official).reason
    assert "任期" in reason
    assert not any(letter in reason for letter in "aeiou")


def test_the_order_is_changed_with_buttons(client, clerk, draft):
    first, second = draft.subjects.order_by("order")
    client.force_login(clerk)

    client.post(url("session_subject_move", draft, second.uid), {"up": "1"})
    assert list(draft.subjects.order_by("order")) == [second, first]

    client.post(url("session_subject_move", draft, second.uid), {"down": "1"})
    assert list(draft.subjects.order_by("order")) == [first, second]

    client.post(url("session_subject_remove", draft, first.uid))
    assert list(draft.subjects.order_by("order")) == [second]


def test_an_official_of_another_session_is_not_found(client, clerk, draft):
    other = factories.SessionSubjectFactory(session=factories.ReviewSessionFactory(state=State.DRAFT))
    client.force_login(clerk)

    assert client.post(url("session_subject_remove", draft, other.uid)).status_code == 404


def test_the_reason_for_a_second_time_is_asked_and_kept(client, clerk, draft):
    factories.TermFactory()
    subject = draft.subjects.first()
    factories.SessionSubjectFactory(
        session=factories.ReviewSessionFactory(date=dt.date(2025, 12, 20), state=State.CLOSED), official=subject.official
    )
    client.force_login(clerk)
    assert "写明再次列入的理由" in client.get(url("session_subjects", draft)).content.decode()

    client.post(url("session_subject_reason", draft, subject.uid), {"reason": "巡察反馈问题突出"})

    subject.refresh_from_db()
    assert subject.repeat_reason == "巡察反馈问题突出"


def test_a_line_up_handed_in_leads_back_to_the_session(client, clerk, session):
    client.force_login(clerk)

    assert client.get(url("session_subjects", session)).url == url("session", session)


# --- audience ----------------------------------------------------------------------------------------------


@pytest.fixture
def with_groups(draft):
    for code in "BD":
        factories.AudienceGroupFactory(session=draft, code=code, expected=0)
    return draft


def test_rosters_are_offered_from_the_registers_and_nothing_is_written(client, clerk, with_groups):
    CommitteeMember.objects.create(code="C01", name="袁秉柏", title="区纪委书记")
    Representative.objects.create(code="R01", name="章承和", kind="PARTY_DELEGATE")
    client.force_login(clerk)

    page = client.get(url("session_audience", with_groups)).content.decode()

    assert "袁秉柏，区纪委书记" in page
    assert "章承和，党代表" in page
    assert 'id="unlisted"' not in page
    assert not Attendee.objects.exists()


def test_registers_that_offer_nobody_are_named_with_the_way_to_fill_them(client, clerk, with_groups):
    with_groups.audience.filter(code="D").update(name="群众代表")
    CommitteeMember.objects.create(code="C01", name="袁秉柏", title="区纪委书记")
    client.force_login(clerk)

    page = client.get(url("session_audience", with_groups)).content.decode()

    assert "登记册里没有可以预填的群众代表" in page
    assert f'href="{reverse("officials:register_upload")}"' in page


def audience(session, **changes):
    return {"shown": lineup.fingerprint(session.audience.all()), "B-name": "区纪委委员", "B-expected": "", "B-is_anonymous": "on", "B-roster": "", "D-name": "群众代表", "D-expected": "", "D-roster": "", **changes}  # fmt: skip


def test_a_roster_typed_while_the_meeting_was_put_off_stays_in_its_form(client, clerk, with_groups):
    typed = audience(with_groups, **{"B-roster": "袁秉柏，区纪委书记"})
    ReviewSession.objects.update(state=State.POSTPONED)
    client.force_login(clerk)

    page = client.post(url("session_audience", with_groups), typed)

    assert page.status_code == 200
    assert "会议已经开始或者停办，参会人员不能再改" in page.content.decode()
    assert "袁秉柏，区纪委书记" in page.content.decode()
    assert not Attendee.objects.exists()


@pytest.mark.parametrize(
    ("name", "why"), [("session_subjects", "会议已经报批，对象不能再改"), ("session_audience", "会议已经开始或者停办")]
)
def test_a_list_that_may_not_change_any_more_turns_back_with_the_reason(client, clerk, with_groups, name, why):
    ReviewSession.objects.update(state=State.IN_PROGRESS)
    client.force_login(clerk)

    answer = client.get(url(name, with_groups), follow=True)

    assert answer.redirect_chain
    assert why in answer.content.decode()


def test_numbers_follow_the_roster_and_may_exceed_it(client, clerk, with_groups):
    client.force_login(clerk)

    client.post(
        url("session_audience", with_groups),
        audience(with_groups, **{"B-roster": "袁秉柏，区纪委书记\n\n钱泽岫 区纪委副书记\n", "D-expected": "40"}),
    )

    assert list(with_groups.audience.values_list("code", "expected", "is_anonymous")) == [("B", 2, True), ("D", 40, False)]
    assert list(Attendee.objects.order_by("pk").values_list("name", "about")) == [
        ("袁秉柏", "区纪委书记"),
        ("钱泽岫", "区纪委副书记"),
    ]


@pytest.mark.parametrize(
    ("roster", "refusal"),
    [
        ("袁秉柏，区纪委书记\n\n，局长\n\t主任", "第 3、4 行没有姓名"),
        ("袁秉柏，区纪委书记\n钱泽岫\n袁秉柏 区纪委书记", "第 1、3 行是同一人：袁秉柏"),
    ],
)
def test_a_line_without_a_name_and_one_that_stands_twice_are_refused_by_number(client, clerk, with_groups, roster, refusal):
    client.force_login(clerk)

    page = client.post(url("session_audience", with_groups), audience(with_groups, **{"B-roster": roster}))

    assert refusal in page.content.decode()
    assert not with_groups.audience.filter(attendees__isnull=False).exists()


def test_two_people_of_one_name_stand_beside_each_other(client, clerk, with_groups):
    client.force_login(clerk)

    client.post(url("session_audience", with_groups), audience(with_groups, **{"B-roster": "　陈静，财政局\n陈静，教育局"}))

    assert with_groups.audience.get(code="B").attendees.count() == 2


def test_fewer_than_the_roster_are_refused_and_the_roster_stays(client, clerk, with_groups):
    client.force_login(clerk)

    page = client.post(
        url("session_audience", with_groups), audience(with_groups, **{"B-roster": "甲\n乙\n丙", "B-expected": "2"})
    )

    assert "名单上有 3 人，应到人数不能少于名单" in page.content.decode()
    assert "甲\n乙\n丙" in page.content.decode()
    assert not Attendee.objects.exists()


def test_a_line_too_long_for_a_name_is_pointed_at(client, clerk, with_groups):
    client.force_login(clerk)

    page = client.post(url("session_audience", with_groups), audience(with_groups, **{"D-roster": "很长的名字" * 10}))

    assert "太长：姓名最多 40 字" in page.content.decode()


def test_of_two_clerks_the_later_is_told_whom_the_other_listed_and_keeps_what_was_typed(client, clerk, with_groups):
    opened = audience(with_groups, **{"B-roster": "袁秉柏，区纪委书记\n钱泽岫"})
    group = with_groups.audience.get(code="B")
    lineup.set_audience(with_groups, [(group, [("袁秉柏", "区纪委书记"), ("倪松言", "")])], by=clerk)
    client.force_login(clerk)

    page = client.post(url("session_audience", with_groups), opened)

    text = page.content.decode()
    assert "参会人员刚被他人改过" in text
    assert "区纪委委员现在的名单上有、您填的没有：倪松言" in text
    assert "袁秉柏，区纪委书记\n钱泽岫" in text
    assert list(group.attendees.values_list("name", flat=True)) == ["袁秉柏", "倪松言"]
    client.post(url("session_audience", with_groups), {**opened, "shown": page.context["shown"]})
    assert list(group.attendees.values_list("name", flat=True)) == ["袁秉柏", "钱泽岫"]


def test_who_has_come_since_the_page_was_opened_does_not_hinder_it(client, clerk, with_groups):
    group = with_groups.audience.get(code="B")
    lineup.set_audience(with_groups, [(group, [("袁秉柏", "")])], by=clerk)
    opened = audience(with_groups, **{"B-roster": "袁秉柏\n钱泽岫"})
    group.attendees.update(is_present=True)
    client.force_login(clerk)

    client.post(url("session_audience", with_groups), opened)

    assert list(group.attendees.order_by("pk").values_list("name", "is_present")) == [("袁秉柏", True), ("钱泽岫", False)]


def test_a_page_with_a_fault_does_not_forget_what_it_showed(client, clerk, with_groups):
    opened = audience(with_groups, **{"B-roster": "甲\n乙", "B-expected": "1"})
    lineup.set_audience(with_groups, [(with_groups.audience.get(code="B"), [("丙", "")])], by=clerk)
    client.force_login(clerk)

    page = client.post(url("session_audience", with_groups), opened)

    assert page.context["shown"] == opened["shown"]


def test_the_sign_in_sheet_lists_people_by_group_and_leaves_lines_for_the_rest(client, clerk, session):
    group = factories.AudienceGroupFactory(session=session, expected=3)
    Attendee.objects.create(group=group, name="袁秉柏", about="区纪委书记")
    factories.AudienceGroupFactory(session=session, code="D", name="没有人", expected=0)
    client.force_login(clerk)

    page = client.get(url("session_sign_in", session))

    assert [list(item["blank"]) for item in page.context["groups"]] == [[2, 3]]
    assert "袁秉柏" in page.content.decode()
    assert "没有人" not in page.content.decode()
    assert "data-print" in page.content.decode()


def test_the_notice_says_when_where_who_and_by_which_day(client, clerk, session):
    factories.AudienceGroupFactory(session=session, code="B", name="区纪委委员", expected=27)
    factories.AudienceGroupFactory(session=session, code="D", name="没有人", expected=0)
    ReviewSession.objects.filter(pk=session.pk).update(approved_on=dt.date(2026, 11, 20))
    client.force_login(clerk)

    answer = client.get(url("session_notice", session))

    with pdfplumber.open(io.BytesIO(answer.getvalue())) as pdf:
        text = "".join("".join(page.extract_text() for page in pdf.pages).split())
    subject, due = session.subjects.first(), session.preparation.get(kind="REPORTS").due_on
    assert f"召开{session.title}" in text
    assert f"{subject.unit_name}{subject.post}{subject.name}" in text
    assert "参会人员27人：区纪委委员27人。" in text
    assert f"{due.year}年{due.month}月{due.day}日前提交述责述廉报告" in text
    assert text.count("2026年11月20日") == 2


def test_a_session_that_nobody_approved_has_no_notice(client, clerk, session):
    ReviewSession.objects.filter(pk=session.pk).update(approved_on=None)
    client.force_login(clerk)

    assert client.get(url("session_notice", session)).status_code == 404
    ReviewSession.objects.filter(pk=session.pk).update(approved_on=NOW.date(), state=State.POSTPONED)
    assert client.get(url("session_notice", session)).status_code == 404  # it is off
    assert url("session_notice", session) not in client.get(url("session", session)).content.decode()


# --- what a page says of itself ---


def test_a_session_whose_preparation_was_not_kept_has_no_timetable_of_today(client, clerk, session):
    session.preparation.all().delete()
    client.force_login(clerk)

    page = client.get(url("session", session))

    assert page.context["stops"] == []
    assert "没有时刻表" in page.content.decode()


def test_a_cancelled_session_does_not_wait_for_approval(client, clerk, session):
    ReviewSession.objects.update(state=State.CANCELLED, approved_on=None)
    client.force_login(clerk)

    page = client.get(url("session", session))

    assert page.context["stages"][0]["note"] == "已取消"


@pytest.mark.parametrize(("days", "asks"), [(-1, True), (0, False), (3, False)])
def test_what_is_due_later_is_noted_as_done_after_a_question(client, clerk, session, time_machine, days, asks):
    task = session.preparation.get(kind="VERIFICATION")
    time_machine.move_to(dt.datetime.combine(task.due_on + dt.timedelta(days=days), dt.time(2), dt.UTC))
    client.force_login(clerk)

    page = client.get(url("session", session)).content.decode()

    assert (f"“{task}”提前登记？" in page) == asks
    assert ('id="mark-VERIFICATION"' in page) != asks


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("clerk", {"看报告", "去选题", "看访廉", "登记办结"}),
        ("approver", {"看报告", "去选题", "看访廉"}),
        ("member", set()),  # the staff's reasons are not the members'
    ],
)
def test_only_what_a_person_can_do_is_offered_beside_a_reason(client, request, session, who, offered):
    ReviewSession.objects.update(state=State.REPORTS_DUE)

    page = enter(client, request, who).get(url("session", session))

    assert {blocker["label"] for blocker in page.context["step"]["blockers"] if blocker["url"]} == offered


@pytest.mark.parametrize(("more", "told"), [({}, True), ({"is_rehearsal": True}, False), ({"state": State.CANCELLED}, False)])
def test_a_second_session_in_a_quarter_is_pointed_out(client, clerk, session, more, told):
    other = factories.ReviewSessionFactory(title="另一场会议", date=session.date - dt.timedelta(days=30), **more)
    client.force_login(clerk)

    page = client.get(url("session", session)).content.decode()

    assert (f"第四季度已有一场会议：{other.title}" in page) == told


@pytest.mark.parametrize("state", [State.CANVASSING, State.REPORTS_DUE, State.READY])
def test_members_are_told_to_put_questions_and_not_what_keeps_the_staff_busy(client, request, session, subject, state):
    ReviewSession.objects.update(state=state)

    step = enter(client, request, "member").get(url("canvass", session)).context["step"]

    assert (step["title"], step["link"]) == ("提出、推荐质询问题", url("questions", session))
    assert step["blockers"] == []
