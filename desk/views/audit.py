"""The trail, and whether its chain is whole. For the audit administrator alone."""

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import audit
from core.errors import require
from core.models import AuditEvent
from desk import actions, policies
from desk.forms import TrailFilter
from desk.views.audit_details import in_words
from desk.views.audit_things import things
from desk.views.audit_words import words
from officials.roles import Role

PAGE, NAMED = 50, 20
OWN = gettext_lazy("审计记录由审计管理员查看。")
ROLES = dict(Role.choices)


def audit_trail(request):
    require(policies.can_read_audit_trail(request.user), OWN)
    named = words()
    form = TrailFilter(request.GET, words=named)
    events = AuditEvent.objects.all()
    if text := form.value("q").strip():
        codes = [code for code, word in named.items() if text in word]
        events = events.filter(
            Q(actor__icontains=text)
            | Q(actor_name__icontains=text)
            | Q(address__startswith=text)
            | Q(action__icontains=text)
            | Q(thing__icontains=text)
            | Q(action__in=codes)
        )
    if person := form.value("person").strip():
        events = events.filter(Q(actor__icontains=person) | Q(actor_name__icontains=person))
    if action := form.value("action"):
        events = events.filter(action=action)
    if result := form.value("result"):
        events = events.filter(result=result)
    if since := form.value("since"):
        events = events.filter(at__date__gte=since)
    if until := form.value("until"):
        events = events.filter(at__date__lte=until)
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    about = things(page)
    context = {"form": form, "page": page, "rows": [row(event, named, about[event.n]) for event in page], **chain()}
    return render(request, "desk/audit_trail.html", context)


def row(event, named, thing):
    roles = [str(ROLES.get(code, code)) for code in event.role.split(",") if code]
    return {
        "event": event,
        "word": named.get(event.action, event.action),
        "thing": thing,
        "detail": in_words(event.action, event.detail),
        "roles": _("、").join(roles),
    }


def chain():
    """The head as papers print it, and how the chain was found when somebody last followed it."""
    head, last = audit.head(), AuditEvent.objects.filter(action="verify_trail").first()
    return {
        "head": head,
        "printed": audit.printed(head) if head else "",
        "verified": last,
        "faults": json.loads(last.detail)["faults"] if last else 0,
    }


@require_POST
def audit_verify(request):
    require(policies.can_read_audit_trail(request.user), OWN)
    faults = actions.verify_trail(by=request.user)
    for number, reason in faults[:NAMED]:
        told = _("第 %(n)d 条缺失") if reason == "missing" else _("第 %(n)d 条被改动，或者接不上前一条")
        messages.error(request, told % {"n": number})
    if not faults:
        messages.success(request, _("从第一条核对到最后一条，记录链完整"))
    return redirect("desk:audit_trail")
