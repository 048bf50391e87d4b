"""Presses of the ballot: what two persons take together, and what one takes after them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import seen, two_persons
from core.back import back_or
from core.errors import RuleViolation, require
from scoring import policies
from scoring.actions import steps as actions
from scoring.forms.table import CorrectForm, VoidForm
from scoring.models import StepRequest
from scoring.views.ballot import show
from scoring.views.round import entered, round_of

Step = StepRequest.Step
REASONED = {Step.VOID: VoidForm, Step.CORRECT: CorrectForm}


def step_named(name):
    if name not in Step.values:
        raise Http404
    return Step(name)


@require_POST
def ballot_ask(request, uid, step):
    session, step = entered(request, uid), step_named(step)
    require(policies.can_take_part(request.user, step))
    if step in REASONED:
        return ask_with_reason(request, session, step)
    waiting = actions.ask(round_of(session), step, by=request.user, now=timezone.now(), seen=seen.mark(request))
    return asked(request, waiting)


def ask_with_reason(request, session, step):
    """Refused words stand in their question again."""
    form = REASONED[step](request.POST)
    if form.is_valid():
        try:
            return asked(request, actions.ask(round_of(session), step, by=request.user, now=timezone.now(), **form.cleaned_data))
        except RuleViolation as refusal:
            form.add_error("reason", refusal)
    return show(request, session, refused={step: form})


def asked(request, waiting):
    step = Step(waiting.step)
    messages.success(request, _("已提出“%(step)s”，请另一人在 15 分钟内确认") % {"step": step.label})
    return back_or(request, waiting)


def waiting_in(request, uid, pk):
    """The request that the page showed, or None: confirmed meanwhile, taken back, or past its time. One asked for again is another."""
    here = StepRequest.objects.filter(round__session=entered(request, uid), round__voided_at=None, confirmed_at=None)
    waiting = here.select_related("round__session").filter(pk=pk).first()
    require(waiting is None or policies.can_take_part(request.user, waiting.step))
    return waiting


@require_POST
def ballot_confirm(request, uid, pk):
    waiting = waiting_in(request, uid, pk)
    if waiting is None:
        raise RuleViolation(two_persons.gone())
    actions.confirm(waiting, by=request.user, now=timezone.now())
    messages.success(request, _("已办：%(step)s") % {"step": waiting.get_step_display()})
    return back_or(request, waiting)


@require_POST
def ballot_withdraw(request, uid, pk):
    waiting = waiting_in(request, uid, pk)
    if waiting is None:
        return redirect("scoring:ballot", uid)
    actions.withdraw(waiting, by=request.user)
    return back_or(request, waiting)


@require_POST
def ballot_keep(request, uid):
    """Give up a correction in which nothing was to be corrected."""
    session = entered(request, uid)
    require(policies.can_take_part(request.user, Step.CORRECT), _("更正由审批领导、监票人提出和放弃。"))
    actions.give_up_correction(round_of(session), by=request.user)
    messages.success(request, _("已放弃更正，原来的结果不变"))
    return redirect("scoring:ballot", session.uid)


@require_POST
def ballot_close(request, uid):
    """After the seconds of grace: no more ballots."""
    session = entered(request, uid)
    require(policies.can_take_part(request.user, Step.CLOSE))
    actions.finish_close(round_of(session), by=request.user, now=timezone.now())
    messages.success(request, _("已停止收票，收到清单可以投到大屏"))
    return back_or(request, reverse("scoring:ballot", args=[session.uid]))
