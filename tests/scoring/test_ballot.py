"""The way of a round (ballots.md B0–B10) on the main site: its happy path, and what is refused."""

import datetime as dt

import pytest

from ballots import actions as box
from ballots import codec, reference, verify
from ballots.models import Box, Publication, Transcript
from core.errors import RuleViolation
from core.models import AuditEvent
from officials.models import RoleGrant
from reviews.models import ReviewSession
from scoring.actions import ballot, count, install_sample_scheme
from scoring.models import BallotRound, NamedMarks, StepRequest, SubjectResult
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])
State = ReviewSession.State


def test_the_whole_protocol(hall):
    hall.prepare()
    assert hall.round.state == Box.State.DRAFT
    hall.make_keys().make_cards()
    assert hall.round.state == Box.State.SEALED_SETUP
    assert hall.session.preparation.get(kind="LOCK").done_on == hall.now.date()
    hall.open().vote()
    hall.session.refresh_from_db()
    assert (hall.session.state, hall.round.turnout) == (State.VOTING_OPEN, 15)
    hall.close()
    hall.session.refresh_from_db()
    assert (hall.session.state, hall.round.turnout) == (State.VOTING_CLOSED, 18)

    hall.clear_table().tally()
    hall.session.refresh_from_db()
    assert hall.session.state == State.COUNTED
    hall.sign().confirm()
    assert hall.session.state == State.CONFIRMED
    hall.publish()

    assert hall.session.state == State.FED_BACK
    assert hall.round.state == Box.State.PUBLISHED
    assert AuditEvent.objects.filter(action="publish").count() == 1
    assert Publication.objects.filter(sid=hall.round.sid).exists()
    hall.together("ARCHIVE")
    assert hall.round.state == Box.State.ARCHIVED


def test_the_verifier_agrees_with_what_is_stored(hall):
    hall.counted()
    document = bytes(Transcript.objects.get(sid=hall.round.sid).document)

    _parsed, found = verify.verify(document, mh=codec.code(hall.round.box.manifest_hash, 80))

    assert found["input_hash"] == hall.count.input_hash
    assert found["scheme_hash"] == hall.count.scheme_hash
    for result in SubjectResult.objects.select_related("subject"):
        line = found["subjects"][result.subject.code]
        assert (line["score"], line["band"], line["rank"]) == (result.shown_score, result.band, result.rank)
    assert hall.count.table_l0["rows"]["o01"]["ballots"] == 19


def test_a_recount_gives_the_same_hashes(hall):
    hall.counted()
    again = ballot.save_transcript(hall.round, hall.transcript(), by=hall.teller, now=hall.now)

    assert again.pk == hall.count.pk
    fresh = count._write(count.held(hall.count), hall.round, decisions=[])
    assert (fresh.input_hash, fresh.result_hash) == (hall.count.input_hash, hall.count.result_hash)


# --- two persons -----------------------------------------------------------------------------------------------


def prepared(hall):
    return ballot.prepare_round(hall.session, scheme=hall.scheme, numbers={"B": (7, 0)}, by=hall.clerk)


def test_one_person_cannot_take_both_halves(hall):
    RoleGrant.objects.create(user=hall.clerk, role="scrutineer")
    request = ballot.ask(prepared(hall), "SETUP", by=hall.clerk, now=hall.now)

    with pytest.raises(RuleViolation, match="两个人"):
        ballot.confirm(request, by=hall.clerk, now=hall.now)
    assert not hall.round.has_box


def test_two_scrutineers_are_no_pair(hall):
    other = factories.UserFactory(roles=["scrutineer"])
    request = ballot.ask(prepared(hall), "SETUP", by=hall.scrutineer, now=hall.now)

    with pytest.raises(RuleViolation, match="工作人员和监票人"):
        ballot.confirm(request, by=other, now=hall.now)


def test_a_request_expires_after_a_quarter_of_an_hour(hall):
    request = ballot.ask(prepared(hall), "SETUP", by=hall.clerk, now=hall.now)
    late = hall.now + dt.timedelta(minutes=15)

    with pytest.raises(RuleViolation, match="超过 15 分钟"):
        ballot.confirm(request, by=hall.scrutineer, now=late)
    again = ballot.ask(hall.round, "SETUP", by=hall.scrutineer, now=late)
    ballot.confirm(again, by=hall.clerk, now=late)
    assert hall.round.has_box


def test_asking_and_confirming_twice_change_nothing(hall):
    round = prepared(hall)
    request = ballot.ask(round, "SETUP", by=hall.clerk, now=hall.now)
    assert ballot.ask(round, "SETUP", by=hall.clerk, now=hall.now) == request
    with pytest.raises(RuleViolation, match="直接确认"):
        ballot.ask(round, "SETUP", by=hall.scrutineer, now=hall.now)
    for _again in range(2):
        ballot.confirm(request, by=hall.scrutineer, now=hall.now)
    assert AuditEvent.objects.filter(action="setup").count() == 1


def test_only_the_asker_withdraws(hall):
    request = ballot.ask(prepared(hall), "SETUP", by=hall.clerk, now=hall.now)
    with pytest.raises(RuleViolation, match="提出的人"):
        ballot.withdraw(request, by=hall.scrutineer)
    ballot.withdraw(request, by=hall.clerk)
    assert not hall.round.requests.exists()


def test_changed_numbers_need_a_new_request(hall):
    ballot.ask(prepared(hall), "SETUP", by=hall.clerk, now=hall.now)
    prepared(hall)
    assert not hall.round.requests.exists()


# --- the order of the steps ------------------------------------------------------------------------------------


def test_an_unlocked_scheme_cannot_be_used(meeting, clerk):
    with pytest.raises(RuleViolation, match="没有锁定"):
        ballot.prepare_round(meeting, scheme=install_sample_scheme(), numbers={}, by=clerk)


def test_audience_and_scheme_must_agree(hall):
    hall.session.audience.filter(code="C").delete()
    hall.session.audience.filter(code="B").update(is_anonymous=False)
    with pytest.raises(RuleViolation) as refusal:
        prepared(hall)
    assert len(refusal.value.messages) == 2


def test_keys_need_a_box_and_cards_need_keys(hall):
    prepared(hall)
    with pytest.raises(RuleViolation, match="还没有建立"):
        hall.make_keys()
    hall.together("SETUP")
    with pytest.raises(RuleViolation, match="先制作开箱钥匙"):
        ballot.save_cards(hall.round, manifest="{}", credentials="{}", by=hall.scrutineer, today=hall.now.date())


def test_a_manifest_that_is_not_the_one_given_out_is_refused(hall):
    hall.prepare().make_keys()
    given = hall.round.box.document
    hall.credentials, hall.cards = reference.make_cards(given)
    tampered = given | {"k_pub": 11}
    hall.manifest = reference.complete(tampered, hall.credentials)
    with pytest.raises(RuleViolation, match="未通过核对"):
        hall.save_cards()
    assert hall.round.state == Box.State.DRAFT


def test_nothing_of_the_setup_changes_once_the_box_stands(hall):
    hall.prepare()
    with pytest.raises(RuleViolation, match="作废本轮"):
        prepared(hall)


def test_voting_waits_for_the_meeting(hall):
    ReviewSession.objects.filter(pk=hall.session.pk).update(state=State.READY)
    hall.session.refresh_from_db()
    hall.prepare().make_keys().make_cards()
    with pytest.raises(RuleViolation, match="会议还没有开始"):
        hall.open()


def test_the_box_closes_only_after_the_grace(hall):
    hall.prepare().make_keys().make_cards().open()
    with pytest.raises(RuleViolation, match="还没有宣布截止"):
        ballot.finish_close(hall.round, by=hall.clerk, now=hall.now)
    hall.together("CLOSE")
    hall.vote()  # tablets still deliver
    with pytest.raises(RuleViolation, match="请稍候"):
        ballot.finish_close(hall.round, by=hall.clerk, now=hall.now + dt.timedelta(seconds=29))
    for _again in range(2):
        ballot.finish_close(hall.round, by=hall.clerk, now=hall.now + dt.timedelta(seconds=30))
    assert hall.round.turnout == 18


def test_the_urn_waits_for_the_table(hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    with pytest.raises(RuleViolation) as refusal:
        ballot.urn(hall.round)
    told = "".join(refusal.value.messages)
    assert "实发的票卡数" in told
    assert "既没有投出也没有作废" in told
    assert "实名评分" in told
    assert ballot.urn(hall.clear_table().round)


def test_more_cards_drawn_than_printed_is_refused(hall):
    hall.prepare().make_keys().make_cards()
    with pytest.raises(RuleViolation, match="只印了 10 张"):
        ballot.note_cards(hall.round, {"b": (11, "")}, by=hall.teller)
    assert hall.round.groups.get(letter="b").drawn is None


def test_named_marks_are_not_more_than_the_persons_present(hall):
    hall.prepare()
    group = hall.round.groups.get(letter="a")
    subject = hall.session.subjects.first()
    ballot.enter_named(group, rater="姜景舟", marks={subject: {}}, by=hall.clerk)
    with pytest.raises(RuleViolation, match="不能多于到会人数"):
        ballot.enter_named(group, rater="另一人", marks={subject: {}}, by=hall.clerk)
    assert {marks.rater for marks in NamedMarks.objects.all()} == {"姜景舟"}


def test_named_marks_changed_after_the_urn_was_fetched_are_noticed(hall):
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    transcript = hall.transcript()
    group = hall.round.groups.get(letter="a")
    ballot.enter_named(group, rater="姜景舟", marks={hall.session.subjects.first(): {}}, by=hall.clerk)

    with pytest.raises(RuleViolation, match="不一致"):
        ballot.save_transcript(hall.round, transcript, by=hall.scrutineer, now=hall.now)
    assert hall.round.state == Box.State.CLOSED


def test_a_void_round_is_followed_by_one_with_new_cards(hall):
    hall.prepare().make_keys().make_cards().open().vote()
    old = hall.round
    with pytest.raises(RuleViolation, match="理由"):
        ballot.ask(old, "VOID", by=hall.clerk, now=hall.now)
    hall.together("VOID", reason="票卡印错")

    assert box.get(old.sid).state == Box.State.ABORTED
    hall.bodies = []
    hall.counted()
    assert (hall.round.number, hall.count.round) == (2, hall.round)
    assert hall.round.sid != old.sid
    assert BallotRound.objects.get(pk=old.pk).void_reason == "票卡印错"


# --- count, sign, confirm, publish -----------------------------------------------------------------------------


def test_the_result_waits_for_two_signatures_and_the_leader(hall):
    hall.counted()
    with pytest.raises(RuleViolation) as refusal:
        count.confirm_count(hall.count, by=hall.approver, now=hall.now)
    assert len(refusal.value.messages) == 2
    with pytest.raises(RuleViolation, match="还没有由审批领导确认"):
        hall.publish()
    with pytest.raises(RuleViolation, match="计票人和监票人"):
        count.sign(hall.count, "teller", by=hall.clerk, now=hall.now)


def test_one_person_signs_once(hall):
    hall.counted()
    RoleGrant.objects.create(user=hall.teller, role="scrutineer")
    RoleGrant.objects.create(user=hall.teller, role="approver")
    count.sign(hall.count, "teller", by=hall.teller, now=hall.now)
    with pytest.raises(RuleViolation, match="两个人"):
        count.sign(hall.count, "scrutineer", by=hall.teller, now=hall.now)
    count.sign(hall.count, "scrutineer", by=hall.scrutineer, now=hall.now)
    with pytest.raises(RuleViolation, match="另一位领导"):
        count.confirm_count(hall.count, by=hall.teller, now=hall.now)


def test_more_ballots_than_cards_drawn_leaves_the_round_void(hall):
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    ballot.note_cards(hall.round, {"b": (6, ""), "c": (5, ""), "d": (6, "")}, by=hall.teller)
    hall.tally()
    with pytest.raises(RuleViolation, match="收回多于发出"):
        hall.sign()
    assert not SubjectResult.objects.exclude(score=None).exists()


def test_the_room_sees_only_slips_of_large_shown_groups(hall):
    hall.counted().sign().confirm().publish()
    document = codec.parse(bytes(Publication.objects.get().document))
    assert all("hash" in slip for slip in document["slips"])  # no group here has ten


def test_a_tie_across_the_quota_is_decided_before_signing(hall):
    """One place of "好" for four officials; the two best are equal."""
    factories.SessionSubjectFactory(session=hall.session)
    hall.prepare().make_keys().make_cards().open()
    full = {c["code"]: c["max_points"] * 10 for c in hall.scheme.body["criteria"]}
    good, weak = ({code: most - less for code, most in full.items()} for less in (5, 20))
    for letter, present in {"b": 7, "c": 5, "d": 6}.items():
        for card in hall.cards[letter][:present]:
            hall.cast(reference.cast_body(card, hall.manifest, {"o01": good, "o02": good, "o03": weak, "o04": weak}))
    hall.close().clear_table().tally()
    (needed,) = hall.count.decisions_needed
    assert (needed["seats"], sorted(needed["candidates"])) == (1, ["o01", "o02"])
    with pytest.raises(RuleViolation, match="裁定"):
        hall.sign()
    with pytest.raises(RuleViolation, match="选出 1 人"):
        count.decide(hall.count, label="好", pool=needed["pool"], chosen=["o01", "o02"], by=hall.approver, now=hall.now)

    count.decide(hall.count, label="好", pool=needed["pool"], chosen=["o02"], by=hall.approver, now=hall.now)

    bands = {result.subject.code: result.band for result in SubjectResult.objects.select_related("subject")}
    assert (bands["o01"], bands["o02"]) == ("较好", "好")
    hall.again().sign()


def test_rehearsal_is_wiped_without_a_trace_and_can_be_run_again(hall):
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    hall.session.refresh_from_db()
    hall.counted()
    sid = hall.round.sid

    ballot.wipe_rehearsal(hall.session, by=hall.clerk)

    assert not Box.objects.filter(sid=sid).exists()
    assert not Transcript.objects.exists()
    assert not BallotRound.objects.exists()
    hall.session.refresh_from_db()
    assert hall.session.state == State.IN_PROGRESS
    hall.bodies = []
    hall.counted()


def test_a_formal_round_cannot_be_wiped(hall):
    hall.prepare()
    with pytest.raises(RuleViolation, match="正式会议"):
        ballot.wipe_rehearsal(hall.session, by=hall.clerk)


def test_the_trail_knows_totals_and_no_ballot(hall):
    hall.counted()
    trail = " ".join(AuditEvent.objects.values_list("detail", flat=True))
    for cards in hall.cards.values():
        for card in cards:
            assert card.outer_pub not in trail
    assert StepRequest.objects.count() == 3
