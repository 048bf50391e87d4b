from django.shortcuts import render

from desk import policies
from officials.models import Official, Unit
from reviews.models import ReviewSession

FOUND = 20


def search(request):
    """One field for people, units and sessions; each only for who may see it."""
    text = request.GET.get("q", "").strip()
    context = {"text": text, "officials": [], "units": [], "sessions": []}
    if text and policies.can_enter_officials(request.user):
        context["officials"] = Official.objects.select_related("unit").search(text)[:FOUND]
        context["units"] = Unit.objects.search(text)[:FOUND]
    if text:
        context["sessions"] = ReviewSession.objects.visible_to(request.user).filter(title__icontains=text)[:FOUND]
    return render(request, "desk/search.html", context)
