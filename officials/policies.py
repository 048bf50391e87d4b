"""Who may look at and change the register, a person's page and the accounts."""

from officials.roles import Role

SECONDS = (Role.SECADMIN, Role.SYSADMIN)  # one of each is the least an installation has; the audit administrator changes nothing
RESUMERS = (Role.SECADMIN,)  # are told whom the clock has suspended, and let them in again
OFFICE = (Role.ORGANISER, Role.APPROVER, Role.VERIFIER, Role.ARCHIVIST)  # read every person's page (lifecycles.md, archive read)


def can_read_register(user):
    return user.has_role(*OFFICE, Role.MEMBER, Role.LEADER)


def can_export_register(user):
    """The whole register as a file that leaves the house."""
    return user.has_role(Role.ORGANISER, Role.APPROVER)


def can_read_official(user, official):
    """The page of one person: the office every one, a leading member the own field, the reviewed only what is their own."""
    in_field = user.has_role(Role.LEADER) and user.leading_member_id and user.leading_member_id == official.unit.leading_member_id
    return bool(user.has_role(*OFFICE) or in_field or is_own_page(user, official))


def is_own_page(user, official):
    """Whether somebody reads about himself or herself, or as the liaison about the head of the own unit: no reason is asked."""
    own = user.has_role(Role.SUBJECT) and user.official_id == official.pk
    return own or (user.has_role(Role.LIAISON) and user.unit_id == official.unit_id)


def readable(user, officials):
    """The keys of those whose page opens, for lists that name more people than that."""
    return {official.pk for official in officials if can_read_official(user, official)}


def can_change_register(user):
    return user.has_role(Role.ORGANISER)


def can_manage_accounts(user):
    return user.has_role(Role.SYSADMIN)


def can_grant_roles(user):
    return user.has_role(Role.SECADMIN)


def can_issue_passwords(user):
    """Reset a password, and let somebody try again who was locked out."""
    return user.has_role(Role.SECADMIN)


def can_change_active(user, account):
    """Disable and enable; what the clock has suspended the security administrator lets in again."""
    return can_resume(user) if account.suspended_at else can_manage_accounts(user)


def can_resume(user):
    return user.has_role(*RESUMERS)


def can_second(user, step):
    """Confirm what makes or unmakes an administrator: neither who asked nor whose account it is."""
    return user.has_role(*SECONDS) and user.pk not in (step.asked_by_id, step.account_id)


def can_withdraw(user, step):
    """Take back what one has asked for."""
    return user.has_role(*SECONDS) and user.pk == step.asked_by_id


def can_see_accounts(user):
    return can_manage_accounts(user) or can_grant_roles(user)
