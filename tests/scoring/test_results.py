"""The results and their papers: who reads, signs and prints what, and how much of it is shown."""

import re

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from live.models import Hall
from reviews.models import ReviewSession
from scoring.actions import sheets
from scoring.models import Scheme, SubjectResult
from tests import factories
from tests.scoring.conftest import each
from tests.scoring.pages import page

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def hall(counted):
    return counted


def test_who_reads_a_result_and_how_much(sweep, client, hall, people):
    result = SubjectResult.objects.select_related("subject").first()
    address = reverse("scoring:result", args=[result.subject.uid])
    other = reverse("scoring:result", args=[SubjectResult.objects.last().subject.uid])
    exact = "准确值，只供监票"

    sweep.check(address, each(403, 403, 200, 200, 403, 403, 403, 403, 404, 404))
    client.force_login(hall.teller)
    assert exact in client.get(address).content.decode()

    hall.sign()
    sweep.check(address, each(403, 200, 200, 200, 403, 403, 403, 403, 404, 404))
    client.force_login(hall.approver)
    assert "分数怎样算出来" not in client.get(address).content.decode()

    hall.confirm()
    sweep.check(address, each(200, 200, 200, 200, 403, 403, 403, 403, 404, 404))
    hall.publish()
    sweep.check(address, each(200, 200, 200, 200, 200, 200, 200, 200, 404, 404))
    client.force_login(people["reviewed"])
    own = client.get(address).content.decode()
    assert "各票种平均分" not in own
    assert "分数怎样算出来" not in own
    assert client.get(other).status_code == 403
    listed = client.get(page("results", hall.session)).content.decode()
    assert result.subject.name in listed
    assert SubjectResult.objects.select_related("subject").last().subject.name not in listed.split("</h1>")[1]
    client.force_login(people["member"])
    assert exact not in client.get(address).content.decode()


def test_the_wall_shows_what_was_published_to_everybody_and_nothing_before(client, hall):
    wall = page("announced", hall.session)
    client.force_login(hall.scrutineer)
    hall.sign().confirm()
    assert client.get(wall).status_code == 404
    assert wall not in client.get(page("results", hall.session)).content.decode()

    hall.publish()

    assert wall in client.get(page("results", hall.session)).content.decode()
    shown = client.get(wall).content.decode()
    rows = sorted(hall.count.subjects.select_related("subject"), key=lambda row: (row.row_l0["rank"], row.subject.order))
    assert re.findall(r'"who[^"]*"><b>([^<]+)<', shown) == [row.subject.name for row in rows]
    assert re.findall(r'"place"><b>第 (\d+) 名<', shown) == [str(row.row_l0["rank"]) for row in rows]
    assert re.findall(r">([\d.]+)<", shown) == [row.row_l0["score"] for row in rows]  # no other number: nothing of a group


def test_exact_values_are_for_the_scrutineers_only(client, hall):
    """No page of an L1 reader holds an exact group value."""
    hall.sign().confirm()
    result = SubjectResult.objects.select_related("subject").first()
    address = reverse("scoring:result", args=[result.subject.uid])
    weigh = next(step["text"] for step in result.trace_l2 if step["step"] == "weigh")
    for user, shown in [(hall.scrutineer, True), (hall.approver, False), (hall.clerk, False)]:
        client.force_login(user)
        assert (weigh in client.get(address).content.decode()) is shown


def test_who_reads_printed_means_is_told_why_they_do_not_add_up(client, hall):
    """90 beside 84.8 is the rule of publication; the printed values are rounded, the score is not made of them."""
    hall.sign().confirm()
    result = SubjectResult.objects.select_related("subject").first()
    said = "用印出的平均分乘权重，会与得分略有出入"
    for user, is_told in [(hall.scrutineer, False), (hall.approver, True)]:
        client.force_login(user)
        page = client.get(reverse("scoring:result", args=[result.subject.uid])).content.decode()
        assert (said in page) is is_told

    sheet, table = sheets.result_sheet(hall.count, result), sheets.result_table(hall.count)

    assert any(said in note for note in sheet["notes"])
    assert any(said in note for note in table["notes"])
    weights = {row["cells"][-1] for row in sheet["groups"]} | {group["note"] for group in table["groups"]}
    assert not [weight for weight in weights if weight.endswith("0") and "." in weight], "as the explain sheet writes them"


def test_a_fraction_that_the_scheme_allows_stands_on_page_and_paper_as_it_was_typed(client, hall):
    body = hall.scheme.body
    body["bands"][1]["min"] = "229/3"
    Scheme.objects.filter(pk=hall.scheme.pk).update(body=body)
    SubjectResult.objects.update(criteria=[{"code": "K01", "name": "作风", "max": "25/2", "value": "10.00", "median": None}])
    hall.sign().confirm()
    found = hall.count.subjects.select_related("subject").first()
    SubjectResult.objects.filter(pk=found.pk).update(row_l1=found.row_l1 | {"score": "76.34", "band": body["bands"][1]["label"]})
    client.force_login(hall.clerk)

    shown = client.get(reverse("scoring:result", args=[found.subject.uid])).context

    assert "229/3" in [tick["label"] for tick in shown["scale"]["ticks"]]
    assert shown["band_note"].startswith("229/3 分以上")
    assert [tick["label"] for tick in shown["dots"]["ticks"]] == ["80%", "85%", "90%"]
    assert sheets.result_sheet(hall.count, hall.count.subjects.get(pk=found.pk))["band_note"] == shown["band_note"]
    row = found.row_l1 | {"score": "76.34", "band": body["bands"][2]["label"]}
    assert sheets.band_note(found, row) == "按名额规则列入"  # moved down by a quota: the bounds are another band's


@pytest.mark.parametrize(("median", "is_compared"), [("9.00", True), (None, False)])
def test_criteria_are_compared_with_the_median_only_where_there_is_one(client, hall, median, is_compared):
    SubjectResult.objects.update(criteria=[{"code": "K01", "name": "作风", "max": "20", "value": "10.00", "median": median}])
    hall.sign().confirm()
    client.force_login(hall.clerk)

    text = client.get(reverse("scoring:result", args=[hall.session.subjects.first().uid])).content.decode()

    assert ("比中位数" in text, "高 1.00" in text, "人数少，不列中位数" in text) == (is_compared, is_compared, not is_compared)


def test_exact_numbers_of_groups_wait_for_the_leader_but_for_those_who_sign(client, hall):
    """The count sheet gives them to the ballot (ballots.md B5)."""

    def readers():
        for name in ("clerk", "approver", "scrutineer", "teller"):
            client.force_login(getattr(hall, name))
            if client.get(page("results", hall.session)).context["sheet"]:
                yield name

    assert list(readers()) == ["scrutineer", "teller"]
    hall.sign()
    assert list(readers()) == ["approver", "scrutineer", "teller"]
    hall.confirm()
    assert list(readers()) == ["clerk", "approver", "scrutineer", "teller"]


def test_before_publication_the_refusal_speaks_of_the_time_and_not_of_rights(client, hall, people):
    """Who will read it is told what it waits for, by whom; who will never read it is not."""
    hall.sign().confirm()
    mine, other = [reverse("scoring:result", args=[subject.uid]) for subject in hall.session.subjects.all()[:2]]
    early = ["现在还看不到", "会议现在是“结果已确认”", "由审批领导和监票人两人公布", "不用申请授权"]
    never = ["这件事您不能办", "核对您的身份授权"]

    def told(name, address):
        client.force_login(people[name])
        answer = client.get(address)
        assert answer.status_code == 403
        text = answer.content.decode()
        assert all(words in text for words in early) != all(words in text for words in never)
        return early[0] in text

    for name in ("member", "leader", "verifier"):
        assert all(told(name, address) for address in (page("results", hall.session), mine, other))
    assert (told("reviewed", page("results", hall.session)), told("reviewed", mine), told("reviewed", other)) == (
        True,
        True,
        False,
    )

    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    assert not any(told("member", address) for address in (page("results", hall.session), mine))
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=False)
    hall.again().publish()
    client.force_login(people["reviewed"])
    assert "申请结果复核" in client.get(mine).content.decode()


def test_a_score_that_is_not_signed_is_kept_from_the_leader_for_now(client, hall):
    client.force_login(hall.approver)
    answer = client.get(reverse("scoring:result", args=[hall.session.subjects.first().uid]))
    assert answer.status_code == 403
    assert "先由计票人、监票人签字" in answer.content.decode()


def test_only_who_waits_for_the_publication_is_told_to(client, hall, people):
    address, told = reverse("scoring:result", args=[hall.session.subjects.first().uid]), {}
    for who in ("clerk", "approver", "member"):
        client.force_login(people[who])
        page = client.get(address).content.decode()
        told[who] = "公布以后您在这里就能看到" in page, "审批领导确认以后，工作人员也能看到" in page

    assert told == {"clerk": (False, True), "approver": (False, True), "member": (True, False)}


def test_a_withheld_score_is_not_told_by_the_measure_it_leads_to(client, hall):
    """At L1 and on paper; only those who count read it."""
    hall.sign().confirm()
    result = SubjectResult.objects.select_related("subject").first()
    held = {"held": True, "ballots": 19}
    SubjectResult.objects.filter(pk=result.pk).update(row_l0=held, row_l1=held, trace_l1=[], measures=["廉政约谈"])
    result.refresh_from_db()
    hall.count.table_l0["rows"][result.subject.code] = held
    hall.count.save(update_fields=["table_l0"])
    for user, told in [(hall.clerk, False), (hall.approver, False), (hall.teller, True)]:
        client.force_login(user)
        for address in (page("results", hall.session), reverse("scoring:result", args=[result.subject.uid])):
            text = client.get(address).content.decode()
            assert ("廉政约谈" in text, result.shown_score in text) == (told, told)
    sheet = sheets.result_sheet(hall.count, result)
    assert (sheet["score"], sheet["measures"], sheet["no_score"]) == ("", [], "按公布规则暂不公布")


@pytest.mark.parametrize(
    ("reasons", "exact", "public"),
    [
        (["group_too_small"], ["有评议主体的票数不足，又没有可并入的主体"], ["有评议主体的票数不足，又没有可并入的主体"]),
        (["no_counted_ballot", "too_few_counted"], ["没有可以计分的票", "计分的不记名票不足 5 张"], ["可以计分的票不够"]),
        (["no_quorum", "group_missing"], ["收回票没有超过规定比例", "缺少评议主体，按方案不出分"], ["收回票没有超过规定比例", "可以计分的票不够"]),
    ],
)  # fmt: skip
def test_why_there_is_no_score_is_said_in_words(client, hall, reasons, exact, public):
    """Not how few slips counted: where none did, that would tell how each rater voted."""
    hall.sign().confirm().publish()
    result = hall.count.subjects.select_related("subject").first()
    row = {"blocked": True, "score": None, "band": None, "ballots": 19}
    SubjectResult.objects.filter(pk=result.pk).update(
        row_l0=row, row_l1=row, score=None, shown_score="", band="", rank=None, trace_l1=[], trace_l2=[]
    )
    hall.count.result["subjects"]["o01"] |= {"status": "blocked", "reasons": reasons}
    hall.count.save()
    own = factories.UserFactory(roles=["subject"], official=result.subject.official)

    for user, told, left_out in [(hall.teller, exact, public), (hall.clerk, public, exact), (own, public, exact)]:
        client.force_login(user)
        for address in (page("results", hall.session), reverse("scoring:result", args=[result.subject.uid])):
            text = client.get(address).content.decode()
            assert all(sentence in text for sentence in told), (user, address)
            assert not any(sentence in text for sentence in set(left_out) - set(told)), (user, address)
    result.refresh_from_db()
    sheet = sheets.result_sheet(hall.again().count, hall.count.subjects.get(pk=result.pk))
    assert (sheet["no_score"], sheet["notes"][-1]) == ("不出分", f"不出分：{'；'.join(public)}。")
    assert f"{result.subject.name}不出分：{'；'.join(public)}。" in sheets.result_table(hall.count)["notes"]


def test_readers_of_the_result_are_not_kept_asking(client, hall, member):
    """Only who acts at the ballot may ask its pulse."""
    hall.sign().confirm().publish()
    for user, asks in [(hall.teller, True), (member, False)]:
        client.force_login(user)
        assert ("data-pulse" in client.get(page("results", hall.session)).content.decode()) is asks


def test_what_is_asked_every_other_second_reads_no_long_columns(client, hall):
    hall.sign().confirm().publish()
    Hall.objects.create(session=hall.session, scene=Hall.Scene.ANNOUNCED)
    client.force_login(hall.clerk)
    version = client.get(page("ballot", hall.session)).context["version"]

    with CaptureQueriesContext(connection) as asked, CaptureQueriesContext(connections["ballots"]) as box:
        pulse = client.get(page("ballot_pulse", hall.session), {"v": version})
        mark = client.get(reverse("live:mark", args=[hall.session.uid]))

    assert "HX-Refresh" not in pulse.headers
    assert mark.json()["mark"]
    assert [query["sql"] for query in asked if "table_l" in query["sql"]] == []
    assert [query["sql"] for query in box if "credentials" in query["sql"]] == []
