import datetime as dt
import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ballots import actions as ballots
from ballots.models import Box, Envelope, Transcript
from live.actions import minutes, picture, run_sheet
from live.actions import question as questions
from live.models import Hall
from reviews.models import Answer, Attendee, Commitment, HeadCount, LeaderComment, Minutes, Question, ReviewSession
from scoring.models import BallotRound, Count, Ending, Publication, Scheme
from tests import factories
from tests.live.conftest import NINE, SEALED
from tests.markup import tight
from tests.rolled import Rolled
from tests.sweep import CAST

SEES = {"clerk", "approver", "member", "leader", "scrutineer", "teller", "verifier", "subject_user", "liaison"}
RUNS = {"clerk"}
SHOWS = {"clerk", "scrutineer", "teller"}
DOOR = {"clerk", "scrutineer", "teller"}
POLL = 7  # the sign-in, the account, its roles (3); the meeting, the hall, who is here (2)
WAITS = 2  # a console also asks for steps that wait for its person, and for the item that is on
VOTING = 2  # the round and its box; what lies in it is counted every 20 s only
STANDS = 3  # of the ballot a console from the voting on tells more: the count, the steps that wait for anybody, the end


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NINE, tick=False)
    return time_machine


@pytest.fixture
def group(session):
    return factories.AudienceGroupFactory(session=session, code="B", expected=27)


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    return client


def url(name, session, *more):
    return reverse(f"live:{name}", args=[session.uid, *more])


def enter(client, request, who):
    client.force_login(request.getfixturevalue(who))
    return client


def expected(who, allowed, status=200):
    return status if who in allowed else 403 if who in SEES else 404


def press(client, hall, name, *more, **data):
    hall.refresh_from_db()
    return client.post(url(name, hall.session, *more), {"version": hall.version, **data})


# --- who × page --------------------------------------------------------------------------------------------


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


# --- the console -------------------------------------------------------------------------------------------


def test_a_meeting_held_before_the_system_has_no_console(desk, session):
    """Nor dates of its preparation."""
    session.preparation.all().delete()
    type(session).objects.filter(pk=session.pk).update(state="RECTIFYING")

    page = desk.get(url("console", session), follow=True)

    assert page.redirect_chain == [(session.get_absolute_url(), 302)]
    assert "启用系统以前举行" in page.content.decode()
    assert desk.post(url("console_start", session)).status_code == 302


@pytest.mark.django_db(databases=["default", "ballots"])
def test_a_meeting_whose_ballot_is_kept_here_was_not_held_before_the_system(desk, session, clerk):
    """Even where it has no hall."""
    scheme = Scheme.objects.create(code="S", name="方案", body={})
    BallotRound.objects.create(session=session, sid=ballots.new_sid(), number=1, scheme=scheme, prepared_by=clerk)
    type(session).objects.filter(pk=session.pk).update(state="RECTIFYING")

    for name in ("console", "mark"):
        assert desk.get(url(name, session)).status_code == 200


def test_a_look_at_the_console_before_the_start_writes_nothing(desk, session):
    page = desk.get(url("console", session))

    assert not Hall.objects.exists()
    assert [line["subject"] for line in page.context["lines"]] == [None, *session.subjects.all(), None, None]
    assert page.context["blockers"] == []


def test_what_is_missing_bars_the_start(desk, session):
    session.preparation.filter(kind="LOCK").update(done_on=None)

    page = desk.get(url("console", session))
    answer = desk.post(url("console_start", session), HTTP_REFERER=f"http://testserver{url('console', session)}", follow=True)

    assert "计分方案还没有锁定，票卡还没有打印" in page.content.decode()
    assert re.search(r'id="next" disabled', page.content.decode())
    assert answer.redirect_chain == [(url("console", session), 302)]
    assert "未能办理" in answer.content.decode()
    assert not Hall.objects.exists()


def test_the_whole_way_of_one_official_by_its_buttons(desk, hall, session, leader):
    def primary():
        page = tight(desk.get(url("console", session)))
        return re.search(r'<button class="btn primary" id="next"[^>]*>(.*?)<kbd', page)[1]

    subject = session.subjects.first()
    assert primary() == f"下一项：{subject}　述廉"
    press(desk, hall, "console_step", "next")
    press(desk, hall, "console_step", "next")
    assert primary() == "启封第一个问题"
    for n, question in enumerate(subject.questions.all()):
        press(desk, hall, "console_ask", question.uid)
        press(desk, hall, "console_answer", question.uid, summary=f"答{n}")
        assert primary() == ["启封下一个问题", f"下一项：{subject}　点评"][n]
    press(desk, hall, "console_step", "next")
    press(desk, hall, "console_comment", subject.uid, leader=leader.leading_member.code, problems="窗口慢", delivered="1")
    press(desk, hall, "console_step", "next")

    assert hall.items.current().subject == session.subjects.all()[1]
    assert list(Answer.objects.values_list("summary", flat=True)) == ["答0", "答1"]


def test_who_has_not_come_is_passed_over_and_the_hall_is_told_when_it_votes(desk, hall, at_item):
    name = at_item("STATEMENT").subject.name
    refused = press(desk, hall, "console_absence", reason=" ").content.decode()
    too_long = press(desk, hall, "console_absence", reason="病" * 301).content.decode()

    assert press(desk, hall, "console_absence", reason="因病住院").status_code == 302

    assert "请填写理由" in refused
    assert "病" * 301 in too_long
    said = f"{name}缺席，票上仍有其名"
    for page in ("console", "projector"):
        assert said not in desk.get(url(page, hall.session)).content.decode()
    at_item("SCORING")
    for page in ("console", "projector"):
        shown = desk.get(url(page, hall.session)).content.decode()
        assert said in shown
        assert "因病住院" not in shown


@pytest.mark.parametrize(("kind", "is_barred"), [("STATEMENT", False), ("COMMENT", True), ("SCORING", True), ("CLOSING", True)])
def test_the_button_that_would_be_refused_cannot_be_pressed_and_says_why(desk, hall, at_item, kind, is_barred):
    ReviewSession.objects.update(state="VOTING_OPEN")
    at_item(kind)

    page = desk.get(url("console", hall.session)).content.decode()

    button = re.search(r'<button class="btn primary" id="next"[^>]*>', page)[0]
    assert ("disabled" in button, 'id="why-not"' in page) == (is_barred and kind != "CLOSING", is_barred and kind != "CLOSING")


@pytest.mark.parametrize(
    ("kind", "reached", "is_offered"),
    [
        ("OPENING", "IN_PROGRESS", False),
        ("STATEMENT", "IN_PROGRESS", True),
        ("SCORING", "IN_PROGRESS", True),
        ("SCORING", "VOTING_OPEN", False),
        ("CLOSING", "VOTING_OPEN", True),
    ],
)
def test_the_way_back_is_offered_only_where_it_leads(desk, hall, at_item, kind, reached, is_offered):
    at_item(kind)
    ReviewSession.objects.update(state=reached)

    assert ('id="back"' in desk.get(url("console", hall.session)).content.decode()) == is_offered


def test_what_was_gone_back_to_stands_with_its_own_minutes(desk, hall, now):
    for n, step in enumerate(["next", "next", "back", "next"], start=1):  # back to the statement for ten minutes
        now.move_to(NINE + n * dt.timedelta(minutes=10), tick=False)
        press(desk, hall, "console_step", step)

    page = desk.get(url("run_sheet", hall.session))

    opening, statement, questions = page.context["rows"][:3]
    assert [row["item"].used for row in (opening, statement, questions)] == ["10:00", "20:00", ""]
    assert (statement["taken"], statement["over"], statement["item"].away_minutes) == (20, 12, 10)
    assert "不含其他环节 10 分钟" in page.content.decode()
    told = next(section.text for section in minutes.sections(hall.session) if section.key == "o01")
    assert "09:10 至 09:40，" in told
    assert "用时 20 分钟（计划 8 分钟），其间另有 10 分钟转入其他环节。" in told


def test_what_is_to_come_again_has_no_times(desk, hall, now):
    for n, step in enumerate(["next", "next", "back", "back"], start=1):
        now.move_to(NINE + n * dt.timedelta(minutes=10), tick=False)
        press(desk, hall, "console_step", step)

    rows = desk.get(url("run_sheet", hall.session)).context["rows"]

    assert [(row["item"].times, row["taken"]) for row in rows[1:3]] == [((None, None), 0)] * 2
    assert next(section.text for section in minutes.sections(hall.session) if section.key == "o01") == ""


def test_console_and_run_sheet_foretell_the_same_end_by_the_clock(desk, hall, at_item, now):
    at_item("SCORING")
    now.move_to(NINE + dt.timedelta(minutes=72), tick=False)  # 85 are planned; the clock was not started and says 15:00

    pages = [desk.get(url(name, hall.session)).content.decode() for name in ("console", "run_sheet")]

    assert ["慢 7 分钟，预计 10:32 结束" in page for page in pages] == [True, True]
    assert "15:00" in pages[0]


def test_after_the_end_the_hall_goes_back_to_a_vote_held_again(desk, hall, at_item, clerk):
    """The round was void, or the rehearsal wiped."""
    at_item("CLOSING")
    hall.items.update(state="DONE", ended_at=NINE)
    ReviewSession.objects.update(state="IN_PROGRESS")
    page = desk.get(url("console", hall.session)).content.decode()
    assert "评议要重新投票" in page
    assert "会议已结束" not in page

    assert press(desk, hall, "console_step", "vote").status_code == 302

    assert hall.items.current().kind == "SCORING"
    assert [item.state for item in hall.items.filter(kind="CLOSING")] == ["TODO"]
    hall.items.update(state="DONE", ended_at=NINE)
    ReviewSession.objects.update(state="CONFIRMED")
    press(desk, hall, "console_step", "vote")
    assert not hall.items.filter(state="NOW").exists()


@pytest.mark.parametrize("kind", ["OPENING", "STATEMENT", "QUESTIONS", "COMMENT", "SCORING", "CLOSING"])
@pytest.mark.parametrize(
    ("name", "who"), [("console", "clerk"), ("projector", "scrutineer"), ("projector_picture", "scrutineer")]
)
def test_a_sealed_question_stays_sealed_on_every_screen(client, request, hall, at_item, kind, name, who):
    item = at_item(kind)
    page = enter(client, request, who).get(url(name, hall.session))

    assert page.status_code == 200
    assert SEALED not in page.content.decode()
    if kind == "QUESTIONS":
        questions.ask(hall, item.subject.questions.first(), version=hall.version, by=None, now=NINE)
        assert client.get(url(name, hall.session)).content.decode().count(SEALED) >= 1  # the words would have shown


def test_a_refused_promise_keeps_what_was_typed(desk, hall, at_item):
    subject = at_item("QUESTIONS").subject

    page = press(desk, hall, "console_commitment", subject.uid, text="按月公开账目", due_on="2026-12-01")

    assert page.status_code == 200
    assert "按月公开账目" in page.content.decode()
    assert "早于会议日期" in page.content.decode()
    assert press(desk, hall, "console_commitment", subject.uid, text="", due_on="").context["commitment_form"].errors
    never = press(desk, hall, "console_commitment", subject.uid, text="公开账目", due_on="9999-12-31").context["commitment_form"]
    assert never.errors == {"due_on": ["年份应在 2000 至 2099 之间"]}


def test_a_floor_question_too_late_keeps_what_was_typed(desk, hall, at_item):
    at_item("QUESTIONS")

    page = desk.post(url("console_floor", hall.session), {"version": "0", "text": "去过几个小区？"})

    assert "去过几个小区？" in page.content.decode()
    assert "另一台控制台" in page.content.decode()
    assert desk.post(url("console_floor", hall.session), {"version": "x", "text": ""}).context["floor_form"].errors


def test_a_floor_question_typed_by_mistake_goes_with_one_confirmed_press(sweep, client, hall, at_item, clerk):
    at_item("QUESTIONS")
    questions.ask_from_floor(hall, text="打错了？", version=hall.version, by=clerk, now=NINE)
    question = Question.objects.get(source=Question.Source.FLOOR)
    wanted = {who: expected(who, RUNS, 302) for who in CAST}
    seen = {}

    for who in sweep(wanted):
        with Rolled("default"):
            if who in RUNS:
                assert "误记，撤回" in client.get(url("console", hall.session)).content.decode()
            seen[who] = press(client, hall, "console_withdraw", question.uid).status_code
            question.refresh_from_db()
            assert (question.state == Question.State.WITHDRAWN) == (who in RUNS)
            if who in RUNS:
                assert "打错了？" not in client.get(url("console", hall.session)).content.decode()

    assert seen == {who: wanted[who] for who in seen}


def test_what_was_answered_is_not_offered_to_be_taken_back(desk, hall, at_item):
    at_item("QUESTIONS")
    press(desk, hall, "console_floor", text="去过几个小区？")
    question = Question.objects.get(source=Question.Source.FLOOR)
    press(desk, hall, "console_answer", question.uid, summary="三个")

    assert url("console_withdraw", hall.session, question.uid) not in desk.get(url("console", hall.session)).content.decode()


def test_an_answer_is_saved_while_it_is_typed(desk, hall, at_item):
    question = at_item("QUESTIONS").subject.questions.first()
    press(desk, hall, "console_ask", question.uid)
    address = url("console_answer", hall.session, question.uid)
    version = Hall.objects.get().version

    answer = desk.post(address, {"summary": "九月底", "before": ""}, headers={"HX-Request": "true"})
    clash = desk.post(address, {"summary": "十月底", "before": ""}, headers={"HX-Request": "true"})

    assert (answer.status_code, clash.status_code) == (204, 422)
    assert Answer.objects.get().summary == "九月底"
    assert Hall.objects.get().version == version  # no other console is made to look again at every word
    assert "九月底" in desk.get(url("console", hall.session)).content.decode()  # a reload in the middle loses nothing
    without_script = desk.post(address, {"summary": "十月底", "before": ""})
    assert "十月底" in without_script.content.decode()
    assert "另一台控制台刚改过" in without_script.content.decode()


def test_a_written_inquiry_is_one_line_beside_the_answer(desk, hall, at_item):
    question = at_item("QUESTIONS").subject.questions.first()
    press(desk, hall, "console_ask", question.uid)

    press(desk, hall, "console_answer", question.uid, summary="以后公开", inquiry_due_on="2027-01-31")

    page = desk.get(url("console", hall.session)).content.decode()
    assert Answer.objects.get().inquiry_due_on == dt.date(2027, 1, 31)
    assert re.search(r'name="inquiry_due_on" value="2027-01-31"', page)
    assert re.search(r'name="before_due_on" value="2027-01-31"', page)
    told = next(section.text for section in minutes.sections(hall.session) if section.key == "o01")
    assert "提出质询书，2027年1月31日前书面答复" in told
    press(desk, hall, "console_ask", question.uid)
    at_item("COMMENT")
    assert press(desk, hall, "console_answer", question.uid, inquiry_due_on="2020-01-01", before="以后公开").status_code == 200


def test_a_tick_made_at_another_console_is_not_taken_away_unseen(desk, hall, at_item):
    question = at_item("QUESTIONS").subject.questions.first()
    press(desk, hall, "console_ask", question.uid)
    press(desk, hall, "console_answer", question.uid, summary="在办", is_unsatisfactory="on")
    page = desk.get(url("console", hall.session)).context["answer_form"]

    press(desk, hall, "console_answer", question.uid, summary="在办，年底", before="在办")
    assert Answer.objects.get().is_unsatisfactory
    known = {name: page[name].value() for name in ("before", "before_unsatisfactory")}
    press(desk, hall, "console_answer", question.uid, summary="在办，年底", **known)
    assert (Answer.objects.get().is_unsatisfactory, Answer.objects.get().summary) == (False, "在办，年底")


def test_a_comment_is_saved_under_the_leader_it_was_written_for(desk, hall, at_item, leader):
    subject = at_item("COMMENT").subject
    second = factories.LeadingMemberFactory(name="祁望野")
    address = url("console_comment", hall.session, subject.uid)

    first = desk.post(address, {"leader": leader.leading_member.code, "problems": "- 窗口慢"}, headers={"HX-Request": "true"})
    desk.post(address, {"leader": second.code, "problems": "人情", "delivered": "1"})
    words = {"problems": " ", "strengths": "肯干", "before_problems": "- 窗口慢"}
    refused = desk.post(address, {"leader": leader.leading_member.code, **words, "delivered": "1"})

    assert first.status_code == 204
    assert set(LeaderComment.objects.values_list("leader__name", "problems", "is_delivered")) == {
        ("姜景舟", "窗口慢", False),
        ("祁望野", "人情", True),
    }
    assert "肯干" in refused.content.decode()
    assert "至少要指出一个问题" in refused.content.decode()
    shown = desk.get(url("console", hall.session), {"leader": second.code})
    assert shown.context["leader"] == second
    assert desk.post(address, {"leader": "nobody", "problems": "x"}).status_code == 404


def test_a_prepared_comment_is_on_the_console(client, desk, hall, at_item, leader):
    subject = at_item("COMMENT").subject
    LeaderComment.objects.create(subject=subject, leader=leader.leading_member, strengths="肯干", problems="窗口慢")

    page = desk.get(url("console", hall.session)).content.decode()

    assert "肯干" in page
    assert "本人会前已备稿" in page


# --- following ---------------------------------------------------------------------------------------------


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
    ("box", "now_at", "says"),
    [
        (Box.State.SEALED_SETUP, "open", "由工作人员和监票人两个人办"),
        (Box.State.OPEN, "close", "已投 0"),
        (Box.State.CLOSING, "grace", "投票即将截止"),
        (Box.State.CLOSED, "table", "大屏显示收到清单"),
    ],
)
def test_the_console_tells_how_far_the_ballot_is_and_where_it_goes_on(desk, hall, vote, box, now_at, says):
    round = vote(box)
    if box == Box.State.SEALED_SETUP:
        BallotRound.objects.update(opened_at=None, closing_at=None, closed_at=None)

    answer = desk.get(url("console", hall.session))

    page = answer.content.decode()
    assert [stop["key"] for stop in answer.context["stops"] if stop["state"] == "now"] == [now_at]
    assert says in page
    assert f'href="{reverse("scoring:ballot", args=[hall.session.uid])}">去办</a>' in page
    assert round.sid not in page


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
    assert f'href="{reverse("scoring:results", args=[hall.session.uid])}">去办</a>' in page.content.decode()


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
    Transcript.objects.create(sid=round.sid, version="1", document=b'{"drawn":{},"named":[]}')
    Box.objects.update(credentials=b'{"groups":{}}')
    seen = []

    def look():
        seen.append(desk.get(url("mark", hall.session)).json()["mark"])
        return desk.get(url("console", hall.session))

    assert "投票异议期还有" in look().content.decode()
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
def test_a_step_of_the_ballot_that_waits_for_the_console_is_brought_up_on_it(desk, voting, hall, clerk, scrutineer):
    def mark():
        return desk.get(url("mark", hall.session)).json()["mark"]

    round = BallotRound.objects.get()
    own = round.requests.create(step="VOID", asked_by=clerk, asked_at=NINE, reason="换会场")
    before = mark()
    assert f'id="wait-{own.step}"' not in desk.get(url("console", hall.session)).content.decode()
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


# --- minutes -----------------------------------------------------------------------------------------------

MINUTES = {"opening": 5, "statement": 6, "questions": 9, "comment": 3, "scoring": 15, "closing": 5}


def test_minutes_are_planned_and_stand_against_those_taken(desk, session, hall, now):
    now.move_to(NINE + dt.timedelta(minutes=7), tick=False)
    press(desk, hall, "console_step", "next")

    saved = desk.post(url("run_sheet", session), MINUTES)

    assert saved.status_code == 302
    page = desk.get(url("run_sheet", session))
    assert (page.context["planned"], page.context["taken"], page.context["over"]) == (25 + 8 + 2 * 6 + 3 * 12, 7, 2)
    assert "超 2 分钟" in page.content.decode()
    assert "7／5 分" in desk.get(url("console", session)).content.decode()
    refused = desk.post(url("run_sheet", session), MINUTES | {"statement": 0})
    assert refused.status_code == 200
    assert refused.context["form"].errors.keys() == {"statement"}
    ReviewSession.objects.update(state="COUNTED")
    assert "已经计票" in desk.post(url("run_sheet", session), MINUTES).content.decode()


def test_minutes_are_the_organisers(sweep, session):
    wanted = {who: expected(who, RUNS) for who in CAST}
    sweep.check(url("run_sheet", session), wanted)
    sweep.check(url("run_sheet", session), wanted, post={})


# --- roster and comments -----------------------------------------------------------------------------------


def test_the_roster_is_ticked_and_counted(desk, session, group):
    listed = factories.AudienceGroupFactory(session=session, code="C", expected=2)
    ann, bob = (Attendee.objects.create(group=listed, name=name) for name in ("甲一", "乙二"))

    ticked = desk.post(url("roster_tick", session, "C"), {"person": ann.pk, "present": "on"}, headers={"HX-Request": "true"})
    desk.post(url("roster_count", session, "B"), {"present": 20})
    refused = desk.post(url("roster_count", session, "B"), {"present": 28})

    assert "到会 1，应到 2" in ticked.content.decode()
    assert list(Attendee.objects.filter(is_present=True)) == [ann]
    stale = desk.post(url("roster_tick", session, "C"), {"person": bob.pk, "present": "on"}, headers={"HX-Request": "true"})
    assert "到会 2，应到 2" in stale.content.decode()  # the other door, which saw nobody, has not undone the first tick
    desk.post(url("roster_tick", session, "C"), {"person": bob.pk})
    assert list(Attendee.objects.filter(is_present=True)) == [ann]
    assert "多于应到" in refused.content.decode()
    assert desk.post(url("roster_count", session, "B"), {"present": "many"}).status_code == 200
    page = desk.get(url("roster", session))
    assert page.context["attendance"]["present"] == 21
    assert desk.post(url("roster_tick", session, "Z")).status_code == 404


def test_invented_codes_and_numbers_break_nothing(desk, hall, at_item, group):
    item = at_item("COMMENT")
    person = Attendee.objects.create(group=group, name="甲", is_present=True)
    endless = "9" * 5000

    assert desk.get(url("console", hall.session), {"leader": "?"}).status_code == 200
    comment = url("console_comment", hall.session, item.subject.uid)
    assert desk.post(comment, {"leader": "?", "problems": "慢"}).status_code == 404
    assert desk.post(url("console_step", hall.session, "back"), {"version": endless}).status_code == 302
    for invented in ("", "x", "9" * 30, endless):
        assert desk.post(url("roster_tick", hall.session, group.code), {"person": invented}).status_code == 404
    assert desk.post(url("roster_tick", hall.session, "Z").replace("/Z/", "/%00/")).status_code == 400
    hall.refresh_from_db()
    assert hall.items.get(state="NOW") == item
    assert Attendee.objects.get(is_present=True) == person


def test_a_door_hears_of_ticks_made_at_another(desk, session, group):
    listed = factories.AudienceGroupFactory(session=session, code="C", expected=2)
    _ann, bob = (Attendee.objects.create(group=listed, name=name) for name in ("甲一", "乙二"))
    desk.post(url("roster_tick", session, "C"), {"person": bob.pk, "present": "on"})

    answer = desk.get(url("roster_here", session)).content.decode()

    assert f'data-here="{bob.pk}"' in answer
    assert "到会 1，应到 2" in answer
    assert "还差 19 人到三分之二（20 人）" in answer
    desk.post(url("roster_count", session, "B"), {"present": 19})
    assert "已到三分之二（20 人）" in desk.get(url("roster_here", session)).content.decode()
    assert desk.get(url("roster", session)).content.decode().count("已到三分之二（20 人）") == 1


def test_a_closed_roster_says_so_and_takes_nothing(desk, session, group):
    listed = factories.AudienceGroupFactory(session=session, code="C", expected=2)
    Attendee.objects.create(group=listed, name="甲一")
    assert "disabled" not in desk.get(url("roster", session)).content.decode()
    ReviewSession.objects.update(state="COUNTED")

    page = desk.get(url("roster", session)).content.decode()

    assert "已经计票，会场记录不能再改" in page
    assert "disabled" in page
    assert "记下人数" not in page
    assert "已经计票" in desk.post(url("roster_count", session, "B"), {"present": 2}).content.decode()


def test_an_empty_roster_offers_the_first_step(desk, session):
    page = desk.get(url("roster", session)).content.decode()

    assert reverse("reviews:session_audience", args=[session.uid]) in page


def test_a_leader_prepares_comments_which_save_themselves(client, session, leader):
    client.force_login(leader)
    subject = session.subjects.first()
    address = reverse("live:comment", args=[subject.uid])
    form = client.get(address)
    assert form.context["form"].fields["problems"].required is False
    assert "写下即自动保存</span>" in form.content.decode()
    assert "去写" in client.get(url("comments", session)).content.decode()

    saved = client.post(address, {"strengths": "肯干", "problems": ""}, headers={"HX-Request": "true"})
    assert saved.status_code == 204
    half = client.post(address, {"strengths": "肯干", "problems": "", "before_strengths": "肯干"}, follow=True)
    assert "点评稿已保存，还没有写存在问题" in half.content.decode()
    assert "还没有写问题" in client.get(url("comments", session)).content.decode()
    done = client.post(address, {"strengths": "肯干", "problems": "窗口慢"})

    assert done.status_code == 302
    assert "已备好" in client.get(url("comments", session)).content.decode()
    assert "肯干" in client.get(address).content.decode()
    LeaderComment.objects.update(is_delivered=True)
    assert "<textarea" not in client.get(address).content.decode()
    assert client.post(address, {"problems": "改口"}, headers={"HX-Request": "true"}).status_code == 422
    assert "已在会上作出" in client.post(address, {"problems": "改口"}).content.decode()
    assert LeaderComment.objects.get().problems == "窗口慢"


def test_a_leader_on_the_roster_of_a_named_group_finds_the_way_to_the_own_marks(client, session, leader):
    session.refresh_from_db()
    group = factories.AudienceGroupFactory(session=session, code="A", is_anonymous=False)
    scheme = Scheme.objects.create(code="S", name="方案", body={})
    round = BallotRound.objects.create(session=session, sid="0" * 16, number=1, scheme=scheme, prepared_by=leader, has_box=True)
    round.groups.create(letter="a", code="A", name="分管区领导", is_named=True)
    address = reverse("scoring:ballot_named", args=[session.uid, "a"])
    client.force_login(leader)
    ReviewSession.objects.filter(pk=session.pk).update(state="IN_PROGRESS")
    assert address not in client.get(url("comments", session)).content.decode()

    Attendee.objects.create(group=group, name=leader.leading_member.name)

    assert address in client.get(url("comments", session)).content.decode()


def test_a_leader_of_no_field_finds_an_explanation(client, session, leader):
    for subject in session.subjects.all():
        subject.unit.leading_member = None
        subject.unit.save()
    client.force_login(leader)

    assert "没有您分管单位的同志" in client.get(url("comments", session)).content.decode()
