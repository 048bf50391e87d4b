"""Who runs the hall, who turns on the projector, who prepares comments (lifecycles.md, table)."""

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
    return can_prepare_comments(user) and subject.official.unit.leading_member_id == user.leading_member_id
