"""Who acts in the process. Roles are code; only `policies.py` files ask for one (lifecycles.md §5)."""

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Role(TextChoices):
    ORGANISER = "organiser", gettext_lazy("工作人员")
    APPROVER = "approver", gettext_lazy("审批领导")
    MEMBER = "member", gettext_lazy("委员")
    LEADER = "leader", gettext_lazy("分管领导")
    SUBJECT = "subject", gettext_lazy("述责述廉对象")
    LIAISON = "liaison", gettext_lazy("联络员")
    VERIFIER = "verifier", gettext_lazy("核查人员")
    TELLER = "teller", gettext_lazy("计票人")
    SCRUTINEER = "scrutineer", gettext_lazy("监票人")
    PETITION_CLERK = "petition_clerk", gettext_lazy("信访室人员")
    ARCHIVIST = "archivist", gettext_lazy("档案管理员")
    SYSADMIN = "sysadmin", gettext_lazy("系统管理员")
    SECADMIN = "secadmin", gettext_lazy("安全管理员")
    AUDITADMIN = "auditadmin", gettext_lazy("审计管理员")


ADMINISTRATORS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN})
COMMISSION = frozenset(
    {Role.ORGANISER, Role.APPROVER, Role.MEMBER, Role.LEADER, Role.VERIFIER, Role.TELLER, Role.SCRUTINEER, Role.ARCHIVIST}
)
REVIEWED = frozenset({Role.SUBJECT, Role.LIAISON})
LINKS = {Role.SUBJECT: "official", Role.LIAISON: "unit", Role.LEADER: "leading_member"}  # what of the register a role rests on


def conflicts(roles):
    """Every reason these roles may not be held by one person; an empty list means they may.

    GB/T 22239-2019 8.1.4.2 d): the three administrators are three persons and hold no business role. Who answers in a session holds
    no role of those who run it, judge it or read tip-offs.
    """
    held = {Role(role) for role in roles}
    reasons = []
    if len(held & ADMINISTRATORS) > 1:
        reasons.append(_("系统、安全、审计管理员必须由三个人分别担任"))
    if held & ADMINISTRATORS and held - ADMINISTRATORS:
        reasons.append(_("管理员不得兼任业务身份"))
    if held & REVIEWED and held - REVIEWED - ADMINISTRATORS:
        reasons.append(_("述责述廉对象和联络员不得兼任其他业务身份"))
    return reasons


def cautions(roles):
    """What is allowed to one person but better done by two; an empty list where nothing is."""
    if {Role.ORGANISER, Role.APPROVER} <= {Role(role) for role in roles}:
        return [_("工作人员和审批领导由同一个人担任，经办和审批就没有分开，最好由两个人分别担任")]
    return []


def takes_two(before, after):
    """Whether two persons have to agree that an account with these roles gets those: an administrator is made or unmade (S19)."""
    return not ADMINISTRATORS.isdisjoint({Role(role) for role in before} ^ {Role(role) for role in after})
