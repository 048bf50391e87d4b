"""What every answer of the main site has in common."""

import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse, UnreadablePostError
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from core import audit, kept, sessions
from core.errors import RuleViolation, is_disk_full

logger = logging.getLogger(__name__)


def refuse_nul(get_response):
    """Nothing anybody types holds the character NUL and PostgreSQL keeps none: whoever sends one gets a 400, before all else."""

    def middleware(request):
        try:
            texts = [request.path_info, *request.COOKIES.values(), *texts_in(request.GET), *texts_in(request.POST)]
        except UnreadablePostError as gone:
            raise BadRequest("cut short") from gone
        if any("\0" in text for text in texts):
            raise BadRequest("NUL")
        return get_response(request)

    return middleware


def texts_in(sent):
    """Every name and every value of a form or an address."""
    for name, values in sent.lists():
        yield name
        yield from values


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


class SessionLimits:
    """Who has not acted for too long is asked for the password again; `request.asleep` is then whose session it still is."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.asleep = None
        if request.user.is_authenticated:
            if sessions.is_unfit(request.session):
                sessions.count_anew(request.session)
            if not sessions.is_awake(request.session):
                request.asleep, request.user = request.user, AnonymousUser()
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        was_awake = request.asleep is None
        if not was_awake and sessions.is_in_hall(view) and sessions.is_awake_in_hall(request.session):
            request.user = request.asleep
        if request.user.is_authenticated and sessions.is_kept_by(view):
            sessions.act(request, view, was_awake=was_awake)


class SignInRequired(LoginRequiredMiddleware):
    """Django's, for pages that ask by themselves and for people who were typing; a first password is changed first (S6), at
    sign-in an old one too (S5), then a second factor bound (S1), and what weighs much asks for both anew (S10)."""

    def process_view(self, request, view, args, kwargs):
        if answer := super().process_view(request, view, args, kwargs):
            return answer
        if not request.user.is_authenticated:
            return None
        if (first := self.comes_first(request)) and sessions.is_closed_at_first(view):
            return HttpResponse(status=401) if sessions.is_polled(view) else self.lead_first(request, first)
        if sessions.is_weighty(view, request.method) and not sessions.is_proved(request.session):
            return self.password_again(request)
        return None

    def comes_first(self, request):
        """The page that nobody gets around, or None. A password that grows old meanwhile interrupts nobody's work."""
        user = request.user
        if user.must_change_password:
            return settings.OPENS_FIRST_URL
        if user.has_old_password(sessions.began_at(request.session)):
            return settings.ROTATION_URL
        return settings.ENROL_URL if user.must_enrol else None

    def lead_first(self, request, first):
        page = request.get_full_path() if request.method == "GET" else kept.page_of(request)
        return kept.lead_to(redirect_to_login(page, resolve_url(first)).url, request)

    def password_again(self, request):
        """Then back to the page of the button, with what was typed, to press once more: nothing is done by itself."""
        if request.method == "POST" and kept.is_form(request):
            kept.keep(request)
        return kept.lead_to(redirect_to_login(kept.page_of(request), resolve_url(settings.PROVE_URL)).url, request)

    def handle_no_permission(self, request, view):
        if sessions.is_polled(view):
            return HttpResponse(status=401)  # the page stays as it is, and says so
        if request.method != "POST":
            return super().handle_no_permission(request, view)
        if request.asleep and kept.is_form(request):
            kept.keep(request)
        return kept.lead_to(redirect_to_login(kept.page_of(request), resolve_url(settings.LOGIN_URL)).url, request)


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
    """A rule refused what a bare button asked: say why on the page the button stood on, and put back what was typed beside it.
    Forms catch refusals themselves.

    Who asks for what is not his or hers is noted in the trail. A full disk is said to be one: waiting does not help.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        is_polled = sessions.is_polled(request.resolver_match.func)  # a page left open after a role was taken says it once
        if isinstance(exception, PermissionDenied) and request.user.is_authenticated and not is_polled:
            audit.refuse("refuse", f"{request.method} {request.path}", by=request.user)
        if is_disk_full(exception):
            logger.critical("the disk is full: %s", request.resolver_match.view_name)
            return HttpResponse(render_to_string("507.html"), status=507)
        if not isinstance(exception, RuleViolation) or request.method != "POST":
            return None
        for reason in exception.messages:
            messages.error(request, reason)
        if request.user.is_authenticated and kept.is_form(request) and not request.htmx:
            kept.keep(request)
        return redirect(kept.page_of(request))
