import pytest
from django.urls import reverse

from reviews.models import Opinion, OpinionForm
from tests import factories


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


@pytest.mark.parametrize(("who", "shown"), [("clerk", True), ("approver", True), ("member", False), ("verifier", False)])
def test_how_many_came_by_which_way_is_for_those_who_read_them(client, request, session, subject, who, shown):
    """A digest gives classes of numbers only, so that no source can be guessed."""
    factories.OpinionFactory(subject=subject, channel=Opinion.Channel.AUDIT)
    factories.OpinionFactory(subject=subject, state=Opinion.State.TRANSFERRED, text="")
    client.force_login(request.getfixturevalue(who))

    page = client.get(reverse("reviews:canvass", args=[session.uid])).content.decode()

    assert [words in page for words in ("收到的意见", "审计建议", "已转信访室")] == [shown] * 3


def test_paper_is_counted_only_once_the_form_is_given_out(client, clerk, session):
    client.force_login(clerk)
    address, numbers = reverse("reviews:canvass_paper", args=[session.uid]), {"issued": "30", "returned": "12", "valid": "11"}
    assert client.post(address, numbers).status_code == 404

    OpinionForm.objects.create(session=session, opens_on="2026-11-20", closes_on="2026-12-07")

    assert client.post(address, numbers).status_code == 302
    assert OpinionForm.objects.get().returned == 12


def test_whoever_is_turned_away_reads_why(client, session, member):
    client.force_login(member)

    page = client.get(reverse("reviews:opinion_list", args=[session.uid]))

    assert page.status_code == 403
    assert "意见原文和整理中的汇总由会议工作人员、审批领导查看。" in page.content.decode()


def test_an_opinion_sent_twice_is_one_and_the_same_words_on_another_form_are_another(client, clerk, session, subject):
    client.force_login(clerk)
    page = reverse("reviews:opinion_new", args=[session.uid])
    blanks = [client.get(page).context["form"]["uid"].value() for _form in range(2)]

    for uid in (blanks[0], blanks[0], blanks[1]):
        answer = client.post(page, {"subject": subject.uid, "channel": "FORUM", "text": "公示太笼统", "uid": uid})
        assert answer.status_code == 302

    assert [opinion.text for opinion in session.opinions.all()] == ["公示太笼统"] * 2
