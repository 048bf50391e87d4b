"""A tie across a quota: who sees it and how it is settled on the page."""

import pytest

from tests.scoring.pages import page

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_who_is_tied_at_a_quota_is_for_those_who_count_and_decide(client, hall):
    """It tells bands, before anybody has signed; the others read that a decision is waited for."""
    hall.tied()
    tied = hall.session.subjects.first().name
    for user, told in [(hall.clerk, False), (hall.approver, True), (hall.scrutineer, True), (hall.teller, True)]:
        client.force_login(user)
        shown = client.get(page("results", hall.session)).content.decode()
        assert "名额线上有同分，须先由审批领导裁定" in shown
        assert ("待裁定：“好”名额" in shown, "还有 1 个名额" in shown) == (told, told)
        assert "裁定同分者的名额" in shown
        assert ('href="#decide-0"' in shown) == (user == hall.approver)
        if user == hall.clerk:
            assert tied not in shown


def test_a_refused_decision_keeps_what_was_ticked(client, hall):
    hall.tied()
    client.force_login(hall.approver)
    (needed,) = hall.count.decisions_needed
    told = {"label": needed["label"], "pool": needed["pool"], "reason": "集体研究决定"}

    refused = client.post(page("results_decide", hall.session), told | {"chosen": needed["candidates"]}).content.decode()

    assert "请从同分者中选出 1 人" in refused
    assert refused.count(" checked") == 2
    assert "data-pulse" not in refused  # the browser would send the press once more
    assert client.post(page("results_decide", hall.session), told | {"chosen": ["o09"]}).status_code == 200
    assert client.post(page("results_decide", hall.session), {"label": "差", "pool": ""}).status_code == 302
    silent = client.post(page("results_decide", hall.session), told | {"chosen": needed["candidates"][:1], "reason": " "})
    assert "请填写裁定理由" in silent.content.decode()
    assert client.post(page("results_decide", hall.session), told | {"chosen": needed["candidates"][:1]}).status_code == 302
    assert hall.again().count.decisions_needed == []
