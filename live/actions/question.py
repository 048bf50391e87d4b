"""Questions asked, answers and promises noted, in the hall."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from live.actions import record
from live.actions.run_sheet import Kind, take, touch
from live.rules import hall as rules
from reviews.actions import question as questions
from reviews.models import Answer, Question


def asking(hall, question):
    """The item that is on; refuses unless this question's official is being asked."""
    item = hall.items.current()
    if not item.is_asking or item.subject_id != question.subject_id:
        raise RuleViolation(_("现在不是向这位同志提问的环节"))
    return item


@transaction.atomic
def ask(hall, question, *, version: int, by, now: dt.datetime):
    """Open a sealed question, or show again one already asked; its own clock runs from now."""
    item = asking(hall, question)
    if question.state not in Question.PUT:
        if item.kind == Kind.FLOOR:
            raise RuleViolation(_("现在是代表现场提问，封存的问题不能在这时启封"))
        finish_answers(item)
        questions.ask(question, by=by)
    show(hall, question, version=version, by=by, now=now)


@transaction.atomic
def ask_from_floor(hall, *, text: str, version: int, by, now: dt.datetime):
    """Note and show what somebody in the hall asked."""
    item = hall.items.current()
    if not item.is_asking:
        raise RuleViolation(_("现在不是提问的环节"))
    finish_answers(item)
    question = questions.add_floor_question(item.subject, text=text, by=by)
    show(hall, question, version=version, by=by, now=now)


@transaction.atomic
def withdraw_from_floor(hall, question, *, version: int, by, now: dt.datetime):
    """Take back a question from the floor that was noted by mistake, from every screen."""
    record.need_open(hall.session)
    item = asking(hall, question)
    shown = {"question": None, "ends_at": None, "paused_left": item.minutes * 60} if hall.question_id == question.pk else {}
    take(hall, version, by=by, **shown)
    questions.withdraw_floor_question(question, by=by)


def finish_answers(item):
    """A new question waits until every answer before it is noted."""
    if blockers := rules.answer_blockers(item.subject.questions.unanswered().orders()):
        raise RuleViolation(blockers)


def show(hall, question, *, version, by, now):
    take(hall, version, by=by, question=question, ends_at=now + dt.timedelta(minutes=question.minutes))


@transaction.atomic
def note_answer(
    question,
    *,
    summary: str,
    is_unsatisfactory: bool,
    inquiry_due_on: dt.date | None = None,
    before: str,
    before_unsatisfactory: bool,
    before_due_on: dt.date | None = None,
    by,
) -> Answer:
    """Note an answer, or correct the note. `before…` is the note as the writer knew it; refuses where somebody else has changed it."""
    record.need_open(question.subject.session)
    question.refresh_from_db(fields=["state"])  # another console may have withdrawn it meanwhile
    kept = Answer.objects.filter(question=question).first()
    if kept and not (
        record.is_seen(kept.summary, before, summary)
        and kept.is_unsatisfactory in (before_unsatisfactory, is_unsatisfactory)
        and kept.inquiry_due_on in (before_due_on, inquiry_due_on)
    ):
        told = {"who": kept.noted_by or _("另一台控制台"), "words": record.in_short(kept.summary)}
        raise RuleViolation(_("%(who)s刚改过这条答复，现在是“%(words)s”；请先抄下自己的话，刷新后再改") % told)
    words = {"summary": summary, "is_unsatisfactory": is_unsatisfactory, "inquiry_due_on": inquiry_due_on}
    return questions.note_answer(question, **words, by=by)


@transaction.atomic
def commit_to(hall, subject, *, text: str, due_on: dt.date, by):
    """What an official promised, and by when; consoles show it at once."""
    record.need_open(subject.session)
    question = hall.question if hall.question and hall.question.subject_id == subject.pk else None
    questions.commit_to(subject, text=text, due_on=due_on, question=question, by=by)
    touch(hall, by=by)
