"""How a day is written, and Chinese working days: weekends, statutory holidays and the weekends worked in exchange (调休).

The State Council names each year's holidays the autumn before. Where the library does not know a year yet, Monday to
Friday are taken for working days but for the holidays of fixed date, and `is_known` says so, so that a page can.
"""

import calendar
import datetime as dt

import chinese_calendar
from django.utils.formats import date_format
from django.utils.translation import pgettext

FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}  # 全国年节及纪念日放假办法 art. 2; the others follow the moon


def written(day: dt.date) -> str:
    """2026年9月25日"""
    return date_format(day, pgettext("date format", "Y年n月j日"))


def is_known(day: dt.date) -> bool:
    """Whether the holidays of this day's year have been published to the library."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def is_working_day(day: dt.date) -> bool:
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in FIXED


def working_day_on_or_before(day: dt.date) -> dt.date:
    while not is_working_day(day):
        day -= dt.timedelta(days=1)
    return day


def working_day_on_or_after(day: dt.date) -> dt.date:
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def days_before(day: dt.date, days: int) -> dt.date:
    """The preparation date `days` calendar days before `day`, moved back to a working day so that nothing is late."""
    return working_day_on_or_before(day - dt.timedelta(days=days))


def days_after(day: dt.date, days: int) -> dt.date:
    """The date `days` calendar days after `day`, moved on to a working day."""
    return working_day_on_or_after(day + dt.timedelta(days=days))


def month_after(day: dt.date, months: int = 1) -> dt.date:
    """The same day of a later month, or that month's last day where it has no such day (JS13: 31 January → 28 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
