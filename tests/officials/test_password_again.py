"""S10: roles, passwords of others and the whole register leave only the hands of who typed the password lately."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from officials.models import User
from officials.roles import Role
from tests import factories

AGAIN = "/accounts/password-again"
MINUTES = 11


@pytest.fixture
def late(client, settings, secadmin, time_machine):
    """A security administrator who signed in eleven minutes ago, and has been at work since."""
    settings.SESSION_PROVED = dt.timedelta(minutes=10)
    settings.SESSION_IDLE = dt.timedelta(minutes=15)
    time_machine.move_to(dt.datetime(2026, 12, 16, 2, tzinfo=dt.UTC), tick=False)
    secadmin.set_password(factories.PASSWORD)
    secadmin.save()
    client.force_login(secadmin)
    time_machine.shift(dt.timedelta(minutes=MINUTES))
    return client


@pytest.fixture
def account(db):
    return factories.UserFactory(name="新人")


def edit(account):
    return reverse("desk:account_edit", args=[account.uid])


def send(client, page, data=None, at=""):
    headers = {"HTTP_REFERER": f"http://testserver{page}", "HTTP_SEC_FETCH_MODE": "navigate"}
    return client.post(at or page, data or {}, **headers)


def prove(client, page, password=factories.PASSWORD):
    return client.post(AGAIN, {"password": password, "next": page})


def test_a_change_of_roles_waits_for_the_password_and_keeps_what_was_chosen(late, account):
    page = edit(account)
    assert late.get(page).status_code == 200  # looking is free

    asked = send(late, page, {"roles": ["organiser"]})
    assert asked["Location"] == f"{AGAIN}?next={page}"
    assert User.objects.get(pk=account.pk).roles == set()
    assert late.get(asked["Location"]).context["next"] == page

    assert prove(late, page)["Location"] == page
    assert [field["value"] for field in late.get(page).context["came_back"]["fields"]] == ["organiser"]
    send(late, page, {"roles": ["organiser"]})
    assert User.objects.get(pk=account.pk).roles == {Role.ORGANISER}
    assert AuditEvent.objects.filter(action="prove", result="DONE").count() == 1


@pytest.mark.parametrize("name", ["desk:account_password", "desk:account_step_confirm"])
def test_so_do_passwords_and_the_second_persons_word(late, account, name):
    answer = send(late, edit(account), at=reverse(name, args=[account.uid]))

    assert answer["Location"] == f"{AGAIN}?next={edit(account)}"
    assert not User.objects.get(pk=account.pk).must_change_password


def test_so_does_the_own_password_which_nobody_guesses_at_an_open_session(late, secadmin):
    page = reverse("officials:account")
    new = {"new_password1": "staple-of-new-words", "new_password2": "staple-of-new-words"}
    assert late.get(page).status_code == 200

    assert send(late, page, {**new, "old_password": factories.PASSWORD})["Location"] == f"{AGAIN}?next={page}"
    secadmin.refresh_from_db()
    assert secadmin.check_password(factories.PASSWORD)

    prove(late, page)
    assert send(late, page, new)["Location"] == page
    secadmin.refresh_from_db()
    assert secadmin.check_password("staple-of-new-words")


def test_so_does_the_whole_register(client, clerk, settings):
    settings.SESSION_PROVED = dt.timedelta(0)
    client.force_login(clerk)
    page = reverse("officials:official_list")

    answer = client.get(reverse("officials:register_export"), HTTP_REFERER=f"http://testserver{page}")

    assert answer["Location"] == f"{AGAIN}?next={page}"


def test_a_clock_that_was_set_back_proves_nothing(late, account, time_machine):
    time_machine.shift(dt.timedelta(hours=-2))

    assert late.get("/").status_code == 200
    assert send(late, edit(account), {"roles": ["organiser"]})["Location"].startswith(AGAIN)


def test_it_holds_for_ten_minutes(late, account, time_machine):
    prove(late, "/")
    time_machine.shift(dt.timedelta(minutes=9))
    late.get("/")
    assert send(late, edit(account), {"roles": ["organiser"]})["Location"] == edit(account)

    time_machine.shift(dt.timedelta(minutes=2))

    assert send(late, edit(account), {"roles": []})["Location"].startswith(AGAIN)


def test_a_wrong_password_proves_nothing_and_counts_as_at_the_door(late, secadmin, account):
    for _wrong in range(4):
        assert "账号或密码不对" in prove(late, "/", "wrong-horse-battery").content.decode()
    assert prove(late, "/", "wrong-horse-battery").status_code == 429

    assert secadmin.username in User.objects.locked_out(now=timezone.now())
    assert send(late, edit(account), {"roles": ["organiser"]})["Location"].startswith(AGAIN)
    assert list(AuditEvent.objects.values_list("action", "result")) == [("sign_in", "REFUSED")] * 5


def test_the_right_password_forgets_the_wrong_ones(late, secadmin):
    for _wrong in range(2):
        for _again in range(3):
            prove(late, "/", "wrong-horse-battery")
        assert prove(late, "/").status_code == 302

    assert User.objects.locked_out(now=timezone.now()) == set()


def test_nobody_proves_to_be_somebody_else(late, clerk, account):
    clerk.set_password("another-horse-battery")
    clerk.save()

    late.post(AGAIN, {"username": clerk.username, "password": "another-horse-battery", "next": "/"})

    assert send(late, edit(account), {"roles": ["organiser"]})["Location"].startswith(AGAIN)


def test_who_has_just_signed_in_is_not_asked(client, settings, account):
    settings.SESSION_PROVED = dt.timedelta(minutes=10)
    factories.UserFactory(username="sec", password=factories.PASSWORD, roles=[Role.SECADMIN])
    client.post(reverse("officials:login"), {"username": "sec", "password": factories.PASSWORD})

    assert send(client, edit(account), {"roles": ["organiser"]})["Location"] == edit(account)
