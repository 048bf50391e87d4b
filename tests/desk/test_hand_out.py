"""First passwords for many at once (S6): on one paper, which stands nowhere else."""

import datetime as dt

import pytest
from django.conf import settings as site
from django.urls import reverse
from django.utils import timezone

from core import paper
from core.errors import RuleViolation
from core.models import AuditEvent
from desk import actions
from officials import actions as officials
from officials.models import AccountStep, User
from officials.roles import Role
from tests import factories

PAGE = reverse("desk:account_hand_out")
DAY = dt.timedelta(hours=24)


@pytest.fixture
def unit(db):
    return factories.UnitFactory(code="U7", short_name="林业局", liaison_name="薛翊和")


@pytest.fixture
def people(unit, sysadmin):
    """An official, a liaison and a leading member with new accounts."""
    factories.OfficialFactory(code="P7", name="张伟", unit=unit)
    factories.LeadingMemberFactory(code="L7", name="姜景舟", post="副区长")
    officials.create_accounts({"subject-P7", "liaison-U7", "leader-L7"}, by=sysadmin)
    return {user.username: user for user in User.objects.exclude(password="")}


@pytest.fixture
def inside(client, secadmin):
    client.force_login(secadmin)
    return client


@pytest.fixture
def printed(monkeypatch):
    """What each paper made says."""
    said, render = [], paper.render
    monkeypatch.setattr(
        paper, "render", lambda template, context, **how: said.append((context, how)) or render(template, context, **how)
    )
    return said


def listed(answer):
    return [(row["account"].username, row["role"]) for row in answer.context["rows"]]


def press(inside, *accounts, seen=None):
    sent = {"accounts": [account.uid for account in accounts], "seen": (seen or timezone.now()).isoformat()}
    return inside.post(PAGE, sent, HTTP_REFERER=f"http://testserver{PAGE}")


def stored(account):
    return User.objects.get(pk=account.pk)


def test_who_waits_is_listed_with_the_role_that_the_register_gives(inside, people, unit):
    factories.UserFactory(password=factories.PASSWORD)  # has chosen one
    factories.UserFactory(first_password_until=timezone.now() + DAY)  # may still come
    unknown = officials.create_account(username="a-clerk", name="新人", unit=unit, by=None)
    late = factories.UserFactory(username="late", roles=[Role.TELLER], first_password_until=timezone.now() - DAY)

    page = inside.get(PAGE)

    assert listed(page) == [
        (unknown.username, None),
        ("xueyihe", Role.LIAISON),
        ("zhangwei", Role.SUBJECT),
        ("jiangjingzhou", Role.LEADER),
        (late.username, None),
    ]
    text = page.content.decode()
    assert (text.count('name="accounts"'), text.count(" checked>")) == (4, 0)
    assert "给 {n} 人发放初始密码？" in text
    assert reverse("desk:account_edit", args=[unknown.uid]) in text


def test_administrators_and_those_about_to_be_one_are_left_to_two_persons(inside, secadmin, people):
    administrator = officials.create_account(username="second", name="第二审计员", by=None)
    officials.grant_roles(administrator, [Role.AUDITADMIN], by=None)
    soon = people["zhangwei"]
    AccountStep.objects.create(account=soon, kind="ROLES", roles=["sysadmin"], asked_by=secadmin, asked_at=timezone.now())
    disabled = people["xueyihe"]
    officials.set_active(disabled, False, by=None)

    assert listed(inside.get(PAGE)) == [("jiangjingzhou", Role.LEADER)]
    for account in (administrator, soon, disabled):
        assert "已经办过" in inside.get(press(inside, account)["Location"]).content.decode()
        assert not stored(account).has_usable_password()


@pytest.mark.parametrize(
    ("query", "usernames"),
    [
        ({"q": "姜"}, ["jiangjingzhou"]),
        ({"unit": "U7"}, ["xueyihe", "zhangwei"]),
        ({"role": "subject"}, ["zhangwei"]),
        ({"role": "leader"}, ["jiangjingzhou"]),
        ({"role": "liaison", "unit": "U7"}, ["xueyihe"]),
        ({"state": "GIVEN"}, ["given"]),
    ],
)
def test_the_list_is_narrowed_down(inside, people, query, usernames):
    factories.UserFactory(username="given", roles=[Role.TELLER], first_password_until=timezone.now() + DAY)

    assert [username for username, _role in listed(inside.get(PAGE, query))] == usernames


def test_what_may_still_be_used_is_not_ticked(inside, people):
    factories.UserFactory(roles=[Role.TELLER], first_password_until=timezone.now() + DAY)

    page = inside.get(PAGE, {"state": "GIVEN"})

    assert " checked>" not in page.content.decode()
    assert "已经印出去的那一条就失效" in page.content.decode()


def test_one_press_gives_each_the_role_and_a_password_of_the_own_on_paper(client, inside, people, printed):
    answer = press(inside, *people.values())

    assert (answer["Content-Type"], b"".join(answer)[:5]) == ("application/pdf", b"%PDF-")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("inline")
    ((context, _how),) = printed
    assert [(slip["name"], slip["unit"], slip["username"]) for slip in context["slips"]] == [
        ("薛翊和", "林业局", "xueyihe"), ("张伟", "林业局", "zhangwei"), ("姜景舟", "副区长", "jiangjingzhou"),
    ]  # fmt: skip
    assert context["site"] == site.SITE_ORIGIN
    for slip in context["slips"]:
        account = stored(people[slip["username"]])
        assert account.check_password(slip["password"])
        assert dt.timedelta() < account.first_password_until - timezone.now() <= DAY
    assert len({slip["password"] for slip in context["slips"]}) == 3
    assert {one.username: set(stored(one).roles) for one in people.values()} == {
        "zhangwei": {Role.SUBJECT}, "xueyihe": {Role.LIAISON}, "jiangjingzhou": {Role.LEADER},
    }  # fmt: skip
    assert (
        AuditEvent.objects.filter(action="issue_password").count() == AuditEvent.objects.filter(action="grant_roles").count() == 3
    )
    assert listed(inside.get(PAGE)) == []
    client.post(reverse("officials:logout"))
    entered = client.post(reverse("officials:login"), {"username": "zhangwei", "password": context["slips"][1]["password"]})
    assert (entered.status_code, client.get("/")["Location"].partition("?")[0]) == (302, reverse("officials:first_password"))


def test_a_password_stands_on_the_paper_and_nowhere_else(inside, people, printed, caplog):
    press(inside, people["zhangwei"])

    ((context, how),) = printed
    password = context["slips"][0]["password"]
    assert password not in str(how["source"])  # nor in the fingerprint at the foot, which is made of it
    kept = [list(model.objects.values()) for model in (AuditEvent, User)]
    assert password not in str(kept) + str(dict(inside.session)) + caplog.text + inside.get(PAGE).content.decode()
    assert password not in repr(actions.prepare_slips([people["zhangwei"]]))


def test_who_has_a_role_keeps_it_and_the_locked_out_are_let_in(inside, unit, sysadmin):
    account = officials.create_account(username="both", name="薛翊和", unit=unit, by=sysadmin)
    officials.grant_roles(account, [Role.TELLER], by=None)

    press(inside, account)

    assert (stored(account).roles, stored(account).must_change_password) == ({Role.TELLER}, True)


def test_a_page_sent_again_makes_no_slip_worthless(inside, people):
    seen = timezone.now()
    press(inside, *people.values(), seen=seen)
    passwords = [stored(one).password for one in people.values()]

    again = press(inside, *people.values(), seen=seen)

    assert "刚刚已经发过密码" in inside.get(again["Location"]).content.decode()
    assert [stored(one).password for one in people.values()] == passwords


def test_a_slip_that_was_lost_is_made_anew_from_a_page_opened_since(inside, people, time_machine):
    press(inside, people["zhangwei"])
    lost = stored(people["zhangwei"]).password
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=1), tick=False)

    assert press(inside, people["zhangwei"]).status_code == 200

    assert stored(people["zhangwei"]).password != lost


def test_all_or_none_get_one(secadmin, people):
    now = timezone.now()
    slips = actions.prepare_slips(people.values())
    User.objects.filter(username="zhangwei").update(name="改名")  # the register knows no such person

    with pytest.raises(RuleViolation, match="改名该有什么身份"):
        actions.hand_out(slips, seen=now, by=secadmin, now=now)

    assert not any(stored(one).has_usable_password() or stored(one).roles for one in people.values())


def test_a_paper_that_cannot_be_made_changes_nothing(inside, people, monkeypatch):
    monkeypatch.setattr("core.fonts.has_chinese", lambda: False)
    inside.raise_request_exception = False

    assert press(inside, *people.values()).status_code == 500

    assert not any(stored(one).has_usable_password() or stored(one).roles for one in people.values())


@pytest.mark.parametrize(
    "sent", [{"seen": "2026-11-27T10:00:00+08:00"}, {"accounts": ["no uid"], "seen": "2026-11-27"}, {"accounts": []}]
)
def test_nothing_ticked_and_nonsense_are_refused(inside, people, sent):
    answer = inside.post(PAGE, sent, HTTP_REFERER=f"http://testserver{PAGE}")

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert not any(stored(one).has_usable_password() for one in people.values())


def test_it_asks_for_the_own_password_like_every_change_of_roles(client, people, secadmin, settings, time_machine):
    settings.SESSION_PROVED = dt.timedelta(minutes=10)
    settings.SESSION_IDLE = dt.timedelta(minutes=15)
    client.force_login(secadmin)
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=11), tick=False)

    answer = press(client, people["zhangwei"])

    assert answer["Location"].startswith(reverse("officials:password_again"))
    assert not stored(people["zhangwei"]).has_usable_password()


def test_nobody_gets_a_role_from_two_records_or_as_one_who_left(db, unit):
    gone = factories.OfficialFactory(name="走了", status="LEFT")
    both = factories.OfficialFactory(name="姜景舟")
    leader = factories.LeadingMemberFactory(name="姜景舟")
    for links, role in (
        ({"name": "走了", "official": gone}, None),
        ({"name": "姜景舟", "official": both, "leading_member": leader}, None),
        ({"name": "薛翊和", "unit": unit}, Role.LIAISON),
        ({"name": "别人", "unit": unit}, None),
    ):
        assert User(**links).fitting_role == role


def test_the_ways_there(inside, people):
    assert PAGE in inside.get(reverse("officials:account_list")).content.decode()
    assert [row["line"].url for row in inside.get("/").context["agenda"]] == [PAGE]
