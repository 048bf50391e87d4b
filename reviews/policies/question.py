"""Who proposes, marks, selects and seals; and who reads a question before it is asked: once sealed, nobody (lifecycles.md 5.5)."""

from django.utils.translation import gettext_lazy as _

from officials.roles import Role

ENTER = _("质询问题由会议工作人员、审批领导、委员和核查人员查看。")
PROPOSE = _("质询问题由委员、会议工作人员和核查人员提出。")
MARK = _("质询问题由委员推荐。")
CHOOSE = _("质询问题由会议工作人员列为备选，由审批领导选定。")
SEAL = _("质询问题由审批领导封存、启封。")
WITHDRAW = _("候选问题由提出人或者会议工作人员撤回。")


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
