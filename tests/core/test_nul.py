"""The character NUL, which nobody types and PostgreSQL does not keep, is refused before anything else is done."""

import io

import pytest
from django.http import UnreadablePostError
from django.test import RequestFactory
from django.urls import reverse

from core import middleware


@pytest.mark.parametrize(
    "send",
    [
        lambda client, page: client.get(page, {"q": "一\0二"}),
        lambda client, page: client.get(page, {"q\0": "一"}),
        lambda client, page: client.get(f"{page}%00"),
        lambda client, page: client.post(page, {"name": "一\0二"}),
        lambda client, page: client.post(page, {"name\0": "一"}),
        lambda client, page: client.post(page, {"name": ["一", "二\0"]}),
        lambda client, page: client.get(page, headers={"cookie": r'sessionid="abcdefgh\000"'}),
    ],
    ids=["query", "name in the query", "path", "form", "name in the form", "second value", "cookie"],
)
@pytest.mark.django_db
def test_nul_is_refused_wherever_it_stands(client, clerk, send):
    client.force_login(clerk)

    answer = send(client, reverse("reviews:session_list"))

    assert answer.status_code == 400
    assert "没有看懂这次提交" in answer.content.decode()


@pytest.mark.django_db
def test_without_nul_the_page_opens(client, clerk):
    client.force_login(clerk)

    assert client.get(reverse("reviews:session_list"), {"q": "一二"}).status_code == 200


def test_a_form_cut_short_on_the_way_is_no_breakdown():
    request = RequestFactory().post("/", data=b"a", content_type="application/x-www-form-urlencoded")
    request._stream = Gone()

    with pytest.raises(middleware.BadRequest):
        middleware.refuse_nul(None)(request)


class Gone(io.BytesIO):
    def read(self, *args):
        raise UnreadablePostError
