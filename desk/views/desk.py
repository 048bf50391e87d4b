"""The first page after sign-in: what must I do today, what is coming, what is late. Assembled here, decided below."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desk import policies
from desk.views import agenda
from desk.views.agenda_office import approvals, waited
from notices.models import Notice
from officials import policies as accounts
from officials.models import Term
from rectification import policies as rectification
from reviews.models import ReviewSession, RuleSet
from reviews.policies import session as plans
from reviews.views import timetable
from reviews.views.plan import coverage_context

SHOWN, LISTED = 8, 5


def desk(request):
    user, today = request.user, timezone.localdate()
    lines = agenda.lines(user, today)
    sessions = ReviewSession.objects.visible_to(user)
    coming = list(
        sessions.filter(state__in=ReviewSession.UNDER_WAY, date__gte=today)
        .select_related("rule_set", "opinion_form")
        .order_by("date")[:LISTED]
    )
    unready = next((session for session in coming if session.state != ReviewSession.State.READY), coming[0] if coming else None)
    context = {
        "today": today,
        "agenda": [{"line": line, "badge": line.badge(today)} for line in lines[: None if "all" in request.GET else SHOWN]],
        "total": len(lines),
        "due_today": sum(line.days(today) == 0 for line in lines),
        "late": sum((line.days(today) or 0) < 0 for line in lines),
        "coming": coming,
        "next": coming[0] if coming else None,
        "prepared": unready,
        "stops": timetable.stops(user, unready) if unready else [],
        "first": first_step(user),
        "unread": Notice.objects.inbox_of(user).unread()[:LISTED],
        **overdue(user, today),
        **waiting(user, today),
        **coverage(user, today),
    }
    return render(request, "desk/desk.html", context)


def first_step(user):
    """Where an administrator begins, whose desk is empty most days."""
    if accounts.can_manage_accounts(user):
        text = _("账号在“账号”里建立、停用；新账号由安全管理员授权以后才能办事。")
        return {"text": text, "url": reverse("officials:account_new"), "button": _("建立账号")}
    if accounts.can_grant_roles(user):
        text = _("身份在“账号”里授予、收回；系统管理员建立了新账号，这里会有提醒。")
        return {"text": text, "url": reverse("officials:account_list"), "button": _("去授权")}
    if policies.can_read_audit_trail(user):
        text = _("谁办了什么、谁被拒绝，都在“审计”里；每天早上会收到链首，可以随时从头核对。")
        return {"text": text, "url": reverse("desk:audit_trail"), "button": _("看审计记录")}
    return None


def overdue(user, today):
    """Items past their day, the latest first; a leading member's own field."""
    if not rectification.can_enter_ledger(user):
        return {}
    items = policies.late_items(user, today)
    return {
        "has_overdue": True,
        "is_own_field": policies.sees_own_field(user),
        "overdue": items.select_related("unit").order_by("due_on", "code")[:LISTED],
        "overdue_count": items.count(),
    }


def waiting(user, today):
    """What the office waits for: it lies with a leader."""
    if not policies.follows_approvals(user):
        return {}
    found = list(approvals())
    return {
        "follows_approvals": True,
        "approvals": [wait | {"waited": waited(wait, today)} for wait in found[:LISTED]],
        "approval_count": len(found),
    }


def coverage(user, today):
    if not plans.can_see_plan(user):
        return {}
    term = Term.of(today)
    return {"term": term, **coverage_context(term, RuleSet.in_force(today), today=today)}
