"""The two signatures under a count, and the leader's confirmation (scoring.md §8)."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.models import ReviewSession
from scoring.actions import reminders
from scoring.models import Count, StepRequest

State = ReviewSession.State


def signing_blockers(count) -> list[str]:
    reasons = []
    if count.round.voided_at:
        reasons.append(_("本轮已经作废"))
    if count.void_letters:
        reasons.append(_("有票箱收回多于实发，本轮须作废重投"))
    if count.decisions_needed:
        reasons.append(_("名额线上有同分，须先由审批领导裁定"))
    if not count.is_published and count.round.correction:
        reasons.append(_("这一版正在更正，更正后的一版另行签字"))
    return reasons


@transaction.atomic
def sign(count, part, *, seen: str, by, now):
    """One of the two signatures under the count whose page showed the hash `seen`; two persons."""
    count = Count.objects.held(count)
    count.require_seen(seen)
    if blockers := signing_blockers(count):
        raise RuleViolation(blockers)
    if getattr(count, f"{part}_at"):
        return
    other = count.scrutineer_id if part == "teller" else count.teller_id
    if other == by.pk:
        raise RuleViolation(_("计票人和监票人须是两个人"))
    setattr(count, part, by)
    setattr(count, f"{part}_at", now)
    count.save(update_fields=[part, f"{part}_at"])
    if count.is_signed:
        notices.close(matter=reminders.matter(count.round.session, "sign"))
        reminders.remind(count, "confirm", User.objects.with_role(Role.APPROVER), lambda: _("计票已签字，请确认结果：%(title)s"))
    audit.record("sign_count", count.round, by=by, part=part, result=count.result_hash)


def confirm_blockers(count) -> list[str]:
    reasons = signing_blockers(count)
    if not count.teller_at:
        reasons.append(_("计票人还没有签字"))
    if not count.scrutineer_at:
        reasons.append(_("监票人还没有签字"))
    return reasons


@transaction.atomic
def confirm_count(count, *, seen: str, by, now):
    """The leader confirms what two have signed and the page has shown; nobody confirms the own signature."""
    count = Count.objects.held(count)
    count.require_seen(seen)
    if count.is_confirmed:
        return
    if blockers := confirm_blockers(count):
        raise RuleViolation(blockers)
    if by.pk in (count.teller_id, count.scrutineer_id):
        raise RuleViolation(_("签字的人不能再确认结果，请由另一位领导确认"))
    count.confirmed_by, count.confirmed_at = by, now
    count.save(update_fields=["confirmed_by", "confirmed_at"])
    if count.round.session.state == State.COUNTED:  # a correction finds the session further on; it never goes back
        count.round.session.move_to(State.CONFIRMED)
    notices.drop(count.round.requests.filter(step=StepRequest.Step.VOID, confirmed_at=None))  # it stands; none may be agreed to
    notices.close(matter=reminders.matter(count.round.session, "confirm"))
    audit.record("confirm_count", count.round, by=by, result=count.result_hash)
