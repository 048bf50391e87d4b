"""The page of one official: whose it is to see, and how much of the time line."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from archive.views import timeline
from core.models import AuditEvent
from notices.models import Letter
from officials.models import Unit
from officials.roles import Role
from rectification.models import Finding
from reviews.models import ReportReview, ReportVersion, ReviewReport, ReviewSession, SessionSubject
from scoring.models import BallotRound, Count, Publication, Scheme, SubjectResult
from tests import factories


@pytest.fixture
def reports(subject):
    """A report returned once and passed then."""
    report = ReviewReport.objects.create(
        subject=subject, template=factories.ReportTemplateFactory(), state=ReviewReport.State.PASSED
    )
    first = ReportVersion.objects.create(report=report, number=1, content={})
    ReportReview.objects.create(
        version=first, is_passed=False, reasons=[{"code": "NP3", "item": "C3", "comment": "问题没有触及"}]
    )
    second = ReportVersion.objects.create(report=report, number=2, content={})
    ReportReview.objects.create(version=second, is_passed=True)
    return report


@pytest.fixture
def archivist(db):
    return factories.UserFactory(name="裴守川", roles=[Role.ARCHIVIST])


REASON = "审查四季度会议的报告"


def page_of(official, name="official"):
    return reverse(f"archive:{name}", args=[official.uid])


def enter(client, user, official, reason=REASON):
    """Sign in, and give the reason where one is asked for."""
    client.force_login(user)
    client.post(page_of(official, "official_reason"), {"reason": reason})
    return client


def labels(client, user, official):
    return [step["label"] for step in enter(client, user, official).get(page_of(official)).context["steps"]]


def readings():
    events = AuditEvent.objects.filter(action="read_official").order_by("n")
    return [(event.actor_name, json.loads(event.detail or "{}").get("reason")) for event in events]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk", 200),
        ("approver", 200),
        ("verifier", 200),
        ("archivist", 200),
        ("subject_user", 200),
        ("liaison", 200),
        ("member", 404),
        ("leader", 404),
        ("scrutineer", 404),
        ("teller", 404),
        ("outsider", 404),
        ("petition_clerk", 404),
        ("sysadmin", 404),
    ],
)
def test_the_page_is_for_the_office_and_for_oneself(client, request, subject, who, status):
    enter(client, request.getfixturevalue(who), subject.official)

    assert client.get(page_of(subject.official)).status_code == status


def test_a_leading_member_reads_of_the_own_field(client, leader, subject):
    assert enter(client, leader, subject.official).get(page_of(subject.official)).status_code == 404

    Unit.objects.filter(pk=subject.official.unit_id).update(leading_member=leader.leading_member)

    assert enter(client, leader, subject.official).get(page_of(subject.official)).status_code == 200


def test_no_field_is_nobodys_field(client, subject):
    """A leading member's account without a record, and a unit without a leading member, do not meet."""
    user = factories.UserFactory(roles=[Role.LEADER])

    assert enter(client, user, subject.official).get(page_of(subject.official)).status_code == 404


def test_the_reason_is_asked_once_a_sign_in_and_kept_with_every_reading(client, clerk, subject):
    other = factories.OfficialFactory()
    client.force_login(clerk)

    assert client.get(page_of(subject.official))["Location"] == page_of(subject.official, "official_reason")
    refused = client.post(page_of(subject.official, "official_reason"), {"reason": "看看"})
    assert "至少" in refused.content.decode()
    assert readings() == []
    answer = client.post(page_of(subject.official, "official_reason"), {"reason": REASON})
    assert answer["Location"] == page_of(subject.official)
    assert REASON in client.get(page_of(subject.official)).content.decode()
    assert client.get(page_of(other)).status_code == 200
    client.post(page_of(other, "official_reason"), {"reason": "核实一条意见"})
    client.get(page_of(other))
    assert readings() == [("穆晏川", REASON), ("穆晏川", REASON), ("穆晏川", "核实一条意见")]


def test_the_next_sign_in_asks_again(client, subject):
    factories.UserFactory(username="mu", password=factories.PASSWORD, roles=[Role.ORGANISER])
    login = {"username": "mu", "password": factories.PASSWORD}
    client.post(reverse("officials:login"), login)
    client.post(page_of(subject.official, "official_reason"), {"reason": REASON})
    assert client.get(page_of(subject.official)).status_code == 200

    client.post(reverse("officials:logout"))
    client.post(reverse("officials:login"), login)

    assert client.get(page_of(subject.official)).status_code == 302


def test_who_reads_the_own_page_gives_no_reason(client, subject_user, subject):
    client.force_login(subject_user)

    assert client.get(page_of(subject.official)).status_code == 200
    assert client.get(page_of(subject.official, "official_reason"))["Location"] == page_of(subject.official)
    assert readings() == [(subject.name, None)]


@pytest.mark.parametrize("who", ["member", "outsider", "teller"])
def test_a_reason_opens_no_page(client, request, subject, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(page_of(subject.official, "official_reason"), {"reason": REASON}).status_code == 404
    assert readings() == []


def test_staff_and_the_official_see_every_version_and_the_grounds(client, clerk, subject_user, subject, reports):
    for user in (clerk, subject_user):
        found = labels(client, user, subject.official)
        assert [label for label in found if "稿" in label] == ["提交述责述廉报告第 1 稿", "提交述责述廉报告第 2 稿"]
        assert found.index("报告退回修改") < found.index("报告通过")


def test_a_verifier_sees_that_it_passed_and_nothing_of_the_way_there(client, verifier, subject, reports):
    found = labels(client, verifier, subject.official)

    assert "报告通过" in found
    assert not [label for label in found if "退回" in label or "稿" in label]


def test_a_rehearsal_is_no_part_of_a_life(client, clerk, subject, session):
    ReviewSession.objects.filter(pk=session.pk).update(is_rehearsal=True)

    assert session.title not in labels(client, clerk, subject.official)


def test_the_line_runs_from_taking_office_to_the_end_of_the_term(client, clerk, subject, reports):
    steps = enter(client, clerk, subject.official).get(page_of(subject.official)).context["steps"]
    days = [step["at"].date() if isinstance(step["at"], dt.datetime) else step["at"] for step in steps]

    assert (steps[0]["label"], steps[-1]["label"]) == (f"任{subject.official.post}", "任期届满")
    assert days == sorted(days)
    assert timezone.localdate() > days[0]


@pytest.mark.parametrize("n", [1, 3])
def test_one_or_three_hearings_cost_the_same(client, clerk, n, django_assert_num_queries):
    official = factories.OfficialFactory()
    for _ in range(n):
        session = factories.ReviewSessionFactory()
        subject = factories.SessionSubjectFactory(session=session, official=official)
        report = ReviewReport.objects.create(subject=subject, template=factories.ReportTemplateFactory(), state="SUBMITTED")
        ReportVersion.objects.create(report=report, number=1, content={})
    enter(client, clerk, official)

    # Four of them note the reading, and on PostgreSQL a fifth waits for its turn at the trail.
    with django_assert_num_queries(20 if connection.vendor == "postgresql" else 19):
        client.get(page_of(official))


def test_the_page_is_about_the_term_that_runs_today(client, clerk, time_machine):
    """Heard in the old term, and not yet in the new one."""
    time_machine.move_to(dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC), tick=False)
    factories.TermFactory(name="上届", starts_on=dt.date(2021, 7, 1), ends_on=dt.date(2026, 6, 30))
    now = factories.TermFactory(name="本届", starts_on=dt.date(2026, 7, 1), ends_on=dt.date(2031, 6, 30))
    official = factories.OfficialFactory(term_starts_on=dt.date(2024, 7, 1), term_ends_on=dt.date(2029, 6, 30))
    held = factories.ReviewSessionFactory(date=dt.date(2025, 9, 25), state="RECTIFYING")
    subject = factories.SessionSubjectFactory(session=held, official=official)
    letter = Letter.objects.create(unit=official.unit, state="ISSUED", number=1, year=2025, issued_on=held.date, word="云纪函")
    Finding.objects.create(subject=subject, source="SCORE", text="上届的问题", state="CONFIRMED", letter=letter)

    page = enter(client, clerk, official).get(page_of(official))

    assert page.context["term"] == now
    assert [step["label"] for step in page.context["steps"]] == ["任党组书记、局长", "任期届满"]
    assert "本届还没有述责述廉" in page.content.decode()


def test_the_page_of_one_who_left_is_about_the_term_of_the_last_day(client, clerk, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC), tick=False)
    old = factories.TermFactory(name="上届", starts_on=dt.date(2021, 7, 1), ends_on=dt.date(2026, 6, 30))
    factories.TermFactory(name="本届", starts_on=dt.date(2026, 7, 1), ends_on=dt.date(2031, 6, 30))
    official = factories.OfficialFactory(term_starts_on=dt.date(2021, 7, 1), term_ends_on=dt.date(2026, 6, 30))
    held = factories.ReviewSessionFactory(date=dt.date(2025, 9, 25), state="RECTIFYING")
    factories.SessionSubjectFactory(session=held, official=official)

    page = enter(client, clerk, official).get(page_of(official))

    assert page.context["term"] == old
    assert page.context["heard"]


def heard(official, day, score, clerk, approver, total=100):
    """A hearing of that day with its published result."""
    session = factories.ReviewSessionFactory(date=day, state=ReviewSession.State.FED_BACK)
    subject = factories.SessionSubjectFactory(session=session, official=official)
    scheme = Scheme.objects.create(code=str(day), name="方案", body={"total": total})
    round = BallotRound.objects.create(session=session, sid=day.strftime("%Y%m%d"), number=1, scheme=scheme, prepared_by=clerk)
    at = timezone.make_aware(dt.datetime(day.year, day.month, day.day, 17))
    signed = dict.fromkeys(("counted_at", "teller_at", "scrutineer_at", "confirmed_at"), at)
    count = Count.objects.create(round=round, result={}, sheet={}, table_l0={}, table_l1={}, **signed)
    Publication.objects.create(count=count, table_l0={}, table_l1={}, released_by=approver, scrutineer=clerk, at=at)
    row = {"score": score, "band": "较好", "ballots": 19} if score else {"held": True, "ballots": 19}
    return SubjectResult.objects.create(count=count, subject=subject, row_l0=row, row_l1=row, trace_l1=[], trace_l2=[])


def test_the_scores_of_the_term_are_drawn_for_those_who_may_read_them(client, clerk, approver, subject):
    official = subject.official
    heard(official, dt.date(2025, 12, 20), "81.5", clerk, approver)
    page = enter(client, approver, official).get(page_of(official)).content.decode()
    assert "历次评议得分" not in page  # one has nothing to stand against

    heard(official, dt.date(2026, 6, 20), None, clerk, approver)
    heard(official, dt.date(2026, 9, 20), "12.6", clerk, approver, total="30/2")
    other = factories.UserFactory(official=factories.OfficialFactory(), roles=["subject"])

    page = enter(client, approver, official).get(page_of(official)).content.decode()
    assert "历次评议得分" in page
    assert 'text-anchor="middle">84.0</text>' in page  # 12.6 of 15
    assert page.count('<circle class="c-brand"') == 2
    assert timeline.course(other, SessionSubject.objects.filter(official=official)) == []
