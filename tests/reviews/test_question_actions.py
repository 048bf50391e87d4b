"""The steps of a question that its way through the meeting (test_question.py) does not take, and what each refuses."""

import datetime as dt
import json

import pytest
from django.urls import reverse

from core.errors import RuleViolation
from core.models import AuditEvent
from officials.roles import Role
from reviews.actions import question as actions
from reviews.models import Commitment, Question
from tests import factories

State = Question.State


@pytest.fixture
def question(subject):
    return factories.QuestionFactory(subject=subject)


def trail():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_a_question_goes_from_the_short_list_into_the_meeting_and_back(question, clerk, approver):
    actions.shortlist(question, by=clerk)
    actions.select(question, by=approver)
    actions.deselect(question, by=approver)

    question.refresh_from_db()
    assert (question.state, question.order) == (State.SHORTLISTED, 0)
    assert trail() == ["shortlist_question", "select_question", "deselect_question"]


def test_a_question_on_the_short_list_is_called_what_its_button_says(question, clerk):
    actions.shortlist(question, by=clerk)

    question.refresh_from_db()
    assert question.get_state_display() == "备选"


def test_what_is_put_forward_or_promised_twice_is_one(subject, clerk, member):
    asked = {"text": "账目在哪里公开？", "aspect_item": "", "source": "MEMBER"}
    questions = [actions.propose(subject, **asked, by=who) for who in (member, member, clerk)]
    promised = {"text": "年底前公开", "due_on": dt.date(2027, 1, 31)}
    promises = [actions.commit_to(subject, **promised, by=clerk) for _press in range(2)]

    assert len(set(questions)) == 2
    assert len(set(promises)) == 1
    assert trail() == ["propose_question", "propose_question", "note_commitment"]

    actions.withdraw(questions[0], by=member)
    assert actions.propose(subject, **asked, by=member) not in questions


def test_a_withdrawn_question_is_not_recommended(question, clerk, member):
    actions.mark(question, is_wanted=True, by=member)
    actions.withdraw(question, by=clerk)

    with pytest.raises(RuleViolation, match="的问题不能再推荐"):
        actions.mark(question, is_wanted=False, by=member)

    assert question.marks.count() == 1


def test_a_mark_and_its_end_are_in_the_trail_once(question, member):
    for is_wanted in (True, True, False, False):
        actions.mark(question, is_wanted=is_wanted, by=member)

    assert trail() == ["mark_question", "unmark_question"]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_question_from_the_floor_has_words(subject, clerk, text):
    with pytest.raises(RuleViolation, match="请写下问题"):
        actions.add_floor_question(subject, text=text, by=clerk)

    assert not subject.questions.exists()


def test_a_commitment_has_words(subject, clerk):
    with pytest.raises(RuleViolation, match="请写下承诺事项"):
        actions.commit_to(subject, text=" ", due_on=dt.date(2027, 1, 31), by=clerk)

    assert not Commitment.objects.exists()


def test_every_correction_of_an_answer_is_in_the_trail_without_its_words(question, clerk):
    Question.objects.filter(pk=question.pk).update(state=State.ASKED)
    question.refresh_from_db()
    actions.note_answer(question, summary="正在改", is_unsatisfactory=False, by=clerk)

    for is_unsatisfactory in (False, False, True):
        actions.note_answer(question, summary="正在改，年底前公开", is_unsatisfactory=is_unsatisfactory, by=clerk)

    question.refresh_from_db()
    assert (question.state, question.answer.summary) == (State.ANSWERED, "正在改，年底前公开")
    assert trail() == ["note_answer", "change_answer", "change_answer"]
    details = AuditEvent.objects.filter(action="change_answer").order_by("n").values_list("detail", flat=True)
    assert [json.loads(detail) for detail in details] == [{"changed": ["summary"]}, {"changed": ["is_unsatisfactory"]}]


def test_a_written_inquiry_has_a_day_and_the_trail_knows_of_it(question, clerk):
    Question.objects.filter(pk=question.pk).update(state=State.ASKED)
    question.refresh_from_db()
    said = {"summary": "正在改", "is_unsatisfactory": False, "by": clerk}
    actions.note_answer(question, **said)

    with pytest.raises(RuleViolation, match="早于会议日期"):
        actions.note_answer(question, **said, inquiry_due_on=question.subject.session.date - dt.timedelta(days=1))
    assert not Question.objects.to_be_put_right().exists()
    actions.note_answer(question, **said, inquiry_due_on=dt.date(2027, 1, 31))

    assert [one.answer.inquiry_due_on for one in Question.objects.to_be_put_right()] == [dt.date(2027, 1, 31)]
    line = AuditEvent.objects.get(action="change_answer")
    assert json.loads(line.detail) == {"changed": ["inquiry_due_on"]}
    Question.objects.filter(pk=question.pk).update(state=State.WITHDRAWN)
    assert not Question.objects.to_be_put_right().exists()


def test_a_tick_before_the_first_word_of_an_answer_is_in_the_trail(question, clerk):
    Question.objects.filter(pk=question.pk).update(state=State.ASKED)
    question.refresh_from_db()

    for is_unsatisfactory in (False, True):
        actions.note_answer(question, summary="", is_unsatisfactory=is_unsatisfactory, by=clerk)

    assert trail() == ["change_answer"]
    assert question.state == State.ASKED


# --- four eyes ---


def test_the_leader_chooses_from_what_staff_listed_only(question, approver):
    with pytest.raises(RuleViolation, match="不能转为“入选”"):
        actions.select(question, by=approver)

    question.refresh_from_db()
    assert question.state == State.PROPOSED


def test_nobody_chooses_the_own_question(subject, clerk):
    both = factories.UserFactory(roles=[Role.MEMBER, Role.APPROVER])
    own = actions.propose(subject, text="账目在哪里公开？", aspect_item="", source="MEMBER", by=both)
    actions.shortlist(own, by=clerk)

    with pytest.raises(RuleViolation, match="另一位领导选定"):
        actions.select(own, by=both)

    own.refresh_from_db()
    assert own.state == State.SHORTLISTED


def test_what_the_leader_chose_only_the_leader_takes_back(question, clerk, approver):
    actions.shortlist(question, by=clerk)
    actions.select(question, by=approver)

    with pytest.raises(RuleViolation, match="不能转为“已撤”"):
        actions.withdraw(question, by=clerk)


def test_the_page_offers_a_choice_only_where_it_may_be_made(client, subject, clerk):
    both = factories.UserFactory(roles=[Role.MEMBER, Role.APPROVER])
    waiting = factories.QuestionFactory(subject=subject)
    listed = factories.QuestionFactory(subject=subject, state=State.SHORTLISTED)
    own = factories.QuestionFactory(subject=subject, state=State.SHORTLISTED, proposed_by=both)
    client.force_login(both)

    page = client.get(reverse("reviews:question_list", args=[subject.uid])).content.decode()

    assert [q for q in (waiting, listed, own) if reverse("reviews:question_step", args=[q.uid, "select"]) in page] == [listed]
    assert "须由另一位领导选定" in page
