"""Count, decide, sign, confirm, publish."""

import pytest

from ballots import codec
from ballots.models import Publication
from core.errors import RuleViolation
from officials.models import RoleGrant
from scoring.actions import count, opening, signing
from scoring.models import Count

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def hall(counted):
    return counted


def test_a_recount_gives_the_same_hashes(hall):
    again = opening.save_transcript(hall.round, hall.transcript(), by=hall.teller, now=hall.now)

    assert again.pk == hall.count.pk
    fresh = count._write(Count.objects.held(hall.count), hall.round, decisions=[])
    assert (fresh.input_hash, fresh.result_hash) == (hall.count.input_hash, hall.count.result_hash)


def test_the_result_waits_for_two_signatures_and_the_leader(hall):
    with pytest.raises(RuleViolation) as refusal:
        hall.confirm()
    assert len(refusal.value.messages) == 2
    with pytest.raises(RuleViolation, match="还没有由审批领导确认"):
        hall.publish()


def test_one_person_signs_once(hall):
    RoleGrant.objects.create(user=hall.teller, role="scrutineer")
    RoleGrant.objects.create(user=hall.teller, role="approver")
    now = {"seen": hall.count.result_hash, "now": hall.now}
    signing.sign(hall.count, "teller", by=hall.teller, **now)
    with pytest.raises(RuleViolation, match="两个人"):
        signing.sign(hall.count, "scrutineer", by=hall.teller, **now)
    signing.sign(hall.count, "scrutineer", by=hall.scrutineer, **now)
    with pytest.raises(RuleViolation, match="另一位领导"):
        signing.confirm_count(hall.count, by=hall.teller, **now)


def test_nobody_signs_a_count_with_a_void_box(hall):
    """Such a box is not opened any more; a count of one from before still stands unsigned."""
    hall.count.result["void_groups"] = ["b"]
    hall.count.save()

    with pytest.raises(RuleViolation, match="收回多于实发"):
        hall.sign()
    assert not hall.again().count.teller_at


def test_the_room_sees_only_slips_of_large_shown_groups(hall):
    hall.sign().confirm().publish()
    document = codec.parse(bytes(Publication.objects.get().document))
    assert all("hash" in slip for slip in document["slips"])  # no group here has ten


def test_each_step_after_the_count_is_taken_in_its_time(hall):
    with pytest.raises(RuleViolation, match="没有这项待裁定"):
        count.decide(hall.count, label="好", pool="", chosen=[], reason="集体研究决定", by=hall.approver, now=hall.now)
    hall.sign()
    with pytest.raises(RuleViolation, match="已经有人签字"):
        count.decide(hall.count, label="好", pool="", chosen=[], reason="集体研究决定", by=hall.approver, now=hall.now)

    hall.confirm()
    signing.confirm_count(
        hall.count, seen=hall.count.result_hash, by=hall.clerk, now=hall.now
    )  # done already: nothing is asked again

    assert hall.again().count.confirmed_by == hall.approver
