"""What is written down at the table."""

import json

import pytest

from ballots import casting, codec, reference, verify
from ballots.models import Box, Transcript
from core.errors import RuleViolation
from core.models import AuditEvent
from reviews.models import Attendee
from scoring.actions import opening, sheets, table
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
        opening.urn(hall.round, by=hall.scrutineer, now=hall.now)

    with pytest.raises(RuleViolation) as noted:
        table.note_cards(hall.round, {"b": (7, ""), "c": (4, "一张在会场"), "d": (5, "")}, by=hall.teller)

    assert "区纪委委员登记实发 6 张，收回却有 7 张，不能开箱：请核对登记的数；数无误的，提出作废本轮" in urn.value.messages[0]
    assert [message.split("，不能")[0] for message in noted.value.messages] == [
        "班子成员登记实发 4 张，收回却有 5 张",
        "群众代表登记实发 5 张，收回却有 6 张",
    ]
    assert list(hall.round.groups.exclude(letter="a").values_list("drawn", flat=True)) == [6, 5, 6]
    assert AuditEvent.objects.filter(action="note_cards").count() == 1


def test_void_cards_were_not_drawn(hall):
    hall.prepare().make_keys().make_cards().open().vote(b=6).close().clear_table()

    with pytest.raises(RuleViolation) as noted:
        table.note_cards(hall.round, {"b": (7, "一张在会场"), "c": (5, ""), "d": (6, "")}, by=hall.teller)

    assert noted.value.messages == ["区纪委委员印制 10 张、作废 4 张，实发最多 6 张，登记的是 7 张；实发是领出减交回"]
    RoundGroup.objects.filter(round=hall.round, letter="b").update(drawn=7, unaccounted_reason="一张在会场")
    with pytest.raises(RuleViolation, match="实发最多 6 张"):
        opening.urn(hall.round, by=hall.scrutineer, now=hall.now)


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


# --- named raters who do not come ------------------------------------------------------------------------------


def note_came(hall, n, why):
    """As the table's page sends it: cards and named raters together."""
    drawn = {group.letter: (group.drawn, "") for group in hall.round.groups.filter(is_named=False)}
    table.note_cards(hall.round, drawn | {"a": (n, why)}, by=hall.teller)


def test_a_named_rater_who_does_not_come_does_not_stop_the_opening(hall):
    """Prepared for three the day before; one gave marks, two are ill."""
    hall.prepare(A=(3, 0)).make_keys().make_cards().open().vote().close().clear_table()
    (blocker,) = opening.opening_blockers(hall.round)
    assert blocker.startswith("分管区领导到会 3 人，已录入 1 人的实名评分")

    note_came(hall, 1, "两位因病请假")

    assert opening.opening_blockers(hall.round) == []
    hall.tally()
    assert next(row for row in hall.count.sheet["groups"] if row["code"] == "A")["returned"] == 1
    assert "分管区领导（实名）原定 3 人，实到 1 人：两位因病请假。" in sheets.count_sheet(hall.count)["decisions"]
    assert json.loads(AuditEvent.objects.filter(action="note_cards").order_by("n").last().detail)["drawn"]["a"] == 1
    verify.verify(bytes(Transcript.objects.get(sid=hall.round.sid).document), mh=codec.code(hall.round.box.manifest_hash, 80))


def test_a_named_group_of_which_nobody_comes_gives_no_value(hall):
    hall.prepare(A=(1, 0)).make_keys().make_cards().open().vote().close().clear_table()
    table.remove_named(hall.round.groups.get(letter="a"), rater="姜景舟", by=hall.clerk)

    note_came(hall, 0, "姜景舟因公出差")

    hall.tally()
    assert {row["groups"]["A"] for row in hall.count.table_l1["rows"].values()} == {"–"}


def test_a_named_rater_more_than_prepared_for_is_let_in(hall):
    hall.prepare(A=(1, 0)).make_keys().make_cards().open().vote().close().clear_table()
    group = hall.round.groups.get(letter="a")

    note_came(hall, 2, "新任分管领导到会")

    table.enter_named(hall.round.groups.get(letter="a"), rater="另一人", marks={hall.session.subjects.first(): {}}, by=hall.clerk)
    assert group.raters == 2


def test_who_of_a_named_group_came_is_noted_after_the_close_with_the_reason(hall):
    hall.prepare(A=(3, 0)).make_keys().make_cards().open().vote()
    note_came(hall, 2, "一位因病请假")
    assert hall.round.groups.get(letter="a").present == 3  # the marks may still come

    hall.close().clear_table()

    with pytest.raises(RuleViolation, match="原定 3 人，实到 2 人，请写明谁没有来"):
        note_came(hall, 2, " ")
    with pytest.raises(RuleViolation, match="已录入 1 人的实名评分，实到不能是 0 人"):
        note_came(hall, 0, "都没有来")
    note_came(hall, 2, "一位因病请假")
    note_came(hall, 3, "又来了")
    group = hall.round.groups.get(letter="a")
    assert (group.present, group.came, group.came_reason) == (3, None, "")


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
        with pytest.raises(RuleViolation, match="密封的票已经取出"):
            late()
    assert NamedMarks.objects.filter(rater="姜景舟").count() == 3


def test_the_table_is_closed_once_somebody_may_have_read_ballots(hall):
    """The sealed ballots are out, though no transcript is stored yet: whoever has opened them could choose among named marks."""
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    Attendee.objects.create(group=hall.session.audience.get(code="A"), name="姜景舟")
    assert RoundGroup.objects.open_to("姜景舟").exists()
    hall.transcript()
    named, before = hall.round.groups.get(letter="a"), table.joined(hall.round)

    for late in (
        lambda: note_came(hall, 0, "姜景舟没有来"),
        lambda: table.enter_named(
            named, rater="姜景舟", marks={hall.session.subjects.first(): {}}, by=hall.clerk, seen=table.shown(named.marks.all())
        ),
        lambda: table.remove_named(named, rater="姜景舟", by=hall.clerk),
    ):
        with pytest.raises(RuleViolation, match="照登记的开箱计票，再由两人提出、确认更正；钥匙卡不够、打不开的，提出作废本轮"):
            late()

    assert table.joined(hall.round) == before
    assert not RoundGroup.objects.open_to("姜景舟").exists()
    hall.tally()
    hall.together("CORRECT", first=hall.approver, reason="录入有误")
    table.remove_named(named, rater="姜景舟", by=hall.clerk)
    assert not NamedMarks.objects.exists()


def test_a_number_that_a_card_found_late_makes_impossible_can_still_be_put_right(hall):
    """A missing card turns up and is voided after the fetch: more would be drawn than are left, and nothing could be opened."""
    hall.prepare().make_keys().make_cards().open().vote(b=6).close()
    missing, hall.cards["b"] = hall.cards["b"][6], hall.cards["b"][:6] + hall.cards["b"][7:]
    hall.clear_table()
    drawn = {group.letter: (group.drawn, "") for group in hall.round.groups.filter(is_named=False)}
    table.note_cards(hall.round, drawn | {"b": (7, "一张没有交回")}, by=hall.teller)
    hall.transcript()
    with pytest.raises(RuleViolation, match="密封的票已经取出"):
        table.note_cards(hall.round, drawn, by=hall.teller)
    sent = codec.parse(reference.void_body(missing))
    casting.void(sent["s"], card=codec.unb64(sent["c"], 32), z=codec.unb64(sent["z"], 64))
    assert "实发最多 6 张" in opening.opening_blockers(hall.round)[0]

    named = hall.round.groups.get(letter="a")
    noted = drawn | {"a": (named.attendants, "")}
    other = next(letter for letter in drawn if letter != "b")
    number, _reason = drawn[other]
    for changed in ({other: (number - 1, "")}, {other: (number, "后来写的")}, {"a": (named.attendants + 3, "看过票以后改的")}):
        with pytest.raises(RuleViolation, match="密封的票已经取出"):  # that box alone is open
            table.note_cards(hall.round, noted | changed, by=hall.teller)
    assert hall.round.groups.get(letter="b").drawn == 7

    table.note_cards(hall.round, noted, by=hall.teller)

    assert opening.opening_blockers(hall.round) == []
    assert hall.tally().count.version == 1


def test_named_marks_of_the_same_name_are_not_replaced_unseen(hall):
    """Two persons of one name, or a slip on the blank form: the marks entered first stay."""
    hall.prepare(A=(2, 0))
    group, subject = hall.round.groups.get(letter="a"), hall.session.subjects.first()
    table.enter_named(group, rater="张伟", marks={subject: {"K01": 60}}, by=hall.clerk)

    with pytest.raises(RuleViolation, match="张伟的评分已录入"):
        table.enter_named(group, rater=" 张伟", marks={subject: {"K01": 10}}, by=hall.clerk)

    assert NamedMarks.objects.get().answers == {"K01": 60}
    table.enter_named(group, rater="张伟", marks={subject: {"K01": 10}}, by=hall.clerk, seen=table.shown(group.marks.all()))
    assert NamedMarks.objects.get().answers == {"K01": 10}
    table.enter_named(group, rater="张伟（发改局）", marks={subject: {}}, by=hall.clerk)
    assert group.raters == 2


def test_named_marks_are_removed_once_and_noted_once(hall):
    hall.prepare()
    group = hall.round.groups.get(letter="a")
    table.enter_named(group, rater="姜景舟", marks={hall.session.subjects.first(): {}}, by=hall.clerk)

    for _again in range(2):
        table.remove_named(group, rater="姜景舟", by=hall.clerk)

    assert not NamedMarks.objects.exists()
    assert AuditEvent.objects.filter(action="remove_named").count() == 1
