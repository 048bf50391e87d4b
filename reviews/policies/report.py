"""Who writes a report, who reviews it, and who reads what became of it (lifecycles.md 5.2 and the table)."""

from django.utils.translation import gettext_lazy as _

from officials.roles import Role

ENTER = _("述责述廉报告由本人、本单位联络员和区纪委监委有关人员查看。")
READ_REVIEWS = _("历次稿件和审查意见只由本人、本单位联络员、会议工作人员和审批领导查看。")
LOCK = _("报告由审批领导定稿。")


def can_enter(user, session):
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.MEMBER, Role.LEADER, Role.VERIFIER, Role.SUBJECT, Role.LIAISON)


def can_see_all(user, session):
    """How far every report is; the others see only that it has passed."""
    return user.has_role(Role.ORGANISER, Role.APPROVER)


def is_own(user, subject):
    """The official's own report, or that of the unit whose liaison this is."""
    if user.has_role(Role.SUBJECT) and user.official_id == subject.official_id:
        return True
    return user.has_role(Role.LIAISON) and user.unit_id is not None and user.unit_id == subject.unit_id


def can_write(user, subject):
    return is_own(user, subject)


def can_submit(user, subject):
    """Only the official: handing it in declares that it is true."""
    return user.has_role(Role.SUBJECT) and user.official_id == subject.official_id


def can_read_reviews(user, report):
    """Earlier versions and what was said of them stay between the official and the office."""
    return user.has_role(Role.ORGANISER, Role.APPROVER) or is_own(user, report.subject)


def can_review(user, report):
    """Staff; the leader once the rounds are used up, and where a report that has passed is to come back."""
    if report.state in report.THROUGH or not report.may_return_again:
        return user.has_role(Role.APPROVER)
    return user.has_role(Role.ORGANISER)


def can_lock(user, session):
    return user.has_role(Role.APPROVER)
