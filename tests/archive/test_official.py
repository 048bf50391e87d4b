"""The page of one official: whose it is to see, and how much of the time line."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from reviews.models import ReportReview, ReportVersion, ReviewReport, ReviewSession
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


def labels(client, user, official):
    client.force_login(user)
    return [step["label"] for step in client.get(reverse("archive:official", args=[official.uid])).context["steps"]]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk", 200),
        ("member", 200),
        ("subject_user", 200),
        ("liaison", 200),
        ("outsider", 404),
        ("petition_clerk", 404),
        ("sysadmin", 404),
    ],
)
def test_the_page_is_for_the_commission_and_for_oneself(client, request, subject, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("archive:official", args=[subject.official.uid])).status_code == status


def test_staff_and_the_official_see_every_version_and_the_grounds(client, clerk, subject_user, subject, reports):
    for user in (clerk, subject_user):
        found = labels(client, user, subject.official)
        assert [label for label in found if "稿" in label] == ["提交述责述廉报告第 1 稿", "提交述责述廉报告第 2 稿"]
        assert found.index("报告退回修改") < found.index("报告通过")


def test_a_member_sees_that_it_passed_and_nothing_of_the_way_there(client, member, subject, reports):
    found = labels(client, member, subject.official)

    assert "报告通过" in found
    assert not [label for label in found if "退回" in label or "稿" in label]


def test_a_rehearsal_is_no_part_of_a_life(client, clerk, subject, session):
    ReviewSession.objects.filter(pk=session.pk).update(is_rehearsal=True)

    assert session.title not in labels(client, clerk, subject.official)


def test_the_line_runs_from_taking_office_to_the_end_of_the_term(client, clerk, subject, reports):
    client.force_login(clerk)
    steps = client.get(reverse("archive:official", args=[subject.official.uid])).context["steps"]
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
    client.force_login(clerk)

    with django_assert_num_queries(15):
        client.get(reverse("archive:official", args=[official.uid]))
