"""One meeting from the empty installation to the close-out, by people of every role in a real browser (issue: "The walk").

Time passes: the clock of the main site moves from planning in August to close-out in October.
"""

import pytest

from tests.e2e.steps import (
    accounts,
    ballot,
    canvass,
    clock,
    district,
    hall,
    questions,
    rectification,
    register,
    reminders,
    reports,
    results,
    session,
)


@pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
def test_a_meeting_is_walked_from_the_register_to_the_close_out(stage, time_machine, monkeypatch, tmp_path):
    time_machine.move_to(clock.at(8, 12))
    people = district.lay_foundations()
    sysadmin, secadmin, _auditadmin = accounts.appoint_administrators(monkeypatch)
    clerk, given = accounts.open_account(
        stage,
        sysadmin,
        secadmin,
        username="clerk",
        name="穆晏川",
        office="党风政风室",
        email="clerk@example.org",
        role="工作人员",
    )
    accounts.refuse_wrong_password(stage, clerk)
    accounts.sign_in_first(stage, clerk, given=given, own=district.PASSWORD)
    approver, member = people["approver"], people["member"]

    register.bring_in(stage, clerk, tmp_path)
    register.search(stage, clerk)
    people |= district.accounts_of_the_reviewed()

    session.plan(stage, clerk)
    session.choose_officials(stage, clerk)
    session.list_audience(stage, clerk)
    meeting = session.submit(stage, clerk)
    clock.strike()
    session.approve(stage, approver)

    time_machine.move_to(clock.at(8, 19))
    address = canvass.open_form(stage, clerk, meeting)
    canvass.speak_up(stage, address, canvass.SAID, canvass.SAID_AGAIN, canvass.TIP_OFF)
    canvass.type_in(stage, clerk, meeting, canvass.TYPED)
    canvass.sort_out(stage, clerk, meeting)
    canvass.register_tip_off(stage, people["petition"])
    canvass.compile_digest(stage, clerk, meeting)
    canvass.approve_digest(stage, approver, meeting)
    canvass.read_digest(stage, member, approver, meeting)

    time_machine.move_to(clock.at(9, 2))
    reports.write(stage, people["subject"])
    clock.strike()
    reports.send_back(stage, clerk)
    clock.strike()
    reports.correct(stage, people["subject"])
    clock.strike()
    reports.let_pass(stage, clerk)
    reports.the_others(meeting, by=clerk)

    questions.propose(stage, member, meeting)
    questions.shortlist(stage, clerk, meeting)
    questions.select_and_seal(stage, approver, meeting)

    time_machine.move_to(clock.at(9, 17))
    teller, scrutineer = people["teller"], people["scrutineer"]
    hall.finish_preparation(stage, clerk, meeting)
    ballot.lock_scheme(stage, clerk, approver)
    ballot.prepare_box(stage, clerk, scrutineer, meeting)
    shares, urn_code = ballot.make_keys(stage, scrutineer, meeting)
    cards = ballot.make_cards(stage, scrutineer, meeting, urn_code)

    time_machine.move_to(clock.at(9, 18))
    hall.open_meeting(stage, clerk, meeting)
    hall.hear(stage, clerk, "章静澜", is_watched=True)
    hall.hear(stage, clerk, "时彦亦")
    hall.come_to_scoring(stage, clerk)

    ballot.ask_and_confirm(stage, clerk, scrutineer, meeting, "开始投票")
    drawn = [secret for group, n in ballot.RATERS.items() for secret in cards[group][:n]]
    unused = [secret for group, n in ballot.RATERS.items() for secret in cards[group][n:]]
    codes = {drawn[0]: ballot.vote_by_hand(stage, drawn[0])} | ballot.vote(stage, drawn[1:])
    ballot.ask_and_confirm(stage, scrutineer, clerk, meeting, "截止投票")
    time_machine.shift(31)
    ballot.close(stage, clerk, meeting)
    ballot.show_received(stage, clerk, meeting, codes.values())
    ballot.void_unused(stage, unused, used=drawn[0])
    ballot.enter_named(stage, clerk, meeting)
    ballot.note_numbers(stage, scrutineer, meeting)
    transcript = ballot.open_urn(stage, scrutineer, meeting, shares, tmp_path)
    hall.end_meeting(stage, clerk, meeting)

    results.sign(stage, teller, scrutineer, approver, meeting)
    results.explain(stage, approver, meeting)
    ballot.ask_and_confirm(stage, approver, scrutineer, meeting, "公布结果", tab="results")
    ballot.check_own(stage, drawn[0], codes[drawn[0]])
    ballot.verify_outside(stage, scrutineer, meeting, transcript)
    results.make_papers(stage, clerk, meeting, tmp_path)
    results.read_own(stage, people["subject"], meeting)

    time_machine.move_to(clock.at(9, 21))
    verifier, liaison = people["verifier"], people["liaison"]
    rectification.confirm_findings(stage, clerk, meeting)
    rectification.issue_letter(stage, clerk, people["deputy"], approver, meeting, tmp_path)
    clock.strike()
    rectification.plan(stage, liaison, tmp_path)
    rectification.approve_plan(stage, approver)

    time_machine.move_to(clock.at(10, 16, 9, 30))  # five days before the period ends
    clock.strike()
    reminders.were_mailed(liaison, f"蓝色提醒：{hall.PROBLEM}")
    reminders.arrive(stage, liaison, f"蓝色提醒：{hall.PROBLEM}")
    rectification.bring_evidence(stage, liaison, tmp_path)
    rectification.verify(stage, verifier)
    rectification.close(stage, clerk, approver, meeting)

    time_machine.move_to(clock.at(11, 20))
    clock.strike()
    reminders.are_over(rectification.matter())
