"""A small session at every stage of its ballot. The clients are the reference client; the booth is entered through its own door."""

import copy
import datetime as dt
import json
import random
import shutil

import pytest
from django.conf import settings as site
from django.utils import timezone

from ballots import actions as box
from ballots import casting, codec, reference
from officials.roles import Role
from reviews.models import ReviewSession
from scoring.actions import ending, install_sample_scheme, manifest, opening, setup, signing, steps, table
from scoring.models import BallotRound
from tests import factories
from tests.rolled import Rolled

NOW = timezone.make_aware(dt.datetime(2026, 12, 22, 16, 0))
STAFF = [("穆晏川", Role.ORGANISER), ("袁秉柏", Role.APPROVER), ("俞舒源", Role.SCRUTINEER), ("倪松言", Role.TELLER)]
NUMBERS = {"A": (1, 0), "B": (7, 0), "C": (5, 0), "D": (6, 1)}


@pytest.fixture(autouse=True)
def run_time_data(settings, tmp_path, monkeypatch):
    """Receipt keys and files of a test lie in the test's own directory; the booth's program need not be built."""
    settings.RECEIPT_KEYS = tmp_path / "receipt-keys"
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    }
    monkeypatch.setattr(manifest, "client_hash", lambda: codec.b64(bytes(32)))


@pytest.fixture
def locked(clerk, approver):
    return make_locked(clerk, approver)


@pytest.fixture
def meeting(db):
    return make_meeting()


def make_locked(clerk, approver):
    """The sample scheme, locked."""
    made = install_sample_scheme(by=clerk)
    factories.lock(made, clerk=clerk, approver=approver, now=NOW)
    return made


def make_meeting():
    """A meeting under way with three officials and the four usual groups."""
    session = factories.ReviewSessionFactory(subjects=3, state=ReviewSession.State.IN_PROGRESS)
    for code, name, is_anonymous in [
        ("A", "分管区领导", False),
        ("B", "区纪委委员", True),
        ("C", "班子成员", True),
        ("D", "群众代表", True),
    ]:
        factories.AudienceGroupFactory(
            session=session, code=code, name=name, is_anonymous=is_anonymous, expected=NUMBERS[code][0]
        )
    return session


@pytest.fixture
def hall(meeting, locked, clerk, scrutineer, teller, approver):
    return Hall(meeting, locked, clerk, scrutineer, teller, approver)


@pytest.fixture(scope="module")
def counted_once(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """See `counted`. Other tests of the module would come upon this meeting, so it may have none."""
    tests = [item for item in request.session.items if item.path == request.path]
    assert [item.name for item in tests if "counted" not in item.fixturenames] == [], "these belong into another module"
    with django_db_blocker.unblock(), Rolled():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(site, "RECEIPT_KEYS", tmp_path_factory.mktemp("counted") / "receipt-keys")
            patch.setattr(manifest, "client_hash", lambda: codec.b64(bytes(32)))
            clerk, approver, scrutineer, teller = (factories.UserFactory(name=name, roles=[role]) for name, role in STAFF)
            hall = Hall(make_meeting(), make_locked(clerk, approver), clerk, scrutineer, teller, approver).counted()
            hall.receipt_keys = site.RECEIPT_KEYS
        yield hall


@pytest.fixture
def counted(counted_once, settings, run_time_data):
    """A hall as far as its count. It is walked there once for a module, and each test goes on from there as if alone."""
    hall = copy.copy(counted_once)
    shutil.copytree(hall.receipt_keys, settings.RECEIPT_KEYS)
    for name in ("scheme", "clerk", "approver", "scrutineer", "teller"):
        row = getattr(hall, name)
        setattr(hall, name, type(row).objects.get(pk=row.pk))
    return hall.again()


PEOPLE = ["clerk", "approver", "scrutineer", "teller", "member", "leader", "verifier", "reviewed", "outsider", "sysadmin"]


@pytest.fixture
def people(request, hall, member, leader, verifier, outsider, sysadmin):
    """Everybody by name; `reviewed` is the first official of the session."""
    official = hall.session.subjects.first().official
    cast = {name: getattr(hall, name, None) or request.getfixturevalue(name) for name in PEOPLE if name != "reviewed"}
    return cast | {"reviewed": factories.UserFactory(roles=["subject"], official=official)}


@pytest.fixture
def sweep(sweep, people):
    sweep.user_of = people.get
    return sweep


def each(*statuses):
    """What each of the `people` gets."""
    return dict(zip(PEOPLE, statuses, strict=True))


class Hall:
    """Walks a session through its ballot. Every step leads on from the ones before it."""

    def __init__(self, session, scheme, clerk, scrutineer, teller, approver):
        self.session, self.scheme, self.clerk, self.scrutineer = session, scheme, clerk, scrutineer
        self.teller, self.approver, self.now = teller, approver, NOW
        self.bodies, self.voids = [], []

    @property
    def round(self):
        return BallotRound.objects.current(self.session)

    def together(self, step, first=None, second=None, **more):
        request = steps.ask(self.round, step, by=first or self.clerk, now=self.now, **more)
        steps.confirm(request, by=second or self.scrutineer, now=self.now)

    def numbered(self):
        """A round with its numbers, without a box."""
        return setup.prepare_round(self.session, scheme=self.scheme, numbers={"B": (7, 0)}, by=self.clerk)

    def prepare(self, **numbers):
        setup.prepare_round(self.session, scheme=self.scheme, numbers=NUMBERS | numbers, by=self.clerk)
        self.together("SETUP")
        return self

    def make_keys(self):
        self.keys = reference.make_keys(self.round.sid)
        setup.save_keys(self.round, urn_pub=self.keys.urn_pub, board_pub=self.keys.board_pub, by=self.scrutineer)
        return self

    def make_cards(self):
        manifest = self.round.box.document
        self.credentials, self.cards = reference.make_cards(manifest)
        self.manifest = reference.complete(manifest, self.credentials)
        self.save_cards()
        return self

    def setup_texts(self):
        return {name: codec.canonical(getattr(self, name)).decode() for name in ("manifest", "credentials")}

    def save_cards(self):
        setup.save_cards(self.round, **self.setup_texts(), by=self.scrutineer, today=self.now.date())

    def open(self):
        factories.comment_on(self.session)
        self.together("OPEN")
        return self

    def vote(self, quality=0.85, **numbers):
        """So many of each group cast, by lot; the same marks in every test."""
        rng = random.Random(7)
        for letter, (present, _papers) in zip("bcd", [NUMBERS[code] for code in "BCD"], strict=True):
            for card in self.cards[letter][: numbers.get(letter, present)]:
                answers = reference.random_answers(self.manifest, letter, rng=rng, quality=quality)
                self.cast(reference.cast_body(card, self.manifest, answers))
        return self

    def cast(self, body):
        self.bodies.append(body)
        sent = codec.parse(body)
        ct = codec.unb64(sent["e"])
        casting.cast(sent["s"], card=codec.unb64(sent["c"], 32), h=codec.sha256(ct), ct=ct, z=codec.unb64(sent["z"], 64))

    def tied(self):
        """One place of "好" for four officials; the two best are equal. As far as the count."""
        factories.SessionSubjectFactory(session=self.session)
        self.prepare().make_keys().make_cards().open()
        full = {c["code"]: c["max_points"] * 10 for c in self.scheme.body["criteria"]}
        good, weak = ({code: most - less for code, most in full.items()} for less in (5, 20))
        for letter, present in {"b": 7, "c": 5, "d": 6}.items():
            for card in self.cards[letter][:present]:
                self.cast(reference.cast_body(card, self.manifest, {"o01": good, "o02": good, "o03": weak, "o04": weak}))
        return self.close().clear_table().tally()

    def close(self):
        self.together("CLOSE")
        self.now += dt.timedelta(seconds=31)
        steps.finish_close(self.round, by=self.clerk, now=self.now)
        return self

    def clear_table(self):
        """Void what was not cast, write down what was drawn, and type the named marks."""
        cast = {codec.parse(body)["c"] for body in self.bodies}
        for cards in self.cards.values():
            for card in cards:
                if card.outer_pub not in cast:
                    sent = codec.parse(reference.void_body(card))
                    casting.void(sent["s"], card=codec.unb64(sent["c"], 32), z=codec.unb64(sent["z"], 64))
        drawn = {letter: (row["cast"], "") for letter, row in box.counts(self.round.sid).items()}
        table.note_cards(self.round, drawn, by=self.teller)
        group = self.round.groups.get(letter="a")
        criteria = {c["code"]: c["max_points"] * 10 for c in self.scheme.body["criteria"]}
        marks = {subject: {code: most - 10 for code, most in criteria.items()} for subject in self.session.subjects.all()}
        table.enter_named(group, rater="姜景舟", marks=marks, by=self.clerk)
        return self

    def transcript(self):
        urn = json.loads(opening.urn(self.round, by=self.scrutineer, now=self.now))
        return codec.canonical(
            reference.open_rows(
                urn["manifest"], urn["credentials"], urn["received"], self.keys.cards[:2],
                drawn=urn["drawn"], voided=urn["voided"], named=urn["named"],
            )
        )  # fmt: skip

    def tally(self):
        self.count = opening.save_transcript(self.round, self.transcript(), by=self.scrutineer, now=self.now)
        return self

    def sign(self):
        seen = self.count.result_hash
        signing.sign(self.count, "teller", seen=seen, by=self.teller, now=self.now)
        signing.sign(self.count, "scrutineer", seen=seen, by=self.scrutineer, now=self.now)
        return self.again()

    def confirm(self):
        signing.confirm_count(self.count, seen=self.count.result_hash, by=self.approver, now=self.now)
        return self.again()

    def publish(self):
        self.together("PUBLISH", first=self.approver, seen=self.count.result_hash)
        return self.again()

    def end(self):
        """After the objection window: the chair's word, the shredder, and the sealed ballots are gone."""
        self.now += dt.timedelta(minutes=15)
        said = {"declared_by": "沈知衡", "key_cards": 3, "missing_key_cards": "", "tablets": 20, "objections": ""}
        ending.note_ending(self.round, **said, by=self.scrutineer, now=self.now)
        self.together("ARCHIVE")
        return self.again()

    def again(self):
        self.count = type(self.count).objects.select_related("round__session").get(pk=self.count.pk)
        self.session = ReviewSession.objects.get(pk=self.session.pk)
        return self

    def counted(self):
        """As far as the count."""
        return self.prepare().make_keys().make_cards().open().vote().close().clear_table().tally()
