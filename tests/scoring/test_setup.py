"""B0: what is fixed before the box is made, and in which order."""

import pytest
from django.utils.translation import override

from ballots import reference
from ballots.models import Box
from core.errors import RuleViolation
from scoring.actions import install_sample_scheme, setup

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_an_unlocked_scheme_cannot_be_used(meeting, clerk):
    with pytest.raises(RuleViolation, match="没有锁定"):
        setup.prepare_round(meeting, scheme=install_sample_scheme(), numbers={}, by=clerk)


def test_audience_and_scheme_must_agree(hall):
    hall.session.audience.filter(code="C").delete()
    hall.session.audience.filter(code="B").update(is_anonymous=False)
    with pytest.raises(RuleViolation) as refusal:
        hall.numbered()
    assert len(refusal.value.messages) == 2


def test_keys_need_a_box_and_cards_need_keys(hall):
    hall.numbered()
    with pytest.raises(RuleViolation, match="还没有建立"):
        hall.make_keys()
    hall.together("SETUP")
    with pytest.raises(RuleViolation, match="先制作开箱钥匙"):
        setup.save_cards(hall.round, manifest="{}", credentials="{}", by=hall.scrutineer, today=hall.now.date())


def test_a_manifest_that_is_not_the_one_given_out_is_refused(hall):
    hall.prepare().make_keys()
    given = hall.round.box.document
    hall.credentials, hall.cards = reference.make_cards(given)
    tampered = given | {"k_pub": 11}
    hall.manifest = reference.complete(tampered, hall.credentials)
    with pytest.raises(RuleViolation, match="未通过核对"):
        hall.save_cards()
    assert hall.round.state == Box.State.DRAFT


def test_the_manifest_speaks_the_schemes_language_whoever_makes_the_keys(hall):
    """Weights by category are found by its Chinese name."""
    with override("en"):
        hall.prepare().make_keys()

    assert {official["category"] for official in hall.round.box.document["officials"]} == {"区直部门"}


def test_nothing_of_the_setup_changes_once_the_box_stands(hall):
    hall.prepare()
    with pytest.raises(RuleViolation, match="作废本轮"):
        hall.numbered()
