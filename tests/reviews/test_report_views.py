import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notices.models import Notice
from officials.roles import Role
from reviews.actions import report as actions
from reviews.models import Digest, DigestEntry, ReportTemplate, ReviewReport, ReviewSession
from tests import factories
from tests.core import reading
from tests.markup import tight
from tests.reviews import reports
from tests.reviews.reports import GROUND, TODAY, drafted, fresh, passed, posted, returned, submitted

State = ReviewReport.State
REASON = {
    "seen": 1,
    "reasons-TOTAL_FORMS": 1,
    "reasons-INITIAL_FORMS": 0,
    "reasons-0-code": "NP4",
    "reasons-0-item": "C1",
    "reasons-0-comment": "派车单为 97 次，请核对",
}


@pytest.fixture(autouse=True)
def outline(db):
    return factories.ReportTemplateFactory()


@pytest.fixture
def colleague(session):
    """Another subject of the same session, who must not read this one's report."""
    other = session.subjects.last()
    return factories.UserFactory(name=other.name, roles=[Role.SUBJECT], official=other.official)


def declared(report):
    """What the page of handing in sends."""
    return {"is_true": "on", "base": timezone.localtime(report.draft_saved_at).isoformat()}


def url(name, thing, **query):
    return reverse(f"reviews:{name}", args=[thing.uid], query=query)


# --- who ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            State.SUBMITTED,
            {
                "clerk": 200,
                "approver": 200,
                "member": 404,
                "verifier": 404,
                "leader": 404,
                "subject_user": 200,
                "liaison": 200,
                "colleague": 404,
                "outsider": 404,
                "teller": 404,
                "petition_clerk": 404,
                "sysadmin": 404,
            },
        ),
        (
            State.PASSED,
            {
                "clerk": 200,
                "approver": 200,
                "member": 200,
                "verifier": 200,
                "leader": 404,
                "subject_user": 200,
                "liaison": 200,
                "colleague": 404,
                "outsider": 404,
                "teller": 404,
                "petition_clerk": 404,
                "sysadmin": 404,
            },
        ),
    ],
)
def test_who_reads_a_report(sweep, subject, clerk, state, expected):
    report = passed(subject, clerk=clerk) if state == State.PASSED else submitted(subject)

    sweep.check(url("report", report), expected)
    sweep.check(url("report_paper", report), {"member": expected["member"], "colleague": 404})


def test_a_leading_member_reads_what_has_passed_in_the_own_field(client, subject, leader, clerk):
    report = passed(subject, clerk=clerk)
    subject.unit.leading_member = leader.leading_member
    subject.unit.save()
    client.force_login(leader)

    assert client.get(url("report", report)).status_code == 200


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk", 200),
        ("approver", 200),
        ("member", 200),
        ("leader", 200),
        ("verifier", 200),
        ("subject_user", 200),
        ("liaison", 200),
        ("teller", 403),
        ("outsider", 404),
        ("sysadmin", 404),
    ],
)
def test_who_enters_the_tab(client, request, session, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(url("reports", session)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("subject_user", 200),
        ("liaison", 200),
        ("colleague", 403),
        ("clerk", 403),
        ("approver", 403),
        ("member", 403),
        ("outsider", 404),
        ("sysadmin", 404),
    ],
)
def test_only_the_official_and_the_liaison_write(client, request, subject, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(url("report_edit", subject)).status_code == status
    assert client.post(url("report_save", subject), posted()).status_code == status
    assert ReviewReport.objects.exists() is (status == 200)


@pytest.mark.parametrize(
    ("who", "status"), [("subject_user", 302), ("liaison", 403), ("clerk", 403), ("colleague", 404), ("member", 404)]
)
def test_only_the_official_hands_in(client, request, subject, subject_user, who, status):
    report = drafted(subject, by=subject_user)
    client.force_login(request.getfixturevalue(who))

    assert client.post(url("report_submit", report), declared(report)).status_code == status
    assert (fresh(report).state == State.SUBMITTED) is (status == 302)


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 302), ("approver", 403), ("subject_user", 403), ("liaison", 403), ("member", 404), ("colleague", 404)],
)
def test_staff_review(client, request, subject, clerk, who, status):
    report = submitted(subject)
    client.force_login(request.getfixturevalue(who))

    page = client.get(url("report_review", report)).status_code
    answers = [client.post(url(name, report), REASON).status_code for name in ("report_review",)]

    assert page == (200 if status == 302 else status)
    assert answers == [status]
    assert (fresh(report).state == State.RETURNED) is (status == 302)


@pytest.mark.parametrize(("who", "status"), [("clerk", 302), ("approver", 403), ("subject_user", 403), ("member", 404)])
def test_staff_pass(client, request, subject, clerk, who, status):
    report = submitted(subject)
    client.force_login(request.getfixturevalue(who))

    assert client.post(url("report_pass", report), {"pass-comment": "可以", "seen": 1}).status_code == status
    assert (fresh(report).state == State.PASSED) is (status == 302)


def test_an_older_notice_leads_to_the_report_once_it_is_decided(client, subject, clerk):
    report = submitted(subject)
    notice = Notice.objects.get(to=clerk)
    Notice.objects.update(state="SENT", sent_at=timezone.now())
    actions.pass_report(report, by=factories.UserFactory(roles=[Role.ORGANISER]), today=TODAY)
    client.force_login(clerk)

    answer = client.get(notice.link)

    assert (answer.status_code, answer["Location"]) == (302, report.get_absolute_url())
    notice.refresh_from_db()
    assert notice.read_at  # it asks for nothing any more


def test_after_the_last_round_only_the_leader_decides(client, subject, clerk, approver):
    for _round in range(3):
        returned(subject, clerk=clerk)
    report = submitted(subject)

    client.force_login(clerk)
    refused = client.post(url("report_pass", report), {"seen": 4})
    client.force_login(approver)
    page = client.get(url("report_review", report))
    client.post(url("report_pass", report), {"seen": 4})

    assert refused.status_code == 403
    assert "退回次数已满" in refused.content.decode()
    assert "由您决定" in page.content.decode()
    assert fresh(report).state == State.PASSED


def test_only_the_leader_sends_a_passed_report_back(client, subject, clerk, approver):
    report = passed(subject, clerk=clerk)

    client.force_login(clerk)
    assert client.get(url("report_review", report))["Location"] == report.get_absolute_url()
    assert client.post(url("report_review", report), REASON).status_code == 403
    client.force_login(approver)
    assert 'id="passing"' not in client.get(url("report_review", report)).content.decode()
    assert client.post(url("report_review", report), REASON).status_code == 302
    assert fresh(report).state == State.RETURNED


@pytest.mark.parametrize(
    ("who", "status"),
    [("approver", 302), ("clerk", 403), ("member", 403), ("subject_user", 403), ("outsider", 404)],
)
def test_only_the_leader_settles_reports(client, request, session, subject, clerk, who, status):
    report = passed(subject, clerk=clerk)
    client.force_login(request.getfixturevalue(who))

    assert client.post(url("reports_lock", session)).status_code == status
    assert (fresh(report).state == State.LOCKED) is (status == 302)


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 200), ("approver", 200), ("subject_user", 200), ("liaison", 200), ("member", 403), ("colleague", 404)],
)
def test_earlier_versions_stay_between_the_official_and_the_office(client, request, subject, clerk, who, status):
    returned(subject, clerk=clerk)
    submitted(subject, C1="派车单为九十七次，上一稿漏计十一月应急抢险十一次。")
    actions.pass_report(fresh(subject.report), by=clerk, today=TODAY)
    client.force_login(request.getfixturevalue(who))

    assert client.get(url("report_compare", subject.report)).status_code == status


def test_members_read_the_version_that_passed_and_nothing_of_the_way_there(client, subject, clerk, member):
    submitted(subject, C1="头一稿里写错了的话，后来改掉，委员不应当看到它。")
    actions.return_report(fresh(subject.report), reasons=[GROUND], by=clerk, today=TODAY)
    submitted(subject)
    actions.pass_report(fresh(subject.report), by=clerk, today=TODAY)
    client.force_login(member)

    for page in (url("report", subject.report, version=1), url("reports", subject.session)):
        text = client.get(page).content.decode()
        assert "写错了的话" not in text
        assert "派车单为 97 次" not in text
        assert "退回 1 次" not in text


@pytest.mark.parametrize("name", ["reports_lock", "report_save", "report_pass"])
def test_what_changes_something_is_posted(client, clerk, name):
    client.force_login(clerk)

    assert client.get(reverse(f"reviews:{name}", args=["0" * 8 + "-0000-0000-0000-" + "0" * 12])).status_code == 405


# --- the tab -----------------------------------------------------------------------------------------------


def test_staff_see_how_far_every_report_is(client, session, clerk, subject_user):
    first, second, third, fourth, *_rest = session.subjects.all()
    returned(first, by=subject_user, clerk=clerk)
    submitted(second)
    passed(third, clerk=clerk)
    drafted(fourth, by=clerk)
    client.force_login(clerk)

    lines = client.get(url("reports", session)).context["lines"]

    assert [str(line["badge"][1]) for line in lines] == ["退回修改", "待审查", "通过", "撰写中", "还没有动笔"]
    assert [line["returns"] for line in lines] == [1, 0, 0, 0, 0]
    assert [line["may_review"] for line in lines] == [False, True, False, False, False]
    assert [line["length"] is not None for line in lines] == [True, True, True, False, False]


def test_an_official_sees_only_the_own_row(client, session, subject, subject_user):
    client.force_login(subject_user)

    page = client.get(url("reports", session))

    assert [line["subject"] for line in page.context["lines"]] == [subject]
    assert url("report_edit", subject) in page.content.decode()


@pytest.mark.parametrize(("who", "status"), [("subject_user", 302), ("liaison", 302), ("clerk", 404), ("outsider", 404)])
def test_the_next_step_leads_to_the_own_page(client, request, session, subject, who, status):
    client.force_login(request.getfixturevalue(who))

    answer = client.get(url("report_own", session))

    assert answer.status_code == status
    assert status == 404 or answer.url == url("report_edit", subject)


def test_the_next_step_of_a_returned_report_is_to_rewrite_it(client, session, subject, subject_user, clerk):
    client.force_login(subject_user)
    returned(subject, by=subject_user, clerk=clerk)
    assert client.get(url("reports", session)).context["step"]["link"] == url("report_own", session)

    submitted(subject, by=subject_user)
    assert client.get(url("reports", session)).context["step"] is None


def test_others_learn_only_whether_it_has_passed(client, session, clerk, member):
    first, second, *_rest = session.subjects.all()
    passed(first, clerk=clerk)
    submitted(second)
    client.force_login(member)

    lines = client.get(url("reports", session)).context["lines"]

    assert [str(line["badge"][1]) for line in lines][:2] == ["通过", "还没有通过"]
    assert [line["may_read"] for line in lines] == [True, False, False, False, False]


def test_a_session_without_subjects_says_what_comes_here(client, clerk):
    session = factories.ReviewSessionFactory()
    client.force_login(clerk)

    assert "还没有述责述廉对象" in client.get(url("reports", session)).content.decode()


def test_the_tab_asks_as_many_questions_for_three_reports_as_for_one(client, clerk):
    """No literal number: the frame around the tab is shared, and what it asks is counted with its own pages."""
    asked = []
    client.force_login(clerk)
    for n in (1, 3):
        session = factories.ReviewSessionFactory(subjects=n)
        for subject in session.subjects.all():
            returned(subject, clerk=clerk)
            submitted(subject)
        client.get(url("reports", session))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("reports", session))
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 25


# --- write -------------------------------------------------------------------------------------------------


def test_the_page_saves_by_itself_and_says_what_is_missing(client, subject, subject_user):
    client.force_login(subject_user)

    answer = client.post(url("report_save", subject), posted(A1="", base=""))

    report = ReviewReport.objects.get()
    assert answer.status_code == 200
    assert "A1还没有写" in answer.content.decode()
    assert f'data-base="{timezone.localtime(report.draft_saved_at).isoformat()}"' in answer.content.decode()
    assert report.draft["problems"] == [reports.LINE] * 3


def test_the_check_reads_what_it_did_not_find_as_not_found_and_measures_the_whole(client, subject, subject_user):
    client.force_login(subject_user)

    answer = client.post(url("report_save", subject), posted(base=""))

    text = re.sub(r"(<[^>]+>|\s)+", " ", answer.content.decode())
    assert "自动检查 2 处请核对" in text
    assert "未发现 NP3 问题不突出" in text
    assert re.search(r"偏短 全文 \d+ 字，一般为 2500 至 4000 字", text)


def test_what_the_page_was_told_lets_it_save_again(client, subject, subject_user):
    client.force_login(subject_user)
    client.post(url("report_save", subject), posted(base=""))
    base = timezone.localtime(ReviewReport.objects.get().draft_saved_at).isoformat()

    assert client.post(url("report_save", subject), posted(base=base, A2="第二遍")).status_code == 200
    assert ReviewReport.objects.get().draft["items"]["A2"] == "第二遍"


def test_a_row_saved_before_is_saved_again(client, subject, subject_user):
    """A fourth row equal to the one kept is not taken for an untouched one."""
    client.force_login(subject_user)
    client.post(url("report_save", subject), posted(rows=[reports.LINE] * 4, base=""))
    base = timezone.localtime(ReviewReport.objects.get().draft_saved_at).isoformat()

    client.post(url("report_save", subject), posted(rows=[reports.LINE] * 4, base=base))

    assert len(ReviewReport.objects.get().draft["problems"]) == 4


def test_blank_rows_are_dropped(client, subject, subject_user):
    client.force_login(subject_user)
    blank = dict.fromkeys(reports.LINE, "")

    client.post(url("report_save", subject), posted(rows=[reports.LINE, blank, {**blank, "owner": "张某"}], base=""))

    assert ReviewReport.objects.get().draft["problems"] == [reports.LINE, {**blank, "owner": "张某"}]


def test_a_save_over_newer_words_is_refused_in_plain_text(client, subject, subject_user):
    drafted(subject, by=subject_user)
    client.force_login(subject_user)

    answer = client.post(url("report_save", subject), posted(base="2020-01-01T00:00:00+08:00"))

    assert (answer.status_code, answer["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert "较新的稿" in answer.content.decode()


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"problems-0-due_on": "明年"}, "问题和整改措施 填写不对"),
        ({"A1": "长" * 3001}, "A1 填写不对"),
        ({"A1": "长" * 3001, "problems-0-due_on": "明年"}, "A1、问题和整改措施 填写不对"),
        ({"problems-TOTAL_FORMS": 99}, "问题和整改措施 填写不对"),
        ({"base": "x"}, "提交的内容不完整或者不对"),
    ],
)
def test_what_cannot_be_kept_is_not_saved_and_the_answer_says_where(client, subject, subject_user, more, where):
    client.force_login(subject_user)

    answer = client.post(url("report_save", subject), posted() | more)

    assert answer.status_code == 422
    assert answer.content.decode().startswith(where)
    assert not ReviewReport.objects.exists()


def test_an_expired_login_leads_away_from_the_save(client, subject):
    assert client.post(url("report_save", subject), posted()).status_code == 302


def test_the_buttons_save_without_a_script(client, subject, subject_user):
    client.force_login(subject_user)

    saved = client.post(url("report_edit", subject), posted(base="", save="1"))
    base = timezone.localtime(ReviewReport.objects.get().draft_saved_at).isoformat()
    going_on = client.post(url("report_edit", subject), posted(base=base, submit="1"))

    assert saved.url == url("report_edit", subject)
    assert going_on.url == url("report_submit", ReviewReport.objects.get())


def test_a_refused_save_keeps_what_was_typed(client, subject, subject_user):
    drafted(subject, by=subject_user)
    client.force_login(subject_user)

    page = client.post(url("report_edit", subject), posted(text="这些字不能丢", base="", save="1"))

    assert "较新的稿" in page.content.decode()
    assert page.content.decode().count("这些字不能丢") == 9


def test_a_returned_report_shows_the_grounds_where_they_belong(client, subject, subject_user, clerk):
    returned(subject, by=subject_user, clerk=clerk)
    client.force_login(subject_user)

    page = client.get(url("report_edit", subject)).content.decode()

    assert "报告已退回修改，有 1 条理由" in page
    assert 'href="#C1"' in page
    assert page.count("派车单为 97 次，请核对") == 2
    assert "第 1 次退回，最多 3 次" in page
    assert 'class="field has-error" id="C1"' in page


def test_the_digest_stands_beside_the_text_once_it_is_out(client, subject, session, subject_user):
    other = session.subjects.last()
    digest = Digest.objects.create(session=session, state=Digest.State.SUBMITTED)
    for about, text in ((subject, "养护项目不公开"), (other, "别人的事")):
        DigestEntry.objects.create(digest=digest, subject=about, text=text, voices=6, nature="CRITICISM", handling="QUESTION")
    client.force_login(subject_user)

    before = client.get(url("report_edit", subject)).content.decode()
    Digest.objects.update(state=Digest.State.APPROVED)
    after = client.get(url("report_edit", subject)).content.decode()

    assert "养护项目不公开" not in before
    assert "养护项目不公开" in after
    assert "5 至 9 条" in after
    assert "别人的事" not in after


@pytest.mark.parametrize("made", [submitted, lambda s, by: passed(s, by=by, clerk=factories.UserFactory())])
def test_what_was_handed_in_is_shown_for_reading(client, subject, subject_user, made):
    report = made(subject, by=subject_user)
    client.force_login(subject_user)

    for name, thing in (("report_edit", subject), ("report_submit", report)):
        answer = client.get(url(name, thing), follow=True)
        assert answer.redirect_chain == [(url("report", report), 302)]
        assert f"报告“{report.get_state_display()}”，不能再改" in answer.content.decode()


def test_what_was_typed_while_another_window_handed_the_report_in_stays_in_its_form(client, subject, subject_user):
    submitted(subject, by=subject_user)
    client.force_login(subject_user)

    page = client.post(url("report_edit", subject), posted(text="这些字不能丢", base="", save="1"))

    assert page.status_code == 200
    assert "报告“待审查”，不能再改" in page.content.decode()
    assert page.content.decode().count("这些字不能丢") == 9


def test_what_was_typed_while_the_meeting_was_put_off_stays_in_its_form(client, subject, subject_user):
    drafted(subject, by=subject_user)
    ReviewSession.objects.update(state=ReviewSession.State.POSTPONED)
    client.force_login(subject_user)

    page = client.post(url("report_edit", subject), posted(text="这些字不能丢", base="", save="1"))

    assert page.status_code == 200
    assert "会议已延期" in page.content.decode()
    assert page.content.decode().count("这些字不能丢") == 9


def test_a_declaration_after_another_window_handed_the_report_in_is_refused_with_the_reason(client, subject, subject_user):
    report = submitted(subject, by=subject_user)
    client.force_login(subject_user)

    page = client.post(url("report_submit", report), {"is_true": "on", "base": ""})

    assert page.status_code == 200
    assert report.versions.count() == 1


def test_the_page_is_closed_before_the_approval_and_without_an_outline(client, subject, subject_user):
    client.force_login(subject_user)
    ReviewSession.objects.update(state=ReviewSession.State.PLANNED)
    assert "现在不能撰写报告" in client.get(url("report_edit", subject)).content.decode()

    ReviewSession.objects.update(state=ReviewSession.State.APPROVED)
    ReportTemplate.objects.all().delete()
    assert "还没有报告提纲，请告诉党风政风室" in client.get(url("report_edit", subject)).content.decode()
    assert client.post(url("report_save", subject), {"A1": "写"}).status_code == 422


# --- hand in, review ---------------------------------------------------------------------------------------


def test_handing_in_declares_the_truth(client, subject, subject_user):
    report = drafted(subject, by=subject_user)
    client.force_login(subject_user)

    refused = client.post(url("report_submit", report), {})

    assert refused.status_code == 200
    assert fresh(report).state == State.DRAFT


@pytest.mark.parametrize("base", [{}, {"base": ""}])
def test_only_words_the_official_has_seen_are_declared_true(client, subject, subject_user, liaison, base):
    report = drafted(subject, by=subject_user)
    client.force_login(subject_user)
    first = declared(report)
    actions.save_draft(
        subject,
        content=reports.content(C1="派车单为九十七次，其中三次没有登记事由，请区长批示。"),
        by=liaison,
        now=timezone.now(),
    )

    refused = client.post(url("report_submit", report), first | base)

    page = refused.content.decode()
    assert "报告又保存过" in page
    assert "请区长批示" in page
    assert "checked" not in page
    assert fresh(report).state == State.DRAFT
    assert f'name="base" value="{declared(fresh(report))["base"]}"' in page
    assert client.post(url("report_submit", report), declared(fresh(report))).status_code == 302


def test_an_unfinished_report_has_no_button_to_hand_it_in(client, subject, subject_user):
    report = drafted(subject, by=subject_user, B2="")
    client.force_login(subject_user)

    page = client.get(url("report_submit", report)).content.decode()
    forced = client.post(url("report_submit", report), declared(report))

    assert "B2还没有写" in page
    assert f"{url('report_edit', subject)}#B2" in page
    assert 'id="hand-in"' not in page
    assert forced.status_code == 200
    assert fresh(report).state == State.DRAFT


def test_a_draft_never_handed_in_leads_its_writer_to_the_page_and_hides_from_staff(client, subject, subject_user, clerk):
    report = drafted(subject, by=subject_user)

    client.force_login(subject_user)
    assert client.get(url("report", report)).url == url("report_edit", subject)
    client.force_login(clerk)
    assert client.get(url("report", report)).status_code == 404
    assert client.get(url("report_review", report)).status_code == 302


def test_a_return_without_a_ground_keeps_what_was_typed(client, subject, clerk):
    report = submitted(subject)
    client.force_login(clerk)

    page = client.post(url("report_review", report), REASON | {"reasons-0-code": "", "comment": "总的来说还要改"})

    assert page.status_code == 200
    assert "派车单为 97 次，请核对" in page.content.decode()
    assert "总的来说还要改" in page.content.decode()
    assert fresh(report).state == State.SUBMITTED


def test_a_return_with_one_unfinished_reason_of_three_says_which(client, subject, clerk):
    report = submitted(subject)
    client.force_login(clerk)
    ground = {name.removeprefix("reasons-0-"): value for name, value in REASON.items() if name.startswith("reasons-0-")}
    rows = {f"reasons-{n}-{name}": value for n in range(3) for name, value in ground.items()}

    page = client.post(url("report_review", report), REASON | rows | {"reasons-TOTAL_FORMS": 3, "reasons-2-comment": ""})

    told = tight(page)
    assert told.count("没有退回") == 1
    assert '<a href="#id_reasons-2-comment">第 3 条理由</a>：请填写意见' in told
    assert "第 1 条理由</a>" not in told


def test_a_return_too_late_says_so(client, subject, clerk):
    report = submitted(subject)
    ReviewSession.objects.update(state=ReviewSession.State.IN_PROGRESS)
    client.force_login(clerk)

    assert "不再办理" in client.post(url("report_review", report), REASON).content.decode()


def test_a_page_that_showed_an_older_version_decides_nothing(client, subject, clerk, approver):
    returned(subject, clerk=approver)
    report = submitted(subject, C1="派车单为九十七次，上一稿漏计十一月应急抢险十一次。")
    client.force_login(clerk)

    page = client.post(url("report_review", report), REASON)
    refused = client.post(url("report_pass", report), {"seen": 1}, follow=True)
    silent = client.post(url("report_pass", report), follow=True)

    for answer in (page, refused, silent):
        assert "您看到的不是最后一稿" in answer.content.decode()
    assert "派车单为 97 次，请核对" in page.content.decode()
    assert page.content.decode().count('name="seen" value="2"') == 2
    assert fresh(report).state == State.SUBMITTED


def test_a_return_that_another_reviewer_forestalled_keeps_what_was_typed(client, subject, clerk):
    report = returned(subject, clerk=clerk)
    client.force_login(clerk)

    page = client.post(url("report_review", report), REASON | {"comment": "总的来说还要改"})

    assert "没有退回" in page.content.decode()
    assert "派车单为 97 次，请核对" in page.content.decode()
    assert "总的来说还要改" in page.content.decode()
    assert fresh(report).returns == 1


def test_too_long_a_comment_is_no_pass(client, subject, clerk):
    report = submitted(subject)
    client.force_login(clerk)

    client.post(url("report_pass", report), {"pass-comment": "长" * 1001, "seen": 1})

    assert fresh(report).state == State.SUBMITTED


def test_the_history_shows_every_version_with_its_review(client, subject, clerk):
    returned(subject, clerk=clerk)
    report = submitted(subject)
    client.force_login(clerk)

    page = client.get(url("report", report, version=1))

    assert page.context["version"].number == 1
    assert [step["version"].number for step in page.context["history"]] == [2, 1]
    assert "派车单为 97 次，请核对" in page.content.decode()
    assert client.get(url("report", report, version=9)).status_code == 404


# --- compare, paper ----------------------------------------------------------------------------------------


def test_two_versions_stand_side_by_side(client, subject, clerk):
    submitted(subject, C1="全年公务用车出车86次，派车单齐全，没有私用。")
    actions.return_report(fresh(subject.report), reasons=[GROUND], by=clerk, today=TODAY)
    report = submitted(subject, C1="全年公务用车出车97次，派车单齐全，没有私用。")
    client.force_login(clerk)

    page = client.get(url("report_compare", report))

    assert page.context["n_changed"] == 1
    assert "出车<del>86</del>次" in page.content.decode()
    assert "出车<ins>97</ins>次" in page.content.decode()


def test_a_writer_compares_the_draft_with_what_came_back(client, subject, subject_user, clerk):
    returned(subject, by=subject_user, clerk=clerk)
    report = drafted(subject, by=subject_user, A1="改过的一稿")
    client.force_login(subject_user)
    assert client.get(url("report_compare", report)).context["n_changed"] == 1

    client.force_login(clerk)
    assert client.get(url("report_compare", report, old="1", new="draft")).status_code == 404


@pytest.mark.parametrize("query", [{"old": "1", "new": "7"}, {"old": "x"}, {"old": "7", "new": "1"}])
def test_versions_that_do_not_exist_are_not_compared(client, subject, clerk, query):
    report = submitted(subject)
    client.force_login(clerk)

    assert client.get(url("report_compare", report, **query)).status_code == 404


def test_added_and_dropped_rows_show_as_such(client, subject, clerk):
    returned(subject, clerk=clerk)
    more = reports.content() | {"problems": [*reports.content()["problems"], reports.LINE | {"problem": "第四个问题"}]}
    actions.save_draft(subject, content=more, by=clerk, now=timezone.now())
    actions.submit_report(fresh(subject.report), by=clerk, today=TODAY)
    client.force_login(clerk)

    rows = client.get(url("report_compare", subject.report)).context["rows"]

    assert [row["title"] for row in rows if row["is_changed"]] == ["问题和整改措施　第 4 条"]


@pytest.mark.slow
def test_the_paper_carries_the_review_sheet_only_for_those_who_read_reviews(client, subject, clerk, member):
    report = passed(subject, clerk=clerk)

    said = []
    for person in (clerk, member):
        client.force_login(person)
        answer = client.get(url("report_paper", report), headers={"accept-language": "en"})
        said.append(reading.words(b"".join(answer.streaming_content)))

    assert answer["Content-Type"] == "application/pdf"
    assert quote("的述责述廉报告") in answer["Content-Disposition"]
    assert ["述责述廉报告审查单" in words for words in said] == [True, False]
    assert ["2026年12月28日" in words for words in said] == [True, True]


@pytest.mark.slow
def test_the_paper_of_a_report_in_a_rehearsal_says_so(client, subject, clerk):
    report = passed(subject, clerk=clerk)
    client.force_login(clerk)

    def said():
        return "演练，不作数" in reading.words(b"".join(client.get(url("report_paper", report)).streaming_content))

    assert not said()
    ReviewSession.objects.filter(pk=subject.session.pk).update(is_rehearsal=True)
    assert said()


def test_what_looks_like_filling_in_is_shown_and_stops_nobody(client, subject, subject_user):
    report = reports.drafted(subject, by=subject_user)  # the same text in every item, the same measure in every row
    client.force_login(subject_user)

    page = client.get(reverse("reviews:report_submit", args=[report.uid])).content.decode()

    assert "第 1、2、3 条的措施一样" in page.split('id="doubts"')[1]
    assert "没有待补" not in page
    assert 'id="hand-in"' in page
