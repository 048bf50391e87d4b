import datetime as dt
import re

import pytest

from reviews.rules import plan as rules

JUNE, DECEMBER = dt.date(2026, 6, 18), dt.date(2026, 12, 22)


@pytest.mark.parametrize(
    ("has", "commands"),
    [
        ({}, ["add_rule_set", "set_term", "add_report_outline"]),
        ({"has_rules": True}, ["set_term", "add_report_outline"]),
        ({"has_rules": True, "has_term": True}, ["add_report_outline"]),
        ({"has_rules": True, "has_term": True, "has_outline": True}, []),
    ],
)
def test_what_must_be_entered_before_a_session_names_its_command(has, commands):
    lacking = {"has_rules": False, "has_term": False, "has_outline": False}

    missing = rules.foundation_blockers(day="2026年12月22日", **lacking | has)

    assert [re.search(r"命令 (\w+)", words)[1] for words in missing] == commands


@pytest.mark.parametrize(
    ("kind", "day", "refused"),
    [
        ("DISPERSED", JUNE, False),
        ("DISPERSED", dt.date(2026, 9, 30), False),
        ("DISPERSED", dt.date(2026, 10, 1), True),
        ("CONCENTRATED", dt.date(2026, 10, 1), False),
        ("CONCENTRATED", JUNE, True),
    ],
)
def test_each_kind_has_its_season(kind, day, refused):
    assert bool(rules.season_reasons(kind, day)) is refused


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (4, ["本次应当有 5 至 10 人述责述廉，现在 4 人，还差 1 人"]),
        (5, []),
        (10, []),
        (11, ["本次应当有 5 至 10 人述责述廉，现在 11 人，多出 1 人"]),
    ],
)
def test_the_number_of_people_is_refused_with_numbers(count, words):
    assert rules.number_reasons(count, low=5, high=10) == words


def test_a_second_time_in_the_term_needs_a_reason_and_names_the_person():
    repeats = [
        ("时彦亦", dt.date(2025, 12, 20), True, False),
        ("郎泽松", dt.date(2026, 12, 22), False, False),
        ("华钧桐", dt.date(2025, 12, 20), True, True),
    ]

    assert rules.repeat_reasons(repeats) == [
        "时彦亦本届已于2025年12月20日述责述廉；确需再次列入的，请写明理由",
        "郎泽松已列入2026年12月22日的会议；确需再次列入的，请写明理由",
    ]


def blockers(**changes):
    whole = {
        "kind": "CONCENTRATED",
        "date": DECEMBER,
        "count": 5,
        "low": 5,
        "high": 10,
        "repeats": [],
        "gone": [],
        "expected": 92,
        "is_rehearsal": False,
    }
    return [(b.text, b.cure) for b in rules.submission_blockers(**{**whole, **changes})]


@pytest.mark.parametrize(
    ("changes", "cures"),
    [
        ({}, []),
        ({"date": JUNE}, ["reviews:session_edit"]),
        ({"count": 4}, ["reviews:session_subjects"]),
        ({"repeats": [("时彦亦", JUNE, True, False)]}, ["reviews:session_subjects"]),
        ({"gone": ["时彦亦"]}, ["reviews:session_subjects"]),
        ({"expected": 0}, ["reviews:session_audience"]),
        ({"is_rehearsal": True, "date": JUNE, "count": 2, "repeats": [("时彦亦", JUNE, True, False)]}, []),
        ({"is_rehearsal": True, "count": 0}, ["reviews:session_subjects"]),
    ],
)
def test_every_reason_leads_to_its_cure(changes, cures):
    assert [cure for _text, cure in blockers(**changes)] == cures


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (dt.date(2024, 7, 1), dt.date(2026, 11, 24), "2 年 4 个月"),
        (dt.date(2024, 11, 24), dt.date(2026, 11, 24), "2 年"),
        (dt.date(2026, 8, 25), dt.date(2026, 11, 24), "2 个月"),
        (dt.date(2026, 11, 1), dt.date(2026, 11, 24), "不到 1 个月"),
        (dt.date(2026, 12, 1), dt.date(2026, 11, 24), "不到 1 个月"),
    ],
)
def test_spans_count_whole_months(start, end, words):
    assert rules.span(start, end) == words


def test_need_is_told_by_the_wait_and_the_term():
    today, since = dt.date(2026, 11, 24), dt.date(2024, 7, 1)

    assert rules.waiting(today=today, in_post_since=since, last_heard_on=None) == "从未述责述廉，任职 2 年 4 个月"
    assert rules.waiting(today=today, in_post_since=since, last_heard_on=dt.date(2025, 9, 24)) == "上次述责述廉至今 1 年 2 个月"
    assert rules.time_left(today=today, term_ends_on=dt.date(2027, 3, 24)) == "距任期届满 4 个月"
    assert rules.time_left(today=today, term_ends_on=dt.date(2026, 11, 23)) == "任期已届满"


def test_the_places_left_are_those_of_the_mock_up():
    """16 December 2026, this quarter's ten places given: 19 in 2027, 19 in 2028, 6 in the first half of 2029 (desk.html)."""
    places = rules.places_left(
        today=dt.date(2026, 12, 16), ends_on=dt.date(2029, 6, 30), taken={(2026, 4): 10}, dispersed=3, concentrated=10
    )

    assert places == 44
    assert rules.Coverage(total=125, heard=38, planned=10, places=places).shortfall == 33


@pytest.mark.parametrize(
    ("taken", "places"),
    [({}, 3 + 10), ({(2026, 3): 2}, 1 + 10), ({(2026, 3): 5}, 10), ({(2026, 1): 3}, 3 + 10), ({(2026, 3): 3, (2026, 4): 10}, 0)],
)
def test_a_given_place_is_not_given_twice_and_never_borrowed(taken, places):
    found = rules.places_left(today=dt.date(2026, 7, 1), ends_on=dt.date(2026, 12, 31), taken=taken, dispersed=3, concentrated=10)

    assert found == places


def test_enough_places_leave_no_shortfall():
    assert rules.Coverage(total=50, heard=20, planned=10, places=44).shortfall == 0
