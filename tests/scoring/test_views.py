"""The doors: who enters, what the scrutineers' pages post, what each level of audience reads, how much a page costs."""

import datetime as dt
import errno
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ballots import codec, reference
from ballots.models import Box
from core import audit
from notices.models import Notice
from officials.models import RoleGrant
from scoring import rules, tasks
from scoring.actions import install_sample_scheme, papers, setup, sheets, table
from scoring.actions.scheme import change_scheme
from scoring.models import NamedMarks, PaperJob, RoundGroup, Scheme, StepRequest, SubjectResult
from tests import factories
from tests.adversary import publication
from tests.core import reading

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def page(name, session, *more):
    return reverse(f"scoring:{name}", args=[session.uid, *more])


def test_a_meeting_held_before_the_system_says_so_where_its_result_would_be(client, clerk, session):
    for state, words in [("READY", "还没有计票"), ("RECTIFYING", "没有在系统里计票")]:
        session.state = state
        session.save(update_fields=["state"])
        client.force_login(clerk)

        assert words in client.get(page("results", session)).content.decode()


# --- roles × addresses -----------------------------------------------------------------------------------------

PEOPLE = ["clerk", "approver", "scrutineer", "teller", "member", "leader", "verifier", "reviewed", "outsider", "sysadmin"]
READ = {  # before the count; 200 reads, 302 is sent back to the checklist, 403 refused, 404 does not exist for this person
    "ballot": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_prepare": [200, 403, 403, 403, 403, 403, 403, 403, 404, 404],
    "ballot_keys": [403, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "ballot_cards": [403, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "ballot_opening": [403, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "urn": [403, 403, 409, 403, 403, 403, 403, 403, 404, 404],
    "ballot_numbers": [403, 403, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_table": [403, 403, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_left": [403, 403, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_end": [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "objection": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
    "received": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
    "results": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
}
PRESS = {
    ("ballot_ask", "VOID"): [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    ("ballot_confirm", "VOID"): [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    ("ballot_withdraw", "VOID"): [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    ("ballot_close",): [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    ("ballot_wipe",): [403, 403, 403, 403, 403, 403, 403, 403, 404, 404],
    ("results_sign", "teller"): [404, 404, 404, 404, 403, 403, 403, 403, 404, 404],
    ("results_confirm",): [404, 404, 404, 404, 403, 403, 403, 403, 404, 404],
    ("results_decide",): [404, 404, 404, 404, 403, 403, 403, 403, 404, 404],
    ("paper_make", "COUNT_SHEET"): [404, 404, 404, 404, 404, 404, 404, 404, 404, 404],
}


@pytest.fixture
def people(request, hall, member, leader, verifier, outsider, sysadmin):
    """Everybody by name; `reviewed` is the first official of the session."""
    official = hall.session.subjects.first().official
    cast = {name: getattr(hall, name, None) or request.getfixturevalue(name) for name in PEOPLE if name != "reviewed"}
    return cast | {"reviewed": factories.UserFactory(roles=["subject"], official=official)}


def statuses(client, people, ask):
    found = []
    for name in PEOPLE:
        client.force_login(people[name])
        answer = ask()
        b"".join(answer)
        found.append(answer.status_code)
    return found


def test_who_reads_what_before_the_count(client, hall, people):
    hall.prepare().make_keys().make_cards().open().vote().close()
    seen = {name: statuses(client, people, lambda name=name: client.get(page(name, hall.session))) for name in READ}
    assert seen == READ


def test_who_presses_what_before_the_count(client, hall, people):
    hall.prepare().make_keys().make_cards().open().vote().close()
    seen = {key: statuses(client, people, lambda key=key: client.post(page(key[0], hall.session, *key[1:]))) for key in PRESS}
    assert seen == PRESS
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


def test_named_marks_are_typed_by_staff_or_the_leading_member_on_the_roster(client, hall, people):
    hall.prepare()
    address = page("ballot_named", hall.session, "a")
    for_all, for_staff = [200, 403, 403, 403, 403, 200, 403, 403, 404, 404], [200, 403, 403, 403, 403, 403, 403, 403, 404, 404]
    roster = hall.session.audience.get(code="A").attendees
    assert statuses(client, people, lambda: client.get(address)) == for_staff
    roster.create(name=people["leader"].leading_member.name)
    assert statuses(client, people, lambda: client.get(address)) == for_all
    assert statuses(client, people, lambda: client.post(page("ballot_named_remove", hall.session, "a"))) == [
        302, 403, 403, 403, 403, 403, 403, 403, 404, 404,
    ]  # fmt: skip
    people["leader"].leading_member = None
    people["leader"].save()
    assert statuses(client, people, lambda: client.get(address)) == for_staff


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


def test_who_reads_a_result_and_how_much(client, hall, people):
    hall.counted()
    result = SubjectResult.objects.select_related("subject").first()
    address = reverse("scoring:result", args=[result.subject.uid])
    other = reverse("scoring:result", args=[SubjectResult.objects.last().subject.uid])
    exact = "准确值，只供监票"

    assert statuses(client, people, lambda: client.get(address)) == [403, 403, 200, 200, 403, 403, 403, 403, 404, 404]
    client.force_login(hall.teller)
    assert exact in client.get(address).content.decode()

    hall.sign()
    assert statuses(client, people, lambda: client.get(address)) == [403, 200, 200, 200, 403, 403, 403, 403, 404, 404]
    client.force_login(hall.approver)
    assert "分数怎样算出来" not in client.get(address).content.decode()

    hall.confirm()
    assert statuses(client, people, lambda: client.get(address)) == [200, 200, 200, 200, 403, 403, 403, 403, 404, 404]
    hall.publish()
    assert statuses(client, people, lambda: client.get(address)) == [200, 200, 200, 200, 200, 200, 200, 200, 404, 404]
    client.force_login(people["reviewed"])
    own = client.get(address).content.decode()
    assert "各票种平均分" not in own
    assert "分数怎样算出来" not in own
    assert client.get(other).status_code == 403
    listed = client.get(page("results", hall.session)).content.decode()
    assert result.subject.name in listed
    assert SubjectResult.objects.select_related("subject").last().subject.name not in listed.split("</h1>")[1]
    client.force_login(people["member"])
    assert exact not in client.get(address).content.decode()


def test_exact_values_are_for_the_scrutineers_only(client, hall):
    """No page of an L1 reader holds an exact group value."""
    hall.counted().sign().confirm()
    result = SubjectResult.objects.select_related("subject").first()
    address = reverse("scoring:result", args=[result.subject.uid])
    weigh = next(step["text"] for step in result.trace_l2 if step["step"] == "weigh")
    for user, shown in [(hall.scrutineer, True), (hall.approver, False), (hall.clerk, False)]:
        client.force_login(user)
        assert (weigh in client.get(address).content.decode()) is shown


def test_exact_numbers_of_groups_wait_for_the_leader_but_for_those_who_sign(client, hall):
    """The count sheet gives them to the ballot (ballots.md B5)."""

    def readers():
        for name in ("clerk", "approver", "scrutineer", "teller"):
            client.force_login(getattr(hall, name))
            if client.get(page("results", hall.session)).context["sheet"]:
                yield name

    hall.counted()
    assert list(readers()) == ["scrutineer", "teller"]
    hall.sign()
    assert list(readers()) == ["approver", "scrutineer", "teller"]
    hall.confirm()
    assert list(readers()) == ["clerk", "approver", "scrutineer", "teller"]


def test_nobody_is_mailed_about_a_count_that_is_signed_or_void(hall):
    def waiting(what):
        return Notice.objects.filter(matter=f"session:{hall.session.uid}:{what}").exclude(state=Notice.State.CANCELLED).count()

    hall.counted()
    assert waiting("sign")
    hall.sign()
    assert (waiting("sign"), waiting("confirm") > 0) == (0, True)
    hall.together("VOID", reason="有异议")
    assert waiting("confirm") == 0


def test_a_withheld_score_is_not_told_by_the_measure_it_leads_to(client, hall):
    """At L1 and on paper; only those who count read it."""
    hall.counted().sign().confirm()
    result = SubjectResult.objects.select_related("subject").first()
    held = {"held": True, "ballots": 19}
    SubjectResult.objects.filter(pk=result.pk).update(row_l0=held, row_l1=held, trace_l1=[], measures=["廉政约谈"])
    result.refresh_from_db()
    for user, told in [(hall.clerk, False), (hall.approver, False), (hall.teller, True)]:
        client.force_login(user)
        for address in (page("results", hall.session), reverse("scoring:result", args=[result.subject.uid])):
            text = client.get(address).content.decode()
            assert ("廉政约谈" in text, result.shown_score in text) == (told, told)
    sheet = sheets.result_sheet(hall.count, result)
    assert (sheet["score"], sheet["measures"], sheet["no_score"]) == ("", [], "按公布规则暂不公布")


@pytest.mark.parametrize(
    ("reasons", "exact", "public"),
    [
        (["group_too_small"], ["有评议主体的票数不足，又没有可并入的主体"], ["有评议主体的票数不足，又没有可并入的主体"]),
        (["no_counted_ballot", "too_few_counted"], ["没有可以计分的票", "计分的不记名票不足 5 张"], ["可以计分的票不够"]),
        (["no_quorum", "group_missing"], ["收回票没有超过规定比例", "缺少评议主体，按方案不出分"], ["收回票没有超过规定比例", "可以计分的票不够"]),
    ],
)  # fmt: skip
def test_why_there_is_no_score_is_said_in_words(client, hall, reasons, exact, public):
    """Not how few slips counted: where none did, that would tell how each rater voted."""
    hall.counted().sign().confirm().publish()
    result = hall.count.subjects.select_related("subject").first()
    row = {"blocked": True, "score": None, "band": None, "ballots": 19}
    SubjectResult.objects.filter(pk=result.pk).update(
        row_l0=row, row_l1=row, score=None, shown_score="", band="", rank=None, trace_l1=[], trace_l2=[]
    )
    hall.count.result["subjects"]["o01"] |= {"status": "blocked", "reasons": reasons}
    hall.count.save()
    own = factories.UserFactory(roles=["subject"], official=result.subject.official)

    for user, told, left_out in [(hall.teller, exact, public), (hall.clerk, public, exact), (own, public, exact)]:
        client.force_login(user)
        for address in (page("results", hall.session), reverse("scoring:result", args=[result.subject.uid])):
            text = client.get(address).content.decode()
            assert all(sentence in text for sentence in told), (user, address)
            assert not any(sentence in text for sentence in set(left_out) - set(told)), (user, address)
    result.refresh_from_db()
    sheet = sheets.result_sheet(hall.again().count, hall.count.subjects.get(pk=result.pk))
    assert (sheet["no_score"], sheet["notes"][-1]) == ("不出分", f"不出分：{'；'.join(public)}。")
    assert f"{result.subject.name}不出分：{'；'.join(public)}。" in sheets.result_table(hall.count)["notes"]


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
    assert given == {"sid": hall.round.sid, "shares": [2, 3], "mode": "formal"}
    hall.keys = reference.make_keys(given["sid"])
    for garbage in ["{}", "[]", "no", json.dumps({"urn_pub": 5, "board_pub": "y"}), '{"urn_pub": "\\ud800", "board_pub": "y"}']:
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
    assert client.get(page("urn", hall.session)).status_code == 409
    hall.clear_table()
    assert client.get(page("urn", hall.session))["Cache-Control"] == "no-store"
    transcript = hall.transcript()
    assert post("ballot_opening", b"{}").status_code == 422
    for _again in range(2):
        assert post("ballot_opening", transcript).status_code == 200
    other = codec.canonical(codec.parse(transcript) | {"v": 1, "drawn": {}})
    assert post("ballot_opening", other).status_code == 409
    assert SubjectResult.objects.count() == 3


def setup_of(response):
    text = response.content.decode().split('<script id="setup" type="application/json">')[1].split("</script>")[0]
    return json.loads(text)


# --- pages -------------------------------------------------------------------------------------------------------


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
    assert "我确认建立票箱" in client.get(page("ballot", hall.session)).content.decode()
    client.post(page("ballot_confirm", hall.session, "SETUP"))
    assert hall.round.has_box


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
    assert client.post(page("ballot_named", hall.session, "a") + "?rater=姜景舟", whole).status_code == 302
    off = client.post(page("ballot_named", hall.session, "a"), {"rater": "姜景舟"} | whole | {f"o01_{codes[0]}": "4.3"})
    assert off.status_code == 200


def test_numbers_that_cannot_be_stay_typed_and_only_the_table_learns_why(client, hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    typed = {"drawn_a": "1", "drawn_b": "5", "reason_b": "两张在前厅", "drawn_c": "5", "drawn_d": "6"}
    client.force_login(hall.teller)

    refused = client.post(page("ballot_numbers", hall.session), typed).content.decode()

    assert "区纪委委员登记实发 5 张，收回却有 7 张" in refused
    assert 'value="5"' in refused
    assert "两张在前厅" in refused
    RoundGroup.objects.filter(round=hall.round, letter="b").update(drawn=5)
    for user, told in [(hall.teller, True), (hall.scrutineer, True), (hall.clerk, False), (hall.approver, False)]:
        client.force_login(user)
        assert ("收回却有 7 张" in client.get(page("ballot", hall.session)).content.decode()) is told


def test_the_table_writes_down_who_of_a_named_group_came_once_the_box_is_closed(client, hall):
    hall.prepare(A=(3, 0)).make_keys().make_cards().open().vote()
    client.force_login(hall.teller)
    assert "drawn_a" not in client.get(page("ballot_numbers", hall.session)).content.decode()
    hall.close().clear_table()
    typed = {"drawn_a": "1", "reason_a": "", "drawn_b": "7", "drawn_c": "5", "drawn_d": "6"}

    refused = client.post(page("ballot_numbers", hall.session), typed)
    noted = client.post(page("ballot_numbers", hall.session), typed | {"reason_a": "两位因病请假"})

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


def test_signing_is_the_next_step_of_those_who_sign_and_says_what_is_signed(client, hall):
    hall.counted()
    digest = sheets.grouped(hall.count.result_hash)

    def step_for(user):
        client.force_login(user)
        answer = client.get(page("results", hall.session))
        return answer.context["step"], answer.content.decode()

    for user, part, word in [(hall.teller, "teller", "计票人"), (hall.scrutineer, "scrutineer", "监票人")]:
        step, text = step_for(user)
        assert (step["button"], step["url"]) == (f"以{word}身份签字", page("results_sign", hall.session, part))
        assert f"{hall.session.title}第 1 轮，实发 19 张，收回 19 张，3 位对象的结果已经核对，结果摘要 {digest}" in text
        assert text.count(step["url"]) == 1
    for user in (hall.clerk, hall.approver):
        assert "身份签字" not in step_for(user)[1]

    client.force_login(hall.teller)
    assert client.post(page("results_sign", hall.session, "teller")).status_code == 302
    assert "身份签字" not in step_for(hall.teller)[1]
    step, text = step_for(hall.approver)
    assert (step["blocked"], [blocker["text"] for blocker in step["blockers"]]) == (True, ["监票人还没有签字"])
    client.force_login(hall.scrutineer)
    client.post(page("results_sign", hall.session, "scrutineer"))
    step, text = step_for(hall.approver)
    assert not step["blocked"]
    assert f"计票人倪松言、监票人俞舒源已经签字，结果摘要 {digest}" in text


def test_who_holds_both_roles_is_offered_both_signatures_and_gives_one(client, hall):
    hall.counted()
    RoleGrant.objects.create(user=hall.teller, role="scrutineer")
    client.force_login(hall.teller)
    signs = [page("results_sign", hall.session, part) for part in ("teller", "scrutineer")]

    text = client.get(page("results", hall.session)).content.decode()
    assert [text.count(address) for address in signs] == [1, 1]

    client.post(signs[1])
    text = client.get(page("results", hall.session)).content.decode()
    assert [text.count(address) for address in signs] == [0, 0]


def test_the_pulse_reloads_the_page_when_somebody_took_a_step(client, hall):
    client.force_login(hall.clerk)
    version = client.get(page("ballot", hall.session)).context["version"]
    assert "HX-Refresh" not in client.get(page("ballot_pulse", hall.session), {"v": version}).headers
    hall.prepare()
    assert client.get(page("ballot_pulse", hall.session), {"v": version})["HX-Refresh"] == "true"


def test_a_void_round_asked_for_stands_on_top_of_every_page_of_the_ballot(client, hall):
    hall.counted()
    client.force_login(hall.clerk)
    shown = client.get(page("results", hall.session))
    client.post(page("ballot_ask", hall.session, "VOID"), {"reason": "箱外发现票卡"})
    confirm, withdraw = (page(f"ballot_{verb}", hall.session, "VOID") for verb in ("confirm", "withdraw"))

    pulse = client.get(page("ballot_pulse", hall.session), {"v": shown.context["version"]})
    assert pulse["HX-Refresh"] == "true"
    for user, may, mine in [(hall.clerk, False, True), (hall.scrutineer, True, False), (hall.teller, False, False)]:
        client.force_login(user)
        for name in ("ballot", "results"):
            text = client.get(page(name, hall.session)).content.decode()
            assert "穆晏川提出“作废本轮”" in text
            assert "理由：箱外发现票卡" in text
            assert (confirm in text, withdraw in text) == (may, mine), (user, name)
            assert page("ballot_ask", hall.session, "VOID") not in text

    client.post(withdraw)
    client.force_login(hall.clerk)
    client.post(withdraw)
    assert "提出“作废本轮”" not in client.get(page("results", hall.session)).content.decode()
    late = client.post(confirm, follow=True, headers={"Referer": f"http://testserver{page('ballot', hall.session)}"})
    assert "请重新提出" in late.content.decode()


def test_a_publication_asked_for_is_the_next_step_of_the_results(client, hall):
    hall.counted().sign().confirm()
    client.force_login(hall.scrutineer)
    asked = client.post(page("ballot_ask", hall.session, "PUBLISH"))
    assert asked.url == page("results", hall.session)

    client.force_login(hall.approver)
    text = client.get(page("results", hall.session)).content.decode()

    assert text.count(page("ballot_confirm", hall.session, "PUBLISH")) == 1
    assert "我确认公布结果" in text
    assert client.post(page("ballot_confirm", hall.session, "PUBLISH")).url == page("results", hall.session)
    assert hall.again().count.is_published


def test_readers_of_the_result_are_not_kept_asking(client, hall, member):
    """Only who acts at the ballot may ask its pulse."""
    hall.counted().sign().confirm().publish()
    for user, asks in [(hall.teller, True), (member, False)]:
        client.force_login(user)
        assert ("data-pulse" in client.get(page("results", hall.session)).content.decode()) is asks


def test_turnout_is_rounded_while_the_box_is_open(client, hall):
    hall.prepare().make_keys().make_cards().open().vote(b=7, c=5, d=1)
    client.force_login(hall.scrutineer)
    text = client.get(page("ballot", hall.session)).content.decode()
    assert "已收到 <b>10</b> 张以上" in text


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
    assert "实名主体的权重达到 0.20" in text
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


# --- papers ------------------------------------------------------------------------------------------------------


def test_who_gets_which_paper(client, hall, people):
    hall.counted()
    ask = {
        kind: lambda kind=kind: client.post(page("paper_make", hall.session, kind)) for kind in ("COUNT_SHEET", "SESSION_FILE")
    }
    assert statuses(client, people, ask["COUNT_SHEET"]) == [403, 403, 302, 302, 403, 403, 403, 403, 404, 404]
    hall.sign().confirm().publish()
    assert statuses(client, people, ask["SESSION_FILE"]) == [302, 302, 403, 403, 403, 403, 403, 403, 404, 404]


def test_the_archive_asks_for_papers_where_it_may_read(client, hall):
    """The result's page stays closed to the archivist; the session's papers offer the session file and show how far it is."""
    hall.counted().sign().confirm().publish()
    here = reverse("rectification:session_papers", args=[hall.session.uid])
    client.force_login(factories.UserFactory(roles=["archivist"]))
    assert 'id="make-SESSION_FILE"' in client.get(here).content.decode()

    answer = client.post(page("paper_make", hall.session, "SESSION_FILE"))

    assert answer.url == here
    job = PaperJob.objects.get()
    assert reverse("scoring:paper_job", args=[job.uid]) in client.get(here).content.decode()
    papers.make(job.pk)
    assert reverse("scoring:paper", args=[job.uid]) in client.get(here).content.decode()
    client.force_login(hall.clerk)
    assert 'id="make-SESSION_FILE"' not in client.get(here).content.decode()


def test_a_paper_is_made_once_and_downloaded_by_permission(client, hall, people):
    hall.counted().sign().confirm()
    job = papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.clerk)
    papers.make(job.pk)
    papers.make(job.pk)
    job.refresh_from_db()

    assert (job.state, papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.teller)) == (PaperJob.State.DONE, job)
    address = reverse("scoring:paper", args=[job.uid])
    assert statuses(client, people, lambda: client.get(address)) == [200, 200, 200, 200, 403, 403, 403, 403, 404, 404]
    progress = reverse("scoring:paper_job", args=[job.uid])
    assert statuses(client, people, lambda: client.get(progress)) == [200, 200, 200, 200, 403, 403, 403, 403, 404, 404]


def test_a_paper_that_fails_says_so_and_can_be_asked_for_again(client, hall, monkeypatch):
    hall.counted()
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    monkeypatch.setitem(papers.MAKERS, "COUNT_SHEET", lambda job: 1 / 0)
    papers.make(job.pk)
    job.refresh_from_db()
    assert job.state == PaperJob.State.FAILED
    client.force_login(hall.teller)
    assert "没有做成" in client.get(page("results", hall.session)).content.decode()
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) != job


def test_a_paper_asked_for_while_the_broker_is_away_is_made_by_the_next_sweep(
    client, hall, monkeypatch, django_capture_on_commit_callbacks
):
    hall.counted().sign().confirm()

    def away(*args):
        raise ConnectionError("the broker does not answer")

    monkeypatch.setattr(tasks.make_paper, "delay", away)
    client.force_login(hall.teller)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(page("paper_make", hall.session, "RESULT_EXCEL"))
    assert answer.status_code == 302
    job = PaperJob.objects.get()
    assert job.state == PaperJob.State.WAITING

    tasks.make_waiting_papers()

    job.refresh_from_db()
    assert job.state == PaperJob.State.DONE


def test_a_paper_that_does_not_fit_on_the_disk_has_failed(hall, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    hall.counted().sign().confirm()
    job = papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.teller)
    monkeypatch.setattr("core.files.keep", full)
    papers.make(job.pk)
    job.refresh_from_db()
    assert job.state == PaperJob.State.FAILED


def test_a_paper_whose_worker_is_gone_can_be_asked_for_again(client, hall):
    hall.counted()
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) == job
    PaperJob.objects.filter(pk=job.pk).update(state="RUNNING", asked_at=timezone.now() - dt.timedelta(minutes=11))
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) != job


def test_page_excel_and_paper_show_the_same_values(client, hall):
    """One table for all of them: every hidden value is hidden everywhere."""
    hall.counted().sign().confirm()
    _title, headings, rows = sheets.excel(hall.count)[0]
    table = sheets.result_table(hall.count)
    for row, line, result in zip(rows, table["rows"], hall.count.subjects.select_related("subject"), strict=True):
        assert str(row[headings.index("得分")]) == line["score"] == result.row_l1["score"]
        means = [cells[-1] for cells in line["cells"]]
        assert means == [result.row_l1["groups"].get(code, "–") for code in "ABCD"]
        sheet = sheets.result_sheet(hall.count, result)
        assert [group["cells"][5] for group in sheet["groups"]] == means


@pytest.mark.slow
def test_every_pdf_is_made_and_tells_only_what_it_shows(hall):
    hall.counted().sign().confirm()
    result = hall.count.subjects.first()
    for kind in ("COUNT_SHEET", "RESULT_SHEET"):
        job = papers.ask_for_paper(hall.count, kind, result=result if kind == "RESULT_SHEET" else None, by=hall.clerk)
        papers.make(job.pk)
        job.refresh_from_db()
        with job.stored.content.open() as file:
            pdf = file.read()
        assert pdf.startswith(b"%PDF-")
        assert publication.told_by_paper(pdf) == []


# --- what no page of ours sends ----------------------------------------------------------------------------------


def test_a_paper_about_nobody_is_not_found(client, hall):
    hall.counted().sign().confirm()
    client.force_login(hall.clerk)
    address = page("paper_make", hall.session, "RESULT_SHEET")

    seen = {
        subject: client.post(address, {"subject": subject}).status_code
        for subject in ("x", "00000000-0000-0000-0000-000000000000", "")
    }

    assert set(seen.values()) == {404}, seen
    assert not PaperJob.objects.exists()


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
    assert client.post(page("ballot_ask", hall.session, "VOID"), {"reason": "长" * 301}).status_code == 302
    assert client.get(reverse("scoring:scheme_list"), {"q": "%", "page": "9" * 5000}).status_code == 200
    assert not hall.round.requests.filter(step="VOID").exists()
    assert [m.rater for m in hall.round.groups.get(letter="a").marks.all()] == ["姜景舟"]


@pytest.mark.slow
def test_the_count_sheet_carries_the_head_of_the_trail(hall):
    hall.counted()
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    head = audit.head()

    papers.make(job.pk)

    job.refresh_from_db()
    with job.stored.content.open() as file:
        text = reading.words(file.read())
    assert f"第{head.n}条{audit.printed(head)}".replace(" ", "") in text


# --- cost ----------------------------------------------------------------------------------------------------------


COSTS = (20, 19, 9)


@pytest.mark.parametrize("name", ["ballot", "results"])
def test_pages_cost_the_same_for_one_and_three_steps_that_wait(client, hall, name):
    hall.counted().sign().confirm()
    client.force_login(hall.scrutineer)
    costs = []
    client.get(page(name, hall.session))  # the first look keeps the sign-in alive
    for step, asker in [("PUBLISH", hall.approver), ("VOID", hall.clerk), ("CLOSE", factories.UserFactory(roles=["organiser"]))]:
        StepRequest.objects.create(round=hall.round, step=step, asked_by=asker, asked_at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            client.get(page(name, hall.session))
        costs.append(len(asked))

    assert len(set(costs)) == 1, costs


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
