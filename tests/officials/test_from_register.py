"""Accounts for the people of the register, many at once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent
from officials import actions
from officials.models import User
from officials.rules import username as rules
from tests import factories

PAGE = reverse("officials:account_from_register")


@pytest.mark.parametrize(
    ("names", "taken", "proposed"),
    [
        (["张伟", "章威", "李娜"], [], ["zhangwei", "zhangwei2", "lina"]),
        (["张伟", "张伟"], ["zhangwei", "zhangwei3"], ["zhangwei2", "zhangwei4"]),
        (["吕绿", "买买提·艾力", "O'Neil"], [], ["lvlv", "maimaitiaili", "oneil"]),
        (["·", "—"], [], ["user", "user2"]),
    ],
)
def test_a_user_name_is_the_names_pinyin_made_unique(names, taken, proposed):
    assert rules.propose(names, taken=taken) == proposed


def test_a_long_name_leaves_room_for_a_number():
    assert [len(name) for name in rules.propose(["庄" * 40] * 2, taken=[])] == [30, 31]


@pytest.fixture
def unit(db):
    return factories.UnitFactory(code="U7", short_name="林业局", liaison_name="薛翊和")


@pytest.fixture
def official(unit):
    return factories.OfficialFactory(code="P7", name="张伟", unit=unit, post="局长")


@pytest.fixture
def leader(db):
    return factories.LeadingMemberFactory(code="L7", name="姜景舟", post="副区长")


@pytest.fixture
def inside(client, sysadmin):
    client.force_login(sysadmin)
    return client


def ticked(*keys):
    return {"person": keys}


def test_everybody_of_the_register_without_an_account_is_listed_and_not_ticked(inside, official, leader):
    factories.OfficialFactory(name="走了", status="LEFT", unit=official.unit)
    factories.LeadingMemberFactory(name="也走了", status="LEFT")
    factories.UserFactory(official=factories.OfficialFactory(name="有号", unit=official.unit), is_active=False)
    factories.UserFactory(username="ZhangWei", unit=official.unit)  # another person of the unit

    page = inside.get(PAGE)

    assert [(person.key, person.username) for person in page.context["people"]] == [
        ("subject-P7", "zhangwei2"),
        ("liaison-U7", "xueyihe"),
        ("leader-L7", "jiangjingzhou"),
    ]
    text = page.content.decode()
    assert (text.count('name="person"'), text.count(" checked>")) == (3, 0)
    assert "给 {n} 人建立账号？" in text


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"q": "zhang"}, ["subject-P7"]),
        ({"q": "林业"}, ["subject-P7", "liaison-U7"]),
        ({"role": "leader"}, ["leader-L7"]),
        ({"unit": "U7", "role": "liaison"}, ["liaison-U7"]),
        ({"unit": "no such", "q": "没有这个人"}, []),
    ],
)
def test_the_list_is_narrowed_down(inside, official, leader, query, keys):
    factories.OfficialFactory(name="李娜", unit=factories.UnitFactory(short_name="财政局"))

    page = inside.get(PAGE, query)

    assert [person.key for person in page.context["people"]] == keys


def test_one_press_makes_the_ticked_accounts_and_a_second_makes_none_twice(inside, official, leader):
    twin = factories.OfficialFactory(code="P8", name="张伟", unit=official.unit, post="局长")
    sent = ticked("subject-P8", "liaison-U7", "leader-L7", "subject-P999")

    for told in ("已建立 3 个账号", "没有再建"):
        assert told in inside.post(PAGE, sent, follow=True).content.decode()

    made = User.objects.exclude(username__startswith="user").order_by("username")
    assert [(one.username, one.name, one.office, one.unit, one.official, one.leading_member) for one in made] == [
        ("jiangjingzhou", "姜景舟", "副区长", None, None, leader),
        ("xueyihe", "薛翊和", "林业局", official.unit, None, None),
        ("zhangwei2", "张伟", "局长", official.unit, twin, None),
    ]
    assert {one.roles for one in made} == {frozenset()}
    assert not any(one.has_usable_password() for one in made)
    assert AuditEvent.objects.filter(action="create_account").count() == 3
    assert [person.username for person in actions.people_without_account()] == ["zhangwei"]


def test_all_or_none_are_made(monkeypatch, sysadmin, official, leader):
    def fails(user, **_kwargs):
        if user.leading_member:
            raise ValidationError("broken")
        return check(user, **_kwargs)

    check = User.full_clean
    monkeypatch.setattr(User, "full_clean", fails)

    with pytest.raises(ValidationError):
        actions.create_accounts({"subject-P7", "leader-L7"}, by=sysadmin)

    assert not User.objects.filter(official=official).exists()


def test_nobody_ticked_is_said_to_be_nobody(inside, official):
    answer = inside.post(PAGE, HTTP_REFERER=f"http://testserver{PAGE}", follow=True)

    assert "没有勾选任何人" in answer.content.decode()
    assert not User.objects.filter(official=official).exists()


def test_the_list_says_where_people_come_from_when_it_is_empty(inside):
    assert "名册里的人都有账号了" in inside.get(PAGE).content.decode()
    assert PAGE in inside.get(reverse("officials:account_list")).content.decode()


@pytest.mark.parametrize("link", ["official", "leading_member"])
def test_one_person_has_one_account(inside, sysadmin, official, leader, link):
    record = {"official": official, "leading_member": leader}[link]
    factories.UserFactory(**{link: record})

    page = inside.post(reverse("officials:account_new"), {"username": "second", "name": "张伟", link: record.pk})

    assert "一人一号" in page.content.decode()
    assert User.objects.filter(**{link: record}).count() == 1


def test_the_list_costs_the_same_with_one_person_and_with_three(inside, unit):
    costs = []
    for rows in (1, 3):
        while len(actions.people_without_account()) < rows + 1:  # the unit's liaison stands there too
            factories.OfficialFactory(unit=factories.UnitFactory())
        with CaptureQueriesContext(connection) as asked:
            assert len(inside.get(PAGE).context["people"]) == rows + 1
        costs.append(len(asked))

    assert costs[0] == costs[1]
