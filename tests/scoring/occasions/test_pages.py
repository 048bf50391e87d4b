"""会外事项 on the pages: who sees, who presses, and who is reminded."""

import pytest
from django.urls import reverse

from core.days import moment
from reviews.models import ReviewSession
from scoring.actions import opening
from scoring.models import BallotRound, Count, Occasion, Scheme
from scoring.views import checklist
from tests import factories
from tests.reviews.test_garbage import SPOILT
from tests.scoring.conftest import each
from tests.scoring.occasions.conftest import GROUND, OUTSIDE, confirm, counted, enter, page, prepared, subjects

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_who_sees_and_who_presses(sweep, hall, people):
    occasion = enter(hall.prepare())
    sweep.check(page("occasion_list", hall), each(200, 200, 200, 200, 403, 403, 403, 403, 404, 404))
    for_clerk = each(200, 403, 403, 403, 403, 403, 403, 403, 404, 404)
    sweep.check(page("occasion_add", hall), for_clerk)
    sweep.check(page("occasion_try", hall), for_clerk, post={})
    for name in ("occasion_refuse", "occasion_confirm"):
        args = [] if name == "occasion_confirm" else [occasion.uid]
        sweep.check(page(name, hall, *args), each(403, 302, 403, 403, 403, 403, 403, 403, 404, 404), post={})
    sweep.check(page("occasion_withdraw", hall, occasion.uid), each(302, 403, 403, 403, 403, 403, 403, 403, 404, 404), post={})
    confirm(hall, occasion)
    sweep.check(page("occasion_withdraw", hall, occasion.uid), each(403, 302, 403, 403, 403, 403, 403, 403, 404, 404), post={})
    occasion.refresh_from_db()
    assert occasion.state == "CONFIRMED"  # nothing was pressed with a reason


def test_a_bonus_is_entered_confirmed_and_withdrawn_on_the_pages(client, hall):
    hall.prepare()
    client.force_login(hall.clerk)
    assert page("occasion_list", hall) in client.get(page("ballot", hall)).content.decode()
    subject = subjects(hall)[0]
    typed = {"subject": subject.pk, "what": "BONUS:", "amount": "２", **GROUND, "note": ""}
    for wrong, field in (
        ({"amount": "0"}, None),
        ({"amount": ""}, None),
        ({"document": ""}, "document"),
        ({"what": "x"}, "what"),
    ):
        answer = client.post(page("occasion_add", hall), typed | wrong)
        assert answer.status_code == 200
        assert field in answer.context["form"].errors or answer.context["form"].non_field_errors()
        assert GROUND["fact"] in answer.content.decode()  # what was typed stands there again
    assert client.post(page("occasion_add", hall), typed).status_code == 302
    assert 'id="confirm-occasions"' not in client.get(page("occasion_list", hall)).content.decode()

    client.force_login(hall.approver)
    shown = client.get(page("occasion_list", hall)).content.decode()
    assert GROUND["fact"] in shown
    assert GROUND["document"] in shown
    assert client.post(page("occasion_confirm", hall), {"occasion": ["", "x"]}).status_code == 302
    occasion = Occasion.objects.get()
    assert occasion.is_waiting
    client.post(page("occasion_confirm", hall), {"occasion": [str(occasion.uid)]})
    occasion.refresh_from_db()
    assert (occasion.state, occasion.amount) == ("CONFIRMED", "2")
    assert "加 2 分" in client.get(page("occasion_list", hall)).content.decode()

    client.post(page("occasion_withdraw", hall, occasion.uid), {"reason": "表彰已撤销"})
    shown = client.get(page("occasion_list", hall)).content.decode()
    assert "表彰已撤销" in shown
    assert 'id="effects-title"' not in shown


def test_an_entry_over_its_cap_is_said_while_it_is_typed_when_it_is_entered_and_on_the_list(client, hall):
    enter(hall.prepare(), amount="4")
    client.force_login(hall.clerk)
    first, second = subjects(hall)[:2]
    over = "合计 7 分，超过上限，只计 5 分"
    typed = {"subject": first.pk, "what": "BONUS:", "amount": "3"}

    def said(**other):
        return over in client.post(page("occasion_try", hall), typed | other).content.decode()

    assert (said(), said(subject=second.pk), said(amount="1"), said(amount=""), said(what="x")) == (
        True,
        False,
        False,
        False,
        False,
    )
    assert over not in client.get(page("occasion_list", hall)).content.decode()
    assert page("occasion_try", hall) in client.get(page("occasion_add", hall)).content.decode()

    shown = client.post(page("occasion_add", hall), typed | GROUND | {"fact": "另一件"}, follow=True)

    assert [str(message) for message in shown.context["messages"]] == ["已登记 1 项，等审批领导确认", f"{first.name}：{over}"]
    assert [row["over"] for row in shown.context["rows"]] == [over, over]
    assert Occasion.objects.count() == 2  # what was only being typed is not stored


def test_all_are_ticked_at_once_but_ones_own_which_say_why(client, hall):
    both = factories.UserFactory(roles=["organiser", "approver"])
    own, others = enter(hall.prepare(), by=both), [enter(hall, of=1), enter(hall, of=2)]
    client.force_login(both)

    shown = client.get(page("occasion_list", hall))

    text = shown.content.decode()
    assert [f'value="{occasion.uid}"' in text for occasion in (own, *others)] == [False, True, True]
    assert "data-tick-all" in text
    assert "1 项是您自己登记的，不能勾选：由另一位审批领导确认。" in text
    assert text.count("您登记的，由另一位审批领导确认") == 1
    client.post(page("occasion_confirm", hall), {"occasion": [str(occasion.uid) for occasion in others]})
    assert list(Occasion.objects.order_by("pk").values_list("state", flat=True)) == ["ENTERED", "CONFIRMED", "CONFIRMED"]
    text = client.get(page("occasion_list", hall)).content.decode()
    assert ("data-tick-all" in text, 'id="own"' in text) == (False, True)
    client.force_login(hall.clerk)
    assert 'id="own"' not in client.get(page("occasion_list", hall)).content.decode()  # who only enters confirms nothing


def test_the_list_says_what_it_is_for_and_what_it_waits_for(client, hall):
    client.force_login(hall.clerk)
    shown = client.get(page("occasion_list", hall)).content.decode()
    assert "还没有登记会外事项" in shown
    assert "计分方案还没有定" in shown
    assert page("occasion_add", hall) not in shown
    assert client.get(page("occasion_add", hall)).status_code == 404


def test_a_refusal_needs_a_reason_which_the_list_keeps(client, hall):
    occasion = enter(hall.prepare())
    client.force_login(hall.approver)
    for reason in ("", "长" * 301):
        client.post(page("occasion_refuse", hall, occasion.uid), {"reason": reason})
        occasion.refresh_from_db()
        assert occasion.is_waiting
    client.post(page("occasion_refuse", hall, occasion.uid), {"reason": "没有原件"})
    shown = client.get(page("occasion_list", hall)).content.decode()
    assert "没有原件" in shown
    assert "不同意" in shown


@pytest.mark.parametrize("spoilt", [name for name in SPOILT if name not in ("missing", "NUL")])
def test_whatever_is_sent_nothing_breaks_and_nothing_unfit_is_entered(client, figured, spoilt):
    figured.prepare()
    value = SPOILT[spoilt]
    client.force_login(figured.clerk)
    good = {"subject": subjects(figured)[0].pk, "what": "BONUS:", "amount": "2", **GROUND, "note": ""}
    for field in ("subject", "what", "amount"):
        assert client.post(page("occasion_add", figured), good | {field: value}).status_code == 200
    for field in ("fact", "document", "note"):
        assert client.post(page("occasion_add", figured), good | {field: value, "amount": "0"}).status_code == 200
    assert client.post(page("occasion_figures", figured, "F"), GROUND | {"o01": value}).status_code == 200
    assert not Occasion.objects.exists()

    occasion = enter(figured)
    client.force_login(figured.approver)
    assert client.post(page("occasion_confirm", figured), {"occasion": [value]}).status_code == 302
    if spoilt in ("empty", "blank", "long"):  # as a reason, the others are words
        assert client.post(page("occasion_refuse", figured, occasion.uid), {"reason": value}).status_code == 302
    occasion.refresh_from_db()
    assert occasion.is_waiting


def test_an_entry_of_another_session_is_not_found(client, hall):
    occasion = enter(hall.prepare())
    other = factories.ReviewSessionFactory(subjects=1, state=ReviewSession.State.IN_PROGRESS)
    client.force_login(hall.approver)
    for name in ("occasion_refuse", "occasion_withdraw"):
        address = reverse(f"scoring:{name}", args=[other.uid, occasion.uid])
        assert client.post(address, {"reason": "误"}).status_code == 404
    client.post(reverse("scoring:occasion_confirm", args=[other.uid]), {"occasion": [str(occasion.uid)]})
    occasion.refresh_from_db()
    assert occasion.is_waiting


def test_the_list_costs_the_same_for_one_and_three(client, hall, django_assert_num_queries):
    hall.prepare()
    client.force_login(hall.approver)
    enter(hall)
    client.get(page("occasion_list", hall))
    for n in (1, 3):
        while Occasion.objects.count() < 2 * n:
            extra = enter(hall, of=Occasion.objects.count() % 3, fact=f"第{Occasion.objects.count()}项")
            if Occasion.objects.count() % 2 == 0:
                confirm(hall, extra)
        with django_assert_num_queries(17):
            client.get(page("occasion_list", hall))


def test_the_steps_of_the_ballot_say_what_is_open_and_lead_there(client, hall):
    enter(prepared(hall))
    client.force_login(hall.clerk)
    assert "1 项会外事项没有确认" in client.get(page("ballot", hall)).context["step"]["why"]

    hall.open().vote().close().clear_table()
    for person in (hall.clerk, hall.approver, hall.scrutineer):
        client.force_login(person)
        step = client.get(page("ballot", hall)).context["step"]
        assert step["link"] == page("occasion_list", hall)
        assert ["没有由审批领导确认" in blocker["text"] for blocker in step["blockers"]] == [True]

    version = client.get(page("ballot", hall)).context["version"]
    confirm(hall, Occasion.objects.get())
    client.force_login(hall.scrutineer)
    assert client.get(page("ballot_pulse", hall), {"v": version}).headers["HX-Refresh"] == "true"  # who waits there is told
    assert client.get(page("ballot", hall)).context["step"]["link"] == page("ballot_opening", hall)


def test_the_steps_have_one_of_their_own_that_says_what_waits_and_when_it_shut(client, hall):
    client.force_login(hall.clerk)

    def step():
        answer = client.get(page("ballot", hall))
        row = next(row for row in answer.context["stops"] if row["key"] == "outside")
        text = answer.content.decode()
        return row["state"], row["at"], text[text.index('id="stop-outside"') : text.index('id="stop-opening"')]

    hall.prepare()
    assert "没有登记" in step()[2]
    enter(hall)
    enter(hall, of=1)
    state, at, text = step()
    assert (state, at, "2 项待确认" in text, page("occasion_list", hall) in text) == ("todo", "", True, True)
    confirm(hall, *Occasion.objects.all())
    assert "都已确认" in step()[2]

    hall.make_keys().make_cards().open().vote().close().clear_table().tally()

    state, at, text = step()
    assert (state, at, "已截止" in text) == ("done", moment(hall.round.unsealed_at), True)


def test_the_preparation_shows_what_waits_to_who_may_enter_the_ballot(client, hall):
    overview, block = reverse("reviews:session", args=[hall.session.uid]), page("outside_block", hall)
    client.force_login(hall.clerk)
    assert 'id="to-occasions"' not in client.get(block).content.decode()  # there is no scheme yet
    enter(hall.prepare())
    assert block in client.get(overview).content.decode()
    shown = client.get(block).content.decode()
    assert "1 项待确认" in shown
    assert page("occasion_list", hall) in shown
    client.force_login(factories.UserFactory(roles=["member"]))
    assert block not in client.get(overview).content.decode()


def test_a_scheme_that_takes_nothing_has_no_such_step(client, hall):
    body = {name: value for name, value in hall.scheme.body.items() if name not in OUTSIDE}
    Scheme.objects.filter(pk=hall.scheme.pk).update(body=body)
    hall.scheme.refresh_from_db()
    hall.prepare()
    client.force_login(hall.clerk)
    assert "outside" not in {row["key"] for row in client.get(page("ballot", hall)).context["stops"]}
    assert 'id="to-occasions"' not in client.get(page("outside_block", hall)).content.decode()


def test_the_console_which_does_not_look_at_the_table_speaks_of_the_table(hall):
    prepared(hall).open().vote().close()
    step = checklist.next_step(hall.scrutineer, hall.session, hall.round, None, {}, checklist.Place("table"), now=hall.now)
    assert step["title"] == "清点桌面：作废剩卡，登记实发数"


def test_a_page_past_its_time_says_why(client, hall):
    counted(hall)
    client.force_login(hall.clerk)
    shown = client.get(page("occasion_list", hall)).content.decode()
    assert "密封的票已经取出" in shown
    assert page("occasion_add", hall) not in shown
    answer = client.get(page("occasion_add", hall))
    assert (answer.status_code, answer["Location"]) == (302, page("occasion_list", hall))


def test_the_file_for_the_program_is_there_for_who_counts_and_also_says_that_there_is_nothing(client, hall, sweep, people):
    counted(hall)
    sweep.check(page("outside", hall), each(403, 403, 200, 200, 403, 403, 403, 403, 404, 404))
    Count.objects.update(outside={})
    client.force_login(hall.scrutineer)
    assert client.get(page("outside", hall)).content == b"{}"
    Scheme.objects.update(body=hall.scheme.body | dict.fromkeys(OUTSIDE))  # a scheme that takes nothing
    assert client.get(page("outside", hall)).status_code == 404
    assert page("outside", hall) not in client.get(page("results", hall)).content.decode()


def test_the_result_says_beside_the_score_what_was_added_and_taken_off(client, hall):
    counted(hall).sign().confirm().publish()
    official = subjects(hall)[1].official
    for user in (hall.scrutineer, hall.clerk, factories.UserFactory(roles=["subject"], official=official)):
        client.force_login(user)
        answer = client.get(reverse("scoring:result", args=[subjects(hall)[1].uid]))
        assert answer.context["row"]["adjusted"] == "扣 2 分"
        assert "报告迟交两次（督办单3号）" in answer.content.decode()
        assert "瞒报房产" not in answer.content.decode()  # of another official
    client.force_login(hall.scrutineer)
    answer = client.get(reverse("scoring:result", args=[subjects(hall)[2].uid]))
    assert (answer.context["row"]["adjusted"], answer.context["band_note"]) == ("一票否决", "")


def test_the_desk_of_an_approver_shows_what_waits(client, hall):
    enter(hall.prepare())
    enter(hall, of=1)
    both = factories.UserFactory(roles=["organiser", "approver"])

    def lines(user):
        client.force_login(user)
        agenda = client.get(reverse("desk:desk")).context["agenda"]
        return page("occasion_list", hall) in {entry["line"].url for entry in agenda}

    assert (lines(hall.approver), lines(hall.scrutineer)) == (True, False)
    Occasion.objects.update(entered_by=both)
    assert (lines(hall.approver), lines(both)) == (True, False)
    BallotRound.objects.update(unsealed_at=hall.now)
    assert not lines(hall.approver)


def test_the_health_check_says_what_is_open(client, hall):
    enter(hall.prepare())
    client.force_login(hall.clerk)
    address = reverse("live:health", args=[hall.session.uid])
    assert "没有由审批领导确认" in client.get(address).content.decode()
    confirm(hall, Occasion.objects.get())
    assert "会外事项没有待办的" in client.get(address).content.decode()


def test_the_opening_page_turns_back_while_something_is_open(client, hall):
    enter(prepared(hall))
    hall.open().vote().close().clear_table()
    client.force_login(hall.scrutineer)
    assert client.get(page("ballot_opening", hall)).status_code == 302
    assert client.post(page("urn", hall)).status_code == 409
    assert opening.blockers_now(hall.round) != []
