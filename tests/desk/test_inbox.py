"""The inbox."""

import pytest
from django.urls import reverse
from django.utils import timezone

from notices import actions as notices
from notices.models import Notice

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def notice(clerk):
    notices.post(to=[clerk], key="a", subject="待审查：和彦岚的报告", body="第 1 稿")
    notices.deliver_waiting(now=timezone.now())
    return Notice.objects.get()


def test_the_inbox_finds_by_words_and_shows_the_unread(client, clerk, notice):
    client.force_login(clerk)

    def found(**query):
        return list(client.get(reverse("desk:inbox"), query).context["page"])

    assert found(q="和彦岚") == found(unread="") == [notice]
    assert found(q="别的") == []


def test_all_can_be_marked_as_read_by_their_owner_only(client, clerk, approver, notice):
    client.force_login(approver)
    client.post(reverse("desk:inbox_read"))
    assert Notice.objects.unread().count() == 1

    client.force_login(clerk)
    client.post(reverse("desk:inbox_read"))

    assert Notice.objects.unread().count() == 0
