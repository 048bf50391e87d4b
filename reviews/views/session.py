"""The list of sessions, one session's 筹备 tab, and the buttons that take it from draft to ready."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import excel, paper, seen
from core.days import day
from core.errors import RuleViolation, require
from core.language import chinese
from core.reasons import ReasonForm
from core.sessions import weighty
from reviews.actions import preparation
from reviews.actions import session as actions
from reviews.forms import session as forms
from reviews.forms.button import NoteForm
from reviews.models import PreparationTask, ReviewSession
from reviews.policies import session as policies
from reviews.rules import plan as rules
from reviews.views import frame, timetable

PER_PAGE = 25


# --- list --------------------------------------------------------------------------------------------------


def listed(request):
    """The filter and the sessions it leaves, of those this person may see."""
    sessions = ReviewSession.objects.visible_to(request.user)
    years = [day.year for day in sessions.dates("date", "year", order="DESC")]
    form = forms.SessionFilter(request.GET, years=years)
    return form, sessions.matching(**form.chosen).prefetch_related("subjects", "audience")


def session_list(request):
    form, sessions = listed(request)
    page = Paginator(sessions, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "may_plan": policies.can_plan(request.user), "query": request.GET.urlencode()}
    context["schemes_url"] = reverse("scoring:scheme_list") if policies.settles_scoring(request.user) else ""
    return render(request, "reviews/session_list.html", context)


@weighty("GET")
def session_export(request):
    """The sessions as filtered, and who is heard in each."""
    _form, sessions = listed(request)
    sessions = list(sessions)
    heads = [_("日期"), _("会议"), _("形式"), _("地点"), _("主持人"), _("对象人数"), _("参会人数"), _("状态"), _("演练")]
    rows = [
        [
            session.date, session.title, str(session.get_kind_display()), session.place, session.chair, len(session.subjects.all()),
            session.expected, str(session.words), _("是") if session.is_rehearsal else "",
        ]
        for session in sessions
    ]  # fmt: skip
    heard = [
        [session.date, session.title, subject.order, subject.name, subject.unit_name, subject.post]
        for session in sessions
        for subject in session.subjects.all()
    ]
    subjects = [_("日期"), _("会议"), _("次序"), _("姓名"), _("单位"), _("职务")]
    name = _("述责述廉会议%(day)s.xlsx") % {"day": timezone.localdate().isoformat()}
    sheets = [(_("会议"), heads, rows), (_("述责述廉对象"), subjects, heard)]
    return excel.export(name, sheets, thing=ReviewSession._meta.label, n=len(rows), by=request.user)


# --- make and change ---------------------------------------------------------------------------------------


def session_create(request):
    require(policies.can_plan(request.user), _("只有承办会议的工作人员可以拟定会议。"))
    form = forms.SessionForm(request.POST or None, initial={"kind": rules.usual_kind(timezone.localdate())})
    if request.method == "POST" and form.is_valid():
        try:
            session = actions.create_session(**form.cleaned_data, by=request.user, today=timezone.localdate())
        except RuleViolation as problem:
            form.add_error(None, problem)
        else:
            say_warnings(request, session)
            return redirect("reviews:session_subjects", session.uid)
    context = {"form": form, "cancel_url": reverse("reviews:session_list"), "title": _("拟定会议")}
    return render(request, "reviews/session_create.html", context)


def session_edit(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_edit(request.user, session), policies.EDIT)
    form = forms.SessionChangeForm(request.POST or None, instance=frame.session_of(request, uid))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_session(session, **form.cleaned_data, by=request.user, today=timezone.localdate())
        except RuleViolation as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("已保存"))
            say_warnings(request, session)
            return redirect(session)
    return render(
        request, "reviews/session_edit.html", {"form": form, "session": session, "cancel_url": session.get_absolute_url()}
    )


def say_warnings(request, session):
    """Dates already past, a year without published holidays: said aloud, not refused."""
    for warning in timetable.warnings(session):
        messages.warning(request, warning)


# --- 筹备 ---------------------------------------------------------------------------------------------------


def session(request, uid):
    session = frame.session_of(request, uid)
    may_edit = policies.can_edit(request.user, session)
    roster = policies.can_see_roster(request.user, session)
    progress = session.progress()
    stops = timetable.stops(request.user, session, progress=progress)
    context = frame.context(
        request,
        session,
        tab="session",
        progress=progress,
        stops=stops,
        may_note=any(stop.get("may_mark") for stop in stops),
        warnings=timetable.warnings(session, progress=progress) if roster and session.state in ReviewSession.PREPARING else [],
        subjects=session.subjects.all(),
        groups=session.audience.prefetch_related("attendees") if roster else [],
        may_see_roster=roster,
        may_edit=may_edit and session.is_open_to_change,
        may_check=may_edit and session.state in ReviewSession.UNDER_WAY,
        may_change_lineup=may_edit and session.state == session.State.DRAFT,
        health_url=frame.url_of("live:health", session),
        outside_url=frame.url_of("scoring:outside_block", session) if may_see_outside(request.user, session) else "",
        send_back=send_back(request.user, session),
        halts=halts(request.user, session),
    )
    return render(request, "reviews/session.html", context)


def may_see_outside(user, session):
    """Whether to show what comes into the scores from outside the box, which the scoring tells of itself."""
    return session.is_awaiting_result and policies.can_enter(user, session, "ballot")


def send_back(user, session):
    """The leader's other answer to a session handed in."""
    if session.state != session.State.PLANNED or not policies.can_approve(user, session):
        return None
    return {
        "label": _("退回修改"),
        "url": reverse("reviews:session_return", args=[session.uid]),
        "title": _("把会议安排退回草稿？"),
        "text": _("提交人会收到退回的理由，改好后可以再次提交。"),
        "fields": ReasonForm(auto_id="id_return_%s"),
    }


def halts(user, session):
    """Postpone and cancel, where the person may and the state allows it; each asks for its reason."""
    if not policies.can_halt(user, session):
        return []
    postpone = {
        "label": _("延期"),
        "url": reverse("reviews:session_postpone", args=[session.uid]),
        "title": _("把会议延期？"),
        "text": _("还没有发出的筹备提醒全部取消；已经收到的意见、报告和问题都保留。重新拟定日期后须再次报批。"),
        "fields": ReasonForm(auto_id="id_postpone_%s"),
    }
    cancel = {
        "label": _("取消会议"),
        "url": reverse("reviews:session_cancel", args=[session.uid]),
        "title": _("取消这场会议？"),
        "text": _("取消后不能恢复，筹备提醒全部取消，列入的对象重新计为尚未安排。"),
        "fields": ReasonForm(auto_id="id_cancel_%s"),
        "tone": "danger",
    }
    legal = session.NEXT[session.State(session.state)]
    buttons = {session.State.POSTPONED: postpone, session.State.CANCELLED: cancel}
    return [button for state, button in buttons.items() if state in legal]


def session_sign_in(request, uid):
    """The sheet people sign at the door, by group; it carries nothing of any ballot card."""
    session = frame.session_of(request, uid)
    require(policies.can_see_roster(request.user, session), _("签到表由会议工作人员打印。"))
    groups = [
        {"group": group, "people": group.attendees.all(), "blank": range(len(group.attendees.all()) + 1, group.expected + 1)}
        for group in session.audience.prefetch_related("attendees")
        if group.expected
    ]
    return render(
        request, "reviews/session_sign_in.html", {"session": session, "groups": groups, "rehearsal": session.is_rehearsal}
    )


def session_notice(request, uid):
    """会议通知 for those who report and those who come, on paper; once the meeting is approved."""
    session = frame.session_of(request, uid)
    require(policies.can_see_roster(request.user, session), _("会议通知由会议工作人员打印。"))
    if not session.has_notice:
        raise Http404
    with chinese():
        name = _("会议通知")
        document = {
            "code": f"TZ-{session.serial}",
            "marking": _("内部"),
            "producer": settings.COMMISSION,
            "at": day(session.approved_on),
        }
        css = paper.of_rehearsal() if session.is_rehearsal else ""
        content = paper.render(
            "paper/meeting_notice.html", {"document": document, "notice": session.meeting_notice()}, title=name, css=css
        )
    return paper.answer(content, f"{name} {session.title}", download=True)


# --- buttons -----------------------------------------------------------------------------------------------


@require_POST
def session_submit(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_edit(request.user, session), policies.EDIT)
    actions.submit_session(session, by=request.user)
    messages.success(request, _("已提交审批"))
    return redirect(session)


@require_POST
def session_approve(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_approve(request.user, session), policies.APPROVE)
    actions.approve_session(session, seen=seen.number(request), by=request.user, today=timezone.localdate())
    messages.success(request, _("已批准"))
    return redirect(session)


@require_POST
def session_return(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_approve(request.user, session), policies.APPROVE)
    actions.return_session(session, reason=frame.reason_of(request), by=request.user)
    messages.success(request, _("已退回修改"))
    return redirect(session)


@require_POST
def session_postpone(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_halt(request.user, session), policies.HALT)
    actions.postpone_session(session, reason=frame.reason_of(request), by=request.user)
    messages.success(request, _("会议已延期"))
    return redirect(session)


@require_POST
def session_cancel(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_halt(request.user, session), policies.HALT)
    actions.cancel_session(session, reason=frame.reason_of(request), by=request.user)
    messages.success(request, _("会议已取消"))
    return redirect(session)


@require_POST
def session_redraft(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_edit(request.user, session), policies.EDIT)
    actions.redraft_session(session, by=request.user)
    messages.success(request, _("请改好日期，再提交审批"))
    return redirect("reviews:session_edit", session.uid)


@require_POST
def session_ready(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_edit(request.user, session), policies.EDIT)
    actions.make_ready(session, by=request.user)
    messages.success(request, _("会议准备就绪"))
    return redirect(session)


@require_POST
def session_mark(request, uid, kind):
    """Note a preparation matter as done, or take the note back."""
    session = frame.session_of(request, uid)
    require(policies.can_edit(request.user, session), policies.EDIT)
    task = get_object_or_404(PreparationTask.objects.select_related("session"), session=session, kind=kind)
    if frame.cleaned(NoteForm(request.POST))["undo"]:
        preparation.unmark_task(task, by=request.user)
    else:
        preparation.mark_task(task, by=request.user, today=timezone.localdate())
    return redirect(f"{session.get_absolute_url()}#timetable")
