"""The desks of the official who answers and of the unit's liaison: the report, the letter, the items."""

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.views.line import Line
from notices.models import Letter
from officials.models import Unit
from rectification.models import RectificationItem
from reviews.models import ReviewReport, ReviewSession, SessionSubject
from reviews.policies import report as policies
from scoring.models import SubjectResult

Item = RectificationItem.State
RUNNING = [ReviewSession.State.FED_BACK, ReviewSession.State.RECTIFYING]


def unit(user, today):
    yield from reports(user)
    yield from letters(user)
    yield from items(user)
    yield from results(user)


def reports(user):
    """The own report while it is to be written; of a rehearsal too."""
    subjects = SessionSubject.objects.of(user).filter(session__state__in=ReviewSession.UNDER_WAY)
    for subject in subjects.select_related("session", "report").prefetch_related("session__preparation"):
        report = getattr(subject, "report", None)
        url = reverse("reviews:report_edit", args=[subject.uid])
        due = subject.session.tasks["REPORTS"].due_on
        if report and report.state == ReviewReport.State.RETURNED:
            yield Line(_("按退回的意见修改述责述廉报告"), url, _("去修改"), subject.session.title, None, _("退回"), "bad")
        elif report is None or report.state == ReviewReport.State.DRAFT:
            title = _("撰写并提交述责述廉报告") if policies.can_submit(user, subject) else _("协助撰写述责述廉报告")
            yield Line(title, url, _("去撰写"), subject.session.title, due)


def letters(user):
    for letter in Letter.objects.filter(unit__in=Unit.objects.answered_by(user), state=Letter.State.SERVED):
        title = _("签收%(number)s") % {"number": letter.document_number}
        yield Line(title, letter.get_absolute_url(), _("签收"), letter.title)


WORDS = {
    Item.PENDING_PLAN: lambda: (_("报送整改方案：%(text)s"), _("写方案"), "", ""),
    Item.PLAN_RETURNED: lambda: (_("修改退回的方案：%(text)s"), _("去修改"), _("退回"), "bad"),
    Item.IN_PROGRESS: lambda: (_("整改并上传佐证：%(text)s"), _("上传"), "", ""),
    Item.EVIDENCE_RETURNED: lambda: (_("补充退回的佐证：%(text)s"), _("去补充"), _("退回"), "bad"),
}


def items(user):
    mine = RectificationItem.objects.filter(unit__in=Unit.objects.answered_by(user), state__in=WORDS).order_by("due_on", "code")
    for item in mine:
        title, button, word, kind = WORDS[item.state]()
        due = item.plan_due_on if item.state in RectificationItem.AWAIT_PLAN else item.due_on
        late = item.warning.level > 1 or item.is_plan_late
        url = reverse("rectification:unit_item", args=[item.uid])
        yield Line(title % {"text": item.text}, url, button, item.code, due, "" if late else word, "" if late else kind)


def results(user):
    """The own result, while the session's matters are being put right; never one of a rehearsal."""
    mine = SubjectResult.objects.published().filter(
        subject__in=SessionSubject.objects.of(user),
        subject__session__state__in=RUNNING,
        subject__session__is_rehearsal=False,
    )
    for result in mine.select_related("subject__session"):
        url = reverse("scoring:results", args=[result.subject.session.uid])
        yield Line(_("查看评议结果"), url, _("看结果"), result.subject.session.title, None, _("已反馈"), "info")
