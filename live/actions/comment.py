"""Comments of leading members: prepared by them, noted in the hall.

Both write to the same place. Each names the words it knew (`before_…`); words it has not seen are not overwritten.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from live.actions import record
from live.actions.run_sheet import touch
from reviews.models import LeaderComment, ReviewSession


@transaction.atomic
def draft_comment(
    subject, *, leader, strengths: str, problems: str, before_strengths: str, before_problems: str, by
) -> LeaderComment:
    """Keep what a leading member prepares. What has been said in the hall is the record's, and is changed there."""
    record.need_open(subject.session)
    if subject.session.is_at_least(ReviewSession.State.VOTING_CLOSED):
        raise RuleViolation(_("会议已经结束，点评不能再改"))
    kept = LeaderComment.objects.filter(subject=subject, leader=leader).first()
    if kept and kept.is_delivered:
        raise RuleViolation(_("这条点评已在会上作出，由会场工作人员记录"))
    need_seen(kept, strengths, problems, before_strengths, before_problems)
    comment, is_new = LeaderComment.objects.update_or_create(
        subject=subject, leader=leader, defaults={"strengths": strengths, "problems": problems}
    )
    if is_new:
        audit.record("draft_comment", f"comment {comment.uid}", by=by)
    return comment


@transaction.atomic
def note_comment(
    hall, subject, *, leader, strengths: str, problems: str, before_strengths: str, before_problems: str, is_delivered: bool, by
) -> LeaderComment:
    """What a leading member said of an official. Delivered it names at least one problem (JS07); and it stays delivered."""
    record.need_open(subject.session)
    kept = LeaderComment.objects.filter(subject=subject, leader=leader).first()
    was = bool(kept and kept.is_delivered)
    need_seen(kept, strengths, problems, before_strengths, before_problems)
    if (is_delivered or was) and not problems:
        raise RuleViolation(_("点评至少要指出一个问题"))
    comment, _is_new = LeaderComment.objects.update_or_create(
        subject=subject,
        leader=leader,
        defaults={"strengths": strengths, "problems": problems, "is_delivered": is_delivered or was},
    )
    if is_delivered and not was:
        touch(hall, by=by)
        audit.record("note_comment", f"comment {comment.uid}", by=by)
    elif was and (kept.strengths, kept.problems) != (strengths, problems):
        audit.record("change_comment", f"comment {comment.uid}", by=by)
    return comment


def need_seen(kept, strengths, problems, before_strengths, before_problems):
    if kept and not (
        record.is_seen(kept.strengths, before_strengths, strengths) and record.is_seen(kept.problems, before_problems, problems)
    ):
        words = record.in_short(f"{kept.strengths} {kept.problems}")
        raise RuleViolation(_("这条点评刚在别处改过，现在是“%(words)s”；请先抄下自己的话，刷新后再改") % {"words": words})
