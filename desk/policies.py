"""Who reads the trail, and whose desk is laid how. Whether a door opens, its own app says."""

from officials.roles import COMMISSION, Role
from rectification.models import RectificationItem


def can_read_audit_trail(user):
    return user.has_role(Role.AUDITADMIN)


def can_enter_sessions(user):
    """The list opens for everybody, and is empty for all but these."""
    return user.has_role(*COMMISSION, Role.SUBJECT, Role.LIAISON)


def desks(user):
    """The roles whose desk is laid for this person."""
    return [role for role in Role if user.has_role(role)]


def follows_approvals(user):
    """The office, which submits what a leader decides."""
    return user.has_role(Role.ORGANISER)


def sees_own_field(user):
    """A leading member is shown the own field first, unless he or she also does the office's work."""
    return bool(user.has_role(Role.LEADER) and user.leading_member_id) and not user.has_role(
        Role.ORGANISER, Role.APPROVER, Role.VERIFIER
    )


def late_items(user, today):
    """The rectification items past their day that this person follows: one count for the rail and the desk."""
    items = RectificationItem.objects.visible_to(user).overdue(today)
    return items.filter(unit__leading_member=user.leading_member_id) if sees_own_field(user) else items
