"""The preparation dates as a timetable: plan and outcome side by side, with a row for today. The desk shows it too."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.days import short_day
from reviews.models import PreparationTask, ReviewReport, ReviewSession
from reviews.policies import session as policies
from reviews.rules import preparation as rules
from reviews.rules.session import Progress
from reviews.views import frame

Kind = PreparationTask.Kind
TABS = {  # where each matter is done
    Kind.CANVASS: "canvass",
    Kind.REPORTS: "reports",
    Kind.REPORT_REVIEW: "reports",
    Kind.QUESTIONS: "questions",
    Kind.LOCK: "ballot",
    Kind.LETTER: "items",
}


def stops(user, session, *, progress=None):
    """The stops of `components/timetable.html`, with `task` and `may_mark` for who notes them.

    The commission sees all of them, an official and the liaison the two that are theirs.
    """
    today = timezone.localdate()
    progress = progress or session.progress()
    done = progress.done(state_is_begun=session.is_at_least(ReviewSession.State.IN_PROGRESS))
    full = policies.can_see_roster(user, session)
    if not full:
        return stops_of_subject(user, session, today)
    tasks = list(session.tasks.values())
    if not tasks:  # heard before its preparation was kept here
        return []
    rows = [stop(user, session, task, progress, today, is_done=task.done_on or task.kind in done) for task in tasks]
    if session.is_at_least(ReviewSession.State.APPROVED):
        point_out_next(rows)
    rows.insert(sum(task.due_on < today for task in tasks), {"state": "today", "day": today})
    return rows


def stops_of_subject(user, session, today):
    """What an official and the unit's liaison need to know: the day of the own report and the day itself."""
    own = session.subjects.of(user)
    states = set(own.to_write().with_progress().values_list("report_state", flat=True))
    is_returned = states == {ReviewReport.State.RETURNED}
    begun = session.is_at_least(ReviewSession.State.IN_PROGRESS)
    rows = []
    for kind in (Kind.REPORT_REVIEW if is_returned else Kind.REPORTS, Kind.MEETING):
        if kind not in session.tasks:
            continue
        is_own = kind != Kind.MEETING
        row = stop(user, session, session.tasks[kind], Progress(), today, is_done=not states if is_own else begun)
        if is_own:
            row.update(own_row(row, is_returned=is_returned, is_submitted=not states))
        rows.append(row)
    rows.insert(sum(row["day"] < today for row in rows), {"state": "today", "day": today})
    return rows


def own_row(row, *, is_returned, is_submitted):
    """The row of the own report: one that came back is to be handed in again by the day of the examination."""
    if is_returned:
        outcome = _("退回修改，%(left)s") % {"left": row["outcome"]}
        return {"label": _("修改并重新提交述责述廉报告"), "who": _("本人"), "outcome": outcome, "kind": "bad"}
    return {"label": _("提交述责述廉报告"), "who": _("本人"), "outcome": _("已提交") if is_submitted else row["outcome"]}


def point_out_next(rows):
    upcoming = next((row for row in rows if row["state"] in ("todo", "goal")), None)
    if upcoming and upcoming["state"] == "todo":
        upcoming.update(state="now", kind="doing", outcome=_("在办，%(left)s") % {"left": upcoming["outcome"]})


def stop(user, session, task, progress, today, *, is_done):
    days = (task.due_on - today).days
    tab = TABS.get(task.kind)
    is_late = days < 0 and not is_done and not session.is_halted
    return {
        "task": task,
        "day": task.due_on,
        "offset": rules.offset(task.kind),
        "label": label(session, task, progress, is_done),
        "url": frame.url_of(frame.TABS[tab], session) if tab and policies.can_enter(user, session, tab) else "",
        "who": responsible(session, task.kind),
        "state": "late" if is_late else "past" if is_done else "goal" if task.kind == Kind.MEETING else "todo",
        "kind": "ok" if is_done else "bad" if is_late else "",
        "outcome": "–" if session.is_halted and not is_done else outcome(task, days, is_done),
        "is_ahead": days > 0 and not task.done_on and not session.is_halted,
        "may_mark": policies.can_edit(user, session) and not task.noting_blockers(),
    }


def label(session, task, progress, is_done):
    """The matter, and how much of it is missing."""
    few = {
        Kind.REPORTS: (_("报告全部提交，还差 %(n)d 份"), len(progress.unsubmitted)),
        Kind.REPORT_REVIEW: (_("报告初审，还有 %(n)d 份未通过"), len(progress.unpassed)),
        Kind.QUESTIONS: (_("选定并封存质询问题，还差 %(n)d 人"), len(progress.unsealed)),
    }.get(task.kind)
    if task.kind == Kind.MEETING:
        return session.title
    if few and few[1] and not is_done and session.is_at_least(ReviewSession.State.CANVASSING):
        return few[0] % {"n": few[1]}
    return task.get_kind_display()


def responsible(session, kind):
    return {
        Kind.REPORTS: _("%(n)d 名对象") % {"n": session.subject_count},
        Kind.VERIFICATION: _("核查人员"),
        Kind.LOCK: _("监票人"),
        Kind.MEETING: session.place,
    }.get(kind, _("会议工作人员"))


def outcome(task, days, is_done):
    if is_done:
        return _("%(day)s办结") % {"day": short_day(task.done_on)} if task.done_on else _("已办结")
    if days == 0:
        return _("今天")
    if days > 0:
        return ngettext("还有 %(n)d 天", "还有 %(n)d 天", days) % {"n": days}
    return ngettext("已晚 %(n)d 天", "已晚 %(n)d 天", -days) % {"n": -days}


def warnings(session, *, progress=None):
    """What is odd about the dates: a quarter with another session, matters past when laid, holidays not yet published."""
    progress = progress or session.progress()
    done = progress.done(state_is_begun=False) | {kind for kind, task in session.tasks.items() if task.done_on}
    labels = {kind: str(Kind(kind).label) for kind in rules.DAYS}
    return quarter_warnings(session) + rules.warnings(
        session.date, today=timezone.localdate(), labels=labels, done=frozenset(done)
    )


def quarter_warnings(session):
    """One session a quarter is the rule (HB04); a second one may have its reasons."""
    return [
        _("%(quarter)s已有一场会议：%(title)s（%(day)s）。办法是每季度一次，请核对")
        % {"quarter": session.quarter_name, "title": other.title, "day": short_day(other.date)}
        for other in session.others_in_quarter()
    ]
