"""Who may plan, approve, prepare and open a session, and which of its tabs a person may enter (lifecycles.md §5)."""

from django.utils.translation import gettext_lazy as _

from officials.roles import COMMISSION, Role
from reviews.models import ReviewSession

EDIT = _("只有承办会议的工作人员可以修改会议。")
APPROVE = _("会议安排由审批领导批准或者退回。")
HALT = _("会议由审批领导延期、取消；草稿也可以由会议工作人员取消。")

STAFF = frozenset({Role.ORGANISER, Role.APPROVER})
STEPS = {  # who takes a next step (rules.session); the others only read what it is
    "own_report": {Role.SUBJECT, Role.LIAISON},
    "submit": {Role.ORGANISER},
    "approve": {Role.APPROVER},
    "canvass": STAFF,
    "approve_digest": {Role.APPROVER},
    "ask": {Role.MEMBER},
    "reports": {Role.ORGANISER},
    "questions": STAFF,
    "ready": {Role.ORGANISER},
    "lock": {Role.ORGANISER, Role.SCRUTINEER},
    "start": {Role.ORGANISER},
    "live": {Role.ORGANISER},
    "close": {Role.SCRUTINEER, Role.ORGANISER},
    "again": {Role.SCRUTINEER, Role.ORGANISER},
    "count": {Role.SCRUTINEER, Role.TELLER},
    "confirm": {Role.APPROVER, Role.SCRUTINEER, Role.TELLER},
    "publish": {Role.APPROVER, Role.SCRUTINEER},
    "objections": {Role.SCRUTINEER, Role.ORGANISER},
    "wipe": {Role.ORGANISER},
    "findings": {Role.ORGANISER},
    "letters": {Role.ORGANISER},
    "finish": {Role.ORGANISER},
    "rectify": STAFF,
    "archive": {Role.ARCHIVIST},
    "redraft": {Role.ORGANISER},
}
CURES = {  # who may do what a blocker asks for on this page; the others only read it
    "reviews:reports": STAFF,
    "reviews:questions": STAFF | {Role.MEMBER},
    "reviews:session": {Role.ORGANISER},
}
TABS = {  # who sees a tab; each tab's own view asks its own policy again
    "session": COMMISSION | {Role.SUBJECT, Role.LIAISON},
    "canvass": {Role.ORGANISER, Role.APPROVER, Role.MEMBER, Role.LEADER, Role.VERIFIER},
    "reports": {Role.ORGANISER, Role.APPROVER, Role.MEMBER, Role.LEADER, Role.VERIFIER, Role.SUBJECT, Role.LIAISON},
    "questions": {Role.ORGANISER, Role.APPROVER, Role.MEMBER, Role.VERIFIER},
    "ballot": {Role.ORGANISER, Role.APPROVER, Role.SCRUTINEER, Role.TELLER},
    "results": {Role.ORGANISER, Role.APPROVER, Role.SCRUTINEER, Role.TELLER},
    "items": {Role.ORGANISER, Role.APPROVER, Role.LEADER, Role.VERIFIER},
    "papers": {Role.ORGANISER, Role.APPROVER, Role.ARCHIVIST},
}
AFTER_FEEDBACK = {  # who sees a tab only once the result is out; that of a rehearsal stays with those who run it
    "results": {Role.MEMBER, Role.LEADER, Role.VERIFIER, Role.SUBJECT, Role.LIAISON},
    "items": {Role.SUBJECT, Role.LIAISON},
}


def can_enter(user, session, tab):
    if user.has_role(*TABS[tab]):
        return True
    is_out = session.is_at_least(ReviewSession.State.FED_BACK) and not session.is_rehearsal
    return is_out and user.has_role(*AFTER_FEEDBACK.get(tab, ()))


def can_enter_later(user, session, tab):
    """Whether it is the time alone that keeps this person from a tab which opens with the feedback."""
    return bool(not session.is_rehearsal and not session.is_halted and user.has_role(*AFTER_FEEDBACK.get(tab, ())))


def can_take(user, step):
    """Whether this next step is the person's to take."""
    return user.has_role(*STEPS[step.key])


def can_cure(user, cure):
    return user.has_role(*CURES.get(cure, COMMISSION))


def can_see_blockers(user):
    """The reasons name people and count questions: not for those who may not know of questions before the meeting."""
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.MEMBER)


def is_member_only(user):
    """Members put questions; the preparation is the staff's."""
    return user.has_role(Role.MEMBER) and not user.has_role(*STAFF)


def can_run_hall(user, session):
    return user.has_role(Role.ORGANISER)


def can_see_plan(user):
    return user.has_role(*COMMISSION)


def can_plan(user):
    return user.has_role(Role.ORGANISER)


def settles_scoring(user):
    """Who writes the schemes of scoring, or locks them."""
    return user.has_role(Role.ORGANISER, Role.APPROVER)


def can_edit(user, session):
    return user.has_role(Role.ORGANISER)


def can_approve(user, session):
    return user.has_role(Role.APPROVER)


def is_own_submission(user, session):
    """Whether it waits for another leader: nobody approves what he or she planned or submitted."""
    return session.state == ReviewSession.State.PLANNED and user.pk in (session.created_by_id, session.submitted_by_id)


def can_halt(user, session):
    """Postpone or cancel; the organiser may drop a draft of the office's own."""
    if session.state == ReviewSession.State.DRAFT:
        return user.has_role(Role.ORGANISER, Role.APPROVER)
    return user.has_role(Role.APPROVER)


def can_see_roster(user, session):
    return user.has_role(*COMMISSION)
