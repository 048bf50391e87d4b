"""The one way a row takes a step, tried with the letter; and the tables of all rows that have one."""

import pytest

from core.errors import RuleViolation
from core.lifecycle import Lifecycle
from notices.models import Letter
from tests import factories

State = Letter.State


@pytest.fixture
def letter(db):
    return Letter.objects.create(unit=factories.UnitFactory(), title="提醒函", addressee="党组", word="云纪函")


def test_a_legal_step_is_taken_in_hand_and_in_the_database(letter):
    letter.move_to(State.CHECKED)

    assert letter.state is State.CHECKED
    assert Letter.objects.get().state == State.CHECKED


def test_an_illegal_step_is_refused_with_both_states_and_the_thing(letter):
    with pytest.raises(RuleViolation) as refusal:
        letter.move_to(State.SERVED)

    assert refusal.value.messages == ["“拟稿”的函不能转为“已送达”"]
    assert letter.state == State.DRAFT
    assert Letter.objects.get().state == State.DRAFT


def test_of_two_at_once_the_second_is_refused_and_keeps_what_it_had(letter):
    second = Letter.objects.get()
    letter.move_to(State.CHECKED)

    with pytest.raises(RuleViolation, match="函的状态刚被他人更新，请刷新后再试"):
        second.move_to(State.VOIDED)

    assert second.state == State.DRAFT
    assert Letter.objects.get().state == State.CHECKED


def test_a_step_writes_the_state_and_nothing_else(letter):
    letter.title = "另一个标题"

    letter.move_to(State.CHECKED)

    assert Letter.objects.get().title == "提醒函"


def test_what_a_constraint_ties_to_the_state_is_written_with_it(letter):
    letter.move_to(State.CHECKED, title="另一个标题")

    assert (letter.title, Letter.objects.get().title) == ("另一个标题", "另一个标题")
    with pytest.raises(RuleViolation):
        letter.move_to(State.SERVED, title="第三个标题")
    assert (letter.title, Letter.objects.get().title) == ("另一个标题", "另一个标题")


def test_a_row_deleted_meanwhile_takes_no_step(letter):
    Letter.objects.all().delete()

    with pytest.raises(RuleViolation, match="刚被他人更新"):
        letter.move_to(State.CHECKED)


def test_an_unknown_state_is_a_fault_of_the_code(letter):
    with pytest.raises(ValueError, match="NONSENSE"):
        letter.move_to("NONSENSE")


@pytest.mark.parametrize("model", Lifecycle.__subclasses__(), ids=lambda model: model.__name__)
def test_a_table_names_the_steps_of_every_state_and_leads_to_all_of_them(model):
    states = set(model.State)
    first = {model.State(model._meta.get_field("state").default)}

    reached, before = first, set()
    while reached != before:
        before = reached
        reached = reached.union(*(model.NEXT[state] for state in reached))

    assert set(model.NEXT) == states
    assert reached == states
