"""Rehearsals can be wiped, formal rounds cannot."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ballots.models import Box, Transcript
from core import files
from core.errors import RuleViolation
from notices.actions import notice as notices
from notices.models import Notice
from officials.roles import Role
from reviews.models import ReviewSession
from scoring.actions import rehearsal
from scoring.models import BallotRound, PaperJob
from tests import factories

State = ReviewSession.State

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_rehearsal_is_wiped_without_a_trace_and_can_be_run_again(hall):
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    hall.session.refresh_from_db()
    hall.counted()
    sid = hall.round.sid

    rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)

    assert not Box.objects.filter(sid=sid).exists()
    assert not Transcript.objects.exists()
    assert not BallotRound.objects.exists()
    hall.session.refresh_from_db()
    assert hall.session.state == State.IN_PROGRESS
    hall.bodies = []
    hall.counted()


def test_a_rehearsal_run_again_reminds_again(client, hall):
    """The round has number 1 again; the notices of the first were sent."""
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    hall.session.refresh_from_db()
    hall.counted()
    notices.deliver_waiting(now=timezone.now())
    to_sign = Notice.objects.filter(to=hall.teller, key__contains=":sign:")
    assert [notice.state for notice in to_sign] == ["SENT"]
    client.force_login(hall.clerk)

    wipe = reverse("scoring:rehearsal_wipe", args=[hall.session.uid])
    client.post(wipe, {"word": "清楚"})
    assert hall.round.is_opened  # one press alone wipes nothing

    assert client.post(wipe, {"word": "清除"}).status_code == 302

    hall.session.refresh_from_db()
    hall.bodies = []
    hall.counted()
    assert sorted(notice.state for notice in to_sign.all()) == ["SENT", "WAITING"]


def test_a_paper_goes_with_its_rehearsal_and_stays_when_the_wipe_breaks_off(hall, django_capture_on_commit_callbacks):
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    hall.session.refresh_from_db()
    hall.counted().sign().confirm()
    stored = files.keep("计票报告单.pdf", b"%PDF-1.4", "application/pdf", by=None)
    PaperJob.objects.create(count=hall.count, kind="COUNT_SHEET", state="DONE", stored=stored, asked_by=hall.clerk)
    there = stored.content.storage.exists

    with transaction.atomic():
        rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)
        transaction.set_rollback(True)
    assert there(stored.content.name)

    with django_capture_on_commit_callbacks(execute=True):
        rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)
    assert not there(stored.content.name)


def test_the_wipe_holds_the_rounds_before_the_session_as_every_step_of_the_ballot_does(hall):
    """The other way round the two wait for each other, and PostgreSQL ends one of them with an error."""
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    hall.prepare()

    with CaptureQueriesContext(connection) as asked:
        rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)

    tables = [re.search(r'FROM "(\w+)"', query["sql"]) for query in asked.captured_queries]
    assert [found[1] for found in tables if found][:2] == ["scoring_ballotround", "reviews_reviewsession"]


def test_a_formal_round_cannot_be_wiped(hall):
    hall.prepare()
    with pytest.raises(RuleViolation, match="正式会议"):
        rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)


def test_the_result_of_a_rehearsal_stays_with_those_who_run_it(client, hall, clerk):
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    official = hall.session.subjects.first().official
    heard = factories.UserFactory(roles=[Role.SUBJECT], official=official, unit=official.unit)
    hall.session.refresh_from_db()
    hall.counted().sign().confirm().publish()
    results = reverse("scoring:results", args=[hall.session.uid])

    client.force_login(heard)
    desk, theirs = client.get(reverse("desk:desk")).context["agenda"], client.get(results)
    client.force_login(clerk)
    steps = [row["line"].title for row in client.get(reverse("desk:desk")).context["agenda"]]
    page = client.get(hall.session.get_absolute_url()).content.decode()

    assert not Notice.objects.filter(to=heard).exists()
    assert desk == []
    assert theirs.status_code == 403
    assert "演练做完，清除演练的投票" in steps
    assert "演练做完，清除演练的投票" in page
    assert "发提醒函" not in "".join(steps)


def test_the_question_names_what_goes_with_the_rehearsal(client, hall):
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    hall.session.refresh_from_db()
    hall.counted().sign()
    PaperJob.objects.create(count=hall.count, kind="COUNT_SHEET", asked_by=hall.clerk)
    client.force_login(hall.clerk)

    text = client.get(reverse("scoring:ballot", args=[hall.session.uid])).content.decode()

    assert (
        "删除：1 轮投票，连同票箱、票卡清单、已投的票和实名评分；第 1 版结果（已签字）；1 份文件，以及由结果提出的问题。" in text
    )
