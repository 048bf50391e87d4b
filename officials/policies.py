"""Who may look at and change the register and the accounts."""

from officials.roles import COMMISSION, Role

SECONDS = (Role.SECADMIN, Role.SYSADMIN)  # one of each is the least an installation has; the audit administrator changes nothing


def can_read_register(user):
    return user.has_role(*COMMISSION)


def can_change_register(user):
    return user.has_role(Role.ORGANISER)


def can_manage_accounts(user):
    return user.has_role(Role.SYSADMIN)


def can_grant_roles(user):
    return user.has_role(Role.SECADMIN)


def can_issue_passwords(user):
    """Reset a password, and let somebody try again who was locked out."""
    return user.has_role(Role.SECADMIN)


def can_second(user, step):
    """Confirm what makes or unmakes an administrator: neither who asked nor whose account it is."""
    return user.has_role(*SECONDS) and user.pk not in (step.asked_by_id, step.account_id)


def can_see_accounts(user):
    return can_manage_accounts(user) or can_grant_roles(user)
