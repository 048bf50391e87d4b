"""Who proposes, confirms, plans, verifies and closes (lifecycles.md §5, rows letter, item plan / evidence, verify / close)."""

from officials.models import Unit
from officials.roles import Role
from rectification.models import RectificationItem
from rectification.models.item import READERS
from reviews.models import ReviewSession

UNIT_SIDE = (Role.SUBJECT, Role.LIAISON)


def is_reader(user):
    """One of those who follow rectification as a whole."""
    return user.has_role(*READERS)


def can_enter_ledger(user):
    return user.has_role(*READERS, *UNIT_SIDE)


def can_enter_tab(user, session):
    if user.has_role(*READERS):
        return True
    return user.has_role(*UNIT_SIDE) and session.is_at_least(ReviewSession.State.FED_BACK) and not session.is_rehearsal


def can_see_findings(user, session):
    """Proposals are the commission's own matter until a letter says them."""
    return user.has_role(*READERS)


def can_decide_findings(user, session):
    return user.has_role(Role.ORGANISER)


def can_draft_letters(user, session):
    return user.has_role(Role.ORGANISER)


def can_close_session(user, session):
    return user.has_role(Role.ORGANISER)


def can_archive_session(user, session):
    return user.has_role(Role.ARCHIVIST)


def can_enter_papers(user, session):
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.ARCHIVIST)


def can_export(user):
    return user.has_role(*READERS)


def can_follow(user, item):
    """The page made for the unit: its own people, and who answered in the hearing the item comes from."""
    return user.has_role(*UNIT_SIDE) and RectificationItem.objects.visible_to(user).filter(pk=item.pk).exists()


def can_work_on(user, item):
    """Write the plan, upload and hand in evidence: the unit's own people."""
    return Unit.objects.answered_by(user).filter(pk=item.unit_id).exists()


def can_approve_plan(user, item):
    return user.has_role(Role.APPROVER)


def can_return_plan(user, item):
    return user.has_role(Role.APPROVER, Role.ORGANISER)


def can_verify(user, item):
    return user.has_role(Role.VERIFIER)


def can_release_verification(user, item):
    """Give it back: who verifies it, or the office, where that person cannot."""
    return user.has_role(Role.ORGANISER) or (user.has_role(Role.VERIFIER) and item.verifier_id == user.pk)


def can_propose_close(user, item):
    return user.has_role(Role.ORGANISER)


def can_confirm_close(user, item):
    return user.has_role(Role.APPROVER)


def can_read_plan(user, plan):
    return RectificationItem.objects.visible_to(user).filter(pk=plan.item_id).exists()


def can_read_evidence(user, evidence):
    """Whoever sees the item; before it is handed in, only the unit's own people."""
    if evidence.submitted_at is None:
        return can_work_on(user, evidence.item)
    return RectificationItem.objects.visible_to(user).filter(pk=evidence.item_id).exists()
