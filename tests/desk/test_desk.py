"""Each role's desk: what is to be done, in which order, and at one price however much there is."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from desk.views.line import Line, in_order
from live.models import Hall
from officials.models import Unit, User
from officials.roles import Role
from rectification.models import Finding, RectificationItem
from reviews.models import Attendee, Digest, LeaderComment, Minutes, Opinion, ReportVersion, ReviewReport, ReviewSession, TipOff
from scoring.actions import install_sample_scheme
from scoring.models import BallotRound, NamedMarks, RoundGroup, Scheme
from tests import factories
from tests.desk.agenda import DESK, TODAY, late_item, lines, new_round

pytestmark = pytest.mark.usefixtures("today")


UNDER_WAY = ("今天", "会议正在进行：跟着会议看报告和意见汇总")


@pytest.mark.parametrize(
    ("due", "word", "expected"),
    [
        (TODAY - dt.timedelta(days=1), "", ("bad", "晚 1 天")),
        (TODAY, "", ("warn", "今天")),
        (TODAY + dt.timedelta(days=2), "", ("", "周五")),
        (TODAY + dt.timedelta(days=30), "", ("", "2027年1月15日")),
        (None, "", ("", "待办")),
        (TODAY, "退回", ("", "退回")),
    ],
)
def test_a_line_says_how_urgent_it_is(due, word, expected):
    assert Line("事", "/", due=due, word=word).badge(TODAY) == expected


def test_what_is_late_comes_first_and_news_last():
    late, now, later = (Line(t, "/", due=TODAY + dt.timedelta(days=n)) for t, n in (("晚", -3), ("今", 0), ("后", 5)))
    news, open_ended = Line("新", "/", kind="info", word="已反馈"), Line("待", "/")

    assert [line.title for line in in_order([news, later, open_ended, now, late], TODAY)] == ["晚", "待", "今", "后", "新"]


def test_an_empty_desk_says_so(client, teller):
    client.force_login(teller)

    page = client.get(reverse(DESK)).content.decode()

    assert "手上没有要办的事" in page


def test_staff_see_late_dates_reports_and_new_opinions(client, clerk, session, subject):
    report = ReviewReport.objects.create(subject=subject, template=factories.ReportTemplateFactory(), state="SUBMITTED")
    ReportVersion.objects.create(report=report, number=1, content={})
    factories.OpinionFactory(session=session, subject=subject)
    factories.OpinionFactory(session=session, subject=subject, state=Opinion.State.CLASSIFIED)

    found = lines(client, clerk)

    assert ("晚 1 天", "核查办结") in found
    assert ("待办", f"审查{subject.name}的述责述廉报告") in found
    assert ("待办", "归类 1 条新收到的意见") in found


def test_staff_see_a_digest_being_written_and_one_that_came_back(client, clerk, session):
    digest = Digest.objects.create(session=session)
    assert ("待办", "写好意见汇总，提交审批") in lines(client, clerk)

    Digest.objects.filter(pk=digest.pk).update(returned_because="像原话")
    assert ("退回", "修改退回的意见汇总") in lines(client, clerk)

    Digest.objects.filter(pk=digest.pk).update(state=Digest.State.APPROVED)
    assert not any("意见汇总" in title for _word, title in lines(client, clerk))


def test_a_member_reads_the_digest_once(client, member, session):
    digest = Digest.objects.create(session=session, state=Digest.State.APPROVED)
    assert ("待办", "阅读意见汇总") in lines(client, member)

    digest.receipts.create(reader=member)

    assert ("待办", "阅读意见汇总") not in lines(client, member)


def test_a_leading_member_prepares_comments_on_the_own_field_only(client, leader, session, subject):
    subject.unit.leading_member = leader.leading_member
    subject.unit.save()

    found = [title for _word, title in lines(client, leader)]

    assert found == ["准备 1 人的点评"]


# --- late items --------------------------------------------------------------------------------------------


@pytest.fixture
def late_items(subject, leader, clerk):
    """Two items, ten days late: one of a unit in the leader's field, one of another."""
    Unit.objects.filter(pk=subject.official.unit_id).update(leading_member=leader.leading_member)
    return [late_item(subject.official.unit, subject, clerk, 1), late_item(factories.UnitFactory(), subject, clerk, 2)]


def test_the_rail_and_the_desk_count_the_same_late_items_by_one_name(client, clerk, leader, late_items):
    for user, n, name in ((clerk, 2, "逾期整改"), (leader, 1, "分管单位逾期整改")):
        client.force_login(user)
        answer = client.get(reverse(DESK))
        page = answer.content.decode()

        assert (answer.context["overdue_count"], f"逾期 {n} 项</span>" in page, f">{name}</h2>" in page) == (n, True, True)


def test_a_red_warning_is_there_to_be_looked_at(client, clerk, late_items):
    client.force_login(clerk)

    found = [row["line"] for row in client.get(reverse(DESK), {"all": ""}).context["agenda"] if "红色" in row["line"].title]

    assert {line.button for line in found} == {"查看"}
    assert all("请联系单位" in line.note for line in found)


# --- the own marks ---------------------------------------------------------------------------------------------


@pytest.fixture
def named_group(session):
    """The leading members' group of a round whose box stands, in a meeting that runs."""
    ReviewSession.objects.filter(pk=session.pk).update(state="VOTING_OPEN")
    factories.AudienceGroupFactory(session=session, code="A", name="分管区领导", is_anonymous=False)
    made = install_sample_scheme()
    user = factories.UserFactory()
    round = BallotRound.objects.create(session=session, sid="0" * 16, number=1, scheme=made, prepared_by=user, has_box=True)
    return RoundGroup.objects.create(round=round, letter="a", code="A", name="分管区领导", is_named=True, attendants=3)


def test_a_leading_member_on_the_roster_marks_once(client, leader, session, named_group):
    assert lines(client, leader) == [UNDER_WAY]
    Attendee.objects.create(group=session.audience.get(code="A"), name=leader.leading_member.name)
    assert lines(client, leader) == [UNDER_WAY, ("今天", "给述责述廉对象评分（实名）")]

    for subject in session.subjects.all():
        NamedMarks.objects.create(
            group=named_group, rater=leader.leading_member.name, subject=subject, answers={}, entered_by=leader
        )

    assert lines(client, leader) == [UNDER_WAY]


@pytest.mark.parametrize("change", [{"voided_at": timezone.now()}, {"has_box": False}])
def test_marks_are_asked_for_only_while_there_is_a_box(client, leader, session, named_group, change):
    Attendee.objects.create(group=session.audience.get(code="A"), name=leader.leading_member.name)
    BallotRound.objects.update(**change)

    assert lines(client, leader) == [UNDER_WAY]


@pytest.mark.parametrize(
    ("state", "day", "titles"),
    [
        ("READY", TODAY, ["今天开会：先看报告和意见汇总"]),
        ("READY", TODAY + dt.timedelta(days=1), []),
        ("READY", TODAY - dt.timedelta(days=1), []),
        ("IN_PROGRESS", TODAY, [UNDER_WAY[1]]),
        ("VOTING_OPEN", TODAY, [UNDER_WAY[1]]),
        ("VOTING_CLOSED", TODAY, []),
    ],
)
def test_members_find_the_papers_of_the_meeting_from_the_morning_until_the_vote_is_closed(
    client, member, session, state, day, titles
):
    ReviewSession.objects.filter(pk=session.pk).update(state=state, date=day)

    assert [title for _word, title in lines(client, member)] == titles


@pytest.mark.parametrize(
    ("state", "line"), [(None, "撰写并提交述责述廉报告"), ("RETURNED", "按退回的意见修改述责述廉报告"), ("SUBMITTED", None)]
)
def test_the_official_sees_the_own_report_until_it_is_handed_in(client, subject_user, subject, state, line):
    if state:
        ReviewReport.objects.create(subject=subject, template=factories.ReportTemplateFactory(), state=state)

    assert [title for _word, title in lines(client, subject_user)] == ([line] if line else [])


def test_only_the_petition_clerk_sees_a_tip_off(client, petition_clerk, clerk, session):
    TipOff.objects.create(session=session, unit_name="交通局", text="信", received_on=TODAY, transferred_on=TODAY)

    assert lines(client, petition_clerk) == [("今天", "登记转送件：交通局")]
    assert "登记转送件" not in str(lines(client, clerk))


def test_a_session_being_put_right_is_on_the_desk_when_somebody_must_settle_it(client, clerk, session, subject):
    ReviewSession.objects.filter(pk=session.pk).update(state="RECTIFYING")
    assert lines(client, clerk) == [("待办", "办结本场会议的整改")]

    said = LeaderComment.objects.create(
        subject=subject, leader=factories.LeadingMemberFactory(), problems="窗口慢", is_delivered=True
    )
    assert lines(client, clerk) == []
    said.delete()

    finding = Finding.objects.create(subject=subject, source="SCORE", text="甲", state="CONFIRMED")
    assert lines(client, clerk) == [("待办", "拟提醒函：1 个已确认的问题")]

    Finding.objects.filter(pk=finding.pk).update(state="PROPOSED")
    assert lines(client, clerk) == [("待办", "确认 1 个问题")]


def test_problems_are_confirmed_by_the_office_alone(client, clerk, approver, session):
    ReviewSession.objects.filter(pk=session.pk).update(state="FED_BACK")
    line = ("待办", "确认问题，发提醒函；没有问题的办结")

    assert line in lines(client, clerk)
    assert line not in lines(client, approver)


def test_who_verifies_sees_the_date_and_that_the_office_notes_it(client, clerk, verifier, session):
    seen = {}
    for user in (clerk, verifier):
        client.force_login(user)
        found = [row["line"] for row in client.get(reverse(DESK), {"all": ""}).context["agenda"]]
        seen[user] = [(line.button, line.note) for line in found if line.title == "核查办结"]

    assert seen == {clerk: [("去办", session.title)], verifier: [("查看", f"{session.title}，办完由工作人员登记")]}


def test_a_closed_session_waits_for_the_archivist_alone(client, clerk, session):
    ReviewSession.objects.filter(pk=session.pk).update(state="CLOSED")

    assert lines(client, factories.UserFactory(roles=[Role.ARCHIVIST])) == [("待办", "会议文书归档")]
    assert lines(client, clerk) == []


def test_minutes_go_from_the_office_to_the_leader(client, clerk, approver, session):
    Hall.objects.create(session=session)
    ReviewSession.objects.update(state="COUNTED")
    write = ("待办", "整理会议记录，提交确认")
    assert write in lines(client, clerk)

    kept = Minutes.objects.create(session=session, state="SUBMITTED", submitted_by=clerk)

    assert write not in lines(client, clerk)
    assert f"会议记录：{session.title}" in [title for _word, title in lines(client, approver)]
    Minutes.objects.update(submitted_by=approver)
    assert f"会议记录：{session.title}" not in [title for _word, title in lines(client, approver)]
    kept.delete()
    assert write in lines(client, clerk)


def test_a_running_vote_is_on_the_scrutineers_desk(client, scrutineer, teller, session):
    ReviewSession.objects.filter(pk=session.pk).update(state="VOTING_OPEN")

    assert lines(client, scrutineer) == [("进行中", "投票进行中，投完后关闭")]
    assert lines(client, teller) == []
    ReviewSession.objects.filter(pk=session.pk).update(is_vote_void=True)
    assert lines(client, scrutineer) == [("进行中", "本轮作废，另备一轮重新投票")]


def test_administrators_see_no_business(client, session, sysadmin, secadmin, auditadmin):
    for user in (sysadmin, secadmin, auditadmin):
        client.force_login(user)
        answer = client.get(reverse(DESK))
        assert session.title not in answer.content.decode()
        assert next(room["label"] for room in answer.context["rooms"]) == "工作台"


@pytest.mark.parametrize(
    ("who", "page"),
    [("sysadmin", "officials:account_new"), ("secadmin", "officials:account_list"), ("auditadmin", "desk:audit_trail")],
)
def test_the_empty_desk_of_an_administrator_names_the_first_step(client, request, who, page):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse(DESK)).context["first"]["url"] == reverse(page)


def test_the_empty_desk_of_others_has_no_first_step(client, teller):
    client.force_login(teller)

    assert client.get(reverse(DESK)).context["first"] is None


def test_an_account_without_roles_waits_on_the_security_administrators_desk(client, secadmin):
    User.objects.create(username="new", name="新人")

    assert lines(client, secadmin) == [("待办", "1 个账号还没有授权")]


@pytest.mark.parametrize("n", [1, 3])
def test_the_desk_costs_the_same_with_one_and_three_of_everything(client, clerk, n, django_assert_num_queries):
    factories.TermFactory()
    for _ in range(n):
        session = factories.ReviewSessionFactory(subjects=2)
        for subject in session.subjects.all():
            report = ReviewReport.objects.create(subject=subject, template=factories.ReportTemplateFactory(), state="SUBMITTED")
            ReportVersion.objects.create(report=report, number=1, content={})
            factories.OpinionFactory(session=session, subject=subject)
    client.force_login(clerk)

    with django_assert_num_queries(46):
        client.get(reverse(DESK))


def test_a_plan_that_is_late_is_on_the_desk_of_the_office(client, clerk, subject):
    late_item(subject.official.unit, subject, clerk, 1)
    RectificationItem.objects.update(
        state="PENDING_PLAN", due_on=TODAY + dt.timedelta(days=20), plan_due_on=TODAY - dt.timedelta(days=3)
    )

    assert ("晚 3 天", "方案逾期：窗口少") in lines(client, clerk)


@pytest.mark.parametrize("n", [1, 3])
def test_figures_that_are_missing_cost_the_same_for_one_meeting_and_three(client, clerk, n, django_assert_num_queries):
    for _ in range(n):
        round = new_round(factories.ReviewSessionFactory(subjects=2), clerk)
        body = round.scheme.body
        if not any(group.get("source") == "figures" for group in body["rater_groups"]):
            first, *others = body["rater_groups"]
            share = {"code": "F", "name": "重点工作", "weight": first["weight"], "anonymous": False, "source": "figures"}
            Scheme.objects.filter(pk=round.scheme.pk).update(
                body=body | {"rater_groups": [first | {"weight": "0"}, *others, share]}
            )
    client.force_login(clerk)

    with django_assert_num_queries(43):
        agenda = client.get(reverse(DESK), {"all": ""}).context["agenda"]
    assert sum(row["line"].title == "登记“重点工作”：还缺 2 位的数据" for row in agenda) == n
