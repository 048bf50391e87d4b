"""The demonstration as a first visitor finds it: whole, verifiable, and with something for every role."""

import datetime as dt
import io
import json
import stat

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from ballots import actions as boxes
from ballots import reference, verify
from ballots.models import Transcript
from core import audit
from desk.management.demo import accounts, cards, hall, preparation
from live.actions import run_sheet
from live.models import RunItem
from notices.models import Letter, Notice
from officials.models import Official, Unit, User
from officials.roles import Role
from rectification.models import ItemEvent, RectificationItem
from reviews.models import Digest, Opinion, Question, ReportReview, ReviewReport, ReviewSession, TipOff
from scoring.actions import rehearsal
from scoring.models import BallotRound, Count

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(databases=["default", "ballots"]),
    pytest.mark.usefixtures("district"),
]
State = ReviewSession.State


@pytest.fixture
def finished():
    return Count.objects.get().round.session


@pytest.fixture
def running():
    return ReviewSession.objects.get(state=State.VOTING_OPEN)


@pytest.fixture
def ready():
    return ReviewSession.objects.get(state=State.READY)


@pytest.fixture
def shown():
    """What the page of cards is drawn from."""
    return json.loads(cards.PATH.read_text())


@pytest.fixture
def coming():
    return ReviewSession.objects.get(state__in=ReviewSession.UNDER_WAY, is_rehearsal=False)


def test_a_second_loading_changes_nothing():
    before = Official.objects.count(), ReviewSession.objects.count()
    said = io.StringIO()

    call_command("load_demo", stdout=said)

    assert "not loaded" in said.getvalue()
    assert (Official.objects.count(), ReviewSession.objects.count()) == before


def test_the_district_is_whole_and_its_accounts_cover_every_role():
    listed = User.objects.exclude(demo_hint="")

    assert (Unit.objects.count(), Official.objects.count()) == (85, 125)
    assert {role for user in listed for role in user.roles} == set(Role)
    assert all(user.check_password((settings.VAR / "demo-password").read_text()) for user in listed[:1])
    assert stat.S_IMODE((settings.VAR / "demo-password").stat().st_mode) == 0o600


def test_the_finished_meeting_was_counted_published_and_verifies(finished):
    count = Count.objects.get()
    transcript = Transcript.objects.get(sid=count.round.sid)

    document, result = verify.verify(bytes(transcript.document))

    assert finished.state == State.RECTIFYING
    assert count.is_published
    assert verify.commitment(document, result["input_hash"]) == count.input_hash
    assert {o: row["score"] for o, row in result["subjects"].items()} == {
        r.subject.code: r.shown_score for r in count.subjects.all()
    }
    assert boxes.get(count.round.sid).state == "ARCHIVED"


def test_what_its_papers_do_in_view_of_the_room_is_done_before_the_meeting_ends(finished):
    _began, ended = RunItem.objects.get(hall__session=finished, kind=RunItem.Kind.CLOSING).times

    assert finished.objections_until < Count.objects.get().round.ended_at < ended
    assert not finished.minutes.sections.filter(title="会后").exists()


def test_its_matters_stand_in_every_state_and_some_are_late():
    items = RectificationItem.objects.all()

    assert {item.state for item in items} == set(RectificationItem.State)
    assert {item.warning.code for item in items} >= {"NONE", "BLUE", "YELLOW", "RED"}
    assert {letter.state for letter in Letter.objects.all()} >= {"CHECKED", "SERVED", "REPLIED", "COMPLETED"}
    for year in {letter.year for letter in Letter.objects.exclude(number=None)}:
        numbers = sorted(Letter.objects.filter(year=year).values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))


def test_both_rehearsals_take_ballots_of_the_cards_shown(running, ready, shown):
    for session, held in zip((running, ready), shown, strict=True):
        round = BallotRound.objects.get(session=session)
        card, _mh = reference.read_fragment(held["groups"][0]["cards"][0]["fragment"])

        assert session.is_rehearsal
        assert held["round"] == round.sid
        assert round.box.document["mode"] == "rehearsal"
        assert card.outer_pub in boxes.codec.parse(round.box.credentials)["groups"][card.group]["outer"]
        assert reference.combine_keys(round.box.document, held["keys"][:2]).cards == tuple(held["keys"][:2])
    assert stat.S_IMODE(cards.PATH.stat().st_mode) == 0o600


def test_one_meeting_can_be_opened_at_once_and_led_to_its_vote(ready):
    now, meeting = timezone.now(), preparation.Meeting(ready, accounts.Cast())

    opened = run_sheet.start(meeting.fresh(), by=meeting.cast.clerk, now=now)
    hall.run(meeting, opened, now=now)

    assert opened.items.current().kind == RunItem.Kind.SCORING
    assert Question.objects.filter(subject__session=ready, state="ANSWERED").count() == 4


def test_the_coming_meeting_has_opinions_a_returned_report_and_questions(coming):
    reports = ReviewReport.objects.filter(subject__session=coming)

    assert coming.opinions.filter(state=Opinion.State.COLLECTED).exists()
    assert TipOff.objects.filter(registered_on=None).count() == 1
    assert {report.state for report in reports} == {"RETURNED", "SUBMITTED", "PASSED"}
    assert Question.objects.filter(subject__session=coming, state="PROPOSED").count() >= 2 * coming.subjects.count()
    assert not Digest.objects.filter(session=coming).exists()


def test_the_trail_is_whole_and_nothing_waits_that_should_have_been_sent(settings):
    assert audit.faults() == []
    assert not Notice.objects.to_send(timezone.now()).exists()


def test_every_notice_bears_the_day_of_what_it_tells(finished, coming):
    def days(key):
        sent = Notice.objects.filter(state="SENT", key__regex=key)
        assert sent.exists(), key
        return {(notice.key, timezone.localdate(notice.sent_at)) for notice in sent}

    def day(moment):
        return timezone.localdate(moment)

    assert days(r"^item:.+:event:") <= {
        (f"item:{event.item.uid}:event:{event.pk}", day(event.at)) for event in ItemEvent.objects.select_related("item")
    }
    assert days(r"^report:.+:review:") <= {
        (f"report:{review.version.report.uid}:review:{review.pk}", day(review.reviewed_at))
        for review in ReportReview.objects.select_related("version__report")
    }
    assert {at for _key, at in days(f"^digest:{finished.digest.pk}:out")} == {day(finished.digest.approved_at)}
    assert {at for _key, at in days(f"^session:{finished.uid}:fed_back:")} == {finished.date}
    assert {at for _key, at in days(f"^session:{coming.uid}:answered:")} == {coming.approved_on}


def test_notices_of_the_last_week_are_unread_and_older_ones_read():
    sent = Notice.objects.filter(state="SENT")
    week_ago = timezone.now() - dt.timedelta(days=8)

    assert sent.filter(read_at=None).exists()
    assert not sent.filter(read_at=None, sent_at__lt=week_ago).exists()
    assert not sent.filter(read_at__lt=F("sent_at")).exists()


@pytest.mark.parametrize("account", [
    "muyanchuan", "yuanbingbai", "feizechuan", "jiangjingzhou", "yushuyuan", "nisongyan", "heyanlan", "qiyanyu", "xueyihe",
    "yintongshi", "linqinghe", "peishouchuan", "sysadmin", "secadmin", "auditadmin",
])  # fmt: skip
def test_every_line_of_every_desk_leads_to_a_page(client, account):
    client.force_login(User.objects.get(username=account))

    lines = client.get(reverse("desk:desk"), {"all": ""}).context["agenda"]

    assert {row["line"].url: client.get(row["line"].url).status_code for row in lines} == {row["line"].url: 200 for row in lines}


def test_the_demonstration_pages_exist_only_in_demonstration_mode(client, settings):
    for mode, expected in ((True, 200), (False, 404)):
        settings.DEMO = mode
        for name in ("desk:demo_tour", "desk:demo_cards"):
            assert client.get(reverse(name)).status_code == expected


def unused(held):
    return [card["fragment"] for group in held["groups"] for card in group["cards"]]


def test_the_card_page_shows_every_unused_card_and_leads_to_the_booth(client, settings, shown):
    settings.DEMO, settings.BOOTH_ORIGIN = True, "http://booth.test"

    page = client.get(reverse("desk:demo_cards")).content.decode()

    assert [len(unused(held)) for held in shown] == [18, 37]
    assert all(f'href="http://booth.test/b#{fragment}"' in page for held in shown for fragment in unused(held))
    assert "仅供演练" in page


def test_the_card_page_of_a_wiped_rehearsal_says_how_to_go_on(client, settings, running, shown):
    settings.DEMO, settings.BOOTH_ORIGIN = True, "http://booth.test"
    rehearsal.wipe_rehearsal(running, by=User.objects.get(username="muyanchuan"))

    page = client.get(reverse("desk:demo_cards")).content.decode()

    assert not any(fragment in page for fragment in unused(shown[0]))
    assert all(fragment in page for fragment in unused(shown[1]))
    assert "演练已经清除" in page
    assert reverse("scoring:ballot", args=[running.uid]) in page


def test_the_sign_in_page_leads_to_tour_cards_and_projector(client, settings):
    settings.DEMO = True

    page = client.get(reverse("officials:login")).content.decode()
    answer = client.post(reverse("officials:demo_login"), {"username": "muyanchuan", "next": reverse("desk:demo_projector")})

    assert all(reverse(f"desk:{name}") in page for name in ("demo_tour", "demo_cards", "demo_projector"))
    assert answer["Location"] == reverse("desk:demo_projector")
    assert client.get(answer["Location"]).status_code == 302


def test_the_projector_says_who_may_open_it_and_is_there_after_the_sign_in(client, settings):
    settings.DEMO = True
    projector = reverse("desk:demo_projector")

    door = client.get(projector, follow=True)
    plain = client.get(reverse("officials:login"))
    client.post(reverse("officials:demo_login"), {"username": "feizechuan"})
    refused = client.get(projector)

    assert "会场大屏由工作人员、监票人或计票人打开" in door.content.decode()
    assert "会场大屏由工作人员、监票人或计票人打开" not in plain.content.decode()
    assert door.content.decode().count(f'name="next" value="{projector}"') == 2 + len(door.context["demo_accounts"])
    assert refused.status_code == 403
    assert "请换用其中一个账号" in refused.content.decode()
