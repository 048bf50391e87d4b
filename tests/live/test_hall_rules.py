import datetime as dt

import pytest

from live.rules import hall as rules

NINE = dt.datetime(2026, 12, 22, 1, tzinfo=dt.UTC)


def at(minutes):
    return NINE + dt.timedelta(minutes=minutes)


def test_the_agenda_takes_each_official_through_the_three_items():
    assert rules.agenda(["甲", "乙"]) == [
        ("OPENING", None, 5),
        ("STATEMENT", "甲", 8),
        ("QUESTIONS", "甲", 9),
        ("COMMENT", "甲", 3),
        ("STATEMENT", "乙", 8),
        ("QUESTIONS", "乙", 9),
        ("COMMENT", "乙", 3),
        ("SCORING", None, 15),
        ("CLOSING", None, 5),
    ]


@pytest.mark.parametrize(
    ("states", "line"),
    [({"TODO"}, "todo"), ({"DONE"}, "done"), ({"NOW", "TODO"}, "now"), ({"DONE", "NOW"}, "now"), ({"DONE", "TODO"}, "now")],
)
def test_a_line_of_the_agenda_stands_for_all_its_items(states, line):
    assert rules.line_state(states) == line


@pytest.mark.parametrize(
    ("ends_at", "paused_left", "left"),
    [(None, 95, 95), (at(2), 95, 120), (at(0), 0, 0), (NINE - dt.timedelta(seconds=12), 0, -12)],
)
def test_the_clock_runs_to_its_end_and_beyond_or_stands(ends_at, paused_left, left):
    assert rules.seconds_left(ends_at=ends_at, paused_left=paused_left, now=NINE) == left


@pytest.mark.parametrize(
    ("seconds", "phase", "shown"),
    [(480, "ahead", "08:00"), (61, "ahead", "01:01"), (60, "soon", "01:00"), (0, "soon", "00:00"), (-1, "over", "-00:01"), (-75, "over", "-01:15"), (6000, "ahead", "100:00")],
)  # fmt: skip
def test_the_clock_says_how_it_stands_in_a_word_and_in_figures(seconds, phase, shown):
    assert (rules.phase(seconds, amber=60), rules.written(seconds)) == (phase, shown)


@pytest.mark.parametrize(("minutes", "seconds"), [(8, 60), (3, 60), (2, 40), (1, 20)])
def test_a_short_clock_warns_in_its_last_third(minutes, seconds):
    assert rules.amber(minutes) == seconds


@pytest.mark.parametrize(
    ("now", "items", "left", "ends", "late"),
    [
        (at(0), [(5, at(0), None), (8, None, None)], 0, at(13), 0),
        (at(4), [(5, at(0), at(2)), (8, at(2), None)], 360, at(10), -3),  # the first took two of its five minutes
        (at(9), [(5, at(0), None), (8, None, None)], -240, at(17), 4),  # four minutes over: what is to come moves on
        (at(20), [(5, at(0), at(7)), (8, at(7), None)], 0, at(20), 7),
        (at(12), [(15, at(0), None), (5, None, None)], 900, at(32), 12),  # the clock was never started: it says 15:00
    ],
)
def test_the_end_is_foretold_from_what_is_over_and_what_is_to_come(now, items, left, ends, late):
    assert rules.forecast(items, began_at=at(0), now=now, left=left) == (ends, late)


@pytest.mark.parametrize(
    ("items", "planned_taken_over"),
    [
        ([], (0, 0, 0)),
        ([(5, None, None), (8, at(0), None)], (13, 0, 0)),
        ([(5, at(0), at(7)), (8, at(7), None)], (13, 7, 2)),
        ([(5, at(0), at(2)), (8, at(2), at(9))], (13, 9, -4)),
    ],
)
def test_minutes_planned_stand_against_those_taken(items, planned_taken_over):
    assert rules.spent(items) == planned_taken_over


def test_a_meeting_may_have_minutes_of_its_own():
    minutes = rules.MINUTES | {"STATEMENT": 5}

    assert [(kind, n) for kind, _who, n in rules.agenda(["甲"], minutes)][:3] == [
        ("OPENING", 5),
        ("STATEMENT", 5),
        ("QUESTIONS", 9),
    ]


@pytest.mark.parametrize(
    ("preparation", "is_ready", "is_locked", "n"),
    [
        ([], True, True, 0),
        ([], False, True, 1),
        ([], True, False, 1),
        (["缺报告"], False, True, 1),
        (["缺报告"], False, False, 2),
    ],
)
def test_the_meeting_waits_for_preparation_cards_and_readiness(preparation, is_ready, is_locked, n):
    assert len(rules.start_blockers(preparation, is_ready=is_ready, is_locked=is_locked, quorum=[])) == n


@pytest.mark.parametrize(
    ("kind", "follower", "facts", "reasons"),
    [
        ("OPENING", "STATEMENT", {}, []),
        ("STATEMENT", "QUESTIONS", {"unanswered": [1]}, []),
        ("QUESTIONS", "COMMENT", {}, []),
        ("QUESTIONS", "COMMENT", {"unanswered": [1, 3]}, ["第 1 问还没有记下答复要点", "第 3 问还没有记下答复要点"]),
        ("COMMENT", "STATEMENT", {}, ["还没有记下点评；点评至少要指出一个问题"]),
        ("COMMENT", "STATEMENT", {"has_comment": True}, []),
        ("SCORING", "CLOSING", {}, ["评议还没有投票，作废的一轮不算；请到“评廉”备票、开始投票，再往下进行"]),
        ("SCORING", "CLOSING", {"voting": "open"}, ["评议投票还没有关闭；请到“评廉”关闭投票，再往下进行"]),
        ("SCORING", "CLOSING", {"voting": "closed"}, []),
        ("CLOSING", "", {}, []),
        ("CLOSING", "", {"voting": "open"}, ["评议投票还没有关闭；请到“评廉”关闭投票，再往下进行"]),
        ("CLOSING", "", {"voting": "closed"}, []),
    ],
)
def test_the_meeting_goes_on_once_what_was_said_is_noted(kind, follower, facts, reasons):
    known = {"unanswered": [], "has_comment": False, "voting": "to_come"}

    assert rules.advance_blockers(kind, follower, **known | facts) == reasons


def test_no_more_hands_than_people():
    assert rules.hands_blockers("满意 41 人，不满意 2 人", present=43) == rules.hands_blockers("全体满意", present=43) == []
    assert rules.hands_blockers("150", present=0) == []  # nobody counted those who came
    assert rules.hands_blockers("150", present=17) == ["到会 17 人，举手的不会有 150 人"]


@pytest.mark.parametrize(
    ("known", "reasons"),
    [
        ({"is_first": True}, ["已经是第一项"]),
        ({}, []),
        ({"is_of_official": True}, []),
        ({"has_voted": True}, []),
        ({"is_past": True}, ["会议已经过去，不能再退回"]),
        ({"is_of_official": True, "has_voted": True}, ["投票已经开启，不能退回到述责述廉对象的环节"]),
    ],
)
def test_there_is_a_way_back_until_the_vote_bars_it(known, reasons):
    assert (
        rules.back_blockers(**{"is_first": False, "is_of_official": False, "has_voted": False, "is_past": False} | known)
        == reasons
    )


@pytest.mark.parametrize(
    ("present", "expected", "is_rehearsal", "reasons"),
    [
        (0, 0, False, []),
        (54, 81, False, []),
        (53, 81, False, ["签到 53 人，不足应到 81 人的三分之二（54 人）"]),
        (54, 80, False, []),
        (53, 80, False, ["签到 53 人，不足应到 80 人的三分之二（54 人）"]),
        (0, 80, True, []),
    ],
)
def test_two_thirds_of_those_expected_must_be_here(present, expected, is_rehearsal, reasons):
    assert rules.quorum_blockers(present=present, expected=expected, is_rehearsal=is_rehearsal) == reasons


@pytest.mark.parametrize(
    ("state", "reasons"),
    [
        ("DRAFT", ["会议还没有批准，会场记录还没有开始"]),
        ("CANCELLED", ["会议已延期或取消，没有会场记录"]),
        ("READY", []),
        ("VOTING_CLOSED", []),
        ("COUNTED", ["已经计票，会场记录不能再改"]),
        ("ARCHIVED", ["已经计票，会场记录不能再改"]),
    ],
)
def test_the_record_is_written_from_the_approval_to_the_count(state, reasons):
    assert rules.record_blockers(state) == reasons


@pytest.mark.parametrize(
    ("length", "size"),
    [(0, ""), (36, ""), (37, "long"), (60, "long"), (61, "longer"), (140, "longer"), (141, "longest"), (300, "longest")],
)
def test_a_longer_question_is_set_smaller(length, size):
    assert rules.size("题" * length) == size


def test_a_long_name_or_post_takes_of_the_room_for_the_question():
    assert rules.size("题" * 131, name="时彦亦", post="区教育局　局长") == "longer"
    assert rules.size("题" * 131, name="阿卜杜热合曼·买买提依明", post="区教育局　局长") == "longest"
    assert rules.size("题" * 131, name="时彦亦", post="长" * 45) == "longest"
    assert rules.size("", name="阿卜杜热合曼·买买提依明") == ""
