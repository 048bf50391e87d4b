from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render

from core import audit
from core.errors import require
from core.filters import FilterForm
from core.models import AuditEvent
from desk import policies
from desk.views.audit_words import words

PAGE = 50


def audit_trail(request):
    """The trail, and whether its chain is whole. For the audit administrator alone."""
    require(policies.can_read_audit_trail(request.user))
    form, named = FilterForm(request.GET), words()
    events = AuditEvent.objects.all()
    if text := form.value("q").strip():
        codes = [code for code, word in named.items() if text in word]
        events = events.filter(
            Q(actor__icontains=text)
            | Q(actor_name__icontains=text)
            | Q(action__icontains=text)
            | Q(thing__icontains=text)
            | Q(action__in=codes)
        )
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    rows = [{"event": event, "word": named.get(event.action, event.action)} for event in page]
    return render(request, "desk/audit_trail.html", {"form": form, "page": page, "rows": rows, "faults": audit.faults()})
