"""Step 9: quotas on bands, and the ties that people must settle (scoring.md §4.9)."""

from collections import defaultdict
from fractions import Fraction
from itertools import groupby

from scoring.rules.check_outcome import quota_list
from scoring.rules.errors import ScoringError
from scoring.rules.numbers import number
from scoring.rules.outcome import PENDING, Standing


class Quotas:
    """Applies every quota of a scheme in order, with the decisions taken so far; collects those still needed."""

    def __init__(self, raw: dict, people: list[Standing], decisions: list):
        self.raw, self.people = raw, people
        self.labels = [entry["label"] for entry in raw.get("bands", [])]
        self.decisions = {(entry["label"], entry["pool"]): entry["chosen"] for entry in decisions}
        self.used, self.needed = set(), []

    def apply(self) -> list[dict]:
        """Set the bands; return {label, pool, seats, candidates} for each tie across a limit that nobody has settled."""
        for quota in quota_list(self.raw):
            for pool, members in self._pools(quota):
                getattr(self, quota.get("kind", "at_most"))(quota, pool, members)
        if stale := set(self.decisions) - self.used:
            raise ScoringError("bad_decision", "　".join(filter(None, min(stale))))
        return self.needed

    def _pools(self, quota):
        """(name, people with a score); the whole session is the pool ""."""
        base, pools = quota.get("base", "session"), defaultdict(list)
        for person in self.people:
            if person.score is not None:
                pools["" if base == "session" else getattr(person, base) or ""].append(person)
        return sorted(pools.items())

    def at_most(self, quota, pool, members):
        """The best keep the label, the others who hold it go one band down."""
        limit = _limit(quota, len(members))
        if limit is None:
            return
        holders = [person for person in members if person.in_order and person.band == quota["label"]]
        below = self.labels[self.labels.index(quota["label"]) + 1]
        self._note(holders, quota["label"], limit, len(members))
        self._split(quota, pool, _best_first(holders), [(quota["label"], limit), (below, None)])

    def at_least(self, quota, pool, members):
        """The lowest go down to the label; whoever stands lower already stays there."""
        limit = _limit(quota, len(members))
        if limit is None:
            return
        floor = self.labels.index(quota["label"])
        order = list(reversed(_best_first(members)))
        self._note([person for person in members if person.in_order], quota["label"], limit, len(members))
        above = [[p for p in group if p.band in self.labels[:floor]] for group in order]
        self._split(quota, pool, order, [(quota["label"], limit), (None, None)], movable=above)

    def distribution(self, quota, pool, members):
        """By order and cumulative limits; the last label takes the rest. The lowest band keeps its people: they use up the tail."""
        total, limits, share = len(members), [], Fraction(0)
        for entry in quota["shares"]:
            share += number(entry["share"])
            limits.append((entry["label"], whole_of(total * share, quota)))
        first = _small(quota, limits[0][1])
        if first is None:
            return
        limits = [(label, max(limit, first)) for label, limit in limits[:-1]] + [(limits[-1][0], None)]
        placed = [person for person in members if person.in_order and not (self.labels and person.band == self.labels[-1])]
        self._note(placed, "", None, total, shares=[(entry["label"], number(entry["share"])) for entry in quota["shares"]])
        self._split(quota, pool, _best_first(placed), limits)

    def _note(self, people, label, limit, total, **more):
        for person in people:
            person.quota.append({"label": label, "limit": limit, "n": total, "before": person.band} | more)

    def _split(self, quota, pool, order, limits, movable=None):
        """Give labels by position; a tied group that lies across a limit follows the tie policy."""
        start = 0
        for group, may_move in zip(order, movable or order, strict=True):
            self._seat(quota, pool, may_move, start, start + len(group), limits)
            start += len(group)

    def _seat(self, quota, pool, group, start, end, limits):
        """Seat one tied group on the positions start…end; None as label leaves the band as it is."""
        if not group:
            return
        (label, limit), rest = limits[0], limits[1:]
        if limit is None or end <= limit:
            _give(group, label)
        elif start >= limit:
            self._seat(quota, pool, group, start, end, rest)
        else:
            self._tie(quota, pool, group, (start, end), limits)

    def _tie(self, quota, pool, group, span, limits):
        (label, limit), rest = limits[0], limits[1:]
        policy = quota.get("tie_policy", "manual")
        for person in group:
            person.quota[-1]["tie"] = {"n": len(group), "policy": policy}
        if policy == "include":
            return _give(group, label)
        if policy == "exclude":
            return self._seat(quota, pool, group, limit, span[1], rest)
        seats = limit - span[0]
        chosen = self._decided(label, pool, seats, group)
        if chosen is None:
            return _give(group, PENDING)
        for person in group:
            person.quota[-1]["tie"] |= {"label": label, "seats": seats, "is_chosen": person.code in chosen}
        _give([person for person in group if person.code in chosen], label)
        return self._seat(quota, pool, [p for p in group if p.code not in chosen], limit, span[1], rest)

    def _decided(self, label, pool, seats, group):
        """The people chosen, or None when the decision is still to be taken."""
        candidates = [person.code for person in group]
        chosen = self.decisions.get((label, pool))
        if chosen is None:
            self.needed.append({"label": label, "pool": pool, "seats": seats, "candidates": sorted(candidates)})
            return None
        self.used.add((label, pool))
        if len(set(chosen)) != seats or len(chosen) != seats or not set(chosen) <= set(candidates):
            raise ScoringError("bad_decision", "　".join(filter(None, (label, pool))))
        return set(chosen)


def places_of_bands(raw: dict) -> list[str]:
    """The labels somebody can end in, the best first: those of the bands, of which a distribution leaves the lowest alone."""
    labels = [entry["label"] for entry in raw.get("bands", [])]
    given = [entry["label"] for quota in quota_list(raw) if quota.get("kind") == "distribution" for entry in quota["shares"]]
    return list(dict.fromkeys([*given, *labels[-1:]])) if given else labels


def _best_first(people) -> list[list[Standing]]:
    """Tied groups, the best score first."""
    order = sorted((person for person in people if person.in_order), key=lambda person: (-person.score, person.code))
    return [list(group) for _score, group in groupby(order, key=lambda person: person.score)]


def _give(people, label):
    for person in people:
        person.band = person.band if label is None else label


def whole_of(value: Fraction, quota) -> int:
    """A number of people, by the rounding of the quota."""
    rounding = quota.get("rounding", "floor")
    if rounding == "ceil":
        return value.__ceil__()
    return (value + (Fraction(1, 2) if rounding == "half_up" else 0)).__floor__()


def _limit(quota, n) -> int | None:
    """n × max_ratio or max_count; None when a small pool is left alone."""
    if "max_count" in quota:
        return quota["max_count"]
    return _small(quota, whole_of(n * number(quota["max_ratio"]), quota))


def _small(quota, limit) -> int | None:
    """A limit of 0 from a ratio: skip (no quota in this pool), one, zero."""
    if limit:
        return limit
    return {"skip": None, "one": 1, "zero": 0}[quota.get("small_pool", "skip")]
