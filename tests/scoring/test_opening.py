"""B7: what the opening page loads and sends back."""

import pytest

from ballots.models import Box
from core.errors import RuleViolation
from core.models import AuditEvent
from scoring.actions import opening, table

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_the_urn_waits_for_the_table(hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    with pytest.raises(RuleViolation) as refusal:
        opening.urn(hall.round, by=hall.scrutineer)
    told = "".join(refusal.value.messages)
    assert "实发的票卡数" in told
    assert "既没有收回也没有作废" in told
    assert "实名评分" in told
    assert opening.urn(hall.clear_table().round, by=hall.scrutineer)
    assert AuditEvent.objects.get(action="fetch_urn").actor == hall.scrutineer.username


def test_named_marks_changed_after_the_urn_was_fetched_are_noticed(hall):
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    transcript = hall.transcript()
    group = hall.round.groups.get(letter="a")
    table.enter_named(
        group, rater="姜景舟", marks={hall.session.subjects.first(): {}}, by=hall.clerk, seen=table.shown(group.marks.all())
    )

    with pytest.raises(RuleViolation, match="不一致"):
        opening.save_transcript(hall.round, transcript, by=hall.scrutineer, now=hall.now)
    assert hall.round.state == Box.State.CLOSED
