import datetime as dt

import pytest
from django.urls import reverse

from core.errors import RuleViolation
from core.models import AuditEvent
from reviews.actions import lineup as actions
from reviews.actions import session as sessions
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


@pytest.fixture
def redrafted(clerk, approver):
    """A session that was ready, put off and taken up again; the first official's record is the longest."""
    session = factories.prepare(factories.ReviewSessionFactory(subjects=2))
    subject = session.subjects.first()
    opinion = factories.OpinionFactory(subject=subject)
    session.digest.entries.create(subject=subject, text="公示偏笼统", nature="CRITICISM", handling="QUESTION", opinion=opinion)
    sessions.postpone_session(session, reason="台风", by=approver)
    sessions.redraft_session(session, by=clerk)
    return session


def test_who_has_a_record_is_not_taken_off_a_session_taken_up_again_by_one_press(redrafted, clerk):
    subject = redrafted.subjects.first()
    told = "1 条意见、1 条意见汇总、述责述廉报告及其各稿、2 个质询问题，移出会一并删除"

    for losing in (0, 4):  # nothing said of it, or said of less than there is
        with pytest.raises(RuleViolation, match=told):
            actions.remove_subject(subject, losing=losing, by=clerk)

    assert (subject.opinions.count(), subject.questions.count(), subject.digest_entries.count()) == (1, 2, 1)
    assert subject.report.state == "PASSED"


def test_who_has_left_can_be_taken_off_with_the_record_once_it_was_shown(redrafted, clerk):
    subject, other = redrafted.subjects.all()

    actions.remove_subject(subject, losing=5, by=clerk)

    assert names(redrafted) == [(1, other.name)]
    assert "5" in AuditEvent.objects.get(action="remove_subject").detail


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_counts_what_would_go_and_asks_first(client, redrafted, clerk, n):
    subject, other = redrafted.subjects.all()
    factories.OpinionFactory.create_batch(n, subject=other)
    client.force_login(clerk)

    page = client.get(reverse("reviews:session_subjects", args=[redrafted.uid])).content.decode()

    assert f"会议已有的{n} 条意见、述责述廉报告及其各稿、2 个质询问题会一并删除，不能恢复。" in page
    assert f'name="losing" value="{n + 3}"' in page
    remove = reverse("reviews:session_subject_remove", args=[redrafted.uid, other.uid])
    client.post(remove)
    assert redrafted.subjects.count() == 2
    client.post(remove, {"losing": n + 3})
    assert redrafted.subjects.get() == subject


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
