"""Who may open a person's page: the commission's people; officials their own, their liaison theirs."""

from officials.roles import COMMISSION, Role


def can_read_official(user, official):
    if user.has_role(*COMMISSION):
        return True
    if user.has_role(Role.SUBJECT):
        return user.official_id == official.pk
    return user.has_role(Role.LIAISON) and user.unit_id == official.unit_id


def can_browse(user):
    """Whether the list of officials opens for this person."""
    return user.has_role(*COMMISSION)
