from django.shortcuts import render

from core.filters import FilterForm
from desk import policies
from notices.models import Letter
from officials import policies as officials
from officials.models import Official, Unit
from rectification.models import RectificationItem
from reviews.models import ReviewSession

FOUND = 20


def search(request):
    """One field for people, units, meetings, letters and items; each only for who may see it."""
    text, user = FilterForm(request.GET).value("q"), request.user
    context = {"text": text}
    if text:
        context["found"] = {
            "sessions": ReviewSession.objects.visible_to(user).matching(q=text)[:FOUND],
            "letters": Letter.objects.visible_to(user).search(text).select_related("unit")[:FOUND],
            "items": RectificationItem.objects.visible_to(user).search(text).select_related("unit")[:FOUND],
        }
        if policies.can_enter_officials(user):
            context["found"]["officials"] = Official.objects.select_related("unit").search(text)[:FOUND]
            context["readable"] = officials.readable(user, context["found"]["officials"])
            context["found"]["units"] = Unit.objects.search(text)[:FOUND]
        context["is_empty"] = not any(context["found"].values())
    return render(request, "desk/search.html", context)
