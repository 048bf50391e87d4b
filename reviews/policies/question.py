"""Who proposes, marks, selects and seals; and who reads a question before it is asked: once sealed, nobody (lifecycles.md 5.5)."""

from officials.roles import Role


def can_enter(user, session):
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.MEMBER, Role.VERIFIER)


def can_propose(user, session):
    return user.has_role(Role.ORGANISER, Role.MEMBER, Role.VERIFIER)


def can_mark(user, session):
    return user.has_role(Role.MEMBER)


def can_shortlist(user, session):
    return user.has_role(Role.ORGANISER)


def can_select(user, session):
    return user.has_role(Role.APPROVER)


def can_seal(user, session):
    return user.has_role(Role.APPROVER)


def can_withdraw(user, question):
    """Whoever proposed it, and staff."""
    return user.has_role(Role.ORGANISER) or question.proposed_by_id == user.pk
