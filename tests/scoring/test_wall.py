"""The received list and the announced result, as the projector shows them where the console put them."""

import re

import pytest
from django.urls import reverse

from live.models import Hall
from scoring.views import wall
from tests.scoring.pages import page
from tests.scoring.test_correction import agree, retype

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def hall(counted):
    Hall.objects.create(session=counted.session)
    return counted


@pytest.fixture
def press(client, hall):
    def pressed(step):
        client.force_login(hall.clerk)
        assert client.post(reverse("live:console_step", args=[hall.session.uid, step])).status_code == 302

    return pressed


@pytest.fixture
def projector(client, hall):
    """What a projector gets that shows the picture with this mark, in another browser."""

    def asked(seen=None):
        client.force_login(hall.scrutineer)
        address = reverse("live:projector_picture", args=[hall.session.uid])
        answer = client.get(address, headers={"If-None-Match": seen} if seen else {})
        return answer, answer.content.decode()

    return asked


def codes_in(text):
    return re.findall(r"<li>([0-9A-Z-]+)</li>", text)


def test_the_console_puts_the_received_list_on_the_projector(projector, press, hall):
    before, text = projector()
    assert codes_in(text) == []

    press("received")

    answer, text = projector(before["ETag"])
    assert answer.status_code == 200
    assert codes_in(text) == sorted(codes_in(text))
    assert len(codes_in(text)) == 18
    assert "收到清单根码" in text
    press("stage")
    assert codes_in(projector()[1]) == []


def test_the_neutral_slide_covers_the_list_and_uncovers_it(client, projector, press, hall):
    press("received")
    console = client.get(reverse("live:console", args=[hall.session.uid])).content.decode()
    assert 'id="neutral"' in console
    assert "大屏：收到清单" in console

    press("neutral")
    assert codes_in(projector()[1]) == []
    press("again")
    assert len(codes_in(projector()[1])) == 18


def test_nothing_is_announced_before_it_is_published(projector, press, hall):
    press("announced")
    mark, text = projector()
    assert "评议结果" not in text

    hall.sign().confirm().publish()

    answer, text = projector(mark["ETag"])
    assert answer.status_code == 200
    rows = hall.count.subjects.select_related("subject").order_by("rank", "subject__order")  # one category
    assert re.findall(r'"who[^"]*"><b>([^<]+)<', text) == [row.subject.name for row in rows]
    assert "每位评议人都可以核对" in text


def test_a_correction_is_told_on_the_wall_without_its_reason(client, projector, press, hall):
    hall.sign().confirm().publish()
    press("announced")
    mark, text = projector()
    assert "正在更正" not in text

    agree(hall)
    answer, text = projector(mark["ETag"])
    assert (answer.status_code, "结果正在更正" in text) == (200, True)
    retype(hall)
    hall.tally()
    assert "结果正在更正" in projector()[1]
    hall.sign().confirm().publish()

    shown = [projector()[1], client.get(page("announced", hall.session)).content.decode()]
    assert [("更正后的第 2 版" in text, "结果正在更正" in text, "录成了" in text) for text in shown] == [(True, False, False)] * 2


@pytest.mark.parametrize(("n", "pages", "is_large"), [(39, 1, True), (90, 1, False), (105, 1, False), (106, 2, False)])
def test_a_long_list_is_laid_on_pages_that_turn(client, hall, monkeypatch, n, pages, is_large):
    entries = [{"h": ""}] * n
    root = wall.ballots.received(hall.round.sid)[1]
    monkeypatch.setattr(wall.ballots, "received", lambda sid: (entries, root))
    monkeypatch.setattr(wall.codec, "unb64", lambda text, size: bytes(size))
    client.force_login(hall.scrutineer)

    shown = client.get(page("received", hall.session))

    text = shown.content.decode()
    assert (len(codes_in(text)), text.count("data-turns"), shown.context["is_large"]) == (n, pages, is_large)
    assert text.count("hidden>") == pages - 1
    assert ("第 1 面，共 2 面" in text) == (pages > 1)
