"""The pages of the schemes: reading and locking."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from notices.models import Notice
from scoring import rules
from scoring.actions import install_sample_scheme
from scoring.actions.scheme import change_scheme, draft_scheme, presets, submit_scheme
from scoring.models import Scheme
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def shown(client, scheme):
    """The hash that the buttons of its page send along."""
    return re.search('name="seen" value="([0-9a-f]{64})"', client.get(scheme.get_absolute_url()).content.decode())[1]


def press(client, user, verb, scheme, **said):
    client.force_login(user)
    return client.post(reverse(f"scoring:scheme_{verb}", args=[scheme.uid]), {"seen": rules.scheme_hash(scheme.body)} | said)


def test_schemes_are_read_handed_in_and_locked_by_a_leader(client, clerk, approver, member, sysadmin):
    client.force_login(clerk)
    client.post(reverse("scoring:scheme_sample"))
    scheme = Scheme.objects.get()
    text = client.get(scheme.get_absolute_url()).content.decode()
    assert "每个票种满 7 票时，去掉 1 个最高分、1 个最低分" in text
    assert "实名主体的权重达到 20%" in text
    assert ("提交锁定" in text, "锁定方案" in text) == (True, False)
    for user, status in ((member, 403), (clerk, 403)):
        assert press(client, user, "lock", scheme).status_code == status
    client.force_login(sysadmin)
    assert client.get(scheme.get_absolute_url()).status_code == 403

    client.force_login(clerk)
    client.post(reverse("scoring:scheme_submit", args=[scheme.uid]), {"seen": shown(client, scheme)})
    assert "等审批领导锁定" in client.get(scheme.get_absolute_url()).content.decode()
    assert "待审批" in client.get(reverse("scoring:scheme_list")).content.decode()
    notice = Notice.objects.get(to=approver)
    assert (notice.subject, notice.link) == ("待锁定：计分方案SCH-2026-01 第 1 版", scheme.get_absolute_url())

    client.force_login(approver)
    assert scheme.get_absolute_url() in [row["line"].url for row in client.get(reverse("desk:desk")).context["agenda"]]
    seen = shown(client, scheme)
    client.post(reverse("scoring:scheme_lock", args=[scheme.uid]), {"seen": seen})
    scheme.refresh_from_db()
    assert (scheme.is_locked, scheme.hash, scheme.locked_by) == (True, seen, approver)
    assert Notice.objects.get(to=approver).state == Notice.State.CANCELLED


@pytest.mark.parametrize("hand", ["edited_by", "submitted_by"])
def test_nobody_locks_the_own_scheme(client, clerk, approver, hand):
    scheme = install_sample_scheme(by=clerk)
    submit_scheme(scheme, seen=rules.scheme_hash(scheme.body), by=clerk, now=timezone.now())
    Scheme.objects.update(**{hand: approver})

    press(client, approver, "lock", scheme)

    scheme.refresh_from_db()
    assert scheme.is_submitted
    assert "请由另一位审批领导锁定" in (page := client.get(scheme.get_absolute_url()).content.decode())
    assert reverse("scoring:scheme_lock", args=[scheme.uid]) not in page


def test_only_what_was_handed_in_is_locked(client, clerk, approver):
    scheme = install_sample_scheme(by=clerk)

    press(client, approver, "lock", scheme)

    scheme.refresh_from_db()
    assert scheme.state == Scheme.State.DRAFT


def test_a_scheme_that_comes_back_is_a_draft_with_the_reason(client, clerk, approver):
    scheme = install_sample_scheme(by=clerk)
    press(client, clerk, "submit", scheme)

    press(client, approver, "return", scheme, reason="群众权重太小")

    scheme.refresh_from_db()
    assert (scheme.state, scheme.returned_because) == (Scheme.State.DRAFT, "群众权重太小")
    assert [notice.body for notice in Notice.objects.filter(to=clerk)] == ["群众权重太小"]
    client.force_login(clerk)
    assert "群众权重太小" in client.get(scheme.get_absolute_url()).content.decode()
    assert "修改退回的计分方案" in [row["line"].title for row in client.get(reverse("desk:desk")).context["agenda"]]
    press(client, clerk, "submit", scheme)
    scheme.refresh_from_db()
    assert (scheme.is_submitted, scheme.returned_because) == (True, "")


def test_a_scheme_changed_after_it_was_handed_in_is_handed_in_anew(client, clerk, approver):
    scheme = install_sample_scheme(by=clerk)
    press(client, clerk, "submit", scheme)
    seen = rules.scheme_hash(scheme.body)

    change_scheme(scheme, scheme.body | {"rounding": {"places": 1}}, before=seen, by=clerk)

    scheme.refresh_from_db()
    assert scheme.state == Scheme.State.DRAFT
    press(client, approver, "lock", scheme)
    scheme.refresh_from_db()
    assert not scheme.is_locked


def test_a_scheme_that_was_changed_since_it_was_shown_is_not_locked(client, clerk, approver):
    scheme = install_sample_scheme(by=clerk)
    press(client, clerk, "submit", scheme)

    for seen in ("", "0" * 64, "0" * 65):
        press(client, approver, "lock", scheme, seen=seen)

    scheme.refresh_from_db()
    assert not scheme.is_locked
    assert "方案刚被他人改过" in client.get(scheme.get_absolute_url()).content.decode()


def test_a_scheme_with_errors_cannot_be_locked(client, clerk):
    scheme = install_sample_scheme()
    scheme.body["total"] = 90
    scheme.save()
    client.force_login(clerk)
    assert "各项指标满分之和须等于总分" in client.get(scheme.get_absolute_url()).content.decode()
    press(client, clerk, "submit", scheme)
    scheme.refresh_from_db()
    assert scheme.state == Scheme.State.DRAFT


def test_before_the_lock_it_is_said_that_no_session_could_take_the_scheme(client, clerk, session):
    factories.AudienceGroupFactory(session=session, code="A")
    shiji = next(preset for preset in presets() if preset.key == "shiji")
    scheme = draft_scheme(shiji, code="S", name="四档", by=clerk)
    client.force_login(clerk)

    text = client.get(scheme.get_absolute_url()).content.decode()

    assert "分管领导：会议的参会人员里没有这个编号的票种" in text


def test_a_quota_that_no_dispersed_session_here_meets_is_said_on_the_page(client, clerk, session):
    scheme = install_sample_scheme(by=clerk)
    client.force_login(clerk)

    assert "本规则可能不起作用：分散会议最多 3 人" in client.get(scheme.get_absolute_url()).content.decode()
