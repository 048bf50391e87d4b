"""The doors: who enters, what the scrutineers' pages post, what each level of audience reads, how much a page costs."""

import datetime as dt
import json
import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ballots import codec, counting, reference
from ballots.models import Box
from core.errors import RuleViolation
from reviews.models import Attendee, HeadCount, LeaderComment, ReviewSession
from scoring import rules
from scoring.actions import box, install_sample_scheme, setup, steps, table
from scoring.actions.scheme import change_scheme
from scoring.models import NamedMarks, RoundGroup, Scheme, StepRequest, SubjectResult
from tests import factories
from tests.scoring.conftest import each

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def page(name, session, *more):
    return reverse(f"scoring:{name}", args=[session.uid, *more])


def test_a_meeting_held_before_the_system_says_so_where_its_result_would_be(client, clerk, session):
    for state, words in [("READY", "还没有计票"), ("RECTIFYING", "没有在系统里计票")]:
        session.state = state
        session.save(update_fields=["state"])
        client.force_login(clerk)

        assert words in client.get(page("results", session)).content.decode()
    assert "没有在系统里计票" in (text := client.get(page("ballot", session)).content.decode())
    assert 'id="stops"' not in text


# --- roles × addresses -----------------------------------------------------------------------------------------

READ = {  # before the count; 200 reads, 302 is sent back to the checklist, 403 refused, 404 does not exist for this person
    "ballot": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_prepare": [302, 403, 403, 403, 403, 403, 403, 403, 404, 404],
    "ballot_keys": [403, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "ballot_cards": [403, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "ballot_opening": [403, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "ballot_numbers": [403, 403, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_table": [403, 403, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_left": [403, 403, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_end": [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "objection": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
    "received": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
    "results": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
}
PRESS = {
    ("ballot_ask", "VOID"): [200, 403, 200, 403, 403, 403, 403, 403, 404, 404],
    ("ballot_confirm", "request"): [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    ("ballot_withdraw", "request"): [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    ("ballot_close",): [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    ("urn",): [403, 403, 409, 403, 403, 403, 403, 403, 404, 404],
    ("results_sign", "teller"): [404, 404, 404, 404, 403, 403, 403, 403, 404, 404],
    ("results_confirm",): [404, 404, 404, 404, 403, 403, 403, 403, 404, 404],
    ("results_decide",): [404, 404, 404, 404, 403, 403, 403, 403, 404, 404],
    ("paper_make", "COUNT_SHEET"): [404, 404, 404, 404, 404, 404, 404, 404, 404, 404],
}


def test_who_reads_what_before_the_count(sweep, hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    for name, statuses in READ.items():
        sweep.check(page(name, hall.session), each(*statuses))


def test_who_presses_what_before_the_count(sweep, hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    asker, expired = factories.UserFactory(roles=["organiser"]), timezone.now() - dt.timedelta(minutes=15)
    request = StepRequest.objects.create(round=hall.round, step="VOID", asked_by=asker, asked_at=expired)
    for (name, *more), statuses in PRESS.items():
        address = page(name, hall.session, *[request.pk if one == "request" else one for one in more])
        sweep.check(address, each(*statuses), post={})
    assert hall.round.requests.contains(request)
    assert hall.round.state == Box.State.CLOSED


def test_while_the_meeting_is_prepared_the_ballot_tab_has_the_next_step_of_all_tabs(client, hall, clerk):
    def on(address):
        answer = client.get(address)
        return answer.context["step"]["title"], answer.content.decode()

    def stands_at(state):
        hall.session.state = state
        hall.session.save(update_fields=["state"])

    client.force_login(clerk)
    stands_at("CANVASSING")
    title, text = on(page("ballot", hall.session))
    assert title == on(hall.session.get_absolute_url())[0] != "锁定方案，确定票卡数"
    assert page("ballot_prepare", hall.session) in text

    stands_at("READY")
    hall.session.preparation.update_or_create(kind="LOCK", defaults={"due_on": hall.session.date, "done_on": None})
    assert on(page("ballot", hall.session))[0] == "锁定方案，确定票卡数"


def test_named_marks_are_typed_by_staff_or_the_leading_member_on_the_roster(sweep, hall, people):
    hall.prepare()
    address = page("ballot_named", hall.session, "a")
    for_all, for_staff = [200, 403, 403, 403, 403, 200, 403, 403, 404, 404], [200, 403, 403, 403, 403, 403, 403, 403, 404, 404]
    roster = hall.session.audience.get(code="A").attendees
    sweep.check(address, each(*for_staff))
    roster.create(name=people["leader"].leading_member.name)
    sweep.check(address, each(*for_all))
    removed = each(302, 403, 403, 403, 403, 403, 403, 403, 404, 404)
    sweep.check(page("ballot_named_remove", hall.session, "a"), removed, post={})
    people["leader"].leading_member = None
    people["leader"].save()
    sweep.check(address, each(*for_staff))


def test_named_marks_are_those_of_people_on_the_list_or_marked_before_the_signing(client, hall):
    """Whoever types them may not invent a rater unseen."""
    hall.prepare()
    hall.session.audience.get(code="A").attendees.create(name="姜景舟")
    client.force_login(hall.clerk)
    address = page("ballot_named", hall.session, "a")
    full = {f"{s.code}_{c['code']}": "1" for s in hall.session.subjects.all() for c in hall.scheme.body["criteria"]}

    for wrong in ({"rater": "张三"}, {"rater": ""}, {"rater": "?"}, {"rater": "姜景舟", "outside": "张三"}):
        assert client.post(address, full | wrong).status_code == 200
        assert not NamedMarks.objects.exists()
    assert client.post(address, full | {"rater": "?", "outside": "张三"}).status_code == 302

    raters = list(NamedMarks.objects.raters_of(hall.round))
    assert [(one["rater"], one["is_listed"], one["entered_by__name"]) for one in raters] == [("张三", False, hall.clerk.name)]


def test_who_signs_sees_whose_named_marks_were_counted(client, hall):
    hall.counted()
    client.force_login(hall.scrutineer)
    told = client.get(page("results", hall.session)).content.decode().split('id="named-raters"')[1]
    assert "姜景舟（录入人：穆晏川）" in told.split("</dl>")[0]
    assert "不在名单上" in told.split("</dl>")[0]


def test_a_leading_member_enters_only_the_own_marks_in_the_own_group(client, hall, leader):
    """Two named groups; the leading member sits in A, and E is of others."""
    hall.scheme.body["rater_groups"][0]["weight"] = "0.20"
    other = {"code": "E", "name": "考核组", "weight": "0.10", "anonymous": False, "min_ballots": 1}
    Scheme.objects.filter(pk=hall.scheme.pk).update(
        body=hall.scheme.body | {"rater_groups": [*hall.scheme.body["rater_groups"], other]}
    )
    hall.scheme.refresh_from_db()
    group = factories.AudienceGroupFactory(session=hall.session, code="E", name="考核组", is_anonymous=False, expected=2)
    group.attendees.create(name="别人")
    hall.session.audience.get(code="A").attendees.create(name=leader.leading_member.name)
    hall.prepare(E=(2, 0))
    leader.name = "账号上的另一种写法"
    leader.save()
    codes = [c["code"] for c in hall.scheme.body["criteria"]]
    typed = {"rater": "别人"} | {f"o01_{code}": "4.5" for code in codes}
    client.force_login(leader)

    assert client.post(page("ballot_named", hall.session, "e"), typed).status_code == 403
    assert client.post(page("ballot_named", hall.session, "a") + "?rater=别人", typed).status_code == 302

    assert {(m.group.code, m.rater) for m in NamedMarks.objects.select_related("group")} == {("A", leader.leading_member.name)}


def test_a_page_drawn_before_staff_typed_the_sheet_does_not_blank_it(client, hall, leader):
    name = leader.leading_member.name
    hall.session.audience.get(code="A").attendees.create(name=name)
    hall.prepare()
    client.force_login(leader)
    drawn = client.get(page("ballot_named", hall.session, "a")).context["form"]
    blank = {field: drawn[field].value() or "" for field in drawn.fields}
    marks = {subject: {c["code"]: 60 for c in hall.scheme.body["criteria"]} for subject in hall.session.subjects.all()}
    table.enter_named(hall.round.groups.get(letter="a"), rater=name, marks=marks, by=hall.clerk)

    refused = client.post(page("ballot_named", hall.session, "a"), blank)

    assert f"{name}的评分已录入" in refused.content.decode()
    assert {} not in NamedMarks.objects.values_list("answers", flat=True)


@pytest.mark.parametrize("state", ["APPROVED", "FED_BACK"])
def test_a_leading_member_marks_only_while_the_meeting_runs(client, hall, leader, state):
    hall.session.audience.get(code="A").attendees.create(name=leader.leading_member.name)
    hall.prepare()
    ReviewSession.objects.filter(pk=hall.session.pk).update(state=state)
    client.force_login(leader)
    address = page("ballot_named", hall.session, "a")

    assert [client.get(address).status_code, client.post(address, {"seen": ""}).status_code] == [404, 404]
    assert not NamedMarks.objects.exists()


def test_nobody_types_named_marks_before_the_meeting(hall):
    hall.prepare()
    ReviewSession.objects.filter(pk=hall.session.pk).update(state="READY")
    group = hall.round.groups.get(letter="a")

    with pytest.raises(RuleViolation, match="会议开始以后"):
        table.enter_named(group, rater="姜景舟", marks={hall.session.subjects.first(): {}}, by=hall.clerk)
    assert not NamedMarks.objects.exists()


def test_who_is_tied_at_a_quota_is_for_those_who_count_and_decide(client, hall):
    """It tells bands, before anybody has signed; the others read that a decision is waited for."""
    hall.tied()
    tied = hall.session.subjects.first().name
    for user, told in [(hall.clerk, False), (hall.approver, True), (hall.scrutineer, True), (hall.teller, True)]:
        client.force_login(user)
        shown = client.get(page("results", hall.session)).content.decode()
        assert "名额线上有同分，须先由审批领导裁定" in shown
        assert ("待裁定：“好”名额" in shown, "还有 1 个名额" in shown) == (told, told)
        assert "裁定同分者的名额" in shown
        assert ('href="#decide-0"' in shown) == (user == hall.approver)
        if user == hall.clerk:
            assert tied not in shown


def test_a_refused_decision_keeps_what_was_ticked(client, hall):
    hall.tied()
    client.force_login(hall.approver)
    (needed,) = hall.count.decisions_needed
    told = {"label": needed["label"], "pool": needed["pool"], "reason": "集体研究决定"}

    refused = client.post(page("results_decide", hall.session), told | {"chosen": needed["candidates"]}).content.decode()

    assert "请从同分者中选出 1 人" in refused
    assert refused.count(" checked") == 2
    assert "data-pulse" not in refused  # the browser would send the press once more
    assert client.post(page("results_decide", hall.session), told | {"chosen": ["o09"]}).status_code == 200
    assert client.post(page("results_decide", hall.session), {"label": "差", "pool": ""}).status_code == 302
    silent = client.post(page("results_decide", hall.session), told | {"chosen": needed["candidates"][:1], "reason": " "})
    assert "请填写裁定理由" in silent.content.decode()
    assert client.post(page("results_decide", hall.session), told | {"chosen": needed["candidates"][:1]}).status_code == 302
    assert hall.again().count.decisions_needed == []


def test_a_refused_reason_for_a_void_round_stands_in_its_question(client, hall):
    hall.prepare().make_keys().make_cards().open()
    client.force_login(hall.clerk)
    lines = "票卡少印\r\n" * 59  # 295 characters on the page, 354 on the wire

    for reason, why in [("", "请填写作废理由"), ("少" * 301, "301")]:
        refused = client.post(page("ballot_ask", hall.session, "VOID"), {"reason": reason}).content.decode()
        assert why in refused
        assert "open>" in refused
        assert reason in refused
        assert "hx-get" not in refused.split('id="pulse"')[1].split(">")[0]
    assert not hall.round.requests.filter(step="VOID").exists()

    assert client.post(page("ballot_ask", hall.session, "VOID"), {"reason": lines + "。"}).status_code == 302
    assert hall.round.requests.get(step="VOID").reason.count("票卡少印") == 59


def test_every_reason_of_the_engine_has_public_words():
    assert rules.PUBLIC_REASONS.keys() == rules.REASONS.keys()


# --- the scrutineers' pages ------------------------------------------------------------------------------------


def test_keys_and_cards_are_taken_though_printing_them_took_long(client, hall, settings, time_machine):
    settings.SESSION_IDLE = dt.timedelta(minutes=15)
    hall.prepare()
    keys = reference.make_keys(hall.round.sid)
    urn = json.dumps({"urn_pub": keys.urn_pub, "board_pub": keys.board_pub})
    client.force_login(hall.scrutineer)

    time_machine.move_to(timezone.now() + dt.timedelta(hours=1), tick=False)
    assert client.post(page("ballot_keys", hall.session), urn, content_type="application/json").json() == {}
    hall.credentials, hall.cards = reference.make_cards(hall.round.box.document)
    hall.manifest = reference.complete(hall.round.box.document, hall.credentials)
    time_machine.move_to(timezone.now() + dt.timedelta(hours=1), tick=False)
    sent = json.dumps(hall.setup_texts())
    assert client.post(page("ballot_cards", hall.session), sent, content_type="application/json").json() == {}
    assert hall.round.is_sealed


def test_the_three_pages_of_the_scrutineers(client, hall):
    """Keys, cards and the opening over HTTP, as the browser's pages send them."""
    setup.prepare_round(
        hall.session, scheme=hall.scheme, numbers={"A": (1, 0), "B": (7, 0), "C": (5, 0), "D": (6, 1)}, by=hall.clerk
    )
    hall.together("SETUP")
    client.force_login(hall.scrutineer)

    def post(name, body):
        return client.post(page(name, hall.session), body, content_type="application/json")

    given = setup_of(client.get(page("ballot_keys", hall.session)))
    printed = {"title": hall.session.title, "date": "2026-12-22"}
    assert given == {"sid": hall.round.sid, "shares": [2, 3], "mode": "formal"} | printed
    hall.keys = reference.make_keys(given["sid"])
    for garbage in [
        "{}",
        "[]",
        "no",
        "[" * 100_000,
        json.dumps({"urn_pub": 5, "board_pub": "y"}),
        '{"urn_pub": "\\ud800", "board_pub": "y"}',
    ]:
        assert post("ballot_keys", garbage).status_code == 400
    assert post("ballot_keys", json.dumps({"urn_pub": "x", "board_pub": "y"})).status_code == 422
    assert post("ballot_keys", json.dumps({"urn_pub": hall.keys.urn_pub, "board_pub": hall.keys.board_pub})).status_code == 200

    given = setup_of(client.get(page("ballot_cards", hall.session)))
    assert given["papers"] == {"b": 0, "c": 0, "d": 1}
    hall.credentials, hall.cards = reference.make_cards(given["manifest"])
    hall.manifest = reference.complete(given["manifest"], hall.credentials)
    refused = post("ballot_cards", json.dumps(hall.setup_texts() | {"credentials": "{}"}))
    assert (refused.status_code, "重新制作票卡" in refused.json()["error"]) == (422, True)
    for _again in range(2):
        assert post("ballot_cards", json.dumps(hall.setup_texts())).status_code == 200

    hall.open().vote().close()
    assert client.post(page("urn", hall.session)).status_code == 409
    hall.clear_table()
    assert client.post(page("urn", hall.session))["Cache-Control"] == "no-store"
    transcript = hall.transcript()
    assert post("ballot_opening", b"{}").status_code == 422
    for _again in range(2):
        assert post("ballot_opening", transcript).status_code == 200
    other = codec.canonical(codec.parse(transcript) | {"v": 1, "drawn": {}})
    assert post("ballot_opening", other).status_code == 409
    assert SubjectResult.objects.count() == 3


@pytest.mark.parametrize("name", ["ballot_keys", "ballot_cards", "ballot_opening"])
def test_what_holds_keys_turns_no_text_into_markup(client, hall, name):
    hall.prepare()
    if name != "ballot_keys":
        hall.make_keys()
    if name == "ballot_opening":
        hall.make_cards().open().vote().close().clear_table()
    client.force_login(hall.scrutineer)

    answer = client.get(page(name, hall.session))

    assert answer.status_code == 200
    assert "require-trusted-types-for 'script'" in answer["Content-Security-Policy"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def setup_of(response):
    text = response.content.decode().split('<script id="setup" type="application/json">')[1].split("</script>")[0]
    return json.loads(text)


# --- pages -------------------------------------------------------------------------------------------------------


def test_who_has_come_is_who_cards_are_made_for(client, hall):
    """Those ticked by name, else those counted at the door; those expected where nobody has come yet."""
    ticked, counted, awaited = hall.session.audience.filter(is_anonymous=True)
    Attendee.objects.create(group=ticked, name="已到", is_present=True)
    Attendee.objects.create(group=ticked, name="未到")
    HeadCount.objects.create(group=counted, present=4)
    client.force_login(hall.clerk)

    form = client.get(page("ballot_prepare", hall.session)).context["form"]

    made = [form[f"attendants_{group.code}"].value() for group in (ticked, counted, awaited)]
    assert made == [1, 4, awaited.expected]


def test_the_checklist_names_the_step_and_offers_it_to_the_right_person(client, hall):
    client.force_login(hall.clerk)
    assert "锁定方案，确定票卡数" in client.get(page("ballot", hall.session)).content.decode()
    numbers = {
        "attendants_A": 1,
        "attendants_B": 7,
        "papers_B": 0,
        "attendants_C": 5,
        "papers_C": 0,
        "attendants_D": 6,
        "papers_D": 1,
    }
    assert client.post(page("ballot_prepare", hall.session), numbers | {"scheme": hall.scheme.pk}).status_code == 302
    assert client.post(page("ballot_ask", hall.session, "SETUP")).status_code == 302
    assert "等待另一人确认" in client.get(page("ballot", hall.session)).content.decode()

    client.force_login(hall.scrutineer)
    text = client.get(page("ballot", hall.session)).content.decode()
    assert "我确认建立票箱" in text
    assert "计分方案和各票种的票卡数从此不能再改" in text  # asked once more, with what it means
    client.post(page("ballot_confirm", hall.session, StepRequest.objects.get().pk))
    assert hall.round.has_box


def test_whoever_confirms_that_a_round_is_void_reads_why_in_the_question(client, hall):
    hall.prepare().make_keys().make_cards().open()
    client.force_login(hall.clerk)
    client.post(page("ballot_ask", hall.session, "VOID"), {"reason": "停电半小时"})

    client.force_login(hall.scrutineer)
    text = client.get(page("ballot", hall.session)).content.decode()

    assert re.search(r'class="dialog">\s*<h2>作废本轮？</h2>\s*<p>理由：停电半小时。已投的票不算，密封的票全部删除', text)


def test_one_who_asks_to_void_the_round_takes_the_next_step_from_nobody(client, hall):
    hall.prepare().make_keys().make_cards().open()
    steps.ask(hall.round, "VOID", by=hall.clerk, now=timezone.now(), reason="停电")

    for user in (hall.clerk, hall.scrutineer):
        client.force_login(user)
        step = client.get(page("ballot", hall.session)).context["step"]
        assert (step["title"], step["url"]) == ("宣布截止", page("ballot_ask", hall.session, "CLOSE"))


def test_what_is_confirmed_is_what_the_page_showed(client, hall):
    """Taken back and asked again for another reason, it is another request; the old button names the first, and no other meeting's."""
    hall.prepare()
    client.force_login(hall.scrutineer)
    asked = steps.ask(hall.round, "VOID", by=hall.clerk, now=timezone.now(), reason="停电")
    shown = page("ballot_confirm", hall.session, asked.pk)
    assert f'action="{shown}"' in client.get(page("ballot", hall.session)).content.decode()
    steps.withdraw(asked, by=hall.clerk)
    again = steps.ask(hall.round, "VOID", by=hall.clerk, now=timezone.now(), reason="换会场")

    late = client.post(shown, follow=True, headers={"Referer": f"http://testserver{page('ballot', hall.session)}"})
    client.post(page("ballot_confirm", factories.ReviewSessionFactory(), again.pk))

    assert "请重新提出" in late.content.decode()
    assert hall.round.requests.filter(confirmed_at=None).get() == again


@pytest.mark.parametrize(("days", "is_rehearsal", "is_warned"), [(28, False, True), (28, True, False), (1, False, False)])
def test_cards_are_not_made_weeks_ahead_without_a_warning(client, hall, days, is_rehearsal, is_warned):
    date = timezone.localdate() + dt.timedelta(days=days)
    ReviewSession.objects.update(date=date, is_rehearsal=is_rehearsal)
    client.force_login(hall.clerk)

    text = client.get(page("ballot_prepare", hall.session)).content.decode()

    assert (f"离会议还有 {days} 天" in text) == is_warned


def test_numbers_that_are_fixed_are_not_offered_for_change(client, hall):
    client.force_login(hall.clerk)
    assert client.get(page("ballot_prepare", hall.session)).status_code == 200

    hall.prepare()

    told = client.get(page("ballot_prepare", hall.session), follow=True)
    assert told.redirect_chain == [(page("ballot", hall.session), 302)]
    assert "票箱已经建立，人数和方案不能再改" in told.content.decode()


def test_what_was_typed_stays_when_numbers_are_wrong(client, hall):
    client.force_login(hall.clerk)
    answer = client.post(
        page("ballot_prepare", hall.session), {"scheme": hall.scheme.pk, "attendants_B": "7", "attendants_C": "-1"}
    )
    assert answer.status_code == 200
    assert 'value="7"' in answer.content.decode()


def test_named_marks_are_entered_whole_or_refused_by_name(client, hall):
    hall.prepare()
    client.force_login(hall.clerk)
    first, *_rest = hall.session.subjects.all()
    codes = [c["code"] for c in hall.scheme.body["criteria"]]
    partly = client.post(page("ballot_named", hall.session, "a"), {"rater": "姜景舟", f"o01_{codes[0]}": "6.5"})
    assert f"{first.name}还有指标没有打分" in partly.content.decode()
    whole = {f"o01_{code}": "4.5" for code in codes}
    assert client.post(page("ballot_named", hall.session, "a"), {"rater": "姜景舟"} | whole).status_code == 302
    answers = {m.subject_id: m.answers for m in hall.round.groups.get(letter="a").marks.all()}
    assert answers[first.pk] == dict.fromkeys(codes, 45)
    assert list(answers.values()).count({}) == 2
    again = client.post(page("ballot_named", hall.session, "a"), {"rater": "姜景舟"} | whole)
    assert "姜景舟的评分已录入；要改的，请点“查看、修改”" in again.content.decode()
    address = page("ballot_named", hall.session, "a") + "?rater=姜景舟"
    shown = {"seen": client.get(address).context["form"]["seen"].value()}
    assert client.post(address, whole | shown | {f"o01_{codes[0]}": "4.0"}).status_code == 302
    stale = client.post(address, whole | shown | {f"o01_{codes[0]}": "3.0"})
    assert "姜景舟的评分刚在别处改过" in stale.content.decode()
    assert 'value="3.0"' in stale.content.decode()  # what was typed stays
    hall.round.groups.get(letter="a").marks.all().delete()
    assert "姜景舟的评分刚在别处改过" in client.post(address, whole | shown).content.decode()
    assert client.post(page("ballot_named", hall.session, "a"), {"rater": "姜景舟"} | whole).status_code == 302
    off = client.post(page("ballot_named", hall.session, "a"), {"rater": "姜景舟"} | whole | {f"o01_{codes[0]}": "4.3"})
    assert off.status_code == 200


def test_the_page_of_drawn_numbers_tells_how_many_cards_are_missing(client, hall):
    """Printed = cast + void + missing: all four stand in the row where the reason is to be written."""
    hall.prepare().make_keys().make_cards().open().vote().close()
    client.force_login(hall.teller)
    text = client.get(page("ballot_numbers", hall.session)).content.decode()
    head = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', text)
    row = next(row for row in re.findall(r"<tr>(.+?)</tr>", text, re.DOTALL) if "区纪委委员" in row)
    assert head[1:5] == ["印制", "收回", "作废", "未交回"]
    printed, cast, voided, missing = map(int, re.findall(r'<td class="num">(?:<b>)?(\d+)', row))
    assert missing
    assert printed == cast + voided + missing


def test_numbers_that_cannot_be_stay_typed_and_only_the_table_learns_why(client, hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    typed = {"drawn_a": "1", "drawn_b": "5", "reason_b": "两张在前厅", "drawn_c": "5", "drawn_d": "6"}
    client.force_login(hall.teller)

    answer = client.post(page("ballot_numbers", hall.session), typed)

    assert list(answer.context["form"].errors) == ["drawn_b"]
    refused = answer.content.decode()
    assert re.search(r'<a href="#id_drawn_b">[^<]+</a>：区纪委委员登记实发 5 张，收回却有 7 张', refused), "summed up on top"
    cell = next(cell for cell in re.findall(r"<td[^>]*>(.+?)</td>", refused, re.DOTALL) if "id_drawn_b" in cell)
    assert 'class="field has-error"' in cell
    assert 'value="5"' in cell
    assert "收回却有 7 张" in cell
    assert "两张在前厅" in refused
    RoundGroup.objects.filter(round=hall.round, letter="b").update(drawn=5)
    for user, told in [(hall.teller, True), (hall.scrutineer, True), (hall.clerk, False), (hall.approver, False)]:
        client.force_login(user)
        assert ("收回却有 7 张" in client.get(page("ballot", hall.session)).content.decode()) is told


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"paper_ballots": "19"}, ["paper_ballots"]),  # 18 were cast
        ({"paper_ballots": "1", "invalid_parts": "4"}, ["invalid_parts"]),  # of three officials
        ({"paper_ballots": "1", "invalid_parts": "3"}, None),
    ],
)
def test_papers_that_cannot_be_are_refused_where_they_were_typed(client, hall, typed, wrong):
    hall.prepare().make_keys().make_cards().open().vote().close()
    client.force_login(hall.teller)
    usual = {"lost_b": "0", "lost_c": "0", "lost_d": "0", "paper_ballots": "0", "invalid_parts": "0"}

    answer = client.post(page("ballot_table", hall.session), usual | typed)

    assert (list(answer.context["form"].errors) if wrong else answer.status_code) == (wrong or 302)
    if wrong:
        assert f'value="{typed[wrong[0]]}"' in answer.content.decode()


def test_the_table_writes_down_who_of_a_named_group_came_once_the_box_is_closed(client, hall):
    hall.prepare(A=(3, 0)).make_keys().make_cards().open().vote()
    client.force_login(hall.teller)
    assert "drawn_a" not in client.get(page("ballot_numbers", hall.session)).content.decode()
    hall.close().clear_table()
    typed = {"drawn_a": "1", "reason_a": "", "drawn_b": "7", "drawn_c": "5", "drawn_d": "6"}

    refused = client.post(page("ballot_numbers", hall.session), typed)
    noted = client.post(page("ballot_numbers", hall.session), typed | {"reason_a": "两位因病请假"})

    assert list(refused.context["form"].errors) == ["reason_a"]
    assert "原定 3 人，实到 1 人，请写明谁没有来" in refused.content.decode()
    assert noted.status_code == 302
    assert hall.round.groups.get(letter="a").present == 1
    assert '<td class="num">1</td>' in client.get(page("ballot", hall.session)).content.decode()


def test_the_stage_line_says_how_far_the_result_is(client, hall):
    def note():
        stages = client.get(page("ballot", hall.session)).context["stages"]
        return next(stage["note"] for stage in stages if stage["label"] == "结果")

    client.force_login(hall.clerk)
    assert note() == "待计票"
    hall.counted()
    assert note() == "待确认"
    hall.sign().confirm()
    assert note() == "已确认"


def test_the_pulse_reloads_the_page_when_somebody_took_a_step(client, hall):
    client.force_login(hall.clerk)
    version = client.get(page("ballot", hall.session)).context["version"]
    assert "HX-Refresh" not in client.get(page("ballot_pulse", hall.session), {"v": version}).headers
    hall.prepare()
    assert client.get(page("ballot_pulse", hall.session), {"v": version})["HX-Refresh"] == "true"


def test_nobody_votes_before_everybody_who_came_was_commented_on(client, hall):
    hall.prepare().make_keys().make_cards()
    factories.comment_on(hall.session)
    _first, second, third = hall.session.subjects.all()
    second.comments.update(is_delivered=False)
    third.comments.all().delete()
    client.force_login(hall.clerk)
    step = client.get(page("ballot", hall.session)).context["step"]
    assert f"还没有点评：{second.name}、{third.name}。" in step["blockers"][0]["text"]

    client.post(page("ballot_ask", hall.session, "OPEN"))
    assert not hall.round.requests.filter(step="OPEN").exists()

    second.comments.update(is_delivered=True)
    hall.session.subjects.filter(pk=third.pk).update(absence="住院")
    client.post(page("ballot_ask", hall.session, "OPEN"))
    request = hall.round.requests.get(step="OPEN")
    second.comments.update(is_delivered=False)  # taken back meanwhile
    client.force_login(hall.scrutineer)
    client.post(reverse("scoring:ballot_confirm", args=[hall.session.uid, request.pk]))
    assert hall.round.state == Box.State.SEALED_SETUP


def test_a_rehearsal_may_try_the_ballot_by_itself(hall):
    hall.prepare().make_keys().make_cards()
    LeaderComment.objects.all().delete()
    ReviewSession.objects.update(is_rehearsal=True)

    assert steps.step_blockers(hall.round, "OPEN", now=hall.now) == []


def test_turnout_is_rounded_while_the_box_is_open(client, hall):
    hall.prepare().make_keys().make_cards().open().vote(b=7, c=5, d=1)
    client.force_login(hall.scrutineer)
    text = client.get(page("ballot", hall.session)).content.decode()
    assert "已收到 <b>10</b> 张以上" in text


def test_all_processes_of_the_site_show_one_turnout_that_moves_every_twenty_seconds(hall, monkeypatch):
    """Each process has a rhythm of its own for what it asks of the box."""
    hall.prepare().make_keys().make_cards().open().vote(b=7, c=0, d=0)
    processes = [{}, {}]

    def shown(process, after):
        monkeypatch.setattr(counting, "_shown", processes[process])
        return box.turnout(hall.round, now=hall.now + dt.timedelta(seconds=after))

    assert shown(0, 0) == 5
    hall.vote(b=0)
    assert [shown(process, after) for process, after in [(1, 1), (0, 2), (1, 19)]] == [5, 5, 5]
    assert [shown(process, after) for process, after in [(1, 20), (0, 21), (1, 39)]] == [15, 15, 15]
    hall.close()
    assert shown(0, 41) == hall.round.turnout == 18


def test_the_received_list_shows_sorted_codes_only_once_closed(client, hall):
    hall.prepare().make_keys().make_cards().open().vote()
    client.force_login(hall.scrutineer)
    assert client.get(page("received", hall.session)).status_code == 404
    hall.close()
    codes = client.get(page("received", hall.session)).context["codes"]
    sent = [codec.code(codec.sha256(codec.unb64(codec.parse(body)["e"])), 40) for body in hall.bodies]
    assert codes == sorted(sent)


def test_schemes_are_read_and_locked(client, clerk, member, sysadmin):
    client.force_login(clerk)
    client.post(reverse("scoring:scheme_sample"))
    scheme = Scheme.objects.get()
    text = client.get(scheme.get_absolute_url()).content.decode()
    assert "每个票种满 7 票时，去掉 1 个最高分、1 个最低分" in text
    assert "实名主体的权重达到 20%" in text
    client.force_login(member)
    assert client.post(reverse("scoring:scheme_lock", args=[scheme.uid])).status_code == 403
    client.force_login(sysadmin)
    assert client.get(scheme.get_absolute_url()).status_code == 403
    client.force_login(clerk)
    shown = re.search('name="seen" value="([0-9a-f]{64})"', client.get(scheme.get_absolute_url()).content.decode())[1]
    client.post(reverse("scoring:scheme_lock", args=[scheme.uid]), {"seen": shown})
    scheme.refresh_from_db()
    assert scheme.is_locked
    assert scheme.hash == shown


def test_a_scheme_that_was_changed_since_it_was_shown_is_not_locked(client, clerk):
    client.force_login(clerk)
    scheme = install_sample_scheme()
    shown = rules.scheme_hash(scheme.body)
    change_scheme(scheme, scheme.body | {"rounding": {"places": 1}}, before=shown, by=clerk)

    for seen in (shown, "", "0" * 65):
        client.post(reverse("scoring:scheme_lock", args=[scheme.uid]), {"seen": seen})

    scheme.refresh_from_db()
    assert not scheme.is_locked
    assert "方案刚被他人改过" in client.get(scheme.get_absolute_url()).content.decode()


def test_a_scheme_with_errors_cannot_be_locked(client, clerk):
    scheme = install_sample_scheme()
    scheme.body["total"] = 90
    scheme.save()
    client.force_login(clerk)
    assert "各项指标满分之和须等于总分" in client.get(scheme.get_absolute_url()).content.decode()
    client.post(reverse("scoring:scheme_lock", args=[scheme.uid]))
    scheme.refresh_from_db()
    assert not scheme.is_locked


# --- what no page of ours sends ----------------------------------------------------------------------------------


def test_invented_letters_names_and_signs_break_nothing(client, hall):
    hall.prepare()
    client.force_login(hall.clerk)
    named = page("ballot_named", hall.session, "a")
    subject = hall.session.subjects.first()
    table.enter_named(hall.round.groups.get(letter="a"), rater="姜景舟", marks={subject: {}}, by=hall.clerk)

    assert client.get(named.replace("/a", "/%00")).status_code == 400
    assert client.get(named, {"rater": "姜景舟"}).status_code == 200
    assert client.post(f"{named}?rater=%00").status_code == 400
    assert client.post(f"{named}?rater=" + "长" * 60).status_code == 404
    assert client.post(page("ballot_named_remove", hall.session, "a"), {"rater": "没有这个人"}).status_code == 302
    assert client.post(page("ballot_ask", hall.session, "VOID"), {"reason": "长" * 301}).status_code == 200
    assert client.get(reverse("scoring:scheme_list"), {"q": "%", "page": "9" * 5000}).status_code == 200
    assert not hall.round.requests.filter(step="VOID").exists()
    assert [m.rater for m in hall.round.groups.get(letter="a").marks.all()] == ["姜景舟"]


# --- cost ----------------------------------------------------------------------------------------------------------


COSTS = (21, 19, 8)


def envelopes_read(client, address):
    """How often a page reads the sealed ballots, and how often the whole list with its signatures."""
    with CaptureQueriesContext(connections["ballots"]) as asked:
        assert client.get(address).status_code == 200
    reads = [query["sql"] for query in asked.captured_queries if "ballots_envelope" in query["sql"]]
    return len(reads), sum('"z"' in sql for sql in reads)


def test_the_table_counts_the_box_once_for_each_thing_it_shows(client, hall):
    """The checklist: what hinders the opening, the numbers by group, those received, the code of the list."""
    hall.prepare().make_keys().make_cards().open().vote().close()
    client.force_login(hall.teller)

    assert envelopes_read(client, page("ballot", hall.session)) == (4, 1)
    assert envelopes_read(client, page("results", hall.session)) == (1, 0)
    assert envelopes_read(client, page("ballot_left", hall.session)) == (1, 0)


@pytest.mark.parametrize("more", [0, 2])
def test_pages_cost_the_same_for_more_officials(client, hall, more, django_assert_num_queries):
    for _n in range(more):
        factories.SessionSubjectFactory(session=hall.session)
    hall.counted().sign().confirm().publish()
    client.force_login(hall.scrutineer)
    addresses = [page("ballot", hall.session), page("results", hall.session)]
    addresses.append(reverse("scoring:result", args=[hall.session.subjects.first().uid]))
    for address, most in zip(addresses, COSTS, strict=True):
        client.get(address)
        with django_assert_num_queries(most):
            client.get(address)


@pytest.mark.parametrize("tab", ["reviews:session", "reviews:questions", "rectification:session_papers"])
def test_a_waiting_step_is_found_on_every_tab_by_who_may_confirm_it(client, hall, tab):
    hall.prepare().make_keys().make_cards().open()
    wait = steps.ask(hall.round, "VOID", by=hall.scrutineer, now=timezone.now(), reason="票卡发错了组")
    address = reverse(tab, args=[hall.session.uid])

    client.force_login(hall.clerk)
    page = client.get(address).content.decode()
    assert 'id="wait-VOID"' in page
    assert wait.get_absolute_url() in page
    assert "票卡发错了组" not in page

    wait.delete()
    assert 'id="wait-VOID"' not in client.get(address).content.decode()
