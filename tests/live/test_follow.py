"""自动跟随: what everybody in the hall may open, and what it must never show."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import RuleViolation
from core.models import AuditEvent
from live.actions import follow as actions
from live.actions import picture
from live.actions import question as questions
from live.models import FollowPage
from live.rules import follow as rules
from live.views import follow
from reviews.models import Attendee, HeadCount, ReviewSession
from scoring.models import BallotRound, Scheme
from tests import factories
from tests.core import reading
from tests.live.conftest import NINE, SEALED

TELEPHONES = 300
PICTURE = 3  # the page with its meeting, the hall, its run sheet
VOTE = 3  # the page with its meeting, the hall, the moments of the round


@pytest.fixture
def page(session):
    return FollowPage.objects.create(session=session)


def address(page, name="follow"):
    return reverse(f"live:{name}", args=[page.token])


def text(client, page):
    return client.get(address(page)).content.decode()


# --- what is on ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "is_opened", "is_closing", "is_closed", "scene"),
    [
        ("READY", False, False, False, "before"),
        ("POSTPONED", False, False, False, "halted"),
        ("IN_PROGRESS", False, False, False, "stage"),
        ("VOTING_OPEN", False, False, False, "wait"),
        ("VOTING_OPEN", True, False, False, "vote"),
        ("VOTING_OPEN", True, True, False, "closing"),
        ("VOTING_OPEN", True, True, True, "counting"),
        ("CONFIRMED", True, True, True, "counting"),
        ("COUNTED", True, False, False, "vote"),
        ("FED_BACK", True, True, True, "check"),
        ("RECTIFYING", True, True, True, "over"),
    ],
)
def test_the_moments_of_the_round_that_counts_say_what_is_on(state, is_opened, is_closing, is_closed, scene):
    assert rules.scene(state, is_opened=is_opened, is_closing=is_closing, is_closed=is_closed) == scene


@pytest.mark.parametrize(("may_object", "scene"), [(True, "check"), (False, "over")])
def test_the_own_ballot_is_checked_as_long_as_objections_are_taken(may_object, scene):
    """Letters may be drafted meanwhile, which moves the session on."""
    assert rules.scene("RECTIFYING", may_object=may_object) == scene


def test_the_way_to_the_check_stands_until_the_objections_end(client, page, time_machine):
    time_machine.move_to(NINE, tick=False)
    ReviewSession.objects.update(state="RECTIFYING", objections_until=NINE + dt.timedelta(minutes=15))
    assert "核对我的选票" in text(client, page)

    time_machine.move_to(NINE + dt.timedelta(minutes=15), tick=False)
    assert "核对我的选票" not in text(client, page)


def test_before_the_meeting_it_says_when_and_where(client, page):
    told = text(client, page)

    assert "会议还没有开始" in told
    assert page.session.place in told


def test_before_the_meeting_it_shows_the_agenda_as_it_stands(client, page):
    first = client.get(address(page, "follow_picture"))
    names = [subject.name for subject in page.session.subjects.all()]
    assert all(name in first.content.decode() for name in names)

    page.session.subjects.last().delete()

    changed = client.get(address(page, "follow_picture"), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert names[-1] not in changed.content.decode()


def test_it_names_who_comments(client, page, hall, at_item, leader):
    at_item("COMMENT")
    chief = leader.leading_member

    assert f"正在听取{chief.name}（{chief.post}）点评" in text(client, page)


@pytest.mark.parametrize("state", ["READY", "POSTPONED"])
def test_a_meeting_that_is_moved_moves_on_every_screen(client, page, state):
    ReviewSession.objects.update(state=state)
    seen = client.get(address(page, "follow_picture")).headers["ETag"]
    ReviewSession.objects.update(place="另一处礼堂")
    follow.picture_lately.cache_clear()

    answer = client.get(address(page, "follow_picture"), headers={"If-None-Match": seen})

    assert answer.status_code == 200
    assert answer.headers["ETag"].isascii()


@pytest.mark.parametrize("kind", ["OPENING", "STATEMENT", "QUESTIONS", "COMMENT", "SCORING", "CLOSING"])
def test_a_sealed_question_stays_sealed(client, page, hall, at_item, kind):
    at_item(kind)

    assert SEALED not in text(client, page)


def test_it_shows_who_speaks_and_the_question_that_is_asked(client, page, hall, at_item, clerk):
    subject = at_item("QUESTIONS").subject
    questions.ask(hall, subject.questions.first(), version=hall.version, by=clerk, now=NINE)

    told = text(client, page)

    assert subject.name in told
    assert subject.post in told
    assert "正在答问" in told
    assert SEALED in told
    assert told.count("<li ") == 3 + 3  # the agenda: the officials once each, and what is nobody's


def test_the_neutral_slide_is_neutral_here_too(client, page, hall, at_item, clerk):
    subject = at_item("STATEMENT").subject
    assert subject.name in text(client, page)

    picture.show_neutral(hall, version=hall.version, by=clerk, now=NINE)

    told = text(client, page)
    assert "会议进行中" in told
    assert subject.name not in told


@pytest.fixture
def round(hall, clerk):
    scheme = Scheme.objects.create(code="S", name="方案", body={})
    ReviewSession.objects.update(state="VOTING_OPEN")
    return BallotRound.objects.create(session=hall.session, sid="1" * 16, number=1, scheme=scheme, prepared_by=clerk)


def test_it_leads_to_the_booth_and_then_to_the_receipt(client, page, round):
    assert "请等候投票" in text(client, page)

    BallotRound.objects.update(opened_at=NINE)
    assert f'href="{settings.BOOTH_ORIGIN}/b"' in text(client, page)

    BallotRound.objects.update(closing_at=NINE)
    told = text(client, page)
    assert "投票马上截止" in told
    assert f'href="{settings.BOOTH_ORIGIN}/b"' in told

    BallotRound.objects.update(closed_at=NINE)
    assert settings.BOOTH_ORIGIN not in text(client, page)  # nothing to hold the own ballot against yet
    ReviewSession.objects.update(state="FED_BACK")
    assert f'href="{settings.BOOTH_ORIGIN}/check"' in text(client, page)
    ReviewSession.objects.update(state="VOTING_OPEN")

    BallotRound.objects.update(voided_at=NINE)
    assert "请等候投票" in text(client, page)
    ReviewSession.objects.update(state="RECTIFYING")
    assert settings.BOOTH_ORIGIN not in text(client, page)


def test_nothing_of_numbers_people_or_papers_is_there(client, page, hall, round, clerk):
    group = factories.AudienceGroupFactory(session=hall.session, name="区纪委委员甲组", expected=4321)
    Attendee.objects.create(group=group, name="到会的人", is_present=True)
    counted = factories.AudienceGroupFactory(session=hall.session, code="C", name="乙组")
    HeadCount.objects.create(group=counted, present=1234)
    seen = []
    for state in ReviewSession.State:
        ReviewSession.objects.update(state=state)
        seen.append(text(client, page))

    told = "".join(seen)
    assert [word for word in ("4321", "1234", "到会的人", "甲组", str(clerk), "意见汇总", "述责述廉报告") if word in told] == []


# --- following -------------------------------------------------------------------------------------------------------


def polled(client, page, **headers):
    with CaptureQueriesContext(connections["default"]) as asked:
        answer = client.get(address(page, "follow_picture"), headers=headers)
    return answer, len(asked)


@pytest.mark.parametrize("people", [1, 3])
def test_a_picture_costs_three_questions(client, page, hall, people):
    group = factories.AudienceGroupFactory(session=hall.session)
    Attendee.objects.bulk_create(Attendee(group=group, name=str(n), is_present=True) for n in range(people))
    first, _cost = polled(client, page)

    same, cost = polled(client, page, **{"If-None-Match": first["ETag"]})

    assert (same.status_code, same.content, cost) == (304, b"", PICTURE)


def test_while_the_vote_runs_it_costs_as_many_and_the_box_is_not_asked(client, page, round):
    first, _cost = polled(client, page)  # without its database: a look at the box would fail

    same, cost = polled(client, page, **{"If-None-Match": first["ETag"]})

    assert (same.status_code, cost) == (304, VOTE)


def test_whoever_asks_at_the_same_moment_costs_no_question(client, page, hall, monkeypatch):
    monkeypatch.setattr(follow, "FRESH", 1e9)
    first, cost = polled(client, page)

    others = [polled(client, page), polled(client, page, **{"If-None-Match": first["ETag"]})]

    assert cost == PICTURE
    assert [(answer.status_code, asked) for answer, asked in others] == [(200, 0), (304, 0)]
    assert others[0][0].content == first.content


def test_at_the_same_moment_each_language_has_its_own_picture(client, page, hall, monkeypatch):
    monkeypatch.setattr(follow, "FRESH", 1e9)
    chinese, _cost = polled(client, page)

    english, _cost = polled(client, page, **{"Accept-Language": "en"})

    assert "议程" in chinese.content.decode()
    assert "Agenda" in english.content.decode()


@pytest.mark.parametrize("change", ["step", "neutral", "state"])
def test_a_change_brings_a_new_picture(client, page, hall, clerk, change):
    first, _cost = polled(client, page)
    {
        "step": lambda: type(hall).objects.update(version=7),
        "neutral": lambda: picture.show_neutral(hall, version=hall.version, by=clerk, now=NINE),
        "state": lambda: ReviewSession.objects.update(state="VOTING_OPEN"),
    }[change]()

    again, _cost = polled(client, page, **{"If-None-Match": first["ETag"]})

    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_it_asks_nobody_who_he_is_and_keeps_nothing(client, page, hall):
    before = AuditEvent.objects.count()

    answers = [client.get(address(page)), client.get(address(page, "follow_picture"))]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any(answer.cookies for answer in answers)
    assert not client.cookies
    assert AuditEvent.objects.count() == before
    assert client.get(reverse("live:follow", args=["x" * 43])).status_code == 404


def test_of_somebody_signed_in_it_writes_down_nothing_either(client, page, hall, clerk, now):
    client.force_login(clerk)
    now.move_to(NINE + dt.timedelta(minutes=5), tick=False)

    answers = [client.get(address(page)), client.get(address(page, "follow_picture"))]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any(answer.cookies for answer in answers)


def test_three_hundred_telephones_behind_one_address_get_every_file_of_the_page(client, page, hall):
    """The front door counts by address, and a hall has one: what they open at once fits into what it lets through at once."""
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', text(client, page))
    doors = (settings.ROOT / "deploy/nginx/sites.conf.template").read_text()
    through = {
        path: int(re.search(rf"location {path} {{[^}}]* burst=(\d+) nodelay;", doors)[1]) for path in ("/live/f/", "/static/")
    }

    assert [name for name in files if name.endswith(".js")] == ["js/hall.js"]
    assert "import" not in (settings.ROOT / "static/js/hall.js").read_text()  # a module it named would be one more
    assert through["/live/f/"] >= TELEPHONES
    assert through["/static/"] >= TELEPHONES * len(files)


def test_it_holds_no_way_to_anywhere_else(client, page, hall):
    told = text(client, page)

    assert "<a " not in told.split("</a>", 1)[1]  # but the one past the head of the page
    assert "<form" not in told
    assert "<nav" not in told


# --- the code --------------------------------------------------------------------------------------------------------


def test_the_address_is_given_once(session, clerk):
    first, again = (actions.open_page(session, by=clerk) for _twice in range(2))

    assert first.token == again.token
    assert len(first.token) > 40
    assert AuditEvent.objects.filter(action="open_follow_page").count() == 1
    ReviewSession.objects.update(state="CANCELLED")
    with pytest.raises(RuleViolation, match="已延期或取消"):
        actions.open_page(session, by=clerk)


def test_staff_make_the_code_and_print_it(client, clerk, session):
    client.force_login(clerk)
    here, paper = reverse("live:follow_sheet", args=[session.uid]), reverse("live:hall_paper", args=[session.uid, "follow"])
    assert client.get(paper).status_code == 404
    assert "生成二维码" in client.get(here).content.decode()

    client.post(here)

    page = FollowPage.objects.get()
    assert f"{settings.SITE_ORIGIN}{address(page)}" in client.get(here).content.decode()
    printed = b"".join(client.get(paper))
    assert len(list(reading.pages(printed))) == 1
    assert "扫码跟会" in reading.words(printed)
    assert page.token in reading.words(printed)
    assert here in client.get(reverse("live:console", args=[session.uid])).content.decode()


def test_where_there_is_no_hall_to_follow_there_is_no_code(client, clerk, session):
    ReviewSession.objects.update(state="POSTPONED")
    client.force_login(clerk)

    assert "会议已延期或取消" in client.get(reverse("live:follow_sheet", args=[session.uid])).content.decode()
