"""What every answer of the main site has in common."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from core import audit
from core.errors import RuleViolation


def no_store(get_response):
    """Pages of a signed-in person stay out of every cache, the browser's included (S15)."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware


def permissions_policy(get_response):
    """No page may use a device, but the opening page reads key cards with the camera where it can (S12)."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def audit_source(get_response):
    """Tells the trail where a request of the main site came from. Behind a proxy of ours only what it says counts."""

    def middleware(request):
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        token = audit.source.set(forwarded[:45] if settings.SECURE else request.META.get("REMOTE_ADDR", ""))
        try:
            return get_response(request)
        finally:
            audit.source.reset(token)

    return middleware


class RefusalMiddleware:
    """A rule refused what a bare button asked: say why on the page the button stood on. Forms catch refusals themselves.

    Who asks for what is not his or hers is noted in the trail.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, PermissionDenied) and request.user.is_authenticated:
            audit.refuse("refuse", f"{request.method} {request.path}", by=request.user)
        if not isinstance(exception, RuleViolation) or request.method != "POST":
            return None
        for reason in exception.messages:
            messages.error(request, reason)
        return redirect(page_of(request))


def page_of(request):
    """The page of ours that a request came from, else the first page."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"
