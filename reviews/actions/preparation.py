"""The preparation dates of a session: laid, noted as done, and reminded of."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.calendar import written
from core.errors import RuleViolation
from notices import actions as notices
from notices.models import Notice
from officials.models import User
from officials.roles import Role
from reviews.models import PreparationTask, ReviewSession
from reviews.rules import preparation as rules

Kind = PreparationTask.Kind
PAGES = {Kind.CANVASS: "reviews:canvass", Kind.REPORTS: "reviews:reports", Kind.REPORT_REVIEW: "reviews:reports"}


def need_under_way(session):
    """Refuse what belongs to the preparation while there is none: before the approval, when halted, once the meeting has begun."""
    if blockers := session.preparation_blockers():
        raise RuleViolation(blockers)


def lay_dates(session):
    """Lay all dates backwards from the meeting day; what was reminded for the old dates and still waits is cancelled."""
    for kind, due_on in rules.dates(session.date).items():
        PreparationTask.objects.update_or_create(session=session, kind=kind, defaults={"due_on": due_on})
    cancel_reminders(session)
    vars(session).pop("tasks", None)


def matter(session, kind):
    return f"preparation:{session.uid}:{kind}"


def cancel_reminders(session):
    for kind in Kind.values:
        notices.close(matter=matter(session, kind))


def told(session):
    """Whoever has been sent anything about a matter of this preparation."""
    sent = Notice.objects.filter(matter__in=[matter(session, kind) for kind in Kind.values], state=Notice.State.SENT)
    return User.objects.filter(pk__in=sent.values("to"), is_active=True)


@transaction.atomic
def mark_task(task, *, by, today: dt.date):
    """Note a matter as done that no data show."""
    need_notable(task)
    finish(task, by=by, today=today)


def finish(task, *, by, today):
    """Note as done; repeated, it keeps the first day."""
    if PreparationTask.objects.filter(pk=task.pk, done_on=None).update(done_on=today, done_by=by):
        notices.close(matter=matter(task.session, task.kind))
        audit.record("prepared", task.session, by=by, matter=task.kind)


@transaction.atomic
def unmark_task(task, *, by):
    """Take the note back."""
    need_notable(task)
    if PreparationTask.objects.filter(pk=task.pk).exclude(done_on=None).update(done_on=None, done_by=None):
        audit.record("unprepared", task.session, by=by, matter=task.kind)


def need_notable(task):
    if blockers := task.noting_blockers():
        raise RuleViolation(blockers)


def mark(session, kind, *, by, today: dt.date):
    """For the apps above, whose own data show a matter as done: `preparation.mark(session, "LOCK", by=…, today=…)`.

    A session heard before its preparation was kept here has no dates to note anything at.
    """
    for task in session.preparation.filter(kind=kind).select_related("session"):
        finish(task, by=by, today=today)


def unmark(session, kind, *, by):
    """What an app above had noted as done is to be done again."""
    if session.preparation.filter(kind=kind).exclude(done_on=None).update(done_on=None, done_by=None):
        audit.record("unprepared", session, by=by, matter=kind)


def note_progress(session, progress, *, by, today):
    """Bring the dates that follow from the data in line with it, both ways: a report returned late opens its date again."""
    done = progress.done(state_is_begun=session.is_at_least(ReviewSession.State.IN_PROGRESS))
    for kind, task in session.tasks.items():
        if kind in rules.BY_HAND | rules.FROM_ABOVE:
            continue
        task.session = session
        if kind in done:
            finish(task, by=by, today=today)
        elif task.done_on:
            unmark(session, kind, by=by)


def close_at_start(session, *, by, today):
    """The meeting has begun: nothing before it can be late any more."""
    for task in session.preparation.exclude(kind=Kind.LETTER).select_related("session"):
        finish(task, by=by, today=today)


# --- reminders ---------------------------------------------------------------------------------------------


def remind_due(*, today: dt.date):
    """Remind the organisers of everything due or late, and who writes or proposes some days before as well."""
    organisers = list(User.objects.with_role(Role.ORGANISER))
    due = PreparationTask.objects.open().filter(due_on__lte=today).exclude(kind=Kind.MEETING).select_related("session")
    for task in due:
        remind(task, organisers, today=today)
    soon = PreparationTask.objects.open().filter(due_on__lte=today + dt.timedelta(days=rules.REMINDED_AHEAD))
    for task in soon.filter(kind=Kind.REPORTS).select_related("session"):
        ask_for_reports(task, rules.moment(task.due_on, today=today))
    for task in soon.filter(kind=Kind.QUESTIONS, due_on__gte=today).select_related("session"):
        ask_for_questions(task, rules.moment(task.due_on, today=today))


def announce(session, *, today: dt.date):
    """The session is approved: who answers in it learns of the report, in the words of the reminder where that is due as well."""
    task = session.preparation.select_related("session").get(kind=Kind.REPORTS)
    ask_for_reports(task, rules.moment(task.due_on, today=today) or "asked")


def ask_for_reports(task, moment):
    """Tell every official whose report is not handed in, and the unit's liaison, by when it is to be."""
    session = task.session
    for subject in session.subjects.not_handed_in():
        notices.post(
            to=writers(subject),
            key=f"{matter(session, task.kind)}:{subject.uid}:{moment}:{task.due_on}",
            subject=lambda: REPORT_WORDS[moment]() % days_of(task),
            body=lambda: (
                _("会议定于%(day)s召开，述责述廉报告应于%(due)s前提交。在线撰写，随时保存，由本人提交。") % days_of(task)
            ),
            link=reverse("reviews:report_edit", args=[subject.uid]),
            matter=matter(session, task.kind),
        )


def writers(subject):
    """Who writes the subject's report: the official, and the unit's liaison."""
    own = Q(grants__role=Role.SUBJECT, official=subject.official_id) | Q(grants__role=Role.LIAISON, unit=subject.unit_id)
    return User.objects.filter(own, is_active=True).distinct()


def days_of(task):
    return {"title": task.session.title, "due": written(task.due_on), "day": written(task.session.date)}


REPORT_WORDS = {
    "asked": lambda: _("请撰写述责述廉报告，%(due)s前提交：%(title)s"),
    "soon": lambda: _("述责述廉报告%(due)s到期：%(title)s"),
    "due": lambda: _("述责述廉报告今天到期：%(title)s"),
    "late": lambda: _("述责述廉报告已过期，请尽快提交：%(title)s"),
}


def ask_for_questions(task, moment):
    """Tell the committee members by when questions are chosen; what comes later is not for them any more."""
    notices.post(
        to=User.objects.with_role(Role.MEMBER),
        key=f"{matter(task.session, task.kind)}:members:{moment}:{task.due_on}",
        subject=lambda: _("请提出、推荐质询问题，%(due)s选定：%(title)s") % days_of(task),
        body=lambda: _("每名对象的问题从候选中选定，然后封存。请阅读意见汇总和述责述廉报告后提出。"),
        link=reverse("reviews:questions", args=[task.session.uid]),
        matter=matter(task.session, task.kind),
    )


def remind(task, organisers, *, today):
    """One notice on the day, one when it has passed; a new date reminds anew."""
    late = (today - task.due_on).days
    notices.post(
        to=organisers,
        key=f"{matter(task.session, task.kind)}:{'late' if late else 'due'}:{task.due_on}",
        subject=lambda: words(task, late)[0],
        body=lambda: words(task, late)[1],
        link=reverse(PAGES.get(task.kind, "reviews:session"), args=[task.session.uid]),
        matter=matter(task.session, task.kind),
    )


def words(task, late):
    what = {"what": task.get_kind_display(), "title": task.session.title, "n": late}
    if not late:
        return _("今天到期：%(what)s（%(title)s）") % what, _("按会议日期倒排，这件事今天应当办结。")
    return (
        _("已过期：%(what)s（%(title)s）") % what,
        _("按会议日期倒排，这件事的应办日期已过 %(n)d 天。请尽快办结；已经办结的，请登记。") % what,
    )
