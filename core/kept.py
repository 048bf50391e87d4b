"""What somebody typed and sent in vain: it waits in the session and goes back into its form.

The sign-in had run out, or a rule refused what a button asked.

Nothing is sent a second time by itself: the person sees the page as it is now, with the own words in it, and presses again.
A session belongs to one person and is emptied for another, so nobody else ever gets these words.
"""

from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

NEVER = ("password", "one_time_code")  # what the name of a field says that no row may hold
KEPT, LARGEST = "kept", 200_000  # characters; a form of ours is smaller, and the session is a row


def page_of(request):
    """The page of ours that a request came from, else the first page."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"


def keep(request):
    """Put what was typed aside. Returns whether there was anything; passwords and codes are never kept."""
    typed = [
        {"name": name, "value": value, "is_text": is_text(value)}
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and value.strip()
    ]
    if any(name in field["name"] for field in typed for name in NEVER) or sum(len(field["value"]) for field in typed) > LARGEST:
        return False
    if typed:
        has_words = any(field["is_text"] for field in typed)
        request.session[KEPT] = {"page": page_of(request), "action": request.path, "fields": typed, "has_words": has_words}
    return bool(typed)


def is_form(request):
    """Whether a form was sent, by the browser or by htmx; what a script of ours sends it keeps itself."""
    return request.htmx or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def lead_to(url, request):
    """To another page; also out of a page that was saving by itself."""
    if request.htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": url, "HX-Trigger": "kept"})
    return redirect(url)


def is_text(value):
    """Words of a person, as against what a list or a hidden field says."""
    return " " in value or not value.isascii()


def take_back(request):
    """What was put aside on this page, once; None where there is nothing."""
    kept = request.session.get(KEPT) if hasattr(request, "session") else None
    if kept is None or request.method != "GET" or kept["page"] != request.get_full_path():
        return None
    return request.session.pop(KEPT)


def button_on(page):
    """For the view of a button that answers with a page, mostly the one it was pressed on: it stands at the button's own address.

    Whoever comes there without pressing (in another language, after the next sign-in, sent back by another refusal) is led on to
    `page`, the name of the address that the same `uid` has, and what waits goes along.
    """

    def decorate(view):
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def answer(request, uid, **parts):
            return view(request, uid, **parts) if request.method == "POST" else lead_on(request, reverse(page, args=[uid]))

        return answer

    return decorate


def lead_on(request, url):
    waiting = request.session.get(KEPT)
    if waiting and waiting["page"] == request.get_full_path():
        request.session[KEPT] = {**waiting, "page": url}
    return redirect(url)
