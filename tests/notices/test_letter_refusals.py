"""Letters whose draft was made by nobody in particular, and two people at one draft."""

import pytest

from core.errors import RuleViolation
from notices.actions import letter as actions
from notices.models import Letter, Notice
from tests.notices.conftest import BODY, TODAY

State = Letter.State


def test_a_draft_sent_to_be_checked_meanwhile_is_not_overwritten(letter, second_clerk, clerk):
    in_hand = Letter.objects.get(pk=letter.pk)
    actions.check_letter(letter, by=second_clerk)

    with pytest.raises(RuleViolation, match="刚被他人更新"):
        actions.change_letter(in_hand, title="甲", addressee="乙", copies_to="", body=BODY, by=clerk)

    assert Letter.objects.get().title == letter.title


@pytest.fixture
def ownerless(letter, second_clerk):
    """A letter to be issued whose drafter is not known: it came with data from elsewhere."""
    Letter.objects.update(drafted_by=None)
    letter.writers.clear()
    letter.refresh_from_db()
    actions.check_letter(letter, by=second_clerk)
    Notice.objects.all().delete()
    return letter


def test_a_letter_without_a_drafter_goes_back_to_nobody(ownerless, approver):
    actions.return_letter(ownerless, reason="抄送漏了一人", by=approver)

    assert Letter.objects.get().state == State.DRAFT
    assert not Notice.objects.exists()


def test_a_letter_without_a_drafter_is_issued_all_the_same(ownerless, approver, monkeypatch):
    monkeypatch.setattr("notices.actions.letter.papers.render", lambda context: b"%PDF-1.7 stands for the paper")

    actions.issue_letter(ownerless, by=approver, today=TODAY)

    assert Letter.objects.get().number == 1
    assert not Notice.objects.exists()
