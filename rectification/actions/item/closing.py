"""销号: proposed by the office, confirmed or declined by the leader."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation, fitting, needed
from notices.actions import letter as letters
from notices.models import Letter
from officials.models import User
from officials.roles import Role
from rectification import rules
from rectification.actions import deadlines
from rectification.actions.item.history import note, unit_people
from rectification.models import CloseOut, ItemEvent, ItemVerification, RectificationItem

State, Kind = RectificationItem.State, ItemEvent.Kind
Verdict = ItemVerification.Verdict
NOTE = CloseOut._meta.get_field("note").max_length


@transaction.atomic
def propose_close(item, *, text: str = "", by, now: dt.datetime) -> CloseOut:
    """The organiser proposes to close what a verifier has passed."""
    item.state = RectificationItem.objects.select_for_update().get(pk=item.pk).state  # against two hands at once
    verification = item.verifications.filter(verdict=Verdict.PASSED).last()
    if item.state != State.VERIFIED or verification is None:
        raise RuleViolation(_("核验通过以后才能提出销号"))
    if item.close_outs.filter(confirmed_at=None, declined_at=None).exists():
        raise RuleViolation(_("已经提出销号，正等领导批准"))
    if faults := item.closer_faults(by):
        raise RuleViolation(faults)
    text = fitting(text, NOTE)
    close = CloseOut.objects.create(item=item, verification=verification, note=text, proposed_by=by, proposed_at=now)
    note(item, Kind.CLOSE_PROPOSED, by=by, now=now, text=text, to=User.objects.with_role(Role.APPROVER))
    return close


def proposal(item):
    """The proposal that waits for the leader, held against a second answer."""
    close = item.close_outs.select_for_update(of=("self",)).filter(confirmed_at=None, declined_at=None).first()
    if close is None:
        raise RuleViolation(_("还没有提出销号"))
    return close


@transaction.atomic
def confirm_close(item, *, by, now: dt.datetime, today: dt.date):
    """销号: the leader agrees. Reminders of the item end; when it was the letter's last, the letter is done."""
    close = proposal(item)
    faults = rules.closer_faults(
        closer=by.pk, submitters=item.submitters(), verifier=close.verification.verifier_id, proposer=close.proposed_by_id
    )
    if faults:
        raise RuleViolation(faults)
    item.move_to(State.CLOSED, closed_on=today)
    close.confirmed_by, close.confirmed_at = by, now
    close.save(update_fields=["confirmed_by", "confirmed_at"])
    deadlines.cancel(item)
    note(item, Kind.CLOSED, by=by, now=now, to=[*unit_people(item), close.proposed_by])
    if not RectificationItem.objects.filter(letter=item.letter_id).open().exists():
        letters.complete_letter(Letter.objects.get(pk=item.letter_id), by=by)


@transaction.atomic
def decline_close(item, *, reason: str, by, now: dt.datetime):
    """Not yet: the proposal is over, the item stays verified, with the reason."""
    reason = needed(reason, _("请写明不同意的理由"))
    close = proposal(item)
    close.declined_at, close.declined_because = now, reason
    close.save(update_fields=["declined_at", "declined_because"])
    note(item, Kind.CLOSE_DECLINED, by=by, now=now, text=reason, to=[close.proposed_by])
