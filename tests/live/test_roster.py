"""The roster at the door, the minutes of the run sheet, the comments prepared beforehand."""

import datetime as dt

from django.urls import reverse

from reviews.models import Attendee, LeaderComment, ReviewSession
from scoring.models import BallotRound, Scheme
from tests import factories
from tests.live.conftest import NINE
from tests.live.doors import RUNS, expected, press, url
from tests.sweep import CAST

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


def test_a_person_is_found_by_the_initials(desk, session):
    listed = factories.AudienceGroupFactory(session=session, code="C", expected=1)
    Attendee.objects.create(group=listed, name="周建林")

    assert 'data-person="周建林 zjl"' in desk.get(url("roster", session)).content.decode()


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
