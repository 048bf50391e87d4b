import datetime as dt

import pytest
from django.urls import reverse

from core.models import AuditEvent
from notices.models import Notice
from reviews.actions import digest as digests
from reviews.actions import opinion as opinions
from reviews.actions import tip_off as actions
from reviews.models import Opinion, TipOff
from tests import factories

TODAY = dt.date(2026, 12, 1)
NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
SECRET = "局长去年三次收受包工头的海鲜礼盒"


def test_a_diverted_tip_off_is_read_by_the_petition_clerk_alone(
    client, session, subject, clerk, approver, member, leader, verifier, subject_user, petition_clerk, auditadmin
):
    opinion = factories.OpinionFactory(session=session, subject=subject, text=SECRET)
    actions.divert(opinion, by=clerk, today=TODAY)
    tip_off = TipOff.objects.get()

    pages = [
        reverse("reviews:tip_off", args=[tip_off.uid]),
        reverse("reviews:tip_off_list"),
        *(reverse(f"reviews:{name}", args=[session.uid]) for name in ("canvass", "opinion_list", "digest", "digest_read")),
        reverse("desk:audit_trail"),
        reverse("desk:inbox"),
    ]
    for person in (clerk, approver, member, leader, verifier, subject_user, auditadmin):
        client.force_login(person)
        for page in pages:
            assert SECRET not in client.get(page).content.decode()
    client.force_login(petition_clerk)
    assert SECRET in client.get(pages[0]).content.decode()
    assert SECRET not in "".join(AuditEvent.objects.values_list("detail", flat=True))
    assert SECRET not in "".join(AuditEvent.objects.values_list("thing", flat=True))
    assert SECRET not in "".join(Notice.objects.values_list("body", flat=True))
    assert not Opinion.objects.filter(text=SECRET).exists()


# --- found late ---


@pytest.fixture
def published(digest, clerk, approver):
    digests.submit_digest(digest, by=clerk, now=NOW)
    digests.approve_digest(digest, by=approver, now=NOW)
    return digest


def test_diverting_takes_the_words_from_a_digest_that_is_out(published, opinion, clerk, petition_clerk):
    words = opinion.text

    tip_off = actions.divert(opinion, by=clerk, today=TODAY)

    entry = published.entries.get()
    assert (entry.text, entry.is_withdrawn) == ("", True)
    assert tip_off.text == words
    assert words not in str(list(AuditEvent.objects.values()))


def test_a_line_that_shares_a_voice_with_a_tip_off_goes_too(session, subject, opinion, clerk, approver):
    other = factories.OpinionFactory(session=session, subject=subject, text=SECRET)
    opinions.merge(other, into=opinion, by=clerk)
    opinions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    digest = digests.compile_digest(session, by=clerk)
    digests.submit_digest(digest, by=clerk, now=NOW)
    digests.approve_digest(digest, by=approver, now=NOW)

    actions.divert(Opinion.objects.get(pk=other.pk), by=clerk, today=TODAY)

    assert list(digest.entries.values_list("text", "is_withdrawn")) == [("", True)]
    opinion.refresh_from_db()
    assert opinion.text == "食材采购公示内容偏笼统"


def test_a_draft_only_loses_the_voice_of_a_merged_tip_off(session, subject, opinion, clerk):
    other = factories.OpinionFactory(session=session, subject=subject, text=SECRET)
    opinions.merge(other, into=opinion, by=clerk)
    opinions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    digest = digests.compile_digest(session, by=clerk)
    assert digest.entries.get().voices == 2

    actions.divert(Opinion.objects.get(pk=other.pk), by=clerk, today=TODAY)

    assert list(digest.entries.values_list("text", "voices", "is_withdrawn")) == [("食材采购公示内容偏笼统", 1, False)]


def test_members_are_told_of_a_withdrawn_line_and_the_official_is_not(
    client, published, opinion, clerk, member, subject_user, petition_clerk
):
    address = reverse("reviews:digest_read", args=[published.session.uid])
    actions.divert(opinion, by=clerk, today=TODAY)

    seen = {}
    for user in (member, subject_user):
        client.force_login(user)
        seen[user] = client.get(address).content.decode()

    assert "这一条已经撤回" in seen[member]
    assert "这一条已经撤回" not in seen[subject_user]
    assert not any("食材采购" in page for page in seen.values())
