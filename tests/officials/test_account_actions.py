import datetime as dt

import pyotp
import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.errors import RuleViolation
from core.models import AuditEvent
from officials import actions
from officials.models import User
from officials.roles import Role
from tests import factories


@pytest.fixture
def second_auditadmin(db):
    return factories.UserFactory(name="第二审计员", roles=[Role.AUDITADMIN])


def test_an_administrator_who_is_not_the_last_may_lose_the_role(auditadmin, second_auditadmin, secadmin, sysadmin):
    actions.grant_roles(auditadmin, [], by=sysadmin, asked_by=secadmin)

    assert User.objects.get(pk=auditadmin.pk).roles == frozenset()
    with pytest.raises(RuleViolation, match="只剩这一个人"):
        actions.grant_roles(second_auditadmin, [], by=sysadmin, asked_by=secadmin)


def test_an_administrator_who_is_not_the_last_may_be_disabled(auditadmin, second_auditadmin, secadmin, sysadmin):
    actions.set_active(auditadmin, False, by=secadmin, asked_by=sysadmin)

    assert not User.objects.get(pk=auditadmin.pk).is_active
    with pytest.raises(RuleViolation, match="只剩这一个人"):
        actions.set_active(second_auditadmin, False, by=sysadmin)


@pytest.mark.parametrize("was_active", [True, False])
def test_nobody_alone_disables_or_enables_an_administrator(auditadmin, second_auditadmin, sysadmin, was_active):
    User.objects.filter(pk=auditadmin.pk).update(is_active=was_active)

    for asked_by in (None, sysadmin):
        with pytest.raises(RuleViolation, match="须两个人办"):
            actions.set_active(auditadmin, not was_active, by=sysadmin, asked_by=asked_by)

    assert User.objects.get(pk=auditadmin.pk).is_active is was_active


def test_a_disabled_account_is_enabled_again_with_its_roles(clerk, sysadmin):
    actions.set_active(clerk, False, by=sysadmin)

    actions.set_active(clerk, True, by=sysadmin)

    stored = User.objects.get(pk=clerk.pk)
    assert (stored.is_active, stored.roles) == (True, {Role.ORGANISER})
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == ["disable_account", "enable_account"]


def test_a_changed_password_is_the_one_that_counts_and_no_line_tells_it(db):
    user = factories.UserFactory(password=factories.PASSWORD)

    actions.change_password(user, "another-horse-battery", by=user)

    stored = User.objects.get(pk=user.pk)
    assert (stored.check_password(factories.PASSWORD), stored.check_password("another-horse-battery")) == (False, True)
    event = AuditEvent.objects.get(action="change_password")
    assert "horse" not in f"{event.thing} {event.detail}"


@pytest.mark.parametrize(("before", "after"), [([], ["sysadmin"]), (["auditadmin"], []), (["auditadmin"], ["organiser"])])
def test_nobody_alone_makes_or_unmakes_an_administrator(secadmin, sysadmin, second_auditadmin, before, after):
    user = factories.UserFactory(roles=before)

    for alone in (None, secadmin):
        with pytest.raises(RuleViolation, match="须两个人办"):
            actions.grant_roles(user, after, by=secadmin, asked_by=alone)
    assert User.objects.get(pk=user.pk).roles == set(before)
    actions.grant_roles(user, after, by=sysadmin, asked_by=secadmin)
    assert User.objects.get(pk=user.pk).roles == set(after)
    event = AuditEvent.objects.get(action="grant_roles")
    assert (event.actor, str(secadmin) in event.detail) == (sysadmin.username, True)


def test_a_disabled_administrator_is_still_one(secadmin, second_auditadmin):
    user = factories.UserFactory(roles=["auditadmin"], is_active=False)

    with pytest.raises(RuleViolation, match="须两个人办"):
        actions.grant_roles(user, [], by=secadmin)


def test_nobody_is_either_half_for_the_own_account(secadmin, sysadmin):
    for by, asked_by in ((sysadmin, secadmin), (secadmin, sysadmin)):
        with pytest.raises(RuleViolation, match="不能给自己授权"):
            actions.grant_roles(sysadmin, ["sysadmin"], by=by, asked_by=asked_by)
        with pytest.raises(RuleViolation, match="自己的密码"):
            actions.issue_password(sysadmin, by=by, asked_by=asked_by, now=timezone.now())


def test_a_first_password_is_good_for_a_day_and_stands_nowhere(clerk, secadmin):
    now = timezone.now()

    password = actions.issue_password(clerk, by=secadmin, now=now)

    stored = User.objects.get(pk=clerk.pk)
    assert stored.check_password(password)
    assert (stored.must_change_password, stored.first_password_until) == (True, now + dt.timedelta(hours=24))
    event = AuditEvent.objects.get(action="issue_password")
    assert password not in f"{event.thing} {event.detail} {stored.password}"


def test_no_two_first_passwords_are_the_same(clerk, secadmin):
    found = {actions.issue_password(clerk, by=secadmin, now=timezone.now()) for _again in range(20)}

    assert len(found) == 20
    assert {len(password) for password in found} == {19}


def test_the_own_choice_ends_the_first_password(clerk, secadmin):
    actions.issue_password(clerk, by=secadmin, now=timezone.now())

    actions.change_password(clerk, "another-horse-battery", by=clerk)

    assert not User.objects.get(pk=clerk.pk).must_change_password


def test_a_disabled_account_gets_no_password(secadmin):
    with pytest.raises(RuleViolation, match="已停用"):
        actions.issue_password(factories.UserFactory(is_active=False), by=secadmin, now=timezone.now())


def test_nobody_alone_gets_an_administrators_password(secadmin, auditadmin, sysadmin):
    with pytest.raises(RuleViolation, match="须两个人办"):
        actions.issue_password(auditadmin, by=secadmin, now=timezone.now())

    password = actions.issue_password(auditadmin, by=sysadmin, asked_by=secadmin, now=timezone.now())
    assert User.objects.get(pk=auditadmin.pk).check_password(password)


@pytest.mark.parametrize("how", ["unlock", "issue_password"])
def test_unlocking_and_a_new_password_forget_the_wrong_ones(secadmin, how):
    now = timezone.now()
    user = factories.UserFactory(username="Attacked")
    for name in ("attacked", "other"):
        AccessAttempt.objects.create(username=name, failures_since_start=5, attempt_time=now)
    assert User.objects.locked_out(now=now) == {"attacked", "other"}

    actions.unlock(user, by=secadmin) if how == "unlock" else actions.issue_password(user, by=secadmin, now=now)

    assert User.objects.locked_out(now=now) == {"other"}
    assert User.objects.locked_out(now=now + dt.timedelta(minutes=16)) == set()


def test_a_lock_counts_every_address(db):
    now = timezone.now()
    for address, wrong in (("10.0.0.1", 3), ("10.0.0.2", 2)):
        AccessAttempt.objects.create(username="mu", ip_address=address, failures_since_start=wrong, attempt_time=now)

    assert User.objects.locked_out(now=now) == {"mu"}


def test_the_server_lets_an_administrator_back_in(secadmin, capsys):
    call_command("reset_administrator", secadmin.username.upper())

    password = capsys.readouterr().out.splitlines()[0].partition(": ")[2]
    assert User.objects.get(pk=secadmin.pk).check_password(password)
    assert AuditEvent.objects.get(action="issue_password").actor == ""


def test_the_server_takes_off_a_lost_second_factor_too(secadmin, capsys):
    with pytest.raises(CommandError, match="没有设置动态验证码"):
        call_command("reset_administrator", secadmin.username, second_factor=True)
    assert not User.objects.get(pk=secadmin.pk).must_change_password
    seed = actions.new_seed()
    actions.enrol(secadmin, seed, pyotp.TOTP(seed).now(), now=timezone.now())

    call_command("reset_administrator", secadmin.username)
    assert User.objects.get(pk=secadmin.pk).second_factor_since
    call_command("reset_administrator", secadmin.username, second_factor=True)

    assert User.objects.get(pk=secadmin.pk).second_factor_since is None
    assert AuditEvent.objects.get(action="remove_factor").actor == ""


def test_the_server_resets_nobody_else(clerk):
    with pytest.raises(CommandError, match="No administrator"):
        call_command("reset_administrator", clerk.username)

    assert not User.objects.get(pk=clerk.pk).must_change_password
