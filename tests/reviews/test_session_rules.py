import datetime as dt

import pytest

from reviews.rules import session as rules
from reviews.rules.session import Progress

DONE = Progress(subjects=2, has_form=True, digest_is_approved=True)
TODAY = dt.date(2026, 12, 22)


def unmet(found):
    return [(blocker.text, blocker.cure) for blocker in found if not blocker.met]


@pytest.mark.parametrize(
    ("progress", "text", "cure"),
    [
        (
            Progress(2, unsubmitted=("时彦亦",), unpassed=("时彦亦",), digest_is_approved=True),
            "时彦亦还没有提交述责述廉报告",
            "reviews:reports",
        ),
        (
            Progress(2, unpassed=("时彦亦", "郎泽松"), digest_is_approved=True),
            "时彦亦、郎泽松的报告还没有通过",
            "reviews:reports",
        ),
        (Progress(2, unsealed=(("时彦亦", 1),), digest_is_approved=True), "时彦亦已封存的问题不足 2 题", "reviews:questions"),
        (Progress(2, unsealed=(("时彦亦", 4),), digest_is_approved=True), "时彦亦已封存的问题超过 3 题", "reviews:questions"),
        (Progress(2), "访廉意见汇总还没有批准发给委员", "reviews:canvass"),
        (
            Progress(2, digest_is_approved=True, open_tasks=frozenset({"VERIFICATION"})),
            "核查还没有办结，结论可能影响提问",
            "reviews:session",
        ),
    ],
)
def test_each_thing_missing_is_one_reason_with_its_cure(progress, text, cure):
    assert unmet(rules.ready_blockers(progress)) == [(text, cure)]


def test_nothing_missing_leaves_only_what_is_met():
    assert unmet(rules.ready_blockers(DONE)) == []
    assert len(rules.ready_blockers(DONE)) == 4


def test_many_names_are_cut_short_with_their_number():
    assert rules.named(["甲", "乙", "丙", "丁"]) == "甲、乙、丙、丁"
    assert rules.named(["甲", "乙", "丙", "丁", "戊"]) == "甲、乙、丙等 5 人"


@pytest.mark.parametrize(
    ("today", "is_rehearsal", "reasons"),
    [
        (TODAY, False, []),
        (TODAY + dt.timedelta(days=1), False, []),
        (TODAY - dt.timedelta(days=1), False, [("会议日期是12月22日，还没有到", "reviews:session")]),
        (TODAY - dt.timedelta(days=1), True, []),
    ],
)
def test_a_meeting_does_not_begin_before_its_day(today, is_rehearsal, reasons):
    assert unmet(rules.start_blockers(DONE, date=TODAY, today=today, is_rehearsal=is_rehearsal)) == reasons


@pytest.mark.parametrize(
    ("state", "progress", "now"),
    [
        ("DRAFT", Progress(), "PREPARATION"),
        ("PLANNED", Progress(), "PREPARATION"),
        ("APPROVED", Progress(), "CANVASS"),
        ("CANVASSING", Progress(), "CANVASS"),
        ("REPORTS_DUE", Progress(unsubmitted=("甲",), unpassed=("甲",)), "REPORTING"),
        ("REPORTS_DUE", Progress(unpassed=("甲",)), "QUESTIONING"),
        ("READY", DONE, "SCORING"),
        ("COUNTED", DONE, "RESULT"),
        ("RECTIFYING", DONE, "RECTIFICATION"),
        ("CLOSED", DONE, "ARCHIVE"),
        ("ARCHIVED", DONE, None),
        ("CANCELLED", Progress(), None),
    ],
)
def test_the_stage_follows_the_state(state, progress, now):
    assert rules.stage_now(state, progress) == now


def test_what_was_left_behind_stays_marked_until_the_count():
    behind = Progress(2, unpassed=("和彦岚",), digest_is_approved=True)

    assert rules.stage_states("REPORTS_DUE", behind)[:4] == ["done", "done", "left", "now"]
    assert rules.stage_states("COUNTED", behind)[:4] == ["done"] * 4
    assert rules.stage_states("ARCHIVED", behind) == ["done"] * 8
    assert rules.stage_states("POSTPONED", behind) == ["todo"] * 8


def test_nothing_is_put_right_while_the_result_may_be_objected_to():
    assert rules.stage_states("FED_BACK", DONE, takes_objections=True)[5:] == ["now", "todo", "todo"]
    assert rules.stage_states("COUNTED", DONE, is_ahead_of_vote=True)[4:] == ["now", "todo", "todo", "todo"]
    assert rules.stage_states("FED_BACK", DONE)[5:] == ["done", "now", "todo"]


@pytest.mark.parametrize(
    ("state", "progress", "is_locked", "key", "target"),
    [
        ("DRAFT", Progress(), False, "submit", "reviews:session_submit"),
        ("PLANNED", Progress(), False, "approve", "reviews:session_approve"),
        ("APPROVED", Progress(), False, "canvass", "reviews:canvass"),
        ("CANVASSING", Progress(has_form=True), False, "canvass", "reviews:canvass"),
        ("REPORTS_DUE", Progress(1, unpassed=("甲",)), False, "reports", "reviews:reports"),
        ("REPORTS_DUE", Progress(1, unsealed=(("甲", 0),)), False, "questions", "reviews:questions"),
        ("REPORTS_DUE", DONE, False, "ready", "reviews:session_ready"),
        ("READY", DONE, False, "lock", "scoring:ballot"),
        ("READY", DONE, True, "start", "live:console"),
        ("IN_PROGRESS", DONE, True, "live", "live:console"),
        ("VOTING_OPEN", DONE, True, "close", "scoring:ballot"),
        ("VOTING_CLOSED", DONE, True, "count", "scoring:ballot"),
        ("COUNTED", DONE, True, "confirm", "scoring:results"),
        ("CONFIRMED", DONE, True, "publish", "scoring:results"),
        ("FED_BACK", DONE, True, "findings", "rectification:session_items"),
        ("RECTIFYING", DONE, True, "rectify", "rectification:session_items"),
        ("CLOSED", DONE, True, "archive", "rectification:session_papers"),
        ("POSTPONED", Progress(), False, "redraft", "reviews:session_redraft"),
    ],
)
def test_there_is_one_next_step(state, progress, is_locked, key, target):
    step = rules.next_step(state, progress, is_locked=is_locked)

    assert (step.key, step.target) == (key, target)


@pytest.mark.parametrize("state", ["ARCHIVED", "CANCELLED"])
def test_an_ended_session_has_no_next_step(state):
    assert rules.next_step(state, DONE) is None


def test_canvassing_without_a_form_still_asks_for_the_form():
    assert rules.next_step("CANVASSING", Progress()).title == "发出征求意见表"


def test_ready_is_blocked_by_what_is_missing_and_shows_what_is_met():
    step = rules.next_step("REPORTS_DUE", Progress(2, has_form=True))

    assert step.is_blocked
    assert [blocker.met for blocker in step.blockers] == [True, True, False, True]
