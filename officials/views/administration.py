"""Accounts: the list, and a new one. What takes a second person, and so a notice, stands in `desk`."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import require
from officials import actions, policies
from officials.forms.administration import AccountFilter, AccountForm, ChangeForm
from officials.models import AccountStep, User

PAGE = 25
State = AccountFilter.State


def account_list(request):
    require(policies.can_see_accounts(request.user))
    form, now = AccountFilter(request.GET), timezone.now()
    locked = User.objects.locked_out(now=now)
    page = Paginator(filtered(form, locked), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [{"account": account, "is_locked": account.username.lower() in locked} for account in page],
        "waits": AccountStep.objects.waiting(now).select_related("account", "asked_by"),
        "now": now,
        "may_manage": policies.can_manage_accounts(request.user),
        "may_grant": policies.can_grant_roles(request.user),
    }
    return render(request, "officials/account_list.html", context)


def filtered(form, locked):
    accounts = User.objects.prefetch_related("grants")
    if text := form.value("q").strip():
        accounts = accounts.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(office__icontains=text))
    if role := form.value("role"):
        accounts = accounts.filter(grants__role=role)
    in_state = {
        State.UNGRANTED: accounts.filter(grants=None),
        State.FIRST: accounts.exclude(first_password_until=None),
        State.LOCKED: accounts.annotate(typed=Lower("username")).filter(typed__in=locked),
        State.SUSPENDED: accounts.exclude(suspended_at=None),
        State.DISABLED: accounts.filter(is_active=False, suspended_at=None),
    }
    return in_state.get(form.value("state"), accounts)


def account_new(request):
    require(policies.can_manage_accounts(request.user))
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.create_account(by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("已建立账号 %(name)s，等待安全管理员授权、发放初始密码") % {"name": user.username})
            return redirect("officials:account_list")
    return render(request, "officials/account_new.html", {"form": form})


def account_change(request, uid):
    """Correct an account; the name one signs in with stays."""
    require(policies.can_manage_accounts(request.user))
    account = get_object_or_404(User, uid=uid)
    form = ChangeForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_account(account, by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("已更新账号 %(name)s") % {"name": account.username})
            return redirect("officials:account_list")
    return render(request, "officials/account_change.html", {"form": form, "account": account})
