"""会外事项: entered by one, confirmed by another, until the ballots are out."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import RuleViolation
from core.models import AuditEvent
from notices import actions as notices
from notices.models import Notice
from officials.roles import Role
from reviews.actions import session as sessions
from reviews.actions.lineup import remove_subject
from reviews.models import ReviewSession
from scoring.actions import occasion as actions
from scoring.actions import outside, rehearsal, setup
from scoring.models import Occasion, Scheme
from scoring.views.rehearsal import wipe_of
from tests import factories
from tests.scoring.conftest import NUMBERS
from tests.scoring.occasions.conftest import (
    GROUND,
    OUTSIDE,
    confirm,
    enter,
    prepared,
    subjects,
    three,
)

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_an_entry_waits_for_an_approver_who_is_told_once(hall):
    occasion = enter(hall.prepare())
    enter(hall, "DEDUCTION", "late", "1")

    assert (occasion.state, occasion.name, occasion.words) == ("ENTERED", "加分", "加分 2 分")
    assert [(notice.to, notice.state) for notice in Notice.objects.filter(matter=actions.matter(hall.session))] == [
        (hall.approver, "WAITING")
    ]
    kept = {"official": subjects(hall)[0].name, "kind": "BONUS", "amount": "2"}  # what somebody typed is not for the trail
    assert json.loads(AuditEvent.objects.filter(action="enter_occasion").earliest("n").detail) == kept

    confirm(hall, *Occasion.objects.all())
    assert set(Occasion.objects.values_list("state", "confirmed_by")) == {("CONFIRMED", hall.approver.pk)}
    assert Notice.objects.get(matter=actions.matter(hall.session)).state == "CANCELLED"


def test_what_comes_after_all_was_read_is_told_anew_the_same_day(hall):
    first = enter(hall.prepare())
    notices.deliver_waiting(now=timezone.now())
    confirm(hall, first)
    assert Notice.objects.get(matter=actions.matter(hall.session)).state == "SENT"

    enter(hall, of=1)

    states = Notice.objects.filter(matter=actions.matter(hall.session)).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["SENT", "WAITING"]


def test_nobody_refuses_or_ends_after_it_was_confirmed_what_the_same_person_entered(hall):
    hall.clerk.grants.create(role=Role.APPROVER)
    mine, confirmed = enter(hall.prepare()), enter(hall, of=1)
    confirm(hall, confirmed)
    confirmed.refresh_from_db()
    for act, occasion in ((actions.refuse, mine), (actions.withdraw, confirmed)):
        with pytest.raises(RuleViolation, match="由另一位审批领导办理"):
            act(occasion, reason="写错了", by=hall.clerk, now=hall.now)

    actions.withdraw(mine, reason="写错了", by=hall.clerk, now=hall.now)
    assert set(Occasion.objects.values_list("state", flat=True)) == {"WITHDRAWN", "CONFIRMED"}


def test_nothing_is_entered_before_the_scheme_is_fixed(hall):
    with pytest.raises(RuleViolation, match="计分方案还没有定"):
        enter(hall)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("POSTPONED", "会议已经延期或者取消"),
        ("CANCELLED", "会议已经延期或者取消"),
        ("CONFIRMED", "会议还没有批准，或者结果已经确认"),
    ],
)
def test_nothing_is_entered_for_a_meeting_that_was_put_off_or_is_over(hall, state, why):
    hall.prepare()
    hall.session.state = state
    with pytest.raises(RuleViolation, match=why):
        enter(hall)


def test_an_amount_is_kept_as_it_is_counted(hall):
    hall.prepare()
    typed = [("BONUS", "", "2.50"), ("DEDUCTION", "late", "2.0"), ("DEDUCTION", "late", "4/2")]
    made = [enter(hall, kind, code, amount, fact=f"第{n}件") for n, (kind, code, amount) in enumerate(typed)]

    assert [occasion.amount for occasion in made] == ["2.5", "2", "2"]
    confirm(hall, *made)
    assert outside.given(hall.session) == {"adjust": {"o01": {"bonus": ["2.5"], "deductions": {"late": 4}}}}


def test_nothing_is_entered_for_a_scheme_that_takes_nothing(hall):
    body = {name: value for name, value in hall.scheme.body.items() if name not in OUTSIDE}
    Scheme.objects.filter(pk=hall.scheme.pk).update(body=body)
    hall.scheme.refresh_from_db()
    with pytest.raises(RuleViolation, match="没有加分、扣分"):
        enter(hall.prepare())


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"fact": "　 "}, "请写明依据"),
        ({"document": ""}, "请写明文号"),
        ({"fact": "长" * 301}, "最多 300 字"),
        ({"note": "长" * 301}, "最多 300 字"),
        ({"amount": "0"}, "加分须大于 0"),
        ({"kind": "VETO", "code": "other", "amount": ""}, "没有这一项"),
        ({"kind": "DEDUCTION", "code": "late", "amount": "1/2"}, "整数"),
    ],
)
def test_an_entry_that_does_not_fit_is_refused(hall, more, told):
    hall.prepare()
    with pytest.raises(RuleViolation, match=told):
        enter(hall, **more)
    assert not Occasion.objects.exists()


def test_one_fact_of_one_paper_counts_once(hall):
    """Also where the button is pressed twice."""
    enter(hall.prepare())
    with pytest.raises(RuleViolation, match="同一依据、同一文号已经登记过"):
        enter(hall, amount="3")
    enter(hall, of=1)
    enter(hall, "VETO", "hidden", "")
    with pytest.raises(RuleViolation, match="这一项否决已经登记过"):
        enter(hall, "VETO", "hidden", "", fact="另一件事")
    assert Occasion.objects.count() == 3


def test_one_paper_typed_in_another_way_is_the_same_and_is_kept_as_it_was_typed(hall):
    kept = enter(hall.prepare())
    with pytest.raises(RuleViolation, match="同一依据、同一文号已经登记过"):
        enter(hall, fact="２０２６年 6月省级表彰", document="省纪通（2026） 12号")
    other = enter(hall, document="省纪通（2026）13号")
    assert (kept.document, other.document) == (GROUND["document"], "省纪通（2026）13号")


@pytest.mark.parametrize("halt", [sessions.postpone_session, sessions.cancel_session])
def test_a_meeting_that_is_halted_asks_no_leader_to_confirm(hall, halt):
    ReviewSession.objects.filter(pk=hall.session.pk).update(state=ReviewSession.State.READY)
    enter(hall.prepare())
    notices.post(to=[hall.approver], key="x", subject="另一场", matter="session:another:occasions")
    hall.session.refresh_from_db()

    halt(hall.session, reason="汛情", by=hall.approver)

    states = dict(Notice.objects.filter(matter__endswith=":occasions").values_list("matter", "state"))
    assert states == {actions.matter(hall.session): "CANCELLED", "session:another:occasions": "WAITING"}


def test_of_several_none_is_entered_when_one_does_not_fit(hall):
    hall.prepare()
    first, second, _third = subjects(hall)
    with pytest.raises(RuleViolation, match=second.name):
        actions.enter(
            hall.session, kind="BONUS", code="", amounts={first: "1", second: "0"}, **GROUND, by=hall.clerk, now=hall.now
        )
    assert not Occasion.objects.exists()


# --- confirming, refusing, withdrawing -------------------------------------------------------------------


def test_nobody_confirms_what_the_same_person_entered(hall):
    both = factories.UserFactory(roles=["organiser", "approver"])
    occasion = enter(hall.prepare(), by=both)

    with pytest.raises(RuleViolation, match="不能确认自己登记的"):
        actions.confirm(hall.session, [occasion], by=both, now=hall.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Occasion.objects.update(state="CONFIRMED", confirmed_by=both, confirmed_at=hall.now)


def test_of_several_none_is_confirmed_when_one_is_ones_own(hall):
    both = factories.UserFactory(roles=["organiser", "approver"])
    own, others = enter(hall.prepare(), by=both), enter(hall, of=1)
    with pytest.raises(RuleViolation):
        actions.confirm(hall.session, [others, own], by=both, now=hall.now)
    assert set(Occasion.objects.values_list("state", flat=True)) == {"ENTERED"}


def test_confirming_twice_changes_nothing(hall):
    occasion = enter(hall.prepare())
    confirm(hall, occasion)
    confirm(hall, occasion)
    assert AuditEvent.objects.filter(action="confirm_occasion").count() == 1


def test_what_is_refused_or_withdrawn_stays_with_its_reason_and_may_be_entered_anew(hall):
    refused, withdrawn = enter(hall.prepare()), enter(hall, of=1)
    confirm(hall, withdrawn)
    withdrawn.refresh_from_db()
    for act, occasion in ((actions.refuse, refused), (actions.withdraw, withdrawn)):
        with pytest.raises(RuleViolation, match="请写明理由"):
            act(occasion, reason=" ", by=hall.approver, now=hall.now)
        for _press in range(2):
            act(occasion, reason="没有原件", by=hall.approver, now=hall.now)

    rows = Occasion.objects.values_list("state", "ended_because", "ended_by")
    assert list(rows) == [("REFUSED", "没有原件", hall.approver.pk), ("WITHDRAWN", "没有原件", hall.approver.pk)]
    assert AuditEvent.objects.filter(action__in=["refuse_occasion", "withdraw_occasion"]).count() == 2
    assert outside.given(hall.session) == {}
    enter(hall)
    enter(hall, of=1)


@pytest.mark.parametrize("state", ["REFUSED", "WITHDRAWN"])
def test_what_does_not_count_any_more_is_not_confirmed(hall, state):
    occasion = enter(hall.prepare())
    {"REFUSED": actions.refuse, "WITHDRAWN": actions.withdraw}[state](occasion, reason="重复", by=hall.approver, now=hall.now)
    with pytest.raises(RuleViolation, match="不能转为"):
        confirm(hall, occasion)
    other = {"REFUSED": actions.withdraw, "WITHDRAWN": actions.refuse}[state]
    occasion.refresh_from_db()
    with pytest.raises(RuleViolation, match="不能转为"):
        other(occasion, reason="再来", by=hall.approver, now=hall.now)


@pytest.mark.parametrize(
    "change",
    [
        {"fact": ""},
        {"document": ""},
        {"amount": ""},
        {"state": "CONFIRMED"},
        {"state": "WITHDRAWN"},
        {"ended_because": "无"},
        {"kind": "VETO"},
    ],
)
def test_what_must_never_be_false_the_database_refuses(hall, change):
    enter(hall.prepare())
    with pytest.raises(IntegrityError), transaction.atomic():
        Occasion.objects.update(**change)


# --- until when ------------------------------------------------------------------------------------------


def test_the_urn_is_not_opened_while_an_entry_waits(hall):
    enter(prepared(hall))
    hall.open().vote().close().clear_table()
    with pytest.raises(RuleViolation, match="没有由审批领导确认"):
        hall.transcript()
    assert hall.round.unsealed_at is None

    confirm(hall, Occasion.objects.get())
    assert hall.tally().count.outside == {"adjust": {"o01": {"bonus": ["2"]}}}


def test_nothing_changes_once_somebody_may_have_read_ballots(hall):
    """The sealed ballots are out, though no transcript is stored yet."""
    waiting = enter(prepared(hall))
    confirm(hall, waiting)
    hall.open().vote().close().clear_table()
    hall.transcript()

    assert hall.round.unsealed_at == hall.now
    for act in (
        lambda: enter(hall, of=1),
        lambda: confirm(hall, waiting),
        lambda: actions.withdraw(waiting, reason="改主意", by=hall.approver, now=hall.now),
        lambda: actions.refuse(waiting, reason="改主意", by=hall.approver, now=hall.now),
    ):
        with pytest.raises(RuleViolation, match="密封的票已经取出"):
            act()
    at = hall.round.unsealed_at
    hall.now += dt.timedelta(minutes=5)
    hall.tally()
    assert hall.round.unsealed_at == at


def test_a_round_that_is_repeated_keeps_what_is_entered(hall):
    three(prepared(hall)).open().vote()
    hall.together("VOID", reason="停电")
    with pytest.raises(RuleViolation, match="计分方案还没有定"):
        enter(hall)

    hall.bodies = []
    prepared(hall).open().vote().close().clear_table().tally()

    assert hall.count.outside["vetoes"] == {"o03": ["hidden"]}


def test_who_may_withdraw_is_asked_of_the_entry_that_was_seen(hall):
    """A clerk's press waits while an approver confirms: what is confirmed a clerk does not withdraw."""
    seen = enter(hall.prepare())
    confirm(hall, Occasion.objects.get())

    with pytest.raises(RuleViolation, match="刚由别人办过，现在是“已确认”"):
        actions.withdraw(seen, reason="改主意", by=hall.clerk, now=hall.now)

    assert Occasion.objects.get().state == "CONFIRMED"


def test_a_void_round_whose_ballots_may_have_been_read_opens_nothing_again(hall):
    entered = three(prepared(hall)).open().vote().close().clear_table().tally().round
    hall.together("VOID", reason="票卡发错")
    hall.bodies = []
    prepared(hall)

    assert hall.round.pk != entered.pk
    for act in (
        lambda: enter(hall, of=1),
        lambda: actions.withdraw(Occasion.objects.first(), reason="改主意", by=hall.approver, now=hall.now),
    ):
        with pytest.raises(RuleViolation, match="密封的票已经取出"):
            act()


def test_after_ballots_were_read_no_scheme_follows_that_lacks_a_figure(hall):
    prepared(hall).open().vote().close().clear_table().tally()
    hall.together("VOID", reason="换方案")
    groups = [dict(group) for group in hall.scheme.body["rater_groups"]]
    groups[0]["weight"] = "0.2"
    groups.append({"code": "F", "name": "任务数据", "weight": "0.1", "anonymous": False, "source": "figures"})
    Scheme.objects.filter(pk=hall.scheme.pk).update(body=hall.scheme.body | {"rater_groups": groups})
    hall.scheme.refresh_from_db()

    with pytest.raises(RuleViolation, match="“任务数据”还没有"):
        setup.prepare_round(hall.session, scheme=hall.scheme, numbers=NUMBERS, by=hall.clerk)


def test_a_scheme_that_cannot_take_what_is_entered_does_not_follow_a_void_round(hall):
    three(hall.prepare())
    hall.together("VOID", reason="换方案")
    body = hall.scheme.body | {"deductions": [], "bonus": None}
    Scheme.objects.filter(pk=hall.scheme.pk).update(body={name: value for name, value in body.items() if value})
    hall.scheme.refresh_from_db()

    with pytest.raises(RuleViolation) as refusal:
        setup.prepare_round(hall.session, scheme=hall.scheme, numbers=NUMBERS, by=hall.clerk)

    assert len(refusal.value.messages) == 3
    assert all("与方案不合" in text for text in refusal.value.messages)

    for occasion in Occasion.objects.exclude(kind="VETO"):
        actions.withdraw(occasion, reason="换方案", by=hall.approver, now=hall.now)
    setup.prepare_round(hall.session, scheme=hall.scheme, numbers=NUMBERS, by=hall.clerk)
    assert hall.round.number == 2
    assert Occasion.objects.live().count() == 1


def test_a_wiped_rehearsal_leaves_nothing(hall):
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    hall.session.refresh_from_db()
    three(hall.prepare())
    assert "4 项会外事项" in wipe_of(hall.session)["text"]
    rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)
    assert not Occasion.objects.exists()


def test_an_official_with_an_entry_is_not_taken_off_the_list(hall):
    """A session that was put off and is drafted anew: nothing entered is deleted on the way."""
    enter(hall.prepare())
    ReviewSession.objects.filter(pk=hall.session.pk).update(state=ReviewSession.State.DRAFT)
    with pytest.raises(RuleViolation, match="已有评议方面的登记"):
        remove_subject(subjects(hall)[0], by=hall.clerk)
    assert len(subjects(hall)) == 3
    remove_subject(subjects(hall)[1], by=hall.clerk)
    assert len(subjects(hall)) == 2
