"""One's own password: changed at will, in place of a first or an old one, and asked for again before what weighs much."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core import sessions
from officials import actions
from officials.forms.account import AgainForm, FirstPasswordForm, OwnChoiceForm
from officials.models import SecondFactor
from officials.views.sign_in import is_code_right, note_failure, onward


@sessions.weighty("POST")
@sensitive_post_parameters()
def account(request):
    """One's own account: who am I here, and the password."""
    factor = SecondFactor.objects.filter(user=request.user).first() if request.user.gives_code else None
    left = factor and factor.recovery_codes.filter(used_at=None).count()
    form = OwnChoiceForm(request.user, request.POST or None)
    return choose(request, form, "officials/account.html", then="officials:account", factor=factor, left=left)


@sessions.opens_first
@never_cache
@sensitive_post_parameters()
def first_password(request):
    """In place of the password that another person gave: nothing else opens before it is changed."""
    if not request.user.must_change_password:
        return redirect(onward(request))
    return choose(request, FirstPasswordForm(request.user, request.POST or None), "officials/first_password.html")


@sessions.opens_first
@never_cache
@sensitive_post_parameters()
def old_password(request):
    """Where an installation asks for it, once it is old (S5): right after sign-in, and nothing else opens before it is done."""
    if not request.user.has_old_password(sessions.began_at(request.session)):
        return redirect(onward(request))
    form = OwnChoiceForm(request.user, request.POST or None)
    return choose(request, form, "officials/old_password.html", days=settings.PASSWORD_ROTATION_DAYS)


def choose(request, form, template, *, then="", **more):
    """Take the new password and lead on: `then`, or where the person wanted to go."""
    if request.method == "POST" and form.is_valid():
        actions.change_password(request.user, form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已更换"))
        return redirect(then or onward(request))
    return render(request, template, {"form": form, "next": onward(request, ""), **more})


@never_cache
@sensitive_post_parameters()
def password_again(request):
    """Before what weighs much: that it is still the same person. Wrong passwords and codes count as they do at the door."""
    typed = {**request.POST.dict(), "username": request.user.username}
    form = AgainForm(request, typed if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and is_same_person(request, form):
        actions.prove(request.user)
        sessions.prove(request.session)
        return redirect(onward(request))
    return render(request, "officials/password_again.html", {"form": form, "next": onward(request, "")})


def is_same_person(request, form):
    if form.is_valid():
        return not request.user.gives_code or is_code_right(request, request.user, form)
    note_failure(request, form)
    return False
