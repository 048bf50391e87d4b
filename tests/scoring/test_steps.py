"""What two persons take together, and what it needs (S19)."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from ballots import actions as box
from ballots.models import Box
from core.days import clock
from core.errors import RuleViolation
from core.models import AuditEvent
from notices import actions as notices
from notices.models import Notice
from officials.models import RoleGrant
from reviews.models import ReviewSession
from scoring import policies
from scoring.actions import rehearsal, steps
from scoring.models import BallotRound, StepRequest
from scoring.tasks import drop_expired_steps
from tests import factories

State = ReviewSession.State

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_one_person_cannot_take_both_halves(hall):
    RoleGrant.objects.create(user=hall.clerk, role="scrutineer")
    request = steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)

    with pytest.raises(RuleViolation, match="两个人"):
        steps.confirm(request, by=hall.clerk, now=hall.now)
    assert not hall.round.has_box


def test_two_scrutineers_are_no_pair(hall):
    other = factories.UserFactory(roles=["scrutineer"])
    request = steps.ask(hall.numbered(), "SETUP", by=hall.scrutineer, now=hall.now)

    with pytest.raises(RuleViolation, match="工作人员和监票人"):
        steps.confirm(request, by=other, now=hall.now)


def test_a_request_expires_after_a_quarter_of_an_hour(hall):
    request = steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)
    late = hall.now + dt.timedelta(minutes=15)

    with pytest.raises(RuleViolation, match="超过 15 分钟"):
        steps.confirm(request, by=hall.scrutineer, now=late)
    again = steps.ask(hall.round, "SETUP", by=hall.scrutineer, now=late)
    steps.confirm(again, by=hall.clerk, now=late)
    assert hall.round.has_box


def test_asking_and_confirming_twice_change_nothing(hall):
    round = hall.numbered()
    request = steps.ask(round, "SETUP", by=hall.clerk, now=hall.now)
    assert steps.ask(round, "SETUP", by=hall.clerk, now=hall.now) == request
    with pytest.raises(RuleViolation, match="直接确认"):
        steps.ask(round, "SETUP", by=hall.scrutineer, now=hall.now)
    for _again in range(2):
        steps.confirm(request, by=hall.scrutineer, now=hall.now)
    assert AuditEvent.objects.filter(action="setup").count() == 1


def test_only_the_asker_withdraws(hall):
    request = steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)
    with pytest.raises(RuleViolation, match="提出的人"):
        steps.withdraw(request, by=hall.scrutineer)
    steps.withdraw(request, by=hall.clerk)
    assert not hall.round.requests.exists()


def test_changed_numbers_need_a_new_request(hall):
    steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)
    hall.numbered()
    assert not hall.round.requests.exists()


# --- who learns of it ------------------------------------------------------------------------------------------


def told():
    """Who is to be told or has been, and in which state the notice is."""
    return [(notice.to.name, notice.state) for notice in Notice.objects.filter(matter__startswith="step:").order_by("pk")]


def test_asking_tells_those_who_can_confirm(hall):
    second = factories.UserFactory(name="监票人乙", roles=["scrutineer", "organiser"])
    factories.UserFactory(name="停用的监票人", roles=["scrutineer"], is_active=False)
    request = steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)

    notice = Notice.objects.get(to=hall.scrutineer)
    assert told() == [(hall.scrutineer.name, "WAITING"), (second.name, "WAITING")]
    assert notice.subject == f"请确认“建立票箱”：{hall.session.title}"
    assert notice.body == "穆晏川提出“建立票箱”，须由您或者同一身份的另一人在 12月22日 16:15 前确认；过时须重新提出。"
    assert notice.link == request.get_absolute_url() == reverse("scoring:ballot", args=[hall.session.uid])


def test_the_approver_and_the_scrutineer_are_told_of_a_publication(hall):
    hall.counted().sign().confirm()
    steps.ask(hall.round, "PUBLISH", by=hall.scrutineer, now=hall.now, seen=hall.count.result_hash)

    notice = Notice.objects.get(key__startswith="step:", state="WAITING")
    assert (notice.to, notice.link) == (hall.approver, reverse("scoring:results", args=[hall.session.uid]))


def test_the_reason_of_a_void_round_goes_to_nobodys_mail(hall):
    """It may name numbers that only the table may know."""
    hall.prepare()
    steps.ask(hall.round, "VOID", by=hall.scrutineer, now=hall.now, reason="群众代表发出 5 张，投出 6 张")

    notice = Notice.objects.get(to=hall.clerk, state="WAITING")
    assert "投出" not in notice.subject + notice.body


def confirmed(hall, request):
    steps.confirm(request, by=hall.scrutineer, now=hall.now)


def taken_back(hall, request):
    steps.withdraw(request, by=hall.clerk)


def past_its_time(hall, request):
    steps.drop_expired(now=hall.now + dt.timedelta(minutes=15))


def asked_again(hall, request):
    steps.ask(hall.round, "SETUP", by=hall.scrutineer, now=hall.now + dt.timedelta(minutes=15))


def renumbered(hall, request):
    hall.numbered()


def round_void(hall, request):
    hall.together("VOID", reason="换会场")


def wiped(hall, request):
    type(hall.session).objects.update(is_rehearsal=True)
    rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)


@pytest.mark.parametrize("ends", [confirmed, taken_back, past_its_time, asked_again, renumbered, round_void, wiped])
def test_what_was_still_to_be_sent_is_cancelled_when_the_request_ends(hall, ends):
    request = steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)

    ends(hall, request)

    assert Notice.objects.get(to=hall.scrutineer, key=request.matter).state == Notice.State.CANCELLED
    assert not StepRequest.objects.filter(pk=request.pk, confirmed_at=None).exists()


@pytest.mark.parametrize("ends", [confirmed, taken_back, past_its_time, asked_again, renumbered, round_void, wiped])
def test_what_was_sent_is_no_longer_unread_when_the_request_ends(hall, ends):
    request = steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)
    notices.deliver_waiting(now=timezone.now())

    ends(hall, request)

    notice = Notice.objects.get(to=hall.scrutineer, key=request.matter)
    assert (notice.state, notice.read_at is None) == (Notice.State.SENT, False)


def test_the_sweep_drops_only_what_nobody_can_confirm_any_more(hall, time_machine):
    round = hall.prepare().round
    done = round.requests.get()
    waiting = steps.ask(round, "VOID", by=hall.clerk, now=hall.now, reason="换会场")

    time_machine.move_to(hall.now + dt.timedelta(minutes=14, seconds=59), tick=False)
    drop_expired_steps()
    assert set(StepRequest.objects.all()) == {done, waiting}

    time_machine.move_to(hall.now + dt.timedelta(minutes=15), tick=False)
    drop_expired_steps()
    assert set(StepRequest.objects.all()) == {done}
    assert told()[-1] == (hall.scrutineer.name, "CANCELLED")


def test_a_request_that_is_gone_is_refused_in_words(hall):
    request = steps.ask(hall.numbered(), "SETUP", by=hall.clerk, now=hall.now)
    steps.withdraw(request, by=hall.clerk)

    with pytest.raises(RuleViolation, match="请重新提出"):
        steps.confirm(request, by=hall.scrutineer, now=hall.now)
    steps.withdraw(request, by=hall.clerk)  # once more: nothing
    assert AuditEvent.objects.filter(action="withdraw_step").count() == 1


@pytest.mark.parametrize("step", StepRequest.Step.values)
def test_the_database_and_the_policy_agree_on_who_confirms(hall, step):
    roles = [["organiser"], ["approver"], ["scrutineer"], ["teller"], ["organiser", "scrutineer"], ["approver", "scrutineer"]]
    people = [factories.UserFactory(roles=held) for held in roles]
    round = hall.numbered()
    for first in people:
        request = StepRequest.objects.create(round=round, step=step, asked_by=first, asked_at=hall.now)
        for second in people:
            found = StepRequest.objects.filter(policies.completable(second)).contains(request)
            assert found == policies.completes(first, second, step), (first.roles, second.roles)
        request.delete()


# --- what each needs -------------------------------------------------------------------------------------------


def test_voting_waits_for_the_meeting(hall):
    ReviewSession.objects.filter(pk=hall.session.pk).update(state=State.READY)
    hall.session.refresh_from_db()
    hall.prepare().make_keys().make_cards()
    with pytest.raises(RuleViolation, match="会议还没有开始"):
        hall.open()


def test_the_box_closes_only_after_the_grace(hall):
    hall.prepare().make_keys().make_cards().open()
    with pytest.raises(RuleViolation, match="还没有宣布截止"):
        steps.finish_close(hall.round, by=hall.clerk, now=hall.now)
    hall.together("CLOSE")
    hall.vote()  # tablets still deliver
    with pytest.raises(RuleViolation, match="请稍候"):
        steps.finish_close(hall.round, by=hall.clerk, now=hall.now + dt.timedelta(seconds=29))
    for _again in range(2):
        steps.finish_close(hall.round, by=hall.clerk, now=hall.now + dt.timedelta(seconds=30))
    assert hall.round.turnout == 18


def test_the_session_says_that_its_vote_is_void_until_the_next_round_is_opened(client, hall):
    hall.prepare().make_keys().make_cards()
    client.force_login(hall.clerk)

    def told():
        page = client.get(hall.session.get_absolute_url())
        line = {stage["label"]: (stage["state"], stage["note"]) for stage in page.context["stages"]}
        return ReviewSession.objects.get(pk=hall.session.pk).words, line["评廉"][1], page.context["step"]["title"]

    day = told()[1]
    hall.together("VOID", reason="对象有变")  # nobody had voted yet
    assert "作废" not in "".join(told())
    hall.prepare().make_keys().make_cards().open().vote()
    hall.together("VOID", reason="票卡印错")
    assert told() == ("投票作废，另备一轮", "作废，另备一轮", "本轮作废，另备一轮重新投票")

    hall.bodies = []
    hall.prepare().make_keys().make_cards().open()
    assert told() == ("评议投票中", day, "投票进行中，投完后关闭")


@pytest.mark.parametrize("reached", ReviewSession.VOTED)
def test_while_a_second_round_is_voted_on_nothing_speaks_of_the_first(client, hall, reached):
    """The state never goes back; a round was void after the voting, the close or the count."""
    hall.prepare().make_keys().make_cards().open().vote()
    if reached != State.VOTING_OPEN:
        hall.close()
    if reached == State.COUNTED:
        hall.clear_table().tally()
    hall.together("VOID", reason="票卡印错")
    hall.bodies = []

    def told():
        session = ReviewSession.objects.get(pk=hall.session.pk)
        client.force_login(hall.clerk)
        page = client.get(session.get_absolute_url())
        line = {stage["label"]: (stage["state"], stage["note"]) for stage in page.context["stages"]}
        client.force_login(hall.approver)
        asks = "核对并确认评议结果" in client.get(reverse("desk:desk")).content.decode()
        return session.words, line["评廉"][0], line["结果"], session.step_of_state(now=hall.now).title, asks

    def reads():
        client.force_login(factories.UserFactory(roles=["member"]))
        return client.get(reverse("scoring:results", args=[hall.session.uid])).content.decode()

    waits = ("now", ("todo", "待计票"))
    void = ("投票作废，另备一轮", *waits, "本轮作废，另备一轮重新投票", False)
    again = ("重新投票，尚未计票", *waits, "重新投票：投完后截止，再开箱、计票", False)
    closed = ("投票已关闭", *waits, "两把钥匙开票，计票签字", False)
    seen = [told()]
    assert "会议现在是“投票作废，另备一轮”" in reads()
    client.force_login(hall.clerk)
    assert client.get(reverse("scoring:ballot", args=[hall.session.uid])).context["step"]["title"] == "选定方案，确定票卡数"
    hall.prepare().make_keys().make_cards()
    seen.append(told())
    hall.open().vote()
    seen.append(told())
    hall.close().clear_table()
    seen.append(told())
    hall.tally()

    first = ("评议投票中", *waits, "投票进行中，投完后关闭", False)
    assert seen == [void, void, first if reached == State.VOTING_OPEN else again, again if reached == State.COUNTED else closed]
    assert told() == ("已计票", "done", ("now", "待确认"), "核对并确认评议结果", True)


def as_after_the_update():
    """(void, voted on again) as the migration finds it, which is as the steps have noted it."""
    sessions = ReviewSession.objects.values_list("is_vote_void", "is_revoting")
    noted = sessions.get()
    ReviewSession.objects.update(is_vote_void=False, is_revoting=False)
    import_module("scoring.migrations.0011_how_a_vote_stood").note(apps, None)
    assert sessions.get() == noted
    return noted


@pytest.mark.parametrize("reached", ReviewSession.VOTED)
def test_a_vote_void_before_the_update_is_noted_with_it(hall, reached):
    hall.prepare().make_keys().make_cards().open().vote()
    assert as_after_the_update() == (False, False)
    if reached != State.VOTING_OPEN:
        hall.close()
    if reached == State.COUNTED:
        hall.clear_table().tally()
    hall.together("VOID", reason="票卡印错")
    hall.bodies = []
    assert as_after_the_update() == (True, False)
    hall.prepare().make_keys().make_cards()
    assert as_after_the_update() == (True, False)
    hall.open().vote()
    assert as_after_the_update() == (False, reached != State.VOTING_OPEN)
    hall.close().clear_table()
    assert as_after_the_update() == (False, reached == State.COUNTED)
    hall.tally()
    assert as_after_the_update() == (False, False)


def test_a_result_published_and_a_box_opened_before_the_update_are_noted_with_it(hall):
    hall.counted().sign().confirm().publish()
    until = hall.session.objections_until
    ReviewSession.objects.update(objections_until=None)
    BallotRound.objects.update(unsealed_at=None)

    import_module("scoring.migrations.0011_how_a_vote_stood").note(apps, None)

    assert ReviewSession.objects.get(pk=hall.session.pk).objections_until == until
    assert hall.round.unsealed_at == hall.count.counted_at


def test_the_session_says_that_its_result_may_still_be_objected_to(client, hall, time_machine):
    hall.counted().sign().confirm().publish()

    def told():
        client.force_login(hall.clerk)
        page = client.get(hall.session.get_absolute_url())
        line = {stage["label"]: (stage["state"], stage["note"]) for stage in page.context["stages"]}
        return line["结果"], line["整改"], page.context["step"]["title"]

    until = clock(hall.session.objections_until)
    time_machine.move_to(hall.now + dt.timedelta(minutes=14), tick=False)
    assert told() == (("now", f"异议期到 {until}"), ("todo", "未开始"), f"结果已公布，投票异议期到 {until}，期满登记终局")
    assert hall.session.words == "已公布，异议期内"

    time_machine.move_to(hall.now + dt.timedelta(minutes=15), tick=False)
    assert told() == (("done", "已确认"), ("now", "进行中"), "确认问题，发提醒函；没有问题的办结")


def test_a_void_round_is_followed_by_one_with_new_cards(hall):
    hall.prepare().make_keys().make_cards().open().vote()
    old = hall.round
    with pytest.raises(RuleViolation, match="理由"):
        steps.ask(old, "VOID", by=hall.clerk, now=hall.now)
    hall.together("VOID", reason="票卡印错")

    assert box.get(old.sid).state == Box.State.ABORTED
    hall.bodies = []
    hall.counted()
    assert (hall.round.number, hall.count.round) == (2, hall.round)
    assert hall.round.sid != old.sid
    assert BallotRound.objects.get(pk=old.pk).void_reason == "票卡印错"
