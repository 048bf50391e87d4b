"""Plan → approval → evidence → verification → close-out. Submitter, verifier and who closes are different people (finding 5)."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, files
from core.calendar import written
from core.errors import RuleViolation, fitting, needed
from core.language import kept
from notices import actions as notices
from notices.actions import letter as letters
from notices.models import Letter
from officials.models import User
from officials.roles import Role
from rectification import rules
from rectification.actions import deadlines
from rectification.models import CloseOut, Evidence, ItemEvent, ItemVerification, RectificationItem, RectificationPlan

State, Kind = RectificationItem.State, ItemEvent.Kind
Verdict = ItemVerification.Verdict
NOTE = 500  # characters of what is said of evidence and of a proposal


def note(item, kind, *, by, now, text="", to=()):
    """One line of the history, one of the trail, and word to those whose turn it is.

    The words stay with the item: the trail is read by one who has no business with them.
    """
    event = ItemEvent.objects.create(item=item, kind=kind, at=now, by=by, text=text)
    audit.record(kind.lower(), named(item), by=by)
    notices.post(
        to=to,
        key=f"item:{item.uid}:event:{event.pk}",
        subject=lambda: _("%(what)s：%(text)s") % {"what": Kind(kind).label, "text": item.text[:100]},
        body=lambda: " ".join(filter(None, [item.code, str(item.unit), text])),
        link=item.get_absolute_url(),
        matter=item.matter,
    )


def named(item):
    """The item as the trail names it."""
    return f"item {item.code}"


def unit_people(item):
    return letters.people_of(item.unit)


# --- plan --------------------------------------------------------------------------------------------------


@files.all_or_none()
@transaction.atomic
def submit_plan(item, *, by, now: dt.datetime, file=None, **fields) -> RectificationPlan:
    """Hand in the plan (or, after a return, the next one). The letter has been signed for before."""
    letter = Letter.objects.get(pk=item.letter_id)
    if letter.state == Letter.State.SERVED:
        raise RuleViolation(_("请先签收提醒函 %(number)s，再报方案") % {"number": letter.document_number})
    long_term = fields["pace"] == RectificationItem.Pace.LONG_TERM
    if fields["due_on"] > item.due_on and not long_term:
        raise RuleViolation(
            _("完成时限晚于 %(day)s；确需更长时间的，类型选“长期整改”，由领导审定") % {"day": written(item.due_on)}
        )
    if fields["due_on"] < item.served_on:
        raise RuleViolation(_("完成时限早于提醒函送达之日，请改正"))
    item.move_to(State.PLAN_SUBMITTED)
    stored = files.accept(file, by=by) if file else None
    plan = RectificationPlan.objects.create(item=item, **fields, file=stored, submitted_by=by, submitted_at=now)
    notices.cancel(matter=item.plan_matter)
    text = kept(lambda: _("完成时限%(day)s，%(who)s签字背书") % {"day": written(plan.due_on), "who": plan.signed_by})
    note(item, Kind.PLAN_SUBMITTED, by=by, now=now, text=text, to=User.objects.with_role(Role.APPROVER, Role.ORGANISER))
    if not RectificationItem.objects.filter(letter=letter, plans=None).exists():
        letters.note_reply(letter, by=by)
    return plan


@transaction.atomic
def approve_plan(item, *, by, now: dt.datetime):
    """The leader agrees; a long-term plan moves the due day of the item with it."""
    plan = item.plan
    if faults := item.approver_faults(by):
        raise RuleViolation(faults)
    item.move_to(State.IN_PROGRESS)
    plan.approved_by, plan.approved_at = by, now
    plan.save(update_fields=["approved_by", "approved_at"])
    item.pace = plan.pace
    moved = item.is_long_term and plan.due_on > item.due_on
    if moved:
        item.due_on = plan.due_on
    item.save(update_fields=["pace", "due_on"])
    text = ""
    if moved:
        text = kept(lambda: _("长期整改，时限改为%(day)s") % {"day": written(item.due_on)})
        notices.cancel(matter=item.matter)
        deadlines.lay(RectificationItem.objects.filter(pk=item.pk), today=timezone.localdate(now))
    note(item, Kind.PLAN_APPROVED, by=by, now=now, text=text, to=unit_people(item))


@transaction.atomic
def return_plan(item, *, reason: str, by, now: dt.datetime):
    reason = needed(reason, _("请写明退回的理由"))
    item.move_to(State.PLAN_RETURNED)
    RectificationPlan.objects.filter(pk=item.plan.pk).update(returned_because=reason)
    note(item, Kind.PLAN_RETURNED, by=by, now=now, text=reason, to=unit_people(item))
    deadlines.lay(RectificationItem.objects.filter(pk=item.pk), today=timezone.localdate(now))


# --- evidence ----------------------------------------------------------------------------------------------


def need_evidence_time(item):
    item.state = RectificationItem.objects.select_for_update().get(pk=item.pk).state  # against two hands at once
    if item.state not in item.AWAIT_EVIDENCE:
        raise RuleViolation(_("“%(state)s”的整改项不能改佐证") % {"state": item.get_state_display()})


@files.all_or_none()
@transaction.atomic
def bring_evidence(item, *, uploads, text: str, replaces: Evidence | None = None, is_final: bool, by, now: dt.datetime) -> int:
    """Upload what there is and, when it is final, hand everything in: both or neither. Returns how many files are new."""
    added = []
    if uploads or not is_final:
        added = add_evidence(item, uploads=uploads, text=text, replaces=replaces, by=by, now=now)
    if is_final:
        submit_evidence(item, text=text, by=by, now=now)
    return len(added)


@files.all_or_none()
@transaction.atomic
def add_evidence(item, *, uploads, text: str = "", replaces: Evidence | None = None, by, now: dt.datetime) -> list[Evidence]:
    """Store files as evidence, not yet handed in. With `replaces`, the one file is the newer version of that one."""
    need_evidence_time(item)
    if not uploads:
        raise RuleViolation(_("请选择要上传的文件"))
    if replaces is not None and (len(uploads) > 1 or replaces.item_id != item.pk or replaces.is_replaced):
        raise RuleViolation(_("新版本一次只能替换一份还没有替换的佐证"))
    text = fitting(text, NOTE)
    added = [
        Evidence.objects.create(
            item=item,
            file=files.accept(upload, by=by),
            note=text,
            replaces=replaces,
            uploaded_by=by,
            uploaded_at=now,
        )
        for upload in uploads
    ]
    audit.record("add_evidence", named(item), by=by, files=[evidence.file.sha256 for evidence in added])
    return added


@transaction.atomic
def remove_evidence(evidence, *, by):
    """Take back a file that was not handed in yet."""
    need_evidence_time(evidence.item)
    if evidence.submitted_at:
        raise RuleViolation(_("已提交核验的佐证不能删除，可以上传新版"))
    audit.record("remove_evidence", named(evidence.item), by=by, file=evidence.file.sha256)
    evidence.delete()
    files.discard(evidence.file)


@transaction.atomic
def submit_evidence(item, *, text: str = "", by, now: dt.datetime):
    """Hand in the evidence for verification. After a return there must be something new, and nothing left that must be replaced."""
    need_evidence_time(item)
    text = fitting(text, NOTE)
    if left := item.evidence.filter(must_replace=True, replaced_by=None):
        raise RuleViolation([_("“%(name)s”须替换，请上传新版") % {"name": evidence} for evidence in left])
    handed_in = item.evidence.filter(submitted_at=None).update(submitted_at=now)
    if not handed_in:
        raise RuleViolation(_("还没有新的佐证材料，请先上传"))
    item.move_to(State.EVIDENCE_SUBMITTED)
    said = kept(lambda: _("%(n)d 份。%(text)s") % {"n": handed_in, "text": text})
    note(item, Kind.EVIDENCE_SUBMITTED, by=by, now=now, text=said, to=User.objects.with_role(Role.VERIFIER))


# --- verify ------------------------------------------------------------------------------------------------


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


# --- close -------------------------------------------------------------------------------------------------


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
    close_item(item, today=today)
    close.confirmed_by, close.confirmed_at = by, now
    close.save(update_fields=["confirmed_by", "confirmed_at"])
    deadlines.cancel(item)
    note(item, Kind.CLOSED, by=by, now=now, to=[*unit_people(item), close.proposed_by])
    if not RectificationItem.objects.filter(letter=item.letter_id).open().exists():
        letters.complete_letter(Letter.objects.get(pk=item.letter_id), by=by)


def close_item(item, *, today):
    """State and day in one statement, as the constraint wants them; compare-and-set like `move_to`."""
    if State.CLOSED not in item.NEXT[State(item.state)]:
        raise RuleViolation(_("“%(state)s”的整改项不能销号") % {"state": item.get_state_display()})
    if not RectificationItem.objects.filter(pk=item.pk, state=item.state).update(state=State.CLOSED, closed_on=today):
        raise RuleViolation(_("整改项的状态刚被他人更新，请刷新后再试"))
    item.state, item.closed_on = State.CLOSED, today


@transaction.atomic
def decline_close(item, *, reason: str, by, now: dt.datetime):
    """Not yet: the proposal is over, the item stays verified, with the reason."""
    reason = needed(reason, _("请写明不同意的理由"))
    close = proposal(item)
    close.declined_at, close.declined_because = now, reason
    close.save(update_fields=["declined_at", "declined_because"])
    note(item, Kind.CLOSE_DECLINED, by=by, now=now, text=reason, to=[close.proposed_by])
