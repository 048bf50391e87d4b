"""Who opens which page of the hall, and who presses what."""

import pytest
from django.urls import reverse

from reviews.models import Answer, Attendee, Commitment, HeadCount, LeaderComment, Minutes, Question, ReviewSession
from tests import factories
from tests.live.doors import RUNS, expected, press, url
from tests.rolled import Rolled
from tests.sweep import CAST

SHOWS = {"clerk", "scrutineer", "teller"}
DOOR = {"clerk", "scrutineer", "teller"}
PAGES = {
    "console": RUNS,
    "mark": RUNS,
    "roster": DOOR,
    "projector": SHOWS,
    "projector_picture": SHOWS,
    "comments": {"leader"},
}


@pytest.mark.parametrize("has_begun", [False, True])
def test_pages_are_for_whose_work_they_are(sweep, client, request, session, has_begun):
    if has_begun:
        request.getfixturevalue("hall")

    wanted = {who: {name: expected(who, allowed) for name, allowed in PAGES.items()} for who in CAST}
    seen = {who: {name: client.get(url(name, session)).status_code for name in PAGES} for who in sweep(wanted)}

    assert seen == {who: wanted[who] for who in seen}


def test_a_comment_is_prepared_by_the_leader_of_the_unit(sweep, session):
    address = reverse("live:comment", args=[session.subjects.first().uid])

    sweep.check(address, {who: expected(who, {"leader"}) for who in CAST})


def test_another_field_is_not_the_leaders(client, leader, session):
    client.force_login(leader)
    page = client.get(url("comments", session)).content.decode()

    assert [subject.name in page for subject in session.subjects.all()] == [True, True, False]
    assert client.get(reverse("live:comment", args=[session.subjects.last().uid])).status_code == 403


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("console_step", ["next"]),
        ("console_step", ["neutral"]),
        ("console_ask", ["question"]),
        ("console_floor", []),
        ("console_absence", []),
        ("console_answer", ["question"]),
        ("console_commitment", ["subject"]),
        ("console_comment", ["subject"]),
    ],
)
def test_buttons_are_pressed_by_who_runs_the_hall(sweep, client, hall, at_item, leader, name, more):
    item = at_item({"console_comment": "COMMENT", "console_absence": "STATEMENT"}.get(name, "QUESTIONS"))
    subject = item.subject
    question = subject.questions.first()
    if name == "console_answer":
        Question.objects.filter(pk=question.pk).update(state=Question.State.ASKED)
    named = {"question": question.uid, "subject": subject.uid}
    data = {
        "text": "几个？",
        "reason": "因病",
        "due_on": "2027-01-31",
        "summary": "要点",
        "problems": "窗口慢",
        "leader": leader.leading_member.code,
    }
    wanted = {who: expected(who, RUNS, 302) for who in CAST}
    seen, left = {}, {}

    for who in sweep(wanted):
        with Rolled("default"):
            answer = press(client, hall, name, *(named.get(part, part) for part in more), **data)
            seen[who], left[who] = answer.status_code, traces(hall)

    assert seen == {who: wanted[who] for who in seen}
    untouched = {"written": [], "asked": None, "neutral": False, "at": item}
    assert {who: found for who, found in left.items() if who not in RUNS and found != untouched} == {}
    assert all(left[who] != untouched for who in RUNS)  # who may press leaves something to be seen


def traces(hall):
    """What a button of the console can leave behind."""
    hall.refresh_from_db()
    written = [model.__name__ for model in (Answer, Commitment, LeaderComment) if model.objects.exists()]
    floor = ["floor"] if Question.objects.filter(source=Question.Source.FLOOR).exists() else []
    return {
        "written": written + floor,
        "asked": hall.question,
        "neutral": hall.is_neutral,
        "at": hall.items.current(),
    }


@pytest.mark.parametrize("name", ["console_start", "roster_tick", "roster_count"])
def test_the_start_is_the_organisers_and_the_roster_the_doors(sweep, client, session, group, name):
    more = [] if name == "console_start" else [group.code]
    person = Attendee.objects.create(group=group, name="甲") if name == "roster_tick" else None
    data = {"present": 3} | ({"person": person.pk} if person else {})
    if name == "console_start":
        HeadCount.objects.create(group=group, present=27)
    may = RUNS if name == "console_start" else DOOR
    wanted = {who: expected(who, may, 302) for who in CAST}
    seen, begun, counted = {}, {}, {}

    for who in sweep(wanted):
        with Rolled("default"):
            answer = client.post(url(name, session, *more), data)
            session.refresh_from_db()
            seen[who], begun[who], counted[who] = (
                answer.status_code,
                session.state == "IN_PROGRESS",
                HeadCount.objects.filter(present=3).exists(),
            )

    assert seen == {who: wanted[who] for who in seen}
    assert begun == {who: name == "console_start" and who in RUNS for who in seen}
    assert counted == {who: name == "roster_count" and who in DOOR for who in seen}


def test_nothing_is_pressed_by_a_link(desk, hall, group):
    subject = hall.session.subjects.first()
    for name, *more in [
        ("console_start",), ("console_step", "next"), ("console_ask", subject.uid), ("roster_tick", "B"), ("roster_count", "B"),
    ]:  # fmt: skip
        assert desk.get(url(name, hall.session, *more)).status_code == 405


@pytest.mark.parametrize("name", ["console_floor", "console_answer", "console_commitment", "console_comment"])
def test_where_a_refused_note_stands_one_gets_back_to_the_console(desk, hall, name):
    more = [] if name == "console_floor" else [hall.session.subjects.first().uid]

    assert desk.get(url(name, hall.session, *more)).url == url("console", hall.session)


def test_what_is_not_there_is_not_found(desk, hall):
    other = factories.prepare(factories.ReviewSessionFactory(subjects=1))
    elsewhere = other.subjects.first()

    assert press(desk, hall, "console_step", "explode").status_code == 404
    assert press(desk, hall, "console_ask", elsewhere.questions.first().uid).status_code == 404
    assert press(desk, hall, "console_answer", elsewhere.questions.first().uid, summary="x").status_code == 404
    assert press(desk, hall, "console_commitment", elsewhere.uid).status_code == 404
    assert press(desk, hall, "console_comment", elsewhere.uid).status_code == 404
    assert desk.post(url("console_step", other, "next")).status_code == 404  # not begun


def test_the_door_leads_to_the_console_only_who_runs_the_hall(client, clerk, scrutineer, session, group):
    found = []
    for who in (clerk, scrutineer):
        client.force_login(who)
        page = client.get(url("roster", session)).content.decode()
        found.append([address in page for address in (url("console", session), url("invitations", session))])

    assert found == [[True, True], [False, False]]


def test_the_console_is_one_press_away_until_the_minutes_are_confirmed(desk, hall, leader):
    def shown(name, *args):
        return url("console", hall.session) in desk.get(reverse(name, args=args)).content.decode()

    found = {}
    for state in ("READY", "IN_PROGRESS", "VOTING_OPEN", "VOTING_CLOSED", "COUNTED", "CONFIRMED", "FED_BACK"):
        ReviewSession.objects.update(state=state)
        uid = hall.session.uid
        found[state] = shown("reviews:session", uid), shown("scoring:ballot", uid), shown("desk:desk")
    assert found == dict.fromkeys(found, (True, True, True))
    Minutes.objects.create(session=hall.session, state="CONFIRMED")
    assert [shown("reviews:session", hall.session.uid), shown("desk:desk")] == [False, False]


def test_the_console_is_not_offered_to_whom_it_is_closed(client, scrutineer, hall):
    client.force_login(scrutineer)

    page = client.get(reverse("reviews:session", args=[hall.session.uid])).content.decode()

    assert url("console", hall.session) not in page
