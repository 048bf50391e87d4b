import datetime as dt

import pytest

from reviews.rules import preparation as rules

YEAR_END = dt.date(2026, 12, 22)


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        ("CANVASS", dt.date(2026, 11, 20)),  # 22 November is a Sunday
        ("REPORTS", dt.date(2026, 12, 7)),
        ("REPORT_REVIEW", dt.date(2026, 12, 11)),  # 12 December is a Saturday
        ("VERIFICATION", dt.date(2026, 12, 15)),
        ("QUESTIONS", dt.date(2026, 12, 18)),  # 19 December is a Saturday
        ("LOCK", dt.date(2026, 12, 21)),
        ("MEETING", dt.date(2026, 12, 22)),
        ("LETTER", dt.date(2026, 12, 25)),
    ],
)
def test_dates_are_laid_backwards_on_working_days(kind, day):
    assert rules.dates(YEAR_END)[kind] == day


@pytest.mark.parametrize(
    ("left", "moment"), [(30, ""), (6, ""), (5, "soon"), (1, "soon"), (0, "due"), (-1, "late"), (-9, "late")]
)
def test_a_reminder_comes_some_days_before_on_the_day_and_after(left, moment):
    assert rules.moment(YEAR_END, today=YEAR_END - dt.timedelta(days=left)) == moment


def test_dates_step_over_statutory_holidays_and_use_the_weekends_worked_for_them():
    laid = rules.dates(dt.date(2026, 10, 15))

    assert laid["REPORTS"] == dt.date(2026, 9, 30)
    assert laid["REPORT_REVIEW"] == dt.date(2026, 9, 30)  # 1 to 7 October is the National Day holiday
    assert rules.due("QUESTIONS", dt.date(2026, 10, 13)) == dt.date(2026, 10, 10)  # a Saturday worked in exchange


@pytest.mark.parametrize(
    ("kind", "words"), [("CANVASS", "前 30 日"), ("LOCK", "前 1 日"), ("MEETING", "会议日"), ("LETTER", "后 3 日")]
)
def test_the_distance_from_the_meeting_is_named(kind, words):
    assert rules.offset(kind) == words


LABELS = {kind: kind for kind in rules.DAYS} | {"CANVASS": "发出征求意见表"}


@pytest.mark.parametrize(
    ("meeting", "today", "done", "said"),
    [
        (YEAR_END, dt.date(2026, 11, 20), set(), []),
        (YEAR_END, dt.date(2026, 11, 24), set(), ["“发出征求意见表”的应办日期已过 4 天"]),
        (YEAR_END, dt.date(2026, 11, 24), {"CANVASS"}, []),
        (dt.date(2026, 12, 20), dt.date(2026, 11, 1), set(), ["会议日期不是工作日"]),
        (
            dt.date(2027, 2, 26),
            dt.date(2026, 11, 24),
            set(),
            ["2027年的节假日安排尚未公布，暂按周一至周五为工作日计算，公布后请核对"],
        ),
    ],
)
def test_what_is_wrong_with_the_dates_is_said(meeting, today, done, said):
    assert rules.warnings(meeting, today=today, labels=LABELS, done=frozenset(done)) == said
