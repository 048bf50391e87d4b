"""T3 for an installation on SQLite: the file of the box, its write-ahead log, and the hidden number of every row."""

from pathlib import Path

import pytest

from tests.adversary import games, leaks, proof
from tests.adversary.artefacts import FileCollector
from tests.adversary.conftest import FULL
from tests.ballots.conftest import SQLITE

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not SQLITE, reason="reads the file; PostgreSQL has its own games")]
SESSIONS, CONTROLS = (400, 12) if FULL else (6, 3)


@pytest.fixture
def collector(real_database, tmp_path):
    return FileCollector(Path(real_database.settings_dict["NAME"]), tmp_path / "register.sqlite3")


@pytest.fixture
def send(booth):
    return lambda sid, body, rater: booth.cast(sid, body).status_code


def test_nobody_is_tied_to_a_slip_in_the_file(collector, send):
    score = games.link_game(collector, send, sessions=SESSIONS, tell=proof.progress("link game, SQLite", SESSIONS))

    limit = games.link_limit(SESSIONS, 8)
    proof.record("link game, SQLite", score, limit)
    assert score.blind["rowid"] == SESSIONS, "no table of the box has row numbers"
    assert score.best[1] < limit, score.best
    assert abs(score.strongest[1]) < score.strongest_allowed, score.strongest


def test_hidden_row_numbers_are_found(collector, send):
    """A stock table under a random key, as Django makes it."""
    score = games.link_game(collector, send, sessions=CONTROLS, play=leaks.unsorted_insert())

    limit = games.link_limit(CONTROLS, 8)
    proof.record("planted: hidden row numbers of SQLite", score, limit)
    assert score.correct["rowid"] >= limit, score.correct
