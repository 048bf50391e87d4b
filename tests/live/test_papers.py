import pytest
from django.urls import reverse

from reviews.models import ReviewSession
from tests import factories
from tests.core import reading


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "told"),
    [("script", ["五分钟演练脚本", "拔掉大屏的网线"]), ("emergency", ["应急卡", "应到27人，到18人才能开会"])],
)
def test_script_and_card_are_one_page_each(client, scrutineer, session, kind, told):
    factories.AudienceGroupFactory(session=session, expected=27)
    client.force_login(scrutineer)

    pdf = b"".join(client.get(reverse("live:hall_paper", args=[session.uid, kind])))

    assert len(list(reading.pages(pdf))) == 1
    assert [word for word in told if word not in reading.words(pdf)] == []
    assert "演练，不作数" not in reading.words(pdf)
    ReviewSession.objects.update(is_rehearsal=True)
    rehearsed = b"".join(client.get(reverse("live:hall_paper", args=[session.uid, kind])))
    assert "演练，不作数" in reading.words(rehearsed)


def test_there_are_no_other_papers(client, clerk, session):
    client.force_login(clerk)

    assert client.get(reverse("live:hall_paper", args=[session.uid, "handbook"])).status_code == 404
    page = client.get(reverse("live:health", args=[session.uid])).content.decode()
    assert all(reverse("live:hall_paper", args=[session.uid, kind]) in page for kind in ("script", "emergency"))
