"""A report to be read, and to be reviewed: returned with coded grounds, or passed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import seen
from core.errors import RuleViolation, require
from reviews.actions import report as actions
from reviews.forms import report as forms
from reviews.models import ReviewReport
from reviews.policies import report as policies
from reviews.rules import report as rules
from reviews.views import report_text

State = ReviewReport.State
REVIEWABLE = (State.SUBMITTED, State.PASSED)  # one that has passed may come back


def report_of(request, uid):
    """The report with all its versions, where this person may see it."""
    found = (
        ReviewReport.objects.visible_to(request.user)
        .select_related("template", "subject__session__rule_set", "subject__official", "subject__unit")
        .prefetch_related("versions__reviews__reviewed_by")
    )
    return get_object_or_404(found, uid=uid)


def version_of(request, report):
    """The version asked for with ?version=; those who only read get the one that passed."""
    form, versions = forms.VersionForm(request.GET), report.versions.all()
    if not form.is_valid():
        raise Http404
    wanted = form.cleaned_data["version"]
    if wanted and policies.can_read_reviews(request.user, report):
        versions = [version for version in versions if version.number == wanted]
    if not versions:
        raise Http404
    return versions[0]


def report(request, uid):
    """A report as it was submitted; for the official and the office with all its versions and reviews."""
    found = report_of(request, uid)
    if not found.versions.all() and policies.can_write(request.user, found.subject):
        return redirect("reviews:report_edit", found.subject.uid)
    version = version_of(request, found)
    reads_reviews = policies.can_read_reviews(request.user, found)
    context = {
        **report_text.text_of(found, version.content),
        "version": version,
        "length": rules.length(version.content),
        "history": report_text.history(found) if reads_reviews else [],
        "reads_reviews": reads_reviews,
        "may_write": found.is_writable
        and not found.subject.session.preparation_blockers()
        and policies.can_write(request.user, found.subject),
        "may_review": is_reviewable(found) and policies.can_review(request.user, found),
    }
    return render(request, "reviews/report.html", context)


def report_review(request, uid):
    """The last version beside the automatic check; return it with coded grounds, or pass it."""
    found = report_of(request, uid)
    version, may_review = found.last_version, policies.can_review(request.user, found)
    is_decided = found.state != found.State.SUBMITTED and not may_review  # a notice may lead here that asked before
    if version is None or (request.method == "GET" and (is_decided or not is_reviewable(found))):
        return redirect(found)
    require(may_review, refusal_of(found))
    reasons = forms.GroundFormSet(request.POST or None, prefix="reasons", form_kwargs={"template": found.template})
    comment = forms.CommentForm(request.POST or None)
    problems = []
    if request.method == "POST" and reasons.is_valid() and comment.is_valid():
        given = [row.reason for row in reasons if row.cleaned_data]
        words = comment.cleaned_data["comment"]
        try:
            actions.return_report(
                found, reasons=given, comment=words, seen=seen.number(request), by=request.user, today=timezone.localdate()
            )
        except RuleViolation as refusal:
            problems = refusal.messages
        else:
            messages.success(request, _("已退回%(name)s修改") % {"name": found.subject.name})
            return redirect("reviews:reports", found.subject.session.uid)
    context = {
        **report_text.text_of(found, version.content),
        "version": version,
        "reasons": reasons,
        "comment": comment,
        "problems": problems,
        "unfit": unfit(reasons) if request.method == "POST" else [],
        "pass_form": forms.CommentForm(prefix="pass"),
        "returned": found.returns,
        "most": found.subject.session.rule_set.report_rounds,
        "history": report_text.history(found)[1:],
        "is_submitted": found.state == State.SUBMITTED,
        **report_text.checked(found.template, version.content, found, year=found.subject.session.date.year),
    }
    return render(request, "reviews/report_review.html", context)


def unfit(reasons):
    """Of each reason that is not complete its number and the first field that is wrong."""
    faulty = [(n, [field for field in row if field.errors]) for n, row in enumerate(reasons, 1)]
    return [{"n": n, "field": fields[0]} for n, fields in faulty if fields]


def is_reviewable(report):
    return report.state in REVIEWABLE and not report.subject.session.preparation_blockers()


def refusal_of(report):
    if not report.may_return_again:
        return _("退回次数已满，这份报告由审批领导决定。")
    return _("报告由工作人员审查；已经通过的，只有审批领导可以退回。")


@require_POST
def report_pass(request, uid):
    found = report_of(request, uid)
    require(policies.can_review(request.user, found), refusal_of(found))
    form = forms.CommentForm(request.POST, prefix="pass")
    if not form.is_valid():
        raise RuleViolation(_("意见太长，请缩短"))
    words = form.cleaned_data["comment"]
    actions.pass_report(found, comment=words, seen=seen.number(request), by=request.user, today=timezone.localdate())
    messages.success(request, _("%(name)s的报告已通过") % {"name": found.subject.name})
    return redirect("reviews:reports", found.subject.session.uid)
