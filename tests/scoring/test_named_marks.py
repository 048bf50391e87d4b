"""The marks of a named group: who types them, when, and what a page drawn before does not undo."""

import pytest

from core.errors import RuleViolation
from reviews.models import ReviewSession
from scoring.actions import table
from scoring.models import NamedMarks, Scheme
from tests import factories
from tests.scoring.conftest import each
from tests.scoring.pages import page

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


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
