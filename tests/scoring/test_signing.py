"""Signing, confirming and publishing a count: whose turn it is, and on what was shown."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.models import Notice
from officials.models import RoleGrant
from scoring.actions import sheets, signing, steps
from scoring.models import StepRequest
from tests import factories
from tests.desk import agenda
from tests.scoring.conftest import each
from tests.scoring.pages import page
from tests.scoring.test_correction import agree, retype

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def hall(counted):
    return counted


def test_nobody_is_mailed_about_a_count_that_is_signed_or_void(hall):
    def waiting(what):
        return Notice.objects.filter(matter=f"session:{hall.session.uid}:{what}").exclude(state=Notice.State.CANCELLED).count()

    assert waiting("sign")
    hall.sign()
    assert (waiting("sign"), waiting("confirm") > 0) == (0, True)
    hall.together("VOID", reason="有异议")
    assert waiting("confirm") == 0


def test_the_desks_ask_those_who_can_still_do_something(client, hall):
    def asked(user):
        return {title for _badge, title in agenda.lines(client, user)} & {"核对并确认评议结果", "审批并反馈结果"}

    signing.sign(hall.count, "teller", seen=hall.count.result_hash, by=hall.teller, now=hall.now)
    assert [asked(user) for user in (hall.teller, hall.scrutineer, hall.clerk)] == [set(), {"核对并确认评议结果"}, set()]
    hall.sign().confirm()

    told = [asked(user) for user in (hall.teller, hall.scrutineer, hall.approver, hall.clerk)]
    assert told == [set(), {"审批并反馈结果"}, {"审批并反馈结果"}, set()]


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
