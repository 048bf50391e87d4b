"""One code sent twice at once, each time on a connection of its own; SQLite has one writer at a time, so PostgreSQL tells."""

import pytest
from django.conf import settings
from django.utils import timezone

from officials import actions
from officials.models import RecoveryCode
from tests import factories
from tests.officials.test_second_factor import SEED, shown
from tests.threads import in_threads

POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not POSTGRESQL, reason="SQLite lets in one at a time"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("kind", ["app", "recovery"])
@pytest.mark.parametrize("_again", range(5))
def test_of_two_who_send_the_same_code_at_once_one_gets_in(kind, _again):
    person = factories.UserFactory()
    codes = actions.enrol(person, SEED, shown(steps=-1), now=timezone.now())
    code = shown() if kind == "app" else codes[0]

    results = in_threads(*[lambda: actions.take_code(person, code, now=timezone.now())] * 4)

    assert sorted(results) == [False, False, False, True]
    assert RecoveryCode.objects.exclude(used_at=None).count() == (kind == "recovery")
