"""The two buttons of a letter that reach further than the letter: serving makes items, voiding frees its problems."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from core import kept
from core.errors import RuleViolation, require
from core.reasons import ReasonForm
from notices import forms, policies, views
from rectification.actions import letter as actions


@kept.button_on("notices:letter")
def letter_serve(request, uid):
    letter = views.found(request, uid)
    require(policies.can_serve(request.user, letter), _("送达由党风政风室的工作人员登记。"))
    form, now = forms.ServiceForm(request.POST, auto_id=views.SERVICE), timezone.now()
    if not form.is_valid():
        return views.show(request, letter, service=form)
    try:
        items = actions.serve_letter(letter, **form.cleaned_data, by=request.user, today=timezone.localdate(), now=now)
    except RuleViolation as problem:
        form.add_error("served_on", problem)
        return views.show(request, letter, service=form)
    messages.success(request, _("已登记送达，%(n)d 项整改开始计时") % {"n": len(items)})
    return redirect(letter)


@kept.button_on("notices:letter")
def letter_void(request, uid):
    letter = views.found(request, uid)
    require(policies.can_void(request.user, letter), _("已编号的函由审批领导作废。"))
    form = ReasonForm(request.POST, auto_id=views.VOID)
    if not form.is_valid():
        return views.show(request, letter, voiding=form)
    actions.void_letter(letter, **form.cleaned_data, by=request.user)
    messages.success(request, _("已作废"))
    return redirect(letter)
