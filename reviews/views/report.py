"""述廉: the tab, the writing page, the reading and reviewing pages, two versions side by side, the paper."""

import datetime as dt
import io
from dataclasses import replace
from itertools import zip_longest

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from django.views.decorators.http import require_POST

from core import paper
from core.errors import RuleViolation, require
from core.templatetags.shuze import day
from reviews.actions import report as actions
from reviews.forms import report as forms
from reviews.models import Digest, ReportReview, ReportTemplate, ReviewReport, ReviewSession, SessionSubject
from reviews.policies import canvass as canvass_policies
from reviews.policies import report as policies
from reviews.rules import canvass as canvass_rules
from reviews.rules import report as rules
from reviews.rules import session as session_rules
from reviews.views import frame

State = ReviewReport.State
NUMERALS = "一二三四五六七八九十"


def report_of(request, uid):
    """The report with all its versions, where this person may see it."""
    found = (
        ReviewReport.objects.visible_to(request.user)
        .select_related("template", "subject__session__rule_set", "subject__official__unit")
        .prefetch_related("versions__reviews__reviewed_by")
    )
    return get_object_or_404(found, uid=uid)


# --- the tab -----------------------------------------------------------------------------------------------


def reports(request, uid):
    """Every subject of the session and how far the report is; an official sees the own one."""
    session = frame.session_of(request, uid)
    require(policies.can_enter(request.user, session))
    sees_all = policies.can_see_all(request.user, session)
    subjects = session.subjects.select_related("official", "report").prefetch_related("report__versions__reviews")
    own = {subject.pk for subject in session.subjects.of(request.user)}
    if own:
        subjects = subjects.filter(pk__in=own)
    visible = set(ReviewReport.objects.visible_to(request.user).filter(subject__session=session).values_list("pk", flat=True))
    lines = [line(request.user, session, s, is_own=s.pk in own, sees_all=sees_all, visible=visible) for s in subjects]
    may_write = any(entry["may_write"] for entry in lines)
    context = frame.context(
        request,
        session,
        tab="reports",
        step=replace(session_rules.own_report(), target="reviews:report_own") if may_write else None,
        lines=lines,
        due_on=session.tasks["REPORTS"].due_on if "REPORTS" in session.tasks else None,
        most=session.rule_set.report_rounds,
        sees_all=sees_all,
        n_passed=sum(entry["report"] is not None and entry["report"].state == State.PASSED for entry in lines),
        may_lock=policies.can_lock(request.user, session),
    )
    return render(request, "reviews/reports.html", context)


def line(user, session, subject, *, is_own, sees_all, visible):
    """One row of the tab: of other people's reports only what this person may know."""
    found = getattr(subject, "report", None)
    knows = sees_all or is_own
    version = found.last_version if found and (knows or found.pk in visible) else None
    if found:
        found.subject = subject
        subject.session = session
    may_write = is_own and session.state in ReviewSession.UNDER_WAY and (found is None or found.is_writable)
    may_review = found is not None and found.state == State.SUBMITTED and policies.can_review(user, found)
    return {
        "subject": subject,
        "report": found,
        "badge": standing(found, knows),
        "version": version,
        "length": rules.length(version.content) if version else None,
        "returns": found.returns if found and knows else 0,
        "may_write": may_write,
        "may_review": may_review,
        "may_read": version is not None and not may_write and not may_review,
    }


def standing(report, knows):
    """(kind of badge, words): those who only read learn that it has passed or not, nothing of the way there."""
    if not knows:
        return ("ok", pgettext("state", "通过")) if report and report.state in ReviewReport.THROUGH else ("", _("还没有通过"))
    return (report.badge, report.get_state_display()) if report else ("", _("还没有动笔"))


def report_own(request, uid):
    """From the next step of the session straight to the own writing page."""
    session = frame.session_of(request, uid)
    subjects = session.subjects.of(request.user)
    subject = subjects.filter(Q(report=None) | Q(report__state__in=ReviewReport.WRITABLE)).first() or subjects.first()
    if subject is None:
        raise Http404
    return redirect("reviews:report_edit", subject.uid)


@require_POST
def reports_lock(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_lock(request.user, session))
    if locked := actions.lock_reports(session, by=request.user):
        messages.success(request, _("已定稿 %(n)d 份报告") % {"n": locked})
    else:
        messages.info(request, _("没有等待定稿的报告"))
    return redirect("reviews:reports", session.uid)


# --- write -------------------------------------------------------------------------------------------------


def subject_of(request, uid):
    subject = get_object_or_404(SessionSubject.objects.select_related("session__rule_set", "official__unit"), uid=uid)
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


def base_of(request):
    """When the words this page was opened with were saved, as the page tells it."""
    try:
        return dt.datetime.fromisoformat(request.POST.get("base", ""))
    except ValueError:
        return None


def report_edit(request, uid):
    """The writing page. It saves by itself; the buttons save as well, the second one goes on to handing in."""
    subject = subject_of(request, uid)
    report, template, form, problems = draft_of(request, subject)
    if report and not report.is_writable:
        return redirect(report)
    if template is None or subject.session.state not in ReviewSession.UNDER_WAY:
        return render(request, "reviews/report_closed.html", {"subject": subject, "session": subject.session})
    if request.method == "POST" and form.is_valid() and problems.is_valid():
        content = forms.content_of(form, problems)
        try:
            report = actions.save_draft(subject, content=content, base=base_of(request), by=request.user, now=timezone.now())
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            if "submit" in request.POST:
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
        return HttpResponse(
            _("有一处填写不对（太长，或者日期不对），还没有保存"), status=422, content_type="text/plain; charset=utf-8"
        )
    content = forms.content_of(form, problems)
    try:
        report = actions.save_draft(subject, content=content, base=base_of(request), by=request.user, now=timezone.now())
    except RuleViolation as refusal:
        return HttpResponse("\n".join(refusal.messages), status=409, content_type="text/plain; charset=utf-8")
    return render(request, "reviews/_report_check.html", checked(template, content, report))


def checked(template, content, report):
    findings = rules.precheck(template.outline, content)
    return {"report": report, "findings": shown_findings(findings), "grounds": grounds(findings)}


def shown_findings(findings):
    labels = dict(ReportReview.Reason.choices)
    return [{"finding": f, "label": labels[f.code], "anchor": anchor(f.item)} for f in findings]


def anchor(item):
    """Where in the writing page an item stands."""
    return "problems" if item.startswith(rules.PROBLEMS) else item


def grounds(findings):
    """All five grounds and how each stands: found, not found, or for people to judge."""
    found = {finding.code for finding in findings}
    return [
        {"code": code, "label": label, "is_found": code in found, "by_people": code in rules.BY_PEOPLE}
        for code, label in ReportReview.Reason.choices
    ]


def writing(request, subject, report, template, form, problems):
    session = subject.session
    review = returned_with(report)
    said = {}
    for reason in shown_reasons(review):
        said.setdefault(anchor(reason["item"]), []).append(reason)
    content = report.draft if report else {}
    texts = {field.name: field.value() or "" for field in form}
    kind = "REPORT_REVIEW" if review else "REPORTS"
    return {
        "subject": subject,
        "session": session,
        "heading": heading(session),
        "form": form,
        "problems": problems,
        "aspects": [
            {
                "name": aspect["name"],
                "numeral": NUMERALS[n],
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
        "reasons": shown_reasons(review),
        "round": rules.rounds(report.returns, most=session.rule_set.report_rounds) if review else "",
        "length": rules.length({"items": texts, "problems": content.get("problems", [])}),
        "usual": rules.LENGTH,
        "entries": entries_about(request.user, subject),
        "may_submit": policies.can_submit(request.user, subject),
        **checked(template, content, report),
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


def shown_reasons(review):
    labels = dict(ReportReview.Reason.choices)
    return [
        {**r, "label": labels[r["code"]], "anchor": anchor(r["item"]), "place": rules.place(r["item"])}
        for r in (review.reasons if review else [])
    ]


def entries_about(user, subject):
    """The digest's lines about this official, once the digest is out; voices in classes, never a source."""
    if not canvass_policies.can_read_own_digest(user, subject):
        return []
    entries = Digest.objects.get(session=subject.session).entries.filter(subject=subject)
    return [{"entry": entry, "voices": canvass_rules.voices(entry.voices)} for entry in entries]


def heading(session):
    return _("关于%(year)d年度履行责任和廉洁从政情况的述责述廉报告") % {"year": session.date.year}


def report_submit(request, uid):
    """Before it is handed in: the five grounds, the whole text once more, and the declaration that it is true."""
    found = report_of(request, uid)
    require(policies.can_submit(request.user, found.subject), _("报告由述责述廉对象本人提交，提交即承诺内容真实。"))
    if not found.is_writable:
        return redirect(found)
    form = forms.DeclareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit_report(found, by=request.user, today=timezone.localdate())
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("报告已提交审查，结果会发到您的收件箱"))
            return redirect(found)
    context = {
        **text_of(found, found.draft),
        "form": form,
        "length": rules.length(found.draft),
        "usual": rules.LENGTH,
        **checked(found.template, found.draft, found),
    }
    return render(request, "reviews/report_submit.html", context)


# --- read and review ---------------------------------------------------------------------------------------


def text_of(report, content):
    """What the pages that show a report's text share."""
    items = content.get("items", {})
    return {
        "report": report,
        "subject": report.subject,
        "session": report.subject.session,
        "heading": heading(report.subject.session),
        "aspects": [
            {
                "name": aspect["name"],
                "numeral": NUMERALS[n],
                "items": [
                    {**item, "text": items.get(item["code"], ""), "n": rules.count(items.get(item["code"], ""))}
                    for item in aspect["items"]
                ],
            }
            for n, aspect in enumerate(report.template.outline)
        ],
        "lines": [{**problem, "due_on": as_day(problem.get("due_on"))} for problem in content.get("problems", [])],
    }


def as_day(text):
    return dt.date.fromisoformat(text) if text else None


def history(report):
    """Every version and what became of it, newest first."""
    return [
        {"version": version, "reviews": [{"review": r, "reasons": shown_reasons(r)} for r in version.reviews.all()]}
        for version in report.versions.all()
    ]


def version_of(request, report):
    """The version asked for with ?version=; those who only read get the one that passed."""
    wanted = request.GET.get("version")
    versions = report.versions.all()
    if wanted and policies.can_read_reviews(request.user, report):
        versions = [version for version in versions if str(version.number) == wanted]
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
        **text_of(found, version.content),
        "version": version,
        "length": rules.length(version.content),
        "history": history(found) if reads_reviews else [],
        "reads_reviews": reads_reviews,
        "may_write": found.is_writable and policies.can_write(request.user, found.subject),
        "may_review": found.state in (State.SUBMITTED, State.PASSED) and policies.can_review(request.user, found),
    }
    return render(request, "reviews/report.html", context)


def report_review(request, uid):
    """The last version beside the automatic check; return it with coded grounds, or pass it."""
    found = report_of(request, uid)
    require(policies.can_review(request.user, found), refusal_of(found))
    if found.state not in (State.SUBMITTED, State.PASSED):
        return redirect(found)
    version = found.last_version
    reasons = forms.ReasonFormSet(request.POST or None, prefix="reasons", form_kwargs={"template": found.template})
    comment = forms.CommentForm(request.POST or None)
    problems = []
    if request.method == "POST" and reasons.is_valid() and comment.is_valid():
        given = [row.reason for row in reasons if row.cleaned_data]
        words = comment.cleaned_data["comment"]
        try:
            actions.return_report(found, reasons=given, comment=words, by=request.user, today=timezone.localdate())
        except RuleViolation as refusal:
            problems = refusal.messages
        else:
            messages.success(request, _("已退回%(name)s修改") % {"name": found.subject.name})
            return redirect("reviews:reports", found.subject.session.uid)
    context = {
        **text_of(found, version.content),
        "version": version,
        "length": rules.length(version.content),
        "usual": rules.LENGTH,
        "reasons": reasons,
        "comment": comment,
        "problems": problems,
        "pass_form": forms.CommentForm(prefix="pass"),
        "returned": found.returns,
        "most": found.subject.session.rule_set.report_rounds,
        "history": history(found)[1:],
        "is_submitted": found.state == State.SUBMITTED,
        **checked(found.template, version.content, found),
    }
    return render(request, "reviews/report_review.html", context)


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
    actions.pass_report(found, comment=form.cleaned_data["comment"], by=request.user, today=timezone.localdate())
    messages.success(request, _("%(name)s的报告已通过") % {"name": found.subject.name})
    return redirect("reviews:reports", found.subject.session.uid)


# --- two versions ------------------------------------------------------------------------------------------


def report_compare(request, uid):
    """Two versions item by item, what changed marked; the writer may hold the draft against a version."""
    found = report_of(request, uid)
    require(policies.can_read_reviews(request.user, found))
    texts = {str(version.number): (str(version), version.content) for version in reversed(found.versions.all())}
    if found.is_writable and policies.can_write(request.user, found.subject):
        texts["draft"] = (_("正在写的稿"), found.draft)
    keys = list(texts)
    new = request.GET.get("new", keys[-1] if keys else "")
    old = request.GET.get("old", keys[max(0, keys.index(new) - 1)] if new in texts else "")
    if new not in texts or old not in texts:
        raise Http404
    rows = compared(found.template, texts[old][1], texts[new][1])
    context = {
        "report": found,
        "subject": found.subject,
        "session": found.subject.session,
        "heading": heading(found.subject.session),
        "choices": [{"key": key, "label": label} for key, (label, _content) in texts.items()],
        "old": {"key": old, "label": texts[old][0]},
        "new": {"key": new, "label": texts[new][0]},
        "rows": rows,
        "n_changed": sum(row["is_changed"] for row in rows),
    }
    return render(request, "reviews/report_compare.html", context)


def compared(template, old, new):
    before, after = old.get("items", {}), new.get("items", {})
    rows = [
        (f"{item['code']}　{item['name']}", before.get(item["code"], ""), after.get(item["code"], "")) for item in template.items
    ]
    lines = zip_longest(old.get("problems", []), new.get("problems", []))
    rows += [
        (_("问题和整改措施　第 %(n)d 条") % {"n": n}, rules.line_text(a) if a else "", rules.line_text(b) if b else "")
        for n, (a, b) in enumerate(lines, start=1)
    ]
    shown = []
    for title, one, other in rows:
        left, right = rules.compare(one, other)
        shown.append({"title": title, "left": left, "right": right, "is_changed": one != other})
    return shown


# --- paper -------------------------------------------------------------------------------------------------


def report_paper(request, uid):
    """The report as a PDF; with its review sheet for those who read reviews."""
    found = report_of(request, uid)
    version = version_of(request, found)
    review = version.last_review if policies.can_read_reviews(request.user, found) else None
    title = str(found)
    with override("zh-hans"):  # papers are Chinese whoever asks for them
        said = paper_of(found, version, review)
    content = paper.render("paper/review_report.html", said, title=title)
    filename = f"{title}-{version.number}.pdf"
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=filename, content_type="application/pdf")


def paper_of(report, version, review):
    subject, official = report.subject, report.subject.official
    text = text_of(report, version.content)
    submitted = timezone.localdate(version.submitted_at)
    return {
        "document": {
            "code": f"BG-{subject.session.date:%Y%m%d}-{subject.order:02d}-{version.number:02d}",
            "marking": _("内部"),
            "producer": settings.COMMISSION,
            "at": day(submitted),
        },
        "heading": text["heading"],
        "official": {"name": subject.name, "unit": subject.unit_name, "post": subject.post},
        "term": _("%(day)s至今") % {"day": day(official.term_starts_on)},
        "period": _("%(year)d年度") % {"year": subject.session.date.year},
        "version": version.number,
        "aspects": text["aspects"],
        "problems": [{**line, "due_on": day(line["due_on"])} for line in text["lines"]],
        "date": day(submitted),
        "review": review_sheet(version, review) if review else None,
    }


def review_sheet(version, review):
    given = {}
    for reason in review.reasons:
        given.setdefault(reason["code"], []).append(reason)
    return {
        "is_passed": review.is_passed,
        "reasons": [
            {
                "code": code,
                "name": label,
                "is_found": code in given,
                "item": "、".join(rules.place(r["item"]) for r in given.get(code, [])),
                "comment": "；".join(r["comment"] for r in given.get(code, [])),
            }
            for code, label in ReportReview.Reason.choices
        ],
        "comment": review.comment,
        "reviewer": str(review.reviewed_by or ""),
        "round": version.number,
        "date": day(timezone.localdate(review.reviewed_at)),
    }
