"""S6: a password that another person gave opens one page, for a day."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from officials import actions
from officials.models import User
from officials.roles import Role
from tests import factories

LOGIN, FIRST, DESK = "/accounts/login", "/accounts/first-password", "/"
OWN = "seven-chairs-two-lamps"


@pytest.fixture
def newcomer(secadmin):
    return factories.UserFactory(username="mu", name="穆晏川", roles=[Role.ORGANISER])


@pytest.fixture
def given(newcomer, secadmin):
    return actions.issue_password(newcomer, by=secadmin, now=timezone.now())


@pytest.fixture
def inside(client, given):
    client.post(LOGIN, {"username": "mu", "password": given})
    return client


def test_nothing_else_opens_before_it_is_changed(inside):
    for page in (DESK, reverse("officials:official_list"), reverse("officials:account"), reverse("desk:inbox")):
        answer = inside.get(page)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, FIRST)
    answer = inside.post(reverse("desk:inbox_read"))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, FIRST)
    assert inside.get(FIRST).status_code == 200


def test_a_page_that_asks_by_itself_is_only_turned_away(inside, newcomer):
    session = factories.ReviewSessionFactory()

    assert inside.get(reverse("scoring:ballot_pulse", args=[session.uid])).status_code == 401


def test_one_may_leave_and_change_the_language(inside):
    assert inside.post(reverse("set_language"), {"language": "en"})["Location"] == "/"
    assert inside.post(reverse("officials:logout"))["Location"] == LOGIN


def test_the_own_choice_leads_to_where_one_wanted_to_go(inside, given):
    form = inside.get(reverse("officials:official_list"), follow=True)
    assert form.context["next"] == reverse("officials:official_list")

    answer = inside.post(FIRST, {"new_password1": OWN, "new_password2": OWN, "next": form.context["next"]})

    assert answer["Location"] == reverse("officials:official_list")
    assert inside.get(answer["Location"]).status_code == 200  # and the sign-in goes on
    user = User.objects.get(username="mu")
    assert (user.check_password(OWN), user.must_change_password) == (True, False)


@pytest.mark.parametrize(
    ("new", "reason"), [("short", "至少要 12 个"), ("mu yanchuan is 7 lamps", "muyanchuan"), (None, "别人不知道的")]
)
def test_a_weak_choice_and_the_given_one_are_none(inside, given, new, reason):
    new = new or given

    answer = inside.post(FIRST, {"new_password1": new, "new_password2": new})

    assert reason in answer.content.decode()
    assert User.objects.get(username="mu").must_change_password


def test_after_a_day_it_opens_nothing(client, given, time_machine):
    time_machine.move_to(timezone.now() + dt.timedelta(hours=24, minutes=1), tick=False)

    answer = client.post(LOGIN, {"username": "mu", "password": given})

    assert "初始密码过了 24 小时" in answer.content.decode()
    assert client.get(DESK).status_code == 302
    assert list(AuditEvent.objects.filter(action="sign_in").values_list("result", flat=True)) == ["REFUSED"]


def test_a_wrong_password_is_not_told_that_there_is_an_expired_one(client, given, time_machine):
    time_machine.move_to(timezone.now() + dt.timedelta(hours=25), tick=False)

    assert "24 小时" not in client.post(LOGIN, {"username": "mu", "password": "wrong-horse-battery"}).content.decode()


def test_the_page_is_for_a_first_password_only(client, clerk):
    client.force_login(clerk)

    assert client.get(FIRST)["Location"] == DESK


def test_a_new_first_password_ends_every_sign_in(client, newcomer, secadmin):
    client.force_login(newcomer)

    actions.issue_password(newcomer, by=secadmin, now=timezone.now())

    assert client.get(DESK)["Location"].startswith(LOGIN)


def test_demonstration_accounts_enter_without_a_change(client, db, settings):
    settings.DEMO = True
    factories.UserFactory(username="demo", demo_hint="看看", roles=[Role.ORGANISER])

    client.post(reverse("officials:demo_login"), {"username": "demo"})

    assert client.get(DESK).status_code == 200
