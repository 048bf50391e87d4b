"""述廉: the tab. Every subject of the session and how far the report is."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from core.errors import require
from reviews.actions import report as actions
from reviews.models import ReviewReport, ReviewSession
from reviews.policies import report as policies
from reviews.rules import report as rules
from reviews.views import frame

State = ReviewReport.State


def reports(request, uid):
    """Every subject of the session and how far the report is; an official sees the own one."""
    session = frame.session_of(request, uid)
    require(policies.can_enter(request.user, session), policies.ENTER)
    sees_all = policies.can_see_all(request.user, session)
    subjects = session.subjects.select_related("official", "report").prefetch_related("report__versions__reviews")
    own = {subject.pk for subject in session.subjects.of(request.user)}
    if own:
        subjects = subjects.filter(pk__in=own)
    visible = set(ReviewReport.objects.visible_to(request.user).filter(subject__session=session).values_list("pk", flat=True))
    lines = [line(request.user, session, s, is_own=s.pk in own, sees_all=sees_all, visible=visible) for s in subjects]
    step = frame.own_report(request.user, session) if any(entry["may_write"] for entry in lines) else None
    context = frame.context(
        request,
        session,
        tab="reports",
        step=replace(step, target="reviews:report_own") if step else None,
        lines=lines,
        due_on=session.tasks["REPORTS"].due_on if "REPORTS" in session.tasks else None,
        most=session.rule_set.report_rounds,
        sees_all=sees_all,
        n_passed=sum(entry["report"] is not None and entry["report"].state == State.PASSED for entry in lines),
        may_lock=policies.can_lock(request.user, session) and not session.preparation_blockers(),
    )
    return render(request, "reviews/reports.html", context)


def line(user, session, subject, *, is_own, sees_all, visible):
    """One row of the tab: of other people's reports only what this person may know."""
    found = getattr(subject, "report", None)
    knows = sees_all or is_own
    version = found.last_version if found and (knows or found.pk in visible) else None
    if found:
        found.subject = subject
        subject.session = session
    may_write = is_own and session.state in ReviewSession.UNDER_WAY and (found is None or found.is_writable)
    is_waiting = found is not None and found.state == State.SUBMITTED and not session.preparation_blockers()
    may_review = is_waiting and policies.can_review(user, found)
    return {
        "subject": subject,
        "report": found,
        "badge": standing(found, knows),
        "version": version,
        "length": rules.length(version.content) if version else None,
        "returns": found.returns if found and knows else 0,
        "may_write": may_write,
        "may_review": may_review,
        "may_read": version is not None and not may_write and not may_review,
    }


def standing(report, knows):
    """(kind of badge, words): those who only read learn that it has passed or not, nothing of the way there."""
    if not knows:
        return ("ok", pgettext("state", "通过")) if report and report.state in ReviewReport.THROUGH else ("", _("还没有通过"))
    return (report.badge, report.get_state_display()) if report else ("", _("还没有动笔"))


def report_own(request, uid):
    """From the next step of the session straight to the own writing page."""
    session = frame.session_of(request, uid)
    subjects = session.subjects.of(request.user)
    subject = subjects.to_write().first() or subjects.first()
    if subject is None:
        raise Http404
    return redirect("reviews:report_edit", subject.uid)


@require_POST
def reports_lock(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_lock(request.user, session), policies.LOCK)
    if locked := actions.lock_reports(session, by=request.user):
        messages.success(request, _("已定稿 %(n)d 份报告") % {"n": locked})
    else:
        messages.info(request, _("没有等待定稿的报告"))
    return redirect("reviews:reports", session.uid)
