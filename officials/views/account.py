"""Signing in and out, and one's own password."""

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core import kept, sessions
from officials import actions
from officials.forms.account import FirstPasswordForm, LoginForm, PasswordForm
from officials.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@never_cache
@sensitive_post_parameters()
def login(request):
    """Sign in by password; while demonstration mode is on the page also lists the ready accounts."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    form = LoginForm(request, request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            return enter(request, form.get_user())
        note_failure(request, form)
    context = {"form": form, "next": onward(request, ""), "was_asleep": bool(request.asleep), **demonstration()}
    return render(request, "officials/login.html", context)


def note_failure(request, form):
    """Up to the failure that locks the account; what is tried after it is noted no further, so that nobody can fill the trail."""
    username = form.cleaned_data.get("username", "")
    failures = AxesProxyHandler.get_implementation().get_failures(request, {"username": username})
    if 0 < failures <= settings.AXES_FAILURE_LIMIT or form.has_error(NON_FIELD_ERRORS, "expired"):
        actions.refuse_sign_in(username)


def onward(request, otherwise=settings.LOGIN_REDIRECT_URL):
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else otherwise


def enter(request, user):
    """A new session. Of an earlier one nothing remains but the words that the same person typed and sent too late."""
    words = request.session.get(kept.KEPT) if request.asleep == user else None
    request.session.flush()
    actions.sign_in(user)
    start_session(request, user, backend=BACKEND)
    sessions.begin(request.session)
    if words:
        request.session[kept.KEPT] = words
    return redirect(onward(request))


def demonstration():
    if not settings.DEMO:
        return {}
    accounts = User.objects.filter(is_active=True).exclude(demo_hint="").prefetch_related("grants")
    return {
        "demo_accounts": [
            {
                "name": user.name,
                "about": user.office,
                "role": _("、").join(str(grant.get_role_display()) for grant in user.grants.all()),
                "hint": user.demo_hint,
                "username": user.username,
            }
            for user in accounts.order_by("demo_order")
        ],
        "demo_password": actions.demo_password(),
    }


@login_not_required
@require_POST
def demo_login(request):
    """Enter as one of the listed accounts. Outside demonstration mode this address does not exist."""
    if not settings.DEMO:
        raise Http404
    user = get_object_or_404(User.objects.exclude(demo_hint=""), username=request.POST.get("username", ""), is_active=True)
    return enter(request, user)


@login_not_required  # also whose sign-in has run out may end it
@require_POST
def logout(request):
    if request.user.is_authenticated:
        actions.sign_out(request.user)
    response = LogoutView.as_view()(request)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@login_not_required
def locked_out(request, credentials=None, *args, **kwargs):
    """What axes answers after five wrong passwords."""
    return render(request, "officials/locked_out.html", {"minutes": int(settings.AXES_COOLOFF_TIME * 60)}, status=429)


@sensitive_post_parameters()
def account(request):
    """One's own account: who am I here, and the password."""
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(request.user, form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已更换"))
        return redirect("officials:account")
    return render(request, "officials/account.html", {"form": form})


@sessions.opens_first
@never_cache
@sensitive_post_parameters()
def first_password(request):
    """In place of the password that another person gave: nothing else opens before it is changed."""
    if not request.user.must_change_password:
        return redirect(onward(request))
    form = FirstPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(request.user, form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已更换"))
        return redirect(onward(request))
    return render(request, "officials/first_password.html", {"form": form, "next": onward(request, "")})


@never_cache
@sensitive_post_parameters()
def password_again(request):
    """Before what weighs much: that it is still the same person. Wrong passwords count as they do at the door."""
    typed = {"username": request.user.username, "password": request.POST.get("password", "")}
    form = LoginForm(request, typed if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            actions.prove(request.user)
            sessions.prove(request.session)
            return redirect(onward(request))
        note_failure(request, form)
    return render(request, "officials/password_again.html", {"form": form, "next": onward(request, "")})
