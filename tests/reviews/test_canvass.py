import pytest
from django.urls import reverse


@pytest.mark.parametrize(
    ("page", "who", "status"),
    [
        ("canvass", "clerk", 200),
        ("canvass", "member", 200),
        ("canvass", "teller", 403),
        ("canvass", "subject_user", 403),
        ("canvass", "outsider", 404),
        ("canvass", "sysadmin", 404),
        ("opinion_list", "clerk", 200),
        ("opinion_list", "approver", 200),
        ("opinion_list", "member", 403),
        ("opinion_list", "subject_user", 403),
        ("opinion_new", "clerk", 200),
        ("opinion_new", "approver", 403),
        ("digest", "clerk", 200),
        ("digest", "member", 403),
        ("canvass_poster", "clerk", 200),
        ("canvass_poster", "member", 403),
    ],
)
def test_who_enters_which_page(client, request, session, form, page, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse(f"reviews:{page}", args=[session.uid])).status_code == status
