import datetime as dt

import pytest
from django.urls import reverse

from core.errors import RuleViolation
from core.models import AuditEvent
from notices.models import Notice
from reviews.actions import question as actions
from reviews.models import Commitment, Digest, Question, ReviewSession
from reviews.rules import question as rules
from tests import factories

TODAY = dt.date(2026, 12, 18)
State = Question.State


@pytest.fixture
def question(subject):
    return factories.QuestionFactory(subject=subject, text="养护项目为何总由同一家承接？")


@pytest.fixture
def chosen(session, approver):
    """Two selected questions for every subject."""
    for subject in session.subjects.all():
        for question in factories.QuestionFactory.create_batch(2, subject=subject, state=State.SHORTLISTED):
            actions.select(question, by=approver)
    return session


@pytest.mark.parametrize(("n", "reasons"), [(0, 1), (1, 1), (2, 0), (3, 0), (4, 1)])
def test_two_or_three_questions_are_asked_of_each(n, reasons):
    assert len(rules.sealing_blockers([("和彦岚", n)], low=2, high=3)) == reasons


def test_reasons_name_people_and_numbers():
    assert rules.sealing_blockers([("和彦岚", 1), ("时彦亦", 2)], low=2, high=3) == ["和彦岚只入选 1 题，还差 1 题"]


def test_a_question_comes_from_the_digest_only_once_it_is_out(client, subject, digest, member):
    client.force_login(member)
    address = reverse("reviews:question_list", args=[subject.uid])
    asked = {"text": "公示细到什么程度？", "source": "DIGEST"}

    before = client.post(address, asked)
    Digest.objects.update(state=Digest.State.APPROVED)
    after = client.post(address, asked)

    assert (before.status_code, after.status_code) == (200, 302)
    assert subject.questions.get().source == "DIGEST"


def test_a_fourth_question_is_refused(subject, approver):
    for question in factories.QuestionFactory.create_batch(3, subject=subject, state=State.SHORTLISTED):
        actions.select(question, by=approver)

    with pytest.raises(RuleViolation, match="最多 3 题"):
        actions.select(factories.QuestionFactory(subject=subject, state=State.SHORTLISTED), by=approver)


def test_selected_questions_keep_the_order_of_selection(subject, approver):
    first, second = factories.QuestionFactory.create_batch(2, subject=subject, state=State.SHORTLISTED)

    actions.select(second, by=approver)
    actions.select(first, by=approver)

    assert list(subject.questions.order_by("order")) == [second, first]


def test_sealing_waits_for_every_subject(session, approver):
    with pytest.raises(RuleViolation) as refusal:
        actions.seal(session, by=approver, today=TODAY)

    assert len(refusal.value.messages) == 5


def test_a_sealed_question_is_read_by_nobody(client, chosen, subject, clerk, approver, member, auditadmin):
    secret = subject.questions.first().text
    actions.seal(chosen, by=approver, today=TODAY)
    seen = {}

    for person in (clerk, approver, member, auditadmin):
        client.force_login(person)
        for page in (
            reverse("reviews:questions", args=[chosen.uid]),
            reverse("reviews:question_list", args=[subject.uid]),
            reverse("reviews:session", args=[chosen.uid]),
            reverse("desk:audit_trail"),
        ):
            answer = client.get(page)
            seen[answer.status_code] = seen.get(answer.status_code, "") + answer.content.decode()
    assert set(seen) == {200, 403, 404}
    assert "第 1 题已封存" in seen[200]
    assert secret not in "".join(seen.values())
    assert secret not in "".join(AuditEvent.objects.values_list("detail", flat=True))
    assert secret not in "".join(Notice.objects.values_list("body", flat=True))


def test_sealing_twice_changes_nothing(chosen, approver):
    actions.seal(chosen, by=approver, today=TODAY)
    trail = AuditEvent.objects.filter(action="seal_questions").count()

    actions.seal(chosen, by=approver, today=TODAY)

    assert AuditEvent.objects.filter(action="seal_questions").count() == trail


def test_nothing_is_selected_beside_a_seal(client, chosen, subject, approver):
    spare = factories.QuestionFactory(subject=subject, state=State.SHORTLISTED)
    actions.seal(chosen, by=approver, today=TODAY)

    with pytest.raises(RuleViolation, match=f"{subject.name}的问题已封存，不能再选"):
        actions.select(spare, by=approver)

    client.force_login(approver)
    page = client.get(reverse("reviews:question_list", args=[subject.uid])).content.decode()
    assert "请在“全部对象”页先启封" in page
    assert reverse("reviews:question_step", args=[spare.uid, "select"]) not in page
    actions.unseal(chosen, reason="核查有新结论", by=approver, today=TODAY)
    actions.select(spare, by=approver)
    assert actions.sealing_blockers(chosen) == []


def test_who_joins_a_session_taken_up_again_gets_questions_and_the_seal_is_offered_for_them(client, chosen, approver):
    actions.seal(chosen, by=approver, today=TODAY)
    newcomer = factories.SessionSubjectFactory(session=chosen)
    for question in factories.QuestionFactory.create_batch(2, subject=newcomer, state=State.SHORTLISTED):
        actions.select(question, by=approver)
    client.force_login(approver)

    page = client.get(reverse("reviews:questions", args=[chosen.uid])).content.decode()

    assert reverse("reviews:questions_seal", args=[chosen.uid]) in page
    actions.seal(chosen, by=approver, today=TODAY)
    page = client.get(reverse("reviews:questions", args=[chosen.uid])).content.decode()
    assert reverse("reviews:questions_seal", args=[chosen.uid]) not in page
    assert newcomer.questions.filter(state=State.SEALED).count() == 2


def test_the_seal_is_broken_only_with_a_reason_and_sealing_again_is_told_again(chosen, clerk, approver):
    actions.seal(chosen, by=approver, today=TODAY)
    with pytest.raises(RuleViolation, match="理由"):
        actions.unseal(chosen, reason="", by=approver, today=TODAY)

    actions.unseal(chosen, reason="核查有新结论", by=approver, today=TODAY)

    actions.seal(chosen, by=approver, today=TODAY)

    assert Notice.objects.filter(to=clerk, subject=f"质询问题已封存：{chosen.title}").count() == 2


def test_breaking_the_seal_opens_the_matter_again(chosen, approver):
    actions.seal(chosen, by=approver, today=TODAY)

    actions.unseal(chosen, reason="核查有新结论", by=approver, today=TODAY)

    assert not Question.objects.filter(state=State.SEALED).exists()
    assert not chosen.preparation.get(kind="QUESTIONS").done_on


def test_a_question_is_opened_answered_and_leads_to_a_commitment(chosen, subject, clerk, approver):
    actions.seal(chosen, by=approver, today=TODAY)
    question = subject.questions.first()

    with pytest.raises(RuleViolation, match="还没有问"):
        actions.note_answer(question, summary="正在改", is_unsatisfactory=False, by=clerk)
    actions.ask(question, by=clerk)
    actions.note_answer(question, summary="", is_unsatisfactory=False, by=clerk)
    assert question.state == State.ASKED
    actions.note_answer(question, summary="十二月底前公开", is_unsatisfactory=True, by=clerk)
    actions.commit_to(subject, text="公开抽取结果", due_on=dt.date(2026, 12, 31), question=question, by=clerk)

    question.refresh_from_db()
    assert question.state == State.ANSWERED
    assert question.answer.is_unsatisfactory
    assert Commitment.objects.get().question == question


def test_a_commitment_before_the_meeting_is_refused(subject, clerk):
    with pytest.raises(RuleViolation, match="早于会议日期"):
        actions.commit_to(subject, text="改", due_on=dt.date(2026, 12, 1), by=clerk)


def test_a_question_from_the_floor_is_born_asked(subject, clerk):
    question = actions.add_floor_question(subject, text="何时修好？", by=clerk)

    assert (question.state, question.source, question.proposed_by) == (State.ASKED, Question.Source.FLOOR, None)


def test_after_the_meeting_began_nothing_is_proposed(subject, member):
    ReviewSession.objects.filter(pk=subject.session_id).update(state=ReviewSession.State.IN_PROGRESS)
    subject.session.refresh_from_db()

    with pytest.raises(RuleViolation, match="会议已经开始"):
        actions.propose(subject, text="？", aspect_item="", source="MEMBER", by=member)


@pytest.mark.parametrize(
    ("who", "enter", "propose", "mark", "select", "seal"),
    [
        ("clerk", 200, 302, 403, 403, 403),
        ("approver", 200, 403, 403, 302, 302),
        ("member", 200, 302, 302, 403, 403),
        ("verifier", 200, 302, 403, 403, 403),
        ("leader", 403, 403, 403, 403, 403),
        ("teller", 403, 403, 403, 403, 403),
        ("subject_user", 403, 403, 403, 403, 403),
        ("outsider", 404, 404, 404, 404, 404),
        ("sysadmin", 404, 404, 404, 404, 404),
    ],
)
def test_who_may_do_what(client, request, session, subject, question, who, enter, propose, mark, select, seal):
    client.force_login(request.getfixturevalue(who))
    page = reverse("reviews:question_list", args=[subject.uid])

    assert client.get(page).status_code == enter
    assert client.post(page, {"text": "问什么？", "source": "MEMBER"}).status_code == propose
    assert client.post(reverse("reviews:question_mark", args=[question.uid]), {"wanted": "1"}).status_code == mark
    assert client.post(reverse("reviews:question_step", args=[question.uid, "select"])).status_code == select
    assert client.post(reverse("reviews:questions_seal", args=[session.uid])).status_code == seal


def test_marking_twice_counts_once_and_can_be_taken_back(client, member, question):
    client.force_login(member)
    mark = reverse("reviews:question_mark", args=[question.uid])

    for _ in range(2):
        client.post(mark, {"wanted": "1"})
    assert question.marks.count() == 1
    client.post(mark, {"wanted": "0"})
    assert question.marks.count() == 0


def test_what_was_typed_stays_when_the_form_is_wrong(client, member, subject):
    client.force_login(member)

    page = client.post(reverse("reviews:question_list", args=[subject.uid]), {"text": "写了很久的题目", "source": "FLOOR"})

    assert "写了很久的题目" in page.content.decode()
    assert not subject.questions.exists()


def test_what_was_asked_still_counts_as_selected_and_the_floor_never(client, session, subject, clerk):
    for state in (State.ASKED, State.ANSWERED, State.SHORTLISTED):
        factories.QuestionFactory(subject=subject, state=state)
    factories.QuestionFactory(subject=subject, state=State.ASKED, source=Question.Source.FLOOR)
    client.force_login(clerk)

    page = client.get(reverse("reviews:questions", args=[session.uid]))

    line = next(line for line in page.context["lines"] if line["subject"] == subject)
    assert (line["subject"].n_selected, line["subject"].n_spare) == (2, 1)
    assert "已问" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_for_one_row_and_three(client, clerk, session, subject, rows, django_assert_num_queries):
    factories.QuestionFactory.create_batch(rows, subject=subject)
    client.force_login(clerk)
    client.get(reverse("reviews:questions", args=[session.uid]))

    with django_assert_num_queries(15):
        client.get(reverse("reviews:questions", args=[session.uid]))
    with django_assert_num_queries(19):
        client.get(reverse("reviews:question_list", args=[subject.uid]))


@pytest.mark.parametrize(("who", "leads"), [("verifier", True), ("member", True), ("leader", False), ("scrutineer", False)])
def test_whoever_may_propose_finds_the_tab(client, request, session, who, leads):
    client.force_login(request.getfixturevalue(who))

    page = client.get(session.get_absolute_url()).content.decode()

    assert (reverse("reviews:questions", args=[session.uid]) in page) == leads


def test_one_sign_is_no_question_and_a_member_is_asked_to_propose_not_to_choose(
    client, member, approver, session, subject, question
):
    client.force_login(member)
    refused = client.post(reverse("reviews:question_list", args=[subject.uid]), {"text": "问", "source": "MEMBER"})
    theirs = client.get(reverse("reviews:questions", args=[session.uid])).content.decode()
    client.force_login(approver)
    leaders = client.get(reverse("reviews:questions", args=[session.uid])).content.decode()

    assert "至少 4 字，现在 1 字" in refused.content.decode()
    assert ("提问<span" in theirs, "选题<span" in theirs) == (True, False)
    assert ("提问<span" in leaders, "选题<span" in leaders) == (False, True)
