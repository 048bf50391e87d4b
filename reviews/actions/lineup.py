"""Who answers in a session, in which order, and who is in the hall."""

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation, fitting
from officials.models import Official
from reviews.models import Attendee, ReviewSession, SessionSubject
from reviews.rules import lineup as rules
from reviews.rules.session import named

ANY_SHOWN = object()


def locked_draft(session):
    """The session's row, held until the end of the transaction; a line-up changes in draft only."""
    session = ReviewSession.objects.select_for_update().get(pk=session.pk)
    if blockers := draft_blockers(session):
        raise RuleViolation(blockers)
    return session


def draft_blockers(session) -> list[str]:
    is_draft = session.state == ReviewSession.State.DRAFT
    return [] if is_draft else [_("会议已经报批，对象不能再改；需要改的，请先退回草稿")]


@transaction.atomic
def add_subjects(session, officials, *, reasons: dict[int, str], by):
    """Append officials in the given order. `reasons`: why each was offered, by official's pk. One already listed stays where it is."""
    session = locked_draft(session)
    listed = set(session.subjects.values_list("official_id", flat=True))
    new = [official for official in officials if official.pk not in listed]
    if gone := [official.name for official in new if official.status == Official.Status.LEFT]:
        raise RuleViolation(_("%(names)s已经离任，不能列入") % {"names": named(gone)})
    high = session.rule_set.limits(session.kind)[1]
    total = len(listed) + len(new)
    if total > high and not session.is_rehearsal:
        raise RuleViolation(
            _("本次最多 %(high)d 人，已列入 %(listed)d 人；再加%(names)s就有 %(total)d 人")
            % {"high": high, "listed": len(listed), "names": named(o.name for o in new), "total": total}
        )
    start = (session.subjects.aggregate(last=Max("order"))["last"] or 0) + 1
    SessionSubject.objects.bulk_create(
        SessionSubject.of_official(session, official, order, reasons.get(official.pk, ""))
        for order, official in enumerate(new, start)
    )
    if new:
        audit.record("add_subjects", session, by=by, officials=[official.code for official in new])
    return new


@transaction.atomic
def remove_subject(subject, *, losing: int = 0, by):
    """Take an official off the list; the others close up.

    A session taken up again keeps what it has: opinions, reports and questions go with the official only where `losing` says
    how many there are, as the page showed it.
    """
    session = locked_draft(subject.session)
    subject = session.subjects.with_record().get(pk=subject.pk)
    if subject.n_record != losing:
        raise RuleViolation(
            _("会议已有%(name)s的%(what)s，移出会一并删除，不能恢复；请在名单里看清后再确认")
            % {"name": subject.name, "what": subject.record}
        )
    try:
        subject.delete()
    except ProtectedError as problem:  # the ballot has something of him, of which nothing is deleted
        raise RuleViolation(_("%(name)s在本场会议已有评议方面的登记，不能移出") % {"name": subject.name}) from problem
    for order, other in enumerate(session.subjects.order_by("order"), 1):
        if other.order != order:
            SessionSubject.objects.filter(pk=other.pk).update(order=order)
    audit.record("remove_subject", session, by=by, official=subject.name, lost=losing)


@transaction.atomic
def move_subject(subject, *, up: bool, by):
    """Change places with the neighbour; at the end of the list nothing changes."""
    session = locked_draft(subject.session)
    subject = session.subjects.get(pk=subject.pk)
    beside = (
        session.subjects.filter(order__lt=subject.order).last()
        if up
        else session.subjects.filter(order__gt=subject.order).first()
    )
    if beside is None:
        return
    rows = SessionSubject.objects
    rows.filter(pk=subject.pk).update(order=0)  # no two may share a place, not even for a moment
    rows.filter(pk=beside.pk).update(order=subject.order)
    rows.filter(pk=subject.pk).update(order=beside.order)
    audit.record("reorder", session, by=by, official=subject.name, place=beside.order)


@transaction.atomic
def give_repeat_reason(subject, *, reason: str, by):
    """Why somebody is heard a second time in the same term."""
    session = locked_draft(subject.session)
    reason = fitting(reason, 200)
    SessionSubject.objects.filter(pk=subject.pk).update(repeat_reason=reason)
    audit.record("repeat_reason", session, by=by, official=subject.name)


@transaction.atomic
def set_audience(session, groups, *, shown=ANY_SHOWN, by):
    """Write the groups' names, numbers and rosters. `groups`: [(AudienceGroup, [(name, about), …]), …], the groups changed in memory.

    Whoever stays on a roster keeps the mark of being present. Refuses where somebody else has saved since the page with the
    fingerprint `shown`, saying who would be lost: nobody's roster is overwritten unseen.
    """
    session = ReviewSession.objects.select_for_update().get(pk=session.pk)
    if blockers := audience_blockers(session):
        raise RuleViolation(blockers)
    if shown is not ANY_SHOWN and shown != fingerprint(session.audience.prefetch_related("attendees")):
        raise RuleViolation([_("参会人员刚被他人改过，您填的还没有保存；核对后再按保存，以您填的为准"), *lost(session, groups)])
    for group, roster in groups:
        group.save(update_fields=["name", "is_anonymous", "expected"])
        on_it = {(a.name, a.about): a for a in group.attendees.all()}
        Attendee.objects.filter(pk__in=[a.pk for key, a in on_it.items() if key not in set(roster)]).delete()
        Attendee.objects.bulk_create(
            Attendee(group=group, name=name, about=about) for name, about in dict.fromkeys(roster) if (name, about) not in on_it
        )
    audit.record("audience", session, by=by, expected={group.code: group.expected for group, _roster in groups})


def audience_blockers(session) -> list[str]:
    return [] if session.is_open_to_change else [_("会议已经开始或者停办，参会人员不能再改")]


def fingerprint(audience) -> str:
    """What the groups of an audience are, but for who has come."""
    return rules.fingerprint(
        (group.code, group.name, group.is_anonymous, group.expected, [(a.name, a.about) for a in group.attendees.all()])
        for group in audience
    )


def lost(session, groups):
    """Who stands on a roster now and not on the one to be written, group by group."""
    typed = {group.pk: set(roster) for group, roster in groups}
    for group in session.audience.prefetch_related("attendees"):
        if names := [a.name for a in group.attendees.all() if (a.name, a.about) not in typed.get(group.pk, ())]:
            yield _("%(group)s现在的名单上有、您填的没有：%(names)s") % {"group": group.name, "names": named(names)}
