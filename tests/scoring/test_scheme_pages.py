"""The pages of the schemes: reading and locking."""

import re

import pytest
from django.urls import reverse

from scoring import rules
from scoring.actions import install_sample_scheme
from scoring.actions.scheme import change_scheme
from scoring.models import Scheme

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_schemes_are_read_and_locked(client, clerk, member, sysadmin):
    client.force_login(clerk)
    client.post(reverse("scoring:scheme_sample"))
    scheme = Scheme.objects.get()
    text = client.get(scheme.get_absolute_url()).content.decode()
    assert "每个票种满 7 票时，去掉 1 个最高分、1 个最低分" in text
    assert "实名主体的权重达到 20%" in text
    client.force_login(member)
    assert client.post(reverse("scoring:scheme_lock", args=[scheme.uid])).status_code == 403
    client.force_login(sysadmin)
    assert client.get(scheme.get_absolute_url()).status_code == 403
    client.force_login(clerk)
    shown = re.search('name="seen" value="([0-9a-f]{64})"', client.get(scheme.get_absolute_url()).content.decode())[1]
    client.post(reverse("scoring:scheme_lock", args=[scheme.uid]), {"seen": shown})
    scheme.refresh_from_db()
    assert scheme.is_locked
    assert scheme.hash == shown


def test_a_scheme_that_was_changed_since_it_was_shown_is_not_locked(client, clerk):
    client.force_login(clerk)
    scheme = install_sample_scheme()
    shown = rules.scheme_hash(scheme.body)
    change_scheme(scheme, scheme.body | {"rounding": {"places": 1}}, before=shown, by=clerk)

    for seen in (shown, "", "0" * 65):
        client.post(reverse("scoring:scheme_lock", args=[scheme.uid]), {"seen": seen})

    scheme.refresh_from_db()
    assert not scheme.is_locked
    assert "方案刚被他人改过" in client.get(scheme.get_absolute_url()).content.decode()


def test_a_scheme_with_errors_cannot_be_locked(client, clerk):
    scheme = install_sample_scheme()
    scheme.body["total"] = 90
    scheme.save()
    client.force_login(clerk)
    assert "各项指标满分之和须等于总分" in client.get(scheme.get_absolute_url()).content.decode()
    client.post(reverse("scoring:scheme_lock", args=[scheme.uid]))
    scheme.refresh_from_db()
    assert not scheme.is_locked
