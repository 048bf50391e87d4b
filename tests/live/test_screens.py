"""Console and projector follow the meeting: what a look at them costs, and what each shows."""

import datetime as dt
import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ballots import actions as ballots
from ballots.models import Box, Envelope, Transcript
from live.actions import picture, run_sheet
from live.models import FollowPage, RunItem
from reviews.models import Attendee, LeaderComment, ReviewSession
from scoring.actions import install_sample_scheme, occasion, steps
from scoring.models import BallotRound, Count, Ending, Publication, Scheme
from tests import factories
from tests.live.conftest import NINE
from tests.live.doors import press, url
from tests.markup import tight
from tests.rolled import Rolled

POLL = 7  # the sign-in, the account, its roles (3); the meeting, the hall, who is here (2)
WAITS = 2  # a console also asks for steps that wait for its person, and for the item that is on
VOTING = 2  # the round and its box; what lies in it is counted every 20 s only
STANDS = 3  # of the ballot a console from the voting on tells more: the count, the steps that wait for anybody, the end


def queries_of(client, address, **headers):
    with CaptureQueriesContext(connections["default"]) as main, CaptureQueriesContext(connections["ballots"]) as box:
        answer = client.get(address, headers=headers)
    return answer, len(main) + len(box)


@pytest.mark.django_db(databases=["default", "ballots"])
@pytest.mark.parametrize("people", [1, 3])
def test_a_poll_that_finds_nothing_new_is_cheap(desk, hall, group, people):
    Attendee.objects.bulk_create(Attendee(group=group, name=str(n), is_present=True) for n in range(people))
    first = desk.get(url("projector_picture", hall.session))

    same, asked = queries_of(desk, url("projector_picture", hall.session), **{"If-None-Match": first["ETag"]})
    mark, marked = queries_of(desk, url("mark", hall.session))

    assert (same.status_code, same.content) == (304, b"")
    assert first["ETag"] == f'"{mark.json()["mark"]}"'
    assert (asked, marked) == (POLL, POLL + WAITS)


@pytest.fixture
def voting(vote):
    """A vote under way with seven envelopes in the box."""
    round = vote("OPEN")
    Envelope.objects.bulk_create(
        Envelope(sid=round.sid, outer_pk=bytes([n]) * 32, h=bytes([n]) * 32, ct=b"", z=bytes([n]) * 64) for n in range(7)
    )
    return round


@pytest.mark.django_db(databases=["default", "ballots"])
def test_the_turnout_is_shown_in_steps_of_five_while_voting_is_open(desk, hall, group, voting):
    """Of those who hold a card: whoever gives named marks casts none."""
    desk.post(url("roster_count", hall.session, "B"), {"present": 9})
    voting.groups.create(letter="a", code="A", name="分管领导", is_named=True, attendants=3)
    voting.groups.create(letter="b", code="B", name="委员", attendants=11)

    first = desk.get(url("projector_picture", hall.session))
    same, asked = queries_of(desk, url("projector_picture", hall.session), **{"If-None-Match": first["ETag"]})

    assert 'aria-label="已投 5，应投 9"' in first.content.decode()
    assert 'stroke-dasharray="5 5"' in first.content.decode()  # no further step is to come: the ring is closed
    assert desk.get(url("console", hall.session)).context["turnout"] == 5
    assert (same.status_code, asked) == (304, POLL + VOTING)
    voting.groups.filter(letter="b").update(drawn=13, lost=1)
    assert 'aria-label="已投 5，应投 12"' in desk.get(url("projector_picture", hall.session)).content.decode()
    Box.objects.update(state=Box.State.CLOSED)
    ReviewSession.objects.update(state="VOTING_CLOSED")
    page = desk.get(url("console", hall.session))
    assert page.context["turnout"] is None
    assert url("console_step", hall.session, "received") in page.content.decode()


@pytest.mark.django_db(databases=["default", "ballots"])
@pytest.mark.parametrize(("planned", "target"), [(9, 9), (3, 5)])
def test_where_nobody_is_checked_in_the_cards_planned_are_the_target(desk, hall, voting, planned, target):
    voting.groups.create(letter="b", code="B", name="委员", attendants=planned)

    assert f'aria-label="已投 5，应投 {target}"' in desk.get(url("projector_picture", hall.session)).content.decode()


@pytest.mark.django_db(databases=["default", "ballots"])
def test_just_closed_the_ring_tells_the_ballots_received_of_those_who_hold_a_card(desk, hall, vote):
    vote("CLOSED").groups.create(letter="b", code="B", name="委员", attendants=9)

    assert 'aria-label="收到 0，应投 9"' in desk.get(url("projector_picture", hall.session)).content.decode()


def test_the_wall_names_who_comments(desk, hall, at_item, leader):
    subject = at_item("COMMENT").subject
    chief = leader.leading_member
    other = factories.LeadingMemberFactory()

    assert f"点评：{chief.post}　{chief.name}" in desk.get(url("projector_picture", hall.session)).content.decode()

    LeaderComment.objects.create(subject=subject, leader=other, problems="窗口慢", is_delivered=True)
    assert f"点评：{other.post}　{other.name}" in desk.get(url("projector_picture", hall.session)).content.decode()


@pytest.mark.django_db(databases=["default", "ballots"])
def test_while_voting_closes_the_projector_hurries_those_who_still_vote(desk, hall, voting):
    before = desk.get(url("projector_picture", hall.session))

    Box.objects.update(state=Box.State.CLOSING)

    answer = desk.get(url("projector_picture", hall.session), headers={"If-None-Match": before["ETag"]})
    assert answer.status_code == 200
    assert "投票即将截止" in answer.content.decode()
    assert '<p class="urgent">还没有封票提交的，请马上提交。' in tight(answer)
    assert "逐位打分" not in answer.content.decode()
    assert "正在截止" in desk.get(url("console", hall.session)).content.decode()


@pytest.mark.django_db(databases=["default", "ballots"])
@pytest.mark.parametrize(
    ("box", "now_at", "says", "step"),
    [
        (Box.State.SEALED_SETUP, "open", "由工作人员和监票人两个人办", "提出开始投票"),
        (Box.State.OPEN, "close", "已投 0", "提出截止投票"),
        (Box.State.CLOSING, "grace", "投票即将截止", "关箱，停止收票"),
        (Box.State.CLOSED, "table", "大屏显示收到清单", "去办"),
    ],
)
def test_the_console_tells_how_far_the_ballot_is_and_takes_the_next_step(desk, hall, vote, box, now_at, says, step):
    round = vote(box)
    if box == Box.State.SEALED_SETUP:
        BallotRound.objects.update(opened_at=None, closing_at=None, closed_at=None)

    answer = desk.get(url("console", hall.session))

    page = answer.content.decode()
    assert [stop["key"] for stop in answer.context["stops"] if stop["state"] == "now"] == [now_at]
    assert says in page
    assert re.search(rf'id="ballot-step"[^>]*>{step}|disabled>{step}', page)
    assert round.sid not in page


@pytest.mark.django_db(databases=["default", "ballots"])
def test_after_the_close_the_console_speaks_of_the_table_and_of_what_is_open_outside(desk, hall, vote, clerk):
    round = vote(Box.State.CLOSED, reached="VOTING_CLOSED")

    def told():
        step = desk.get(url("console", hall.session)).context["ballot_step"]
        return step["title"], [blocker["text"] for blocker in step["blockers"]]

    assert told() == ("清点桌面：作废剩卡，登记实发数", [])
    Scheme.objects.filter(pk=round.scheme_id).update(body=install_sample_scheme().body | {"bonus": {"cap": 5}})
    subject = hall.session.subjects.first()
    ground = {"fact": "省级表彰", "document": "省纪通〔2026〕12号"}
    occasion.enter(hall.session, kind="BONUS", code="", amounts={subject: "2"}, **ground, by=clerk, now=NINE)
    assert told() == ("清点桌面：作废剩卡，登记实发数", [f"还有 1 项会外事项没有由审批领导确认：{subject.name}"])


@pytest.mark.django_db(databases=["default", "ballots"])
def test_the_stops_of_the_ballot_stay_out_of_the_rest_of_the_meeting(desk, hall, vote, at_item):
    vote(Box.State.OPEN)
    at_item("COMMENT")

    assert 'id="ballot-stops"' not in desk.get(url("console", hall.session)).content.decode()


@pytest.mark.django_db(databases=["default", "ballots"])
def test_every_signature_on_the_count_brings_the_console_up_to_date(desk, hall, vote, teller, scrutineer):
    round = vote(Box.State.OPENED, reached="COUNTED")
    count = Count.objects.create(round=round, result={}, sheet={}, table_l0=[], table_l1=[], counted_at=NINE)
    marks = [desk.get(url("mark", hall.session)).json()["mark"]]

    for signed in ({"teller": teller, "teller_at": NINE}, {"scrutineer": scrutineer, "scrutineer_at": NINE}):
        Count.objects.filter(pk=count.pk).update(**signed)
        marks.append(desk.get(url("mark", hall.session)).json()["mark"])

    assert len(set(marks)) == 3
    page = desk.get(url("console", hall.session))
    assert page.context["here"] == "count"
    assert (
        f'id="ballot-step" href="{reverse("scoring:results", args=[hall.session.uid])}" target="ballot"' in page.content.decode()
    )


@pytest.mark.django_db(databases=["default", "ballots"])
def test_every_step_after_the_publication_brings_the_console_up_to_date(
    desk, hall, vote, clerk, approver, scrutineer, now, settings
):
    """The objection window is over, somebody else asks for a correction, two have agreed on it, it is counted; or the end is noted."""
    round = vote(Box.State.PUBLISHED, reached="FED_BACK")
    made = {"round": round, "result": {}, "sheet": {}, "table_l0": [], "table_l1": [], "counted_at": NINE}
    made |= {"teller": clerk, "scrutineer": scrutineer, "confirmed_by": approver}
    made |= dict.fromkeys(("teller_at", "scrutineer_at", "confirmed_at"), NINE)
    count = Count.objects.create(**made)
    Publication.objects.create(count=count, table_l0=[], table_l1=[], released_by=approver, scrutineer=scrutineer, at=NINE)
    ReviewSession.objects.update(objections_until=NINE + dt.timedelta(minutes=settings.OBJECTION_MINUTES))
    Transcript.objects.create(sid=round.sid, version="1", document=b'{"drawn":{},"named":[]}')
    Box.objects.update(credentials=b'{"groups":{}}')
    seen = []

    def look():
        seen.append(desk.get(url("mark", hall.session)).json()["mark"])
        return desk.get(url("console", hall.session))

    page = look()
    assert page.context["countdown"]["shown"] == "15:00"
    assert '<ul class="blockers"><li><span>投票异议期还有 15 分钟' in page.content.decode()  # beside the clock
    assert f'data-ends="{page.context["countdown"]["ends_ms"]}"' in page.content.decode()
    assert "投票异议期还有" in page.content.decode()
    now.move_to(NINE + dt.timedelta(minutes=settings.OBJECTION_MINUTES), tick=False)
    assert look().context["ballot_step"]["title"] == "投票异议期满，登记终局"
    asked = round.requests.create(step="CORRECT", asked_by=approver, asked_at=NINE + dt.timedelta(minutes=14))
    assert f"{approver}提出了更正" in look().content.decode()
    with Rolled("default"):
        round.requests.filter(pk=asked.pk).update(confirmed_by=scrutineer, confirmed_at=NINE)
        assert "更正：改正以后重新开箱" in look().content.decode()
        Count.objects.create(**made, version=2, correction=asked)
        assert look().context["here"] == "publish"
    asked.delete()
    told = {"declared_by": "沈知衡", "key_cards": 3, "tablets": 9, "noted_by": clerk, "noted_at": NINE}
    Ending.objects.create(round=round, **told)
    assert look().context["ballot_step"]["title"] == "投票异议期满，宣布终局"

    assert len(set(seen)) == len(seen) == 6


@pytest.mark.django_db(databases=["default", "ballots"])
def test_a_step_that_waits_for_a_third_person_is_told_on_the_console(desk, hall, voting):
    before = desk.get(url("mark", hall.session)).json()["mark"]

    BallotRound.objects.get().requests.create(step="CLOSE", asked_by=factories.UserFactory(roles=["organiser"]), asked_at=NINE)

    page = desk.get(url("console", hall.session))
    assert desk.get(url("mark", hall.session)).json()["mark"] == page.context["mark"] != before
    assert "等待另一人确认：截止投票" in page.content.decode()


def test_a_page_has_one_main_part(desk, hall, at_item):
    at_item("STATEMENT")

    for name in ("console", "projector"):
        assert desk.get(url(name, hall.session)).content.decode().count("<main") == 1


@pytest.mark.django_db(databases=["default", "ballots"])
@pytest.mark.parametrize("reached", ["VOTING_OPEN", "VOTING_CLOSED", "COUNTED"])
def test_the_hall_is_told_how_the_round_stands_that_is_voted_on(desk, hall, vote, reached):
    """A round was void while the session stood there, which never goes back; the next is prepared, open, closed."""
    told = []
    for state in ("DRAFT", "SEALED_SETUP", "OPEN", "CLOSED"):
        vote(state, reached=reached)
        console = desk.get(url("console", hall.session)).content.decode()
        wall = desk.get(url("projector_picture", hall.session)).content.decode()
        told.append([words in page for page, words in [
            (console, "未开启"), (console, "投票中"), (console, "已关闭"), (console, 'id="show-received"'),
            (wall, "请等待宣布投票开始"), (wall, "请在平板上逐位打分"), (wall, "投票已经关闭，收到 0 张票"), (wall, "已投 0"),
        ]])  # fmt: skip

    to_come = [True, False, False, False, True, False, False, False]
    assert told == [
        to_come, to_come, [False, True, False, False, False, True, False, True], [False, False, True, True, False, False, True, False],
    ]  # fmt: skip


@pytest.mark.django_db(databases=["default", "ballots"])
def test_every_screen_learns_that_the_round_was_given_up(desk, hall, voting):
    before = desk.get(url("mark", hall.session)).json()["mark"]

    BallotRound.objects.update(voided_at=NINE)

    assert desk.get(url("mark", hall.session)).json()["mark"] != before


@pytest.mark.django_db(databases=["default", "ballots"])
@pytest.mark.parametrize("has_box", [False, True])
def test_the_hall_goes_on_while_a_round_after_a_void_one_is_prepared(desk, hall, voting, clerk, has_box):
    BallotRound.objects.update(voided_at=NINE)
    Box.objects.update(state=Box.State.ABORTED)
    sid = ballots.new_sid()
    if has_box:
        Box.objects.create(sid=sid, state=Box.State.DRAFT, manifest=b"{}")
    BallotRound.objects.create(session=hall.session, sid=sid, number=2, scheme=voting.scheme, prepared_by=clerk, has_box=has_box)

    for name in ("console", "mark", "projector", "projector_picture"):
        assert desk.get(url(name, hall.session)).status_code == 200


@pytest.mark.django_db(databases=["default", "ballots"])
@pytest.mark.parametrize("how_far", ["sealed", "fetched", "opened"])
def test_until_the_next_round_every_screen_says_that_the_last_is_void(desk, hall, vote, voting, clerk, scrutineer, how_far):
    """What became of its ballots: that they were fetched does not say that they were opened."""
    follow = FollowPage.objects.create(session=hall.session)
    pages = url("console", hall.session), url("projector", hall.session), reverse("live:follow", args=[follow.token])
    said = {"sealed": "没有打开，已经删除", "fetched": "取出过，没有存下开箱记录", "opened": "已经开箱，结果作废"}

    def told():
        texts = [desk.get(page).content.decode() for page in pages]
        return ["本轮" in text and "作废" in text for text in texts], [
            [name for name, words in said.items() if words in text] for text in texts
        ]

    assert told() == ([False] * 3, [[]] * 3)
    BallotRound.objects.update(unsealed_at=None if how_far == "sealed" else NINE)
    if how_far == "opened":
        Transcript.objects.create(sid=voting.sid, version="1", document=b"{}")
    asked = steps.ask(voting, "VOID", by=clerk, now=NINE, reason="换会场")
    steps.confirm(asked, by=scrutineer, now=NINE)
    assert told() == ([True] * 3, [[how_far]] * 3)
    press(desk, hall, "console_step", "neutral")
    assert said[how_far] in desk.get(pages[0]).content.decode()

    vote("OPEN")
    ReviewSession.objects.update(is_vote_void=False)  # as the opening of its box does
    press(desk, hall, "console_step", "again")
    assert told() == ([False] * 3, [[]] * 3)


@pytest.mark.django_db(databases=["default", "ballots"])
def test_the_wall_calls_only_what_hangs_on_the_vote_void(desk, hall, voting, clerk, scrutineer):
    steps.confirm(steps.ask(voting, "VOID", by=clerk, now=NINE, reason="换会场"), by=scrutineer, now=NINE)

    last = hall.items.get(kind="SCORING")
    found = {}
    for kind in ("SCORING", "COUNT", "ANNOUNCEMENT", "BREAK", "CLOSING"):
        RunItem.objects.filter(pk=last.pk).update(kind=kind, state="NOW")
        text = desk.get(url("projector_picture", hall.session)).content.decode()
        found[kind] = "本轮投票作废" in text, "没有打开，已经删除" in text
        assert ('class="speaker longest"' in text) is found[kind][0]  # small enough for the whole of it

    assert found == dict.fromkeys(("SCORING", "COUNT", "ANNOUNCEMENT"), (True, True)) | dict.fromkeys(
        ("BREAK", "CLOSING"), (False, False)
    )


@pytest.mark.django_db(databases=["default", "ballots"])
def test_a_step_of_the_ballot_that_waits_for_the_console_is_brought_up_on_it(desk, voting, hall, clerk, scrutineer):
    def mark():
        return desk.get(url("mark", hall.session)).json()["mark"]

    round = BallotRound.objects.get()
    own = round.requests.create(step="VOID", asked_by=clerk, asked_at=NINE, reason="换会场")
    before = mark()
    page = desk.get(url("console", hall.session))
    assert page.context["ballot_step"]["title"] == "宣布截止"  # goes on until two agree
    assert 'id="void-asked"' in page.content.decode()
    assert f'id="wait-{own.step}"' not in page.content.decode()
    asked = round.requests.create(step="CLOSE", asked_by=scrutineer, asked_at=NINE)

    page = desk.get(url("console", hall.session))
    assert mark() == page.context["mark"] != before
    text = page.content.decode()
    assert "俞舒源提出“截止投票”，12月22日 09:15 前有效" in text
    assert f'href="{asked.get_absolute_url()}"' in text
    assert f'id="wait-{own.step}"' not in text
    asked.delete()
    assert mark() == before


@pytest.mark.django_db(databases=["default", "ballots"])
def test_looking_for_changes_costs_the_same_for_one_and_three_steps_that_wait(desk, voting, hall, scrutineer):
    costs = []
    queries_of(desk, url("mark", hall.session))  # the first look keeps the sign-in alive
    for step in ("CLOSE", "VOID", "ARCHIVE"):
        BallotRound.objects.get().requests.create(step=step, asked_by=scrutineer, asked_at=NINE)
        costs.append((queries_of(desk, url("mark", hall.session))[1], queries_of(desk, url("console", hall.session))[1]))

    assert costs[0] == costs[1] == costs[2]
    assert costs[0][0] == POLL + WAITS + VOTING + STANDS


@pytest.mark.parametrize("change", ["step", "neutral", "tick", "count", "state"])
def test_the_projector_gets_a_new_picture_when_something_changed(desk, hall, group, clerk, change):
    other = factories.AudienceGroupFactory(session=hall.session, code="C")
    person = Attendee.objects.create(group=other, name="甲")
    before = desk.get(url("projector_picture", hall.session))["ETag"]

    {
        "step": lambda: press(desk, hall, "console_step", "next"),
        "neutral": lambda: press(desk, hall, "console_step", "neutral"),
        "tick": lambda: desk.post(url("roster_tick", hall.session, "C"), {"person": person.pk, "present": "on"}),
        "count": lambda: desk.post(url("roster_count", hall.session, "B"), {"present": 20}),
        "state": lambda: ReviewSession.objects.update(state="VOTING_CLOSED"),
    }[change]()

    answer = desk.get(url("projector_picture", hall.session), headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert answer["ETag"] != before


def test_the_console_shows_what_the_hall_sees(desk, hall, at_item, clerk):
    def preview():
        return desk.get(url("console", hall.session)).content.decode().split('id="preview"')[1].split('<div class="block')[0]

    subject = at_item("STATEMENT").subject
    assert subject.post in preview()

    picture.show_neutral(hall, version=hall.version, by=clerk, now=NINE)

    assert subject.post not in preview()
    assert hall.session.title in preview()


def test_the_neutral_slide_holds_nothing_of_the_meeting(client, scrutineer, hall, at_item, clerk):
    subject = at_item("STATEMENT").subject
    client.force_login(scrutineer)
    assert subject.name in client.get(url("projector_picture", hall.session)).content.decode()

    picture.show_neutral(hall, version=0, by=clerk, now=NINE)

    page = client.get(url("projector_picture", hall.session)).content.decode()
    assert subject.name not in page
    assert hall.session.title in page


@pytest.mark.parametrize(("left", "phase", "word"), [(61, "ahead", "剩余"), (60, "soon", "快到时间"), (-1, "over", "已超时")])
def test_the_last_minute_and_what_is_over_it_have_a_word_of_their_own_on_both_screens(desk, hall, at_item, left, phase, word):
    at_item("STATEMENT")
    type(hall).objects.update(ends_at=NINE + dt.timedelta(seconds=left))

    for name in ("console", "projector"):
        page = desk.get(url(name, hall.session)).content.decode()
        assert f'data-phase="{phase}">{word}<' in page


def test_the_clocks_of_both_screens_go_on_after_a_restart(desk, hall, now):
    press(desk, hall, "console_step", "run")
    now.move_to(NINE + dt.timedelta(minutes=6), tick=False)

    for name in ("console", "projector"):
        page = desk.get(url(name, hall.session)).content.decode()
        assert ("-01:00" in page) == (name == "console")  # the opening has no clock on the projector
    press(desk, hall, "console_step", "next")
    press(desk, hall, "console_step", "run")
    now.move_to(NINE + dt.timedelta(minutes=15), tick=False)
    page = desk.get(url("projector", hall.session)).content.decode()
    assert "-01:00" in page
    assert "已超时" in page


@pytest.mark.django_db(databases=["default", "ballots"])
@pytest.mark.parametrize("name", ["console", "projector", "roster", "roster_here", "run_sheet"])
def test_pages_cost_the_same_for_one_and_three_officials(desk, clerk, name):
    counts = []
    for n in (1, 3):
        session = factories.prepare(factories.ReviewSessionFactory(subjects=n))
        session.preparation.filter(kind="LOCK").update(done_on=session.date)
        for code in "ABC"[:n]:
            group = factories.AudienceGroupFactory(session=session, code=code, expected=1)
            Attendee.objects.create(group=group, name="甲", is_present=True)
        hall = run_sheet.start(session, by=clerk, now=NINE)
        run_sheet.advance(hall, version=hall.version, by=clerk, now=NINE)
        answer, asked = queries_of(desk, url(name, session))
        assert answer.status_code == 200
        counts.append(asked)

    assert counts[0] == counts[1]


def test_who_has_not_come_is_told_so_and_not_shown_as_heard(desk, client, hall, at_item, clerk):
    at_item("STATEMENT")
    hall = type(hall).objects.get()
    run_sheet.pass_over(hall, reason="因病住院", version=hall.version, by=clerk, now=NINE)
    page = FollowPage.objects.create(session=hall.session)

    wall = tight(desk.get(url("projector", hall.session)))
    phone = tight(client.get(reverse("live:follow", args=[page.token])))

    name = hall.session.subjects.exclude(absence="").get().name
    assert f'<li class="away"><span>{name}<small>缺席</small></span></li>' in wall
    assert re.search(rf"<span>{name}</span><span class=\"badge[^\"]*\">缺席</span>", phone)
    assert "因病住院" not in wall + phone


@pytest.mark.parametrize(("state", "word"), [("POSTPONED", "已延期"), ("CANCELLED", "已取消")])
def test_a_meeting_that_is_put_off_says_so_on_wall_and_console(desk, session, state, word):
    ReviewSession.objects.update(state=state, state_reason="会场停电")

    wall = desk.get(url("projector", session)).content.decode()
    console = desk.get(url("console", session)).content.decode()

    assert f"{word}，时间另行通知" in wall
    assert "会场停电" not in wall
    assert "会场停电" in console
    assert "还不能开会" not in console
    assert "宣布开会" not in console
