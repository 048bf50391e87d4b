"""R24: scan, cast, retry, void, close, crash and restore in any order, against a model of a few lines."""

import shutil
import tempfile
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule, run_state_machine_as_test

from ballots import actions, codec, keys, reference
from ballots.models import Box as BoxRow
from ballots.models import Envelope, Refused, State, Void
from tests.ballots import conftest as booth_tests

from . import oracle, scale
from .machines import Box, Sqlite, pointed_at
from .tablets import Tablet, tablets_of, take

CARDS = st.integers(0, 5)
BALLOTS = st.integers(0, 2)  # each card may have sealed three different ballots
VOTING = {State.OPEN, State.CLOSING}


class Crash(Exception):
    """The process dies: what was not committed is gone."""


class Hall(RuleBasedStateMachine):
    """The model: which ballot of each card is in the box, which cards are void, the state, and what the last backup held."""

    migrated = None
    backups = Bundle("backups")

    def __init__(self):
        super().__init__()
        from config import booth

        self.folder = Path(tempfile.mkdtemp(prefix="shuze-model-"))
        changed = {name: getattr(booth, name) for name in booth_tests.AS_IN_THE_BOOTH}
        self.settings = override_settings(**changed, RECEIPT_KEYS=self.folder / "receipt-keys")
        self.settings.enable()
        self.database = Sqlite(self.folder, migrated=self.migrated)
        self.alias = pointed_at(self.database.url)
        self.connection = self.alias.__enter__()
        self.box, self.client = Box(6), booth_tests.Tablet()
        self.ballots = [tablets_of(self.box, seed=seed) for seed in range(3)]
        self.state, self.cast, self.void, self.receipts = State.OPEN, {}, set(), {}

    def teardown(self):
        try:
            self.finish()
        finally:
            self.alias.__exit__(None, None, None)
            self.settings.disable()
            shutil.rmtree(self.folder)

    def finish(self):
        """Whatever happened, the box closes, opens and counts exactly what the model holds."""
        for step, state in ((actions.start_closing, State.CLOSING), (actions.close_box, State.CLOSED)):
            if self.state in (State.OPEN, State.CLOSING) and self.state != state:
                step(self.box.sid)
        counted = [self.held(card, ballot) for card, ballot in self.cast.items()]
        document = codec.parse(oracle.count_closed(counted, self.box))
        assert {entry["c"] for entry in document["voided"]} == {self.box.cards[card].outer_pub for card in self.void}

    def held(self, card, ballot):
        tablet = self.ballots[ballot][card]
        return Tablet(tablet.card, tablet.answers, tablet.body, receipt=b"held")

    # --- what people do ---

    @rule(card=CARDS)
    def scan(self, card):
        """Before the first ballot the card page's documents are read; they are the same for everybody and for ever."""
        assert self.client.get(f"/v1/{self.box.sid}/manifest").content == codec.canonical(self.box.manifest)
        credentials = codec.parse(self.client.get(f"/v1/{self.box.sid}/credentials").content)
        assert self.box.cards[card].outer_pub in credentials["groups"][self.box.cards[card].group]["outer"]

    @rule(card=CARDS, ballot=BALLOTS)
    def send(self, card, ballot):
        """A first cast, a retry or a second ballot: the model says which."""
        tablet = self.ballots[ballot][card]
        answer = self.client.cast(self.box.sid, tablet.body)
        if self.state not in VOTING:
            assert (answer.status_code, answer.content) == (410, b'{"v":1}')
            return
        won = self.cast.setdefault(card, ballot)
        assert answer.status_code == (200 if won == ballot else 409)
        take(tablet, self.box, answer.status_code, answer.content)
        assert codec.unb64(codec.parse(answer.content)["h"], 32) == self.ballots[won][card].h
        assert self.receipts.setdefault((card, won), answer.content) == answer.content

    @rule(card=CARDS, ballot=BALLOTS, point=st.sampled_from(["before", "after"]))
    def crash(self, card, ballot, point):
        """The process dies amid a cast, just before or just after COMMIT; nobody gets an answer."""
        sign, body = keys.receipt, self.ballots[ballot][card].body

        def die(*arguments):
            raise Crash

        if point == "before":
            keys.receipt = die
            try:
                assert self.client.cast(self.box.sid, body).status_code == (500 if self.state in VOTING else 410)
            finally:
                keys.receipt = sign
        else:
            self.client.cast(self.box.sid, body)
            if self.state in VOTING:
                self.cast.setdefault(card, ballot)
        self.connection.close()

    @rule(card=CARDS)
    def void_card(self, card):
        status = self.client.void(self.box.sid, reference.void_body(self.box.cards[card])).status_code
        if self.state != State.CLOSED:
            assert status == 410
        elif card in self.cast:
            assert status == 409
        else:
            assert status == 200
            self.void.add(card)

    @rule(step=st.sampled_from([actions.start_closing, actions.close_box, actions.open_box]))
    def operate(self, step):
        """Each step forward once; repeated it changes nothing; never back."""
        target = {actions.start_closing: State.CLOSING, actions.close_box: State.CLOSED, actions.open_box: State.OPEN}[step]
        if target == self.state or target in BoxRow.NEXT[self.state]:
            step(self.box.sid)
            self.state = target
        else:
            with pytest.raises(Refused):
                step(self.box.sid)

    @rule(target=backups)
    def back_up(self):
        path = self.folder / f"backup-{len(list(self.folder.glob('backup-*')))}"
        with self.connection.cursor() as cursor:
            cursor.execute(f"VACUUM INTO '{path}'")
        return path, self.state, dict(self.cast), set(self.void)

    @precondition(lambda self: self.state in VOTING)
    @rule(backup=consumes(backups))
    def restore(self, backup):
        """Somebody puts an old dump back. What was cast since is gone, and the same cards cast again, even other ballots."""
        path, self.state, self.cast, self.void = backup
        self.connection.close()
        for old in self.folder.glob("ballots.sqlite3*"):
            old.unlink()
        shutil.copy(path, self.database.path)

    # --- what always holds ---

    @invariant()
    def rows_are_the_models(self):
        rows = dict(Envelope.objects.values_list("outer_pk", "h"))
        assert rows == {
            bytes(self.box.cards[card].outer.verify_key): self.ballots[ballot][card].h for card, ballot in self.cast.items()
        }
        assert Void.objects.count() == len(self.void)
        assert BoxRow.objects.get().state == self.state

    @invariant()
    def turnout_is_told_in_fives_until_the_close(self):
        told = self.client.get(f"/v1/{self.box.sid}/turnout").json()["n"]
        assert told in ({0, 5} if self.state in VOTING else {len(self.cast)})


def test_any_order_of_events_keeps_what_the_oracle_demands(migrated):
    Hall.migrated = migrated
    steps = {"max_examples": scale(12, 200), "stateful_step_count": scale(25, 50)}
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(Hall, settings=settings(**steps, deadline=None, suppress_health_check=checks, print_blob=True))
