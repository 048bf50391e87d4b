"""Two confirmations at once, each on a connection of its own; SQLite has one writer at a time, so PostgreSQL tells."""

import pytest
from django.conf import settings
from django.utils import timezone

from core.errors import RuleViolation
from desk import actions
from officials import actions as officials
from officials.models import User
from officials.roles import Role
from tests import factories
from tests.threads import in_threads

POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not POSTGRESQL, reason="SQLite lets in one at a time"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("_again", range(5))
def test_of_the_last_two_administrators_disabled_at_once_one_stays(sysadmin, secadmin, auditadmin, _again):
    last_two = auditadmin, factories.UserFactory(roles=[Role.AUDITADMIN])
    steps = [actions.change_active(one, False, by=sysadmin, now=timezone.now()) for one in last_two]

    def confirm(step):
        return lambda: actions.confirm_step(step, by=secadmin, now=timezone.now())

    results = in_threads(*map(confirm, steps))

    assert {type(result) for result in results} == {str, RuleViolation}
    assert User.objects.with_role(Role.AUDITADMIN).count() == 1


@pytest.mark.parametrize("_again", range(5))
def test_of_two_administrators_making_accounts_for_the_register_at_once_one_makes_them(sysadmin, _again):
    official, other = factories.OfficialFactory(name="张伟"), factories.UserFactory(roles=[Role.SYSADMIN])
    unit = factories.UnitFactory(liaison_name="张伟")
    keys = {f"subject-{official.code}", f"liaison-{unit.code}"}

    results = in_threads(*(lambda by=by: officials.create_accounts(keys, by=by) for by in (sysadmin, other)))

    assert sorted(results) == [0, 2]
    assert sorted(User.objects.filter(name="张伟").values_list("username", flat=True)) == ["zhangwei", "zhangwei2"]
