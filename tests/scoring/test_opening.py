"""B7: what the opening page loads and sends back."""

import pytest
from django.test import Client
from django.urls import reverse

from ballots.models import Box
from core.errors import RuleViolation
from core.models import AuditEvent
from scoring.actions import opening
from scoring.models import NamedMarks

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_the_urn_waits_for_the_table(hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    with pytest.raises(RuleViolation) as refusal:
        opening.urn(hall.round, by=hall.scrutineer, now=hall.now)
    told = "".join(refusal.value.messages)
    assert "实发的票卡数" in told
    assert "既没有收回也没有作废" in told
    assert "实名评分" in told
    assert opening.urn(hall.clear_table().round, by=hall.scrutineer, now=hall.now)
    assert AuditEvent.objects.get(action="fetch_urn").actor == hall.scrutineer.username


def test_no_link_takes_the_sealed_ballots_out(hall):
    """From the fetch on what comes from outside and what was noted at the table is closed, so it takes a press on our own page."""
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    address, browser = reverse("scoring:urn", args=[hall.session.uid]), Client(enforce_csrf_checks=True)
    browser.force_login(hall.scrutineer)

    assert [browser.get(address).status_code, browser.post(address).status_code] == [405, 403]
    assert hall.round.unsealed_at is None

    browser = Client()
    browser.force_login(hall.scrutineer)
    taken = browser.post(address)
    assert (taken.status_code, taken["Cache-Control"]) == (200, "no-store")
    assert len(taken.json()["received"]) == 18
    assert hall.round.is_unsealed


def test_named_marks_changed_after_the_urn_was_fetched_are_noticed(hall):
    """Behind the page's back: no action changes them any more, and the server asks again."""
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    transcript = hall.transcript()
    NamedMarks.objects.filter(subject=hall.session.subjects.first()).update(answers={})

    with pytest.raises(RuleViolation, match="不一致"):
        opening.save_transcript(hall.round, transcript, by=hall.scrutineer, now=hall.now)
    assert hall.round.state == Box.State.CLOSED
