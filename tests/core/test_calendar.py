"""Chinese working days of 2026 as the State Council named them, and what holds for a year not named yet."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import calendar

NAMED = st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31))
ANY = st.dates(dt.date(2024, 1, 1), dt.date(2060, 12, 31))


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2026-12-22", True),  # a Tuesday
        ("2026-12-26", False),  # a Saturday
        ("2026-12-27", False),  # a Sunday
        ("2026-10-01", False),  # the National Day, a Thursday
        ("2026-02-16", False),  # the eve of the Spring Festival, a Monday
        ("2026-10-10", True),  # a Saturday worked in exchange
        ("2026-01-04", True),  # a Sunday worked in exchange
    ],
)
def test_holidays_rest_and_weekends_worked_in_exchange_do_not(text, works):
    assert calendar.is_working_day(day(text)) is works


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2060-10-01", False),  # a Friday, and a holiday by the law
        ("2060-10-02", False),  # a Saturday
        ("2060-10-04", True),
        ("2060-09-30", True),
        ("2060-05-03", True),
        ("2061-01-03", True),
        ("2062-05-01", False),  # a Monday
    ],
)
def test_in_a_year_not_named_yet_monday_to_friday_are_worked_but_for_fixed_holidays_and_it_says_so(text, works):
    assert not calendar.is_known(day(text))
    assert calendar.is_working_day(day(text)) is works


def test_a_named_year_is_known_to_its_last_day():
    assert calendar.is_known(day("2026-01-01"))
    assert calendar.is_known(day("2026-12-31"))


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("2026-12-22", "2026-12-22", "2026-12-22"),
        ("2026-12-26", "2026-12-25", "2026-12-28"),
        ("2026-10-04", "2026-09-30", "2026-10-08"),  # amid the seven days of the National Day
        ("2026-02-20", "2026-02-14", "2026-02-24"),  # the festival lies between a worked Saturday and a Tuesday
    ],
)
def test_the_nearest_working_day_on_either_side(text, before, after):
    assert calendar.working_day_on_or_before(day(text)) == day(before)
    assert calendar.working_day_on_or_after(day(text)) == day(after)


@given(ANY, st.integers(0, 60))
def test_a_date_laid_backwards_is_worked_and_never_late(meeting, days):
    laid = calendar.days_before(meeting, days)

    assert calendar.is_working_day(laid)
    assert laid <= meeting - dt.timedelta(days=days) < laid + dt.timedelta(days=12)


@given(ANY, st.integers(0, 60))
def test_a_date_laid_forwards_is_worked_and_never_early(service, days):
    laid = calendar.days_after(service, days)

    assert calendar.is_working_day(laid)
    assert laid - dt.timedelta(days=12) < service + dt.timedelta(days=days) <= laid


@pytest.mark.parametrize(
    ("text", "months", "then"),
    [
        ("2026-11-10", 1, "2026-12-10"),
        ("2026-12-10", 1, "2027-01-10"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-06-30", 18, "2027-12-30"),
        ("2026-06-30", 0, "2026-06-30"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(text, months, then):
    assert calendar.month_after(day(text), months) == day(then)


@given(NAMED)
def test_a_month_later_lies_in_the_next_month(first):
    then = calendar.month_after(first)

    assert (then.year * 12 + then.month) - (first.year * 12 + first.month) == 1
    assert then.day <= first.day
