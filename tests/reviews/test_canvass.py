import datetime as dt
import io

import pdfplumber
import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleViolation
from core.models import AuditEvent
from notices import actions as notices
from notices.models import Notice
from officials.roles import Role
from reviews.actions import canvass as actions
from reviews.models import Digest, DigestReceipt, Opinion, ReviewSession, TipOff
from reviews.rules import canvass as rules
from tests import factories

TODAY = dt.date(2026, 12, 1)
NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
SECRET = "局长去年三次收受包工头的海鲜礼盒"


@pytest.fixture
def form(session, clerk):
    return actions.open_form(session, opens_on=dt.date(2026, 11, 20), closes_on=dt.date(2026, 12, 7), by=clerk, today=TODAY)


@pytest.fixture
def opinion(session, subject, clerk):
    return factories.OpinionFactory(session=session, subject=subject, text="食材采购公示内容偏笼统")


@pytest.fixture
def digest(session, opinion, clerk):
    actions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    return actions.compile_digest(session, by=clerk)


@pytest.mark.parametrize(
    ("n", "words"), [(1, "1 至 4 条"), (4, "1 至 4 条"), (5, "5 至 9 条"), (9, "5 至 9 条"), (10, "10 条以上")]
)
def test_voices_are_told_in_classes(n, words):
    assert rules.voices(n) == words


def test_similar_opinions_are_found_and_others_are_not():
    texts = {
        1: "学校食堂食材采购公示内容偏笼统，家长看不出价格和供货来源",
        2: "食堂食材采购公示太笼统，家长看不出价格和供货来源",
        3: "建议把教师评优推荐的计分办法提前发给各校",
    }

    assert rules.similar_pairs(texts) == [(1, 2)]


@pytest.mark.parametrize(
    ("line", "run"),
    [("食堂公示不够具体", ""), ("反映食材采购公示内容偏笼统的问题", "食材采购公示内容偏笼统"), ("采购公示内", "")],
)
def test_a_line_that_copies_six_characters_is_flagged(line, run):
    assert rules.copied_run(line, ["食材采购公示内容偏笼统"]) == run


def test_opening_the_form_begins_the_canvass(session, form):
    session.refresh_from_db()
    assert session.state == ReviewSession.State.CANVASSING
    assert form.is_open(TODAY)


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (dt.date(2026, 12, 7), dt.date(2026, 12, 1), "早于发放日期"),
        (dt.date(2026, 12, 1), dt.date(2026, 12, 22), "须早于会议日期"),
    ],
)
def test_days_that_cannot_be_are_refused(session, clerk, opens, closes, words):
    with pytest.raises(RuleViolation, match=words):
        actions.open_form(session, opens_on=opens, closes_on=closes, by=clerk, today=TODAY)


def test_a_session_not_approved_gathers_no_opinions(clerk):
    draft = factories.ReviewSessionFactory(state=ReviewSession.State.DRAFT)

    with pytest.raises(RuleViolation, match="还没有批准"):
        actions.open_form(draft, opens_on=TODAY, closes_on=TODAY, by=clerk, today=TODAY)


def test_the_paper_form_prints_two_pages_for_each_official(client, clerk, form):
    factories.ReportTemplateFactory()
    client.force_login(clerk)

    answer = client.get(reverse("reviews:canvass_form", args=[form.session.uid]))

    with pdfplumber.open(io.BytesIO(b"".join(answer.streaming_content))) as pdf:
        assert len(pdf.pages) == 2 * 5
        assert form.session.subjects.first().name in pdf.pages[0].extract_text()


def test_anybody_may_write_and_leaves_no_trace(client, form, subject, time_machine):
    time_machine.move_to(NOW)
    address = reverse("reviews:opinion_form", args=[form.token])
    trail = AuditEvent.objects.count()

    page = client.get(address)
    answer = client.post(address, {"subject": str(subject.uid), "duty": "窗口办事要跑两趟", "ask": "何时能改好？"})

    assert "谁也不知道是您写的" in answer.content.decode()
    assert not page.cookies
    assert not answer.cookies
    assert sorted(Opinion.objects.values_list("text", flat=True)) == ["何时能改好？", "窗口办事要跑两趟"]
    assert AuditEvent.objects.count() == trail


def test_the_form_keeps_what_was_typed_when_something_is_missing(client, form, time_machine):
    time_machine.move_to(NOW)

    page = client.post(reverse("reviews:opinion_form", args=[form.token]), {"duty": "窗口办事要跑两趟"})

    assert "窗口办事要跑两趟" in page.content.decode()
    assert not Opinion.objects.exists()


def test_an_empty_form_is_refused_in_words(client, form, subject, time_machine):
    time_machine.move_to(NOW)

    page = client.post(reverse("reviews:opinion_form", args=[form.token]), {"subject": str(subject.uid)})

    assert "还没有填写意见" in page.content.decode()


def test_a_closed_form_and_an_unknown_one_say_so(client, form, time_machine):
    time_machine.move_to(dt.datetime(2026, 12, 9, tzinfo=dt.UTC))

    assert "现在不在征求意见期间" in client.get(reverse("reviews:opinion_form", args=[form.token])).content.decode()
    assert client.get(reverse("reviews:opinion_form", args=["nonsense"])).status_code == 404


def test_a_flood_is_stopped_without_telling_people_apart(client, form, subject, time_machine, monkeypatch):
    time_machine.move_to(NOW)
    monkeypatch.setattr("reviews.views.canvass.A_MINUTE", 2)
    address = reverse("reviews:opinion_form", args=[form.token])

    for _ in range(4):
        page = client.post(address, {"subject": str(subject.uid), "duty": "慢"})

    assert Opinion.objects.count() == 2
    assert "请一分钟后再提交" in page.content.decode()


def test_merging_gathers_voices_and_can_be_undone(session, subject, opinion, clerk):
    other, third = factories.OpinionFactory.create_batch(2, session=session, subject=subject)
    actions.merge(third, into=other, by=clerk)

    actions.merge(other, into=opinion, by=clerk)

    assert opinion.merged.count() == 2
    for _ in range(2):
        actions.unmerge(Opinion.objects.get(pk=other.pk), by=clerk)
    assert set(session.opinions.leading().filter(subject=subject)) == {opinion, other}
    assert opinion.merged.count() == 1
    assert AuditEvent.objects.filter(action="unmerge_opinion").count() == 1


def test_what_was_diverted_meanwhile_is_not_merged(session, subject, opinion, clerk):
    """The page was opened before: what it holds in hand still looks like an ordinary opinion."""
    other = factories.OpinionFactory(session=session, subject=subject, text=SECRET)
    actions.divert(Opinion.objects.get(pk=other.pk), by=clerk, today=TODAY)

    with pytest.raises(RuleViolation, match="已经归并或转出"):
        actions.merge(other, into=opinion, by=clerk)

    other.refresh_from_db()
    assert other.state == Opinion.State.TRANSFERRED


def test_opinions_on_two_people_are_not_merged(session, opinion, clerk):
    stranger = factories.OpinionFactory(session=session, subject=session.subjects.last())

    with pytest.raises(RuleViolation, match="同一名对象"):
        actions.merge(stranger, into=opinion, by=clerk)


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


def test_the_digest_waits_until_everything_is_sorted(session, subject, digest, clerk):
    factories.OpinionFactory(session=session, subject=subject)

    with pytest.raises(RuleViolation, match="还有 1 条意见没有归类"):
        actions.submit_digest(digest, by=clerk, now=NOW)


def test_compiling_again_brings_in_only_what_is_new(session, subject, digest, clerk):
    new = factories.OpinionFactory(session=session, subject=subject)
    actions.classify(new, nature="PRAISE", aspect_item="C3", handling="REFERENCE", by=clerk)

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


@pytest.mark.parametrize(
    ("page", "who", "status"),
    [
        ("canvass", "clerk", 200),
        ("canvass", "member", 200),
        ("canvass", "teller", 403),
        ("canvass", "subject_user", 403),
        ("canvass", "outsider", 404),
        ("canvass", "sysadmin", 404),
        ("opinion_list", "clerk", 200),
        ("opinion_list", "approver", 200),
        ("opinion_list", "member", 403),
        ("opinion_list", "subject_user", 403),
        ("opinion_new", "clerk", 200),
        ("opinion_new", "approver", 403),
        ("digest", "clerk", 200),
        ("digest", "member", 403),
        ("canvass_poster", "clerk", 200),
        ("canvass_poster", "member", 403),
    ],
)
def test_who_enters_which_page(client, request, session, form, page, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse(f"reviews:{page}", args=[session.uid])).status_code == status


@pytest.mark.parametrize("who", ["approver", "member", "subject_user", "petition_clerk"])
def test_only_the_organiser_sorts_opinions(client, request, opinion, who):
    client.force_login(request.getfixturevalue(who))

    for name in ("opinion_divert", "opinion_merge", "opinion_unmerge"):
        assert client.post(reverse(f"reviews:{name}", args=[opinion.uid])).status_code in (403, 404)

    assert not TipOff.objects.exists()


def test_sorting_in_the_browser(client, clerk, opinion):
    factories.ReportTemplateFactory()
    client.force_login(clerk)

    client.post(
        reverse("reviews:opinion", args=[opinion.uid]), {"nature": "CRITICISM", "aspect_item": "B2", "handling": "QUESTION"}
    )

    opinion.refresh_from_db()
    assert (opinion.state, opinion.aspect_item) == (Opinion.State.CLASSIFIED, "B2")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_intake_desk_costs_the_same_for_one_row_and_three(client, clerk, session, subject, rows, django_assert_num_queries):
    factories.OpinionFactory.create_batch(rows, session=session, subject=subject)
    client.force_login(clerk)
    page = reverse("reviews:opinion_list", args=[session.uid])
    client.get(page)

    with django_assert_num_queries(18):
        client.get(page)


# --- a tip-off found late, and four eyes -------------------------------------------------------------------


@pytest.fixture
def published(digest, clerk, approver):
    actions.submit_digest(digest, by=clerk, now=NOW)
    actions.approve_digest(digest, by=approver, now=NOW)
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
    actions.merge(other, into=opinion, by=clerk)
    actions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    digest = actions.compile_digest(session, by=clerk)
    actions.submit_digest(digest, by=clerk, now=NOW)
    actions.approve_digest(digest, by=approver, now=NOW)

    actions.divert(Opinion.objects.get(pk=other.pk), by=clerk, today=TODAY)

    assert list(digest.entries.values_list("text", "is_withdrawn")) == [("", True)]
    opinion.refresh_from_db()
    assert opinion.text == "食材采购公示内容偏笼统"


def test_a_draft_only_loses_the_voice_of_a_merged_tip_off(session, subject, opinion, clerk):
    other = factories.OpinionFactory(session=session, subject=subject, text=SECRET)
    actions.merge(other, into=opinion, by=clerk)
    actions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    digest = actions.compile_digest(session, by=clerk)
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
