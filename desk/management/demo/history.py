"""Meetings of the term before the system was there: only when they were and who was heard, so that coverage and time lines are whole.

Written as rows: they were held on paper, and no step of them was ever taken here.
"""

import datetime as dt

from core import calendar
from desk.management.demo import finished
from desk.management.demo.coming import title
from desk.management.demo.district import data
from officials.models import Official
from reviews.actions.session import usual_groups
from reviews.models import AudienceGroup, ReviewSession, RuleSet, SessionSubject

# Whose matters are still being put right: in the last year-end meeting, and in the two last dispersed ones before the finished one.
YEAR_END = ["P017", "P040", "P030", "P032", "P036", "P034", "P046", "P053", "P095", "P111"]
DISPERSED = [["P064", "P065", "P115"], ["P028", "P024", "P068"], ["P073", "P075"]]


def load(*, now):
    """One meeting in every full quarter of the term before the finished one; in the last quarter of a year with ten officials."""
    until = finished.meeting_day(now.date())
    rules = RuleSet.objects.get()
    all_days = list(days(rules.in_force_from, until))
    chosen = placed(all_days)
    waiting = not_yet_heard()
    for day in all_days:
        is_last = day.month == 12
        heard = chosen.get(day) or [o for o in waiting if o.term_starts_on < day - dt.timedelta(days=60)][: 10 if is_last else 3]
        if not heard:
            continue
        waiting = [o for o in waiting if o not in heard]
        kind = ReviewSession.Kind.CONCENTRATED if is_last else ReviewSession.Kind.DISPERSED
        held = ReviewSession.objects.create(
            title=title(day, kind), kind=kind, date=day, place="区委礼堂" if is_last else "区纪委监委一楼会议室",
            chair="区纪委书记　袁秉柏", state=ReviewSession.State.FED_BACK if day in chosen else ReviewSession.State.ARCHIVED, rule_set=rules, approved_on=day - dt.timedelta(days=40),
        )  # fmt: skip
        AudienceGroup.objects.bulk_create(
            AudienceGroup(session=held, code=code, name=name, is_anonymous=is_anonymous, expected=expected)
            for (code, name, is_anonymous), expected in zip(usual_groups(), (3, 27, 2 * len(heard), 40), strict=True)
        )
        SessionSubject.objects.bulk_create(SessionSubject.of_official(held, o, n) for n, o in enumerate(heard, 1))


def days(start, until):
    """A working day late in each quarter, from the first one a new term can hold a meeting in."""
    first = start + dt.timedelta(days=150)
    for year in range(first.year, until.year + 1):
        for month, day in ((3, 26), (6, 25), (9, 25), (12, 19)):
            found = calendar.working_day_on_or_before(dt.date(year, month, day))
            if first <= found < until - dt.timedelta(days=20):
                yield found


def placed(all_days):
    """{day: officials} of the meetings whose matters are still open."""
    people = {official.code: official for official in Official.objects.select_related("unit")}
    year_ends = [day for day in all_days if day.month == 12][-1:]
    dispersed = [day for day in reversed(all_days) if day.month != 12]
    chosen = dict(zip(year_ends + dispersed, [YEAR_END, *DISPERSED], strict=False))
    return {day: [people[code] for code in codes] for day, codes in chosen.items()}


def not_yet_heard():
    """Officials whom no other meeting or matter of the demonstration names, longest in post first."""
    named = {code for s in data()["sample_sessions"] for code in s["official_codes"]}
    named |= {code for codes in [YEAR_END, *DISPERSED] for code in codes}
    named |= {row["official_code"] for row in data()["rectification_items"]}
    return list(Official.objects.exclude(code__in=named).select_related("unit").order_by("term_starts_on", "code"))
