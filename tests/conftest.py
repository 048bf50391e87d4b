"""The fixed cast. Everybody acts under a real account with real roles."""

import gc
import os

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from hypothesis import settings as hypothesis

from core import sessions, views
from officials.roles import Role
from tests import append_only, factories, skips
from tests.sweep import Cast, Sweep

UNEXCUSED = pytest.StashKey()

hypothesis.register_profile("shuze", deadline=None)  # a busy machine is no fault of the rule under test
hypothesis.load_profile("shuze")


def pytest_collection_finish():
    """What the imports made stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def pytest_collection_modifyitems(items):
    """Who comes through the door asks for a page, with all that a request costs: a part of its own beside the fast suite."""
    for item in items:
        if "client" in item.fixturenames and not item.get_closest_marker("slow"):
            item.add_marker("pages")
    if twice := skips.skippable_twice(items):
        raise pytest.UsageError(f"One condition to skip a test is enough: {', '.join(twice)}")


def pytest_sessionfinish(session):
    """In CI a test that is left out without an excuse is a failure. The workers' reports come together in one place."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and not hasattr(session.config, "workerinput") and reporter:
        session.config.stash[UNEXCUSED] = skips.unexcused(reporter.stats.get("skipped", []), connection.vendor)
        if session.config.stash[UNEXCUSED] and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    for test in config.stash.get(UNEXCUSED, []):
        terminalreporter.write_line(f"LEFT OUT, see tests/skips.py: {test}", red=True)
    if config.pluginmanager.has_plugin("randomly") and not config.option.collectonly:
        terminalreporter.write_line(f"The same order and random numbers again: --randomly-seed={config.option.randomly_seed}")


@pytest.fixture(autouse=True)
def chinese():
    """A page asked for in English leaves its language to whatever runs next in the same thread."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def flush_of_the_trail():
    """Django empties every table after a test that commits; the audit trail lets nobody do so until its triggers are lifted."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def lift_and_flush(self, statements):
        if "core_auditevent" not in "".join(statements):
            return flush(self, statements)
        with append_only.lifted(self.connection):
            return flush(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", lift_and_flush)
        yield


class Visitor(Client):
    """A browser whose sign-in leaves the session as the door does: begun this moment. Thousands of tests begin with one."""

    def force_login(self, user, backend="django.contrib.auth.backends.ModelBackend"):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = backend
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        sessions.begin(session)
        session.create()
        self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


@pytest.fixture
def client():
    return Visitor()


@pytest.fixture
def cast(request):
    return Cast(request.getfixturevalue)


@pytest.fixture(params=["some", pytest.param("whole-cast", marks=pytest.mark.slow)])
def sweep(request, client, monkeypatch):
    """A refusal is asked for its status and not drawn: tests/core/test_refusals.py reads those pages."""
    monkeypatch.setattr(views, "render", lambda request, template, context=None, *, status: HttpResponse(status=status))
    return Sweep(client, request.getfixturevalue, is_whole=request.param == "whole-cast")


@pytest.fixture
def clerk(db):
    """The organiser (党风政风室) who runs the sessions."""
    return factories.UserFactory(name="穆晏川", roles=[Role.ORGANISER])


@pytest.fixture
def approver(db):
    return factories.UserFactory(name="袁秉柏", roles=[Role.APPROVER])


@pytest.fixture
def member(db):
    """A committee member: reads the digest, proposes questions."""
    return factories.UserFactory(name="费泽川", roles=[Role.MEMBER])


@pytest.fixture
def leader(db):
    """A leading member in charge, with the own record."""
    return factories.UserFactory(name="姜景舟", roles=[Role.LEADER], leading_member=factories.LeadingMemberFactory(name="姜景舟"))


@pytest.fixture
def scrutineer(db):
    return factories.UserFactory(name="俞舒源", roles=[Role.SCRUTINEER])


@pytest.fixture
def teller(db):
    return factories.UserFactory(name="倪松言", roles=[Role.TELLER])


@pytest.fixture
def verifier(db):
    return factories.UserFactory(name="尹桐石", roles=[Role.VERIFIER])


@pytest.fixture
def petition_clerk(db):
    return factories.UserFactory(name="信访甲", roles=[Role.PETITION_CLERK])


@pytest.fixture
def session(db):
    """A concentrated session in preparation with five subjects (ReviewSession, not a browser's)."""
    return factories.ReviewSessionFactory(subjects=5)


@pytest.fixture
def subject(session):
    return session.subjects.first()


@pytest.fixture
def subject_user(subject):
    """The account of the first subject of `session`."""
    return factories.account_of(subject.official)


@pytest.fixture
def liaison(subject):
    """The liaison of the first subject's unit."""
    return factories.UserFactory(name="薛翊和", roles=[Role.LIAISON], unit=subject.official.unit)


@pytest.fixture
def outsider(db):
    """An official of another unit, who must not learn that a thing exists."""
    return factories.UserFactory(name="局外人", roles=[Role.SUBJECT], official=factories.OfficialFactory())


@pytest.fixture
def sysadmin(db):
    return factories.UserFactory(name="系统员", roles=[Role.SYSADMIN])


@pytest.fixture
def secadmin(db):
    return factories.UserFactory(name="安全员", roles=[Role.SECADMIN])


@pytest.fixture
def auditadmin(db):
    return factories.UserFactory(name="审计员", roles=[Role.AUDITADMIN])
