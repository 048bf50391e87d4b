"""The trail says who, as what, from where, with which result; what was altered or taken out of it shows (S24, S25)."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils.translation import override

from core import audit
from core.models import AuditEvent
from reviews.models import ReviewSession
from tests import factories
from tests.append_only import execute, lifted

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(clerk):
    for action in ("first", "second", "third"):
        audit.record(action, "thing", by=clerk, n=1)


def verify(capsys, *arguments):
    call_command("verify_audit", *arguments)
    return capsys.readouterr().out


# --- one line ------------------------------------------------------------------------------------------------


def test_what_the_clock_did_has_no_actor_and_what_a_person_did_has_one(clerk):
    by_clock, by_clerk = audit.record("sweep", "thing", by=None), audit.record("press", clerk, by=clerk)

    assert (by_clock.actor, by_clock.actor_name, by_clock.role, by_clock.detail) == ("", "", "", "")
    assert (by_clerk.actor, by_clerk.role, by_clerk.result) == (clerk.username, "organiser", "DONE")
    assert by_clerk.thing == f"officials.User {clerk.uid} {clerk}"


@pytest.mark.parametrize(
    ("is_secure", "headers", "address"),
    [
        (False, {"REMOTE_ADDR": "10.1.2.3"}, "10.1.2.3"),
        (False, {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "6.6.6.6"}, "10.1.2.3"),
        (True, {"REMOTE_ADDR": "172.18.0.9", "HTTP_X_FORWARDED_FOR": "10.1.2.3"}, "10.1.2.3"),
        (True, {"REMOTE_ADDR": "172.18.0.9", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 10.1.2.3"}, "10.1.2.3"),
    ],
)
def test_a_line_says_where_the_person_sat(client, clerk, settings, is_secure, headers, address):
    settings.SECURE = is_secure
    client.force_login(clerk)

    client.get(reverse("desk:audit_trail"), **headers)

    line = AuditEvent.objects.get()
    assert (line.action, line.result, line.address) == ("refuse", "REFUSED", address)
    assert audit.source.get() == ""


def test_the_trail_speaks_the_language_of_the_installation_whoever_acts(clerk):
    rules = factories.RuleSetFactory(name="规则", version=2)
    with override("en"):
        for _again in range(2):
            audit.record_once("adopt_rule_set", rules, by=clerk, state=ReviewSession.State.DRAFT.label)
    with override("zh-hans"):
        audit.record_once("adopt_rule_set", rules, by=clerk, state=ReviewSession.State.DRAFT.label)

    line = AuditEvent.objects.get()
    assert line.thing.endswith("规则（第 2 版）")
    assert line.detail == '{"state": "草稿"}'


def test_who_is_turned_away_is_noted_once_and_without_the_query(client, clerk):
    client.force_login(clerk)

    assert client.get(reverse("desk:audit_trail"), {"q": "secret"}).status_code == 403

    line = AuditEvent.objects.get()
    assert (line.actor, line.thing, line.detail) == (clerk.username, "GET /audit/", "")


# --- the chain -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("three")
def test_an_untouched_chain_is_whole(capsys):
    assert audit.faults() == []
    assert list(AuditEvent.objects.order_by("n").values_list("n", "action")) == [(1, "first"), (2, "second"), (3, "third")]
    assert verify(capsys) == f"The trail is whole. Its head: 3 {audit.printed(audit.head())}\n"


def test_an_empty_trail_is_whole(capsys):
    assert verify(capsys) == "The trail is empty.\n"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("field", ["actor", "actor_name", "role", "address", "action", "thing", "result", "detail", "previous"])
def test_an_altered_line_is_named(field):
    with lifted():
        AuditEvent.objects.filter(n=2).update(**{field: "other"})

    assert audit.faults() == [(2, "altered")]
    with pytest.raises(CommandError, match=r"Line 2 was altered.*: 1\."):
        call_command("verify_audit")


@pytest.mark.usefixtures("three")
def test_clearing_the_newer_fields_does_not_pass_for_an_older_line():
    with lifted():
        AuditEvent.objects.filter(n=2).update(role="", address="", result="")

    assert audit.faults() == [(2, "altered")]


@pytest.mark.usefixtures("three")
def test_a_line_sealed_anew_breaks_the_one_after_it():
    line = AuditEvent.objects.get(n=2)
    line.action = "other"
    with lifted():
        AuditEvent.objects.filter(n=2).update(
            action="other", digest=audit.digest(*(getattr(line, name) for name in audit.SEALED))
        )

    assert audit.faults() == [(3, "altered")]


@pytest.mark.usefixtures("three")
def test_a_line_taken_out_is_named():
    with lifted():
        AuditEvent.objects.filter(n=2).delete()

    assert audit.faults() == [(2, "missing"), (3, "altered")]
    with pytest.raises(CommandError, match="Line 2 is missing"):
        call_command("verify_audit")


@pytest.mark.usefixtures("three")
def test_lines_in_another_order_are_named():
    with lifted():
        for old, new in ((2, 9), (3, 2), (9, 3)):
            AuditEvent.objects.filter(n=old).update(n=new)

    assert audit.faults() == [(2, "altered"), (3, "altered")]


@pytest.mark.usefixtures("three")
def test_a_line_put_in_is_named():
    line = AuditEvent.objects.get(n=3)
    line.n = 4

    line.save(force_insert=True)

    assert audit.faults() == [(4, "altered")]


@pytest.mark.usefixtures("three")
def test_a_trail_cut_off_or_written_anew_is_whole_but_not_the_printed_one(capsys, clerk):
    printed = audit.head()
    assert "Line 3 is the printed head." in verify(capsys, "--head", "3", audit.printed(printed))
    assert "Line 3 is the printed head." in verify(capsys, "--head", "3", *audit.printed(printed).upper().split()[:4])

    with lifted():
        AuditEvent.objects.filter(n=3).delete()
    assert audit.faults() == []
    with pytest.raises(CommandError, match="cut off"):
        call_command("verify_audit", "--head", "3", printed.digest)

    audit.record("third", "another thing", by=clerk, n=1)
    assert audit.faults() == []
    with pytest.raises(CommandError, match="written anew"):
        call_command("verify_audit", "--head", "3", printed.digest)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("typed", [["3"], ["three", "0" * 32], ["3", "0" * 15], ["3", "g" * 32]])
def test_a_head_that_nobody_printed_is_not_understood(typed):
    with pytest.raises(CommandError, match="as printed"):
        call_command("verify_audit", "--head", *typed)


# --- the database refuses --------------------------------------------------------------------------------------

ATTACKS = [
    "UPDATE core_auditevent SET actor = 'x' WHERE n = 2",
    "DELETE FROM core_auditevent WHERE n = 2",
    "DELETE FROM core_auditevent",
]
BY_VENDOR = {
    "sqlite": ["INSERT OR REPLACE INTO core_auditevent SELECT * FROM core_auditevent WHERE n = 2"],
    "postgresql": ["TRUNCATE core_auditevent"],
}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("attack", [*ATTACKS, *BY_VENDOR[connection.vendor]])
def test_the_database_lets_nobody_change_or_remove_a_line(attack):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute(connection, attack)

    assert audit.faults() == []
    assert AuditEvent.objects.count() == 3
