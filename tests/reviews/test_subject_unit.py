"""Who moves to another unit while a meeting is on answers for the unit of the day of planning, and that unit alone reads along."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from live import policies as live_policies
from officials.models import Official, Unit
from reviews.actions import lineup
from reviews.models import ReviewReport, ReviewSession, SessionSubject
from reviews.policies import canvass as canvass_policies
from reviews.policies import report as report_policies
from tests import factories


@pytest.fixture
def moved(session, subject, liaison):
    """The first subject has a new unit since the import; the own report has passed and the digest is out."""
    factories.prepare(session)
    session.digest.entries.create(subject=subject, text="公示偏笼统", nature="CRITICISM", handling="QUESTION")
    Official.objects.filter(pk=subject.official_id).update(unit=factories.UnitFactory())
    return SessionSubject.objects.get(pk=subject.pk)


def test_the_unit_of_the_meeting_keeps_its_rights_when_the_official_moves(client, moved, liaison, leader):
    Unit.objects.filter(pk=moved.unit_id).update(leading_member=leader.leading_member)
    new_leader = factories.LeadingMemberFactory()
    Unit.objects.filter(pk=moved.official.unit_id).update(leading_member=new_leader)
    newcomer = factories.UserFactory(roles=["liaison"], unit=moved.official.unit)
    their_leader = factories.UserFactory(roles=["leader"], leading_member=new_leader)
    pages = [
        reverse("reviews:digest_read", args=[moved.session.uid]),
        reverse("reviews:session", args=[moved.session.uid]),
        reverse("reviews:report_edit", args=[moved.uid]),
    ]

    for user, statuses in ((liaison, [200, 200, 302]), (newcomer, [404, 404, 404])):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == statuses
    for user, n in ((liaison, 1), (newcomer, 0), (leader, 1), (their_leader, 0)):
        assert ReviewReport.objects.visible_to(user).count() == n
    for user, may in ((liaison, True), (newcomer, False)):
        assert report_policies.is_own(user, moved) is may
        assert canvass_policies.can_read_own_digest(user, moved) is may
    assert [live_policies.can_comment(user, moved) for user in (leader, their_leader)] == [True, False]


def test_who_answers_and_is_liaison_of_another_unit_reads_both_halves(client, session):
    first, second, third = session.subjects.all()[:3]
    elsewhere = factories.ReviewSessionFactory(subjects=1)
    both = factories.UserFactory(roles=["subject", "liaison"], official=first.official, unit=second.unit)
    other = factories.UserFactory(roles=["subject", "liaison"], official=third.official, unit=elsewhere.subjects.get().unit)
    factories.prepare(session)

    assert set(session.subjects.of(both)) == {first, second}
    assert set(ReviewSession.objects.visible_to(other)) == {session, elsewhere}
    assert [canvass_policies.can_read_own_digest(both, subject) for subject in (first, second, third)] == [True, True, False]


def test_a_line_up_keeps_the_unit_of_the_day(clerk):
    draft = factories.ReviewSessionFactory(state=ReviewSession.State.DRAFT)
    official = factories.OfficialFactory()
    lineup.add_subjects(draft, [official], reasons={}, by=clerk)
    unit = official.unit
    Official.objects.filter(pk=official.pk).update(unit=factories.UnitFactory())

    assert draft.subjects.get(official=official).unit == unit


def test_the_migration_finds_the_unit_by_its_name_of_then(moved):
    """For line-ups of before the unit was kept."""
    then = moved.unit
    renamed = SessionSubject.objects.exclude(pk=moved.pk).first()
    Unit.objects.filter(pk=renamed.unit_id).update(name="改了名的局")
    SessionSubject.objects.update(unit=factories.UnitFactory())

    import_module("reviews.migrations.0011_subject_unit_kept").remember(apps, None)

    assert SessionSubject.objects.get(pk=moved.pk).unit == then
    assert SessionSubject.objects.get(pk=renamed.pk).unit == renamed.official.unit
