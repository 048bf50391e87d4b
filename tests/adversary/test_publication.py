"""T6: no slip tells of another. The papers are looked at where they are made (tests/scoring)."""

import json
import random

import pytest

from ballots import codec
from ballots import models as box
from tests.adversary import publication, vote

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_no_two_slips_share_anything_but_the_marks(receipt_keys, booth):
    ballot = vote.prepare(random.Random(5), raters=12, officials=3)
    vote.cast_all(ballot, ballot.raters, lambda sid, body, rater: booth.cast(sid, body).status_code)
    ballot.close()
    ballot.open()
    ballot.publish()
    room = json.loads(box.Publication.objects.get(sid=ballot.sid).document)

    assert len(ballot.transcript["slips"]) == 36
    assert publication.tied_slips(ballot.transcript["slips"]) == []
    assert {tuple(sorted(slip)) for slip in room["slips"]} == {("hash", "p")}
    keys = [codec.unb64(entry[name]) for entry in ballot.transcript["received"] for name in ("h", "c")]
    assert not any(key in codec.unb64(slip["p"]) for key in keys for slip in room["slips"])
