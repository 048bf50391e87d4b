"""The chain of the trail: what was altered or taken out shows (S25)."""

import pytest

from core import audit
from core.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(clerk):
    for action in ("first", "second", "third"):
        audit.record(action, "thing", by=clerk, n=1)


@pytest.mark.usefixtures("three")
def test_an_untouched_chain_is_whole():
    assert audit.faults() == []
    assert list(AuditEvent.objects.order_by("n").values_list("n", "action")) == [(1, "first"), (2, "second"), (3, "third")]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("field", ["actor", "actor_name", "action", "thing", "detail", "previous", "digest"])
def test_an_altered_line_is_named(field):
    AuditEvent.objects.filter(n=2).update(**{field: "other"})

    assert (2, "altered") in audit.faults()


@pytest.mark.usefixtures("three")
def test_a_line_taken_out_is_named():
    AuditEvent.objects.filter(n=2).delete()

    assert audit.faults() == [(2, "missing"), (3, "altered")]


def test_what_the_clock_did_has_no_actor_and_what_a_person_did_has_one(clerk):
    by_clock, by_clerk = audit.record("sweep", "thing", by=None), audit.record("press", clerk, by=clerk)

    assert (by_clock.actor, by_clock.actor_name, by_clock.detail) == ("", "", "")
    assert by_clerk.actor == clerk.username
    assert by_clerk.thing == f"officials.User {clerk.uid} {clerk}"
