"""Each role's desk: what is to be done, in which order, and at one price however much there is."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from desk.context import rooms
from desk.views.line import Line, in_order
from live.models import Hall
from notices import actions as notices
from notices.models import Letter, Notice
from officials.models import Unit, User
from officials.roles import Role
from rectification.models import CloseOut, Finding, ItemVerification, RectificationItem, RectificationPlan
from reviews.models import Attendee, Digest, LeaderComment, Minutes, Opinion, ReportVersion, ReviewReport, ReviewSession, TipOff
from scoring.actions import install_sample_scheme
from scoring.models import BallotRound, NamedMarks, Occasion, RoundGroup, Scheme, StepRequest
from tests import factories
from tests.markup import tight

TODAY = dt.date(2026, 12, 16)
DESK = "desk:desk"


UNDER_WAY = ("今天", "会议正在进行：跟着会议看报告和意见汇总")


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(dt.datetime(2026, 12, 16, 2, tzinfo=dt.UTC), tick=False)


def lines(client, user):
    client.force_login(user)
    return [(row["badge"][1], row["line"].title) for row in client.get(reverse(DESK), {"all": ""}).context["agenda"]]


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


def test_a_leader_sees_what_waits_and_staff_see_that_it_waits(client, approver, clerk, session):
    Digest.objects.create(session=session, state=Digest.State.SUBMITTED)

    assert ("待办", f"意见汇总：{session.title}") in lines(client, approver)
    client.force_login(clerk)
    assert [w["title"] for w in client.get(reverse(DESK)).context["approvals"]] == [f"意见汇总：{session.title}"]


def a_digest(session, subject, hand, clerk):
    made = Digest.objects.create(session=session, state=Digest.State.SUBMITTED, submitted_by=clerk)
    made.writers.add(hand)


def some_minutes(session, subject, hand, clerk):
    made = Minutes.objects.create(session=session, state=Minutes.State.SUBMITTED, submitted_by=clerk)
    made.writers.add(hand)


def a_plan_of_a_session(session, subject, hand, clerk):
    ReviewSession.objects.update(state="PLANNED", submitted_by=hand)


def a_letter_checked(session, subject, hand, clerk):
    state, moment = Letter.State.CHECKED, timezone.now()
    Letter.objects.create(unit=subject.unit, state=state, drafted_by=clerk, checked_by=hand, checked_at=moment, body={})


def a_letter_written(session, subject, hand, clerk):
    made = Letter.objects.create(unit=subject.unit, state=Letter.State.CHECKED, checked_by=clerk, checked_at=timezone.now())
    made.writers.add(hand)


def a_plan(session, subject, hand, clerk):
    item = late_item(subject.unit, subject, clerk, 1)
    RectificationItem.objects.update(state="PLAN_SUBMITTED")
    RectificationPlan.objects.create(item=item, due_on=TODAY, submitted_by=hand, submitted_at=timezone.now())


def a_close(session, subject, hand, clerk, *, proposer=None, verifier=None):
    item, others = late_item(subject.unit, subject, clerk, 1), factories.UserFactory()
    RectificationItem.objects.update(state="VERIFIED")
    passed = ItemVerification.objects.create(
        item=item, verdict="PASSED", note="看过", verifier=verifier or others, at=timezone.now()
    )
    CloseOut.objects.create(item=item, verification=passed, proposed_by=proposer or others, proposed_at=timezone.now())
    return item


def a_close_proposed(session, subject, hand, clerk):
    a_close(session, subject, hand, clerk, proposer=hand)


def a_close_verified(session, subject, hand, clerk):
    a_close(session, subject, hand, clerk, verifier=hand)


def a_close_handed_in(session, subject, hand, clerk):
    item = a_close(session, subject, hand, clerk)
    item.events.create(kind="EVIDENCE_SUBMITTED", at=timezone.now(), by=hand)


@pytest.mark.parametrize(
    ("wait", "title"),
    [
        (a_plan_of_a_session, "会议安排"),
        (a_digest, "意见汇总"),
        (some_minutes, "会议记录"),
        (a_letter_checked, "提醒函"),
        (a_letter_written, "提醒函"),
        (a_plan, "整改方案"),
        (a_close_proposed, "销号"),
        (a_close_verified, "销号"),
        (a_close_handed_in, "销号"),
    ],
)
def test_what_went_through_a_leaders_own_hands_waits_for_another(client, approver, clerk, session, subject, wait, title):
    wait(session, subject, approver, clerk)

    other = factories.UserFactory(roles=[Role.APPROVER])
    found = {user: [line for _word, line in lines(client, user) if line.startswith(title)] for user in (approver, other)}
    assert (len(found[approver]), len(found[other])) == (0, 1)


def test_the_line_of_a_digest_leads_to_where_it_is_approved(client, approver, clerk, session, subject):
    a_digest(session, subject, clerk, clerk)
    client.force_login(approver)

    (line,) = [r["line"] for r in client.get(reverse(DESK), {"all": ""}).context["agenda"] if "意见汇总" in r["line"].title]

    assert line.url == reverse("reviews:digest", args=[session.uid])


@pytest.mark.parametrize("state", [ReviewSession.State.POSTPONED, ReviewSession.State.CANCELLED])
def test_a_digest_of_a_meeting_that_is_off_waits_for_nobody(client, approver, clerk, session, subject, state):
    a_digest(session, subject, clerk, clerk)
    ReviewSession.objects.update(state=state)

    assert "意见汇总" not in str(lines(client, approver))


@pytest.mark.parametrize("n", [1, 3])
def test_what_waits_for_a_leader_costs_the_same_for_one_and_three(client, approver, clerk, n, django_assert_num_queries):
    for code in range(n):
        session = factories.ReviewSessionFactory(subjects=1)
        subject = session.subjects.get()
        for wait in (a_digest, some_minutes, a_letter_written):
            wait(session, subject, clerk, clerk)
        item, others = late_item(subject.unit, subject, clerk, code), factories.UserFactory()
        passed = ItemVerification.objects.create(item=item, verdict="PASSED", note="看过", verifier=others, at=timezone.now())
        CloseOut.objects.create(item=item, verification=passed, proposed_by=clerk, proposed_at=timezone.now())
        new_round(session, clerk)
        said = {"kind": "BONUS", "name": "加分", "amount": "1", "fact": "表彰", "document": "1号"}
        Occasion.objects.create(subject=subject, **said, entered_by=clerk, entered_at=timezone.now())
    client.force_login(approver)

    with django_assert_num_queries(32):
        agenda = client.get(reverse(DESK), {"all": ""}).context["agenda"]
    assert sum(row["line"].title.startswith("会外事项 1 项") for row in agenda) == n


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


def late_item(unit, subject, clerk, n):
    letter = Letter.objects.create(unit=unit, title="提醒函", addressee="党组", word="云纪函", drafted_by=clerk)
    finding = Finding.objects.create(subject=subject, source="QUESTION", text="窗口少", state=Finding.State.CONFIRMED)
    days = {"served_on": TODAY, "plan_due_on": TODAY, "first_due_on": TODAY, "due_on": TODAY - dt.timedelta(days=10)}
    about = {"unit": unit, "subject": subject, "finding": finding, "letter": letter}
    return RectificationItem.objects.create(code=f"ZG{n}", text="窗口少", source="QUESTION", **about, **days)


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


# --- steps of two persons --------------------------------------------------------------------------------------


@pytest.fixture
def round(session, clerk):
    """A round whose box nobody has asked for yet."""
    return new_round(session, clerk)


def new_round(session, clerk):
    scheme = install_sample_scheme()
    return BallotRound.objects.create(session=session, sid=session.uid.hex[:16], number=1, scheme=scheme, prepared_by=clerk)


@pytest.mark.parametrize(
    ("step", "asker", "seconds"),
    [
        ("SETUP", "clerk", {"scrutineer"}),
        ("SETUP", "scrutineer", {"clerk"}),
        ("PUBLISH", "approver", {"scrutineer"}),
        ("PUBLISH", "scrutineer", {"approver"}),
    ],
)
def test_a_step_asked_for_is_on_the_desks_of_those_who_can_confirm_it(
    client, request, session, round, clerk, approver, scrutineer, teller, member, step, asker, seconds
):
    cast = {"clerk": clerk, "approver": approver, "scrutineer": scrutineer, "teller": teller, "member": member}
    asked = StepRequest.objects.create(round=round, step=step, asked_by=cast[asker], asked_at=timezone.now())
    line = ("10:15 前", f"确认：{asked.get_step_display()}")

    assert {name for name, user in cast.items() if line in lines(client, user)} == seconds
    (name,) = seconds
    client.force_login(cast[name])
    found = client.get(reverse(DESK), {"all": ""}).context
    shown = next(row["line"] for row in found["agenda"] if row["line"].title == line[1])
    assert shown.url == asked.get_absolute_url()
    assert shown.note == f"{cast[asker]}于 10:00 提出，{session.title}"
    assert found["due_today"] >= 1


@pytest.mark.parametrize("change", [{"asked_at": dt.timedelta(minutes=15)}, {"confirmed_at": dt.timedelta()}, "void"])
def test_a_step_nobody_can_confirm_any_more_is_on_no_desk(client, round, clerk, scrutineer, change):
    asked = StepRequest.objects.create(round=round, step="SETUP", asked_by=clerk, asked_at=timezone.now())
    assert ("10:15 前", "确认：建立票箱") in lines(client, scrutineer)

    if change == "void":
        BallotRound.objects.update(voided_at=timezone.now())
    else:
        StepRequest.objects.filter(pk=asked.pk).update(**{name: timezone.now() - ago for name, ago in change.items()})

    assert "确认" not in str(lines(client, scrutineer))


@pytest.mark.parametrize("n", [1, 3])
def test_a_desk_costs_the_same_with_one_and_three_steps_to_confirm(client, clerk, scrutineer, n, django_assert_num_queries):
    for _ in range(n):
        other = new_round(factories.ReviewSessionFactory(), clerk)
        asker = factories.UserFactory(roles=["organiser"])
        StepRequest.objects.create(round=other, step="SETUP", asked_by=asker, asked_at=timezone.now())
    client.force_login(scrutineer)

    with django_assert_num_queries(15):
        agenda = client.get(reverse(DESK), {"all": ""}).context["agenda"]
    assert sum(row["line"].title == "确认：建立票箱" for row in agenda) == n


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


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("/", "工作台"),
        ("/sessions/", "会议"),
        ("/sessions/plan", "计划"),
        ("/scoring/u/ballot", "会议"),
        ("/rectification/sessions/u/items", "会议"),
        ("/rectification/items/u", "整改"),
        ("/notices/letters/", "整改"),
        ("/units/", "干部"),
        ("/accounts/me", None),
    ],
)
def test_the_rail_marks_the_room_a_page_is_in(rf, clerk, path, room):
    request = rf.get(path)
    request.user = clerk

    assert next((each["label"] for each in rooms(request) if each["current"]), None) == room


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

    with django_assert_num_queries(42):
        client.get(reverse(DESK))


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

    with django_assert_num_queries(39):
        agenda = client.get(reverse(DESK), {"all": ""}).context["agenda"]
    assert sum(row["line"].title == "登记“重点工作”：还缺 2 位的数据" for row in agenda) == n


# --- inbox, search -----------------------------------------------------------------------------------------


@pytest.fixture
def notice(clerk):
    notices.post(to=[clerk], key="a", subject="待审查：和彦岚的报告", body="第 1 稿")
    notices.deliver_waiting(now=timezone.now())
    return Notice.objects.get()


def test_the_inbox_finds_by_words_and_shows_the_unread(client, clerk, notice):
    client.force_login(clerk)

    def found(**query):
        return list(client.get(reverse("desk:inbox"), query).context["page"])

    assert found(q="和彦岚") == found(unread="") == [notice]
    assert found(q="别的") == []


def test_all_can_be_marked_as_read_by_their_owner_only(client, clerk, approver, notice):
    client.force_login(approver)
    client.post(reverse("desk:inbox_read"))
    assert Notice.objects.unread().count() == 1

    client.force_login(clerk)
    client.post(reverse("desk:inbox_read"))

    assert Notice.objects.unread().count() == 0


def test_search_finds_people_by_initials_and_meetings_by_title(client, clerk, session, subject):
    client.force_login(clerk)
    subject.official.name = "周建林"
    subject.official.save()

    assert list(client.get(reverse("desk:search"), {"q": "zjl"}).context["found"]["officials"]) == [subject.official]
    assert list(client.get(reverse("desk:search"), {"q": session.title}).context["found"]["sessions"]) == [session]


def test_search_leads_only_to_the_pages_that_open(client, clerk, member, teller, subject):
    page = reverse("archive:official", args=[subject.official.uid])
    seen = {}
    for user in (clerk, member, teller):
        client.force_login(user)
        text = client.get(reverse("desk:search"), {"q": subject.name}).content.decode()
        seen[user] = (subject.official.post in text, page in text)

    assert seen == {clerk: (True, True), member: (True, False), teller: (False, False)}


def test_search_gives_an_official_nobody_elses_things(client, outsider, session, subject):
    client.force_login(outsider)

    found = client.get(reverse("desk:search"), {"q": subject.name}).context["found"]

    assert {name: list(things) for name, things in found.items()} == {"sessions": [], "letters": [], "items": []}


def test_search_says_where_the_rest_is(client, clerk):
    unit = factories.UnitFactory(name="多人局")
    for _ in range(21):
        factories.OfficialFactory(unit=unit)
    client.force_login(clerk)

    response = client.get(reverse("desk:search"), {"q": "多人局"})

    assert len(response.context["found"]["officials"]) == 20
    more = response.context["more"]
    assert list(more) == ["officials"]
    assert more["officials"] in response.content.decode()
    assert client.get(more["officials"]).context["page"].paginator.count == 21


@pytest.mark.parametrize("role", Role)
def test_the_rooms_of_the_rail_are_those_whose_doors_open(client, db, role):
    user = factories.UserFactory(roles=[role])
    client.force_login(user)
    shown = {room["url"] for room in client.get(reverse(DESK)).context["rooms"]}

    doors = [
        "officials:official_list",
        "reviews:plan",
        "rectification:item_list",
        "reviews:tip_off_list",
        "officials:account_list",
        "desk:audit_trail",
    ]
    opens = {reverse(door) for door in doors if client.get(reverse(door)).status_code == 200}
    assert shown & {reverse(door) for door in doors} == opens


def test_the_letter_list_leads_back_only_where_the_reader_may_go(client, clerk):
    ledger = f'<p class="crumbs"><a href="{reverse("rectification:item_list")}">'
    for user, leads in [(clerk, True), (factories.UserFactory(roles=[Role.ARCHIVIST]), False)]:
        client.force_login(user)
        assert (ledger in tight(client.get(reverse("notices:letter_list")))) == leads
