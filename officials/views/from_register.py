"""Accounts for everybody of the register who has none, in one step."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import RuleViolation, require
from officials import actions, policies
from officials.forms.administration import AccountFilter, PeopleFilter


def account_from_register(request):
    require(policies.can_manage_accounts(request.user))
    if request.method == "POST":
        return made(request)
    form = PeopleFilter(request.GET)
    people = [person for person in actions.people_without_account() if fits(person, form)]
    return render(request, "officials/account_from_register.html", {"form": form, "people": people})


def fits(person, form):
    text, role, unit = form.value("q").strip().lower(), form.value("role"), form.value("unit")
    said = [person.name, person.username, person.code, person.office, str(person.unit or ""), getattr(person.unit, "name", "")]
    return (
        (not text or any(text in word.lower() for word in said))
        and (not role or person.role == role)
        and (not unit or person.unit == unit)
    )


def made(request):
    keys = set(request.POST.getlist("person"))
    if not keys:
        raise RuleViolation(_("没有勾选任何人"))
    number = actions.create_accounts(keys, by=request.user)
    if not number:
        messages.info(request, _("勾选的人都已经有账号，没有再建"))
        return redirect("officials:account_list")
    told = ngettext(
        "已建立 %(n)d 个账号，等待安全管理员授权、发放初始密码", "已建立 %(n)d 个账号，等待安全管理员授权、发放初始密码", number
    )
    messages.success(request, told % {"n": number})
    return redirect(f"{reverse('officials:account_list')}?state={AccountFilter.State.UNGRANTED}")
