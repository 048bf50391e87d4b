"""The two buttons of a letter that reach further than the letter: serving makes items, voiding frees its problems."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleViolation, require
from notices import forms, policies
from notices.models import Letter
from rectification.actions import letter as actions


def found(request, uid):
    return get_object_or_404(Letter.objects.visible_to(request.user).select_related("unit"), uid=uid)


@require_POST
def letter_serve(request, uid):
    letter = found(request, uid)
    require(policies.can_serve(request.user, letter), _("送达由党风政风室的工作人员登记。"))
    form = forms.ServiceForm(request.POST)
    if not form.is_valid():
        raise RuleViolation(_("请填写送达日期"))
    now = timezone.now()
    items = actions.serve_letter(letter, **form.cleaned_data, by=request.user, today=timezone.localdate(), now=now)
    messages.success(request, _("已登记送达，%(n)d 项整改开始计时") % {"n": len(items)})
    return redirect(letter)


@require_POST
def letter_void(request, uid):
    letter = found(request, uid)
    require(policies.can_void(request.user, letter), _("已编号的函由审批领导作废。"))
    actions.void_letter(letter, reason=request.POST.get("reason", ""), by=request.user)
    messages.success(request, _("已作废"))
    return redirect(letter)
