"""The results and their papers: who reads, signs and prints what, and how much of it is shown."""

import datetime as dt
import errno
import json
import re

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import audit, files
from core.models import AuditEvent
from live.models import Hall
from notices.models import Notice
from officials.models import RoleGrant
from reviews.models import ReviewSession
from scoring import tasks
from scoring.actions import papers, sheets, signing, steps
from scoring.models import PaperJob, Scheme, StepRequest, SubjectResult
from tests import factories
from tests.adversary import publication
from tests.core import reading
from tests.scoring.conftest import each
from tests.scoring.test_correction import agree, retype
from tests.scoring.test_views import page

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
    assert sheets.band_note(body, row) == "按名额规则列入"  # moved down by a quota: the bounds are another band's


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


def test_nobody_is_mailed_about_a_count_that_is_signed_or_void(hall):
    def waiting(what):
        return Notice.objects.filter(matter=f"session:{hall.session.uid}:{what}").exclude(state=Notice.State.CANCELLED).count()

    assert waiting("sign")
    hall.sign()
    assert (waiting("sign"), waiting("confirm") > 0) == (0, True)
    hall.together("VOID", reason="有异议")
    assert waiting("confirm") == 0


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


def test_signing_is_the_next_step_of_those_who_sign_and_says_what_is_signed(client, hall):
    digest = sheets.grouped(hall.count.result_hash)

    def step_for(user):
        client.force_login(user)
        answer = client.get(page("results", hall.session))
        return answer.context["step"], answer.content.decode()

    for user, part, word in [(hall.teller, "teller", "计票人"), (hall.scrutineer, "scrutineer", "监票人")]:
        step, text = step_for(user)
        assert (step["button"], step["url"]) == (f"以{word}身份签字", page("results_sign", hall.session, part))
        assert f"{hall.session.title}第 1 轮，实发 19 张，收回 19 张，3 位对象的结果已经核对，结果摘要 {digest}" in text
        assert text.count(step["url"]) == 1
    for user in (hall.clerk, hall.approver):
        assert "身份签字" not in step_for(user)[1]

    client.force_login(hall.teller)
    seen = {"seen": hall.count.result_hash}
    assert client.post(page("results_sign", hall.session, "teller"), seen).status_code == 302
    assert "身份签字" not in step_for(hall.teller)[1]
    step, text = step_for(hall.approver)
    assert (step["blocked"], [blocker["text"] for blocker in step["blockers"]]) == (True, ["监票人还没有签字"])
    client.force_login(hall.scrutineer)
    client.post(page("results_sign", hall.session, "scrutineer"), seen)
    step, text = step_for(hall.approver)
    assert not step["blocked"]
    assert f"计票人倪松言、监票人俞舒源已经签字，结果摘要 {digest}" in text


def test_nobody_signs_confirms_or_publishes_what_the_page_did_not_show(client, hall):
    """A page left open shows the first version; meanwhile the second is counted, signed, confirmed."""
    confirm, ask = page("results_confirm", hall.session), page("ballot_ask", hall.session, "PUBLISH")

    def press(user, address, seen):
        client.force_login(user)
        client.post(address, {"seen": seen})
        return hall.again().count

    client.force_login(hall.teller)
    sign, before = page("results_sign", hall.session, "teller"), hall.count.result_hash
    assert f'name="seen" value="{before}"' in client.get(page("results", hall.session)).content.decode()
    agree(hall)
    retype(hall)
    now = hall.tally().count.result_hash
    assert [press(hall.teller, sign, seen).teller for seen in (before, "", now)] == [None, None, hall.teller]

    signing.sign(hall.count, "scrutineer", seen=now, by=hall.scrutineer, now=hall.now)
    client.force_login(hall.approver)
    assert f'name="seen" value="{now}"' in client.get(page("results", hall.session)).content.decode()
    assert [press(hall.approver, confirm, seen).is_confirmed for seen in (before, "", now)] == [False, False, True]

    assert f'name="seen" value="{now}"' in client.get(page("results", hall.session)).content.decode()
    for seen in (before, "", now):
        assert not hall.round.requests.filter(step="PUBLISH").exists()
        press(hall.approver, ask, seen)
    assert hall.round.requests.filter(step="PUBLISH").exists()


def test_a_publication_asked_for_does_not_outlive_the_correction_of_its_result(hall):
    hall.sign().confirm()
    steps.ask(hall.round, "PUBLISH", by=hall.approver, now=hall.now, seen=hall.count.result_hash)

    agree(hall)

    assert not hall.round.requests.filter(step="PUBLISH").exists()


def test_signing_and_confirming_are_pressed_by_those_whose_they_are(sweep, hall):
    seen = {"seen": hall.count.result_hash}
    for name, more, statuses in [
        ("results_sign", ["teller"], [403, 403, 403, 302, 403, 403, 403, 403, 404, 404]),
        ("results_sign", ["scrutineer"], [403, 403, 302, 403, 403, 403, 403, 403, 404, 404]),
        ("results_confirm", [], [403, 302, 403, 403, 403, 403, 403, 403, 404, 404]),
        ("ballot_ask", ["PUBLISH"], [403, 302, 302, 403, 403, 403, 403, 403, 404, 404]),
    ]:
        sweep.check(page(name, hall.session, *more), each(*statuses), post=seen)
    count = hall.again().count
    assert [count.teller, count.scrutineer, count.confirmed_by] == [hall.teller, hall.scrutineer, hall.approver]


def test_who_holds_both_roles_is_offered_both_signatures_and_gives_one(client, hall):
    RoleGrant.objects.create(user=hall.teller, role="scrutineer")
    client.force_login(hall.teller)
    signs = [page("results_sign", hall.session, part) for part in ("teller", "scrutineer")]

    text = client.get(page("results", hall.session)).content.decode()
    assert [text.count(address) for address in signs] == [1, 1]

    client.post(signs[1], {"seen": hall.count.result_hash})
    text = client.get(page("results", hall.session)).content.decode()
    assert [text.count(address) for address in signs] == [0, 0]


def test_a_void_round_asked_for_stands_on_top_of_every_page_of_the_ballot(client, hall):
    client.force_login(hall.clerk)
    shown = client.get(page("results", hall.session))
    client.post(page("ballot_ask", hall.session, "VOID"), {"reason": "箱外发现票卡"})
    asked = StepRequest.objects.get(step="VOID")
    confirm, withdraw = (page(f"ballot_{verb}", hall.session, asked.pk) for verb in ("confirm", "withdraw"))

    pulse = client.get(page("ballot_pulse", hall.session), {"v": shown.context["version"]})
    assert pulse["HX-Refresh"] == "true"
    for user, may, mine in [(hall.clerk, False, True), (hall.scrutineer, True, False), (hall.teller, False, False)]:
        client.force_login(user)
        for name in ("ballot", "results"):
            text = client.get(page(name, hall.session)).content.decode()
            assert "穆晏川提出“作废本轮”，" in text
            assert text.index('id="wait-VOID"') < text.index('id="next-step"')  # and the step that is next stays
            assert "理由：箱外发现票卡" in text
            assert (confirm in text, withdraw in text) == (may, mine), (user, name)
            assert page("ballot_ask", hall.session, "VOID") not in text

    client.post(withdraw)
    client.force_login(hall.clerk)
    client.post(withdraw)
    assert "提出“作废本轮”" not in client.get(page("results", hall.session)).content.decode()
    late = client.post(confirm, follow=True, headers={"Referer": f"http://testserver{page('ballot', hall.session)}"})
    assert "请重新提出" in late.content.decode()


def test_a_publication_asked_for_is_the_next_step_of_the_results(client, hall):
    hall.sign().confirm()
    client.force_login(hall.scrutineer)
    asked = client.post(page("ballot_ask", hall.session, "PUBLISH"), {"seen": hall.count.result_hash})
    assert asked.url == page("results", hall.session)

    client.force_login(hall.approver)
    text = client.get(page("results", hall.session)).content.decode()

    confirm = page("ballot_confirm", hall.session, StepRequest.objects.get(step="PUBLISH").pk)
    assert text.count(confirm) == 1
    assert "我确认公布结果" in text
    assert client.post(confirm).url == page("results", hall.session)
    assert hall.again().count.is_published


def test_readers_of_the_result_are_not_kept_asking(client, hall, member):
    """Only who acts at the ballot may ask its pulse."""
    hall.sign().confirm().publish()
    for user, asks in [(hall.teller, True), (member, False)]:
        client.force_login(user)
        assert ("data-pulse" in client.get(page("results", hall.session)).content.decode()) is asks


def test_who_gets_which_paper(sweep, hall):
    sheet = each(403, 403, 302, 302, 403, 403, 403, 403, 404, 404)
    sweep.check(page("paper_make", hall.session, "COUNT_SHEET"), sheet, post={})
    hall.sign().confirm().publish()
    file = each(302, 302, 403, 403, 403, 403, 403, 403, 404, 404)
    sweep.check(page("paper_make", hall.session, "SESSION_FILE"), file, post={})


def test_the_archive_asks_for_papers_where_it_may_read(client, hall):
    """The result's page stays closed to the archivist; the session's papers offer the session file and show how far it is."""
    hall.sign().confirm().publish()
    here = reverse("rectification:session_papers", args=[hall.session.uid])
    client.force_login(factories.UserFactory(roles=["archivist"]))
    assert 'id="make-SESSION_FILE"' in client.get(here).content.decode()

    answer = client.post(page("paper_make", hall.session, "SESSION_FILE"))

    assert answer.url == here
    job = PaperJob.objects.get()
    assert reverse("scoring:paper_job", args=[job.uid]) in client.get(here).content.decode()
    stored = files.keep("会议档案.pdf", b"%PDF-1.7 stands for the file", files.TYPES["pdf"], by=hall.clerk)
    PaperJob.objects.filter(pk=job.pk).update(state=PaperJob.State.DONE, stored=stored)
    assert reverse("scoring:paper", args=[job.uid]) in client.get(here).content.decode()
    client.force_login(hall.clerk)
    assert 'id="make-SESSION_FILE"' not in client.get(here).content.decode()


def test_a_paper_is_made_once_and_downloaded_by_permission(sweep, hall):
    hall.sign().confirm()
    job = papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.clerk)
    papers.make(job.pk)
    papers.make(job.pk)
    job.refresh_from_db()

    assert (job.state, papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.teller)) == (PaperJob.State.DONE, job)
    address = reverse("scoring:paper_workbook", args=[job.uid])
    sweep.check(address, each(200, 200, 200, 200, 403, 403, 403, 403, 404, 404))
    progress = reverse("scoring:paper_job", args=[job.uid])
    sweep.check(progress, each(200, 200, 200, 200, 403, 403, 403, 403, 404, 404))


def test_the_workbook_of_a_result_is_noted_and_asks_for_the_password_too(client, hall, settings):
    hall.sign().confirm()
    job = papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.clerk)
    papers.make(job.pk)
    address = reverse("scoring:paper", args=[job.uid])
    client.force_login(hall.clerk)

    answer = client.get(address, follow=True)

    assert b"".join(answer.streaming_content)[:2] == b"PK"
    line = AuditEvent.objects.get(action="export")
    assert (line.actor, json.loads(line.detail)) == (hall.clerk.username, {"n": 3})
    settings.SESSION_PROVED = dt.timedelta(0)
    assert client.get(address, follow=True).redirect_chain[-1][0].startswith(reverse("officials:password_again"))
    assert AuditEvent.objects.filter(action="export").count() == 1


def test_a_paper_that_fails_says_so_and_can_be_asked_for_again(client, hall, monkeypatch):
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    monkeypatch.setitem(papers.MAKERS, "COUNT_SHEET", lambda job: 1 / 0)
    papers.make(job.pk)
    job.refresh_from_db()
    assert job.state == PaperJob.State.FAILED
    client.force_login(hall.teller)
    assert "没有做成" in client.get(page("results", hall.session)).content.decode()
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) != job


def test_a_paper_asked_for_while_the_broker_is_away_is_made_by_the_next_sweep(
    client, hall, monkeypatch, django_capture_on_commit_callbacks
):
    hall.sign().confirm()

    def away(*args):
        raise ConnectionError("the broker does not answer")

    monkeypatch.setattr(tasks.make_paper, "delay", away)
    client.force_login(hall.teller)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(page("paper_make", hall.session, "RESULT_EXCEL"))
    assert answer.status_code == 302
    job = PaperJob.objects.get()
    assert job.state == PaperJob.State.WAITING

    tasks.make_waiting_papers()

    job.refresh_from_db()
    assert job.state == PaperJob.State.DONE


def test_a_paper_that_does_not_fit_on_the_disk_has_failed(hall, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    hall.sign().confirm()
    job = papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.teller)
    monkeypatch.setattr("core.files.keep", full)
    papers.make(job.pk)
    job.refresh_from_db()
    assert job.state == PaperJob.State.FAILED


def test_a_paper_whose_worker_is_gone_can_be_asked_for_again(hall):
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) == job
    PaperJob.objects.filter(pk=job.pk).update(state="RUNNING", began_at=timezone.now() - dt.timedelta(minutes=11))
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) != job


def test_a_paper_that_waited_long_is_not_lost(hall):
    """Behind a long queue, or while the worker was away: it is made when its turn comes, and only once."""
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    PaperJob.objects.filter(pk=job.pk).update(asked_at=timezone.now() - dt.timedelta(hours=2))
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) == job

    PaperJob.objects.filter(pk=job.pk).update(state="RUNNING", began_at=timezone.now())
    job.refresh_from_db()
    assert not job.is_lost


def test_page_excel_and_paper_show_the_same_values(client, hall):
    """One table for all of them: every hidden value is hidden everywhere."""
    hall.sign().confirm()
    _title, headings, rows = sheets.excel(hall.count)[0]
    table = sheets.result_table(hall.count)
    for row, line, result in zip(rows, table["rows"], hall.count.subjects.select_related("subject"), strict=True):
        assert str(row[headings.index("得分")]) == line["score"] == result.row_l1["score"]
        means = [cells[-1] for cells in line["cells"]]
        assert means == [result.row_l1["groups"].get(code, "–") for code in "ABCD"]
        sheet = sheets.result_sheet(hall.count, result)
        assert [group["cells"][5] for group in sheet["groups"]] == means


@pytest.mark.slow
def test_every_pdf_is_made_and_tells_only_what_it_shows(hall):
    hall.sign().confirm()
    result = hall.count.subjects.first()
    for kind in ("COUNT_SHEET", "RESULT_SHEET"):
        job = papers.ask_for_paper(hall.count, kind, result=result if kind == "RESULT_SHEET" else None, by=hall.clerk)
        papers.make(job.pk)
        job.refresh_from_db()
        with job.stored.content.open() as file:
            pdf = file.read()
        assert pdf.startswith(b"%PDF-")
        assert publication.told_by_paper(pdf) == []


def test_a_paper_about_nobody_is_not_found(client, hall):
    hall.sign().confirm()
    client.force_login(hall.clerk)
    address = page("paper_make", hall.session, "RESULT_SHEET")

    seen = {
        subject: client.post(address, {"subject": subject}).status_code
        for subject in ("x", "00000000-0000-0000-0000-000000000000", "")
    }

    assert set(seen.values()) == {404}, seen
    assert not PaperJob.objects.exists()


@pytest.mark.slow
def test_the_count_sheet_carries_the_head_of_the_trail(hall):
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    head = audit.head()

    papers.make(job.pk)

    job.refresh_from_db()
    with job.stored.content.open() as file:
        text = reading.words(file.read())
    assert f"第{head.n}条{audit.printed(head)}".replace(" ", "") in text


def test_every_copy_of_a_confirmed_count_sheet_carries_the_line_of_its_confirmation(hall):
    hall.sign().confirm()
    line = audit.lines("confirm_count", hall.count.round).get()
    hall.publish()

    assert papers.trail(hall.count)["trail"] == {"n": line.n, "digest": audit.printed(line), "is_of_confirmation": True}
    assert line.n < audit.head().n


def test_papers_name_who_signed_and_confirmed(hall):
    assert sheets.count_sheet(hall.count)["signed"] == ""
    hall.sign().confirm()

    said = sheets.count_sheet(hall.count)["signed"]
    assert all(str(person) in said for person in (hall.teller, hall.scrutineer, hall.approver))
    assert (
        sheets.result_table(hall.count)["signed"]
        == sheets.result_sheet(hall.count, hall.count.subjects.first())["signed"]
        == said
    )


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


def test_a_void_round_that_was_asked_for_ends_with_the_confirmed_result(client, hall):
    asked = steps.ask(hall.round, "VOID", by=hall.clerk, now=timezone.now(), reason="箱外发现票卡")
    told = Notice.objects.filter(matter=asked.matter).exclude(state=Notice.State.CANCELLED)
    assert told.exists()

    hall.sign().confirm()

    assert not StepRequest.objects.filter(step="VOID").exists()
    assert not told.all().exists()


@pytest.mark.parametrize("name", ["ballot", "results"])
def test_pages_cost_the_same_for_one_and_three_steps_that_wait(client, hall, name):
    hall.sign().confirm()
    client.force_login(hall.scrutineer)
    costs = []
    client.get(page(name, hall.session))  # the first look keeps the sign-in alive
    for step, asker in [("PUBLISH", hall.approver), ("VOID", hall.clerk), ("CLOSE", factories.UserFactory(roles=["organiser"]))]:
        StepRequest.objects.create(round=hall.round, step=step, asked_by=asker, asked_at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            client.get(page(name, hall.session))
        costs.append(len(asked))

    assert len(set(costs)) == 1, costs


def test_page_and_paper_give_the_same_steps(client, hall):
    hall.sign().confirm().publish()
    result = hall.count.subjects.first()
    client.force_login(hall.approver)

    page = client.get(reverse("scoring:result", args=[result.subject.uid])).context["trace"]

    assert sheets.result_sheet(hall.count, result)["steps"] == [step["text"] for step in page]
    assert len(page) > 5
    client.force_login(hall.scrutineer)
    exact = client.get(reverse("scoring:result", args=[result.subject.uid])).context["trace"]
    assert exact == result.trace_l2 != page


def test_who_prints_the_scrutineers_record_and_what_stands_on_it(sweep, client, hall, settings):
    result = SubjectResult.objects.select_related("subject").first()
    address = reverse("scoring:result_exact", args=[result.subject.uid])
    sweep.check(address, each(403, 403, 403, 403, 403, 403, 403, 403, 404, 404))  # nobody has signed yet
    hall.sign().confirm().publish()
    sweep.check(address, each(403, 403, 200, 200, 403, 403, 403, 403, 404, 404))

    client.force_login(hall.scrutineer)
    assert address in client.get(reverse("scoring:result", args=[result.subject.uid])).content.decode()
    printed = b"".join(client.get(address).streaming_content)
    text = reading.words(printed)
    assert all(step["text"].replace(" ", "") in text for step in result.trace_l2)
    line = AuditEvent.objects.filter(action="print_exact").latest("n")
    assert (line.actor, json.loads(line.detail)["official"]) == (hall.scrutineer.username, result.subject.name)
    client.force_login(hall.approver)
    assert address not in client.get(reverse("scoring:result", args=[result.subject.uid])).content.decode()

    client.force_login(hall.scrutineer)
    settings.SESSION_PROVED = dt.timedelta(0)
    assert client.get(address)["Location"].split("?")[0] == reverse("officials:password_again")
