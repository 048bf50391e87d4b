"""The 整改 tab of a session: problems proposed, confirmed, told; then its items. And the 文书 tab, to the archive."""

from django.contrib import messages
from django.db.models import F
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import require
from core.reasons import ReasonForm
from notices.models import Letter
from rectification import policies, rules
from rectification.actions import finding as actions
from rectification.actions import letter as letters
from rectification.actions import session as sessions
from rectification.models import Finding, RectificationItem, ReminderLetter
from reviews.models import Digest, OpinionForm, ReviewSession
from reviews.policies import canvass
from reviews.policies import session as sessions_policy
from reviews.views import frame
from scoring import policies as scoring_policy
from scoring.models import BallotRound, PaperJob
from scoring.views.results import papers_of
from scoring.views.round import count_of, counts_of

State = ReviewSession.State
AS_NUMBERED = [F(f"letter__{name}").asc(nulls_last=True) for name in ("year", "number", "pk")]


# --- 整改 ---------------------------------------------------------------------------------------------------


def session_items(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_enter_tab(request.user, session), _("结果反馈以后才能查看整改。"))
    return show(request, session)


def show(request, session, **refused):
    """The tab; `refused` holds the dismissal of one finding as it was typed."""
    sees_findings = policies.can_see_findings(request.user, session)
    items = RectificationItem.objects.visible_to(request.user).filter(subject__session=session)
    context = frame.context(
        request,
        session,
        tab="items",
        step=next_step(session, tab="items") if sees_findings else None,
        has_begun=session.is_at_least(State.FED_BACK) and not session.is_rehearsal,
        groups=groups(session, **refused) if sees_findings else [],
        sees_findings=sees_findings,
        items=items.select_related("unit", "letter").prefetch_related("close_outs"),
        may_decide=policies.can_decide_findings(request.user, session)
        and session.state in (State.FED_BACK, State.RECTIFYING)
        and not session.is_rehearsal,
    )
    return render(request, "rectification/session_items.html", context)


def groups(session, *, finding=None, dismissal=None):
    """The findings of each subject, in the order of the meeting; `dismissal` is what was typed about `finding`."""
    found = Finding.objects.filter(subject__session=session).select_related("subject", "letter", "item", "decided_by")
    by_subject = {}
    for one in found:
        one.dismissal = dismissal if one == finding else ReasonForm(auto_id=dismissal_id(one))
        by_subject.setdefault(one.subject, []).append(one)
    return [{"subject": subject, "findings": findings} for subject, findings in by_subject.items()]


def dismissal_id(finding):
    """Ids of its own, so that each label finds its field."""
    return f"dismiss_{finding.pk}_%s"


def next_step(session, *, tab):
    """The one next step from the feedback on, with its blockers; before it and of a rehearsal, the session's own."""
    if session.is_rehearsal:
        return None
    return rules.next_step(
        session.state,
        left=sessions.left(session),
        unsettled=sessions.unsettled(session, now=timezone.now()),
        unarchivable=sessions.archive_blockers(session) if session.state == State.CLOSED else [],
        on_papers=tab == "papers",
    )


@require_POST
def findings_propose(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_decide_findings(request.user, session), _("问题由党风政风室的工作人员确认。"))
    if n := actions.propose_findings(session, by=request.user):
        messages.success(request, _("提出 %(n)d 个问题，请逐个确认") % {"n": n})
    else:
        messages.info(request, _("会议记录里没有新的问题"))
    return redirect("rectification:session_items", session.uid)


@require_POST
def letters_draft(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_draft_letters(request.user, session), _("提醒函由党风政风室的工作人员拟稿。"))
    drafted = letters.draft_letters(session, by=request.user)
    messages.success(request, _("拟好 %(n)d 份提醒函，请逐份修改后送核稿") % {"n": len(drafted)})
    return redirect("rectification:session_papers", session.uid)


@require_POST
def session_close(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_close_session(request.user, session), _("会议由承办的工作人员办结。"))
    sessions.close_session(session, by=request.user, now=timezone.now())
    messages.success(request, _("已办结，由档案管理员归档"))
    for blocker in sessions.archive_blockers(session):
        messages.warning(request, blocker)
    return redirect("rectification:session_items", session.uid)


@require_POST
def session_archive(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_archive_session(request.user, session), _("会议由档案管理员归档。"))
    sessions.archive_session(session, by=request.user)
    messages.success(request, _("已归档"))
    return redirect("rectification:session_papers", session.uid)


# --- 文书 ---------------------------------------------------------------------------------------------------


def session_papers(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_enter_papers(request.user, session), _("文书由承办会议的工作人员和领导查看。"))
    here = ReminderLetter.objects.filter(session=session, letter__in=Letter.objects.visible_to(request.user))
    context = frame.context(
        request,
        session,
        tab="papers",
        step=next_step(session, tab="papers"),
        letters=[row.letter for row in here.select_related("letter__unit").order_by(*AS_NUMBERED)],
        papers=papers(request.user, session),
        to_make=to_make(request.user, session),
    )
    return render(request, "rectification/session_papers.html", context)


def papers(user, session):
    """What else there is of the session on paper, and where it lies; only what this person may open."""
    round = BallotRound.objects.current(session)
    have = [
        (_("会议通知"), "reviews:session_notice", session.has_notice and sessions_policy.can_see_roster(user, session)),
        (
            _("征求意见表"),
            "reviews:canvass_form",
            canvass.can_run(user, session) and OpinionForm.objects.filter(session=session).exists(),
        ),
        (
            _("意见汇总"),
            "reviews:digest_read",
            Digest.objects.filter(session=session).exists() and canvass.can_read_digest(user, session),
        ),
        (_("述责述廉报告"), "reviews:reports", sessions_policy.can_enter(user, session, "reports")),
        (_("签到表"), "reviews:session_sign_in", session.is_at_least(State.APPROVED)),
        (
            _("评议结果，制作文书"),
            "scoring:results",
            round and count_of(round) and sessions_policy.can_enter(user, session, "results"),
        ),
    ]
    here = [{"name": name, "url": reverse(url, args=[session.uid])} for name, url, is_there in have if is_there]
    if url := frame.url_of("live:minutes", session) if session.is_at_least(State.IN_PROGRESS) else "":
        here.append({"name": _("会议记录"), "url": url})
    count = scoring_policy.readable(user, counts_of(round)) if round else None  # of a corrected result the version that holds
    jobs = PaperJob.objects.filter(count=count, stored__isnull=False).select_related("count__round", "stored", "result__subject")
    latest = {(job.kind, job.result_id): job for job in jobs.order_by("asked_at")}.values()
    made = [job for job in latest if scoring_policy.can_get_paper(user, job.count, job.kind)]
    return here + [
        {
            "name": "　".join(filter(None, [str(job), job.result.subject.name if job.result else ""])),
            "url": reverse("scoring:paper", args=[job.uid]),
            "at": job.stored.stored_at,
            "size": job.stored.size,
        }
        for job in made
    ]


def to_make(user, session):
    """What may be made of the result by those who make it here, because its own page does not open for them."""
    round = BallotRound.objects.current(session)
    if round is None or scoring_policy.can_see_results(user, session):
        return []
    count = count_of(round)
    return papers_of(user, count) if count else []
