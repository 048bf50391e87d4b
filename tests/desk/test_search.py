"""Search, and the rooms of the rail: only doors that open."""

import pytest
from django.urls import reverse

from desk.context import rooms
from officials.roles import Role
from scoring.models import Scheme
from tests import factories
from tests.desk.agenda import DESK
from tests.markup import tight

pytestmark = pytest.mark.usefixtures("today")


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("/", "工作台"),
        ("/sessions/", "会议"),
        ("/sessions/plan", "计划"),
        ("/scoring/u/ballot", "会议"),
        ("/rectification/sessions/u/items", "会议"),
        ("/rectification/items/u", "整改"),
        ("/notices/letters/", "整改"),
        ("/units/", "干部"),
        ("/accounts/me", None),
    ],
)
def test_the_rail_marks_the_room_a_page_is_in(rf, clerk, path, room):
    request = rf.get(path)
    request.user = clerk

    assert next((each["label"] for each in rooms(request) if each["current"]), None) == room


def test_search_finds_people_by_initials_and_meetings_by_title(client, clerk, session, subject):
    client.force_login(clerk)
    subject.official.name = "周建林"
    subject.official.save()

    assert list(client.get(reverse("desk:search"), {"q": "zjl"}).context["found"]["officials"]) == [subject.official]
    assert list(client.get(reverse("desk:search"), {"q": session.title}).context["found"]["sessions"]) == [session]


def test_search_leads_only_to_the_pages_that_open(client, clerk, member, teller, subject):
    page = reverse("archive:official", args=[subject.official.uid])
    seen = {}
    for user in (clerk, member, teller):
        client.force_login(user)
        text = client.get(reverse("desk:search"), {"q": subject.name}).content.decode()
        seen[user] = (subject.official.post in text, page in text)

    assert seen == {clerk: (True, True), member: (True, False), teller: (False, False)}


def test_search_gives_an_official_nobody_elses_things(client, outsider, session, subject):
    client.force_login(outsider)

    found = client.get(reverse("desk:search"), {"q": subject.name}).context["found"]

    assert {name: list(things) for name, things in found.items()} == {"sessions": [], "letters": [], "items": []}


def test_search_finds_schemes_by_name_and_code_and_the_page_of_them_by_its_name(client, clerk, outsider):
    client.force_login(clerk)
    page = reverse("scoring:scheme_list")
    none_yet = client.get(reverse("desk:search"), {"q": "计分方案"}).content.decode()
    scheme = Scheme.objects.create(code="SCH-2026-07", name="满意度", body={})

    assert f'<a href="{page}">全部方案</a>' in none_yet
    for q in ("sch-2026", "满意"):
        assert list(client.get(reverse("desk:search"), {"q": q}).context["found"]["schemes"]) == [scheme]
    assert page in client.get(reverse("reviews:session_list")).content.decode()
    client.force_login(outsider)
    assert "schemes" not in client.get(reverse("desk:search"), {"q": "满意"}).context["found"]
    assert page not in client.get(reverse("desk:search"), {"q": "方案"}).content.decode()
    assert page not in client.get(reverse("reviews:session_list")).content.decode()


def test_search_says_where_the_rest_is(client, clerk):
    unit = factories.UnitFactory(name="多人局")
    for _ in range(21):
        factories.OfficialFactory(unit=unit)
    client.force_login(clerk)

    response = client.get(reverse("desk:search"), {"q": "多人局"})

    assert len(response.context["found"]["officials"]) == 20
    more = response.context["more"]
    assert list(more) == ["officials"]
    assert more["officials"] in response.content.decode()
    assert client.get(more["officials"]).context["page"].paginator.count == 21


@pytest.mark.parametrize("role", Role)
def test_the_rooms_of_the_rail_are_those_whose_doors_open(client, db, role):
    user = factories.UserFactory(roles=[role])
    client.force_login(user)
    shown = {room["url"] for room in client.get(reverse(DESK)).context["rooms"]}

    doors = [
        "officials:official_list",
        "reviews:plan",
        "rectification:item_list",
        "reviews:tip_off_list",
        "officials:account_list",
        "desk:audit_trail",
    ]
    opens = {reverse(door) for door in doors if client.get(reverse(door)).status_code == 200}
    assert shown & {reverse(door) for door in doors} == opens


def test_the_letter_list_leads_back_only_where_the_reader_may_go(client, clerk):
    ledger = f'<p class="crumbs"><a href="{reverse("rectification:item_list")}">'
    for user, leads in [(clerk, True), (factories.UserFactory(roles=[Role.ARCHIVIST]), False)]:
        client.force_login(user)
        assert (ledger in tight(client.get(reverse("notices:letter_list")))) == leads
