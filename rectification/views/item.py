"""One item for the commission, and the buttons of its life cycle."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import kept, seen
from core.errors import RuleViolation, require
from core.reasons import ReasonForm
from rectification import forms, policies
from rectification.actions import item as actions
from rectification.models import RectificationItem
from rectification.views import timeline

PLAN, RELEASE, CLOSE, DECLINE = "p_%s", "r_%s", "c_%s", "d_%s"  # ids of the forms that share a page
State = RectificationItem.State


def found(request, uid):
    items = RectificationItem.objects.visible_to(request.user)
    items = items.select_related("unit", "letter", "subject__session", "verifier").prefetch_related(
        "plans", "close_outs__proposed_by", "close_outs__verification__verifier"
    )
    return get_object_or_404(items, uid=uid)


def item(request, uid):
    """The whole of one item for the commission; the unit's own people have a page made for the phone."""
    item = found(request, uid)
    if not policies.is_reader(request.user):
        return redirect("rectification:unit_item", item.uid)
    return show(request, item)


def show(request, item, **refused):
    """The page of an item; `refused` are forms of its buttons as they were typed."""
    evidence = [e for e in item.evidence.select_related("file", "replaced_by", "uploaded_by") if e.submitted_at]
    context = {
        "item": item,
        "session": item.subject.session,
        "plan": item.plan,
        "earlier_plans": [plan for plan in item.plans.all() if plan != item.plan],
        "evidence": [e for e in evidence if not e.is_replaced],
        "replaced": [e for e in evidence if e.is_replaced],
        "verifications": item.verifications.select_related("verifier"),
        "steps": timeline.steps(item),
        **buttons(request.user, item),
        **refused,
    }
    return render(request, "rectification/item.html", context)


def buttons(user, item):
    """What this person may do with the item as it stands, and why not where a rule about persons forbids it."""
    is_mine = item.verifier_id == user.pk
    return {
        "faults": faults(user, item),
        "may_approve_plan": item.state == State.PLAN_SUBMITTED and policies.can_approve_plan(user, item),
        "plan_return": item.state == State.PLAN_SUBMITTED and policies.can_return_plan(user, item) and ReasonForm(auto_id=PLAN),
        "may_take_up": item.state == State.EVIDENCE_SUBMITTED and policies.can_verify(user, item),
        "verdict_form": item.state == State.UNDER_VERIFICATION
        and is_mine
        and policies.can_verify(user, item)
        and forms.VerdictForm(item=item),
        "release": item.state == State.UNDER_VERIFICATION
        and policies.can_release_verification(user, item)
        and ReasonForm(auto_id=RELEASE),
        "close_proposal": item.state == State.VERIFIED
        and item.pending_close is None
        and policies.can_propose_close(user, item)
        and forms.NoteForm(auto_id=CLOSE),
        "may_confirm_close": item.state == State.VERIFIED and item.pending_close and policies.can_confirm_close(user, item),
        "close_decline": item.state == State.VERIFIED
        and item.pending_close
        and policies.can_confirm_close(user, item)
        and ReasonForm(auto_id=DECLINE),
    }


def faults(user, item):
    """Why this person cannot be the next hand, though the role would allow it."""
    if item.state == State.PLAN_SUBMITTED and policies.can_approve_plan(user, item):
        return item.approver_faults(user)
    if item.state == State.EVIDENCE_SUBMITTED and policies.can_verify(user, item):
        return item.verifier_faults(user)
    may_close = policies.can_confirm_close if item.pending_close else policies.can_propose_close
    if item.state == State.VERIFIED and may_close(user, item):
        return item.closer_faults(user)
    return []


@require_POST
def plan_approve(request, uid):
    item = found(request, uid)
    require(policies.can_approve_plan(request.user, item), _("整改方案由审批领导审定。"))
    actions.approve_plan(item, seen=seen.number(request), by=request.user, now=timezone.now())
    messages.success(request, _("方案已审定，进入整改"))
    return redirect(item)


@kept.button_on("rectification:item")
def plan_return(request, uid):
    item = found(request, uid)
    require(policies.can_return_plan(request.user, item), _("整改方案由工作人员或审批领导退回。"))
    form = ReasonForm(request.POST, auto_id=PLAN)
    if not form.is_valid():
        return show(request, item, plan_return=form)
    actions.return_plan(item, seen=seen.number(request), **form.cleaned_data, by=request.user, now=timezone.now())
    messages.success(request, _("方案已退回"))
    return redirect(item)


@require_POST
def verification_begin(request, uid):
    item = found(request, uid)
    require(policies.can_verify(request.user, item), _("佐证由核查人员核验。"))
    actions.take_up(item, by=request.user, now=timezone.now())
    return redirect(item)


@kept.button_on("rectification:item")
def verification_release(request, uid):
    item = found(request, uid)
    require(policies.can_release_verification(request.user, item), _("由核验人或者党风政风室的工作人员换人核验。"))
    form = ReasonForm(request.POST, auto_id=RELEASE)
    if not form.is_valid():
        return show(request, item, release=form)
    actions.release_verification(item, **form.cleaned_data, by=request.user, now=timezone.now())
    messages.success(request, _("已交回，等待另一位核查人员核验"))
    return redirect(item)


@kept.button_on("rectification:item")
def item_verify(request, uid):
    item = found(request, uid)
    require(policies.can_verify(request.user, item), _("佐证由核查人员核验。"))
    form = forms.VerdictForm(request.POST, item=item)
    if form.is_valid():
        try:
            actions.verify(item, **form.chosen, by=request.user, now=timezone.now())
        except RuleViolation as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("核验意见已登记"))
            return redirect(item)
    return show(request, item, verdict_form=form)


@kept.button_on("rectification:item")
def close_propose(request, uid):
    item = found(request, uid)
    require(policies.can_propose_close(request.user, item), _("销号由党风政风室的工作人员提出。"))
    form = forms.NoteForm(request.POST, auto_id=CLOSE)
    if not form.is_valid():
        return show(request, item, close_proposal=form)
    actions.propose_close(item, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
    messages.success(request, _("已提出销号，等待领导批准"))
    return redirect(item)


@require_POST
def close_confirm(request, uid):
    item = found(request, uid)
    require(policies.can_confirm_close(request.user, item), _("销号由审批领导批准。"))
    actions.confirm_close(item, by=request.user, now=timezone.now(), today=timezone.localdate())
    messages.success(request, _("已销号"))
    return redirect(item)


@kept.button_on("rectification:item")
def close_decline(request, uid):
    item = found(request, uid)
    require(policies.can_confirm_close(request.user, item), _("销号由审批领导批准。"))
    form = ReasonForm(request.POST, auto_id=DECLINE)
    if not form.is_valid():
        return show(request, item, close_decline=form)
    actions.decline_close(item, **form.cleaned_data, by=request.user, now=timezone.now())
    messages.success(request, _("已退回，不予销号"))
    return redirect(item)
