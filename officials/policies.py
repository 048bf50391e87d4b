"""Who may look at and change the register and the accounts."""

from officials.roles import COMMISSION, Role


def can_read_register(user):
    return user.has_role(*COMMISSION)


def can_change_register(user):
    return user.has_role(Role.ORGANISER)


def can_manage_accounts(user):
    return user.has_role(Role.SYSADMIN)


def can_grant_roles(user):
    return user.has_role(Role.SECADMIN)


def can_see_accounts(user):
    return can_manage_accounts(user) or can_grant_roles(user)
