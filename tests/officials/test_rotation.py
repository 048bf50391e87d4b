"""S5: what GB/T 22239 asks of passwords beyond ASVS is switched on where an installation is assessed by it."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.conf import settings as site
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from officials.models import User
from officials.roles import Role
from officials.rules import password as rules
from tests import factories

BEGAN = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
LOGIN, OLD = reverse("officials:login"), reverse("officials:old_password")
OWN = "seven-chairs-two-lamps"


@pytest.fixture
def account(db, time_machine):
    time_machine.move_to(BEGAN, tick=False)
    return factories.UserFactory(
        username="mu", name="穆晏川", roles=[Role.ORGANISER], password=factories.PASSWORD, password_at=BEGAN
    )


def enter(client, password=factories.PASSWORD):
    client.post(LOGIN, {"username": "mu", "password": password})
    return client


def leads_to(client, page="/"):
    return client.get(page).get("Location", "").partition("?")[0]


@pytest.mark.parametrize(("rotation", "days", "asked"), [(0, 1000, False), (90, 89, False), (90, 90, True)])
def test_an_old_password_is_asked_for_at_sign_in_where_it_is_switched_on(
    client, account, settings, time_machine, rotation, days, asked
):
    settings.PASSWORD_ROTATION_DAYS = rotation
    time_machine.move_to(BEGAN + dt.timedelta(days=days), tick=False)

    enter(client)

    assert leads_to(client) == (OLD if asked else "")


@pytest.fixture
def late(client, account, settings, time_machine):
    settings.PASSWORD_ROTATION_DAYS = 90
    time_machine.move_to(BEGAN + dt.timedelta(days=91), tick=False)
    return enter(client)


def test_nothing_else_opens_before_it_is_changed(late):
    session = factories.ReviewSessionFactory()

    assert leads_to(late, reverse("officials:official_list")) == OLD
    assert late.post(reverse("desk:inbox_read"))["Location"].partition("?")[0] == OLD
    assert late.get(reverse("scoring:ballot_pulse", args=[session.uid])).status_code == 401
    assert "用了 90 天以上" in late.get(OLD).content.decode()


def test_the_new_one_leads_to_where_one_wanted_to_go(late, account):
    wanted = reverse("officials:official_list")
    form = late.get(wanted, follow=True)
    assert form.context["next"] == wanted

    answer = late.post(OLD, {"new_password1": OWN, "new_password2": OWN, "next": wanted})

    assert (answer["Location"], late.get(wanted).status_code) == (wanted, 200)
    stored = User.objects.get(pk=account.pk)
    assert (stored.check_password(OWN), stored.password_at) == (True, timezone.now())
    assert leads_to(late, OLD) == "/"


@pytest.mark.parametrize(("new", "reason"), [("short", "至少要 12 个"), (factories.PASSWORD, "现在的密码")])
def test_a_weak_one_and_the_same_again_are_none(late, account, new, reason):
    answer = late.post(OLD, {"new_password1": new, "new_password2": new})

    assert reason in answer.content.decode()
    assert User.objects.get(pk=account.pk).check_password(factories.PASSWORD)


def test_a_password_that_grows_old_meanwhile_interrupts_nobody(client, account, settings, time_machine):
    settings.PASSWORD_ROTATION_DAYS, settings.SESSION_IDLE = 90, dt.timedelta(hours=10)
    time_machine.move_to(BEGAN + dt.timedelta(days=90, hours=-1), tick=False)
    enter(client)

    time_machine.move_to(BEGAN + dt.timedelta(days=90, hours=1), tick=False)

    assert client.get("/").status_code == 200
    client.post(reverse("officials:logout"))
    assert leads_to(enter(client)) == OLD


def test_a_first_password_is_changed_as_such(client, account, settings, time_machine):
    settings.PASSWORD_ROTATION_DAYS = 90
    User.objects.update(password_at=BEGAN, first_password_until=BEGAN + dt.timedelta(days=400))
    time_machine.move_to(BEGAN + dt.timedelta(days=91), tick=False)

    assert leads_to(enter(client)) == reverse("officials:first_password")


@pytest.mark.parametrize(
    ("password", "kinds"),
    [
        ("seven chairs", 2),
        ("sevenchairs", 1),
        ("Seven-chairs", 3),
        ("Seven-chairs-7", 4),
        ("七把椅子", 1),
        ("七把椅子7", 2),
        ("７把Chairs", 4),
        ("", 0),
    ],
)
def test_kinds_of_characters(password, kinds):
    assert rules.kinds(password) == kinds


def test_a_password_mixes_kinds_only_where_it_is_switched_on(db, settings):
    validate_password(OWN)
    assert "三种" not in str(password_validators_help_texts())

    settings.PASSWORD_COMPLEXITY = True

    with pytest.raises(ValidationError, match="只用了 2 种字符，至少要 3 种"):
        validate_password(OWN)
    validate_password("Seven-chairs-two-lamps")
    assert "三种" in str(password_validators_help_texts())


def test_the_form_tells_what_is_asked_for(client, account, settings):
    settings.PASSWORD_COMPLEXITY = True
    client.force_login(account)

    assert "至少要有三种" in client.get(reverse("officials:account")).content.decode()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, "0 False 90"),
        ({"MLPS": "1"}, "90 True 90"),
        ({"MLPS": "1", "PASSWORD_ROTATION_DAYS": "180", "PASSWORD_COMPLEXITY": "0"}, "180 False 90"),
        ({"DEMO": "1"}, "0 False 0"),
    ],
)
def test_the_profile_switches_both_on_and_each_can_be_said_alone(tmp_path, given, found):
    names = {"MLPS", "PASSWORD_ROTATION_DAYS", "PASSWORD_COMPLEXITY", "UNUSED_ACCOUNT_DAYS", "DEMO", "DEBUG"}
    environment = {name: value for name, value in os.environ.items() if name not in names}
    asked = "from config import settings as s; print(s.PASSWORD_ROTATION_DAYS, s.PASSWORD_COMPLEXITY, s.UNUSED_ACCOUNT_DAYS)"
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=site.ROOT, env=environment | {"SHUZE_VAR": str(tmp_path)} | given,
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert said.stdout.strip() == found
