"""The way of a round (ballots.md B0–B10) on the main site: its happy path, and what is refused."""

import pytest

from ballots import codec, verify
from ballots.models import Box, Publication, Transcript
from reviews.models import ReviewSession
from scoring.actions import ballot, count
from scoring.models import SubjectResult

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])
State = ReviewSession.State


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
    assert Publication.objects.filter(sid=hall.round.sid).exists()
    hall.together("ARCHIVE")
    assert hall.round.state == Box.State.ARCHIVED


def test_the_verifier_agrees_with_what_is_stored(hall):
    hall.counted()
    document = bytes(Transcript.objects.get(sid=hall.round.sid).document)

    _parsed, found = verify.verify(document, mh=codec.code(hall.round.box.manifest_hash, 80))

    assert found["input_hash"] == hall.count.input_hash
    assert found["scheme_hash"] == hall.count.scheme_hash
    for result in SubjectResult.objects.select_related("subject"):
        line = found["subjects"][result.subject.code]
        assert (line["score"], line["band"], line["rank"]) == (result.shown_score, result.band, result.rank)
    assert hall.count.table_l0["rows"]["o01"]["ballots"] == 19


def test_a_recount_gives_the_same_hashes(hall):
    hall.counted()
    again = ballot.save_transcript(hall.round, hall.transcript(), by=hall.teller, now=hall.now)

    assert again.pk == hall.count.pk
    fresh = count._write(count.held(hall.count), hall.round, decisions=[])
    assert (fresh.input_hash, fresh.result_hash) == (hall.count.input_hash, hall.count.result_hash)
