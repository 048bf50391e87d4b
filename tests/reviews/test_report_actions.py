import pytest
from django.utils import timezone

from core.errors import RuleViolation
from core.models import AuditEvent
from notices.models import Notice
from reviews.actions import report as actions
from reviews.models import PreparationTask, ReportReview, ReportTemplate, ReviewReport, ReviewSession
from tests import factories
from tests.reviews.reports import GROUND, TODAY, content, drafted, fresh, passed, returned, submitted

State = ReviewReport.State


@pytest.fixture(autouse=True)
def outline(db):
    return factories.ReportTemplateFactory()


# --- write -------------------------------------------------------------------------------------------------


def test_the_first_save_begins_the_report(subject, subject_user):
    report = drafted(subject, by=subject_user)

    assert (report.state, report.draft["items"]["A1"][:3]) == (State.DRAFT, "写实写")


def test_a_save_from_an_older_text_is_refused(subject, subject_user, liaison):
    first = drafted(subject, by=subject_user)
    actions.save_draft(subject, content=content("联络员补写的数字"), base=first.draft_saved_at, by=liaison, now=timezone.now())

    with pytest.raises(RuleViolation, match="较新的稿"):
        actions.save_draft(subject, content=content("旧窗口"), base=first.draft_saved_at, by=subject_user, now=timezone.now())
    with pytest.raises(RuleViolation, match="较新的稿"):
        actions.save_draft(subject, content=content("没打开过"), base=None, by=subject_user, now=timezone.now())

    assert fresh(first).draft["items"]["A1"] == "联络员补写的数字"


def test_nobody_writes_without_an_outline(subject, subject_user):
    ReportTemplate.objects.all().delete()

    with pytest.raises(RuleViolation, match="提纲"):
        actions.save_draft(subject, content={}, by=subject_user, now=timezone.now())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("DRAFT", "还没有批准"),
        ("PLANNED", "还没有批准"),
        ("IN_PROGRESS", "会议已经开始"),
        ("CLOSED", "会议已经开始"),
        ("POSTPONED", "会议已延期"),
        ("CANCELLED", "会议已取消"),
    ],
)
def test_nobody_writes_before_the_approval_or_after_the_opening(subject, subject_user, state, words):
    ReviewSession.objects.update(state=state)
    subject.session.refresh_from_db()

    with pytest.raises(RuleViolation, match=words):
        actions.save_draft(subject, content=content(), by=subject_user, now=timezone.now())


@pytest.mark.parametrize("made", [submitted, lambda s, by: _locked(s, by)])
def test_what_was_handed_in_is_not_written_in(subject, subject_user, made):
    report = made(subject, by=subject_user)

    with pytest.raises(RuleViolation, match="不能再改"):
        actions.save_draft(subject, content={}, by=subject_user, now=timezone.now())

    assert fresh(report).draft == content()


def _locked(subject, by):
    report = submitted(subject, by=by)
    ReviewReport.objects.update(state=State.LOCKED)
    return report


# --- submit ------------------------------------------------------------------------------------------------


def test_handing_in_makes_a_version_and_tells_the_organisers(subject, subject_user, clerk, approver):
    report = submitted(subject, by=subject_user)

    version = report.versions.get()
    assert (report.state, version.number, version.content, version.submitted_by) == (
        State.SUBMITTED,
        1,
        content(),
        subject_user,
    )
    assert [(n.to, n.matter) for n in Notice.objects.filter(key__startswith="report:")] == [
        (clerk, f"report:{report.uid}:review")
    ]
    assert "写实写" not in "".join(AuditEvent.objects.values_list("detail", flat=True))


def test_an_unfinished_report_is_refused_with_every_reason(subject, subject_user, clerk):
    report = drafted(subject, by=subject_user, B1="", C2="太短")
    ReviewReport.objects.update(draft=report.draft | {"problems": []})

    with pytest.raises(RuleViolation) as refusal:
        actions.submit_report(report, by=subject_user, today=TODAY)

    assert refusal.value.messages == [
        "B1还没有写",
        "C2只有 2 字，还差 18 字",
        "问题只写了 0 条，至少 3 条",
    ]
    assert fresh(report).state == State.DRAFT
    assert not Notice.objects.filter(key__startswith="report:").exists()


def test_a_report_is_handed_in_once(subject, subject_user):
    report = submitted(subject, by=subject_user)

    with pytest.raises(RuleViolation):
        actions.submit_report(report, by=subject_user, today=TODAY)

    assert report.versions.count() == 1


def test_the_date_for_reports_is_done_when_the_last_is_in(session, clerk):
    subjects = list(session.subjects.all())
    for subject in subjects[:-1]:
        submitted(subject)
    assert session.preparation.get(kind=PreparationTask.Kind.REPORTS).done_on is None

    submitted(subjects[-1], by=clerk)

    assert session.preparation.get(kind=PreparationTask.Kind.REPORTS).done_on == TODAY


# --- review ------------------------------------------------------------------------------------------------


def test_a_returned_report_says_why_and_goes_back_to_its_writer(subject, subject_user, clerk):
    report = returned(subject, by=subject_user, clerk=clerk)

    review = ReportReview.objects.get()
    notice = Notice.objects.get(to=subject_user)
    assert (report.state, review.is_passed, review.reasons, report.returns) == (State.RETURNED, False, [GROUND], 1)
    assert "NP4 事项不实（C1）：派车单为 97 次" in notice.body
    assert notice.link.endswith(f"/subjects/{subject.uid}/report")
    assert Notice.objects.get(matter=f"report:{report.uid}:review").state == Notice.State.CANCELLED


def test_the_liaison_who_helps_to_write_is_told_of_a_return_too(subject, liaison, clerk):
    returned(subject, clerk=clerk)

    notice = Notice.objects.get(to=liaison)
    assert notice.subject == f"报告退回修改：{subject.session.title}"
    assert notice.link.endswith(f"/subjects/{subject.uid}/report")


def test_the_next_version_keeps_the_one_before(subject, subject_user, clerk):
    returned(subject, by=subject_user, clerk=clerk)

    report = submitted(subject, by=subject_user, C1="派车单为九十七次，上一稿漏计十一月应急抢险十一次。")

    assert [(v.number, v.content["items"]["C1"][:3]) for v in report.versions.all()] == [(2, "派车单"), (1, "写实写")]


@pytest.mark.parametrize("reasons", [[], [GROUND | {"code": "NP6"}], [GROUND | {"item": "Z9"}], [GROUND | {"comment": " "}]])
def test_a_report_is_not_returned_without_a_coded_reason(subject, subject_user, clerk, reasons):
    report = submitted(subject, by=subject_user)

    with pytest.raises(RuleViolation):
        actions.return_report(report, reasons=reasons, by=clerk, today=TODAY)

    assert fresh(report).state == State.SUBMITTED
    assert not ReportReview.objects.exists()


def test_a_draft_is_not_reviewed(subject, subject_user, clerk):
    report = drafted(subject, by=subject_user)

    with pytest.raises(RuleViolation):
        actions.return_report(report, reasons=[GROUND], by=clerk, today=TODAY)
    with pytest.raises(RuleViolation):
        actions.pass_report(report, by=clerk, today=TODAY)


def test_a_passed_report_tells_its_writer(subject, subject_user, clerk):
    report = passed(subject, by=subject_user, clerk=clerk)

    assert report.state == State.PASSED
    assert Notice.objects.get(to=subject_user).subject == f"报告已通过：{subject.session.title}"


def test_nobody_judges_a_report_he_or_she_handed_in(subject, subject_user):
    report = submitted(subject, by=subject_user)

    with pytest.raises(RuleViolation, match="另一人审查"):
        actions.pass_report(report, by=subject_user, today=TODAY)

    assert fresh(report).state == State.SUBMITTED


def test_a_passed_report_may_come_back(subject, subject_user, clerk, approver):
    report = passed(subject, by=subject_user, clerk=clerk)

    actions.return_report(report, reasons=[GROUND], comment="核查结果与报告不符", by=approver, today=TODAY)

    assert [review.is_passed for review in report.versions.get().reviews.all()] == [False, True]
    assert fresh(report).state == State.RETURNED


def test_of_two_reviewers_at_once_one_wins(subject, subject_user, clerk):
    mine, theirs = (fresh(r) for r in [submitted(subject, by=subject_user)] * 2)
    actions.pass_report(mine, by=clerk, today=TODAY)

    with pytest.raises(RuleViolation):
        actions.pass_report(theirs, by=clerk, today=TODAY)

    assert ReportReview.objects.count() == 1


def test_nobody_decides_on_a_version_the_page_did_not_show(subject, subject_user, clerk):
    returned(subject, by=subject_user, clerk=clerk)
    report = submitted(subject, by=subject_user, C1="派车单为九十七次，上一稿漏计十一月应急抢险十一次。")

    for decide in (actions.pass_report, lambda *args, **kwargs: actions.return_report(*args, reasons=[GROUND], **kwargs)):
        with pytest.raises(RuleViolation, match="不是最后一稿"):
            decide(fresh(report), seen=1, by=clerk, today=TODAY)

    assert fresh(report).state == State.SUBMITTED
    actions.pass_report(fresh(report), seen=2, by=clerk, today=TODAY)


def test_reviews_end_with_the_opening(subject, subject_user, clerk):
    report = submitted(subject, by=subject_user)
    ReviewSession.objects.update(state=ReviewSession.State.IN_PROGRESS)

    with pytest.raises(RuleViolation, match="不再办理"):
        actions.pass_report(fresh(report), by=clerk, today=TODAY)
    with pytest.raises(RuleViolation, match="不再办理"):
        actions.return_report(fresh(report), reasons=[GROUND], by=clerk, today=TODAY)


def test_after_the_last_round_the_leader_is_asked(subject, subject_user, clerk, approver):
    for _round in range(3):
        report = returned(subject, by=subject_user, clerk=clerk)
    assert not report.may_return_again
    Notice.objects.all().delete()

    submitted(subject, by=subject_user)

    assert [n.to for n in Notice.objects.filter(matter=f"report:{report.uid}:review")] == [approver]


# --- settle ------------------------------------------------------------------------------------------------


def test_locking_settles_what_has_passed_and_nothing_else(session, subject_user, clerk, approver):
    one, other, *_rest = session.subjects.all()
    passed(one, clerk=clerk)
    submitted(other)

    assert actions.lock_reports(session, by=approver) == 1
    assert actions.lock_reports(session, by=approver) == 0

    assert [r.state for r in ReviewReport.objects.all()] == [State.LOCKED, State.SUBMITTED]
    with pytest.raises(RuleViolation):
        actions.return_report(fresh(one.report), reasons=[GROUND], by=approver, today=TODAY)


@pytest.mark.parametrize("is_locked", [True, False])
def test_a_report_is_presented_on_stage(session, subject, clerk, approver, is_locked):
    report = passed(subject, clerk=clerk)
    if is_locked:
        actions.lock_reports(session, by=approver)

    actions.present_report(subject, by=clerk)
    actions.present_report(subject, by=clerk)

    assert fresh(report).state == State.PRESENTED
    assert AuditEvent.objects.filter(action="present_report").count() == 1
    assert AuditEvent.objects.filter(action="lock_report").count() == 1


def test_an_unread_report_is_not_presented(subject, clerk):
    submitted(subject)

    with pytest.raises(RuleViolation):
        actions.present_report(subject, by=clerk)
