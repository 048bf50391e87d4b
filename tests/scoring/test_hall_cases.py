"""The hall's real cases on the main site: groups with too few people."""

import pytest
from django.urls import reverse

from core.errors import RuleViolation
from scoring.actions import scheme, setup, small_groups
from scoring.models import BallotRound, Scheme
from tests.scoring.conftest import NUMBERS

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


# --- groups with too few -----------------------------------------------------------------------------------------


@pytest.fixture
def lonely(hall):
    """A scheme in which the delegates merge nowhere, though only three will come."""
    body = hall.scheme.body | {"code": "LONELY"}
    groups = [{k: v for k, v in g.items() if k != "merge_into"} for g in body["rater_groups"]]
    made = Scheme.objects.create(code="LONELY", name="没有并组", body=body | {"rater_groups": groups})
    scheme.lock_scheme(made, by=hall.clerk, now=hall.now)
    return made


PRESENT = {"A": 1, "B": 7, "C": 5, "D": 3}


def test_a_group_with_too_few_is_named_with_its_ways_out(lonely):
    (small,) = small_groups.small_groups(lonely.body, PRESENT)
    assert (small.code, small.present, small.least, small.may_be_named) == ("D", 3, 5, True)
    assert [code for code, _name in small.neighbours] == ["B", "C"]
    assert small_groups.small_groups(lonely.body, PRESENT | {"D": 5}) == []


def test_merging_makes_one_new_locked_version_however_often_it_is_asked(hall, lonely):
    made = [
        small_groups.settle_small_groups(hall.session, lonely, {"D": "C"}, PRESENT, by=hall.clerk, now=hall.now)
        for _again in range(2)
    ]
    assert made[0] == made[1]
    assert (made[0].version, made[0].is_locked, made[0].plan().groups["D"].merge_into) == (2, True, "C")
    assert small_groups.small_groups(made[0].body, PRESENT) == []
    assert lonely.plan().groups["D"].merge_into is None


def test_a_small_group_declared_named_has_no_cards(hall, lonely):
    settled = small_groups.settle_small_groups(hall.session, lonely, {"D": "named"}, PRESENT, by=hall.clerk, now=hall.now)
    round = setup.prepare_round(hall.session, scheme=settled, numbers=NUMBERS | {"D": (3, 0)}, by=hall.clerk)
    group = round.groups.get(code="D")
    assert (group.is_named, group.cards) == (True, 0)
    assert not hall.session.audience.get(code="D").is_anonymous


def test_whoever_merged_into_a_group_now_named_is_asked_about_too(hall):
    """In the sample scheme the unit's leaders merge into the delegates; with two of each neither is enough."""
    present, body = {"A": 1, "B": 7, "C": 2, "D": 2}, hall.scheme.body
    assert [small.code for small in small_groups.questions(body, present, {})] == ["D"]
    assert [small.code for small in small_groups.questions(body, present, {"D": "B"})] == ["D"]
    assert [small.code for small in small_groups.questions(body, present, {"D": "named"})] == ["D", "C"]

    with pytest.raises(RuleViolation, match="仍不足 5 人"):
        small_groups.settle_small_groups(hall.session, hall.scheme, {"D": "named"}, present, by=hall.clerk, now=hall.now)
    ways = {"D": "named", "C": "B"}
    made = small_groups.settle_small_groups(hall.session, hall.scheme, ways, present, by=hall.clerk, now=hall.now)
    assert (made.plan().groups["D"].named, made.plan().groups["C"].merge_into) == (True, "B")


def test_a_way_that_the_rules_of_schemes_forbid_is_refused(hall):
    """In the sample scheme C merges into D already: the other way round would be a circle."""
    with pytest.raises(RuleViolation, match="成了环"):
        small_groups.settle_small_groups(hall.session, hall.scheme, {"D": "C"}, PRESENT, by=hall.clerk, now=hall.now)
    assert Scheme.objects.count() == 1


def test_the_preparation_page_asks_before_cards_are_printed(client, hall, lonely):
    client.force_login(hall.clerk)
    address = reverse("scoring:ballot_prepare", args=[hall.session.uid])
    numbers = {f"attendants_{code}": n for code, n in PRESENT.items()} | {f"papers_{code}": 0 for code in "BCD"}
    typed = {"scheme": lonely.pk, **numbers}

    asked = client.post(address, typed)
    assert asked.status_code == 200
    assert "到会 3 人，不足 5 人" in asked.content.decode()
    assert not BallotRound.objects.exists()
    assert client.post(address, typed | {"way_D": "A"}).status_code == 200  # the named group is no neighbour

    assert client.post(address, typed | {"way_D": "C"}).status_code == 302
    assert hall.round.scheme.plan().groups["D"].merge_into == "C"
