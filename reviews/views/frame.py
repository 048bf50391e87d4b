"""What every tab of a session shares: head, stage line, the one next step, tabs. Tabs of higher apps use it too.

return render(request, "reviews/canvass.html", frame.context(request, session, tab="canvass", page=page))
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days import clock, short_day
from core.errors import RuleViolation
from core.reasons import ReasonForm
from reviews.models import ReviewReport, ReviewSession
from reviews.policies import session as policies
from reviews.rules import session as rules

TABS = {  # tab: URL name, of whichever app shows it
    "session": "reviews:session",
    "canvass": "reviews:canvass",
    "reports": "reviews:reports",
    "questions": "reviews:questions",
    "ballot": "scoring:ballot",
    "results": "scoring:results",
    "items": "rectification:session_items",
    "papers": "rectification:session_papers",
}
TAB_OF = {url_name: tab for tab, url_name in TABS.items()} | {"reviews:digest": "canvass"}
STAGE_TABS = dict(zip(rules.STAGES, TABS, strict=True))


def session_of(request, uid):
    """The session with what its frame shows; 404 for whom it does not exist."""
    sessions = ReviewSession.objects.visible_to(request.user).select_related("rule_set", "submitted_by", "opinion_form")
    return get_object_or_404(sessions, uid=uid)


def context(request, session, *, tab, step=None, progress=None, **more):
    """The context of a page that extends `reviews/frame.html`.

    `step` (a `rules.session.Step`) replaces the next step where the tab's own app knows better, with its own blockers.
    `progress` is what the page has asked of the session already.
    """
    progress = progress or session.progress()
    now = timezone.now()
    step = step or next_step(request.user, session, progress, now=now)
    return {
        "session": session,
        "tab": tab,
        "tabs": tabs(request.user, session, tab),
        "stages": stages(request.user, session, progress, now=now),
        "step": shown_step(request.user, session, step, tab=tab) if step else None,
        "console": url_of("live:console", session) if policies.can_run_hall(request.user, session) and session.is_in_hall else "",
        "expected": session.expected,
        "rehearsal": session.is_rehearsal,
        "closed": session.preparation_blockers() if policies.can_see_blockers(request.user) else [],
        **more,
    }


def cleaned(form, otherwise=""):
    """What a button sent along; a refusal on the page it came from where it does not fit."""
    if not form.is_valid():
        raise RuleViolation(otherwise or _("提交的内容不完整或者不对，请刷新后再试"))
    return form.cleaned_data


def reason_of(request):
    """Why somebody returns, halts or opens again."""
    return cleaned(ReasonForm(request.POST), _("请写明理由，不超过 300 字"))["reason"]


def turn_back(request, reasons, *to):
    """From a page that has nothing to offer now to one that has, saying why."""
    for reason in reasons:
        messages.warning(request, reason)
    return redirect(*to)


def url_of(name, thing):
    """The address of a page or a button of the session, or of what belongs to it."""
    return reverse(name, args=[thing.uid])


def tab_labels():
    return {
        "session": _("筹备"),
        "canvass": _("访廉"),
        "reports": _("述廉"),
        "questions": _("问廉"),
        "ballot": _("评廉"),
        "results": _("结果"),
        "items": _("整改"),
        "papers": _("文书"),
    }


def tabs(user, session, current):
    return [
        {"label": label, "url": url_of(TABS[tab], session), "current": tab == current}
        for tab, label in tab_labels().items()
        if policies.can_enter(user, session, tab)
    ]


# --- stage line --------------------------------------------------------------------------------------------


def stages(user, session, progress, *, now):
    labels = {**tab_labels(), "papers": _("归档")}
    notes = stage_notes(session, progress, now=now)
    told = {"takes_objections": session.takes_objections(now=now), "is_ahead_of_vote": session.is_ahead_of_vote}
    states = rules.stage_states(session.state, progress, **told)
    return [
        {
            "label": labels[tab],
            "state": state,
            "note": notes[stage] if state != "left" else left_behind(stage, progress),
            "url": url_of(TABS[tab], session) if policies.can_enter(user, session, tab) else "",
        }
        for (stage, tab), state in zip(STAGE_TABS.items(), states, strict=True)
    ]


def stage_notes(session, progress, *, now):
    """A few characters under each stage: when it was done, else by when it is due."""
    tasks, after, state = session.tasks, session.is_at_least, ReviewSession.State
    done = progress.done(state_is_begun=False)
    return {
        "PREPARATION": preparation_note(session),
        "CANVASS": done_or_due(tasks.get("CANVASS"), "CANVASS" in done, _("%(day)s发出")),
        "REPORTING": done_or_due(tasks.get("REPORT_REVIEW"), "REPORT_REVIEW" in done),
        "QUESTIONING": done_or_due(tasks.get("QUESTIONS"), "QUESTIONS" in done),
        "SCORING": _("作废，另备一轮") if session.is_voted_again else short_day(session.date),
        "RESULT": result_note(session, now=now),
        "RECTIFICATION": rectification_note(session, now=now),
        "ARCHIVE": _("已归档") if after(state.ARCHIVED) else _("未开始"),
    }


def result_note(session, *, now):
    after, state = session.is_at_least, ReviewSession.State
    if session.takes_objections(now=now):
        return _("异议期到 %(until)s") % {"until": clock(session.objections_until)}
    return (
        _("已确认")
        if after(state.CONFIRMED)
        else _("待确认")
        if after(state.COUNTED) and not session.is_ahead_of_vote
        else _("待计票")
    )


def rectification_note(session, *, now):
    after, state = session.is_at_least, ReviewSession.State
    if after(state.CLOSED):
        return _("已办结")
    return _("进行中") if after(state.FED_BACK) and not session.takes_objections(now=now) else _("未开始")


def preparation_note(session):
    if session.is_halted:
        return session.get_state_display()
    return short_day(session.approved_on) if session.approved_on else _("待批准")


def done_or_due(task, is_done, pattern="%(day)s"):
    if task is None:  # not laid out yet, or heard before its preparation was kept here
        return ""
    if is_done:
        return pattern % {"day": short_day(task.done_on)} if task.done_on else _("已办结")
    return _("%(day)s前") % {"day": short_day(task.due_on)}


def left_behind(stage, progress):
    return {
        "CANVASS": _("意见未汇总"),
        "REPORTING": _("还差 %(n)d 份报告") % {"n": len(progress.unpassed)},
        "QUESTIONING": _("%(n)d 人题数不足") % {"n": len(progress.unsealed)},
    }[stage]


# --- next step ---------------------------------------------------------------------------------------------


def next_step(user, session, progress, *, now):
    """The session's next step; for members before it their questions, for those who answer in it their own report."""
    if policies.is_member_only(user) and session.state in ReviewSession.UNDER_WAY:
        return rules.ask_questions()
    if policies.can_see_roster(user, session):
        return session.next_step(progress, now=now)
    return own_report(user, session)


def own_report(user, session):
    """The step of those whose report is to be written or came back; None for others."""
    if session.state not in ReviewSession.UNDER_WAY:
        return None
    states = set(session.subjects.of(user).to_write().with_progress().values_list("report_state", flat=True))
    return rules.own_report(is_returned=states == {ReviewReport.State.RETURNED}) if states else None


WAITED_FOR = {  # to those whose step it is not
    "approve_digest": gettext_lazy("等待领导审批意见汇总"),
    "reports": gettext_lazy("等待工作人员审查并通过全部报告"),
}


def shown_step(user, session, step, *, tab=""):
    """The step as `components/next_step.html` wants it; only whom it concerns gets the button, and never to the tab open."""
    may = policies.can_take(user, step)
    is_own = step.key == "approve" and policies.is_own_submission(user, session)
    url = url_of(step.target, session) if may and not is_own else ""
    if not step.is_post and TAB_OF.get(step.target) == tab:
        url = ""
    return {
        "title": step.title if may else WAITED_FOR.get(step.key, step.title),
        "target": step.target,
        "button": step.button,
        "why": who_approves(may, is_own) if step.key == "approve" and not url else step.why,
        "seen": session.submissions if step.key == "approve" else None,
        "blocked": bool(step.is_post and step.is_blocked and url),
        "url": url if step.is_post else "",
        "link": "" if step.is_post else url,
        "blockers": [shown_blocker(user, session, b) for b in step.blockers] if url or policies.can_see_blockers(user) else [],
    }


def who_approves(may, is_own):
    """To those who have no button: whose it is."""
    if may and is_own:
        return _("这场会议是您拟定或者提交的，须由另一位审批领导批准。")
    return _("由审批领导批准；拟定人、提交人不能批准自己的会议。")


def shown_blocker(user, session, blocker):
    tab = TAB_OF.get(blocker.cure)
    is_for = blocker.cure and policies.can_cure(user, blocker.cure) and (tab is None or policies.can_enter(user, session, tab))
    may = not blocker.met and is_for
    url = url_of(blocker.cure, session) if may else ""
    return {"text": blocker.text, "url": url, "label": blocker.label, "met": blocker.met}
