"""T3 and T3b: the link game and the swap game, against the box as it is and against leaks that must be found.

Quick by default; `scripts/prove-ballot` plays them in full and writes down what came out.
"""

import pytest

from tests.adversary import games, leaks, proof
from tests.adversary.conftest import FULL, ONCE

pytestmark = [pytest.mark.slow, ONCE]
SESSIONS, WITH_BACKUPS, ROUNDS, CONTROLS = (400, 25, 1000, 12) if FULL else (6, 2, 12, 3)
PLANTED = {
    "slips as rows, unsorted": (leaks.unsorted_insert(), ["ctid", "xmin", "WAL record", "WAL commit time"]),
    "BigAutoField": (leaks.counter(), ["own column id", "btree leaf order"]),
    "auto_now": (leaks.moment(), ["own column changed_at"]),
    "roster in the same transaction": (leaks.roster_in_one_transaction(), ["join finder", "xmin", "file offset in planted, reversed"]),
    "the same, both tables rewritten": (leaks.roster_in_one_transaction(leaks.rewrite), ["join finder", "xmin", "WAL bytes", "dump diff"]),
    "plain ciphertext": (leaks.plain_envelope(), ["ctid", "WAL record", "dump diff"]),
    "statements in the log": (leaks.statement_in_the_log(), ["log order", "log time"]),
}  # fmt: skip


def test_nobody_is_tied_to_a_slip(hall, collector):
    score = games.link_game(collector, hall.cast, sessions=SESSIONS, tell=proof.progress("link game", SESSIONS))

    proof.record("link game", score, games.link_limit(SESSIONS, 8))
    assert score.sessions == SESSIONS
    assert len(score.correct) > 80
    assert_guessing(score)


def test_base_backups_behind_every_cast_tie_nobody_to_a_slip(hall, collector):
    collector.backups = True
    tell = proof.progress("link game with base backups", WITH_BACKUPS)

    score = games.link_game(collector, hall.cast, sessions=WITH_BACKUPS, seed=1, tell=tell)

    proof.record("link game with base backups", score, games.link_limit(WITH_BACKUPS, 8))
    assert score.blind["backup diff"] == 0
    assert_guessing(score)


def assert_guessing(score):
    assert score.best[1] < games.link_limit(score.sessions, score.n), score.best
    assert abs(score.strongest[1]) < score.strongest_allowed, score.strongest


def test_a_coin_that_swaps_two_raters_is_not_guessed(hall, collector):
    collector.dumps = False

    score = games.swap_game(collector, hall.cast, rounds=ROUNDS, tell=proof.progress("swap game", ROUNDS))

    limit = games.coin_limit(ROUNDS)
    proof.record("swap game", score, limit)
    assert score.best[1] < limit, score.best


@pytest.mark.parametrize("leak", PLANTED)
def test_planted_leak_is_found(hall, collector, leak):
    play, by = PLANTED[leak]
    collector.dumps = "dump diff" in by

    score = games.link_game(collector, hall.cast, sessions=CONTROLS, play=play)

    assert_found(leak, score, by)


def test_envelopes_without_padding_are_found(hall, collector):
    play, answers = leaks.envelope_without_padding(), leaks.of_many_lengths
    collector.dumps = False

    score = games.link_game(collector, hall.cast, sessions=CONTROLS, play=play, answers=answers)

    # Ballots of equal length tie, which spoils now one, now the other order; in a few sessions the better of the two tells.
    told = ["order finder: planted.ct length ~ length", "order finder: planted.ct length ~ marks"]
    assert_found("no padding", score, [max(told, key=score.correct.__getitem__)])


def test_plain_envelopes_are_found_in_base_backups(hall, collector):
    collector.backups, collector.dumps = True, False

    score = games.link_game(collector, hall.cast, sessions=2, play=leaks.plain_envelope())

    assert_found("plain ciphertext, with base backups", score, ["backup diff"])


def assert_found(leak, score, by):
    limit = games.link_limit(score.sessions, score.n)
    proof.record(f"planted: {leak}", score, limit)
    assert {attack: score.correct[attack] >= limit for attack in by} == dict.fromkeys(by, True), score.correct


def test_limits_are_those_of_the_protocol():
    assert games.link_limit(400, 8) == 489
    assert games.coin_limit(1000) == 568
