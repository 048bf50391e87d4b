"""Which rooms of the house a role can enter, and who reads the trail."""

from officials import policies as officials
from officials.roles import COMMISSION, Role


def can_read_audit_trail(user):
    return user.has_role(Role.AUDITADMIN)


def can_enter_officials(user):
    return officials.can_read_register(user)


def can_enter_plan(user):
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.MEMBER, Role.ARCHIVIST)


def can_enter_sessions(user):
    return user.has_role(*COMMISSION, Role.SUBJECT, Role.LIAISON)


def can_enter_rectification(user):
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.VERIFIER, Role.LEADER, Role.SUBJECT, Role.LIAISON)


def can_enter_tip_offs(user):
    return user.has_role(Role.PETITION_CLERK)


def can_enter_accounts(user):
    return user.has_role(Role.SYSADMIN, Role.SECADMIN)


def follows_approvals(user):
    """The office, which submits what a leader decides."""
    return user.has_role(Role.ORGANISER)


def sees_own_field(user):
    """A leading member is shown the own field first, unless he or she also does the office's work."""
    return bool(user.has_role(Role.LEADER) and user.leading_member_id) and not user.has_role(
        Role.ORGANISER, Role.APPROVER, Role.VERIFIER
    )
