"""What is written down at the table."""

import pytest

from ballots.models import Box
from core.errors import RuleViolation
from core.models import AuditEvent
from scoring.actions import opening, table
from scoring.models import NamedMarks, RoundGroup

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_more_cards_drawn_than_printed_is_refused(hall):
    hall.prepare().make_keys().make_cards()
    with pytest.raises(RuleViolation, match="只印了 10 张"):
        table.note_cards(hall.round, {"b": (11, "")}, by=hall.teller)
    assert hall.round.groups.get(letter="b").drawn is None


def test_fewer_cards_drawn_than_ballots_cast_is_refused_once_the_box_is_closed(hall):
    hall.prepare().make_keys().make_cards().open().vote()
    table.note_cards(hall.round, {"b": (6, ""), "c": (5, ""), "d": (6, "")}, by=hall.teller)  # nobody may know yet
    hall.close()
    with pytest.raises(RuleViolation) as urn:
        opening.urn(hall.round)

    with pytest.raises(RuleViolation) as noted:
        table.note_cards(hall.round, {"b": (7, ""), "c": (4, "一张在会场"), "d": (5, "")}, by=hall.teller)

    assert "区纪委委员登记实发 6 张，收回却有 7 张，不能开箱：请核对登记的数；数无误的，提出作废本轮" in urn.value.messages[0]
    assert [message.split("，不能")[0] for message in noted.value.messages] == [
        "班子成员登记实发 4 张，收回却有 5 张",
        "群众代表登记实发 5 张，收回却有 6 张",
    ]
    assert list(hall.round.groups.exclude(letter="a").values_list("drawn", flat=True)) == [6, 5, 6]
    assert AuditEvent.objects.filter(action="note_cards").count() == 1


def test_a_transcript_is_refused_while_fewer_cards_are_drawn_than_cast(hall):
    """The number is changed behind the opening page's back: the server asks again."""
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    transcript = hall.transcript()
    RoundGroup.objects.filter(round=hall.round, letter="b").update(drawn=6)

    with pytest.raises(RuleViolation, match="登记实发 6 张，收回却有 7 张"):
        opening.save_transcript(hall.round, transcript, by=hall.scrutineer, now=hall.now)
    assert hall.round.state == Box.State.CLOSED


def test_named_marks_are_not_more_than_the_persons_present(hall):
    hall.prepare()
    group = hall.round.groups.get(letter="a")
    subject = hall.session.subjects.first()
    table.enter_named(group, rater="姜景舟", marks={subject: {}}, by=hall.clerk)
    with pytest.raises(RuleViolation, match="不能多于到会人数"):
        table.enter_named(group, rater="另一人", marks={subject: {}}, by=hall.clerk)
    assert {marks.rater for marks in NamedMarks.objects.all()} == {"姜景舟"}


def test_the_table_is_kept_between_the_cards_and_the_opening(hall):
    hall.prepare()
    named, anonymous = (hall.round.groups.get(letter=letter) for letter in "ab")
    with pytest.raises(RuleViolation, match="票卡备好以后"):
        table.note_cards(hall.round, {"b": (7, "")}, by=hall.teller)
    with pytest.raises(RuleViolation, match="不记名"):
        table.enter_named(anonymous, rater="姜景舟", marks={}, by=hall.clerk)
    with pytest.raises(RuleViolation, match="写明评议人"):
        table.enter_named(named, rater=" ", marks={}, by=hall.clerk)

    hall.make_keys().make_cards().open().vote().close().clear_table().tally()

    for late in (
        lambda: table.note_cards(hall.round, {"b": (7, "")}, by=hall.teller),
        lambda: table.enter_named(named, rater="姜景舟", marks={}, by=hall.clerk),
        lambda: table.remove_named(named, rater="姜景舟", by=hall.clerk),
    ):
        with pytest.raises(RuleViolation, match=r"开箱以前|已经打开"):
            late()
    assert NamedMarks.objects.filter(rater="姜景舟").count() == 3


def test_named_marks_are_removed_once_and_noted_once(hall):
    hall.prepare()
    group = hall.round.groups.get(letter="a")
    table.enter_named(group, rater="姜景舟", marks={hall.session.subjects.first(): {}}, by=hall.clerk)

    for _again in range(2):
        table.remove_named(group, rater="姜景舟", by=hall.clerk)

    assert not NamedMarks.objects.exists()
    assert AuditEvent.objects.filter(action="remove_named").count() == 1
