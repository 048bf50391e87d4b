"""T7: the disclosure auditor. What is published about a session, as linear equations over single marks, solved exactly.

Every printed number is taken at its word, as if it were not rounded or limited to the total: that gives the adversary more than he has.
What comes from outside the box, bonus, deductions and figures, he knows and takes off. Raters of one group
stand alike in every equation, so the unknowns are sums: one for each group of each official, over so many ballots as were kept, and
one for each of its criteria over the same ballots. A set of raters is found out when some combination of the equations speaks of
these raters alone. What an open slip says of itself is published on purpose; what it tells of others is looked for.
"""

import itertools
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

K = 5  # fewer than five hide nobody
PAIR = 2  # left over after a rater took the own mark away
STATUSES = ("valid", "invalid", "abstain")


@dataclass
class Views:
    """Everything published, one view after the other. `sizes`: unknown → of how many raters its sum is made.

    An unknown is (official, group), (official, group, status) or (official, group, criterion); the last is of the same raters as the first.
    """

    sizes: dict = field(default_factory=dict)
    rows: list[dict] = field(default_factory=list)  # {unknown: coefficient}
    turnouts: list[int] = field(default_factory=list)

    def add(self, terms):
        terms = {unknown: share for unknown, share in terms.items() if share}
        if terms:
            self.rows.append(terms)


def publish(views, result, table):
    """The equations of one published table, L0 or L1."""
    for code, row in table["rows"].items():
        official = result.officials[code]
        anonymous = {name: group for name, group in official.groups.items() if not group.named and group.value is not None}
        for name, group in anonymous.items():
            views.sizes[code, name] = group.kept
        if row.get("score") is not None:
            shares = official.weighing.shares
            views.add({(code, name): shares[name] / group.kept for name, group in anonymous.items()})
        for name, text in row.get("groups", {}).items():
            if name in anonymous and text not in ("*", "–"):
                views.add({(code, name): Fraction(1, anonymous[name].kept)})
        _count(views, code, official, row)


def publish_criteria(views, result, lists):
    """The equations of the means per criterion (`criterion_table`), which add up to what a group gave in all."""
    for code, entries in lists.items():
        official = result.officials[code]
        shares = (
            {name: share for name, share in official.weighing.shares.items() if share and (code, name) in views.sizes}
            if entries
            else {}
        )
        for entry in entries:
            views.sizes |= {(code, name, entry["code"]): views.sizes[code, name] for name in shares}
            views.add({(code, name, entry["code"]): share / official.groups[name].kept for name, share in shares.items()})
        for name in shares:
            views.add({(code, name): Fraction(1)} | {(code, name, entry["code"]): Fraction(-1) for entry in entries})


def publish_slips(views, result, shown):
    """The equations of the room's copy: the groups, as (group, official), whose slips are open.

    What it says of an envelope that was set aside it says of that envelope, and on purpose (ballots.md B7).
    """
    for name, code in shown:
        pile = result.officials[code].piles[name]
        views.add({(code, name): Fraction(1)})
        for status in STATUSES:
            views.sizes[code, name, status] = pile.returned
            views.add({(code, name, status): Fraction(1)})


def _count(views, code, official, row):
    """How many abstained, per group or in all: another unknown for each group, over all who returned a ballot."""
    for scope, numbers in row.get("counts", {}).items():
        for status in numbers:
            groups = official.piles if scope == "total" else [scope]
            terms = {}
            for name in groups:
                pile = official.piles[name]
                if pile.returned and not _is_named(official, name):
                    views.sizes[code, name, status] = pile.returned
                    terms[code, name, status] = Fraction(1)
            views.add(terms)


def _is_named(official, name):
    return name in official.groups and official.groups[name].named


def rank(rows):
    """The rank of exact rows."""
    rows, found = [dict(row) for row in rows], 0
    while rows:
        row = rows.pop()
        pivot = next((unknown for unknown, value in row.items() if value), None)
        if pivot is None:
            continue
        found += 1
        for other in rows:
            if factor := other.get(pivot, Fraction(0)) / row[pivot]:
                for unknown, value in row.items():
                    other[unknown] = other.get(unknown, Fraction(0)) - factor * value
    return found


def found_out(views):
    """Sets of unknowns that the equations give away: fewer than five marks, or after taking one's own away no more than two."""
    found = []
    for block in _blocks(views):
        sizes = {unknown: views.sizes[unknown] for unknown in block}
        rows = [row for row in views.rows if row.keys() & block]
        whole = rank(rows)
        for unknowns in _small_sets(sizes):
            without = [{u: v for u, v in row.items() if u not in unknowns} for row in rows]
            if rank(without) < whole:
                found.append(unknowns)
    return found + [f"turnout {a} → {b}" for a, b in itertools.pairwise(views.turnouts) if 0 < b - a < K]


def _raters(unknown):
    """Whose marks these are: those whose ballots were kept, or all who returned one."""
    return unknown if not isinstance(unknown, tuple) or unknown[-1] in STATUSES else unknown[:2]


def _small_sets(sizes):
    """Sets of unknowns over fewer than five raters, or that fall to two when a rater in them knows the own mark."""
    limit = max(K - 1, PAIR + 1)
    small = {}
    for unknown in sorted(sizes, key=str):
        if sizes[unknown] <= limit:
            small.setdefault(_raters(unknown), []).append(unknown)
    for count in range(1, len(small) + 1):
        for raters in itertools.combinations(small, count):
            if sum(sizes[small[one][0]] for one in raters) <= limit:
                yield frozenset(unknown for one in raters for unknown in small[one])


def _blocks(views):
    """Unknowns that no equation ties together are looked at apart."""
    blocks = []
    for row in views.rows:
        joined = set(row)
        for block in [b for b in blocks if b & joined]:
            joined |= block
            blocks.remove(block)
        blocks.append(joined)
    return blocks


# --- ticks: few values are possible, so they are counted through --------------------------------------------------------------------


def ticked_values(rule, votes, own=None):
    """Every value a group of so many votes over two or three grades could have; with one vote of it known, the place of its grade.

    `rule`: {"kind": share, step or grade_mean, "values": of the grades}; top is the first grade; step as `TICK_STEPS`.
    """
    found = set()
    for tally in itertools.product(range(votes + 1), repeat=len(rule["values"])):
        if sum(tally) == votes and (own is None or tally[own]):
            found.add(ticked_value(rule, tally))
    return found


TICK_STEPS = [(Fraction(9, 10), 100), (Fraction(7, 10), 80), (Fraction(1, 2), 60)]


def ticked_value(rule, tally):
    """Of a group, out of 100."""
    top = Fraction(tally[0], sum(tally))
    if rule["kind"] == "grade_mean":
        return Fraction(sum(n * value for n, value in zip(tally, rule["values"], strict=True)), sum(tally))
    if rule["kind"] == "step":
        return Fraction(next((points for least, points in TICK_STEPS if top >= least), 30))
    return 100 * top


def ticked_spans(rule, tallies, shares, hidden, score, places):
    """Hidden group → how far apart its values can lie, to whoever knows most of those outside and the raters of the hidden groups.

    `tallies`: group → votes by grade; `score` as it is printed, `places` its decimals; the values of the others are known.
    """
    views = [{}] + [{name: own} for name in hidden for own, n in enumerate(tallies[name]) if n]
    rest = sum(shares[name] * ticked_value(rule, tally) for name, tally in tallies.items() if name not in hidden)
    votes, parts = (max(map(sum, tallies.values())), [share.denominator for share in shares.values()])
    unit = 2 * 10**places * lcm(*range(1, votes + 1)) * lcm(*parts)  # makes integers of all there is
    goal, half, spans = int((Fraction(score) - rest) * unit), unit // (2 * 10**places), {}
    for view in views:
        columns = [[int(value * unit) for value in ticked_values(rule, sum(tallies[name]), view.get(name))] for name in hidden]
        weighted = [
            [(value, int(shares[name] * value)) for value in column] for name, column in zip(hidden, columns, strict=True)
        ]
        fitting = [line for line in itertools.product(*weighted) if abs(sum(part for _value, part in line) - goal) <= half]
        for name, line in zip(hidden, zip(*fitting, strict=True), strict=True):
            span = max(value for value, _part in line) - min(value for value, _part in line)
            spans[name] = min(spans.get(name, Fraction(100)), Fraction(span, unit))
    return spans


def ticked_room(rule, tallies, shares, name):
    """How far apart the values of `name` could lie if all groups were hidden and each could say anything from 0 to 100 (scoring.md §4)."""
    whole = sum(shares[other] * ticked_value(rule, tally) for other, tally in tallies.items())
    others = sum(share for other, share in shares.items() if other != name)
    return min(Fraction(100), whole / shares[name]) - max(Fraction(0), (whole - 100 * others) / shares[name])
