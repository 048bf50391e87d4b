"""Where an installation asks for it, a password is changed once it is old (S5)."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core import sessions
from officials import actions
from officials.forms.rotation import OldPasswordForm
from officials.views.account import onward


@sessions.opens_first
@never_cache
@sensitive_post_parameters()
def old_password(request):
    """Right after sign-in; nothing else opens before it is done."""
    if not request.user.has_old_password(sessions.began_at(request.session)):
        return redirect(onward(request))
    form = OldPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(request.user, form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已更换"))
        return redirect(onward(request))
    context = {"form": form, "next": onward(request, ""), "days": settings.PASSWORD_ROTATION_DAYS}
    return render(request, "officials/old_password.html", context)
