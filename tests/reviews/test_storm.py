"""Two hands at once, each on a connection of its own; SQLite has one writer at a time, so PostgreSQL tells."""

import datetime as dt
import threading

import pytest
from django.conf import settings

from core.errors import RuleViolation
from reviews.actions import digest as digests
from reviews.actions import opinion as opinions
from reviews.actions import question as questions
from reviews.models import Digest, Question
from tests import factories
from tests.threads import in_threads, meeting

POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not POSTGRESQL, reason="SQLite lets in one at a time"),
    pytest.mark.django_db(transaction=True),
]
State = Question.State
NOW = dt.datetime(2026, 12, 1, 2, tzinfo=dt.UTC)


def test_no_word_of_an_opinion_gets_into_a_digest_that_is_being_handed_in(session, subject, clerk, monkeypatch):
    opinion = factories.OpinionFactory(session=session, subject=subject, text="食堂食材采购公示太笼统，看不出价格")
    opinions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    entry = digests.compile_digest(session, by=clerk).entries.get()

    def rewrite(text):
        digests.rewrite_entry(entry, text=text, nature=entry.nature, handling=entry.handling, by=clerk)

    rewrite("采购公开要再细一些")
    meeting(monkeypatch, (digests, "copied_from"))
    in_threads(lambda: rewrite(opinion.text), lambda: digests.submit_digest(Digest.objects.get(), by=clerk, now=NOW))

    is_verbatim = session.digest.entries.get().text == opinion.text
    assert Digest.objects.get().state == (Digest.State.DRAFT if is_verbatim else Digest.State.SUBMITTED)


def test_no_question_is_taken_out_while_those_chosen_are_sealed(session, approver, monkeypatch):
    chosen = [factories.QuestionFactory(subject=s, state=State.SELECTED, order=n) for s in session.subjects.all() for n in (1, 2)]
    looked, taken, blockers = threading.Event(), threading.Event(), questions.sealing_blockers

    def slow_blockers(session):
        found = blockers(session)
        looked.set()
        taken.wait(0.5)
        return found

    def take_out():
        looked.wait(5)
        try:
            questions.deselect(chosen[0], by=approver)
        finally:
            taken.set()

    monkeypatch.setattr(questions, "sealing_blockers", slow_blockers)
    sealed, taken_out = in_threads(lambda: questions.seal(session, by=approver, today=NOW.date()), take_out)

    assert (sealed, type(taken_out)) == (None, RuleViolation)
    assert Question.objects.filter(state=State.SEALED).count() == len(chosen)


def test_of_two_who_choose_the_last_question_at_once_one_is_refused(subject, approver, monkeypatch):
    for n in (1, 2):
        factories.QuestionFactory(subject=subject, state=State.SELECTED, order=n)
    spare = [factories.QuestionFactory(subject=subject, state=State.SHORTLISTED) for _n in range(2)]
    meeting(monkeypatch, (questions, "Max"))

    results = in_threads(*(lambda one=one: questions.select(one, by=approver) for one in spare))

    assert {type(result) for result in results} == {type(None), RuleViolation}
    assert subject.questions.filter(state=State.SELECTED).count() == subject.session.rule_set.questions_max
