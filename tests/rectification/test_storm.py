"""Two hands at once, each on a connection of its own; SQLite has one writer at a time, so PostgreSQL tells."""

import threading

import pytest
from django.conf import settings
from django.db import transaction

from core.errors import RuleViolation
from notices.models import Notice
from rectification.actions import deadlines
from rectification.actions import finding as findings
from rectification.actions import item as actions
from rectification.models import CloseOut, Finding, RectificationItem
from tests.rectification.conftest import NOW, TODAY, bring
from tests.threads import in_threads

POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not POSTGRESQL, reason="SQLite lets in one at a time"),
    pytest.mark.django_db(transaction=True),
]


def test_button_and_clock_propose_each_problem_once(session, record, clerk):
    results = in_threads(*[lambda: findings.propose_findings(session)] * 4)

    assert sorted(results) == [0, 0, 0, 3]
    assert Finding.objects.count() == 3


def test_two_proposals_to_close_at_once_make_one_and_one_refusal(received, liaison, approver, verifier, clerk, second_clerk):
    bring(received, "VERIFIED", unit=liaison, approver=approver, verifier=verifier)

    def propose(by):
        return lambda: actions.propose_close(RectificationItem.objects.get(pk=received.pk), by=by, now=NOW)

    results = in_threads(propose(clerk), propose(second_clerk))

    assert {type(result) for result in results} == {CloseOut, RuleViolation}


def test_a_sweep_does_not_bring_back_what_a_close_cancels(received, liaison, approver, verifier, clerk, monkeypatch):
    """The sweep has looked at the open items; before it writes, the item is closed."""
    item = bring(received, "VERIFIED", unit=liaison, approver=approver, verifier=verifier)
    actions.propose_close(item, by=clerk, now=NOW)
    looked, closed = threading.Event(), threading.Event()
    post = deadlines.post

    def close():
        looked.wait(5)
        with transaction.atomic():
            actions.confirm_close(RectificationItem.objects.get(pk=item.pk), by=approver, now=NOW, today=TODAY)
        closed.set()

    def late_post(*args):
        looked.set()
        closed.wait(1)
        post(*args)

    Notice.objects.filter(matter=item.matter).delete()
    monkeypatch.setattr(deadlines, "post", late_post)
    in_threads(close, lambda: deadlines.sweep(today=TODAY))

    assert closed.is_set()
    assert not Notice.objects.filter(key__contains=":RED:", state=Notice.State.WAITING).exists()
