"""Answers when something is not to be had. Each says what, why and what to do."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseServerError, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string

from core import kept
from core.errors import NotYet


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    told = {"reason": str(exception or ""), "later": isinstance(exception, NotYet)}
    return render(request, "403.html", told, status=403)


def csrf_failure(request, reason=""):
    """After signing in anew in another window this page's token is no longer good: what was typed comes back with a fresh one.

    A script keeps what it sends itself, and is given the fresh token: no page but ours can read this answer.
    """
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if is_ours and (request.asleep or request.user.is_authenticated):
        if not kept.is_form(request):
            return JsonResponse({"token": get_token(request)}, status=403)
        if kept.keep(request):
            return kept.lead_to(kept.page_of(request), request)
    is_signed_out = is_ours and request.user.is_anonymous and getattr(request.resolver_match.func, "login_required", True)
    back = redirect_to_login(kept.page_of(request), resolve_url(settings.LOGIN_URL)).url if is_signed_out else ""
    return render(request, "403_csrf.html", {"sign_in": back}, status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    """Without the request: whatever broke may be what fills the frame."""
    return HttpResponseServerError(render_to_string("500.html"))
