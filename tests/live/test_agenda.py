"""The run sheet arranged before the meeting and during it."""

import pytest
from django.urls import reverse

from core.errors import RuleViolation
from core.models import AuditEvent
from live.actions import agenda, minutes_drawn, run_sheet
from live.actions import question as questions
from live.models import Hall, RunItem
from live.rules.run_sheet import EXTRAS
from reviews.models import ReviewSession, SessionSubject
from tests import factories
from tests.live.conftest import NINE
from tests.live.doors import url
from tests.markup import tight


def sheet(session):
    return agenda.sheet(session, Hall.objects.filter(session=session).first())


def press(session, step, what, clerk):
    step(session, what, before=agenda.seen(sheet(session)), by=clerk)


def short(session):
    """The sheet by officials and what is nobody's."""
    return " ".join(
        item.subject.code if item.subject else item.kind.title()
        for item in sheet(session)
        if item.kind not in ("QUESTIONS", "COMMENT")
    )


def test_what_is_arranged_before_the_meeting_is_what_it_goes_by(session, clerk):
    press(session, agenda.move_down, "STATEMENT-o01", clerk)
    press(session, agenda.add, "BREAK", clerk)
    press(session, agenda.add, "BRIEFING", clerk)
    assert short(session) == "Opening o02 o01 Break o03 Briefing Scoring Closing"

    hall = run_sheet.start(session, by=clerk, now=NINE)

    assert short(session) == "Opening o02 o01 Break o03 Briefing Scoring Closing"
    assert [item.order for item in hall.items.all()] == list(range(1, 3 + 3 * 3 + 3))
    assert RunItem.objects.filter(hall=None).count() == 0


def test_an_order_that_somebody_changed_meanwhile_is_looked_at_first(session, clerk):
    before = agenda.seen(sheet(session))
    press(session, agenda.add, "BREAK", clerk)

    with pytest.raises(RuleViolation, match="议程刚在别处改过"):
        agenda.move_up(session, "STATEMENT-o02", before=before, by=clerk)


def test_whoever_comes_onto_the_line_up_later_is_on_the_sheet(session, clerk):
    press(session, agenda.add, "BREAK", clerk)
    factories.SessionSubjectFactory(session=session)
    SessionSubject.objects.filter(session=session, order=1).delete()
    session = ReviewSession.objects.get()

    assert short(session) == "Opening o02 Break o03 o04 Scoring Closing"


def test_a_show_of_hands_follows_every_comment_and_goes_again(session, clerk):
    press(session, agenda.add, "HANDS", clerk)
    press(session, agenda.add, "HANDS", clerk)  # safe to repeat
    kinds = [item.kind for item in sheet(session)]

    assert kinds[1:5] == ["STATEMENT", "QUESTIONS", "COMMENT", "HANDS"]
    assert kinds.count("HANDS") == 3
    press(session, agenda.remove, "HANDS", clerk)
    with pytest.raises(RuleViolation, match="每场会议都有的环节"):  # what belongs to a meeting stays in it
        press(session, agenda.remove, "STATEMENT", clerk)
    press(session, agenda.move_up, "OPENING", clerk)  # and what cannot go there stays where it is
    assert AuditEvent.objects.filter(action="arrange_agenda").count() == 2
    assert [item.kind for item in sheet(session)].count("HANDS") == 0
    assert short(session) == "Opening o01 o02 o03 Scoring Closing"


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("BASIC", "Opening o01 o02 o03 Scoring Closing"),
        ("DISPERSED", "Opening o01 o02 o03 Briefing Scoring Count Announcement Closing"),
        ("CONCENTRATED", "Opening o01 o02 Break o03 Briefing Scoring Count Announcement Closing"),
    ],
)
def test_a_template_begins_anew(session, clerk, template, told):
    press(session, agenda.move_down, "STATEMENT-o01", clerk)

    press(session, agenda.lay_template, template, clerk)

    assert short(session) == told


def test_count_and_announcement_stand_between_the_vote_and_the_end(session, clerk):
    press(session, agenda.add, "ANNOUNCEMENT", clerk)
    press(session, agenda.add, "COUNT", clerk)
    press(session, agenda.move_up, "ANNOUNCEMENT", clerk)  # nothing is announced before it is counted

    assert short(session) == "Opening o01 o02 o03 Scoring Count Announcement Closing"


def test_questions_from_the_floor_get_a_time_of_their_own(session, clerk):
    press(session, agenda.add, "FLOOR", clerk)
    hall = run_sheet.start(session, by=clerk, now=NINE)
    hall.items.filter(kind__in=["OPENING", "STATEMENT", "QUESTIONS"]).update(state="DONE", began_at=NINE, ended_at=NINE)
    run_sheet.begin(hall, hall.items.filter(kind="FLOOR").first(), now=NINE)

    questions.ask_from_floor(hall, text="去过几个小区？", version=hall.version, by=clerk, now=NINE)

    assert [item.kind for item in hall.items.all()[1:5]] == ["STATEMENT", "QUESTIONS", "FLOOR", "COMMENT"]
    hall.refresh_from_db()
    assert hall.question.text == "去过几个小区？"
    with pytest.raises(RuleViolation, match="第 1 问还没有记下答复要点"):
        run_sheet.advance(hall, version=hall.version, by=clerk, now=NINE)


def test_in_the_time_for_the_floor_no_sealed_question_is_offered(desk, session, clerk):
    press(session, agenda.add, "FLOOR", clerk)
    hall = run_sheet.start(session, by=clerk, now=NINE)
    told = []

    for kind in ("QUESTIONS", "FLOOR"):
        hall.items.update(state="DONE", began_at=NINE, ended_at=NINE)
        run_sheet.begin(hall, hall.items.filter(kind=kind).first(), now=NINE)
        page = desk.get(url("console", session)).content.decode()
        told.append(("封存的第 1 题" in page, "先启封这题" in page, "已问 0，封存 2" in page))

    assert told == [(True, True, True), (False, False, True)]
    sealed = hall.items.current().subject.questions.first()
    refused = desk.post(url("console_ask", session, sealed.uid), {"version": hall.version}, follow=True)
    assert "封存的问题不能在这时启封" in refused.content.decode()
    sealed.refresh_from_db()
    assert sealed.state == sealed.State.SEALED


def test_how_a_show_of_hands_came_out_is_noted_and_stands_in_the_minutes(desk, session, clerk):
    press(session, agenda.add, "HANDS", clerk)
    hall = run_sheet.start(session, by=clerk, now=NINE)

    def note(outcome, version):
        return desk.post(url("console_hands", session), {"version": version, "outcome": outcome}, follow=True).content.decode()

    assert "现在不是满意度举手的环节" in note("满意 41 人", hall.version)
    subject = session.subjects.first()
    hall.items.update(state="DONE", began_at=NINE, ended_at=NINE)
    run_sheet.begin(hall, hall.items.get(kind="HANDS", subject=subject), now=NINE)
    assert "必填" in note(" ", hall.version)
    assert "人" * 101 in note("人" * 101, hall.version)  # refused, and still there as it was typed
    assert not hall.items.exclude(outcome="").exists()
    assert "刚刚推进了会议" in note("满意 40 人", hall.version - 1)
    told = note("满意 41 人，不满意 2 人", hall.version)

    assert 'value="满意 41 人，不满意 2 人"' in told
    sections = {section.key: section.recorded for section in minutes_drawn.drawn(session)}
    assert sections[subject.code].endswith("满意度举手：满意 41 人，不满意 2 人。")
    assert AuditEvent.objects.filter(action="note_hands").count() == 1
    ReviewSession.objects.update(state="COUNTED")
    hall.refresh_from_db()
    assert "已经计票" in note("满意 43 人", hall.version)


def test_what_was_gone_back_from_keeps_its_time_and_stays(desk, session, clerk):
    press(session, agenda.add, "FLOOR", clerk)
    hall = run_sheet.start(session, by=clerk, now=NINE)
    floors = hall.items.filter(kind="FLOOR")
    floors.filter(subject__order=1).update(began_at=NINE, ended_at=NINE)
    page = desk.get(url("run_sheet", session))
    assert [row["out"] for row in page.context["rows"] if row["item"].kind == "FLOOR"] == [False, True, True]

    press(session, agenda.remove, "FLOOR", clerk)

    assert floors.get().began_at == NINE
    with pytest.raises(RuleViolation, match="已经开始过"):
        press(session, agenda.remove, "FLOOR", clerk)
    assert floors.count() == 1


def test_during_the_meeting_what_is_to_come_is_arranged(hall, at_item, clerk):
    session, item = hall.session, at_item("QUESTIONS")
    press(session, agenda.move_down, "STATEMENT-o02", clerk)
    press(session, agenda.add, "BREAK", clerk)
    press(session, agenda.add, "HANDS", clerk)
    version = Hall.objects.get().version

    assert short(session) == "Opening o01 o01 o03 o03 Break o02 o02 Scoring Closing"  # each with the show of hands
    assert hall.items.current() == item
    assert hall.items.get(kind="STATEMENT", subject__order=1).began_at == NINE
    assert version > hall.version  # every console looks again
    with pytest.raises(RuleViolation, match="不能重新套用模板"):
        press(session, agenda.lay_template, "BASIC", clerk)


def test_nothing_is_added_where_it_is_too_late(hall, at_item, clerk):
    at_item("CLOSING")

    for what in EXTRAS:
        with pytest.raises(RuleViolation, match="后面已经没有可以加的位置"):
            press(hall.session, agenda.add, what, clerk)
    with pytest.raises(RuleViolation, match="每场会议都有的环节"):  # only what may be added is
        press(hall.session, agenda.add, "OPENING", clerk)
    assert hall.items.filter(kind="OPENING").count() == 1


def test_minutes_are_set_item_by_item_and_the_past_keeps_its_own(hall, at_item, clerk):
    at_item("QUESTIONS")
    wanted = {"OPENING": 99, "STATEMENT-o02": 12, "SCORING": 20}

    agenda.set_minutes(hall.session, wanted, before=agenda.seen(sheet(hall.session)), by=clerk)

    found = {item.key: item.minutes for item in hall.items.select_related("subject")}
    assert (found["OPENING"], found["STATEMENT-o02"], found["STATEMENT-o03"], found["SCORING"]) == (5, 12, 8, 20)


def test_with_the_count_the_run_sheet_is_closed(hall, clerk):
    ReviewSession.objects.update(state="COUNTED")

    with pytest.raises(RuleViolation, match="已经计票"):
        press(hall.session, agenda.add, "BREAK", clerk)


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_offers_only_what_is_possible(desk, session, clerk):
    page = desk.get(url("run_sheet", session))

    assert [(row["up"], row["down"]) for row in page.context["rows"] if row["item"].kind in ("OPENING", "STATEMENT", "SCORING")] == [
        (False, False), (False, True), (True, True), (True, False), (False, False),
    ]  # fmt: skip
    assert 'id="lay-template"' in page.content.decode()
    for what in EXTRAS:
        assert f'id="add-{what}"' in page.content.decode()
        answer = desk.post(url("run_sheet_step", session, "add"), {"what": what, "seen": agenda.seen(sheet(session))})
        assert answer.status_code == 302
        assert f'id="add-{what}"' not in desk.get(url("run_sheet", session)).content.decode()
    assert desk.post(url("run_sheet_step", session, "explode")).status_code == 404
    assert desk.post(url("run_sheet_step", session, "template"), {"what": "SHORT", "seen": "x"}).status_code == 404


def test_nothing_is_offered_that_has_no_place_any_more(desk, hall, at_item):
    at_item("SCORING")
    page = desk.get(url("run_sheet", hall.session))
    assert page.context["extras"] == ["BREAK", "COUNT", "ANNOUNCEMENT"]

    at_item("CLOSING")
    assert desk.get(url("run_sheet", hall.session)).context["extras"] == []


def test_minutes_refused_keep_what_was_typed(desk, session):
    typed = {item.key: item.minutes for item in sheet(session)} | {"SCORING": 999, "seen": agenda.seen(sheet(session))}

    refused = desk.post(url("run_sheet_minutes", session), typed)
    late = desk.post(url("run_sheet_minutes", session), typed | {"SCORING": 20, "seen": "x"})
    saved = desk.post(url("run_sheet_minutes", session), typed | {"SCORING": 20})

    assert refused.status_code == 200
    assert 'value="999"' in refused.content.decode()
    assert "议程刚在别处改过" in late.content.decode()
    assert saved.status_code == 302
    assert sheet(session)[-2].minutes == 20


@pytest.mark.parametrize("kind", EXTRAS)
@pytest.mark.parametrize("name", ["console", "projector"])
def test_what_was_added_is_shown_on_every_screen(desk, session, clerk, kind, name):
    press(session, agenda.add, kind, clerk)
    hall = run_sheet.start(session, by=clerk, now=NINE)
    item = hall.items.filter(kind=kind).first()
    hall.items.update(state="DONE", ended_at=NINE)
    run_sheet.begin(hall, item, now=NINE)

    page = desk.get(url(name, session)).content.decode()

    assert item.get_kind_display() in page
    assert item.subject is None or item.subject.name in page


def test_the_vote_is_closed_before_the_meeting_goes_on_from_it(session, clerk):
    press(session, agenda.add, "BREAK", clerk)
    for _place in range(2):
        press(session, agenda.move_down, "BREAK", clerk)
    assert short(session) == "Opening o01 o02 o03 Scoring Break Closing"
    hall = run_sheet.start(session, by=clerk, now=NINE)
    hall.items.filter(kind__in=["OPENING", "STATEMENT", "QUESTIONS", "COMMENT"]).update(state="DONE", ended_at=NINE)
    run_sheet.begin(hall, hall.items.get(kind="SCORING"), now=NINE)

    with pytest.raises(RuleViolation, match="还没有投票"):
        run_sheet.advance(hall, version=hall.version, by=clerk, now=NINE)


def test_a_break_after_the_vote_ends_once_it_is_closed(session, clerk):
    press(session, agenda.add, "BREAK", clerk)
    for _place in range(2):
        press(session, agenda.move_down, "BREAK", clerk)
    hall = run_sheet.start(session, by=clerk, now=NINE)
    hall.items.exclude(kind="CLOSING").update(state="DONE", began_at=NINE, ended_at=NINE)
    run_sheet.begin(hall, hall.items.get(kind="BREAK"), now=NINE)
    with pytest.raises(RuleViolation, match="评议还没有投票"):
        run_sheet.advance(hall, version=hall.version, by=clerk, now=NINE)

    ReviewSession.objects.update(state="CONFIRMED")
    hall = Hall.objects.get()
    run_sheet.advance(hall, version=hall.version, by=clerk, now=NINE)

    assert hall.items.current().kind == "CLOSING"


def test_a_row_that_cannot_be_moved_says_nothing_of_an_order(client, session, clerk):
    """On the phone each cell repeats its heading, so one without a button must be empty."""
    client.force_login(clerk)

    page = tight(client.get(reverse("live:run_sheet", args=[session.uid])))

    assert page.count('<td class="num"><span class="row steps"><form') == 3  # the officials, who can be moved
    assert page.count('<td class="num"></td>') >= 3
    assert '<span class="row steps"></span>' not in page
