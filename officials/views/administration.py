"""Accounts: the system administrator makes and disables them, the security administrator says what they may do."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleViolation, require
from officials import actions, policies
from officials.forms.administration import AccountFilter, AccountForm, RolesForm
from officials.models import User

PAGE = 25


def account_list(request):
    require(policies.can_see_accounts(request.user))
    form = AccountFilter(request.GET)
    accounts = User.objects.prefetch_related("grants").select_related("unit")
    if text := form.value("q").strip():
        accounts = accounts.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(office__icontains=text))
    if role := form.value("role"):
        accounts = accounts.filter(grants__role=role)
    page = Paginator(accounts, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "may_manage": policies.can_manage_accounts(request.user),
        "may_grant": policies.can_grant_roles(request.user),
    }
    return render(request, "officials/account_list.html", context)


def account_new(request):
    require(policies.can_manage_accounts(request.user))
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.create_account(by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("已建立账号 %(name)s，等待安全管理员授权") % {"name": user.username})
            return redirect("officials:account_list")
    return render(request, "officials/account_new.html", {"form": form})


def account_roles(request, uid):
    require(policies.can_grant_roles(request.user))
    user = get_object_or_404(User, uid=uid)
    form = RolesForm(request.POST or None, initial={"roles": [role.value for role in user.roles]})
    if request.method == "POST" and form.is_valid():
        try:
            actions.grant_roles(user, form.cleaned_data["roles"], by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("已更新 %(name)s 的身份") % {"name": user})
            return redirect("officials:account_list")
    return render(request, "officials/account_roles.html", {"form": form, "account": user})


@require_POST
def account_active(request, uid):
    """Disable or enable an account, as the button said."""
    require(policies.can_manage_accounts(request.user))
    user = get_object_or_404(User, uid=uid)
    actions.set_active(user, request.POST.get("active") == "1", by=request.user)
    return redirect("officials:account_list")
