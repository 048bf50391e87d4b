"""The console: its buttons, and what is noted on it."""

import datetime as dt
import re

import pytest
from django.conf import settings as site
from django.urls import reverse

from ballots import actions as ballots
from ballots.models import Box
from live.actions import minutes
from live.actions import question as questions
from live.forms import CommentForm
from live.models import Hall, RunItem
from reviews.models import Answer, LeaderComment, Question, ReviewSession
from scoring.models import BallotRound, Scheme
from tests import factories
from tests.live.conftest import NINE, SEALED
from tests.live.doors import RUNS, enter, expected, press, url
from tests.markup import tight
from tests.rolled import Rolled
from tests.sweep import CAST


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
    assert re.search(r'id="next"[^>]* disabled', page.content.decode())
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
    assert [item.state for item in hall.items.filter(kind="CLOSING")] == [RunItem.State.TODO]
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


def test_of_two_consoles_the_other_says_who_took_the_last_step(client, hall, clerk):
    other = factories.UserFactory(roles=["organiser"], name="纪同舟")
    told = []

    for presses, looks in [(clerk, clerk), (clerk, other), (other, other), (other, clerk)]:
        client.force_login(presses)
        press(client, hall, "console_step", "minute")
        client.force_login(looks)
        told += re.findall(r'id="moved-by">(.*?)</p>', client.get(url("console", hall.session)).content.decode())

    assert told == [f"上一步由{clerk}办", "上一步由纪同舟办"]


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
    assert "刚改过这条答复，现在是“九月底”" in clash.content.decode()
    assert "刚改过这条答复，现在是“九月底”" in without_script.content.decode()


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


@pytest.mark.django_db(databases=["default", "ballots"])
def test_a_step_of_two_persons_is_asked_for_on_the_console_and_leads_back_to_it(desk, hall, vote):
    vote(Box.State.OPEN)
    ask = reverse("scoring:ballot_ask", args=[hall.session.uid, "CLOSE"])
    console = url("console", hall.session)

    answers = [desk.post(ask, {"next": next}).url for next in (console, "//elsewhere.example/", "https://elsewhere.example/", "")]

    ballot = reverse("scoring:ballot", args=[hall.session.uid])
    assert answers == [console, ballot, ballot, ballot]
    page = tight(desk.get(console))
    assert "等待另一人确认：截止投票" in page
    assert re.search(r'<input type="hidden" name="next" value="[^"]*"><button[^>]*id="ballot-step"[^>]*>撤回提出', page)


@pytest.mark.django_db(databases=["default", "ballots"])
def test_the_key_of_the_ballot_leads_to_what_waits_for_this_person_first(desk, hall, vote, scrutineer):
    round = vote(Box.State.OPEN)
    assert re.search('id="ballot-step" data-key="v"', desk.get(url("console", hall.session)).content.decode())

    round.requests.create(step="VOID", asked_by=scrutineer, asked_at=NINE, reason="平板坏了")

    page = desk.get(url("console", hall.session)).content.decode()
    assert re.findall('data-key="v"[^>]*>([^< ]+)', page) == ["去确认"]


def test_a_sealed_question_keeps_its_number_when_another_is_opened_before_it(desk, hall, at_item, clerk):
    subject = at_item("QUESTIONS").subject
    first, second = subject.questions.order_by("order")
    questions.ask(hall, second, version=hall.version, by=clerk, now=NINE)

    page = desk.get(url("console", hall.session)).content.decode()

    assert re.findall("封存的第 (.) 题", page) == [str(first.order)]
    assert "第 1 问" in page


def test_the_field_for_the_floor_stands_first_when_it_is_its_turn(desk, hall, at_item, session):
    for kind in ("QUESTIONS", "FLOOR"):
        if kind == "FLOOR":
            hall.items.filter(kind="COMMENT").update(kind="FLOOR")
        at_item(kind)
        page = desk.get(url("console", hall.session)).content.decode()
        section = page[page.index('aria-labelledby="h-questions"') :]
        assert (section.index('id="floor"') < section.index('<ul class="list">')) is (kind == "FLOOR")


def test_a_clock_that_nobody_started_says_so(desk, hall, at_item, clerk):
    at_item("STATEMENT")
    said = "计时还没有开始"

    assert said in desk.get(url("console", hall.session)).content.decode()
    press(desk, hall, "console_step", "run")
    assert said not in desk.get(url("console", hall.session)).content.decode()


def test_every_key_there_is_stands_in_the_legend():
    files = [*site.ROOT.glob("templates/live/*.html"), site.ROOT / "live" / "forms.py"]
    sources = "".join(path.read_text("utf-8") for path in files)
    keys = re.findall(r"""(?:\bkey="|reached_by\(")(\S)"|data-key="(\S)\"""", sources)

    legend = set(re.findall(r"<dt><kbd>(\S)</kbd>", sources))

    assert {key.upper() for found in keys for key in found if key} == legend


@pytest.mark.parametrize(("field", "longest"), [("strengths", 1000), ("problems", 2000)])
def test_a_comment_of_any_length_is_not_taken(field, longest):
    """The page takes away the browser's own limit, which cuts words without a word."""

    def errors(n):
        words = {"strengths": "", "problems": "窗口慢", "before_strengths": "", "before_problems": ""}
        return CommentForm(words | {field: "字" * n}).errors

    assert field not in errors(longest)
    assert field in errors(longest + 1)
