"""Pages that refuse: what happened, why, what to do; and never a number for an excuse."""

import logging

import pytest
from django.test import RequestFactory
from django.urls import reverse

from core import views


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (views.bad_request, 400, "没有保存任何改动"),
        (views.csrf_failure, 403, "刷新后再提交"),
        (views.not_found, 404, "没有找到这一页"),
        (views.forbidden, 403, "联系安全管理员"),
    ],
)
@pytest.mark.django_db
def test_a_refusal_says_what_to_do(client, answer, status, said):
    request = RequestFactory().get("/")
    request.user = None
    response = answer(request)

    page = response.content.decode()
    assert response.status_code == status
    assert said in page
    assert "回到首页" in page
    assert f">{status}<" not in page


@pytest.mark.django_db
def test_a_forbidden_page_gives_the_reason_escaped():
    request = RequestFactory().get("/")
    request.user = None
    page = views.forbidden(request, PermissionError("只有承办人<b>可以</b>开会")).content.decode()

    assert "只有承办人&lt;b&gt;可以&lt;/b&gt;开会" in page
    assert "系统没有做任何改动" in page


def test_a_breakdown_page_needs_nothing_that_may_be_broken():
    """No database mark on this test: asking the database here would fail it."""
    response = views.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "系统出了故障" in response.content.decode()


@pytest.mark.django_db
def test_a_refusal_is_one_line_of_the_log(client, settings, clerk, caplog):
    """The filter hangs on the logger, so it speaks for every handler."""
    client.force_login(clerk)

    with caplog.at_level(logging.WARNING, "django.request"):
        assert client.get(reverse("reviews:tip_off_list")).status_code == 403

    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)]
