"""Signing in and out. The password first, then the code; only who has given both is signed in (S1)."""

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core import kept, sessions
from officials import actions
from officials.forms.account import CodeForm, LoginForm
from officials.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
WAITS = "waits_for_code"
CODE_WITHIN = 5 * 60  # seconds after the password
WRONG_CODE = gettext_lazy(
    "验证码不对，或者已经用过：每个只能用一次，请等下一个。总是不对的，请核对手机时间是否自动校准；手机不在身边，可以用恢复码。"
)


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
            return let_in(request, form.get_user())
        note_failure(request, form)
    context = {"form": form, "next": onward(request, ""), "was_asleep": bool(request.asleep), **demonstration()}
    return render(request, "officials/login.html", context)


def note_failure(request, form):
    username = form.cleaned_data.get("username", "")
    if is_noted(request, username) or form.has_error(NON_FIELD_ERRORS, "expired"):
        actions.refuse_sign_in(username)


def is_noted(request, username):
    """Up to the failure that locks the account; what is tried after it is noted no further, so that nobody can fill the trail."""
    failures = AxesProxyHandler.get_implementation().get_failures(request, {"username": username})
    return 0 < failures <= settings.AXES_FAILURE_LIMIT


def onward(request, otherwise=settings.LOGIN_REDIRECT_URL):
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else otherwise


def let_in(request, user):
    """The password was right. Of an earlier session nothing remains but the words that the same person typed and sent too late."""
    words = request.session.get(kept.KEPT) if request.asleep == user else None
    request.session.flush()
    if not user.gives_code:
        return enter(request, user, words)
    request.session[WAITS] = {"user": user.pk, "hash": user.get_session_auth_hash(), "at": sessions.now(), "words": words}
    return redirect_to_login(onward(request), resolve_url("officials:code"))


def waiting(request):
    """Whose password was right a moment ago in this browser, and the words that go along; nobody after a while."""
    waits = request.session.get(WAITS)
    if waits is None or not 0 <= sessions.now() - waits["at"] < CODE_WITHIN:
        return None, None
    user = User.objects.filter(pk=waits["user"], is_active=True).first()
    is_same = user and user.gives_code and constant_time_compare(user.get_session_auth_hash(), waits["hash"])
    return (user, waits["words"]) if is_same else (None, None)


@login_not_required
@never_cache
@sensitive_post_parameters()
def code(request):
    """After the password: a code of the app, or a recovery code. Wrong ones are counted together with wrong passwords."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    user, words = waiting(request)
    if user is None:
        messages.warning(request, _("请先输入账号和密码；之后 5 分钟内输入动态验证码"))
        return redirect_to_login(onward(request), resolve_url(settings.LOGIN_URL))
    if not AxesProxyHandler.is_allowed(request, {"username": user.username.lower()}):
        return locked_out(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and is_code_right(request, user, form):
        return enter(request, user, words)
    return render(request, "officials/code.html", {"form": form, "next": onward(request, "")})


def is_code_right(request, user, form):
    if actions.take_code(user, form.cleaned_data["one_time_code"], now=timezone.now()):
        return True
    username = user.username.lower()  # as the door counts it
    AxesProxyHandler.user_login_failed(__name__, credentials={"username": username}, request=request)
    if is_noted(request, username):
        actions.refuse_code(user)
    form.add_error("one_time_code", WRONG_CODE)
    return False


def enter(request, user, words):
    """A new session: only now is anybody signed in."""
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
                "hint": _(user.demo_hint),  # marked where the demonstration keeps them
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
    return let_in(request, user)


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
    """What axes answers after five wrong passwords or codes."""
    return render(request, "officials/locked_out.html", {"minutes": int(settings.AXES_COOLOFF_TIME * 60)}, status=429)
