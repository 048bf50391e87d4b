"""One problem: added, put in other words, confirmed, dismissed, taken up again."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import kept
from core.errors import RuleViolation, require
from core.reasons import ReasonForm
from rectification import forms, policies
from rectification.actions import finding as actions
from rectification.models import Finding
from rectification.views.session import dismissal_id, show
from reviews.models import ReviewSession
from reviews.views import frame


def finding_of(request, uid):
    finding = get_object_or_404(Finding.objects.select_related("subject__session"), uid=uid)
    get_object_or_404(ReviewSession.objects.visible_to(request.user), pk=finding.subject.session_id)
    require(policies.can_decide_findings(request.user, finding.subject.session), _("问题由党风政风室的工作人员确认。"))
    return finding


def back_to(finding):
    return redirect(reverse("rectification:session_items", args=[finding.subject.session.uid]) + f"#f-{finding.uid}")


def finding_new(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_decide_findings(request.user, session), _("问题由党风政风室的工作人员确认。"))
    if request.method == "GET" and (reasons := actions.deciding_blockers(session)):
        return frame.turn_back(request, reasons, "rectification:session_items", session.uid)
    form = forms.NewFindingForm(request.POST or None, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            finding = actions.add_finding(**form.cleaned_data, by=request.user, now=timezone.now())
        except RuleViolation as problem:
            form.add_error(None, problem)
        else:
            return back_to(finding)
    return render(request, "rectification/finding_new.html", {"form": form, "session": session})


def finding(request, uid):
    """Rewrite and confirm."""
    finding = finding_of(request, uid)
    if request.method == "GET" and (reasons := actions.wording_blockers(finding)):
        return frame.turn_back(request, reasons, "rectification:session_items", finding.subject.session.uid)
    form = forms.FindingForm(request.POST or None, initial={"text": finding.text})
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_finding(finding, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
        except RuleViolation as problem:
            form.add_error(None, problem)
        else:
            return back_to(finding)
    return render(request, "rectification/finding.html", {"form": form, "finding": finding, "session": finding.subject.session})


@require_POST
def finding_confirm(request, uid):
    finding = finding_of(request, uid)
    actions.confirm_finding(finding, text=finding.text, by=request.user, now=timezone.now())
    return back_to(finding)


@kept.button_on("rectification:finding")
def finding_dismiss(request, uid):
    finding = finding_of(request, uid)
    form = ReasonForm(request.POST, auto_id=dismissal_id(finding))
    if not form.is_valid():
        return show(request, finding.subject.session, finding=finding, dismissal=form)
    actions.dismiss_finding(finding, **form.cleaned_data, by=request.user, now=timezone.now())
    return back_to(finding)


@require_POST
def finding_reconsider(request, uid):
    finding = finding_of(request, uid)
    actions.reconsider_finding(finding, by=request.user)
    return back_to(finding)
