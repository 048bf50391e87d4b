import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleViolation
from notices import actions as notices
from notices.models import Notice
from officials.roles import Role
from reviews.actions import digest as actions
from reviews.actions import opinion as opinions
from reviews.models import Digest, DigestReceipt
from tests import factories

NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


def test_the_digest_waits_until_everything_is_sorted(session, subject, digest, clerk):
    factories.OpinionFactory(session=session, subject=subject)

    with pytest.raises(RuleViolation, match="还有 1 条意见没有归类"):
        actions.submit_digest(digest, by=clerk, now=NOW)


def test_compiling_again_brings_in_only_what_is_new(session, subject, digest, clerk):
    new = factories.OpinionFactory(session=session, subject=subject)
    opinions.classify(new, nature="PRAISE", aspect_item="C3", handling="REFERENCE", by=clerk)

    actions.compile_digest(session, by=clerk)

    assert digest.entries.count() == 2


def test_the_leader_returns_with_a_reason_or_approves(digest, clerk, approver, member):
    actions.submit_digest(digest, by=clerk, now=NOW)
    with pytest.raises(RuleViolation, match="理由"):
        actions.return_digest(digest, reason=" ", by=approver)
    actions.return_digest(digest, reason="第一条像原话", by=approver)
    actions.submit_digest(digest, by=clerk, now=NOW)

    actions.approve_digest(digest, by=approver, now=NOW)

    assert Digest.objects.get().state == Digest.State.APPROVED
    assert Notice.objects.filter(to=member).count() == 1
    with pytest.raises(RuleViolation, match="不能再改"):
        actions.compile_digest(digest.session, by=clerk)


def test_a_digest_submitted_again_unchanged_is_told_again(digest, clerk, approver):
    for later in (dt.timedelta(), dt.timedelta(hours=1)):
        actions.submit_digest(digest, by=clerk, now=NOW + later)
        assert notices.deliver_waiting(now=timezone.now()) == 1
        actions.return_digest(digest, reason="请再核对", by=approver)

    assert Notice.objects.inbox_of(approver).count() == 2


def test_members_read_after_approval_and_are_noted_once(client, digest, clerk, approver, member, subject_user, outsider):
    page = reverse("reviews:digest_read", args=[digest.session.uid])
    client.force_login(member)
    assert client.get(page).status_code == 404

    actions.submit_digest(digest, by=clerk, now=NOW)
    actions.approve_digest(digest, by=approver, now=NOW)
    for _ in range(2):
        assert client.get(page).status_code == 200

    assert list(DigestReceipt.objects.values_list("reader", flat=True)) == [member.pk]
    client.force_login(subject_user)
    assert digest.entries.get().text in client.get(page).content.decode()
    client.force_login(outsider)
    assert client.get(page).status_code == 404


def test_an_official_reads_only_the_own_lines(client, session, digest, clerk, approver):
    other = session.subjects.last()
    reader = factories.UserFactory(roles=["subject"], official=other.official)
    actions.submit_digest(digest, by=clerk, now=NOW)
    actions.approve_digest(digest, by=approver, now=NOW)

    client.force_login(reader)

    assert digest.entries.get().text not in client.get(reverse("reviews:digest_read", args=[session.uid])).content.decode()


def test_nobody_approves_the_digest_he_or_she_submitted(client, digest):
    both = factories.UserFactory(roles=[Role.ORGANISER, Role.APPROVER])
    actions.submit_digest(digest, by=both, now=NOW)

    with pytest.raises(RuleViolation, match="另一位领导"):
        actions.approve_digest(digest, by=both, now=NOW)

    digest.refresh_from_db()
    assert digest.state == Digest.State.SUBMITTED
    client.force_login(both)
    page = client.get(reverse("reviews:digest", args=[digest.session.uid])).content.decode()
    assert "须由另一位领导批准" in page
    assert "批准并发给委员" not in page
