"""Rehearsals can be wiped, formal rounds cannot."""

import pytest

from ballots.models import Box, Transcript
from core.errors import RuleViolation
from reviews.models import ReviewSession
from scoring.actions import rehearsal
from scoring.models import BallotRound

State = ReviewSession.State

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_rehearsal_is_wiped_without_a_trace_and_can_be_run_again(hall):
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    hall.session.refresh_from_db()
    hall.counted()
    sid = hall.round.sid

    rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)

    assert not Box.objects.filter(sid=sid).exists()
    assert not Transcript.objects.exists()
    assert not BallotRound.objects.exists()
    hall.session.refresh_from_db()
    assert hall.session.state == State.IN_PROGRESS
    hall.bodies = []
    hall.counted()


def test_a_formal_round_cannot_be_wiped(hall):
    hall.prepare()
    with pytest.raises(RuleViolation, match="正式会议"):
        rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)
