"""From the record of a meeting to a list of problems that people have confirmed (JS08, HB28). The trail holds no word of them."""

import datetime as dt
import hashlib

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, calendar
from core.errors import RuleViolation, needed
from core.language import chinese
from rectification.models import Finding, RectificationItem
from reviews.models import Commitment, Digest, DigestEntry, LeaderComment, Opinion, Question, ReviewSession, SessionSubject
from reviews.rules.comment import problem_lines

State, Source = Finding.State, Finding.Source
OPEN = (ReviewSession.State.FED_BACK, ReviewSession.State.RECTIFYING)
REHEARSAL = gettext_lazy("演练不作数：不提出问题，不发提醒函，也不办结；做完清除即可")
LONGEST = RectificationItem._meta.get_field("text").max_length


@transaction.atomic
def propose_findings(session, *, by=None) -> int:
    """Propose what the record holds and was not proposed before. Safe to repeat; returns how many are new."""
    need_open(ReviewSession.objects.select_for_update().get(pk=session.pk))  # the button against the clock
    new = unproposed(session)
    Finding.objects.bulk_create(new)
    if new:
        audit.record("propose_findings", session, by=by, n=len(new))
    return len(new)


def unproposed(session) -> list[Finding]:
    """What the record holds and nobody was asked about yet; a problem decided before is not asked again."""
    known = set(Finding.objects.filter(subject__session=session).exclude(origin="").values_list("subject_id", "origin"))
    with chinese():  # the words will stand in a letter
        return [finding for finding in found_in(session) if (finding.subject_id, finding.origin) not in known]


def found_in(session):
    """Every problem the record holds: unsatisfactory answers, comments given in the hall, promises, opinions to be put right. Nothing
    of those who did not come: nobody has told them of it."""
    here = {"subject__in": session.subjects.present()}
    for question in Question.objects.filter(**here).to_be_put_right():
        source = Source.FLOOR if question.source == Question.Source.FLOOR else Source.QUESTION
        yield proposal(question, source, asked(question), f"question:{question.uid}")
    for comment in LeaderComment.objects.filter(**here, is_delivered=True):
        for line in problem_lines(comment.problems):
            yield proposal(comment, Source.COMMENT, line, f"comment:{comment.uid}:{mark(line)}")
    for promise in Commitment.objects.filter(**here):
        text = _("本人承诺：%(text)s") % {"text": promise.text}
        yield proposal(promise, Source.COMMITMENT, text, f"commitment:{promise.uid}", promised_on=promise.due_on)
    approved = DigestEntry.objects.filter(
        **here, digest__state=Digest.State.APPROVED, handling=Opinion.Handling.RECTIFICATION, is_withdrawn=False
    ).exclude(nature=Opinion.Nature.PRAISE)
    for entry in approved:
        yield proposal(entry, Source.OPINION, entry.text, drawn_from(entry))


def asked(question):
    """What is wrong is the answer, so a letter does not ask anew. The day of a written inquiry is that of the answer; what is to be put
    right has the period of everything else."""
    answer, text = question.answer, {"text": question.text}
    told = _("现场没有正面回答“%(text)s”") % text if answer.is_unsatisfactory else _("现场没有答完“%(text)s”") % text
    if not answer.inquiry_due_on:
        return told
    return _("%(told)s，已发质询书，须在%(day)s前书面答复") % {"told": told, "day": calendar.written(answer.inquiry_due_on)}


def drawn_from(entry):
    return f"opinion:{entry.uid}"


def proposal(thing, source, text, origin, *, promised_on=None):
    return Finding(subject_id=thing.subject_id, source=source, text=one_line(text), origin=origin, promised_on=promised_on)


def one_line(text):
    return " ".join(text.split())


def worded(text):
    """The words of a problem as a letter and an item have them: one line that fits."""
    return needed(one_line(text), _("请写下问题"), LONGEST)


@transaction.atomic
def add_finding(subject: SessionSubject, *, source: str, text: str, by, now: dt.datetime) -> Finding:
    """A problem the record does not show by itself, such as one that the scores point to; who adds it confirms it. The same words
    again are the same problem."""
    need_open(subject.session)
    if subject.absence:
        raise RuleViolation(_("%(name)s没有到会，不能据本场会议提出整改问题") % {"name": subject.name})
    text = worded(text)
    known = {"source": source, "text": text, "state": State.CONFIRMED, "decided_by": by, "decided_at": now}
    finding, is_new = Finding.objects.get_or_create(subject=subject, origin=f"hand:{mark(source + text)}", defaults=known)
    if is_new:
        audit.record("add_finding", f"finding {finding.uid}", by=by)
    return finding


def mark(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def confirm_finding(finding, *, text: str, by, now: dt.datetime):
    """This is a problem to put right, in these words."""
    need_open(finding.subject.session)
    text = worded(text)
    finding.move_to(State.CONFIRMED)
    finding.text, finding.decided_by, finding.decided_at = text, by, now
    finding.save(update_fields=["text", "decided_by", "decided_at"])
    audit.record("confirm_finding", f"finding {finding.uid}", by=by)


@transaction.atomic
def dismiss_finding(finding, *, reason: str, by, now: dt.datetime):
    """No problem to put right, with the reason; it stays on the record."""
    need_open(finding.subject.session)
    reason = needed(reason, _("请写明排除的理由"))
    Finding.objects.filter(pk=finding.pk).update(reason=reason, decided_by=by, decided_at=now)
    finding.move_to(State.DISMISSED)
    audit.record("dismiss_finding", f"finding {finding.uid}", by=by)


@transaction.atomic
def reconsider_finding(finding, *, by):
    """Take a decision back, as long as no letter says it."""
    need_open(finding.subject.session)
    if Finding.objects.select_for_update().get(pk=finding.pk).letter_id:
        raise RuleViolation(_("这个问题已经写进提醒函；要改的，先作废那份函"))
    finding.move_to(State.PROPOSED)
    Finding.objects.filter(pk=finding.pk).update(reason="", decided_by=None, decided_at=None)
    audit.record("reconsider_finding", f"finding {finding.uid}", by=by)


@transaction.atomic
def withdraw_findings(session, *, by) -> int:
    """Take away the problems drawn from digest lines that were withdrawn, words and all. Safe to repeat.

    Returns how many stay, because a letter says them.
    """
    withdrawn = DigestEntry.objects.filter(digest__session=session, is_withdrawn=True)
    drawn = Finding.objects.filter(subject__session=session, origin__in=[drawn_from(entry) for entry in withdrawn])
    unsaid = drawn.filter(letter=None)
    if n := unsaid.count():
        unsaid.delete()
        audit.record("withdraw_findings", session, by=by, n=n)
    return drawn.count()


def need_open(session):
    if blockers := deciding_blockers(session):
        raise RuleViolation(blockers)


def deciding_blockers(session) -> list[str]:
    """Why no problem of the session may be added or decided now; an empty list means it may."""
    if session.is_rehearsal:
        return [REHEARSAL]
    if session.state not in OPEN:
        return [_("“%(state)s”的会议不能办理整改问题") % {"state": session.get_state_display()}]
    return []


def wording_blockers(finding) -> list[str]:
    """Why a problem may not be put in other words and confirmed now."""
    if blockers := deciding_blockers(finding.subject.session):
        return blockers
    if finding.state == State.PROPOSED:
        return []
    return [_("这个问题“%(state)s”；要改的，先在整改页重新考虑") % {"state": finding.get_state_display()}]


def need_formal(session):
    if session.is_rehearsal:
        raise RuleViolation(REHEARSAL)


def sweep_findings():
    """Propose for every session whose result is out and that is not closed. Safe to repeat and to miss."""
    for session in ReviewSession.objects.filter(state__in=OPEN, is_rehearsal=False):
        propose_findings(session)
