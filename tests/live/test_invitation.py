"""Invitations with a code, and the door that reads it."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from core.models import AuditEvent
from live.views.invitation import code_of
from reviews.models import Attendee, ReviewSession
from tests import factories
from tests.live.conftest import NINE


@pytest.fixture
def person(session):
    group = factories.AudienceGroupFactory(session=session, expected=2)
    return Attendee.objects.create(group=group, name="费泽川", about="区纪委委员")


@pytest.fixture
def door(client, clerk):
    client.force_login(clerk)
    return client


def address(person, code=None):
    return reverse("live:check_in", args=[person.group.session.uid, code or code_of(person)])


def test_the_proxy_writes_down_no_moment_of_anybodys_coming(person, settings):
    sites = (settings.ROOT / "deploy" / "nginx" / "sites.conf.template").read_text()
    places = re.findall(r'^    location ~ "(\^/live\S+)" \{\n(.*?)^    \}', sites, re.DOTALL | re.MULTILINE)
    silent = [path for path, rules in places if "access_log off;" in rules and "error_log /dev/null crit;" in rules]
    uid, code = person.group.session.uid, person.group.code
    ticks = [address(person), reverse("live:roster_tick", args=[uid, code]), reverse("live:roster_count", args=[uid, code])]

    assert [[bool(re.match(path, tick)) for path in silent] for tick in ticks] == [[True]] * 3


def test_the_code_shows_who_it_is_and_a_press_ticks_the_person(door, person):
    page = door.get(address(person)).content.decode()
    person.refresh_from_db()
    assert "费泽川" in page
    assert not person.is_present  # looking is no ticking

    after = [door.post(address(person), follow=True).content.decode() for _twice in range(2)]

    person.refresh_from_db()
    assert person.is_present
    assert all('id="is-here"' in page and 'id="check-in"' not in page for page in after)
    assert AuditEvent.objects.filter(action="check_in").count() == 1
    assert not AuditEvent.objects.filter(action="check_in", detail__contains="费泽川").exists()


def test_a_code_that_is_not_ours_opens_nothing(door, person):
    other = factories.AudienceGroupFactory(session=factories.ReviewSessionFactory())
    stranger = Attendee.objects.create(group=other, name="甲")

    codes = [f"{person.pk}:x", str(person.pk), "x", code_of(stranger)]

    assert [door.get(address(person, code)).status_code for code in codes] == [404] * 4
    assert [door.post(address(person, code)).status_code for code in codes] == [404] * 4


def test_before_the_day_the_door_ticks_nobody_and_says_why(door, person, now):
    now.move_to(NINE - dt.timedelta(days=28), tick=False)

    page = door.get(address(person)).content.decode()
    roster = door.get(reverse("live:roster", args=[person.group.session.uid])).content.decode()
    door.post(address(person))

    assert "当天才能签到" in page
    assert "当天才能签到" in roster
    assert 'id="check-in"' not in page
    person.refresh_from_db()
    assert not person.is_present


def test_a_guest_who_scans_the_own_invitation_reads_where_to_show_it(client, person):
    answer = client.get(address(person), follow=True)
    page = answer.content.decode()

    assert answer.redirect_chain[0][0].startswith(reverse("live:invited"))
    assert "由门口的平板扫码签到" in page
    assert "费泽川" not in page
    assert client.cookies.output() == ""
    assert address(person).split("/")[-3] in page.split(reverse("officials:login"))[1]  # staff come back to it


def test_with_the_count_the_door_is_closed(door, person):
    ReviewSession.objects.update(state="COUNTED")

    assert "已经计票" in door.get(address(person)).content.decode()
    door.post(address(person))

    person.refresh_from_db()
    assert not person.is_present


@pytest.mark.parametrize("n", [1, 3])
def test_everybody_on_a_list_gets_a_slip_at_one_price(door, person, n, django_assert_num_queries):
    Attendee.objects.bulk_create(Attendee(group=person.group, name=str(k)) for k in range(n - 1))
    here = reverse("live:invitations", args=[person.group.session.uid])
    door.get(here)

    with django_assert_num_queries(7):
        page = door.get(here).content.decode()

    assert page.count('class="invite"') == n
    assert here in door.get(reverse("live:roster", args=[person.group.session.uid])).content.decode()


def test_without_a_list_the_page_says_where_to_make_one(door, session):
    page = door.get(reverse("live:invitations", args=[session.uid])).content.decode()

    assert reverse("reviews:session_audience", args=[session.uid]) in page


def test_the_door_is_kept_by_scrutineers_too(client, person, scrutineer):
    client.force_login(scrutineer)

    assert client.post(address(person), follow=True).status_code == 200

    person.refresh_from_db()
    assert person.is_present


@pytest.mark.parametrize(
    ("query", "shown"), [({}, "＿＿时＿＿分"), ({"at": "14:30"}, "14:30<br>"), ({"at": "noon"}, "＿＿时＿＿分")]
)
def test_invitations_say_when_to_be_there(door, person, query, shown):
    page = door.get(reverse("live:invitations", args=[person.group.session.uid]), query).content.decode()

    assert shown in page
    assert "data-print" in page
