"""述廉: write, submit, review, lock. A submitted version never changes; the trail holds no word of a report."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.actions import preparation
from reviews.actions import session as sessions
from reviews.models import ReportReview, ReportTemplate, ReportVersion, ReviewReport
from reviews.rules import report as rules

State = ReviewReport.State
ANY_BASE = object()


# --- write -------------------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(subject, *, content: dict, base=ANY_BASE, by, now: dt.datetime) -> ReviewReport:
    """Keep what is being written. `base` is when the words it was written from were saved (None: never).

    Refuses where somebody else (the liaison, another window) has saved since: nobody's words are overwritten unseen.
    """
    report = open_report(subject)
    kept = ReviewReport.objects.filter(pk=report.pk, state__in=ReviewReport.WRITABLE)
    if base is not ANY_BASE:
        kept = kept.filter(draft_saved_at=base)
    if not kept.update(draft=content, draft_saved_at=now):
        raise RuleViolation(_("这份报告刚在别处保存过较新的稿（本人、联络员或另一个窗口）。请打开最新的稿再改"))
    report.draft, report.draft_saved_at = content, now
    return report


def open_report(subject) -> ReviewReport:
    """The subject's report while it may be written in; begun when there is none."""
    preparation.need_under_way(subject.session)
    report = ReviewReport.objects.filter(subject=subject).first() or begin(subject)
    need_writable(report)
    return report


def begin(subject):
    template = ReportTemplate.in_force()
    if template is None:
        raise RuleViolation(_("还没有报告提纲，请告诉党风政风室：系统管理员录入后才能撰写"))
    report, _is_new = ReviewReport.objects.get_or_create(subject=subject, defaults={"template": template})
    return report


def need_writable(report):
    if blockers := report.writing_blockers():
        raise RuleViolation(blockers)


@transaction.atomic
def submit_report(report, *, base=ANY_BASE, by, today: dt.date) -> ReportVersion:
    """Hand in the draft as the next version. Refuses while the automatic check finds anything.

    `base` is when the words were saved that the official read and declared to be true: words saved since are read first.
    """
    report = ReviewReport.objects.select_for_update().select_related("template", "subject__session__rule_set").get(pk=report.pk)
    preparation.need_under_way(report.subject.session)
    need_writable(report)
    if base not in (ANY_BASE, report.draft_saved_at):
        raise RuleViolation(_("您打开这一页之后，报告又保存过（联络员或另一个窗口）。请看过现在的全文，再承诺提交"))
    if findings := rules.precheck(report.template.outline, report.draft):
        raise RuleViolation([finding.text for finding in findings])
    report.move_to(State.SUBMITTED)
    notices.close(matter=rewrite_matter(report))
    version = ReportVersion.objects.create(
        report=report, number=report.versions.count() + 1, content=report.draft, submitted_by=by
    )
    decider = Role.ORGANISER if report.may_return_again else Role.APPROVER
    notices.post(
        to=User.objects.with_role(decider),
        key=f"report:{report.uid}:submitted:{version.number}",
        subject=lambda: _("待审查：%(report)s") % {"report": report},
        body=lambda: _("%(version)s已提交，请对照“五个不通过”审查。") % {"version": version},
        link=reverse("reviews:report_review", args=[report.uid]),
        matter=review_matter(report),
    )
    audit.record("submit_report", report, by=by, version=version.number)
    sessions.advance(report.subject.session, by=by, today=today)
    return version


def review_matter(report):
    return f"report:{report.uid}:review"


# --- review ------------------------------------------------------------------------------------------------


@transaction.atomic
def pass_report(report, *, comment: str = "", seen: int | None = None, by, today: dt.date) -> ReportReview:
    """Find the submitted version good. Nobody judges what he or she handed in, nor a version that the page did not show."""
    preparation.need_under_way(report.subject.session)
    version = latest(report, seen=seen)
    if version and version.submitted_by_id == by.pk:
        raise RuleViolation(_("提交人不能审查自己提交的报告，请由另一人审查"))
    report.move_to(State.PASSED)
    review = ReportReview.objects.create(version=version, is_passed=True, comment=comment.strip(), reviewed_by=by)
    answer(report, review, lambda: _("报告已通过：%(title)s"), comment.strip() or (lambda: _("您的述责述廉报告已通过审查。")))
    audit.record("pass_report", report, by=by, version=review.version.number)
    sessions.advance(report.subject.session, by=by, today=today)
    return review


@transaction.atomic
def return_report(report, *, reasons: list[dict], comment: str = "", seen: int | None = None, by, today: dt.date) -> ReportReview:
    """Send it back with coded reasons [{"code", "item", "comment"}]; what was submitted becomes the draft again.

    A version that had passed may come back as well, when the facts turn out to be other than written.
    """
    preparation.need_under_way(report.subject.session)
    version = latest(report, seen=seen)
    places = {"", rules.PROBLEMS, *(item["code"] for item in report.template.items)}
    if problems := rules.return_problems(reasons, codes=set(ReportReview.Reason.values), places=places):
        raise RuleViolation(problems)
    report.move_to(State.RETURNED)
    review = ReportReview.objects.create(
        version=version, is_passed=False, reasons=reasons, comment=comment.strip(), reviewed_by=by
    )
    answer(report, review, lambda: _("报告退回修改：%(title)s"), lambda: "\n".join([*grounds(reasons), comment.strip()]).strip())
    audit.record(
        "return_report", report, by=by, version=review.version.number, grounds=sorted({reason["code"] for reason in reasons})
    )
    sessions.advance(report.subject.session, by=by, today=today)
    return review


def latest(report, *, seen):
    """The last version, held until the end; refuses when it is not the one whose number the page showed (None: no page)."""
    ReviewReport.objects.select_for_update().get(pk=report.pk)
    version = report.versions.order_by("-number").first()
    if seen not in (None, version and version.number):
        raise RuleViolation(_("报告已重新提交，您看到的不是最后一稿。请看过新稿再决定"))
    return version


def grounds(reasons):
    labels = dict(ReportReview.Reason.choices)
    return [f"{r['code']} {labels[r['code']]}（{rules.place(r['item'])}）：{r['comment']}" for r in reasons]


def answer(report, review, subject, body):
    """Tell the official, of one that is to be written anew the liaison as well, and take the request off the reviewers' desks."""
    notices.close(matter=review_matter(report))
    if review.is_passed:
        notices.close(matter=rewrite_matter(report))
    official = User.objects.with_role(Role.SUBJECT).filter(official=report.subject.official_id)
    notices.post(
        to=official if review.is_passed else preparation.writers(report.subject),
        key=f"report:{report.uid}:review:{review.pk}",
        subject=lambda: subject() % {"title": report.subject.session.title},
        body=body,
        link=report.get_absolute_url() if review.is_passed else reverse("reviews:report_edit", args=[report.subject.uid]),
        matter=rewrite_matter(report),
    )


def rewrite_matter(report):
    return f"report:{report.uid}:rewrite"


# --- settle ------------------------------------------------------------------------------------------------


@transaction.atomic
def lock_reports(session, *, by) -> int:
    """Settle every report of the session that has passed: from here on no word changes. Returns how many."""
    preparation.need_under_way(session)
    locked = 0
    for report in ReviewReport.objects.filter(subject__session=session, state=State.PASSED).select_related("subject"):
        lock(report, by=by)
        locked += 1
    return locked


def lock(report, *, by):
    report.move_to(State.LOCKED)
    audit.record("lock_report", report, by=by)


@transaction.atomic
def present_report(subject, *, by):
    """Note that the official has spoken to the report on stage; safe to repeat. One that has only passed is settled by it."""
    report = ReviewReport.objects.get(subject=subject)
    if report.state == State.PRESENTED:
        return
    if report.state == State.PASSED:
        lock(report, by=by)
    report.move_to(State.PRESENTED)
    audit.record("present_report", report, by=by)
