"""Who opens the canvass, who reads what was said, and who alone reads a tip-off (lifecycles.md, table)."""

from django.utils.translation import gettext_lazy as _

from officials.roles import Role
from reviews.models import Digest
from reviews.policies.report import is_own

ENTER = _("访廉由会议工作人员、审批领导、委员、分管领导和核查人员查看。")
RUN = _("征求意见由会议工作人员办理。")
READ_OPINIONS = _("意见原文和整理中的汇总由会议工作人员、审批领导查看。")
APPROVE_DIGEST = _("意见汇总由审批领导审批。")
READ_TIP_OFFS = _("转送件只由信访室查看。")


def can_enter(user, session):
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.MEMBER, Role.LEADER, Role.VERIFIER)


def can_run(user, session):
    """Open the form, enter paper, sort what came in, compile the digest."""
    return user.has_role(Role.ORGANISER)


def can_read_opinions(user, session):
    return user.has_role(Role.ORGANISER, Role.APPROVER)


def can_approve_digest(user, session):
    return user.has_role(Role.APPROVER)


def can_read_digest(user, session):
    """Staff and leaders always; members, leading members and verifiers once it is approved."""
    if user.has_role(Role.ORGANISER, Role.APPROVER):
        return True
    digest = Digest.objects.filter(session=session).first()
    is_out = digest is not None and digest.state == Digest.State.APPROVED
    return is_out and user.has_role(Role.MEMBER, Role.LEADER, Role.VERIFIER)


def can_read_own_digest(user, subject):
    """The subject, and the unit's liaison, read the lines about the subject once the digest is approved."""
    digest = Digest.objects.filter(session=subject.session).first()
    if digest is None or digest.state != Digest.State.APPROVED:
        return False
    return is_own(user, subject)


def can_see_withdrawn(user):
    """That a line was taken back is told to those who had read it, never to the official it was about: it would warn."""
    return not user.has_role(Role.SUBJECT, Role.LIAISON)


def can_see_receipts(user, session):
    return user.has_role(Role.ORGANISER, Role.APPROVER)


def can_read_tip_offs(user):
    return user.has_role(Role.PETITION_CLERK)
