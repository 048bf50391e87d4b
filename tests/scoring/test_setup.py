"""B0: what is fixed before the box is made, and in which order."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.translation import override

from ballots import reference
from ballots.models import Box
from core.errors import RuleViolation
from live.actions import run_sheet
from reviews.models import ReviewSession
from scoring.actions import install_sample_scheme, manifest, setup
from scoring.actions.sheets.hall import handbook

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_an_unlocked_scheme_cannot_be_used(meeting, clerk):
    with pytest.raises(RuleViolation, match="没有锁定"):
        setup.prepare_round(meeting, scheme=install_sample_scheme(), numbers={}, by=clerk)


def test_audience_and_scheme_must_agree(hall):
    hall.session.audience.filter(code="C").delete()
    hall.session.audience.filter(code="A").update(is_anonymous=True)
    with pytest.raises(RuleViolation) as refusal:
        hall.numbered()
    assert len(refusal.value.messages) == 2


def test_a_group_declared_named_for_a_round_now_void_is_secret_again_in_the_next(hall):
    hall.session.audience.filter(code="B").update(is_anonymous=False)
    hall.numbered()
    assert hall.session.audience.get(code="B").is_anonymous
    assert not hall.session.audience.get(code="A").is_anonymous


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda session: session.subjects.filter(order=1).update(name="别人"), "述责述廉对象在钥匙制作以后有变"),
        (lambda session: session.subjects.filter(order=3).delete(), "述责述廉对象在钥匙制作以后有变"),
        (
            lambda session: type(session).objects.filter(pk=session.pk).update(date=dt.date(2027, 1, 8)),
            "会议日期在钥匙制作以后改过",
        ),
    ],
)
def test_cards_of_another_day_or_other_officials_are_not_voted_with(hall, change, told):
    """Codes are places in the order: whoever moved up would get the marks of whoever stood there before."""
    hall.prepare().make_keys().make_cards()
    change(hall.session)
    with pytest.raises(RuleViolation, match=told):
        hall.open()
    session = ReviewSession.objects.get(pk=hall.session.pk)
    assert any(told in reason for reason in run_sheet.start_blockers(session, today=session.date))


def test_no_cards_are_made_for_what_changed_since_the_keys(client, hall):
    hall.prepare().make_keys()
    hall.session.subjects.filter(order=1).update(name="别人")
    hall.session = ReviewSession.objects.get(pk=hall.session.pk)

    with pytest.raises(RuleViolation, match="请先重新制作开箱钥匙"):
        hall.make_cards()
    client.force_login(hall.scrutineer)
    assert client.get(reverse("scoring:ballot_cards", args=[hall.session.uid])).status_code == 302
    step = client.get(reverse("scoring:ballot", args=[hall.session.uid])).context["step"]
    assert step["link"] == reverse("scoring:ballot_keys", args=[hall.session.uid])
    assert len(step["blockers"]) == 1

    assert hall.make_keys().make_cards().open().round.is_open


def test_a_void_round_before_the_meeting_asks_for_cards_again(hall):
    hall.session.state = ReviewSession.State.READY
    hall.session.save(update_fields=["state"])
    hall.prepare().make_keys().make_cards()
    lock = hall.session.preparation.get(kind="LOCK")
    assert lock.done_on
    hall.together("VOID", reason="对象有变")
    lock.refresh_from_db()
    assert lock.done_on is None


def test_keys_whose_draft_is_refused_are_not_taken_for_made(hall, monkeypatch):
    hall.prepare()

    def not_built():
        raise RuleViolation("投票程序还没有构建")

    monkeypatch.setattr(manifest, "client_hash", not_built)
    with pytest.raises(RuleViolation, match="没有构建"):
        hall.make_keys()
    assert not hall.round.has_keys


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


def test_the_code_of_the_key_is_on_the_key_cards_alone_until_the_cards_are_made(client, hall):
    """Shown before, it would be copied into the card page instead of compared."""
    hall.prepare().make_keys()
    code, pages = hall.round.box.urn_code, ["ballot", "ballot_cards"]
    client.force_login(hall.scrutineer)

    def shown():
        return [code in client.get(reverse(f"scoring:{name}", args=[hall.session.uid])).content.decode() for name in pages]

    assert shown() == [False, False]
    assert code not in handbook(hall.round)["handbook"]["codes"].values()
    hall.make_cards()
    assert shown()[0]
    assert handbook(hall.round)["handbook"]["codes"]["urn"] == code
