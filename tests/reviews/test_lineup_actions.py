import datetime as dt

import pytest

from core.errors import RuleViolation
from reviews.actions import lineup as actions
from reviews.models import Attendee, ReviewSession
from tests import factories


@pytest.fixture
def draft(db):
    return factories.ReviewSessionFactory(subjects=3, state=ReviewSession.State.DRAFT)


def names(session):
    return [(subject.order, subject.name) for subject in session.subjects.order_by("order")]


def test_officials_are_appended_in_order_with_their_unit_and_post_as_of_today(draft, clerk):
    first, second = factories.OfficialFactory(name="甲"), factories.OfficialFactory(name="乙")

    actions.add_subjects(draft, [first, second], reasons={first.pk: "任期将满"}, by=clerk)

    added = draft.subjects.get(official=first)
    assert names(draft)[3:] == [(4, "甲"), (5, "乙")]
    assert (added.unit_name, added.post, added.category, added.reason) == (first.unit.name, first.post, "DEPARTMENT", "任期将满")


def test_adding_somebody_again_changes_nothing(draft, clerk):
    before = names(draft)

    assert actions.add_subjects(draft, [draft.subjects.first().official], reasons={}, by=clerk) == []

    assert names(draft) == before


def test_more_than_the_rules_allow_is_refused_with_numbers_and_names(clerk):
    session = factories.ReviewSessionFactory(subjects=9, state=ReviewSession.State.DRAFT)
    extra = [factories.OfficialFactory(name="甲"), factories.OfficialFactory(name="乙")]

    with pytest.raises(RuleViolation, match="最多 10 人，已列入 9 人；再加甲、乙就有 11 人"):
        actions.add_subjects(session, extra, reasons={}, by=clerk)

    assert session.subjects.count() == 9


def test_a_rehearsal_may_list_as_many_as_it_likes(clerk):
    session = factories.ReviewSessionFactory(subjects=10, state=ReviewSession.State.DRAFT, is_rehearsal=True)

    actions.add_subjects(session, [factories.OfficialFactory()], reasons={}, by=clerk)

    assert session.subjects.count() == 11


def test_who_has_left_office_is_refused_by_name(draft, clerk):
    gone = factories.OfficialFactory(name="离任者", status="LEFT")

    with pytest.raises(RuleViolation, match="离任者已经离任"):
        actions.add_subjects(draft, [gone], reasons={}, by=clerk)


@pytest.mark.parametrize(
    ("place", "up", "order"), [(1, True, "abc"), (1, False, "bac"), (2, True, "bac"), (2, False, "acb"), (3, False, "abc")]
)
def test_two_neighbours_change_places_and_the_ends_stay(draft, clerk, place, up, order):
    for letter, subject in zip("abc", draft.subjects.order_by("order"), strict=True):
        draft.subjects.filter(pk=subject.pk).update(name=letter)

    actions.move_subject(draft.subjects.get(order=place), up=up, by=clerk)

    assert names(draft) == list(enumerate(order, 1))


def test_the_others_close_up_behind_who_is_removed(draft, clerk):
    _first, second, third = draft.subjects.order_by("order")

    actions.remove_subject(second, by=clerk)

    assert names(draft)[1] == (2, third.name)


@pytest.mark.parametrize(
    "change",
    [
        lambda s, by: actions.add_subjects(s, [factories.OfficialFactory()], reasons={}, by=by),
        lambda s, by: actions.remove_subject(s.subjects.first(), by=by),
        lambda s, by: actions.move_subject(s.subjects.first(), up=False, by=by),
        lambda s, by: actions.give_repeat_reason(s.subjects.first(), reason="巡察", by=by),
    ],
)
def test_a_line_up_handed_in_is_fixed(session, clerk, change):
    before = names(session)

    with pytest.raises(RuleViolation, match="会议已经报批"):
        change(session, clerk)

    assert names(session) == before


def test_whoever_stays_on_the_roster_stays_present(session, clerk):
    group = factories.AudienceGroupFactory(session=session)
    actions.set_audience(session, [(group, [("甲", "局长"), ("乙", "")])], by=clerk)
    Attendee.objects.filter(name="甲").update(is_present=True)

    actions.set_audience(session, [(group, [("甲", "局长"), ("丙", "")])], by=clerk)

    assert list(group.attendees.order_by("pk").values_list("name", "is_present")) == [("甲", True), ("丙", False)]


@pytest.mark.parametrize("state", ["IN_PROGRESS", "CLOSED", "CANCELLED"])
def test_the_audience_of_a_meeting_that_began_is_fixed(clerk, state):
    session = factories.ReviewSessionFactory(state=state, date=dt.date(2026, 12, 22))

    with pytest.raises(RuleViolation, match="参会人员不能再改"):
        actions.set_audience(session, [], by=clerk)
