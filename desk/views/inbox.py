from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from notices import actions as notices
from notices.models import Notice

PAGE = 25


def inbox(request):
    """Everything this person was reminded of, newest first."""
    page = Paginator(Notice.objects.inbox_of(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/inbox.html", {"page": page})


def notice(request, uid):
    """Open one: it counts as read, and leads to where the thing is done."""
    found = get_object_or_404(Notice.objects.inbox_of(request.user), uid=uid)
    notices.mark_read(found, now=timezone.now())
    return redirect(found.link) if found.link else render(request, "desk/notice.html", {"notice": found})
