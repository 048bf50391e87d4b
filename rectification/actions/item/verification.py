"""The look of somebody who had no hand in it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation, needed
from officials.models import User
from officials.roles import Role
from rectification.actions.item.history import note, unit_people
from rectification.models import ItemEvent, ItemVerification, RectificationItem

State, Kind = RectificationItem.State, ItemEvent.Kind
Verdict = ItemVerification.Verdict


@transaction.atomic
def take_up(item, *, by, now: dt.datetime):
    """A verifier begins; who handled plan or evidence may not."""
    if faults := item.verifier_faults(by):
        raise RuleViolation(faults)
    item.move_to(State.UNDER_VERIFICATION)
    item.verifier = by
    item.save(update_fields=["verifier"])
    note(item, Kind.TAKEN_UP, by=by, now=now)


@transaction.atomic
def verify(item, *, is_passed: bool, text: str, must_replace=(), by, now: dt.datetime) -> ItemVerification:
    """The verifier's verdict, with a note; on a return, which files must be replaced."""
    text = needed(text, _("请写明核验意见"), 2000)
    item.refresh_from_db(fields=["state", "verifier"], from_queryset=RectificationItem.objects.select_for_update())
    if item.verifier_id not in (None, by.pk):
        raise RuleViolation(_("这一项正由%(who)s核验") % {"who": item.verifier})
    if faults := item.verifier_faults(by):
        raise RuleViolation(faults)
    item.move_to(State.VERIFIED if is_passed else State.EVIDENCE_RETURNED)
    verdict = Verdict.PASSED if is_passed else Verdict.RETURNED
    verification = ItemVerification.objects.create(item=item, verdict=verdict, note=text, verifier=by, at=now)
    if is_passed:
        note(item, Kind.VERIFIED, by=by, now=now, text=text, to=User.objects.with_role(Role.ORGANISER))
    else:
        item.evidence.filter(pk__in=[e.pk for e in must_replace], replaced_by=None).update(must_replace=True)
        note(item, Kind.EVIDENCE_RETURNED, by=by, now=now, text=text, to=unit_people(item))
    return verification


@transaction.atomic
def release_verification(item, *, reason: str, by, now: dt.datetime):
    """Nobody verifies it for now, so that another can: who took it up is ill, away, or has handled it before."""
    reason = needed(reason, _("请写明换人的理由"))
    item.move_to(State.EVIDENCE_SUBMITTED)
    item.verifier = None
    item.save(update_fields=["verifier"])
    note(item, Kind.RELEASED, by=by, now=now, text=reason, to=User.objects.with_role(Role.VERIFIER))
