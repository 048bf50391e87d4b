"""会上材料: what members read while the meeting goes on; each paper asks for itself who may read it."""

from pytest_django.asserts import assertContains, assertNotContains

from live.models import FollowPage
from reviews.models import Digest, ReviewReport
from tests.live.conftest import SEALED
from tests.live.doors import enter, expected, url
from tests.sweep import CAST

READERS = {"clerk", "approver", "member", "leader", "verifier"}
COST = 12  # who asks with the roles, the meeting, the hall, the run sheet, officials, reports, the digest twice, the address


def shown(client, session):
    return client.get(url("materials", session))


def test_it_opens_for_those_who_read_reports(sweep, session):
    sweep.check(url("materials", session), {who: expected(who, READERS) for who in CAST})


def test_every_official_stands_with_report_and_digest(client, request, session):
    page = shown(enter(client, request, "member"), session)

    for report in ReviewReport.objects.all():
        assertContains(page, report.get_absolute_url())
    assertContains(page, ">意见汇总</a>", session.subjects.count())


def test_a_report_that_has_not_passed_and_a_digest_that_is_not_out_are_not_there(client, request, session):
    ReviewReport.objects.update(state=ReviewReport.State.SUBMITTED)
    Digest.objects.update(state=Digest.State.DRAFT)

    for who in ("member", "clerk"):
        page = shown(enter(client, request, who), session)

        assertNotContains(page, "/reports/")
        assertNotContains(page, ">意见汇总</a>")
        assertContains(page, "还没有可以看的材料", session.subjects.count())


def test_a_leading_member_finds_the_reports_of_the_own_field_only(client, request, session, leader):
    page = shown(enter(client, request, "leader"), session)

    for report in ReviewReport.objects.select_related("subject__unit"):
        is_own = report.subject.unit.leading_member_id == leader.leading_member_id
        (assertContains if is_own else assertNotContains)(page, report.get_absolute_url())


def test_it_follows_by_the_address_of_the_hall_and_opens_no_question(client, request, hall, at_item):
    at_item("QUESTIONS")
    enter(client, request, "member")

    assertContains(shown(client, hall.session), "请刷新本页")
    token = FollowPage.objects.create(session=hall.session).token
    page = shown(client, hall.session)

    assertContains(page, f'data-picture="/live/f/{token}/picture"')
    assertContains(page, "正在问廉")
    assertNotContains(page, SEALED)


def test_it_costs_the_same_for_one_report_and_three(client, request, hall, django_assert_num_queries):
    enter(client, request, "member")
    FollowPage.objects.create(session=hall.session)
    for left in (3, 1):
        ReviewReport.objects.exclude(subject__in=hall.session.subjects.all()[:left]).delete()
        with django_assert_num_queries(COST):
            shown(client, hall.session)
