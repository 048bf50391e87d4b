"""Plan a session, have it approved, prepare it, and open it. Every step is safe to repeat."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import audit
from core.calendar import written
from core.errors import RuleViolation, needed
from core.language import chinese
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.actions import preparation
from reviews.models import AudienceGroup, ReviewSession, RuleSet
from reviews.models.foundation import foundation_blockers
from reviews.rules import plan as rules

State = ReviewSession.State
CHANGEABLE = ("title", "kind", "date", "place", "chair", "is_rehearsal")


# --- plan --------------------------------------------------------------------------------------------------


@transaction.atomic
def create_session(
    *, title: str, kind: str, date: dt.date, place: str, chair: str, is_rehearsal: bool, by, today: dt.date
) -> ReviewSession:
    """A draft with its preparation dates and its usual rater groups."""
    session = ReviewSession.objects.create(
        title=title,
        kind=kind,
        date=date,
        place=place,
        chair=chair,
        is_rehearsal=is_rehearsal,
        created_by=by,
        rule_set=rule_set_for(kind, date, is_rehearsal, today),
    )
    AudienceGroup.objects.bulk_create(
        AudienceGroup(session=session, code=code, name=name, is_anonymous=is_anonymous)
        for code, name, is_anonymous in usual_groups()
    )
    preparation.lay_dates(session)
    audit.record("create", session, by=by, date=date, kind=kind)
    return session


@chinese()
def usual_groups():
    """The groups of every session. Their names go on to cards and papers, so they are Chinese whoever plans the session."""
    return [
        ("A", _("分管区领导"), False),
        ("B", _("区纪委委员"), True),
        ("C", _("所在单位班子成员"), True),
        ("D", _("群众代表"), True),
    ]


def rule_set_for(kind, date, is_rehearsal, today):
    """The rules in force on the day; refuses a past day, one without rules, term or outline, and a kind out of season."""
    if past := rules.day_reasons(date, today=today):
        raise RuleViolation(past)
    if missing := foundation_blockers(date):
        raise RuleViolation(missing)
    if not is_rehearsal and (reasons := rules.season_reasons(kind, date)):
        raise RuleViolation(reasons)
    return RuleSet.in_force(date)


@transaction.atomic
def change_session(
    session,
    *,
    title: str,
    kind: str,
    date: dt.date,
    place: str,
    chair: str,
    is_rehearsal: bool,
    seen: int | None = None,
    by,
    today: dt.date,
):
    """Change a draft; a new date lays the preparation dates anew. Once approved, only title, place and chair may change. `seen` is the
    version the page showed (None: no page)."""
    old = ReviewSession.objects.select_for_update().get(pk=session.pk)
    if seen not in (None, old.submissions):
        raise RuleViolation(_("会议安排刚被他人改过，没有保存。请另开一页看现在的安排，再改"))
    if old.is_at_least(State.IN_PROGRESS) or old.is_halted:
        raise RuleViolation(_("“%(state)s”的会议不能再改") % {"state": old.get_state_display()})
    if old.state != State.DRAFT and (kind, date, is_rehearsal) != (old.kind, old.date, old.is_rehearsal):
        raise RuleViolation(_("会议已经报批，日期、形式不能直接改；请先退回草稿，或者由审批领导延期"))
    if old.is_rehearsal and not is_rehearsal:
        raise RuleViolation(_("演练会议不能改为正式会议，请另拟一场"))
    if old.state == State.DRAFT:
        session.rule_set = rule_set_for(kind, date, is_rehearsal, today)
    session.title, session.kind, session.date, session.place = title, kind, date, place
    session.chair, session.is_rehearsal = chair, is_rehearsal
    session.save(update_fields=[*CHANGEABLE, "rule_set"])
    if date != old.date:
        preparation.lay_dates(session)
    next_version(session)
    audit.record("change", session, by=by, date=date, was=old.date, changed=changed_fields(old, session))


def changed_fields(old, new):
    return [name for name in CHANGEABLE if getattr(old, name) != getattr(new, name)]


# --- approve -----------------------------------------------------------------------------------------------


@transaction.atomic
def submit_session(session, *, by):
    """Hand the draft to the leader."""
    if blockers := session.plan_blockers():
        raise RuleViolation([blocker.text for blocker in blockers])
    session.move_to(State.PLANNED)
    ReviewSession.objects.filter(pk=session.pk).update(submitted_by=by, state_reason="")
    notices.post(
        to=User.objects.with_role(Role.APPROVER),
        key=f"session:{session.uid}:submitted:{next_version(session)}",
        subject=lambda: _("待审批：%(title)s") % {"title": session.title},
        body=lambda: _("%(who)s提交了会议安排，会议日期%(day)s，请批准或退回。") % {"who": by, "day": written(session.date)},
        link=session.get_absolute_url(),
        matter=approval_matter(session),
    )
    audit.record("submit", session, by=by)


def next_version(session):
    """A number that differs at every submission, so that a second one reminds again, and at every change: the leader decides on
    what the page showed, and of two open forms the second does not undo the first."""
    ReviewSession.objects.filter(pk=session.pk).update(submissions=F("submissions") + 1)
    session.refresh_from_db(fields=["submissions"])
    return session.submissions


def session_matter(session):
    return f"session:{session.uid}"


def approval_matter(session):
    return f"{session_matter(session)}:approval"


@transaction.atomic
def approve_session(session, *, seen: int | None = None, by, today: dt.date):
    """Let the preparation begin. Nobody approves what he or she planned or submitted, nor a plan that the page (None: no page) did
    not show."""
    if by.pk in (session.created_by_id, session.submitted_by_id):
        raise RuleViolation(_("拟定人、提交人不能审批自己的会议，请由另一位领导审批"))
    now = ReviewSession.objects.select_for_update().get(pk=session.pk).submissions
    if seen not in (None, now):
        raise RuleViolation(_("会议安排刚改过，您看到的不是现在的安排。请看过再批准"))
    if blockers := session.plan_blockers():
        raise RuleViolation([blocker.text for blocker in blockers])
    session.move_to(State.APPROVED)
    ReviewSession.objects.filter(pk=session.pk).update(approved_by=by, approved_on=today)
    session.approved_by, session.approved_on = by, today
    answer(session, lambda: _("已批准：%(title)s"), lambda: _("会议安排已批准，请按倒排日期开始筹备。"))
    preparation.announce(session, today=today)
    audit.record("approve", session, by=by)
    advance(session, by=by, today=today)


@transaction.atomic
def return_session(session, *, reason: str, by):
    """Send it back to draft, with the reason."""
    reason = needed(reason, _("请写明退回的理由"))
    session.move_to(State.DRAFT)
    ReviewSession.objects.filter(pk=session.pk).update(state_reason=reason)
    session.state_reason = reason
    answer(session, lambda: _("退回修改：%(title)s"), reason)
    audit.record("return", session, by=by)


def answer(session, subject, body):
    """Tell whoever submitted it, and take the request off the leaders' desks."""
    notices.close(matter=approval_matter(session))
    if session.submitted_by:
        notices.post(
            to=[session.submitted_by],
            key=f"session:{session.uid}:answered:{session.submissions}",
            subject=lambda: subject() % {"title": session.title},
            body=body,
            link=session.get_absolute_url(),
            matter=session_matter(session),
        )


# --- halt --------------------------------------------------------------------------------------------------


@transaction.atomic
def postpone_session(session, *, reason: str, by):
    halt(session, State.POSTPONED, needed(reason, _("请写明延期的理由")), by=by)


@transaction.atomic
def cancel_session(session, *, reason: str, by):
    halt(session, State.CANCELLED, needed(reason, _("请写明取消的理由")), by=by)


def halt(session, state, reason, *, by):
    session.move_to(state)
    ReviewSession.objects.filter(pk=session.pk).update(state_reason=reason)
    session.state_reason = reason
    told = preparation.told(session).exclude(pk__in=User.objects.with_role(Role.ORGANISER))
    preparation.cancel_reminders(session)
    notices.cancel_under(matter=session_matter(session))  # also what the apps above ask for: none of it can be done now
    event = audit.record(state.lower(), session, by=by)
    # The reason was written for the office.
    for people, body in ((User.objects.with_role(Role.ORGANISER), reason), (told, HALTED[state])):
        notices.post(
            to=people,
            key=f"session:{session.uid}:{state}:{event.n}",
            subject=lambda: _("%(state)s：%(title)s") % {"state": State(state).label, "title": session.title},
            body=body,
            link=session.get_absolute_url(),
            matter=session_matter(session),
        )


HALTED = {
    State.POSTPONED: lambda: _("会议不按原定日期召开，筹备事项暂停办理。新的日期批准后另行通知。"),
    State.CANCELLED: lambda: _("会议不再召开，筹备事项不用再办。"),
}


@transaction.atomic
def redraft_session(session, *, by):
    """Take a postponed session up again; opinions, reports and questions already there stay."""
    session.move_to(State.DRAFT)
    longest = ReviewSession._meta.get_field("state_reason").max_length
    reason = (_("会议延期：%(reason)s") % {"reason": session.state_reason})[:longest]
    ReviewSession.objects.filter(pk=session.pk).update(approved_by=None, approved_on=None, state_reason=reason)
    audit.record("redraft", session, by=by)


# --- prepare and open --------------------------------------------------------------------------------------


@transaction.atomic
def advance(session, *, by, today: dt.date):
    """Note what the data show as done and take the steps that follow of themselves. Safe to call after any change, and by the clock.

    Canvassing begins when the form is given out or its day comes; reporting when the digest is out or its day comes.
    """
    session = ReviewSession.objects.get(pk=session.pk)
    progress = session.progress()
    tasks = session.tasks
    if session.state == State.APPROVED and (progress.has_form or tasks["CANVASS"].due_on <= today):
        session.move_to(State.CANVASSING)
        audit.record("canvass", session, by=by)
    if session.state == State.CANVASSING and (progress.digest_is_approved or tasks["REPORTS"].due_on <= today):
        session.move_to(State.REPORTS_DUE)
        audit.record("reports_due", session, by=by)
    preparation.note_progress(session, progress, by=by, today=today)


@transaction.atomic
def make_ready(session, *, by):
    """Everything is prepared; the day may come."""
    if blockers := session.ready_blockers():
        raise RuleViolation([blocker.text for blocker in blockers])
    session.move_to(State.READY)
    audit.record("ready", session, by=by)


@transaction.atomic
def start_session(session, *, by, today: dt.date):
    """Open the meeting. Refuses while anything of the preparation is missing, or before the day."""
    if blockers := session.start_blockers(today=today):
        raise RuleViolation([blocker.text for blocker in blockers])
    session.move_to(State.IN_PROGRESS)
    preparation.close_at_start(session, by=by, today=today)
    audit.record("start", session, by=by)


def sweep_preparation(*, today: dt.date):
    """Advance every session whose day has come, then remind of what is due or late. Safe to repeat and to miss."""
    for session in ReviewSession.objects.filter(state__in=ReviewSession.UNDER_WAY):
        advance(session, by=None, today=today)
    preparation.remind_due(today=today)
