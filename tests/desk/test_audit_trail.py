"""What the audit administrator sees: who did what from where, whether the chain holds, and the head every morning (S24, S25)."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core import audit
from core.models import AuditEvent
from desk import actions, tasks
from notices import actions as notices
from notices.models import Notice
from tests import factories
from tests.append_only import lifted

TODAY = dt.date(2026, 12, 16)
TRAIL, VERIFY = "desk:audit_trail", "desk:audit_verify"


@pytest.fixture
def lines(clerk):
    for action in ("issue_letter", "start", "close"):
        audit.record(action, "thing", by=clerk)


def page(client, user, **query):
    client.force_login(user)
    return client.get(reverse(TRAIL), query)


def told(answer):
    return [str(message) for message in answer.context["messages"]]


def test_the_trail_speaks_in_words_and_is_searched_by_them(client, auditadmin, lines):
    rows = page(client, auditadmin, q="签发").context["rows"]

    assert [(row["word"], row["event"].action, row["roles"]) for row in rows] == [("签发", "issue_letter", "工作人员")]


def test_the_trail_shows_address_and_refusals(client, auditadmin, clerk):
    client.force_login(clerk)
    client.get(reverse(TRAIL), REMOTE_ADDR="10.9.8.7")

    answer = page(client, auditadmin, q="10.9.8")

    assert [row["word"] for row in answer.context["rows"]] == ["越权被拒"]
    assert all(word in answer.content.decode() for word in ("10.9.8.7", "拒绝", "GET /audit/"))


def test_a_thing_is_named_in_words_and_its_code_waits_below(client, auditadmin, clerk, session):
    audit.record("unlock_account", clerk, by=auditadmin)
    audit.record("start", session, by=clerk)
    audit.record("note_answer", f"question {session.uid}", by=clerk)
    audit.record("closed", "item ZG2026001", by=clerk)
    audit.record("verify_trail", "audit trail", by=auditadmin, head=3, faults=0)
    audit.record("start", "gone.Model 7 旧名", by=clerk)

    rows = page(client, auditadmin).context["rows"]

    assert [(row["thing"]["text"], row["thing"]["code"]) for row in reversed(rows)] == [
        (f"账号　{clerk.name}（{clerk.username}）", str(clerk.uid)),
        (f"述责述廉会议　{session}", str(session.uid)),
        ("质询问题", str(session.uid)),
        ("整改项　ZG2026001", ""),
        ("记录链", ""),
        ("gone.Model 7 旧名", ""),
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_one_and_three_accounts_cost_the_same(client, auditadmin, clerk, n, django_assert_num_queries):
    for _ in range(n):
        audit.record("unlock_account", factories.UserFactory(), by=clerk)
    client.force_login(auditadmin)
    client.get(reverse(TRAIL))

    with django_assert_num_queries(9):  # one more than without accounts: their names to sign in with
        client.get(reverse(TRAIL))


def test_before_anybody_verified_the_page_says_so_and_shows_the_head(client, auditadmin, lines):
    answer = page(client, auditadmin)

    assert answer.context["verified"] is None
    assert "还没有核对过" in answer.content.decode()
    assert audit.printed(audit.head()) in answer.content.decode()


def test_verifying_a_whole_chain_says_so_and_is_a_line_itself(client, auditadmin, lines):
    client.force_login(auditadmin)

    answer = client.post(reverse(VERIFY), follow=True)

    assert told(answer) == ["从第一条核对到最后一条，记录链完整"]
    assert (answer.context["verified"].actor, answer.context["faults"]) == (auditadmin.username, 0)
    assert AuditEvent.objects.filter(action="verify_trail").count() == 1


def test_verifying_a_broken_chain_names_the_lines(client, auditadmin, lines):
    with lifted():
        AuditEvent.objects.filter(n=2).delete()
    client.force_login(auditadmin)

    answer = client.post(reverse(VERIFY), follow=True)

    assert told(answer) == ["第 2 条缺失", "第 3 条被改动，或者接不上前一条"]
    assert answer.context["faults"] == 2
    assert "不完整" in answer.content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_one_and_three_lines_cost_the_same(client, auditadmin, clerk, n, django_assert_num_queries):
    for _ in range(n):
        audit.record("start", "session", by=clerk)
    client.force_login(auditadmin)
    client.get(reverse(TRAIL))

    with django_assert_num_queries(8):
        client.get(reverse(TRAIL))


# --- every morning -------------------------------------------------------------------------------------------


def test_the_head_reaches_every_audit_administrator_once_a_day(auditadmin, secadmin, lines, time_machine):
    time_machine.move_to(dt.datetime(2026, 12, 16, 0, tzinfo=dt.UTC), tick=False)
    head = audit.head()

    tasks.send_audit_head()
    tasks.send_audit_head()
    notices.deliver_waiting(now=timezone.now())

    notice = Notice.objects.get()
    assert (notice.to, notice.state) == (auditadmin, "SENT")
    assert notice.subject == "审计记录链完整，今天的链首是第 5 条"  # three lines, and one for each look at them
    assert head.n == 3
    assert audit.printed(AuditEvent.objects.get(n=5)) in notice.body


def test_a_broken_chain_is_told_the_same_way(auditadmin, lines):
    with lifted():
        AuditEvent.objects.filter(n=1).update(thing="other")

    actions.send_head(today=TODAY)

    assert Notice.objects.get().subject == "审计记录链不完整：第 1 条起对不上"


def test_the_trail_is_narrowed_down_by_person_action_result_and_days(client, auditadmin, clerk, lines):
    audit.refuse("start", clerk, by=clerk)
    today = timezone.localdate()

    def actions_of(**query):
        return [row["event"].action for row in page(client, auditadmin, person=clerk.username, **query).context["rows"]]

    assert {"issue_letter", "start", "close"} <= set(actions_of())
    assert page(client, auditadmin, person="没有这个人").context["rows"] == []
    assert actions_of(action="issue_letter") == ["issue_letter"]
    assert len(actions_of(result="REFUSED")) == 1
    assert len(actions_of(since=today, until=today)) == len(actions_of())
    assert actions_of(since=today + dt.timedelta(days=1)) == actions_of(until=today - dt.timedelta(days=1)) == []
    assert len(actions_of(since="0001-01-01", until="9999-12-31")) == len(actions_of())
    assert actions_of(since="no day", action="none") == actions_of()
