"""Which group values must stay hidden so that no single mark can be found out (scoring.md §4 Publish, ballots.md §9).

A group is hidden for itself, or to cover another: one hidden value follows from the score, the weights and the others.
"""

from fractions import Fraction

from scoring.rules import reach
from scoring.rules.numbers import fixed
from scoring.rules.outcome import band
from scoring.rules.scheme import K, Scheme
from scoring.rules.values import GroupValue

JOINTLY = 10  # slips kept of all hidden groups together
TENTH = 10  # what stays open about a mark is at least a tenth of the total


def places_of(group: GroupValue) -> int:
    """Printed with 1 decimal from 20 counted slips, else whole; named groups always with 1."""
    return 1 if group.named or group.counted >= 20 else 0


def hides(scheme: Scheme, group: GroupValue) -> bool:
    """Whether the value of an anonymous group gives somebody away by itself."""
    if group.named or group.value is None:
        return False
    return group.kept < K or is_unanimous(scheme, group) or _follows_from_own_mark(scheme, group)


def is_unanimous(scheme: Scheme, group: GroupValue) -> bool:
    """All ballot values fall in one band (without bands: are equal), so the value tells everybody's band."""
    if not scheme.raw.get("bands"):
        return group.ballots[0] == group.ballots[-1]
    return band(scheme.raw, group.ballots[0]) == band(scheme.raw, group.ballots[-1])


def _follows_from_own_mark(scheme, group):
    """Could a rater, knowing his mark x and the printed mean, place some other mark within a tenth of the total?

    min(T, n(m+h) − x) − max(0, n(m−h) − x − (n−2)T) < T ÷ 10, with n counted and m the printed value, h half its last place.
    """
    if group.kind not in ("mean", "grade_mean"):
        return False
    places, n, total = places_of(group), group.counted, scheme.total
    printed, half = Fraction(fixed(group.value, places)), Fraction(1, 2 * 10**places)
    for own in {group.ballots[0], group.ballots[-1]}:  # the room left is concave in the own mark: least at an end
        most = min(total, n * (printed + half) - own)
        least = max(Fraction(0), n * (printed - half) - own - (n - 2) * total)
        if most - least < total / TENTH:
            return True
    return False


def hidden(
    scheme: Scheme, groups: dict[str, GroupValue], shares: dict[str, Fraction], score: tuple[Fraction, Fraction]
) -> set[str]:
    """The groups not to be shown; `shares` are their coefficients in the meeting value, `score` the ends between which the printed
    score tells that value to lie."""
    alone = {code for code, group in groups.items() if hides(scheme, group)}
    weighted = [code for code, group in groups.items() if shares[code] and not group.named and group.value is not None]
    out = {code for code in alone if code in weighted}
    rest = sorted(set(weighted) - out, key=lambda code: (groups[code].kept, code))
    giving = set(out)
    while (
        out and rest and not (_is_covered(scheme, groups, shares, out) and not _told(scheme, groups, shares, out, score) & giving)
    ):
        out.add(rest.pop(0))
    return out | alone


def _told(scheme, groups, shares, out, score):
    """The hidden groups of ticks whose value the others, of ticks as well, leave within a tenth of the total."""
    return {code for code, span in reach.spans(scheme, groups, shares, out, score).items() if span < scheme.total / TENTH}


def _is_covered(scheme, groups, shares, out):
    """At least two hidden, ten slips jointly, and each small one could still lie anywhere within a tenth of the total."""
    if len(out) < 2 or sum(groups[code].kept for code in out) < JOINTLY:
        return False
    small = [code for code in out if groups[code].kept < K]
    return all(_span(scheme, groups, shares, out, code) >= scheme.total / TENTH for code in small)


def _span(scheme, groups, shares, out, code):
    """How far apart the values of one hidden group may lie, given the score and all that is shown exactly."""
    known = sum(shares[other] * groups[other].value for other in out)
    others = sum(shares[other] for other in out if other != code) * scheme.total
    most = min(scheme.total, known / shares[code])
    return most - max(Fraction(0), (known - others) / shares[code])


def is_held(
    scheme: Scheme, groups: dict[str, GroupValue], shares: dict[str, Fraction], out: set[str], score: tuple[Fraction, Fraction]
) -> bool:
    """A hidden group with < 5 weighs > 10 × the other hidden ones, or its ticks leave it too few values: even the score would tell."""
    weighty = {code for code in out if shares[code]}
    small = [code for code in weighty if groups[code].kept < K]
    told = _told(scheme, groups, shares, weighty, score) if small else set()
    return any(
        shares[code] > 10 * sum(shares[other] for other in out if other != code)
        or (code in told and _span(scheme, groups, shares, weighty, code) >= scheme.total / TENTH)
        for code in small
    )
