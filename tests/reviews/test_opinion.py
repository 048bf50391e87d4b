import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse

from core.errors import RuleViolation
from core.models import AuditEvent
from reviews.actions import opinion as actions
from reviews.actions import tip_off as tip_offs
from reviews.models import Opinion, ReportTemplate, TipOff
from tests import factories
from tests.markup import tight

TODAY = dt.date(2026, 12, 1)
SECRET = "局长去年三次收受包工头的海鲜礼盒"
WAITS_FOR_THE_TRAIL = 1 if connection.vendor == "postgresql" else 0  # reading an original is noted there


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


def test_a_merge_without_a_target_says_so_on_the_page_of_the_button(client, opinion, clerk):
    client.force_login(clerk)

    answer = client.post(reverse("reviews:opinion_merge", args=[opinion.uid]), {"into": "x"}, follow=True)

    assert answer.status_code == 200
    assert "提交的内容不完整" in answer.content.decode()


def test_what_was_diverted_meanwhile_is_not_merged(session, subject, opinion, clerk):
    """The page was opened before: what it holds in hand still looks like an ordinary opinion."""
    other = factories.OpinionFactory(session=session, subject=subject, text=SECRET)
    tip_offs.divert(Opinion.objects.get(pk=other.pk), by=clerk, today=TODAY)

    with pytest.raises(RuleViolation, match="已经归并或转出"):
        actions.merge(other, into=opinion, by=clerk)

    other.refresh_from_db()
    assert other.state == Opinion.State.TRANSFERRED


def test_opinions_on_two_people_are_not_merged(session, opinion, clerk):
    stranger = factories.OpinionFactory(session=session, subject=session.subjects.last())

    with pytest.raises(RuleViolation, match="同一名对象"):
        actions.merge(stranger, into=opinion, by=clerk)


@pytest.mark.parametrize("who", ["approver", "member", "subject_user", "petition_clerk"])
def test_only_the_organiser_sorts_opinions(client, request, opinion, who):
    client.force_login(request.getfixturevalue(who))

    for name in ("rectification:opinion_divert", "reviews:opinion_merge", "reviews:opinion_unmerge", "reviews:opinion_take_up"):
        assert client.post(reverse(name, args=[opinion.uid])).status_code in (403, 404)

    assert not TipOff.objects.exists()


def test_sorting_in_the_browser(client, clerk, opinion):
    factories.ReportTemplateFactory()
    client.force_login(clerk)

    client.post(
        reverse("reviews:opinion", args=[opinion.uid]), {"nature": "CRITICISM", "aspect_item": "B2", "handling": "QUESTION"}
    )

    opinion.refresh_from_db()
    assert (opinion.state, opinion.aspect_item) == (Opinion.State.CLASSIFIED, "B2")


def test_an_opinion_is_sorted_by_choice_and_not_by_default(client, clerk, opinion):
    factories.ReportTemplateFactory()
    client.force_login(clerk)
    page = client.get(reverse("reviews:opinion", args=[opinion.uid]))

    chosen = [page.context["form"][name].value() for name in ("nature", "aspect_item", "handling")]
    refused = client.post(reverse("reviews:opinion", args=[opinion.uid]), {"nature": "", "aspect_item": "", "handling": ""})

    assert chosen == ["", "", ""]
    assert page.content.decode().count("请选择") == 3
    assert set(refused.context["form"].errors) == {"nature", "aspect_item", "handling"}


def test_the_list_offers_no_filter_that_finds_nothing_and_names_the_items(client, clerk, opinion):
    factories.ReportTemplateFactory()
    actions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    client.force_login(clerk)

    page = client.get(reverse("reviews:opinion_list", args=[opinion.session.uid]))

    offered = [value for value, _label in page.context["form"].fields["state"].choices]
    assert offered == ["", "COLLECTED", "CLASSIFIED", "MERGED"]
    assert ReportTemplate.item_names()["B2"] in page.content.decode()


def test_a_flood_of_opinions_is_compared_in_part_and_the_page_says_so(client, clerk, session, subject, monkeypatch):
    monkeypatch.setattr("reviews.views.opinion.COMPARED", 2)
    for text in ["食材采购公示内容偏笼统", "校门口拥堵没有人管", "食材采购公示的内容偏笼统"]:
        factories.OpinionFactory(session=session, subject=subject, text=text)
    other = session.subjects.last()
    for text in ["窗口排队时间太长", "窗口的排队时间太长"]:
        factories.OpinionFactory(session=session, subject=other, text=text)
    client.force_login(clerk)

    page = client.get(reverse("reviews:opinion_list", args=[session.uid]))

    assert [pair["keep"].subject for pair in page.context["suggestions"]] == [other]
    assert "每位只比对最近的 2 条" in page.content.decode()


@pytest.mark.parametrize("flood", [1, 60])
def test_of_a_flood_the_page_of_one_opinion_offers_the_most_alike_and_a_search(client, clerk, session, subject, opinion, flood):
    factories.OpinionFactory.create_batch(flood, session=session, subject=subject, text="校门口拥堵没有人管")
    like = factories.OpinionFactory(session=session, subject=subject, text="食材采购公示的内容偏笼统")
    client.force_login(clerk)
    page = reverse("reviews:opinion", args=[opinion.uid])

    first = client.get(page)
    found = client.get(page, {"q": "公示的"})
    none = client.get(page, {"q": "海鲜"})

    assert first.context["others"][0] == like
    uids = [other.uid for other in first.context["others"][1:]]
    assert uids == sorted(uids), "equal ones in no order of arrival"
    assert len(first.context["others"]) == min(flood + 1, 8)
    assert tight(first).count("校门口拥堵没有人管</span><form") == min(flood, 7)
    assert ("其余请查找" in first.content.decode()) is (flood > 7)
    assert list(found.context["others"]) == [like]
    assert "没有找到" in none.content.decode()
    assert len(client.get(page, {"q": "校门口"}).context["others"]) == min(flood, 25)


@pytest.mark.parametrize("rows", [1, 3])
def test_one_opinion_costs_the_same_beside_one_other_and_three(
    client, clerk, session, subject, opinion, rows, django_assert_num_queries
):
    factories.OpinionFactory.create_batch(rows, session=session, subject=subject)
    client.force_login(clerk)
    page = reverse("reviews:opinion", args=[opinion.uid])
    client.get(page)

    with django_assert_num_queries(21 + WAITS_FOR_THE_TRAIL):
        client.get(page)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_intake_desk_costs_the_same_for_one_row_and_three(client, clerk, session, subject, rows, django_assert_num_queries):
    factories.OpinionFactory.create_batch(rows, session=session, subject=subject)
    client.force_login(clerk)
    page = reverse("reviews:opinion_list", args=[session.uid])
    client.get(page)

    with django_assert_num_queries(21 + WAITS_FOR_THE_TRAIL):
        client.get(page)


def test_every_reading_of_originals_is_noted_and_holds_no_word_of_them(client, clerk, approver, session, opinion, digest):
    entry = digest.entries.get()
    pages = {
        reverse("reviews:opinion_list", args=[session.uid]): session,
        reverse("reviews:opinion", args=[opinion.uid]): opinion,
        reverse("reviews:digest_entry", args=[entry.uid]): entry,
        reverse("reviews:digest", args=[session.uid]): session,
        reverse("reviews:digest_read", args=[session.uid]): session,
    }
    client.force_login(clerk)

    for page in pages:
        assert opinion.text in client.get(page).content.decode()
    client.force_login(approver)
    client.get(next(iter(pages)))

    events = AuditEvent.objects.filter(action="read_opinions").order_by("n")
    assert [event.actor for event in events] == [clerk.username] * 5 + [approver.username]
    for event, thing in zip(events, pages.values(), strict=False):
        assert str(thing.uid) in event.thing
        assert opinion.text[:6] not in event.thing + event.detail


def test_sorting_leads_to_the_next_unsorted_opinion_and_from_the_last_to_the_list(client, session, subject, clerk):
    factories.ReportTemplateFactory()
    one, other = sorted(factories.OpinionFactory.create_batch(2, session=session, subject=subject), key=lambda o: o.uid)
    client.force_login(clerk)
    sort = {"nature": "CRITICISM", "aspect_item": "B2", "handling": "QUESTION"}

    first = client.post(reverse("reviews:opinion", args=[one.uid]), sort)
    last = client.post(reverse("reviews:opinion", args=[other.uid]), sort)

    assert first.url == reverse("reviews:opinion", args=[other.uid])
    assert last.url == reverse("reviews:opinion_list", args=[session.uid])


@pytest.mark.parametrize("step", ["reviews:opinion_merge", "rectification:opinion_divert"])
def test_merging_and_diverting_lead_whoever_sorts_to_the_next_as_well(client, session, subject, clerk, step):
    kept = factories.OpinionFactory(session=session, subject=subject, state=Opinion.State.CLASSIFIED)
    one, other = sorted(factories.OpinionFactory.create_batch(2, session=session, subject=subject), key=lambda o: o.uid)
    client.force_login(clerk)

    from_page = client.post(reverse(step, args=[one.uid]), {"into": kept.uid})
    from_list = client.post(reverse("reviews:opinion_merge", args=[other.uid]), {"into": kept.uid, "stay": "1"})

    assert from_page.url == reverse("reviews:opinion", args=[other.uid])
    assert from_list.url == reverse("reviews:opinion_list", args=[session.uid])


def test_the_list_of_opinions_leads_to_entering_one_and_to_the_digest(client, session, clerk):
    factories.OpinionFactory(session=session, subject=session.subjects.first())
    client.force_login(clerk)

    page = client.get(reverse("reviews:opinion_list", args=[session.uid])).content.decode()

    assert reverse("reviews:opinion_new", args=[session.uid]) in page
    assert reverse("reviews:digest", args=[session.uid]) in page
