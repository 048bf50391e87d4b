"""Arrange the run sheet: before the meeting all of it, during the meeting what is still to come.

Each step names the order it saw: of two people arranging at once, one wins and the other looks again.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from live.actions import record
from live.actions.run_sheet import lay, touch
from live.models import Hall, RunItem, Timing
from live.rules import hall as hall_rules
from live.rules import run_sheet as rules

Kind, State = RunItem.Kind, RunItem.State


def seen(items) -> str:
    """The order of a run sheet, as a page names it."""
    return " ".join(item.key for item in items)


def sheet(session, hall) -> list[RunItem]:
    return list(hall.items.select_related("subject")) if hall else RunItem.planned_for(session)


def held(session, before, *, by):
    """Hall and items until the end of the transaction; refuses where the order is no longer the one that was seen."""
    record.need_open(session)
    hall = Hall.objects.filter(session=session).first()
    if hall:
        touch(hall, by=by)  # from here on no console moves the meeting on
    items = sheet(session, hall)
    if seen(items) != before:
        raise RuleViolation(_("议程刚在别处改过，画面已更新；请看过再改"))
    return hall, items


def keep(session, hall, items, *, by):
    """Write the items down in this order; those under way and over stay what they are."""
    if hall is None:
        lay(session, None, items)
    else:
        RunItem.objects.filter(session=session).exclude(pk__in=[item.pk for item in items if item.pk]).delete()
        RunItem.objects.filter(session=session).update(order=F("order") + 1000)
        for n, item in enumerate(items, start=1):
            item.session, item.hall, item.order = session, hall, n
            item.save()
    audit.record("arrange_agenda", session, by=by, order=seen(items), minutes=sum(item.minutes for item in items))


@transaction.atomic
def move_up(session, what: str, *, before: str, by):
    move(session, what, -1, before=before, by=by)


@transaction.atomic
def move_down(session, what: str, *, before: str, by):
    move(session, what, 1, before=before, by=by)


def move(session, key, places, *, before, by):
    hall, items = held(session, before, by=by)
    new = rules.moved(items, key, places)
    if new is not items:
        keep(session, hall, new, by=by)


@transaction.atomic
def add(session, what: str, *, before: str, by):
    """Put in a break, the briefing on the ballot, the count, the announcement; or, for every official still to be heard, time for
    questions from the floor or a show of hands."""
    need_extra(what)
    hall, items = held(session, before, by=by)
    if any(item.kind == what for item in items):  # pressed twice
        return
    added = ADDED[what](items)
    if len(added) == len(items):
        raise RuleViolation(_("后面已经没有可以加的位置"))
    keep(session, hall, added, by=by)


def need_extra(what):
    if what not in rules.EXTRAS:
        raise RuleViolation(_("每场会议都有的环节不能加、不能撤"))


def with_floor(items):
    return after_each(items, Kind.QUESTIONS, Kind.FLOOR)


def with_hands(items):
    return after_each(items, Kind.COMMENT, Kind.HANDS)


def after_each(items, kind, added):
    """For every official who is not past the item of this kind, one more after it."""
    found = []
    for item in items:
        found.append(item)
        if item.kind == kind and item.state != State.DONE:
            found.append(extra(added, item.subject))
    return found


def with_break(items):
    place = rules.place_of_break(items)
    return items if place is None else [*items[:place], extra(Kind.BREAK), *items[place:]]


def with_briefing(items):
    place = next(n for n, item in enumerate(items) if item.kind == Kind.SCORING)
    return [*items[:place], extra(Kind.BRIEFING), *items[place:]] if items[place].state == State.TODO else items


def with_count(items):
    place = 1 + next(n for n, item in enumerate(items) if item.kind == Kind.SCORING)
    return [*items[:place], extra(Kind.COUNT), *items[place:]] if items[place].state == State.TODO else items


def with_announcement(items):
    return [*items[:-1], extra(Kind.ANNOUNCEMENT), items[-1]] if items[-1].state == State.TODO else items


ADDED = {
    Kind.FLOOR: with_floor,
    Kind.HANDS: with_hands,
    Kind.BREAK: with_break,
    Kind.BRIEFING: with_briefing,
    Kind.COUNT: with_count,
    Kind.ANNOUNCEMENT: with_announcement,
}


def extra(kind, subject=None):
    return RunItem(kind=kind, subject=subject, minutes=hall_rules.MINUTES[kind])


@transaction.atomic
def remove(session, what: str, *, before: str, by):
    """Take out again what was added and has not begun."""
    need_extra(what)
    hall, items = held(session, before, by=by)
    left = [item for item in items if item.kind != what or item.has_begun]
    if len(left) < len(items):
        keep(session, hall, left, by=by)
    elif any(item.kind == what for item in items):
        raise RuleViolation(_("这个环节已经开始过，用掉的时间要留在记录里，不能取消"))


@transaction.atomic
def lay_template(session, what: str, *, before: str, by):
    """Begin anew from a template, in the order of the line-up; only before the meeting."""
    hall, _items = held(session, before, by=by)
    if hall:
        raise RuleViolation(_("会议已经开始，不能重新套用模板"))
    agenda = hall_rules.agenda(list(session.subjects.all()), Timing.of(session).minutes, rules.TEMPLATES[what])
    keep(session, None, RunItem.of_agenda(agenda), by=by)


@transaction.atomic
def set_minutes(session, minutes: dict[str, int], *, before: str, by):
    """Minutes item by item, of those still to come."""
    hall, items = held(session, before, by=by)
    for item in items:
        if item.state == State.TODO:
            item.minutes = minutes.get(item.key, item.minutes)
    keep(session, hall, items, by=by)
