"""A meeting about to begin, and one that has."""

import datetime as dt

import pytest

from ballots import actions as ballots
from ballots.models import Box
from live.actions import run_sheet
from live.models import RunItem
from live.views import follow
from reviews.models import Question, ReviewSession
from scoring.models import BallotRound, Scheme
from tests import factories

NINE = dt.datetime(2026, 12, 22, 1, tzinfo=dt.UTC)  # nine o'clock here, on the day of the meeting
SEALED = "封存着的题目"


@pytest.fixture
def session(leader):
    """Two officials of the leader's field and one of nobody's, everything prepared; the clock stands at the day of the meeting."""
    session = factories.ReviewSessionFactory(subjects=3)
    units = [subject.official.unit for subject in session.subjects.all()]
    for unit in units[:2]:
        unit.leading_member = leader.leading_member
        unit.save()
    session = factories.prepare(session)
    Question.objects.update(text=SEALED)
    session.preparation.filter(kind="LOCK").update(done_on=session.date)
    return session


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NINE, tick=False)
    return time_machine


@pytest.fixture(autouse=True)
def every_look_is_at_another_moment(monkeypatch):
    """A picture for the telephones is handed out again for half a second, in which a test is over."""
    monkeypatch.setattr(follow, "FRESH", 1e-9)


@pytest.fixture
def hall(session, clerk):
    return run_sheet.start(session, by=clerk, now=NINE)


@pytest.fixture
def at_item(hall, clerk):
    """`at_item("QUESTIONS")` puts the hall at the first item of this kind, without a way there."""

    def go(kind):
        item = hall.items.filter(kind=kind).first()
        hall.items.filter(state="NOW").update(state=RunItem.State.TODO)
        hall.items.filter(order__lt=item.order).update(state=RunItem.State.DONE, began_at=NINE, ended_at=NINE)
        run_sheet.begin(hall, item, now=NINE)
        hall.refresh_from_db()
        item.refresh_from_db()
        return item

    return go


@pytest.fixture
def vote(hall, at_item, clerk):
    """`vote("OPEN")` puts the hall at the voting, with a box that stands there; the round before, if there is one, is void.

    `reached` is where the session stands, as far as any round went: it never goes back.
    """

    def stand_at(state, *, reached="VOTING_OPEN"):
        at_item("SCORING")
        scheme, _new = Scheme.objects.get_or_create(code="S", defaults={"name": "方案", "body": {}})
        number = BallotRound.objects.count() + 1
        Box.objects.update(state=Box.State.ABORTED)
        BallotRound.objects.update(voided_at=NINE)
        box = Box.objects.create(sid=ballots.new_sid(), state=state, manifest=b"{}")
        ReviewSession.objects.update(state=reached)
        hall.session.refresh_from_db()
        return BallotRound.objects.create(
            session=hall.session, sid=box.sid, number=number, scheme=scheme, prepared_by=clerk, has_box=True,
            opened_at=NINE, closing_at=NINE, closed_at=NINE,
        )  # fmt: skip

    return stand_at


@pytest.fixture
def group(session):
    return factories.AudienceGroupFactory(session=session, code="B", expected=27)


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    return client
