"""Numbers and deliveries under threads: real threads on a real file, or PostgreSQL."""

import shutil
from contextlib import contextmanager

import pytest
from django.conf import settings as site
from django.core import mail
from django.core.management import call_command
from django.db import connections, transaction

from notices import actions as notices
from notices.actions import letter as letters
from notices.models import LetterSeries, Notice
from tests import factories
from tests.notices.conftest import NOW
from tests.threads import in_threads

SQLITE = site.DATABASES["default"]["ENGINE"].endswith("sqlite3")
pytestmark = [pytest.mark.slow] if SQLITE else [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@contextmanager
def database_in(path):
    """The main database pointed at a file, in this thread and in those to come."""
    in_memory, config = connections["default"], connections.settings["default"]
    name, config["NAME"] = config["NAME"], str(path)
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        config["NAME"] = name
        connections["default"] = in_memory


@pytest.fixture(scope="module")
def migrated_file(django_db_blocker, tmp_path_factory):
    path = tmp_path_factory.mktemp("default") / "migrated.sqlite3"
    with django_db_blocker.unblock(), database_in(path):
        call_command("migrate", run_syncdb=True, verbosity=0)
    return path


@pytest.fixture
def shared(request, tmp_path):
    """A database that threads share as in production: SQLite in a file; PostgreSQL as it is."""
    if not SQLITE:
        yield
        return
    path = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "default.sqlite3")
    with request.getfixturevalue("django_db_blocker").unblock(), database_in(path):
        yield


def take():
    with transaction.atomic():
        return letters.take_number("云纪函", 2026)


def take_and_fail():
    with transaction.atomic():
        letters.take_number("云纪函", 2026)
        raise LookupError


def test_numbers_given_at_once_have_no_gap_and_no_twin(shared):
    results = in_threads(*[take, take, take_and_fail] * 5)

    assert sorted(number for number in results if isinstance(number, int)) == list(range(1, 11))
    assert [type(problem) for problem in results if not isinstance(problem, int)] == [LookupError] * 5
    assert LetterSeries.objects.get().last_number == 10


def test_sweeps_at_once_send_each_notice_once(shared):
    reader = factories.UserFactory(email="xue@example.org")
    for n in range(20):
        notices.post(to=[reader], key=f"k{n}", subject=f"第{n}件", matter="m", send_at=NOW)

    sent = in_threads(*[lambda: notices.deliver_waiting(now=NOW)] * 4)

    assert sum(sent) == 20
    assert sorted(message.subject for message in mail.outbox) == sorted(f"第{n}件" for n in range(20))
    assert set(Notice.objects.values_list("state", flat=True)) == {Notice.State.SENT}


def test_posts_at_once_make_one_notice(shared):
    reader = factories.UserFactory()

    results = in_threads(*[lambda: notices.post(to=[reader], key="k", subject="甲", matter="m")] * 6)

    assert results == [None] * 6
    assert Notice.objects.count() == 1
