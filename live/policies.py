"""Who runs the hall, turns on the projector, prepares comments, writes and confirms the minutes (lifecycles.md, table)."""

from officials.roles import Role


def can_run_hall(user, session):
    return user.has_role(Role.ORGANISER)


def can_show_projector(user, session):
    return user.has_role(Role.ORGANISER, Role.SCRUTINEER, Role.TELLER)


def can_prepare_comments(user):
    """A leading member with the own record."""
    return bool(user.has_role(Role.LEADER) and user.leading_member_id)


def can_comment(user, subject):
    """A leading member comments on the units in his or her charge."""
    return can_prepare_comments(user) and subject.unit.leading_member_id == user.leading_member_id


def can_read_minutes(user, session):
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.ARCHIVIST)


def can_write_minutes(user, session):
    return user.has_role(Role.ORGANISER)


def can_confirm_minutes(user, session):
    """A leader; the action refuses whoever wrote in them."""
    return user.has_role(Role.APPROVER)
