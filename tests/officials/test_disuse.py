"""S7: an account that nobody uses for 90 days is suspended, but for the last administrator of a kind; who it is gets told."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleViolation
from core.models import AuditEvent
from desk import actions, tasks
from notices.models import Notice
from officials import actions as officials
from officials.models import AccountStep, User
from officials.roles import Role
from tests import factories

BEGAN = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
LOGIN, LIST = reverse("officials:login"), reverse("officials:account_list")
DAYS = 90


@pytest.fixture(autouse=True)
def began(time_machine):
    time_machine.move_to(BEGAN, tick=False)


@pytest.fixture
def account(db):
    """In use since the first day."""
    return factories.UserFactory(
        username="mu", name="穆晏川", roles=[Role.ORGANISER], password=factories.PASSWORD, last_login=BEGAN
    )


def after(time_machine, days):
    time_machine.move_to(BEGAN + dt.timedelta(days=days), tick=False)
    return tasks.suspend_unused_accounts()


def stored(account):
    return User.objects.get(pk=account.pk)


def enter(client, password=factories.PASSWORD):
    return client.post(LOGIN, {"username": "mu", "password": password})


def test_after_ninety_days_and_not_before(account, secadmin, time_machine):
    after(time_machine, DAYS - 1)
    assert stored(account).is_active

    after(time_machine, DAYS)

    assert (stored(account).is_active, stored(account).suspended_at) == (False, timezone.now())
    event = AuditEvent.objects.get(action="suspend_account")
    assert (event.actor, "90" in event.detail) == ("", True)


def test_security_administrators_are_told_once(account, secadmin, sysadmin, time_machine):
    second = factories.UserFactory(name="李娜", password=factories.PASSWORD)
    after(time_machine, DAYS)
    actions.suspend_unused(now=timezone.now())

    notice = Notice.objects.get()
    assert (notice.to, notice.subject) == (secadmin, "很久没有使用、已暂停的账号：2 个")
    assert (account.name in notice.body, second.name in notice.body) == (True, True)
    assert notice.link == f"{LIST}?state=SUSPENDED"


@pytest.mark.parametrize("used", ["last_login", "enabled_at", "password_at"])
def test_whatever_shows_that_it_is_in_use_counts(account, secadmin, time_machine, used):
    User.objects.filter(pk=account.pk).update(**{used: BEGAN + dt.timedelta(days=1)})

    after(time_machine, DAYS)

    assert stored(account).is_active


def test_an_account_without_a_password_cannot_be_misused_and_waits(secadmin, time_machine):
    account = officials.create_account(username="new", name="新人", by=None)

    after(time_machine, 400)

    assert stored(account).is_active


def test_a_first_password_that_nobody_used_is_no_use(account, secadmin, time_machine):
    never = officials.create_account(username="never", name="新人", by=None)
    officials.issue_password(never, by=secadmin, now=timezone.now())

    after(time_machine, DAYS)

    assert not stored(never).is_active


def test_the_last_administrator_of_each_kind_stays(sysadmin, secadmin, auditadmin, time_machine):
    longest, latest = (factories.UserFactory(roles=[Role.AUDITADMIN], last_login=BEGAN + dt.timedelta(days=n)) for n in (1, 2))

    after(time_machine, 400)

    assert [stored(one).is_active for one in (sysadmin, secadmin, auditadmin, longest, latest)] == [
        True,
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("days", [0, 30])
def test_the_installation_says_after_how_many_days(account, secadmin, settings, time_machine, days):
    settings.UNUSED_ACCOUNT_DAYS = days

    after(time_machine, 30)

    assert stored(account).is_active is (days == 0)


def test_who_is_suspended_learns_whom_to_ask_and_only_with_the_right_password(client, account, secadmin, time_machine):
    after(time_machine, DAYS)

    assert "请找安全管理员恢复" in enter(client).content.decode()
    assert "暂停" not in enter(client, "wrong-horse-battery").content.decode()
    assert client.get("/").status_code == 302


def test_who_was_disabled_is_sent_to_the_system_administrator(client, account):
    officials.set_active(account, False, by=None)

    assert "请找系统管理员" in enter(client).content.decode()
    assert "停用" not in enter(client, "wrong-horse-battery").content.decode()


def test_the_security_administrator_lets_the_person_in_again(client, account, secadmin, sysadmin, time_machine):
    after(time_machine, DAYS)
    press = reverse("desk:account_active", args=[account.uid])
    client.force_login(sysadmin)
    assert client.post(press, {"active": "1"}).status_code == 403
    assert "恢复使用" not in client.get(LIST).content.decode()
    client.force_login(secadmin)
    assert "恢复使用" in client.get(LIST, {"state": "SUSPENDED"}).content.decode()
    assert "已自动暂停" in client.get(reverse("desk:account_edit", args=[account.uid])).content.decode()

    assert client.post(press, {"active": "1"})["Location"] == LIST

    assert (stored(account).roles, stored(account).suspended_at) == ({Role.ORGANISER}, None)
    tasks.suspend_unused_accounts()
    assert stored(account).is_active  # the days count anew
    after(time_machine, 2 * DAYS)
    assert not stored(account).is_active


def test_an_administrator_comes_back_with_two_persons(auditadmin, secadmin, sysadmin, time_machine):
    factories.UserFactory(roles=[Role.AUDITADMIN], last_login=BEGAN + dt.timedelta(days=80))
    after(time_machine, DAYS)
    assert not stored(auditadmin).is_active

    actions.change_active(auditadmin, True, by=secadmin, now=timezone.now())
    actions.confirm_step(AccountStep.objects.get(), by=sysadmin, now=timezone.now())

    assert (stored(auditadmin).is_active, stored(auditadmin).suspended_at) == (True, None)


def test_a_suspended_account_gets_no_password(account, secadmin, time_machine):
    after(time_machine, DAYS)

    with pytest.raises(RuleViolation, match="请先恢复使用"):
        officials.issue_password(account, by=secadmin, now=timezone.now())


def test_the_list_tells_suspended_from_disabled(client, account, secadmin, time_machine):
    disabled = factories.UserFactory(is_active=False)
    after(time_machine, DAYS)
    client.force_login(secadmin)

    found = {
        state: [row["account"] for row in client.get(LIST, {"state": state}).context["rows"]]
        for state in ("SUSPENDED", "DISABLED")
    }

    assert found == {"SUSPENDED": [account], "DISABLED": [disabled]}
