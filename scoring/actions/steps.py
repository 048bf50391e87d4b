"""The steps that two persons take together (S19): one asks, another confirms within a quarter of an hour."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ballots import actions as ballots
from ballots.models import Box
from core import audit, two_persons
from core.days import moment
from core.errors import LONGEST, RuleViolation, fitting
from notices import actions as notices
from officials.models import User
from reviews.actions import preparation
from reviews.models import ReviewSession
from scoring import policies
from scoring.actions import correction, ending, manifest, publication, reminders
from scoring.actions.box import box_refusals
from scoring.models import BallotRound, StepRequest

Step = StepRequest.Step
State = ReviewSession.State
REASONED = {Step.VOID: gettext_lazy("请写明作废的理由"), Step.CORRECT: gettext_lazy("请写明更正的理由")}


def step_blockers(round, step, *, now) -> list[str]:
    """Every reason why this step may not be taken now; an empty list means it may be asked for."""
    session, box = round.session, round.state
    voting = session.state in (State.IN_PROGRESS, State.VOTING_OPEN, State.VOTING_CLOSED, State.COUNTED)
    count = round.count if step == Step.PUBLISH and round.is_opened else None
    reasons = {
        Step.SETUP: [
            (round.has_box, _("票箱已经建立")),
            (not session.is_awaiting_result, _("现在不是准备评议票的时候")),
        ],
        Step.OPEN: [
            (box != Box.State.SEALED_SETUP, _("票卡还没有备好，或者投票已经开始")),
            (not voting, _("会议还没有开始，到会场控制台宣布开会后才能投票")),
        ],
        Step.CLOSE: [(box != Box.State.OPEN, _("投票没有在进行"))],
        Step.VOID: [
            (box in (Box.State.PUBLISHED, Box.State.ARCHIVED), _("结果已经公布，不能作废本轮")),
            (session.is_at_least(State.CONFIRMED), _("结果已经确认，不能作废本轮")),
        ],
        Step.PUBLISH: [
            (count is None, _("还没有计票")),
            (count and not count.is_confirmed, _("结果还没有由审批领导确认")),
            (count and count.is_published, _("结果已经公布")),
            (step == Step.PUBLISH and round.correction, _("更正还没有办完")),
        ],
    }.get(step, [])
    further = {
        Step.OPEN: lambda: [*comment_blockers(session), *manifest.drift_blockers(round)],
        Step.CORRECT: lambda: correction.asking_blockers(round),
        Step.ARCHIVE: lambda: ending.end_blockers(round, now=now),
    }.get(step, list)
    return [text for applies, text in reasons if applies] + further()


def comment_blockers(session):
    """Raters mark what they have heard: whoever came is commented on before the first vote (lifecycles.md 5.1, JS07). A rehearsal may
    try the ballot by itself."""
    if session.is_rehearsal or session.state != State.IN_PROGRESS:
        return []
    if names := _("、").join(session.subjects.awaiting_comment().values_list("name", flat=True)):
        return [_("还没有点评：%(names)s。在会场控制台点评以后才能投票；没有到会的，在那里记缺席") % {"names": names}]
    return []


@transaction.atomic
def ask(round, step, *, by, now, reason="", seen=""):
    """The first of two persons asks for a step; for a publication `seen` is the hash of the result that the page showed."""
    step, round = Step(step), BallotRound.objects.held(round)
    if blockers := step_blockers(round, step, now=now):
        raise RuleViolation(blockers)
    if step == Step.PUBLISH:
        round.count.require_seen(seen)
    if step in REASONED and not reason.strip():
        raise RuleViolation(REASONED[step])
    waiting = round.requests.filter(step=step, confirmed_at=None).first()
    if waiting and not waiting.is_expired(now):
        if waiting.asked_by_id == by.pk:
            return waiting
        raise RuleViolation(_("%(who)s已经提出这一步，请直接确认") % {"who": waiting.asked_by})
    notices.drop(round.requests.filter(step=step).expired(now))
    request = StepRequest.objects.create(round=round, step=step, asked_by=by, asked_at=now, reason=fitting(reason, LONGEST))
    audit.record(f"ask_{step.lower()}", round, by=by)
    _tell(request)
    return request


def _tell(request):
    """Who can confirm it learns of it; by no more than the step, for the reason of a void round may hold numbers (ballots.md B5)."""
    step, title = Step(request.step), request.round.session.title

    def told():
        return {"who": request.asked_by, "step": step.label, "title": title, "until": moment(request.expires_at)}

    notices.post(
        to=User.objects.with_role(*policies.counterparts(request.asked_by, step)).exclude(pk=request.asked_by_id),
        key=request.matter,
        subject=lambda: _("请确认“%(step)s”：%(title)s") % told(),
        body=lambda: _("%(who)s提出“%(step)s”，须由您或者同一身份的另一人在 %(until)s 前确认；过时须重新提出。") % told(),
        link=request.get_absolute_url(),
        matter=request.matter,
    )


@transaction.atomic
def drop_expired(*, now):
    """Whoever comes after a quarter of an hour is told to ask again."""
    notices.drop(StepRequest.objects.expired(now))


@transaction.atomic
def confirm(request, *, by, now):
    """The second person confirms, and the step is taken."""
    round = BallotRound.objects.held(request.round)
    request = StepRequest.objects.select_related("asked_by").filter(pk=request.pk).first()
    if request is None:
        raise RuleViolation(two_persons.gone())
    step = Step(request.step)
    if request.confirmed_at:
        return
    request.require_second(by=by, now=now)
    if not policies.completes(request.asked_by, by, step):
        raise RuleViolation(_("这一步须由%(who)s和监票人各一人办") % {"who": policies.OPERATES[step].label})
    if blockers := step_blockers(round, step, now=now):
        raise RuleViolation(blockers)
    request.note_second(by=by, now=now)
    notices.close(matter=request.matter)
    TAKEN[step](round, request, by=by, now=now)
    audit.record(step.lower(), round, by=by, with_=str(request.asked_by))


@transaction.atomic
def withdraw(request, *, by):
    """Whoever asked takes it back."""
    request.require_first(by=by)
    round = BallotRound.objects.held(request.round)
    if waiting := round.requests.filter(pk=request.pk, confirmed_at=None).first():
        notices.drop([waiting])
        audit.record("withdraw_step", round, by=by, step=request.step)


def _set_up(round, request, *, by, now):
    BallotRound.objects.filter(pk=round.pk).update(has_box=True)
    with box_refusals():
        ballots.create_box(round.sid, mode="rehearsal" if round.session.is_rehearsal else "formal")


def _open(round, request, *, by, now):
    BallotRound.objects.filter(pk=round.pk).update(opened_at=now)
    # A second round finds the session further on; it never goes back.
    is_revoting = round.session.is_at_least(State.VOTING_CLOSED)
    ReviewSession.objects.filter(pk=round.session_id).update(is_vote_void=False, is_revoting=is_revoting)
    if round.session.state == State.IN_PROGRESS:
        round.session.move_to(State.VOTING_OPEN)
    with box_refusals():
        ballots.open_box(round.sid)


def _start_closing(round, request, *, by, now):
    BallotRound.objects.filter(pk=round.pk).update(closing_at=now)
    with box_refusals():
        ballots.start_closing(round.sid)


def _void(round, request, *, by, now):
    BallotRound.objects.filter(pk=round.pk).update(voided_at=now, void_reason=request.reason)
    if round.opened_at:
        ReviewSession.objects.filter(pk=round.session_id).update(is_vote_void=True, is_revoting=False)
    notices.drop(round.requests.filter(confirmed_at=None))
    reminders.forget(round.session)
    if not round.session.is_at_least(State.IN_PROGRESS):
        preparation.unmark(round.session, "LOCK", by=by)  # new cards are needed before the meeting can begin
    if round.has_box:
        with box_refusals():
            ballots.abort(round.sid)


def _publish(round, request, *, by, now):
    pair = [request.asked_by, by]
    if "operator" not in policies.sides(pair[0], Step.PUBLISH) or "scrutineer" not in policies.sides(pair[1], Step.PUBLISH):
        pair.reverse()
    publication.publish(round, released_by=pair[0], scrutineer=pair[1], now=now)


def _correct(round, request, *, by, now):
    """From here until the urn is opened and signed again, `round.correction` lets named marks and numbers drawn be put right. Whoever
    asked for the publication has not seen what will be."""
    notices.drop(round.requests.filter(step=Step.PUBLISH, confirmed_at=None))


@transaction.atomic
def give_up_correction(round, *, by):
    """Nothing was to be corrected after all; refused while anything differs from what was counted."""
    round = BallotRound.objects.held(round)
    if (request := round.correction) is None:
        return
    if correction.is_uncounted(round, round.count):
        raise RuleViolation(_("更正已经签名存下，请先计票"))
    if not correction.is_unchanged(round):
        raise RuleViolation(_("实名评分、实发数或者实到人数已经改过：请先改回原来的数和说明，再放弃更正"))
    notices.drop([request])
    audit.record("give_up_correction", round, by=by)


def _archive(round, request, *, by, now):
    BallotRound.objects.filter(pk=round.pk).update(ended_at=now)
    with box_refusals():
        ballots.archive(round.sid)


TAKEN = {
    Step.SETUP: _set_up,
    Step.OPEN: _open,
    Step.CLOSE: _start_closing,
    Step.VOID: _void,
    Step.PUBLISH: _publish,
    Step.CORRECT: _correct,
    Step.ARCHIVE: _archive,
}


@transaction.atomic
def finish_close(round, *, by, now):
    """After the grace for tablets that still hold a ballot: the box takes no more. The closing itself two persons have confirmed."""
    round = BallotRound.objects.held(round)
    if round.is_closed:
        return
    if round.state != Box.State.CLOSING:
        raise RuleViolation(_("还没有宣布截止"))
    if now < round.grace_ends_at:
        raise RuleViolation(_("还在等平板送出最后的票，请稍候"))
    BallotRound.objects.filter(pk=round.pk).update(closed_at=now)
    if round.session.state == State.VOTING_OPEN:
        round.session.move_to(State.VOTING_CLOSED)
    elif round.session.state == State.VOTING_CLOSED:
        ReviewSession.objects.filter(pk=round.session_id).update(is_revoting=False)
    with box_refusals():
        ballots.close_box(round.sid)
    round.refresh_box()
    audit.record("close_box", round, by=by, received=round.turnout)
