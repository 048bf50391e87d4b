"""What of the preparation may still be done in which state of the session (lifecycles.md 5.3), and what the pages offer then."""

import datetime as dt
import inspect
import re

import pytest
from django.urls import reverse

from core.errors import RuleViolation
from reviews.actions import digest as digests
from reviews.actions import opinion as opinions
from reviews.actions import opinion_form as forms
from reviews.actions import question as questions
from reviews.actions import report as reports
from reviews.actions import tip_off as tip_offs
from reviews.models import Opinion, ReviewReport, ReviewSession, TipOff
from reviews.rules import session as rules
from tests import factories
from tests.reviews.reports import GROUND

TODAY = dt.date(2026, 12, 1)
NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
State = ReviewSession.State
BEFORE = {State.DRAFT: "还没有批准", State.PLANNED: "还没有批准", State.POSTPONED: "已延期", State.CANCELLED: "已取消"}
AFTER = [
    state for state in State if state not in BEFORE and state not in ReviewSession.UNDER_WAY
]  # the meeting has begun, or is long past


@pytest.mark.parametrize("state", list(State))
def test_the_preparation_is_open_from_the_approval_to_the_opening(state):
    words = BEFORE.get(state, "会议已经开始")

    reasons = rules.preparation_blockers(state)

    assert bool(reasons) is (state not in ReviewSession.UNDER_WAY)
    assert all(words in reason for reason in reasons)


ACTS = {
    "opinion_form.open_form": lambda w: forms.open_form(w.session, opens_on=TODAY, closes_on=TODAY, by=w.clerk, today=TODAY),
    "opinion_form.count_paper": lambda w: forms.count_paper(w.form, issued=2, returned=1, valid=1, by=w.clerk),
    "opinion.add_opinion": lambda w: opinions.add_opinion(
        w.session, subject=w.subject, channel="INTERVIEW", text="慢", by=w.clerk, today=TODAY
    ),
    "opinion.clear_hint": lambda w: opinions.clear_hint(w.opinion, by=w.clerk),
    "opinion.classify": lambda w: opinions.classify(
        w.opinion, nature="PRAISE", aspect_item="B2", handling="REFERENCE", by=w.clerk
    ),
    "opinion.merge": lambda w: opinions.merge(w.other, into=w.opinion, by=w.clerk),
    "opinion.unmerge": lambda w: opinions.unmerge(w.other, by=w.clerk),
    "digest.compile_digest": lambda w: digests.compile_digest(w.session, by=w.clerk),
    "digest.rewrite_entry": lambda w: digests.rewrite_entry(
        w.entry, text="公示不细", nature="CRITICISM", handling="QUESTION", by=w.clerk
    ),
    "digest.drop_entry": lambda w: digests.drop_entry(w.entry, by=w.clerk),
    "digest.take_up": lambda w: digests.take_up(w.left_out, by=w.clerk),
    "digest.submit_digest": lambda w: digests.submit_digest(w.digest, by=w.clerk, now=NOW),
    "digest.return_digest": lambda w: digests.return_digest(w.digest, reason="改", by=w.approver),
    "digest.approve_digest": lambda w: digests.approve_digest(w.digest, by=w.approver, now=NOW),
    "question.propose": lambda w: questions.propose(w.subject, text="？", aspect_item="", source="MEMBER", by=w.member),
    "question.mark": lambda w: questions.mark(w.question, is_wanted=True, by=w.member),
    "question.shortlist": lambda w: questions.shortlist(w.question, by=w.clerk),
    "question.select": lambda w: questions.select(w.question, by=w.approver),
    "question.deselect": lambda w: questions.deselect(w.question, by=w.approver),
    "question.withdraw": lambda w: questions.withdraw(w.question, by=w.member),
    "question.seal": lambda w: questions.seal(w.session, by=w.approver, today=TODAY),
    "question.unseal": lambda w: questions.unseal(w.session, reason="核查有新结论", by=w.approver, today=TODAY),
    "report.save_draft": lambda w: reports.save_draft(w.subject, content={}, by=w.clerk, now=NOW),
    "report.submit_report": lambda w: reports.submit_report(w.report, by=w.clerk, today=TODAY),
    "report.pass_report": lambda w: reports.pass_report(w.report, by=w.clerk, today=TODAY),
    "report.return_report": lambda w: reports.return_report(w.report, reasons=[GROUND], by=w.clerk, today=TODAY),
    "report.lock_reports": lambda w: reports.lock_reports(w.session, by=w.approver),
}
ELSEWHERE = {  # reading, and what belongs to the hall, whose record has a time of its own (tests/live/test_actions.py)
    "digest.note_reading",
    "question.ask",
    "question.add_floor_question",
    "question.withdraw_floor_question",
    "question.note_answer",
    "question.commit_to",
    "report.present_report",
}


def test_every_act_of_the_preparation_is_tried_here():
    acts = {
        f"{module.__name__.split('.')[-1]}.{name}"
        for module in (digests, forms, opinions, questions, reports)
        for name, act in vars(module).items()
        if inspect.isfunction(act) and act.__module__ == module.__name__
        if hasattr(act, "__wrapped__") and "by" in inspect.signature(act).parameters  # one transaction, by somebody
    }

    assert acts == set(ACTS) | ELSEWHERE


class World:
    """Everything there could be before a meeting, and who does it."""


@pytest.fixture
def world(session, subject, form, opinion, digest, clerk, approver, member):
    w = World()
    w.clerk, w.approver, w.member = clerk, approver, member
    w.session, w.subject, w.form, w.opinion, w.digest = session, subject, form, opinion, digest
    w.other = factories.OpinionFactory(session=session, subject=subject)
    w.entry = digest.entries.get()
    w.left_out = factories.OpinionFactory(session=session, subject=subject, state="CLASSIFIED", nature="PRAISE", is_left_out=True)
    w.question = factories.QuestionFactory(subject=subject)
    w.report = ReviewReport.objects.create(subject=subject, template=factories.ReportTemplateFactory(), state="SUBMITTED")
    w.report.versions.create(number=1, content={}, submitted_by=member)
    return w


def stand_at(w, state):
    """As a new request finds it."""
    ReviewSession.objects.filter(pk=w.session.pk).update(state=state)
    for thing in (w.session, w.subject, w.form, w.opinion, w.other, w.digest, w.entry, w.left_out, w.question, w.report):
        thing.refresh_from_db()


def refusal(act, world):
    try:
        act(world)
    except RuleViolation as problem:
        return "".join(problem.messages)
    return ""


@pytest.mark.parametrize("state", [*BEFORE, *AFTER])
def test_nothing_of_the_preparation_is_done_out_of_its_time(world, state):
    stand_at(world, state)

    done = [name for name, act in ACTS.items() if BEFORE.get(state, "会议已经开始") not in refusal(act, world)]

    assert done == []


@pytest.mark.parametrize("state", list(State))
def test_a_tip_off_is_diverted_whenever_it_is_found(world, state):
    stand_at(world, state)

    tip_offs.divert(world.other, by=world.clerk, today=TODAY)

    world.other.refresh_from_db()
    assert world.other.state == Opinion.State.TRANSFERRED
    assert TipOff.objects.count() == 1


@pytest.mark.parametrize("state", [State.POSTPONED, State.CANCELLED, State.IN_PROGRESS, State.ARCHIVED])
def test_the_public_form_closes_with_the_preparation(client, world, state, time_machine):
    time_machine.move_to(NOW)
    stand_at(world, state)
    address, said = reverse("reviews:opinion_form", args=[world.form.token]), {"subject": str(world.subject.uid), "duty": "慢"}

    page = client.post(address, said).content.decode()

    assert "已经停止征求意见" in page
    assert not Opinion.objects.filter(text="慢").exists()
    with pytest.raises(RuleViolation, match="已经截止"):
        forms.receive(world.form, subject=world.subject, texts=["慢"], now=NOW)


PAGES = {
    "canvass": lambda w: [w.session.uid],
    "opinion_list": lambda w: [w.session.uid],
    "opinion": lambda w: [w.other.uid],
    "digest": lambda w: [w.session.uid],
    "questions": lambda w: [w.session.uid],
    "question_list": lambda w: [w.subject.uid],
    "reports": lambda w: [w.session.uid],
}


@pytest.mark.parametrize("state", [State.CANCELLED, State.COUNTED])
def test_pages_offer_nothing_that_would_be_refused(client, world, state):
    stand_at(world, state)
    offered, silent, unexpected, seen = [], [], [], set()

    for who in ("clerk", "approver", "member"):
        client.force_login(getattr(world, who))
        for page, args in PAGES.items():
            answer = client.get(reverse(f"reviews:{page}", args=args(world)))
            if answer.status_code == 200:
                seen.add(page)
                body = answer.content.decode().split('id="main"')[-1]
                posts = re.findall(r'<form[^>]*method="post"[^>]*>', body)
                offered += [(who, page, form) for form in posts if "/divert" not in form]
                silent += [] if "不再办理" in body else [(who, page)]
            elif answer.status_code not in (403, 404):
                unexpected.append((who, page, answer.status_code))

    assert (offered, silent, unexpected) == ([], [], [])
    assert seen == set(PAGES)


@pytest.mark.parametrize("page", ["opinion_new", "digest_entry"])
def test_a_page_with_nothing_to_offer_turns_back_with_the_reason(client, world, page):
    stand_at(world, State.COUNTED)
    client.force_login(world.clerk)
    thing = world.entry if page == "digest_entry" else world.session

    answer = client.get(reverse(f"reviews:{page}", args=[thing.uid]), follow=True)

    assert answer.redirect_chain
    assert "会议已经开始" in answer.content.decode()
