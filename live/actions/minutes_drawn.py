"""What the record says for the minutes (会议记录), section by section, in the language of the installation whoever asks."""

from collections import defaultdict
from dataclasses import dataclass, replace

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.days import clock, short_day
from core.language import chinese
from live.models import Hall, RunItem
from live.rules import hall as hall_rules
from live.rules import minutes as rules
from reviews.models import Question
from scoring.models import BallotRound, Count, StepRequest

Kind = RunItem.Kind


@dataclass
class Section:
    """One section as the page shows it: what stands in the minutes, and what the record says."""

    key: str
    title: str
    recorded: str
    text: str = ""
    is_edited: bool = False
    news: tuple = ()
    order: int = 0


def drawn(session) -> list[Section]:
    """Every section in the words of the record."""
    hall = Hall.objects.filter(session=session).first()
    if hall is None:
        return []
    items = list(hall.items.all())
    began, _ended = first_of(items, Kind.OPENING).times
    _began, end = first_of(items, Kind.CLOSING).times
    day = session.held_on
    with chinese():
        paused = pauses(items, day)
        after = ballot(session, day, lambda moment: moment > end) if end else ""
        found = [
            Section("opening", _("会议开始"), opening(session, began)),
            Section("attendance", _("出席情况"), attendance(session)),
            *(official(subject, items, day, paused) for subject in subjects_of(session)),
            Section("ballot", _("评议"), vote(session, items, day, lambda moment: end is None or moment <= end)),
            Section("closing", _("会议结束"), closing(items, day, paused)),
            *([Section("after", _("会后"), after)] if after else []),
        ]
    return [replace(section, order=n) for n, section in enumerate(found)]


def first_of(items, kind, subject=None):
    return next(item for item in items if item.kind == kind and (subject is None or item.subject_id == subject.pk))


def at(moment, day):
    """The hour; with its own day before it where that is not the day on which the meeting was held."""
    if moment is None:
        return ""
    return clock(moment) if localtime(moment).date() == day else f"{short_day(moment)} {clock(moment)}"


def subjects_of(session):
    return session.subjects.prefetch_related("questions__answer", "commitments", "comments__leader")


def opening(session, began):
    groups = list(session.audience.with_presence())
    expected = sum(group.expected for group in groups)
    return rules.opening(
        day=session.held_on,
        planned=session.date,
        at=clock(began),
        title=session.title,
        place=session.place,
        chair=session.chair.replace("\u3000", ""),
        present=sum(group.present for group in groups),
        expected=expected,
        needed=hall_rules.quorum(expected),
        subjects=[(s.name, s.unit_name, s.post) for s in session.subjects.all() if not s.absence],
    )


def attendance(session):
    groups = []
    for group in session.audience.with_presence():
        people = list(group.attendees.all())
        names = [person.name for person in people if person.is_present]
        absent = [person.name for person in people if not person.is_present]
        groups.append((group.name, group.expected, group.present, names, absent))
    return rules.attendance(groups)


def pauses(items, day):
    """The breaks as (from, to, minutes of other items in between), by the official after whose turn they came, else None."""
    found, last = defaultdict(list), None
    for item in items:
        if item.kind != Kind.BREAK:
            last = item.subject_id
        elif item.state == RunItem.State.DONE:
            found[last].append((*(at(moment, day) for moment in item.times), item.away_minutes))
    return found


def official(subject, items, day, paused):
    said = rules.absence(subject.name, subject.absence) if subject.absence else what_was_said(subject, items, day)
    said = rules.lines(said, *(rules.pause(*one) for one in paused[subject.pk]))
    return Section(subject.code, f"{subject.name}　{subject.unit_name}{subject.post}", said)


def what_was_said(subject, items, day):
    item = first_of(items, Kind.STATEMENT, subject)
    _planned, used, _over = hall_rules.spent([item.span])
    began, ended = (at(moment, day) for moment in item.times)
    times = {"began": began, "ended": ended, "used": used, "planned": item.minutes, "away": item.away_minutes}
    asked = sorted((q for q in subject.questions.all() if q.state in Question.PUT), key=lambda q: (q.order, q.pk))
    return rules.lines(
        rules.statement(subject.name, **times),
        *(question(one) for one in asked),
        *(rules.commitment(one.text, one.due_on) for one in subject.commitments.all()),
        *(
            rules.comment(one.leader.name, one.leader.post, strengths=one.strengths, problems=one.problems)
            for one in subject.comments.all()
            if one.is_delivered
        ),
        *(rules.hands(one.outcome) for one in items if one.kind == Kind.HANDS and one.subject_id == subject.pk),
    )


def closing(items, day, paused):
    _began, end = first_of(items, Kind.CLOSING).times
    return rules.closing(at(end, day), paused[None])


def question(asked):
    answer = getattr(asked, "answer", None)
    return rules.question(
        asked.order,
        asked.text,
        is_from_floor=asked.source == Question.Source.FLOOR,
        answer=answer.summary if answer else "",
        is_unsatisfactory=bool(answer and answer.is_unsatisfactory),
        inquiry_due_on=answer.inquiry_due_on if answer else None,
    )


def vote(session, items, day, is_told):
    """The ballot in the meeting, with its explanation before it and the announcement after it."""
    briefing, announcement = (steps(items, kind, day) for kind in (Kind.BRIEFING, Kind.ANNOUNCEMENT))
    return rules.lines(briefing, ballot(session, day, is_told), announcement)


def steps(items, kind, day):
    """From when to when the items of this kind took that are over."""
    over = [item for item in items if item.kind == kind and item.state == RunItem.State.DONE]
    return rules.lines(*(rules.step(item.get_kind_display(), *(at(moment, day) for moment in item.times)) for item in over))


def ballot(session, day, is_told):
    """The rounds in order: those given up by a line, the one that counts with its steps; of these, what happened at a moment
    that `is_told`. Never a score, never a group."""

    def told_at(moment):
        return at(moment, day) if moment and is_told(moment) else ""

    told = []
    for round in BallotRound.objects.filter(session=session).order_by("number"):
        if round.voided_at is None:
            told.append(voting(round, told_at))
        elif when := told_at(round.voided_at):
            told.append(rules.void(round.number, when))
    return rules.lines(*told)


def voting(round, told_at):
    opened = round.requests.filter(step=StepRequest.Step.OPEN, confirmed_by__isnull=False).select_related(
        "asked_by", "confirmed_by"
    )
    by = _("、").join(f"{pair.asked_by}{_('、')}{pair.confirmed_by}" for pair in opened[:1])
    return rules.lines(
        rules.voting(
            opened=told_at(round.opened_at),
            by=by,
            closing=told_at(round.closing_at),
            closed=told_at(round.closed_at),
            received=received(round),
            code=round.codes["manifest"],
        ),
        *(counting(count, told_at) for count in round.counts.select_related("correction__asked_by", "correction__confirmed_by")),
        rules.ending(told_at(round.ended_at)),
    )


def received(round):
    """How many ballots came in, as the hall sees it on the received list; nothing while more can come (ballots.md B5)."""
    if not round.is_closed:
        return None
    count = Count.objects.newest(round)
    return sum(box["cast"] for box in count.sheet["boxes"]) if count else round.turnout


def counting(count, told_at):
    """One version of the count: the first, or a correction by the two who agreed on it. Its reason stands on its papers alone."""
    published = count.publication.at if count.is_published else None
    return rules.counting(
        corrected=corrected(count, told_at),
        counted=told_at(count.counted_at),
        signed=told_at(max(count.teller_at, count.scrutineer_at)) if count.is_signed else "",
        teller=str(count.teller or ""),
        scrutineer=str(count.scrutineer or ""),
        confirmed=told_at(count.confirmed_at),
        confirmed_by=str(count.confirmed_by or ""),
        published=told_at(published),
    )


def corrected(count, told_at):
    by = count.correction
    if by is None or not (at := told_at(by.confirmed_at)):
        return ""
    return rules.correction(at=at, n=count.version, asked_by=str(by.asked_by), confirmed_by=str(by.confirmed_by))
