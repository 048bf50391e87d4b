"""The unit's side, on the phone: the plan, the evidence, why something came back. And the files, for whoever may read them."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import files
from core.errors import RuleViolation, require
from notices import policies as letter_policies
from notices.models import Letter
from rectification import forms, policies
from rectification.actions import item as actions
from rectification.models import Evidence, RectificationPlan
from rectification.views import timeline
from rectification.views.item import found

OWN = gettext_lazy("整改方案和佐证由主送单位的人办理。")


def own(request, uid):
    item = found(request, uid)
    require(policies.can_work_on(request.user, item), OWN)
    return item


def unit_item(request, uid):
    """One item for the unit's own people; a POST brings evidence, and hands it in when asked to. An official who has left the
    unit reads the items of the own hearing."""
    item = found(request, uid) if request.method == "GET" else own(request, uid)
    require(policies.can_follow(request.user, item), OWN)
    replaced = evidence_to_replace(request, item)
    form = forms.EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            bring(request, item, form.cleaned_data, replaced)
        except RuleViolation as problem:
            form.add_error(None, problem)
        else:
            return redirect("rectification:unit_item", item.uid)
    return show(request, found(request, uid), form=form, replaced=replaced)


def bring(request, item, typed, replaced):
    button = forms.EvidenceButton(request.POST)
    is_final = button.is_valid() and button.cleaned_data["do"] == "submit"
    n = actions.bring_evidence(item, **typed, replaces=replaced, is_final=is_final, by=request.user, now=timezone.now())
    messages.success(request, _("已提交核验") if is_final else _("已上传 %(n)d 份，还没有提交核验") % {"n": n})


def evidence_to_replace(request, item):
    """The file that `?replace=` names, of this item and not replaced yet."""
    try:
        wanted = uuid.UUID(request.GET.get("replace", ""))
    except ValueError:
        return None
    return item.evidence.filter(uid=wanted, replaced_by=None, submitted_at__isnull=False).select_related("file").first()


def show(request, item, *, form, replaced):
    may_work = policies.can_work_on(request.user, item)
    evidence = [e for e in item.evidence.select_related("file", "replaced_by", "uploaded_by") if may_work or e.submitted_at]
    last = item.verifications.select_related("verifier").last()
    context = {
        "item": item,
        "plan": item.plan,
        "form": form,
        "replaced": replaced,
        "current": [e for e in evidence if not e.is_replaced],
        "earlier": [e for e in evidence if e.is_replaced],
        "missing": sum(e.must_replace and not e.is_replaced for e in evidence),
        "verification": last,
        "steps": timeline.steps(item),
        "must_receive": item.letter.state == Letter.State.SERVED and letter_policies.can_receive(request.user, item.letter),
        "awaits_plan": item.state in item.AWAIT_PLAN,
        "awaits_evidence": item.state in item.AWAIT_EVIDENCE,
        "may_work": may_work,
        "may_bring": may_work and item.state in item.AWAIT_EVIDENCE,
    }
    return render(request, "rectification/unit_item.html", context)


def unit_plan(request, uid):
    item = own(request, uid)
    if request.method == "GET" and item.state not in item.AWAIT_PLAN:
        messages.info(request, _("现在不用报方案"))
        return redirect("rectification:unit_item", item.uid)
    last = item.plan
    first = {name: getattr(last, name) for name in forms.PlanForm.Meta.fields} if last else {}
    form = forms.PlanForm(request.POST or None, request.FILES or None, item=item, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit_plan(item, **form.chosen, by=request.user, now=timezone.now())
        except RuleViolation as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("方案已提交，等待审定"))
            return redirect("rectification:unit_item", item.uid)
    return render(request, "rectification/unit_plan.html", {"item": item, "form": form, "plan": last})


@require_POST
def evidence_remove(request, uid):
    evidence = Evidence.objects.select_related("item", "file").filter(uid=uid).first()
    if evidence is None and policies.can_enter_ledger(request.user):  # pressed twice, or removed by a colleague
        messages.info(request, _("这份佐证已经删除"))
        return redirect("rectification:item_list")
    if evidence is None:
        raise Http404
    item = own(request, evidence.item.uid)
    actions.remove_evidence(evidence, by=request.user)
    messages.success(request, _("已删除"))
    return redirect("rectification:unit_item", item.uid)


# --- files: the policy is asked at every download ------------------------------------------------------------


def evidence_file(request, uid):
    evidence = get_object_or_404(Evidence.objects.select_related("file", "item"), uid=uid)
    if not policies.can_read_evidence(request.user, evidence):
        raise Http404
    return files.response(evidence.file)


def plan_file(request, uid):
    plan = get_object_or_404(RectificationPlan.objects.select_related("file"), uid=uid)
    if plan.file is None or not policies.can_read_plan(request.user, plan):
        raise Http404
    return files.response(plan.file)
