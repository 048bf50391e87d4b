"""问廉: propose, mark, select, seal; open on stage, note the answer. The trail never holds a sealed question's text."""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit
from core.errors import LONGEST, RuleViolation, fitting, needed
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.actions import preparation
from reviews.actions import session as sessions
from reviews.models import Answer, Commitment, Question, QuestionMark, ReviewSession
from reviews.rules import question as rules

State = Question.State
PREPARED = (State.SELECTED, State.SEALED)


# --- before the meeting ------------------------------------------------------------------------------------


def held(session) -> ReviewSession:
    """The session as it stands now, held until the end: none of its questions is put forward, chosen or sealed meanwhile. Refuses once
    its preparation is over."""
    session = ReviewSession.objects.select_for_update(of=("self",), no_key=True).select_related("rule_set").get(pk=session.pk)
    preparation.need_under_way(session)
    return session


@transaction.atomic
def propose(subject, *, text: str, aspect_item: str, source: str, by) -> Question:
    """A candidate question. The same words of the same person again are the same question, unless it was withdrawn meanwhile."""
    held(subject.session)
    if same := subject.questions.filter(text=text, proposed_by=by).exclude(state=State.WITHDRAWN).first():
        return same
    question = Question.objects.create(subject=subject, text=text, aspect_item=aspect_item, source=source, proposed_by=by)
    audit.record("propose_question", f"question {question.uid}", by=by)
    return question


@transaction.atomic
def mark(question, *, is_wanted: bool, by):
    """Say that it should be asked, or take that back; safe to repeat."""
    preparation.need_under_way(question.subject.session)
    if question.state not in (State.PROPOSED, State.SHORTLISTED):
        raise RuleViolation(_("“%(state)s”的问题不能再推荐") % {"state": question.get_state_display()})
    if is_wanted:
        _mark, has_changed = QuestionMark.objects.get_or_create(question=question, member=by)
    else:
        has_changed, _rows = QuestionMark.objects.filter(question=question, member=by).delete()
    if has_changed:
        audit.record("mark_question" if is_wanted else "unmark_question", f"question {question.uid}", by=by)


@transaction.atomic
def shortlist(question, *, by):
    preparation.need_under_way(question.subject.session)
    question.move_to(State.SHORTLISTED)
    audit.record("shortlist_question", f"question {question.uid}", by=by)


@transaction.atomic
def select(question, *, by):
    """Choose it for the meeting, after those chosen before; refuses one more than the rules allow.

    Staff put it on the short list before, and nobody chooses the own question. Once the subject's questions are sealed the choice
    is made: to choose anew the seal is opened first.
    """
    subject = question.subject
    high = held(subject.session).rule_set.questions_max
    if question.proposed_by_id == by.pk:
        raise RuleViolation(_("提出人不能选定自己提出的问题，请由另一位领导选定"))
    if subject.questions.filter(state=State.SEALED).exists():
        raise RuleViolation(_("%(name)s的问题已封存，不能再选；要换题、加题，请先启封") % {"name": subject.name})
    chosen = subject.questions.filter(state__in=PREPARED)
    if chosen.count() >= high:
        raise RuleViolation(_("%(name)s已入选 %(n)d 题，最多 %(n)d 题；请先撤下一题") % {"name": subject.name, "n": high})
    last = chosen.aggregate(last=Max("order"))["last"] or 0
    question.move_to(State.SELECTED)
    Question.objects.filter(pk=question.pk).update(order=last + 1)
    audit.record("select_question", f"question {question.uid}", by=by)


@transaction.atomic
def deselect(question, *, by):
    held(question.subject.session)
    question.move_to(State.SHORTLISTED)
    Question.objects.filter(pk=question.pk).update(order=0)
    audit.record("deselect_question", f"question {question.uid}", by=by)


@transaction.atomic
def withdraw(question, *, by):
    preparation.need_under_way(question.subject.session)
    question.move_to(State.WITHDRAWN)
    audit.record("withdraw_question", f"question {question.uid}", by=by)


def selected_counts(session) -> list[tuple[str, int]]:
    """How many questions each subject is to be asked, in the order of the meeting."""
    chosen = Question.objects.filter(subject__session=session, state__in=PREPARED).values_list("subject_id", flat=True)
    counts = {}
    for subject in chosen:
        counts[subject] = counts.get(subject, 0) + 1
    return [(subject.name, counts.get(subject.pk, 0)) for subject in session.subjects.all()]


def sealing_blockers(session) -> list[str]:
    rule_set = session.rule_set
    return rules.sealing_blockers(selected_counts(session), low=rule_set.questions_min, high=rule_set.questions_max)


@transaction.atomic
def seal(session, *, by, today: dt.date):
    """Close the chosen questions: until each is asked, nobody reads it, whoever chose it included. Safe to repeat."""
    session = held(session)
    if blockers := sealing_blockers(session):
        raise RuleViolation(blockers)
    sealed = Question.objects.filter(subject__session=session, state=State.SELECTED).update(state=State.SEALED)
    if sealed:
        event = audit.record("seal_questions", session, by=by, n=sealed)
        notices.post(
            to=User.objects.with_role(Role.ORGANISER),
            key=f"questions:{session.uid}:sealed:{event.n}",
            subject=lambda: _("质询问题已封存：%(title)s") % {"title": session.title},
            body=lambda: _("到会场开启之前，谁也看不到题目。"),
            link=session.get_absolute_url(),
            matter=f"session:{session.uid}",
        )
    sessions.advance(session, by=by, today=today)


@transaction.atomic
def unseal(session, *, reason: str, by, today: dt.date):
    """Open the seal before the meeting, with a reason, to choose anew."""
    session = held(session)
    reason = needed(reason, _("请写明启封的理由"))
    opened = Question.objects.filter(subject__session=session, state=State.SEALED).update(state=State.SELECTED)
    event = audit.record("unseal_questions", session, by=by, n=opened)
    notices.post(
        to=User.objects.with_role(Role.ORGANISER, Role.APPROVER),
        key=f"questions:{session.uid}:unsealed:{event.n}",
        subject=lambda: _("质询问题已启封：%(title)s") % {"title": session.title},
        body=reason,
        link=session.get_absolute_url(),
        matter=f"session:{session.uid}",
    )
    sessions.advance(session, by=by, today=today)


# --- in the hall -------------------------------------------------------------------------------------------


@transaction.atomic
def ask(question, *, by):
    """Open a sealed question on stage; it is numbered as it is asked."""
    order = question.subject.questions.asked().count() + 1
    question.move_to(State.ASKED)
    Question.objects.filter(pk=question.pk).update(order=order)
    audit.record("ask_question", f"question {question.uid}", by=by)


@transaction.atomic
def add_floor_question(subject, *, text: str, by) -> Question:
    """A question from the floor, asked as it is noted; its source is kept by kind only (HB20)."""
    if not text.strip():
        raise RuleViolation(_("请写下问题"))
    order = subject.questions.asked().count() + 1
    question = Question.objects.create(
        subject=subject, text=fitting(text, LONGEST), source=Question.Source.FLOOR, state=State.ASKED, order=order
    )
    audit.record("floor_question", f"question {question.uid}", by=by)
    return question


def floor_withdrawal_blockers(question) -> list[str]:
    answer = getattr(question, "answer", None)
    return rules.floor_withdrawal_blockers(
        is_from_floor=question.source == Question.Source.FLOOR,
        is_noted=question.state != State.ASKED or bool(answer and (answer.summary.strip() or answer.is_to_be_put_right)),
        has_commitment=bool(question.commitments.all()),
    )


@transaction.atomic
def withdraw_floor_question(question, *, by):
    """Take back what was noted by mistake, as long as nothing hangs on it. Safe to repeat."""
    if question.state == State.WITHDRAWN:
        return
    if blockers := floor_withdrawal_blockers(question):
        raise RuleViolation(blockers)
    question.move_to(State.WITHDRAWN)
    audit.record("withdraw_floor_question", f"question {question.uid}", by=by)


@transaction.atomic
def note_answer(question, *, summary: str, is_unsatisfactory: bool, inquiry_due_on: dt.date | None = None, by) -> Answer:
    """What was answered, and by when once more in writing; again, to correct the note: the trail says that it was changed, never to
    what."""
    if question.state not in (State.ASKED, State.ANSWERED):
        raise RuleViolation(_("这个问题还没有问，不能记答复"))
    if inquiry_due_on and inquiry_due_on < question.subject.session.held_on:
        raise RuleViolation(_("质询书的书面答复时限早于会议日期，请改正"))
    known = Answer.objects.filter(question=question).first() or Answer(question=question)
    words = {"summary": summary, "is_unsatisfactory": is_unsatisfactory, "inquiry_due_on": inquiry_due_on}
    changed = [name for name, value in words.items() if getattr(known, name) != value]
    answer, _is_new = Answer.objects.update_or_create(question=question, defaults={**words, "noted_by": by})
    if question.state == State.ASKED and summary.strip():
        question.move_to(State.ANSWERED)
        audit.record("note_answer", f"question {question.uid}", by=by)
    elif changed:
        audit.record("change_answer", f"question {question.uid}", by=by, changed=changed)
    return answer


@transaction.atomic
def commit_to(subject, *, text: str, due_on: dt.date, question=None, by) -> Commitment:
    """What the subject promised, and by when. The same words and day again are the same promise."""
    if not text.strip():
        raise RuleViolation(_("请写下承诺事项"))
    if due_on < subject.session.held_on:
        raise RuleViolation(_("承诺时限早于会议日期，请改正"))
    promised = {"subject": subject, "text": fitting(text, LONGEST), "due_on": due_on}
    if same := Commitment.objects.filter(**promised).first():
        return same
    commitment = Commitment.objects.create(question=question, **promised)
    audit.record("note_commitment", f"commitment {commitment.uid}", by=by)
    return commitment
