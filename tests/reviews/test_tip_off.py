import datetime as dt
import json
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.translation import override

from core.errors import RuleViolation
from core.models import AuditEvent
from notices.models import Notice
from officials.roles import Role
from reviews.actions import digest as digests
from reviews.actions import opinion as opinions
from reviews.actions import tip_off as actions
from reviews.models import Digest, Opinion, TipOff
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
    assert all(tip_off.official_name in client.get(page).content.decode() for page in pages[:2])
    assert tip_off.official_name == subject.name
    assert list(TipOff.objects.matching(subject.name)) == [tip_off]
    assert subject.name not in "".join(Notice.objects.values_list("body", flat=True))
    assert SECRET not in "".join(AuditEvent.objects.values_list("detail", flat=True))
    assert SECRET not in "".join(AuditEvent.objects.values_list("thing", flat=True))
    assert SECRET not in "".join(Notice.objects.values_list("body", flat=True))
    assert not Opinion.objects.filter(text=SECRET).exists()


# --- found late ---


@pytest.fixture
def published(digest, clerk, approver):
    digests.submit_digest(digest, by=clerk, now=NOW)
    Opinion.objects.update(is_no_tip_off=True)  # looked at, and taken for none
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
    Opinion.objects.update(is_no_tip_off=True)  # looked at, and taken for none
    digests.approve_digest(digest, by=approver, now=NOW)

    actions.divert(Opinion.objects.get(pk=other.pk), by=clerk, today=TODAY)

    assert list(digest.entries.values_list("text", "is_withdrawn")) == [("", True)]
    opinion.refresh_from_db()
    assert opinion.text == "公示太笼统"


def test_a_draft_only_loses_the_voice_of_a_merged_tip_off(session, subject, opinion, clerk):
    other = factories.OpinionFactory(session=session, subject=subject, text=SECRET)
    opinions.merge(other, into=opinion, by=clerk)
    opinions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    digest = digests.compile_digest(session, by=clerk)
    assert digest.entries.get().voices == 2

    actions.divert(Opinion.objects.get(pk=other.pk), by=clerk, today=TODAY)

    assert list(digest.entries.values_list("text", "voices", "is_withdrawn")) == [("公示太笼统", 1, False)]


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
    assert not any("公示太笼统" in page for page in seen.values())


def test_on_the_writing_page_no_trace_is_left_of_a_withdrawn_line(
    client, session, subject, opinion, clerk, approver, subject_user, liaison, petition_clerk
):
    factories.ReportTemplateFactory()
    kept = factories.OpinionFactory(session=session, subject=subject, text="要跑两趟")
    for one in (opinion, kept):
        opinions.classify(one, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    digest = digests.compile_digest(session, by=clerk)
    digests.submit_digest(digest, by=clerk, now=NOW)
    Opinion.objects.update(is_no_tip_off=True)  # looked at, and taken for none
    digests.approve_digest(digest, by=approver, now=NOW)

    actions.divert(opinion, by=clerk, today=TODAY)

    for user in (subject_user, liaison):
        client.force_login(user)
        page = client.get(reverse("reviews:report_edit", args=[subject.uid]))
        assert [line["entry"].text for line in page.context["entries"]] == [kept.text]


def test_members_choosing_questions_are_told_of_a_withdrawn_line(
    client, published, subject, opinion, clerk, member, petition_clerk
):
    address = reverse("reviews:question_list", args=[subject.uid])
    client.force_login(member)
    assert opinion.text in client.get(address).content.decode()

    actions.divert(opinion, by=clerk, today=TODAY)

    page = client.get(address).content.decode()
    assert "这一条已经撤回" in page
    assert opinion.text not in page


def test_a_member_who_answers_in_the_meeting_sees_no_trace_beside_the_questions(
    client, published, subject, opinion, clerk, petition_clerk
):
    both = factories.UserFactory(roles=[Role.MEMBER, Role.SUBJECT], official=subject.official)
    actions.divert(opinion, by=clerk, today=TODAY)
    client.force_login(both)

    page = client.get(reverse("reviews:question_list", args=[subject.uid]))

    assert page.status_code == 200
    assert list(page.context["entries"]) == []


# --- sorted anew between compiling and diverting ---

OWN = "公示太笼统"
BLENDED = "采购公示不细，并有人收受礼盒"


@pytest.fixture
def tip_off(session, subject):
    return factories.OpinionFactory(session=session, subject=subject, text=SECRET)


@pytest.fixture
def blended(session, opinion, tip_off, clerk):
    """A digest whose one line was worded with the tip-off beside it, which was parted from it afterwards."""
    opinions.merge(tip_off, into=opinion, by=clerk)
    opinions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    digest = digests.compile_digest(session, by=clerk)
    digests.rewrite_entry(digest.entries.get(), text=BLENDED, nature="CRITICISM", handling="QUESTION", by=clerk)
    return digest


def part(tip_off, clerk):
    opinions.unmerge(tip_off, by=clerk)
    opinions.classify(tip_off, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)


def lines(digest):
    return list(digest.entries.values_list("text", "voices", "is_withdrawn"))


def test_an_opinion_parted_after_compiling_leaves_no_word_in_the_draft(blended, tip_off, opinion, clerk, petition_clerk):
    part(tip_off, clerk)

    actions.divert(tip_off, by=clerk, today=TODAY)

    assert lines(blended) == [(OWN, 1, False)]
    assert list(blended.entries.get().sources.all()) == [opinion]


def test_a_digest_that_lay_before_the_leader_comes_back(blended, tip_off, clerk, approver, petition_clerk):
    digests.submit_digest(blended, by=clerk, now=NOW)
    part(tip_off, clerk)

    with override("en"):
        actions.divert(tip_off, by=clerk, today=TODAY)

    blended.refresh_from_db()
    assert (blended.state, lines(blended)) == (Digest.State.DRAFT, [(OWN, 1, False)])
    assert "请核对、改写涉及的条目" in blended.returned_because
    assert Notice.objects.get(to=clerk).body == blended.returned_because
    assert not Notice.objects.filter(to=approver).exclude(state=Notice.State.CANCELLED).exists()


def test_an_opinion_parted_after_compiling_leaves_no_word_in_a_digest_that_is_out(
    blended, tip_off, clerk, approver, petition_clerk
):
    digests.submit_digest(blended, by=clerk, now=NOW)
    Opinion.objects.update(is_no_tip_off=True)  # looked at, and taken for none
    digests.approve_digest(blended, by=approver, now=NOW)
    part(tip_off, clerk)

    actions.divert(tip_off, by=clerk, today=TODAY)

    assert [(text, is_withdrawn) for text, _n, is_withdrawn in lines(blended)] == [("", True)]
    assert not blended.entries.get().sources.exists()


def test_an_opinion_that_followed_another_is_remembered_where_it_was(
    blended, session, subject, tip_off, opinion, clerk, petition_clerk
):
    third = factories.OpinionFactory(session=session, subject=subject)
    opinions.merge(opinion, into=third, by=clerk)
    tip_off.refresh_from_db()
    assert tip_off.merged_into == third

    actions.divert(tip_off, by=clerk, today=TODAY)

    entry = blended.entries.get()
    assert (entry.opinion, entry.text) == (third, third.text)


def test_a_line_worded_before_the_tip_off_came_to_it_keeps_its_words(digest, opinion, tip_off, clerk, approver, petition_clerk):
    opinions.merge(tip_off, into=opinion, by=clerk)
    digests.submit_digest(digest, by=clerk, now=NOW)
    Opinion.objects.update(is_no_tip_off=True)  # looked at, and taken for none
    digests.approve_digest(digest, by=approver, now=NOW)

    actions.divert(Opinion.objects.get(pk=tip_off.pk), by=clerk, today=TODAY)

    assert [(text, is_withdrawn) for text, _n, is_withdrawn in lines(digest)] == [(OWN, False)]


def test_a_tip_off_that_led_a_line_takes_it_out_of_the_draft(digest, opinion, clerk, petition_clerk):
    actions.divert(opinion, by=clerk, today=TODAY)

    assert lines(digest) == []


def test_a_session_without_a_digest_loses_nothing(tip_off, clerk, petition_clerk):
    actions.divert(tip_off, by=clerk, today=TODAY)

    assert not Digest.objects.exists()


def test_lines_of_before_remember_what_the_rows_tell(blended, opinion, tip_off, clerk):
    """The migration, for lines that were compiled before sources were kept."""
    digests.submit_digest(blended, by=clerk, now=NOW)
    blended.entries.get().sources.clear()
    blended.writers.clear()

    import_module("reviews.migrations.0005_digest_sources_kept").remember(apps, None)

    assert set(blended.entries.get().sources.all()) == {opinion, tip_off}
    assert list(blended.writers.all()) == [clerk]


@pytest.mark.parametrize(
    ("q", "found"), [("水务局", ["区水务局"]), ("XF2026-7", ["区水务局"]), ("集中", ["区交通局"]), ("塌方", [])]
)
def test_tip_offs_are_found_by_unit_number_and_session_never_by_their_words(client, petition_clerk, q, found):
    for unit, number, title in [("区水务局", "XF2026-7", "第一次会议"), ("区交通局", "", "年终集中会议")]:
        TipOff.objects.create(
            session=factories.ReviewSessionFactory(title=title),
            unit_name=unit,
            registered_as=number,
            text="塌方",
            received_on=TODAY,
            transferred_on=TODAY,
        )
    client.force_login(petition_clerk)

    page = client.get(reverse("reviews:tip_off_list"), {"q": q})

    assert [tip_off.unit_name for tip_off in page.context["page"]] == found
    assert ("没有符合条件的转送件" in page.content.decode()) is not bool(found)


# --- registered, read --------------------------------------------------------------------------------------


def registered(tip_off, number, *, by, **more):
    actions.register_tip_off(tip_off, number=number, by=by, today=TODAY, **more)
    tip_off.refresh_from_db()
    return tip_off.registered_as


def test_a_number_is_not_overwritten_unseen_and_a_slip_stays_in_the_trail(opinion, clerk, petition_clerk):
    tip_off = actions.divert(opinion, by=clerk, today=TODAY)
    assert registered(tip_off, "信〔2026〕31号", by=petition_clerk) == "信〔2026〕31号"

    with pytest.raises(RuleViolation, match="刚由他人登记为“信〔2026〕31号”"):
        registered(tip_off, "信〔2026〕99号", by=petition_clerk)
    registered(tip_off, "信〔2026〕31号", by=petition_clerk)  # pressed twice
    assert registered(tip_off, "信〔2026〕13号", before="信〔2026〕31号", by=petition_clerk) == "信〔2026〕13号"

    trail = AuditEvent.objects.filter(action="register_tip_off").order_by("n").values_list("detail", flat=True)
    assert [json.loads(detail) for detail in trail] == [{"number": "信〔2026〕31号"}, {"number": "信〔2026〕13号"}]


def test_every_reading_of_the_original_is_noted_and_holds_no_word(client, opinion, clerk, petition_clerk):
    tip_off = actions.divert(opinion, by=clerk, today=TODAY)
    client.force_login(petition_clerk)
    page = reverse("reviews:tip_off", args=[tip_off.uid])

    seen = [client.get(page) for _time in range(2)]
    registered(tip_off, "信〔2026〕31号", by=petition_clerk)
    late = client.post(page, {"number": "信〔2026〕99号", "before": ""})

    assert tip_off.text in seen[0].content.decode()
    assert "刚由他人登记" in late.content.decode()
    events = AuditEvent.objects.filter(action="read_tip_off")
    assert [(event.actor, event.thing, event.detail) for event in events] == [
        (petition_clerk.username, f"tip-off {tip_off.uid}", "")
    ] * 3
