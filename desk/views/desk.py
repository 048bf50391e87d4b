"""The first page after sign-in: what must I do today, what is coming, what is late."""

from django.shortcuts import render
from django.utils import timezone

from notices.models import Notice
from reviews.models import ReviewSession


def desk(request):
    today = timezone.localdate()
    sessions = ReviewSession.objects.visible_to(request.user)
    context = {
        "today": today,
        "coming": sessions.filter(date__gte=today).order_by("date")[:5],
        "unread": Notice.objects.inbox_of(request.user).unread()[:5],
    }
    return render(request, "desk/desk.html", context)
