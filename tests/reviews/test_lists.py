"""A page costs the same for three rows as for one; the lists not here are counted beside their other tests."""

import datetime as dt

import pytest
from django.urls import reverse

from officials.roles import Role
from reviews.actions import digest as digests
from reviews.actions import opinion as opinions
from reviews.models import Attendee, DigestReceipt, ReviewSession, RuleSet, TipOff
from tests import factories
from tests.reviews import reports
from tests.reviews.test_opinion import WAITS_FOR_THE_TRAIL

TODAY = dt.date(2026, 12, 1)
NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


def sorted_opinions(session, n, clerk):
    """Each on another subject, with one merged into it."""
    for subject in list(session.subjects.all())[:n]:
        leading, other = factories.OpinionFactory.create_batch(2, session=session, subject=subject)
        opinions.merge(other, into=leading, by=clerk)
        opinions.classify(leading, nature="PRAISE", aspect_item="C3", handling="REFERENCE", by=clerk)


def compiled(session, n, clerk):
    sorted_opinions(session, n, clerk)
    return digests.compile_digest(session, by=clerk)


def tip_off_list(session, n, clerk, **_others):
    for _row in range(n):
        TipOff.objects.create(session=session, unit_name="某局", text="信", received_on=TODAY, transferred_on=TODAY)
    return "petition_clerk", []


def digest_draft(session, n, clerk, **_others):
    digest = compiled(session, 2 * n - 1, clerk)
    for entry in digest.entries.all()[: n - 1]:
        digests.drop_entry(entry, by=clerk)
    factories.OpinionFactory(session=session, is_left_out=True)
    return "clerk", [session.uid]


def digest_out(session, n, clerk, approver):
    digest = compiled(session, n, clerk)
    digests.submit_digest(digest, by=clerk, now=NOW)
    digests.approve_digest(digest, by=approver, now=NOW)
    for _reader in range(n):
        DigestReceipt.objects.create(digest=digest, reader=factories.UserFactory(roles=[Role.MEMBER]))
    return "clerk", [session.uid]


def digest_for_the_leader(session, n, clerk, **_others):
    digests.submit_digest(compiled(session, n, clerk), by=clerk, now=NOW)
    return "approver", [session.uid]


def digest_read(session, n, clerk, approver):
    digest_out(session, n, clerk, approver)
    return "member", [session.uid]


def canvass(session, n, clerk, **_others):
    sorted_opinions(session, n, clerk)
    return "clerk", [session.uid]


def audience(session, n, clerk, **_others):
    for code in "BCD"[:n]:
        group = factories.AudienceGroupFactory(session=session, code=code)
        for name in ["甲", "乙", "丙"][:n]:
            Attendee.objects.create(group=group, name=name)
    return "clerk", [session.uid]


def versions(session, n, clerk, **_others):
    subject = session.subjects.first()
    for _time in range(n - 1):
        reports.returned(subject, clerk=clerk)
    report = reports.returned(subject, clerk=clerk)
    return "clerk", [report.uid]


def waiting(session, n, clerk, **_others):
    """Returned n times, and handed in again."""
    RuleSet.objects.update(report_rounds=9)
    session = ReviewSession.objects.get(pk=session.pk)
    subject = session.subjects.first()
    for _time in range(n):
        reports.returned(subject, clerk=clerk)
    return "clerk", [reports.submitted(subject).uid]


def candidates(session, n, clerk, approver):
    digest_out(session, n, clerk, approver)
    subject = session.subjects.first()
    for question in factories.QuestionFactory.create_batch(n, subject=subject, proposed_by=clerk):
        question.marks.create(member=approver)
    return "member", [subject.uid]


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize(
    ("name", "rows", "count"),
    [
        ("tip_off_list", tip_off_list, 6),
        ("digest", digest_draft, 23 + WAITS_FOR_THE_TRAIL),
        ("digest", digest_for_the_leader, 23 + WAITS_FOR_THE_TRAIL),
        ("digest", digest_out, 17),
        ("digest_read", digest_read, 13),
        ("canvass", canvass, 19),
        ("session_audience", audience, 12),
        ("session_sign_in", audience, 8),
        ("report", versions, 9),
        ("report_compare", versions, 9),
        ("report_review", waiting, 9),
        ("question_list", candidates, 17),
    ],
)
def test_a_page_costs_the_same_for_one_row_and_three(
    client, request, session, clerk, approver, time_machine, django_assert_num_queries, n, name, rows, count
):
    time_machine.move_to(NOW)
    who, args = rows(session, n, clerk, approver=approver)
    client.force_login(request.getfixturevalue(who))
    address = reverse(f"reviews:{name}", args=args)
    client.get(address)

    with django_assert_num_queries(count):
        assert client.get(address).status_code == 200
