"""What administrators do with one account, and what waits there for a second one of them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from core import kept, sessions
from core.errors import RuleViolation, require
from core.reasons import ReasonForm
from desk import actions
from officials import actions as officials
from officials import policies, roles
from officials.forms.administration import ActiveForm, LostForm, RolesForm
from officials.models import AccountStep, User


@sessions.weighty("POST")
def account_edit(request, uid):
    """Roles, password and lock of one account."""
    require(policies.can_grant_roles(request.user), _("账号的身份由安全管理员授予。"))
    account, now = get_object_or_404(User, uid=uid), timezone.now()
    form = RolesForm(request.POST or None, initial={"roles": [role.value for role in account.granted]})
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.change_roles(account, form.cleaned_data["roles"], by=request.user, now=now)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            told = _("已提出更改 %(name)s 的身份，请另一名管理员在 15 分钟内确认") if asked else _("已更新 %(name)s 的身份")
            messages.success(request, told % {"name": account})
            for caution in roles.cautions(form.cleaned_data["roles"]):
                messages.warning(request, caution)
            return redirect("desk:account_edit", account.uid)
    takes_two = not account.granted.isdisjoint(roles.ADMINISTRATORS)
    context = {
        "account": account,
        "form": form,
        "waits": account.steps.waiting(now).select_related("account", "asked_by"),
        "is_own": account.pk == request.user.pk,
        "is_locked": account.username.lower() in User.objects.locked_out(now=now),
        "takes_two": takes_two,
        "why": ReasonForm(auto_id="password_%s") if takes_two else None,
        "now": now,
        "lost": LostForm(),
    }
    return render(request, "desk/account_edit.html", context)


@sessions.weighty("POST")
@kept.button_on("desk:account_edit")
@never_cache
@sensitive_variables("password")
def account_password(request, uid):
    """A first password: shown in this one answer, or asked for where a second person has to confirm."""
    require(policies.can_issue_passwords(request.user), _("密码和锁定由安全管理员办理。"))
    account = get_object_or_404(User, uid=uid)
    if password := actions.reset_password(account, request.POST.get("reason", ""), by=request.user, now=timezone.now()):
        return handed_out(request, account, password)
    messages.success(request, _("已提出重设 %(name)s 的密码，请另一名管理员在 15 分钟内确认") % {"name": account})
    return redirect("desk:account_edit", account.uid)


@sensitive_variables("password")
def handed_out(request, account, password):
    """No address of its own: whoever reloads asks for another one, and this one is gone."""
    account.refresh_from_db()
    context = {"account": account, "password": password, "may_edit": policies.can_grant_roles(request.user)}
    return render(request, "desk/account_handed_out.html", context)


@sessions.weighty("POST")
@kept.button_on("desk:account_edit")
def account_factor(request, uid):
    """Take off a second factor that is lost, for a reason."""
    require(policies.can_issue_passwords(request.user))
    account = get_object_or_404(User, uid=uid)
    if actions.remove_factor(account, request.POST.get("reason", ""), by=request.user, now=timezone.now()):
        told = _("已提出解除 %(name)s 的动态验证码，请另一名管理员在 15 分钟内确认")
    else:
        told = _("已解除 %(name)s 的动态验证码，下次登录时重新设置")
    messages.success(request, told % {"name": account})
    return redirect("desk:account_edit", account.uid)


@sessions.weighty("POST")
@require_POST
def account_active(request, uid):
    """Disable or enable an account, as the button said; an administrator's waits for a second person."""
    account = get_object_or_404(User, uid=uid)
    require(
        policies.can_change_active(request.user, account), _("账号由系统管理员停用、启用；很久没有用而暂停的，由安全管理员恢复。")
    )
    form = ActiveForm(request.POST)
    if not form.is_valid():
        raise RuleViolation(_("提交的内容不完整或者不对，请刷新后再试"))
    if step := actions.change_active(account, form.cleaned_data["active"], by=request.user, now=timezone.now()):
        messages.success(request, _("已提出：%(step)s，请另一名管理员在 15 分钟内确认") % {"step": step})
    return redirect("officials:account_list")


@require_POST
def account_unlock(request, uid):
    require(policies.can_issue_passwords(request.user), _("密码和锁定由安全管理员办理。"))
    account = get_object_or_404(User, uid=uid)
    officials.unlock(account, by=request.user)
    messages.success(request, _("已解锁 %(name)s，可以再登录") % {"name": account})
    return redirect("desk:account_edit", account.uid)


# --- the second person -------------------------------------------------------------------------------------


def account_step(request, uid):
    """What is asked for, by whom, and until when."""
    require(policies.can_see_accounts(request.user), _("账号由系统管理员和安全管理员管理。"))
    return show_step(request, uid, rejection=ReasonForm(auto_id="reject_%s"))


def show_step(request, uid, *, rejection):
    step = get_object_or_404(AccountStep.objects.select_related("account", "asked_by", "confirmed_by"), uid=uid)
    before, after = step.account.granted, {roles.Role(role) for role in step.roles}
    context = {
        "step": step,
        "gained": [role.label for role in roles.Role if role in after - before],
        "lost": [role.label for role in roles.Role if role in before - after],
        "is_expired": step.is_expired(timezone.now()),
        "may_confirm": policies.can_second(request.user, step),
        "rejection": rejection,
        "may_edit": policies.can_grant_roles(request.user),
    }
    return render(request, "desk/account_step.html", context)


@sessions.weighty("POST")
@kept.button_on("desk:account_step")
@never_cache
@sensitive_variables("password")
def account_step_confirm(request, uid):
    step = get_object_or_404(AccountStep.objects.select_related("account"), uid=uid)
    require(policies.can_second(request.user, step), _("须由另一名管理员确认，提出人和账号本人不能确认。"))
    if password := actions.confirm_step(step, by=request.user, now=timezone.now()):
        return handed_out(request, step.account, password)
    messages.success(request, _("已办：%(step)s") % {"step": step})
    return redirect("officials:account_list")


@kept.button_on("desk:account_step")
def account_step_reject(request, uid):
    step = get_object_or_404(AccountStep.objects.select_related("account"), uid=uid)
    require(policies.can_second(request.user, step), _("须由另一名管理员确认，提出人和账号本人不能确认。"))
    form = ReasonForm(request.POST, auto_id="reject_%s")
    if not form.is_valid():
        return show_step(request, uid, rejection=form)
    actions.reject_step(step, **form.cleaned_data, by=request.user, now=timezone.now())
    messages.success(request, _("已告诉提出人不同意和理由"))
    return redirect("officials:account_list")


@require_POST
def account_step_withdraw(request, uid):
    step = get_object_or_404(AccountStep.objects.select_related("account"), uid=uid)
    require(policies.can_withdraw(request.user, step), _("只有提出人能够撤回。"))
    actions.withdraw_step(step, by=request.user)
    return redirect("officials:account_list")
