"""The plan of an item: handed in by the unit, approved or returned by the commission."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import files
from core.calendar import written
from core.errors import RuleViolation, needed
from notices import actions as notices
from notices.actions import letter as letters
from notices.models import Letter
from officials.models import User
from officials.roles import Role
from rectification import rules
from rectification.actions import deadlines
from rectification.actions.item.history import note, unit_people
from rectification.models import ItemEvent, RectificationItem, RectificationPlan

State, Kind = RectificationItem.State, ItemEvent.Kind


@files.all_or_none()
@transaction.atomic
def submit_plan(item, *, by, now: dt.datetime, file=None, **fields) -> RectificationPlan:
    """Hand in the plan (or, after a return, the next one). The letter has been signed for before."""
    letter = Letter.objects.get(pk=item.letter_id)
    if letter.state == Letter.State.SERVED:
        raise RuleViolation(_("请先签收提醒函 %(number)s，再报方案") % {"number": letter.document_number})
    long_term = fields["pace"] == RectificationItem.Pace.LONG_TERM
    today = timezone.localdate(now)
    if faults := rules.plan_day_faults(fields["due_on"], today=today, due_on=item.due_on, is_long_term=long_term):
        raise RuleViolation(faults)
    item.move_to(State.PLAN_SUBMITTED)
    stored = files.accept(file, by=by) if file else None
    plan = RectificationPlan.objects.create(item=item, **fields, file=stored, submitted_by=by, submitted_at=now)
    notices.close(matter=item.plan_matter)
    note(
        item,
        Kind.PLAN_SUBMITTED,
        by=by,
        now=now,
        text=lambda: _("完成时限%(day)s，%(who)s签字背书") % {"day": written(plan.due_on), "who": plan.signed_by},
        to=User.objects.with_role(Role.APPROVER, Role.ORGANISER),
    )
    if not RectificationItem.objects.filter(letter=letter, plans=None).exists():
        letters.note_reply(letter, by=by)
    return plan


@transaction.atomic
def approve_plan(item, *, seen: int, by, now: dt.datetime):
    """The leader agrees to the plan that the page showed; a long-term plan moves the due day of the item with it."""
    if faults := item.approver_faults(by):
        raise RuleViolation(faults)
    item.move_to(State.IN_PROGRESS)
    plan = shown_plan(item, seen)
    plan.approved_by, plan.approved_at = by, now
    plan.save(update_fields=["approved_by", "approved_at"])
    item.pace = plan.pace
    moved = item.is_long_term and plan.due_on > item.due_on
    if moved:
        item.due_on = plan.due_on
    item.save(update_fields=["pace", "due_on"])
    if moved:
        notices.close(matter=item.matter)
        deadlines.lay(RectificationItem.objects.filter(pk=item.pk), today=timezone.localdate(now))

    def said():
        return _("长期整改，时限改为%(day)s") % {"day": written(item.due_on)} if moved else ""

    note(item, Kind.PLAN_APPROVED, by=by, now=now, text=said, to=unit_people(item))


def shown_plan(item, seen: int) -> RectificationPlan:
    """The plan handed in last, if it is the one that was shown: nobody decides on words not seen. Asked with the item's row held."""
    plan = RectificationPlan.objects.filter(item=item).order_by("pk").last()
    if plan.pk != seen:
        raise RuleViolation(_("单位又报送了新的方案，请看过再办"))
    return plan


@transaction.atomic
def return_plan(item, *, seen: int, reason: str, by, now: dt.datetime):
    """The plan that the page showed goes back, with the reason."""
    reason = needed(reason, _("请写明退回的理由"))
    item.move_to(State.PLAN_RETURNED)
    RectificationPlan.objects.filter(pk=shown_plan(item, seen).pk).update(returned_because=reason)
    note(item, Kind.PLAN_RETURNED, by=by, now=now, text=reason, to=unit_people(item))
    deadlines.lay(RectificationItem.objects.filter(pk=item.pk), today=timezone.localdate(now))
