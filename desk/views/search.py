from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.filters import FilterForm
from notices.models import Letter
from officials import policies as officials
from officials.models import Official, Unit
from rectification.forms import ALL
from rectification.models import RectificationItem
from reviews.models import ReviewSession
from scoring import policies as scoring
from scoring.models import Scheme

FOUND = 20
LISTS = {
    "sessions": "reviews:session_list",
    "letters": "notices:letter_list",
    "items": "rectification:item_list",
    "schemes": "scoring:scheme_list",
    "officials": "officials:official_list",
    "units": "officials:unit_list",
}


def search(request):
    """One field for people, units, meetings, letters, items and schemes; each only for who may see it."""
    text, user = FilterForm(request.GET).value("q"), request.user
    context = {"text": text}
    if text:
        found = {
            "sessions": ReviewSession.objects.visible_to(user).matching(q=text),
            "letters": Letter.objects.visible_to(user).search(text).select_related("unit"),
            "items": RectificationItem.objects.visible_to(user).search(text).select_related("unit"),
        }
        if officials.can_read_register(user):
            found["officials"] = Official.objects.select_related("unit").search(text)
            found["units"] = Unit.objects.search(text)
        if scoring.can_see_schemes(user):
            found["schemes"] = Scheme.objects.search(text)
            context["is_of_schemes"] = text.casefold() in _("计分方案").casefold()
        found = {name: list(things[: FOUND + 1]) for name, things in found.items()}
        context["more"] = {name: whole_list(name, text) for name, things in found.items() if len(things) > FOUND}
        context["found"] = {name: things[:FOUND] for name, things in found.items()}
        context["readable"] = officials.readable(user, context["found"].get("officials", []))
        context["is_empty"] = not any(found.values()) and not context.get("is_of_schemes")
    return render(request, "desk/search.html", context)


def whole_list(name, text):
    """Where all that was found of one kind stands."""
    state = {"state": ALL} if name == "items" else {}
    return f"{reverse(LISTS[name])}?{urlencode({'q': text, **state})}"
