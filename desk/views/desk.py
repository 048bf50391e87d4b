"""The first page after sign-in: what must I do today, what is coming, what is late. Assembled here, decided below."""

from django.shortcuts import render
from django.utils import timezone

from desk import policies
from desk.views import agenda
from desk.views.agenda_office import approvals, waited
from notices.models import Notice
from officials.models import Term
from rectification import policies as rectification
from rectification.models import RectificationItem
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
    context = {
        "today": today,
        "agenda": [{"line": line, "badge": line.badge(today)} for line in lines[: None if "all" in request.GET else SHOWN]],
        "total": len(lines),
        "due_today": sum(line.days(today) == 0 for line in lines),
        "late": sum((line.days(today) or 0) < 0 for line in lines),
        "coming": coming,
        "next": coming[0] if coming else None,
        "stops": timetable.stops(user, coming[0]) if coming else [],
        "unread": Notice.objects.inbox_of(user).unread()[:LISTED],
        **overdue(user, today),
        **waiting(user, today),
        **coverage(user, today),
    }
    return render(request, "desk/desk.html", context)


def overdue(user, today):
    """Items past their day, the latest first; a leading member's own field."""
    if not rectification.can_enter_ledger(user):
        return {}
    items = RectificationItem.objects.visible_to(user).open().filter(due_on__lt=today)
    if policies.sees_own_field(user):
        items = items.filter(unit__leading_member=user.leading_member_id)
    return {
        "has_overdue": True,
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
