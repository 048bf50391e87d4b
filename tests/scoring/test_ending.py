"""The end of a ballot: the objection window, the chair's word, the shredder, and the sealed ballots are gone."""

import datetime as dt

import pytest
from django.urls import reverse

from ballots import actions as box
from ballots import codec
from ballots.models import Box, Envelope
from core.errors import RuleViolation
from officials.models import RoleGrant
from scoring.actions import ending, papers
from scoring.models import Ending, PaperJob
from tests.core import reading

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def published(counted):
    return counted.sign().confirm().publish()


def end(hall, **changes):
    said = {"declared_by": "沈知衡", "key_cards": 3, "missing_key_cards": "", "tablets": 20, "objections": ""} | changes
    ending.note_ending(hall.round, **said, by=hall.scrutineer, now=hall.now)


def test_nothing_ends_while_objections_are_taken(counted, settings):
    settings.OBJECTION_MINUTES = 20
    hall = counted.sign().confirm().publish()
    settings.OBJECTION_MINUTES = 5  # what the hall was told stands
    hall.now += dt.timedelta(minutes=19, seconds=30)
    with pytest.raises(RuleViolation, match="投票异议期还有 1 分钟"):
        end(hall)
    with pytest.raises(RuleViolation, match="投票异议期还有 1 分钟"):
        hall.together("ARCHIVE")
    hall.now += dt.timedelta(seconds=30)
    end(hall)
    hall.together("ARCHIVE")
    assert (hall.round.state, Envelope.objects.count()) == (Box.State.ARCHIVED, 0)


def test_sealed_ballots_are_kept_until_the_end_is_noted(published):
    published.now += dt.timedelta(minutes=15)
    with pytest.raises(RuleViolation, match="还没有登记终局"):
        published.together("ARCHIVE")
    assert Envelope.objects.exists()


def test_an_end_that_leaves_a_way_back_is_refused(published):
    published.now += dt.timedelta(minutes=15)
    for changes, told in [
        ({"key_cards": 4}, "只做了 3 张"),
        ({"key_cards": 2}, "写明缺的在哪里"),
        ({"key_cards": 1, "missing_key_cards": "在家里"}, "仍能开箱"),
        ({"declared_by": " "}, "主持人"),
    ]:
        with pytest.raises(RuleViolation, match=told):
            end(published, **changes)
        assert not Ending.objects.exists(), changes


def test_one_key_card_may_be_missing_with_its_reason(published):
    published.now += dt.timedelta(minutes=15)
    end(published, key_cards=2, missing_key_cards="第三方监票人的一张会前受潮损毁")
    published.together("ARCHIVE")
    assert published.round.is_ended


@pytest.mark.slow
def test_the_record_of_the_end_says_what_was_destroyed(published):
    hall = published.end()
    job = papers.ask_for_paper(hall.count, PaperJob.Kind.ENDING, by=hall.scrutineer)
    papers.make(job.pk)
    job.refresh_from_db()
    with job.stored.content.open() as file:
        words = reading.words(file.read())
    code = codec.code(hall.round.box.manifest_hash, 80)
    told = ["评议票箱终结记录", "18张密封票", "当众粉碎3张", "20台平板", "无人提出投票异议", "沈知衡", "监票人（代表）", code]
    assert [word for word in told if word.replace(" ", "") not in words] == []


def test_the_record_of_the_end_waits_for_the_end(client, published):
    client.force_login(published.scrutineer)
    address = reverse("scoring:paper_make", args=[published.session.uid, "ENDING"])
    assert client.post(address).status_code == 403
    published.end()
    assert client.post(address).status_code == 302


def test_the_countdown_is_shown_until_the_window_is_over(client, published, time_machine):
    address, ballot, results = [
        reverse(f"scoring:{name}", args=[published.session.uid]) for name in ("objection", "ballot", "results")
    ]
    time_machine.move_to(published.now + dt.timedelta(minutes=4))
    client.force_login(published.scrutineer)
    assert "投票异议期还有 <b>11</b> 分钟" in client.get(address).content.decode()
    assert client.get(ballot).context["step"]["title"] == "等投票异议期满，再登记终局"
    time_machine.move_to(published.now + dt.timedelta(minutes=15))
    assert "投票异议期已满" in client.get(address).content.decode()
    assert client.get(ballot).context["step"]["title"] == "投票异议期满，登记终局"
    published.end()
    assert "已经终局" in client.get(address).content.decode()
    assert all(address in client.get(tab).content.decode() for tab in (ballot, results))  # and the tabs still ask for it


def test_the_end_is_noted_on_its_page_and_destroyed_by_two(client, published, time_machine):
    hall = published
    address = reverse("scoring:ballot_end", args=[hall.session.uid])
    typed = {
        "declared_by": "沈知衡",
        "key_cards": 3,
        "tablets": 12,
        "is_shredded": "on",
        "objections": "要求复算一次，当场复算相同",
    }
    time_machine.move_to(hall.now + dt.timedelta(minutes=2))
    client.force_login(hall.scrutineer)
    assert "投票异议期还有 13 分钟" in client.get(address).content.decode()
    time_machine.move_to(hall.now + dt.timedelta(minutes=16))
    assert client.post(address, {**typed, "is_shredded": ""}).status_code == 200
    assert not Ending.objects.exists()
    assert client.post(address, typed).status_code == 302
    client.force_login(hall.scrutineer)
    client.post(reverse("scoring:ballot_ask", args=[hall.session.uid, "ARCHIVE"]))
    client.force_login(hall.clerk)
    client.post(reverse("scoring:ballot_confirm", args=[hall.session.uid, hall.round.requests.get(step="ARCHIVE").pk]))
    assert box.get(hall.round.sid).state == Box.State.ARCHIVED


def test_one_person_with_both_roles_cannot_end_it_alone(published):
    RoleGrant.objects.create(user=published.clerk, role="scrutineer")
    published.now += dt.timedelta(minutes=15)
    end(published)
    with pytest.raises(RuleViolation, match="两个人"):
        published.together("ARCHIVE", first=published.clerk, second=published.clerk)
