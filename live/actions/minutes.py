"""会议记录: drawn from what happened, put into words by staff, confirmed by a second person, from then on frozen.

A section follows the record until somebody changes its words; then it stays as it was typed, and what happens afterwards is
offered beside it. Whoever writes names the words he or she knew (`before`); words not seen are not overwritten.
"""

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation, needed
from live.actions import record
from live.actions.minutes_drawn import Section, drawn
from live.models import RunItem
from live.rules import minutes as rules
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.models import Minutes, MinutesSection, ReviewSession

State = Minutes.State


def sections(session) -> list[Section]:
    """The minutes as they stand: handed in, the text that was handed in; before, words of one's own where there are any."""
    minutes = Minutes.objects.filter(session=session).first()
    kept = {section.key: section for section in minutes.sections.all()} if minutes else {}
    if minutes and minutes.state != State.DRAFT:
        return [Section(one.key, one.title, one.recorded, one.text, one.is_edited, order=one.order) for one in kept.values()]
    found = drawn(session)
    for section in found:
        own = kept.get(section.key)
        section.text = section.recorded
        if own and own.is_edited:
            section.text, section.is_edited = own.text, True
            section.news = tuple(rules.news(own.recorded, section.recorded))
    return found


def held(session) -> Minutes:
    """The minutes' row until the end of the transaction, made where there is none; refuses when they may not be changed."""
    minutes, _is_new = Minutes.objects.get_or_create(session=session)
    minutes = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if minutes.state != State.DRAFT:
        raise RuleViolation(_("会议记录“%(state)s”，不能再改") % {"state": minutes.get_state_display()})
    return minutes


@transaction.atomic
def write(session, section: Section, *, text: str, before: str, by):
    """Put a section into one's own words. Typed back to what the record said, it follows the record again."""
    minutes, text, before = held(session), record.same(text), record.same(before)
    own = minutes.sections.filter(key=section.key).first()
    is_own = bool(own and own.is_edited)
    if is_own and not record.is_seen(own.text, before, text):
        raise RuleViolation(_("这一段刚在别处改过；请先记下自己的话，刷新后再改"))
    keep(minutes, section, text=text, recorded=own.recorded if is_own else before)
    if not minutes.writers.filter(pk=by.pk).exists():
        minutes.writers.add(by)
        audit.record("write_minutes", session, by=by)


def keep(minutes, section, *, text, recorded):
    keep_all(minutes, [replace(section, text=text, recorded=recorded)])


def keep_all(minutes, found):
    MinutesSection.objects.bulk_create(
        [
            MinutesSection(minutes=minutes, key=one.key, order=one.order, title=one.title, text=one.text, recorded=one.recorded)
            for one in found
        ],
        update_conflicts=True,
        unique_fields=["minutes", "key"],
        update_fields=["order", "title", "text", "recorded"],
    )


@transaction.atomic
def take_up(session, section: Section, *, is_added: bool, by):
    """Deal with what happened since a section was put into one's own words: add the lines at its end, or leave them out."""
    minutes = held(session)
    own = minutes.sections.filter(key=section.key).first()
    if own is None or not own.is_edited or own.recorded == section.recorded:
        return
    fresh = rules.news(own.recorded, section.recorded) if is_added else []
    keep(minutes, section, text=rules.lines(own.text, *fresh), recorded=section.recorded)
    minutes.writers.add(by)
    audit.record("take_up_minutes", session, by=by, section=section.title, is_added=is_added)


# --- handed in, confirmed --------------------------------------------------------------------------------------------


def submit_blockers(session, found: list[Section]) -> list[str]:
    return rules.submit_blockers(
        has_begun=bool(found),
        is_over=not RunItem.objects.filter(hall__session=session).exclude(state=RunItem.State.DONE).exists(),
        is_counted=session.is_at_least(ReviewSession.State.COUNTED) and not session.is_ahead_of_vote,
        outdated=[section.title for section in found if section.news],
    )


@transaction.atomic
def submit_minutes(session, *, by):
    """Hand them to the leader; from here on the text stands as it was handed in."""
    minutes, found = held(session), sections(session)
    if blockers := submit_blockers(session, found):
        raise RuleViolation(blockers)
    keep_all(minutes, found)
    minutes.move_to(State.SUBMITTED)
    Minutes.objects.filter(pk=minutes.pk).update(submissions=F("submissions") + 1, returned_because="", submitted_by=by)
    minutes.refresh_from_db()
    notices.post(
        to=User.objects.with_role(Role.APPROVER),
        key=f"minutes:{minutes.pk}:submitted:{minutes.submissions}",
        subject=lambda: _("待确认：%(title)s会议记录") % {"title": session.title},
        body=lambda: _("%(who)s整理好了会议记录。确认以后不能再改，编入会议档案。") % {"who": by},
        link=reverse("live:minutes", args=[session.uid]),
        matter=f"minutes:{minutes.pk}",
    )
    audit.record("submit_minutes", session, by=by)


def is_by(minutes, user) -> bool:
    """Whether this person wrote in the minutes or handed them in."""
    return minutes.submitted_by_id == user.pk or minutes.writers.filter(pk=user.pk).exists()


def as_seen(minutes, seen) -> Minutes:
    """The minutes' row until the end of the transaction; refuses to decide about a text that the page did not show."""
    minutes = Minutes.objects.select_for_update(of=("self",)).select_related("session").get(pk=minutes.pk)
    if minutes.submissions != seen:
        raise RuleViolation(_("会议记录改过又重新提交了，请看过现在的文字再办"))
    return minutes


@transaction.atomic
def return_minutes(minutes, *, reason: str, seen: int, by):
    """Send them back to be reworded, with the reason."""
    reason = needed(reason, _("请写明退回的理由"))
    minutes = as_seen(minutes, seen)
    minutes.move_to(State.DRAFT)
    Minutes.objects.filter(pk=minutes.pk).update(returned_because=reason)
    notices.close(matter=f"minutes:{minutes.pk}")
    audit.record("return_minutes", minutes.session, by=by)


@transaction.atomic
def confirm_minutes(minutes, *, seen: int, by, now: dt.datetime):
    """The second person's word: from here on nothing changes. Nobody confirms what he or she wrote or handed in."""
    minutes = as_seen(minutes, seen)
    if is_by(minutes, by):
        raise RuleViolation(_("整理人、提交人不能确认自己的会议记录，请由另一位领导确认"))
    minutes.move_to(State.CONFIRMED)
    notices.close(matter=f"minutes:{minutes.pk}")
    event = audit.record("confirm_minutes", minutes.session, by=by)
    Minutes.objects.filter(pk=minutes.pk).update(
        confirmed_by=by, confirmed_at=now, trail={"n": event.n, "digest": audit.printed(event)}
    )
