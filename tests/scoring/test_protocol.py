"""The way of a round (ballots.md B0–B10) on the main site, whole."""

import pytest

from ballots import codec, verify
from ballots.models import Box, Publication, Transcript
from core.models import AuditEvent
from reviews.models import ReviewSession
from scoring.models import StepRequest, SubjectResult

State = ReviewSession.State

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_the_whole_protocol(hall):
    hall.prepare()
    assert hall.round.state == Box.State.DRAFT
    hall.make_keys().make_cards()
    assert hall.round.state == Box.State.SEALED_SETUP
    assert hall.session.preparation.get(kind="LOCK").done_on == hall.now.date()
    hall.open().vote()
    hall.session.refresh_from_db()
    assert (hall.session.state, hall.round.turnout) == (State.VOTING_OPEN, 15)
    hall.close()
    hall.session.refresh_from_db()
    assert (hall.session.state, hall.round.turnout) == (State.VOTING_CLOSED, 18)

    hall.clear_table().tally()
    hall.session.refresh_from_db()
    assert hall.session.state == State.COUNTED
    hall.sign().confirm()
    assert hall.session.state == State.CONFIRMED
    hall.publish()

    assert hall.session.state == State.FED_BACK
    assert hall.round.state == Box.State.PUBLISHED
    assert AuditEvent.objects.filter(action="publish").count() == 1
    assert Publication.objects.filter(sid=hall.round.sid).exists()
    hall.end()
    assert hall.round.state == Box.State.ARCHIVED


def test_the_verifier_agrees_with_what_is_stored(hall):
    hall.counted()
    document = bytes(Transcript.objects.get(sid=hall.round.sid).document)

    parsed, found = verify.verify(document, mh=codec.code(hall.round.box.manifest_hash, 80))

    assert verify.commitment(parsed, found["input_hash"]) == hall.count.input_hash
    assert found["scheme_hash"] == hall.count.scheme_hash
    for result in SubjectResult.objects.select_related("subject"):
        line = found["subjects"][result.subject.code]
        assert (line["score"], line["band"], line["rank"]) == (result.shown_score, result.band, result.rank)
    assert hall.count.table_l0["rows"]["o01"]["ballots"] == 19


def test_the_verifier_knows_the_copy_that_the_room_gets(hall):
    hall.counted().sign().confirm().publish()
    copy = bytes(Publication.objects.get(sid=hall.round.sid).document)

    document, groups = verify.verify(copy, mh=codec.code(hall.round.box.manifest_hash, 80))

    assert verify.is_copy(document)
    for result in SubjectResult.objects.select_related("subject"):
        found = groups[result.subject.code]
        assert {code: row["slips"] for code, row in found.items()} == {"A": 1, "B": 7, "C": 5, "D": 6}
        assert found["A"]["value"] == hall.count.result["subjects"][result.subject.code]["groups"]["A"]["value"]


def test_the_trail_knows_totals_and_no_ballot(hall):
    hall.counted()
    trail = " ".join(AuditEvent.objects.values_list("detail", flat=True))
    for cards in hall.cards.values():
        for card in cards:
            assert card.outer_pub not in trail
    assert StepRequest.objects.count() == 3
