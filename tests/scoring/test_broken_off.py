"""Two databases share no transaction: whatever breaks off between them, the step is offered again and then simply done."""

import datetime as dt

import pytest
from django.urls import reverse

from ballots import actions as box
from ballots.models import Box, Envelope, Publication, Refused, Transcript
from core import audit
from core.errors import RuleViolation
from reviews.models import ReviewSession
from scoring import rules
from scoring.actions import ending, opening, papers, steps
from scoring.models import Count, StepRequest
from tests import factories
from tests.scoring.test_correction import agree, retype

State = ReviewSession.State
pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


class Broken(Exception):
    """Stands for a kill, a full disk, a trail that refuses."""


@pytest.fixture
def breaking(monkeypatch):
    """`with breaking("open")`: after the box has taken its step, the line in the trail fails, and all rows go back."""
    real = audit.record

    class Breaking:
        def __init__(self, action):
            self.action = action

        def __enter__(self):
            def record(action, *args, **kwargs):
                if action == self.action:
                    raise Broken
                return real(action, *args, **kwargs)

            monkeypatch.setattr("core.audit.record", record)

        def __exit__(self, kind, *_rest):
            monkeypatch.setattr("core.audit.record", real)
            return kind is Broken

    return Breaking


@pytest.mark.parametrize(
    ("step", "before", "action", "ahead"),
    [
        ("OPEN", lambda hall: hall.prepare().make_keys().make_cards(), "open", Box.State.OPEN),
        ("CLOSE", lambda hall: hall.prepare().make_keys().make_cards().open().vote(), "close", Box.State.CLOSING),
    ],
)
def test_a_step_that_broke_off_after_the_box_is_taken_again(client, hall, breaking, step, before, action, ahead):
    before(hall)
    factories.comment_on(hall.session)
    stands = hall.round.state
    request = steps.ask(hall.round, step, by=hall.clerk, now=hall.now)
    with breaking(action):
        steps.confirm(request, by=hall.scrutineer, now=hall.now)

    assert box.get(hall.round.sid).state == ahead
    assert hall.round.state == stands
    client.force_login(hall.scrutineer)
    page = client.get(reverse("scoring:ballot", args=[hall.session.uid]))
    assert page.context["step"]["url"] == reverse("scoring:ballot_confirm", args=[hall.session.uid, request.pk])

    steps.confirm(request, by=hall.scrutineer, now=hall.now)
    assert hall.round.state == ahead


def test_a_box_that_closed_before_the_rows_is_closed_again(hall, breaking):
    hall.prepare().make_keys().make_cards().open().vote()
    with breaking("close_box"):
        hall.close()
    assert (box.get(hall.round.sid).state, hall.round.state) == (Box.State.CLOSED, Box.State.CLOSING)

    steps.finish_close(hall.round, by=hall.clerk, now=hall.now)
    session = ReviewSession.objects.get(pk=hall.session.pk)
    assert (hall.round.state, session.state) == (Box.State.CLOSED, State.VOTING_CLOSED)


def test_a_publication_that_broke_off_is_made_again(hall, breaking):
    hall.counted().sign().confirm()
    with breaking("publish"):
        hall.publish()
    assert box.get(hall.round.sid).state == Box.State.PUBLISHED
    assert not hall.again().count.is_published
    assert ending.note_blockers(hall.round, now=hall.now) != []

    steps.confirm(StepRequest.objects.get(step="PUBLISH"), by=hall.scrutineer, now=hall.now)
    assert hall.again().count.is_published


def test_sealed_ballots_that_could_not_be_overwritten_are_asked_for_again(hall, monkeypatch):
    """On PostgreSQL a backup may hold the table: the ballots are deleted, but what is left of them must still go."""
    hall.counted().sign().confirm().publish()
    forget = box._forget
    monkeypatch.setattr(box, "_forget", lambda sid: (_ for _ in ()).throw(Refused("旧数据还没有清净")))
    with pytest.raises(RuleViolation, match="还没有清净"):
        hall.end()
    assert box.get(hall.round.sid).state == Box.State.ARCHIVED
    assert not hall.round.is_ended

    forgotten = []
    monkeypatch.setattr(box, "_forget", lambda sid: (forgotten.append(sid), forget(sid)))
    steps.confirm(StepRequest.objects.get(step="ARCHIVE"), by=hall.scrutineer, now=hall.now)
    assert (hall.round.is_ended, forgotten, Envelope.objects.count()) == (True, [hall.round.sid], 0)


def test_a_transcript_that_was_stored_but_not_counted_is_counted_by_a_button(client, hall, monkeypatch):
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    with monkeypatch.context() as patch:
        patch.setattr(rules, "score", lambda **inputs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            hall.tally()
    assert (hall.round.state, Count.objects.count()) == (Box.State.OPENED, 0)

    client.force_login(hall.scrutineer)
    address = reverse("scoring:ballot_count", args=[hall.session.uid])
    assert client.get(reverse("scoring:ballot", args=[hall.session.uid])).context["step"]["url"] == address
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 302
    assert Count.objects.get().round == hall.round


def test_a_correction_whose_counting_broke_off_is_counted_and_not_given_up(client, hall, monkeypatch):
    """Its transcript is signed and stored: given up, the first result would go out with the second transcript."""
    hall.counted()
    agree(hall)
    retype(hall)
    with monkeypatch.context() as patch:
        patch.setattr(rules, "score", lambda **inputs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            hall.tally()
    client.force_login(hall.scrutineer)
    keep = reverse("scoring:ballot_keep", args=[hall.session.uid])
    assert keep not in client.get(reverse("scoring:ballot", args=[hall.session.uid])).content.decode()

    with pytest.raises(RuleViolation, match="请先计票"):
        steps.give_up_correction(hall.round, by=hall.scrutineer)
    client.post(reverse("scoring:ballot_count", args=[hall.session.uid]))

    hall.count = Count.objects.newest(hall.round)
    hall.again().sign().confirm().publish()
    assert [hall.count.version, *Publication.objects.values_list("version", flat=True)] == [2, "2"]
    assert papers.enclosed(hall.count) != []


def test_what_is_published_is_the_version_that_was_counted(hall):
    """Whatever lies in the box besides."""
    hall.counted().sign().confirm()
    first = Transcript.objects.get()
    Transcript.objects.create(sid=first.sid, version="2", document=first.document)

    hall.publish()

    assert list(Publication.objects.values_list("version", flat=True)) == ["1"]


@pytest.mark.parametrize("is_counted", [False, True])
@pytest.mark.parametrize("has_expired", [False, True])
def test_a_void_that_broke_off_after_the_box_is_offered_again(client, hall, breaking, is_counted, has_expired):
    hall.counted() if is_counted else hall.prepare().make_keys().make_cards().open().vote()
    with breaking("void"):
        hall.together("VOID", reason="停电")
    assert (box.get(hall.round.sid).state, hall.round.voided_at) == (Box.State.ABORTED, None)
    if has_expired:
        StepRequest.objects.update(asked_at=hall.now - dt.timedelta(hours=1))
        steps.drop_expired(now=hall.now)

    for person in (hall.clerk, hall.scrutineer, hall.teller):
        client.force_login(person)
        page = client.get(reverse("scoring:ballot", args=[hall.session.uid]))
        assert [(stop["key"], stop["state"]) for stop in page.context["stops"]] == [("void", "now")]
        shown = client.get(reverse("scoring:results", args=[hall.session.uid])).context["step"]
        assert shown["link"] == reverse("scoring:ballot", args=[hall.session.uid])
    client.force_login(hall.scrutineer)
    page = client.get(reverse("scoring:ballot", args=[hall.session.uid]))
    name, which = ("ballot_ask", "VOID") if has_expired else ("ballot_confirm", StepRequest.objects.get(step="VOID").pk)
    way = reverse(f"scoring:{name}", args=[hall.session.uid, which])
    assert f'action="{way}"' in page.content.decode()

    hall.together("VOID", reason="停电")
    assert hall.round is None
    assert client.get(reverse("scoring:results", args=[hall.session.uid])).status_code == 200


def test_a_tie_of_a_box_given_up_is_refused_in_words(client, hall, breaking):
    hall.tied()
    with breaking("void"):
        hall.together("VOID", reason="停电")
    (needed,) = hall.count.decisions_needed
    client.force_login(hall.approver)

    told = {"label": needed["label"], "pool": needed["pool"], "reason": "集体研究决定", "chosen": needed["candidates"][:1]}
    answer = client.post(reverse("scoring:results_decide", args=[hall.session.uid]), told)

    assert answer.status_code == 200
    assert "chosen" in answer.context["decisions"][0]["form"].errors
    assert hall.again().count.decisions == []


def test_nothing_is_counted_by_that_button_before_the_opening(client, hall):
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    client.force_login(hall.scrutineer)
    assert client.post(reverse("scoring:ballot_count", args=[hall.session.uid])).status_code == 404


def test_marks_are_not_counted_for_somebody_of_another_name(hall):
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    transcript = hall.transcript()
    hall.session.subjects.filter(order=2).update(name="别人")
    with pytest.raises(RuleViolation, match="名单与会议的述责述廉对象不同"):
        opening.save_transcript(hall.round, transcript, by=hall.scrutineer, now=hall.now)
    assert not Count.objects.exists()
