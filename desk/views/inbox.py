from functools import reduce
from operator import or_

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.filters import FilterForm
from notices.models import Notice

PAGE = 25


def inbox(request):
    """Everything this person was reminded of, newest first."""
    mine, form = Notice.objects.inbox_of(request.user), FilterForm(request.GET)
    only_unread = "unread" in request.GET
    found = mine.unread() if only_unread else mine
    if text := form.value("q").strip():
        words = ("subject", "body", "subject_en", "body_en")
        found = found.filter(reduce(or_, (Q((f"{field}__icontains", text)) for field in words)))
    chips = [
        {"label": _("全部"), "url": "?", "current": not only_unread},
        {"label": _("未读"), "url": "?unread", "current": only_unread},
    ]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/inbox.html", {"page": page, "form": form, "chips": chips, "only_unread": only_unread})


def notice(request, uid):
    """Open one: it counts as read, and leads to where the thing is done."""
    found = get_object_or_404(Notice.objects.inbox_of(request.user), uid=uid)
    Notice.objects.filter(pk=found.pk).mark_read(now=timezone.now())
    return redirect(found.link) if found.link else render(request, "desk/notice.html", {"notice": found})


@require_POST
def inbox_read(request):
    """All at once, for who has seen them elsewhere."""
    Notice.objects.inbox_of(request.user).mark_read(now=timezone.now())
    messages.success(request, _("全部标为已读"))
    return redirect("desk:inbox")
