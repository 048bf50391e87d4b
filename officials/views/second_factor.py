"""The own second factor: bound before anything else opens, changed, and its recovery codes (S1, S3)."""

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from core import sessions, vault
from core.errors import RuleViolation
from officials import actions
from officials.forms.account import CodeForm
from officials.rules import second_factor as rules
from officials.views.sign_in import onward

CANDIDATE = "candidate"  # the seed that this session was shown, locked, until a code proves it


@sessions.opens_first
@never_cache
@sensitive_post_parameters()
def factor_enrol(request):
    """Whoever has no second factor binds one; nothing else opens before that."""
    if request.user.must_change_password:
        return redirect_to_login(onward(request), resolve_url(settings.OPENS_FIRST_URL))
    if not request.user.must_enrol:
        return redirect(onward(request))
    return bind(request, "officials/factor_enrol.html", onward(request))


@sessions.weighty("GET")
@never_cache
@sensitive_post_parameters()
def factor_change(request):
    """Another app in place of the one that is bound, which is good until then."""
    if not request.user.gives_code:
        return redirect("officials:account")
    return bind(request, "officials/factor_change.html", reverse("officials:account"))


@sensitive_variables("seed")
def bind(request, template, then):
    seed = candidate(request.session)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = actions.enrol(request.user, seed, form.cleaned_data["one_time_code"], now=timezone.now())
        except RuleViolation as refusal:
            form.add_error("one_time_code", refusal)
        else:
            del request.session[CANDIDATE]
            update_session_auth_hash(request, request.user)
            return handed_out(request, codes, then)
    return render(request, template, {"form": form, "next": onward(request, ""), **for_the_app(request.user, seed)})


@sensitive_variables("seed")
def candidate(session):
    """Of this session alone: what another one was shown, somebody else may have seen."""
    seed = CANDIDATE in session and vault.unlock(session[CANDIDATE])
    if not seed:
        seed = actions.new_seed()
        session[CANDIDATE] = vault.lock(seed)
    return seed


@sensitive_variables("seed")
def for_the_app(user, seed):
    address = rules.address(seed, account=user.username, issuer=f"{_('述责')} {settings.DISTRICT}")
    return {"address": address, "key": rules.in_groups(seed)}


@sessions.weighty("POST")
@never_cache
def recovery_codes(request):
    """Ten new ones in place of those that are left. Whoever comes here without pressing is led to the button."""
    if request.method != "POST" or not request.user.gives_code:
        return redirect("officials:account")
    return handed_out(request, actions.renew_recovery_codes(request.user), reverse("officials:account"))


@sensitive_variables("codes")
def handed_out(request, codes, then):
    """No address of its own: whoever reloads gets other ones, and these are gone."""
    return render(request, "officials/recovery_codes.html", {"codes": codes, "then": then, "today": timezone.localdate()})
