"""Signing in and out, and one's own password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from officials import actions
from officials.forms.account import LoginForm, PasswordForm
from officials.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
def login(request):
    """Django's own sign-in; while demonstration mode is on the page also lists the ready accounts."""
    view = LoginView.as_view(
        authentication_form=LoginForm,
        template_name="officials/login.html",
        redirect_authenticated_user=True,
        extra_context=demonstration(),
    )
    return view(request)


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
    start_session(request, user, backend=BACKEND)
    onward = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(onward, allowed_hosts=None)
    return redirect(onward if is_ours else settings.LOGIN_REDIRECT_URL)


@require_POST
def logout(request):
    response = LogoutView.as_view()(request)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@login_not_required
def locked_out(request, credentials=None, *args, **kwargs):
    """What axes answers after five wrong passwords."""
    return render(request, "officials/locked_out.html", {"minutes": int(settings.AXES_COOLOFF_TIME * 60)}, status=429)


def account(request):
    """One's own account: who am I here, and the password."""
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(request.user, form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已更换"))
        return redirect("officials:account")
    return render(request, "officials/account.html", {"form": form})
