import pytest

from core.errors import RuleViolation
from core.models import AuditEvent
from officials import actions
from officials.models import User
from officials.roles import Role
from tests import factories


@pytest.fixture
def second_auditadmin(db):
    return factories.UserFactory(name="第二审计员", roles=[Role.AUDITADMIN])


def test_an_administrator_who_is_not_the_last_may_lose_the_role(auditadmin, second_auditadmin, secadmin):
    actions.grant_roles(auditadmin, [], by=secadmin)

    assert User.objects.get(pk=auditadmin.pk).roles == frozenset()
    with pytest.raises(RuleViolation, match="只剩这一个人"):
        actions.grant_roles(second_auditadmin, [], by=secadmin)


def test_an_administrator_who_is_not_the_last_may_be_disabled(auditadmin, second_auditadmin, sysadmin):
    actions.set_active(auditadmin, False, by=sysadmin)

    assert not User.objects.get(pk=auditadmin.pk).is_active
    with pytest.raises(RuleViolation, match="只剩这一个人"):
        actions.set_active(second_auditadmin, False, by=sysadmin)


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
