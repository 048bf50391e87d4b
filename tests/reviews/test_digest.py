import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleViolation
from core.models import AuditEvent
from notices import actions as notices
from notices.models import Notice
from officials.roles import Role
from reviews.actions import digest as actions
from reviews.actions import opinion as opinions
from reviews.actions import tip_off as tip_offs
from reviews.models import Digest, DigestEntry, DigestReceipt, Opinion
from tests import factories

NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


def test_the_digest_waits_until_everything_is_sorted(session, subject, digest, clerk):
    factories.OpinionFactory(session=session, subject=subject)

    with pytest.raises(RuleViolation, match="还有 1 条意见没有归类"):
        actions.submit_digest(digest, by=clerk, now=NOW)


def test_whoever_compiles_is_told_of_opinions_not_sorted_yet(client, session, subject, digest, clerk, approver):
    factories.OpinionFactory(session=session, subject=subject)
    address = reverse("reviews:digest", args=[session.uid])
    waiting = f"{reverse('reviews:opinion_list', args=[session.uid])}?state=COLLECTED"

    client.force_login(clerk)
    told = client.get(address).content.decode()
    client.force_login(approver)
    untold = client.get(address).content.decode()

    assert "有 1 条意见还没有归类" in told
    assert waiting in told
    assert waiting not in untold


def test_the_digest_waits_for_what_was_sorted_since_it_was_compiled(session, subject, digest, clerk):
    new = factories.OpinionFactory(session=session, subject=subject)
    opinions.classify(new, nature="PRAISE", aspect_item="C3", handling="REFERENCE", by=clerk)

    with pytest.raises(RuleViolation, match="还有 1 条归类好的意见不在汇总里"):
        actions.submit_digest(digest, by=clerk, now=NOW)

    assert Digest.objects.get().state == Digest.State.DRAFT
    actions.compile_digest(session, by=clerk)
    actions.submit_digest(digest, by=clerk, now=NOW)


def test_the_digest_waits_for_an_opinion_parted_again_but_not_for_one_left_out(session, subject, digest, clerk):
    parted, out = factories.OpinionFactory.create_batch(2, session=session, subject=subject)
    opinions.classify(parted, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    opinions.merge(parted, into=digest.entries.get().opinion, by=clerk)
    opinions.classify(out, nature="PRAISE", aspect_item="C3", handling="REFERENCE", by=clerk)
    actions.compile_digest(session, by=clerk)
    actions.drop_entry(digest.entries.get(opinion=out), by=clerk)
    opinions.unmerge(Opinion.objects.get(pk=parted.pk), by=clerk)

    with pytest.raises(RuleViolation, match="还有 1 条归类好的意见不在汇总里"):
        actions.submit_digest(digest, by=clerk, now=NOW)


def test_word_of_a_digest_handed_in_leads_to_where_it_is_approved(client, session, digest, clerk, approver):
    actions.submit_digest(digest, by=clerk, now=NOW)
    client.force_login(approver)

    page = client.get(Notice.objects.get(to=approver).link).content.decode()

    assert reverse("reviews:digest_approve", args=[session.uid]) in page


@pytest.fixture
def second(session, subject, digest, clerk):
    """Another opinion with a line of its own in the digest."""
    opinion = factories.OpinionFactory(session=session, subject=subject)
    opinions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    actions.compile_digest(session, by=clerk)
    return opinion


def test_of_two_opinions_merged_after_compiling_one_line_stays_with_both_voices(session, digest, opinion, second, clerk):
    other_clerk = factories.UserFactory(roles=[Role.ORGANISER])

    opinions.merge(second, into=opinion, by=other_clerk)
    actions.submit_digest(digest, by=clerk, now=NOW)

    entry = digest.entries.get()
    assert (entry.opinion, entry.voices, set(entry.sources.all())) == (opinion, 2, {opinion, second})
    assert actions.is_by(digest, other_clerk)


def test_a_line_follows_its_opinion_to_one_that_has_none(session, subject, digest, opinion, clerk):
    actions.rewrite_entry(digest.entries.get(), text="公示不细", nature="CRITICISM", handling="QUESTION", by=clerk)
    leading = factories.OpinionFactory(session=session, subject=subject, nature="CRITICISM", state=Opinion.State.CLASSIFIED)
    Opinion.objects.filter(pk=leading.pk).update(is_left_out=True)

    opinions.merge(opinion, into=leading, by=clerk)
    actions.compile_digest(session, by=clerk)

    entry = digest.entries.get()
    assert (entry.text, entry.opinion, entry.voices) == ("公示不细", leading, 2)
    leading.refresh_from_db()
    assert not leading.is_left_out


@pytest.mark.parametrize("state", ["SUBMITTED", "APPROVED"])
def test_what_stands_in_a_digest_handed_in_is_not_merged(digest, opinion, second, clerk, approver, state):
    actions.submit_digest(digest, by=clerk, now=NOW)
    if state == "APPROVED":
        actions.approve_digest(digest, by=approver, now=NOW)

    with pytest.raises(RuleViolation, match="的意见汇总，不能再归并"):
        opinions.merge(second, into=opinion, by=clerk)

    second.refresh_from_db()
    assert (second.state, digest.entries.count()) == (Opinion.State.CLASSIFIED, 2)


def test_what_came_too_late_for_a_digest_is_merged_all_the_same(session, subject, digest, opinion, clerk):
    actions.submit_digest(digest, by=clerk, now=NOW)
    late = factories.OpinionFactory(session=session, subject=subject)

    opinions.merge(late, into=opinion, by=clerk)

    late.refresh_from_db()
    assert late.merged_into == opinion


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


def test_a_returned_digest_reaches_who_wrote_and_who_submitted_it_each_time(digest, clerk, approver):
    submitter, idle = (factories.UserFactory(roles=[Role.ORGANISER]) for _ in range(2))
    for reason in ("第一条像原话", "第二条也像"):
        actions.submit_digest(digest, by=submitter, now=NOW)
        actions.return_digest(digest, reason=reason, by=approver)

    for author in (clerk, submitter):
        told = Notice.objects.filter(to=author).order_by("pk")
        assert [(n.subject, n.body) for n in told] == [
            (f"退回修改：{digest.session.title}意见汇总", "第一条像原话"), (f"退回修改：{digest.session.title}意见汇总", "第二条也像")
        ]  # fmt: skip
        assert [n.state for n in told] == [
            Notice.State.CANCELLED,
            Notice.State.WAITING,
        ]  # the first was not sent before all was done
        assert told[0].link == reverse("reviews:digest", args=[digest.session.uid])
    assert not Notice.objects.filter(to=idle).exists()


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


def test_a_digest_that_is_out_holds_no_originals_and_its_page_is_not_noted_as_one(client, session, digest, clerk, approver):
    actions.submit_digest(digest, by=clerk, now=NOW)
    actions.approve_digest(digest, by=approver, now=NOW)
    client.force_login(approver)

    for name in ("digest", "digest_read"):
        assert digest.entries.get().text in client.get(reverse(f"reviews:{name}", args=[session.uid])).content.decode()

    assert not AuditEvent.objects.filter(action="read_opinions").exists()


def test_an_entry_of_a_session_that_one_does_not_see_is_as_unknown_as_an_invented_one(client, digest, outsider, member):
    entry = digest.entries.get()
    found = {}

    for who in (member, outsider):
        client.force_login(who)
        found[who] = [
            client.get(reverse("reviews:digest_entry", args=[entry.uid])).status_code,
            client.post(reverse("reviews:digest_entry_drop", args=[entry.uid])).status_code,
        ]

    assert found == {member: [403, 403], outsider: [404, 404]}


def test_an_official_reads_only_the_own_lines(client, session, digest, clerk, approver):
    other = session.subjects.last()
    reader = factories.UserFactory(roles=["subject"], official=other.official)
    actions.submit_digest(digest, by=clerk, now=NOW)
    actions.approve_digest(digest, by=approver, now=NOW)

    client.force_login(reader)

    page = client.get(reverse("reviews:digest_read", args=[session.uid]))
    assert page.status_code == 200
    assert other.unit_name in page.content.decode()
    assert digest.entries.get().text not in page.content.decode()


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


@pytest.mark.parametrize("hand", ["compile", "reword", "drop"])
def test_nobody_approves_what_he_or_she_wrote_though_another_hands_it_in(session, subject, digest, clerk, hand):
    both = factories.UserFactory(roles=[Role.ORGANISER, Role.APPROVER])
    other = factories.OpinionFactory(session=session, subject=subject)
    opinions.classify(other, nature="PRAISE", aspect_item="C3", handling="REFERENCE", by=clerk)
    actions.compile_digest(session, by=clerk)
    entry = digest.entries.first()
    if hand == "compile":
        actions.compile_digest(session, by=both)
    elif hand == "reword":
        actions.rewrite_entry(entry, text="公示不细", nature="CRITICISM", handling="QUESTION", by=both)
    else:
        actions.drop_entry(entry, by=both)
    actions.submit_digest(digest, by=clerk, now=NOW)

    with pytest.raises(RuleViolation, match="另一位领导"):
        actions.approve_digest(digest, by=both, now=NOW)

    digest.refresh_from_db()
    assert digest.state == Digest.State.SUBMITTED


# --- two at once ---


def line(text, **more):
    return {"text": text, "nature": "CRITICISM", "handling": "QUESTION"} | more


def test_a_line_of_a_digest_that_was_handed_in_leads_back_with_the_reason(client, digest, clerk):
    page = reverse("reviews:digest_entry", args=[digest.entries.get().uid])
    actions.submit_digest(digest, by=clerk, now=NOW)
    client.force_login(clerk)

    answer = client.get(page, follow=True)

    assert answer.redirect_chain
    assert "“待审批”的意见汇总不能再改" in answer.content.decode()


def test_of_two_clerks_on_one_line_the_later_is_told_and_keeps_the_words(client, digest, clerk):
    entry = digest.entries.get()
    page, drop = (reverse(f"reviews:{name}", args=[entry.uid]) for name in ("digest_entry", "digest_entry_drop"))
    client.force_login(clerk)
    first = client.get(page).context["form"].initial["seen"]
    assert client.post(page, line("公示不细", seen=first)).status_code == 302

    late = client.post(page, line("公示太笼统", seen=first))
    dropped = client.post(drop, {"seen": first}, follow=True)

    assert "刚被他人改写" in late.content.decode()
    assert "公示太笼统" in late.content.decode()
    assert late.content.decode().count(f'name="seen" value="{first}"') == 2
    assert "刚被他人改写" in dropped.content.decode()
    assert digest.entries.get().text == "公示不细"


def test_a_line_dropped_meanwhile_is_not_rewritten(digest, clerk):
    entry = digest.entries.get()
    actions.drop_entry(digest.entries.get(), by=clerk)

    with pytest.raises(RuleViolation, match="剔除"):
        actions.rewrite_entry(entry, text="公示不细", nature="CRITICISM", handling="QUESTION", by=clerk)


@pytest.mark.parametrize("change", ["rewrite", "drop", "take_up"])
def test_no_line_changes_after_the_submission_though_the_page_was_opened_before(session, subject, digest, opinion, clerk, change):
    other = factories.OpinionFactory(session=session, subject=subject)
    opinions.classify(other, nature="PRAISE", aspect_item="C3", handling="REFERENCE", by=clerk)
    actions.compile_digest(session, by=clerk)
    actions.drop_entry(digest.entries.get(opinion=other), by=clerk)
    entry = DigestEntry.objects.select_related("digest__session", "opinion").get(opinion=opinion)
    actions.submit_digest(digest, by=clerk, now=NOW)

    with pytest.raises(RuleViolation, match="不能再改"):
        {
            "rewrite": lambda: actions.rewrite_entry(entry, **line("公示不细"), by=clerk),
            "drop": lambda: actions.drop_entry(entry, by=clerk),
            "take_up": lambda: actions.take_up(other, by=clerk),
        }[change]()

    assert [e.text for e in digest.entries.all()] == [opinion.text]


def test_a_page_opened_before_the_digest_came_back_decides_nothing(client, digest, clerk, approver):
    actions.submit_digest(digest, by=clerk, now=NOW)
    client.force_login(approver)
    approve, back = (reverse(f"reviews:{name}", args=[digest.session.uid]) for name in ("digest_approve", "digest_return"))
    seen = client.get(reverse("reviews:digest", args=[digest.session.uid])).context["digest"].version
    actions.return_digest(digest, reason="像原话", by=approver)
    actions.rewrite_entry(digest.entries.get(), **line("公示不细"), by=clerk)
    actions.submit_digest(digest, by=clerk, now=NOW)

    for url, data in ((approve, {"seen": seen}), (approve, {}), (back, {"seen": seen, "reason": "请再核对"})):
        assert "不是现在的条目" in client.post(url, data, follow=True).content.decode()

    assert Digest.objects.get().state == Digest.State.SUBMITTED
    client.post(approve, {"seen": seen + 1})
    assert Digest.objects.get().state == Digest.State.APPROVED


# --- in the commission's own words ---

SAID = "食材采购公示内容偏笼统"


@pytest.fixture
def copied(session, subject, digest, clerk):
    """The line of another opinion, as it was said."""
    said = factories.OpinionFactory(session=session, subject=subject, text=SAID)
    opinions.classify(said, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    actions.compile_digest(session, by=clerk)
    return digest.entries.get(opinion=said)


def test_a_digest_with_words_of_an_opinion_waits_until_they_are_worded_anew(digest, copied, clerk):
    with pytest.raises(RuleViolation, match="还有 1 条与原话有六个以上的字相同"):
        actions.submit_digest(digest, by=clerk, now=NOW)

    actions.rewrite_entry(copied, **line("公示不够具体"), kept_because="规范用语", by=clerk)
    actions.submit_digest(digest, by=clerk, now=NOW)

    copied.refresh_from_db()
    assert copied.kept_because == ""  # there is nothing left to be explained


def test_words_may_stay_for_a_reason_that_the_leader_reads(client, digest, copied, clerk, approver):
    client.force_login(clerk)
    page, seen = reverse("reviews:digest_entry", args=[copied.uid]), copied.version
    client.post(page, line(SAID, kept_because="规范用语，认不出人", seen=seen))
    actions.submit_digest(digest, by=clerk, now=NOW)

    client.force_login(approver)
    told = client.get(reverse("reviews:digest", args=[digest.session.uid])).content.decode()

    assert "规范用语，认不出人" in told
    assert "其中 1 条与原话有相同的字句" in told
    assert "请退回修改" in told
    assert "还不能提交" not in told


def test_a_line_put_back_into_the_words_of_its_opinion_is_to_be_explained_anew(session, subject, digest, copied, clerk):
    tip_off = factories.OpinionFactory(session=session, subject=subject)
    opinions.merge(tip_off, into=copied.opinion, by=clerk)
    actions.rewrite_entry(copied, **line(SAID), kept_because="规范用语", by=clerk)

    tip_offs.divert(tip_off, by=clerk, today=NOW.date())

    copied.refresh_from_db()
    assert (copied.text, copied.kept_because) == (SAID, "")


def test_what_reads_like_a_tip_off_is_pointed_out_and_stops_no_submission(client, session, subject, digest, clerk):
    said = factories.OpinionFactory(session=session, subject=subject, text="他收受礼金")
    opinions.classify(said, nature="CRITICISM", aspect_item="C2", handling="QUESTION", by=clerk)
    actions.compile_digest(session, by=clerk)
    client.force_login(clerk)
    names = {"digest": session.uid, "opinion_list": session.uid, "opinion": said.uid}
    pages = {name: client.get(reverse(f"reviews:{name}", args=[uid])).content.decode() for name, uid in names.items()}

    assert reverse("reviews:opinion", args=[said.uid]) in pages["digest"].split('id="like-tip-offs"')[1].split("</div>")[0]
    assert pages["opinion_list"].count("像是举报") == 1
    assert "“收受、礼金”的字样" in pages["opinion"]
    actions.submit_digest(digest, by=clerk, now=NOW)


def test_no_digest_goes_out_before_each_hint_of_a_tip_off_is_looked_at(client, session, subject, digest, clerk, approver):
    said = factories.OpinionFactory(session=session, subject=subject, text="他收受礼金")
    opinions.classify(said, nature="CRITICISM", aspect_item="C2", handling="QUESTION", by=clerk)
    actions.compile_digest(session, by=clerk)
    for entry in digest.entries.all():
        actions.rewrite_entry(entry, **line("公示不细"), by=clerk)
    actions.submit_digest(digest, by=clerk, now=NOW)
    address = reverse("reviews:digest", args=[session.uid])
    client.force_login(approver)
    assert reverse("reviews:digest_approve", args=[session.uid]) not in client.get(address).content.decode()
    with pytest.raises(RuleViolation, match="还有 1 条意见像是举报，没有人看过"):
        actions.approve_digest(digest, by=approver, now=NOW)

    client.force_login(clerk)
    assert 'id="no-tip-off"' in client.get(reverse("reviews:opinion", args=[said.uid])).content.decode()
    for _again in range(2):
        client.post(reverse("reviews:opinion_clear", args=[said.uid]))

    written = AuditEvent.objects.get(action="clear_tip_off_hint")
    assert (written.actor, "礼金" in f"{written.thing}{written.detail}") == (clerk.username, False)
    assert 'id="like-tip-off"' not in client.get(reverse("reviews:opinion", args=[said.uid])).content.decode()
    actions.approve_digest(digest, by=approver, now=NOW)


def test_the_digest_stands_by_official_and_the_leader_is_not_sent_to_the_reports(client, session, digest, clerk, approver):
    actions.submit_digest(digest, by=clerk, now=NOW)
    client.force_login(approver)
    page = client.get(reverse("reviews:digest", args=[session.uid])).content.decode()
    name = digest.entries.get().subject.name
    assert name in page.split('scope="rowgroup"')[1].split("</th>")[0]

    actions.approve_digest(digest, by=approver, now=NOW)
    step = client.get(reverse("reviews:digest", args=[session.uid])).context["step"]

    assert (str(step["title"]), step["link"]) == ("等待工作人员审查并通过全部报告", "")


def test_every_press_on_the_digest_is_answered(client, session, digest, clerk):
    client.force_login(clerk)
    entry = digest.entries.get()
    urls = {name: reverse(f"reviews:{name}", args=[session.uid]) for name in ("digest_compile", "digest_submit")}
    urls |= {name: reverse(f"reviews:{name}", args=[entry.uid]) for name in ("digest_entry", "digest_entry_drop")}

    def said(name, data=None):
        return [str(one) for one in client.post(urls[name], data, follow=True).context["messages"]]

    assert said("digest_compile") == ["没有新归类的意见可以补入"]
    assert said("digest_entry", line("公示不细", seen=1)) == ["已保存改写"]
    assert said("digest_entry_drop", {"seen": 2}) == ["这一条不列入汇总；要重新列入，从下面“已剔除”打开"]
    client.post(reverse("reviews:opinion_take_up", args=[entry.opinion.uid]))
    assert said("digest_compile")[-1] == "已列入 1 条，请逐条改写"
    assert said("digest_submit") == ["意见汇总已提交，等领导审批"]


# --- left out ---


def test_what_staff_left_out_stays_out_until_they_take_it_up(session, digest, opinion, clerk):
    actions.drop_entry(digest.entries.get(), by=clerk)
    actions.compile_digest(session, by=clerk)
    assert not digest.entries.exists()

    for _ in range(2):
        actions.take_up(opinion, by=clerk)
    actions.compile_digest(session, by=clerk)

    assert digest.entries.get().opinion == opinion
    assert AuditEvent.objects.filter(action="take_up_opinion").count() == 1


def test_what_was_left_out_stays_out_once_the_digest_is_with_the_leader(session, subject, digest, opinion, clerk):
    other = factories.OpinionFactory(session=session, subject=subject)
    opinions.classify(other, nature="PRAISE", aspect_item="C3", handling="REFERENCE", by=clerk)
    actions.compile_digest(session, by=clerk)
    actions.drop_entry(digest.entries.get(opinion=opinion), by=clerk)
    actions.submit_digest(digest, by=clerk, now=NOW)

    with pytest.raises(RuleViolation, match="不能再改"):
        actions.take_up(opinion, by=clerk)

    opinion.refresh_from_db()
    assert opinion.is_left_out


def test_the_pages_name_what_was_left_out_and_lead_back(client, digest, opinion, clerk):
    client.force_login(clerk)
    client.post(reverse("reviews:digest_entry_drop", args=[digest.entries.get().uid]), {"seen": 1})
    page = client.get(reverse("reviews:digest", args=[digest.session.uid])).content.decode()
    assert reverse("reviews:opinion", args=[opinion.uid]) in page.split('id="left-out"')[1]
    take_up = reverse("reviews:opinion_take_up", args=[opinion.uid])
    assert take_up in client.get(reverse("reviews:opinion", args=[opinion.uid])).content.decode()

    client.post(take_up)

    assert 'id="left-out"' not in client.get(reverse("reviews:digest", args=[digest.session.uid])).content.decode()
    assert take_up not in client.get(reverse("reviews:opinion", args=[opinion.uid])).content.decode()


@pytest.mark.parametrize("is_out", [False, True])
def test_an_opinion_sorted_after_the_digest_was_handed_in_is_pointed_out(
    client, session, subject, digest, clerk, approver, is_out
):
    actions.submit_digest(digest, by=clerk, now=NOW)
    if is_out:
        actions.approve_digest(digest, by=approver, now=NOW)
    late = factories.OpinionFactory(session=session, subject=subject)
    opinions.classify(late, nature="CRITICISM", aspect_item="C3", handling="QUESTION", by=clerk)
    client.force_login(clerk)

    page = client.get(reverse("reviews:digest", args=[session.uid])).content.decode()

    (_before, told) = page.split('id="late"')
    assert reverse("reviews:opinion", args=[late.uid]) in told
    assert late.text not in told
    assert ("已经发给委员" in told, "退回修改，补入后" in told) == (is_out, not is_out)


def test_voices_follow_what_is_merged_and_parted(session, subject, digest, opinion, clerk):
    other = factories.OpinionFactory(session=session, subject=subject)
    opinions.merge(other, into=opinion, by=clerk)
    actions.submit_digest(digest, by=clerk, now=NOW)
    assert digest.entries.get().voices == 2

    actions.return_digest(digest, reason="分开写", by=clerk)
    opinions.unmerge(other, by=clerk)
    actions.compile_digest(session, by=clerk)

    assert digest.entries.get().voices == 1


@pytest.mark.parametrize("has_lines", [False, True])
def test_the_page_of_the_digest_has_one_primary_button(client, session, form, clerk, request, has_lines):
    if has_lines:
        request.getfixturevalue("digest")
    client.force_login(clerk)

    page = client.get(reverse("reviews:digest", args=[session.uid]))

    assert page.context["step"]["title"] == "收集意见，汇总后发委员"
    assert page.content.decode().count("btn primary") == 1


@pytest.mark.parametrize("others", [0, 3])
def test_the_own_lines_cost_the_same_however_many_answer(
    client, session, digest, clerk, approver, subject, subject_user, others, django_assert_num_queries
):
    factories.SessionSubjectFactory.create_batch(others, session=session)
    actions.submit_digest(digest, by=clerk, now=NOW)
    actions.approve_digest(digest, by=approver, now=NOW)
    client.force_login(subject_user)
    page = reverse("reviews:digest_read", args=[session.uid])
    client.get(page)

    with django_assert_num_queries(12):
        client.get(page)


def test_the_leader_finds_the_decision_on_top_and_the_organiser_reads_whom_it_waits_for(client, session, digest, clerk, approver):
    actions.submit_digest(digest, by=clerk, now=NOW)
    address = reverse("reviews:digest", args=[session.uid])

    client.force_login(approver)
    leaders = client.get(address)
    client.force_login(clerk)
    organisers = client.get(address)

    page = leaders.content.decode()
    approve = f'action="{reverse("reviews:digest_approve", args=[session.uid])}"'
    assert leaders.context["step"]["title"] == "审批意见汇总"
    assert page.index('id="decide-on-top"') < page.index(approve) < page.index("<table") < page.index('id="decide"')
    assert page.count(approve) == 2
    assert organisers.context["step"]["title"] == "等待领导审批意见汇总"
    assert approve not in organisers.content.decode()


def test_saving_a_line_may_lead_to_the_next_that_is_not_rewritten_yet(client, session, digest, copied, second, clerk):
    Opinion.objects.filter(pk=second.pk).update(text=SAID)
    other = digest.entries.get(opinion=second)
    DigestEntry.objects.filter(pk=other.pk).update(text=SAID)
    client.force_login(clerk)

    def saved(entry):
        return client.post(reverse("reviews:digest_entry", args=[entry.uid]), line("公示不细", seen=1) | {"next": "1"})

    first = saved(copied)
    last = saved(other)

    assert first.url == reverse("reviews:digest_entry", args=[other.uid])
    assert last.url == reverse("reviews:digest", args=[session.uid])


def test_a_line_equal_to_its_opinion_stands_once_in_its_row(client, session, digest, copied, clerk):
    client.force_login(clerk)

    page = client.get(reverse("reviews:digest", args=[session.uid])).content.decode()

    assert page.count(SAID) == 1
    assert "与原话相同" in page
