"""Rehearsals: the only rounds that can be removed."""

from django.db import transaction
from django.utils.translation import gettext as _

from ballots import actions as ballots
from core import audit, files
from core.errors import RuleViolation
from core.models import StoredFile
from notices import actions as notices
from reviews.actions import preparation
from reviews.models import ReviewSession
from scoring.actions import occasion, reminders
from scoring.actions.box import box_refusals
from scoring.models import BallotRound, Count, PaperJob, Publication, StepRequest

State = ReviewSession.State


@transaction.atomic
def wipe_rehearsal(session, *, by):
    """Remove every round of a rehearsal with its box, marks, results and papers. The meeting stands again where voting began."""
    rounds = list(BallotRound.objects.select_for_update().filter(session=session))  # a step of the ballot holds its round first
    session = ReviewSession.objects.select_for_update().get(pk=session.pk)
    if not session.is_rehearsal:
        raise RuleViolation(_("正式会议的投票不能清除"))
    if session.is_at_least(State.RECTIFYING):
        raise RuleViolation(_("这场演练已经进入整改，请把整个演练做完"))
    for round in rounds:
        with box_refusals():
            ballots.wipe_rehearsal(round.sid)
    notices.drop(StepRequest.objects.filter(round__in=rounds, confirmed_at=None))
    reminders.forget(session)
    occasion.forget(session)
    forget_counts(rounds)
    BallotRound.objects.filter(pk__in=[round.pk for round in rounds]).delete()
    if session.is_at_least(State.IN_PROGRESS):  # the one way back there is, and for rehearsals only
        ReviewSession.objects.filter(pk=session.pk, is_rehearsal=True).update(
            state=State.IN_PROGRESS, is_vote_void=False, is_revoting=False, objections_until=None
        )
    preparation.unmark(session, "LOCK", by=by)
    audit.record("wipe_rehearsal", session, by=by, rounds=len(rounds))


def forget_counts(rounds):
    """Everything counted of these rehearsal rounds, with its papers."""
    counts = Count.objects.filter(round__in=rounds)
    papers = list(PaperJob.objects.filter(count__in=counts).exclude(stored=None).values_list("stored", flat=True))
    Publication.objects.filter(count__in=counts).delete()
    counts.delete()
    for stored in StoredFile.objects.filter(pk__in=papers):
        files.discard(stored)
