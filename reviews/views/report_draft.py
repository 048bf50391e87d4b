"""The writing page: it saves by itself, shows the check, and goes on to handing in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleViolation, require
from reviews.actions import report as actions
from reviews.forms import report as forms
from reviews.models import Digest, ReportTemplate, ReviewReport, ReviewSession, SessionSubject
from reviews.policies import canvass as canvass_policies
from reviews.policies import report as policies
from reviews.rules import canvass as canvass_rules
from reviews.rules import report as rules
from reviews.views import frame, report_text
from reviews.views.report import report_of

State = ReviewReport.State


def subject_of(request, uid):
    subject = get_object_or_404(SessionSubject.objects.select_related("session__rule_set", "official", "unit"), uid=uid)
    get_object_or_404(ReviewSession.objects.visible_to(request.user), pk=subject.session_id)
    require(policies.can_write(request.user, subject), _("报告由述责述廉对象本人撰写，本单位联络员可以协助。"))
    return subject


def draft_of(request, subject):
    """The subject's report (None: not begun), its outline, and the forms with what is kept or was typed."""
    report = (
        ReviewReport.objects.filter(subject=subject)
        .select_related("template")
        .prefetch_related("versions__reviews__reviewed_by")
        .first()
    )
    template = report.template if report else ReportTemplate.in_force()
    if report:
        report.subject = subject
    if template is None:
        return report, None, None, None
    content = report.draft if report else {}
    data = request.POST or None
    form = forms.ReportForm(data, template=template, initial=content.get("items", {}))
    # What is kept is no measure for what was sent: a row equal to it would count as untouched and be lost.
    kept = None if data else content.get("problems", [])
    problems = forms.ProblemFormSet(data, initial=kept, prefix="problems")
    return report, template, form, problems


def report_edit(request, uid):
    """The writing page. It saves by itself; the buttons save as well, the second one goes on to handing in."""
    subject = subject_of(request, uid)
    report, template, form, problems = draft_of(request, subject)
    is_read = request.method == "GET"  # what was typed meanwhile is refused in its form instead
    if is_read and report and (reasons := report.writing_blockers()):
        return frame.turn_back(request, reasons, report)
    if template is None or (is_read and subject.session.state not in ReviewSession.UNDER_WAY):
        context = {"subject": subject, "session": subject.session, "has_outline": template is not None}
        return render(request, "reviews/report_closed.html", context)
    if request.method == "POST" and form.is_valid() and problems.is_valid():
        content = forms.content_of(form, problems)
        try:
            report = keep(subject, form, content, by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            if form.cleaned_data["submit"]:
                return redirect("reviews:report_submit", report.uid)
            messages.success(request, _("已保存"))
            return redirect("reviews:report_edit", subject.uid)
    context = writing(request, subject, report, template, form, problems)
    return render(request, "reviews/report_edit.html", context)


@require_POST
def report_save(request, uid):
    """What the writing page sends by itself every few seconds; answers with the check, or with the reason in plain text."""
    subject = subject_of(request, uid)
    _report, template, form, problems = draft_of(request, subject)
    if template is None or not (form.is_valid() and problems.is_valid()):
        return HttpResponse(unfit(template, form, problems), status=422, content_type="text/plain; charset=utf-8")
    content = forms.content_of(form, problems)
    try:
        report = keep(subject, form, content, by=request.user)
    except RuleViolation as refusal:
        return HttpResponse("\n".join(refusal.messages), status=409, content_type="text/plain; charset=utf-8")
    return render(
        request, "reviews/_report_check.html", report_text.checked(template, content, report, year=subject.session.date.year)
    )


def unfit(template, form, problems):
    """Which parts of what was sent cannot be kept."""
    places = [item["code"] for item in template.items if item["code"] in form.errors] if template else []
    if template and not problems.is_valid():
        places.append(_("问题和整改措施"))
    if not places:
        return _("提交的内容不完整或者不对，请刷新后再试")
    return _("%(places)s 填写不对（太长，或者日期不对），还没有保存") % {"places": _("、").join(places)}


def keep(subject, form, content, *, by):
    return actions.save_draft(subject, content=content, base=form.cleaned_data["base"], by=by, now=timezone.now())


def writing(request, subject, report, template, form, problems):
    session = subject.session
    review = returned_with(report)
    said = {}
    for reason in report_text.shown_reasons(review):
        said.setdefault(report_text.anchor(reason["item"]), []).append(reason)
    content = report.draft if report else {}
    texts = {item["code"]: form[item["code"]].value() or "" for item in template.items}
    kind = "REPORT_REVIEW" if review else "REPORTS"
    return {
        "subject": subject,
        "session": session,
        "heading": rules.heading(session.date.year),
        "form": form,
        "problems": problems,
        "aspects": [
            {
                "name": aspect["name"],
                "numeral": rules.NUMERALS[n],
                "items": [item_line(form, item, texts, said) for item in aspect["items"]],
            }
            for n, aspect in enumerate(template.outline)
        ],
        "said_of_problems": said.get("problems", []),
        "n_problems": len(content.get("problems", [])),
        "least_problems": rules.LEAST_PROBLEMS,
        "n_version": len(report.versions.all()) + 1 if report else 1,
        "due_on": session.tasks[kind].due_on if kind in session.tasks else None,
        "review": review,
        "reasons": report_text.shown_reasons(review),
        "round": rules.rounds(report.returns, most=session.rule_set.report_rounds) if review else "",
        "entries": entries_about(request.user, subject),
        "may_submit": policies.can_submit(request.user, subject),
        **report_text.checked(template, content, report, year=session.date.year),
    }


def item_line(form, item, texts, said):
    n, least = rules.count(texts[item["code"]]), item.get("min_chars", 0)
    return {
        **item,
        "short": rules.short_name(item["name"]),
        "field": form[item["code"]],
        "n": n,
        "kind": "" if not n else "ok" if n >= least else "bad",
        "said": said.get(item["code"], []),
    }


def returned_with(report):
    """The review that sent the report back, while it is back."""
    if report is None or report.state != State.RETURNED:
        return None
    return report.last_version.last_review


def entries_about(user, subject):
    """The digest's lines about this official, once the digest is out; voices in classes, never a source, and no trace of a line
    that was withdrawn (docs/adr/0006)."""
    if not canvass_policies.can_read_own_digest(user, subject):
        return []
    entries = Digest.objects.get(session=subject.session).entries.filter(subject=subject, is_withdrawn=False)
    return [{"entry": entry, "voices": canvass_rules.voices(entry.voices)} for entry in entries]


def report_submit(request, uid):
    """Before it is handed in: the five grounds, the whole text once more, and the declaration that it is true."""
    found = report_of(request, uid)
    require(policies.can_submit(request.user, found.subject), _("报告由述责述廉对象本人提交，提交即承诺内容真实。"))
    if request.method == "GET" and (reasons := found.writing_blockers()):
        return frame.turn_back(request, reasons, found)
    form, problems = forms.DeclareForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit_report(found, base=form.cleaned_data["base"], by=request.user, today=timezone.localdate())
        except RuleViolation as refusal:
            form, problems = forms.DeclareForm(), refusal.messages  # what is there now is declared anew
        else:
            messages.success(request, _("报告已提交审查，结果会发到您的收件箱"))
            return redirect(found)
    context = {
        **report_text.text_of(found, found.draft),
        "form": form,
        "problems": problems,
        **report_text.checked(found.template, found.draft, found, year=found.subject.session.date.year),
    }
    return render(request, "reviews/report_submit.html", context)
