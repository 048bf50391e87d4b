"""Who keeps the door, turns on the projector, prepares comments, writes and confirms the minutes (lifecycles.md, table)."""

from django.utils.translation import gettext_lazy as _

from officials.roles import Role
from reviews.policies import session as sessions

RUN_HALL = _("会场由会议工作人员操作。")
CHECK_IN = _("签到由会议工作人员、监票人、计票人办理。")
SHOW_PROJECTOR = _("大屏和会场用纸由会议工作人员、监票人、计票人打开。")
PREPARE_COMMENTS = _("点评稿由分管区领导本人准备。")
COMMENT = _("点评稿由分管这一单位的区领导准备。")
READ_ALONG = _("会上材料由委员、分管区领导、核查人员、会议工作人员和审批领导阅读。")
READ_MINUTES = _("会议记录由会议工作人员、审批领导和档案人员查看。")
WRITE_MINUTES = _("会议记录由会议工作人员整理。")
CONFIRM_MINUTES = _("会议记录由审批领导确认或者退回。")


def can_run_hall(user, session):
    return sessions.can_run_hall(user, session)


def can_check_in(user, session):
    """Who stands at the door."""
    return user.has_role(Role.ORGANISER, Role.SCRUTINEER, Role.TELLER)


def can_show_projector(user, session):
    return user.has_role(Role.ORGANISER, Role.SCRUTINEER, Role.TELLER)


def can_prepare_comments(user):
    """A leading member with the own record."""
    return bool(user.has_role(Role.LEADER) and user.leading_member_id)


def can_comment(user, subject):
    """A leading member comments on the units in his or her charge."""
    return can_prepare_comments(user) and subject.unit.leading_member_id == user.leading_member_id


def can_read_along(user, session):
    """Who reads reports and digest in the hall; each of them asks for itself whether it may be read."""
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.MEMBER, Role.LEADER, Role.VERIFIER)


def can_read_minutes(user, session):
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.ARCHIVIST)


def can_write_minutes(user, session):
    return user.has_role(Role.ORGANISER)


def can_confirm_minutes(user, session):
    """A leader; the action refuses whoever wrote in them."""
    return user.has_role(Role.APPROVER)
