"""What is written down at the table."""

import pytest

from core.errors import RuleViolation
from scoring.actions import table
from scoring.models import NamedMarks

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_more_cards_drawn_than_printed_is_refused(hall):
    hall.prepare().make_keys().make_cards()
    with pytest.raises(RuleViolation, match="只印了 10 张"):
        table.note_cards(hall.round, {"b": (11, "")}, by=hall.teller)
    assert hall.round.groups.get(letter="b").drawn is None


def test_named_marks_are_not_more_than_the_persons_present(hall):
    hall.prepare()
    group = hall.round.groups.get(letter="a")
    subject = hall.session.subjects.first()
    table.enter_named(group, rater="姜景舟", marks={subject: {}}, by=hall.clerk)
    with pytest.raises(RuleViolation, match="不能多于到会人数"):
        table.enter_named(group, rater="另一人", marks={subject: {}}, by=hall.clerk)
    assert {marks.rater for marks in NamedMarks.objects.all()} == {"姜景舟"}
