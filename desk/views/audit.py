from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render

from core import audit
from core.errors import require
from core.filters import FilterForm
from core.models import AuditEvent
from desk import policies

PAGE = 50


def audit_trail(request):
    """The trail, and whether its chain is whole. For the audit administrator alone."""
    require(policies.can_read_audit_trail(request.user))
    form = FilterForm(request.GET)
    events = AuditEvent.objects.all()
    if text := form.value("q").strip():
        events = events.filter(
            Q(actor__icontains=text) | Q(actor_name__icontains=text) | Q(action__icontains=text) | Q(thing__icontains=text)
        )
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/audit_trail.html", {"form": form, "page": page, "faults": audit.faults()})
