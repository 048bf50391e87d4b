"""Pages of the booth: shells that any tablet may keep, the same for everybody. What happens in them, happens in the browser."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ballots.api import answer

CAMERA = {"Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=()"}  # to read a card
FORGET = {"Clear-Site-Data": '"cache", "storage"'}


def page(request, name, *, status=200, headers=None):
    return HttpResponse(render_to_string(f"ballots/{name}.html", request=request), status=status, headers=headers)


@require_safe
def index(request):
    return page(request, "index")


@require_safe
def booth(request):
    return page(request, "booth", headers=CAMERA)


@require_safe
def check(request):
    return page(request, "check", headers=CAMERA)


@require_safe
def papers(request):
    return page(request, "papers", headers=CAMERA)


@require_safe
def void(request):
    return page(request, "void", headers=CAMERA)


@require_safe
def sealed(request):
    return page(request, "sealed", headers=CAMERA)


@require_safe
def who_sees_what(request):
    return page(request, "who_sees_what")


@require_safe
def end(request):
    """The start page again, after the browser has forgotten what it stored for the last rater."""
    return page(request, "index", headers=FORGET)


def not_found(request, exception=None):
    if request.path.startswith("/v1/"):
        return answer(404)
    return page(request, "index", status=404)


def failed(request):
    return answer(500)
