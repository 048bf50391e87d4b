"""The games of ballots.md §8 and what may happen in them by chance."""

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from statistics import NormalDist

from ballots import actions
from tests.adversary import attacks, vote

TOO_UNLIKELY = 1e-5  # for one attack


def fixed_points(n):
    """P(exactly k of n are matched) for a guess that knows nothing."""
    return [math.comb(n, k) * _derangements(n - k) / math.factorial(n) for k in range(n + 1)]


def _derangements(n):
    return 1 if n == 0 else n * _derangements(n - 1) + (-1) ** n


def link_limit(sessions, n, chance=TOO_UNLIKELY):
    """The fewest correct matches in all that pure guessing reaches with less than `chance`."""
    one, total = fixed_points(n), [1.0]
    for _ in range(sessions):
        total = _sum(total, one)
    return _limit(total, chance)


def _sum(total, one):
    longer = [0.0] * min(len(total) + len(one) - 1, 4000)
    for i, p in enumerate(total):
        if p > 1e-30:
            for k, q in enumerate(one):
                if i + k < len(longer):
                    longer[i + k] += p * q
    return longer


def coin_limit(rounds, chance=TOO_UNLIKELY):
    """The same for a coin: correct answers in so many rounds."""
    return _limit([math.comb(rounds, k) / 2**rounds for k in range(rounds + 1)], chance)


def _limit(distribution, chance):
    tail = 0.0
    for value in range(len(distribution) - 1, -1, -1):
        tail += distribution[value]
        if tail >= chance:
            return value + 1
    return 0


@dataclass
class Score:
    """Correct matches and, for attacks that found nothing, how often they had to guess blindly."""

    sessions: int = 0
    n: int = 0
    correct: Counter = field(default_factory=Counter)
    blind: Counter = field(default_factory=Counter)
    rho: dict[str, list[float]] = field(default_factory=dict)  # pair of columns → Spearman's rho of each session

    @property
    def best(self):
        return self.correct.most_common(1)[0]

    @property
    def strongest(self):
        """(pair of columns, its sum of rho in standard deviations), the largest of all."""
        sums = {pair: sum(rhos) * math.sqrt((self.n - 1) / len(rhos)) for pair, rhos in self.rho.items()}
        return max(sums.items(), key=lambda entry: abs(entry[1]))

    @property
    def strongest_allowed(self):
        return NormalDist().inv_cdf(1 - TOO_UNLIKELY / 2 / len(self.rho))


def scene(order, board, found):
    return attacks.Scene(found, [r.name for r in order], [r.tablet for r in order], [r.sent_at for r in order], board)


def play(ballot, order, send, collector, at_end=lambda: None):
    """One ballot from the first cast to the publication, watched; what the adversary has in the end."""
    collector.begin()

    def sign_and_send(sid, body, rater):
        collector.sign_in(rater.name)
        return send(sid, body, rater)

    vote.cast_all(ballot, order, sign_and_send, collector.after_cast)
    ballot.close()
    ballot.open()
    ballot.publish()
    at_end()
    return scene(order, ballot.board(), collector.end(ballot.sid))


def mark(score, guesses, truth, rng):
    """Add one session to the score. An attack that saw nothing draws lots."""
    score.sessions, score.n = score.sessions + 1, len(truth)
    slips = list(truth.values())
    for name, guess in guesses.items():
        if guess is None:
            score.blind[name] += 1
            guess = dict(zip(truth, rng.sample(slips, len(slips)), strict=True))
        score.correct[name] += sum(guess.get(person) == p for person, p in truth.items())


def link_game(collector, send, *, sessions, n=8, seed=0, play=play, answers=None, tell=lambda score: None):
    """T3: `n` raters send in an order everybody sees; whose is which slip? `tell` hears the score after each session."""
    rng, score = random.Random(seed), Score()
    for _ in range(sessions):
        ballot = vote.prepare(rng, raters=n, answers=answers)
        order = rng.sample(ballot.raters, n)
        seen = play(ballot, order, send, collector)
        truth = {rater.name: ballot.slip_of(rater) for rater in order}
        mark(score, attacks.guesses(seen), truth, rng)
        for pair, rho in attacks.correlations(seen, truth).items():
            score.rho.setdefault(pair, []).append(rho)
        actions.archive(ballot.sid)
        collector.forget(ballot.sid)
        tell(score)
    return score


HIGH, LOW = {"o01": {"K01": 590, "K02": 385}}, {"o01": {"K01": 105, "K02": 40}}


def swap_game(collector, send, *, rounds, seed=0, tell=lambda score: None):
    """T3b: two raters, two fixed ballots; a coin says who casts which. The adversary says the coin."""
    rng, score = random.Random(seed), Score()
    for _ in range(rounds):
        coin = rng.random() < 0.5
        marked = [HIGH, LOW] if coin else [LOW, HIGH]
        ballot = vote.prepare(rng, raters=2, answers=marked.__getitem__)
        seen = play(ballot, ballot.raters, send, collector)
        truth = {rater.name: ballot.slip_of(rater) for rater in ballot.raters}
        answers = Score()
        mark(answers, attacks.guesses(seen), truth, rng)
        score.sessions, score.n = score.sessions + 1, 1
        score.blind += answers.blind
        score.correct.update({name: both // 2 for name, both in answers.correct.items()})
        actions.archive(ballot.sid)
        collector.forget(ballot.sid)
        tell(score)
    return score
