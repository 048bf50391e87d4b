"""One meeting from the empty installation to the close-out, by people of every role in a real browser (issue: "The walk").

Time passes: the clock of the main site moves from planning in August to close-out in October.
"""

import pytest

from tests.e2e.steps import accounts, canvass, clock, district, questions, register, reports, session


@pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
def test_a_meeting_is_walked_from_the_register_to_the_close_out(stage, time_machine, monkeypatch, tmp_path):
    time_machine.move_to(clock.at(8, 12))
    people = district.lay_foundations()
    sysadmin, secadmin, _auditadmin = accounts.appoint_administrators(monkeypatch)
    clerk = accounts.open_account(
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
    accounts.change_password(stage, clerk, new=district.PASSWORD)
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
    questions.select_and_seal(stage, approver, meeting)
