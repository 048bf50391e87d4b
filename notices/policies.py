"""Who drafts, checks, issues, serves and receives a letter (lifecycles.md §5)."""

from notices.models import Letter
from officials.models import Unit
from officials.roles import COMMISSION, Role


def can_list(user):
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.LEADER, Role.VERIFIER, Role.ARCHIVIST, Role.SUBJECT, Role.LIAISON)


def can_see_meetings(user):
    """Whether what a letter speaks of opens: every meeting to the commission's own people, to others perhaps not this one."""
    return user.has_role(*COMMISSION)


def can_edit(user, letter):
    return user.has_role(Role.ORGANISER)


def can_preview(user, letter):
    return user.has_role(Role.ORGANISER, Role.APPROVER)


def can_check(user, letter):
    """Another than who wrote at it; the action refuses its writers with the reason."""
    return user.has_role(Role.ORGANISER, Role.APPROVER)


def can_issue(user, letter):
    return user.has_role(Role.APPROVER)


def can_send_back(user, letter):
    return user.has_role(Role.APPROVER, Role.ORGANISER)


def can_serve(user, letter):
    return user.has_role(Role.ORGANISER)


def can_void(user, letter):
    """A draft is the office's own; a letter that has a number is its issuer's."""
    return user.has_role(Role.APPROVER) if letter.number else user.has_role(Role.ORGANISER, Role.APPROVER)


def can_receive(user, letter):
    """Only the unit's own people sign for it; an official it speaks of who has left the unit reads it."""
    return Unit.objects.answered_by(user).filter(pk=letter.unit_id).exists() and can_read_paper(user, letter)


def can_read_paper(user, letter):
    """Whoever may see the letter may have its paper; asked at every download."""
    return Letter.objects.visible_to(user).filter(pk=letter.pk).exists()
