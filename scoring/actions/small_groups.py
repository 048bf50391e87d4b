"""A group with too few in the hall: merge it into a neighbour, or declare it named, before cards are printed (ballots.md §9.1).

Either changes how is counted, so either is a new version of the scheme, locked at once: a leader has locked the one it comes from, and
the choice stands in the regulation.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from reviews.models import ReviewSession
from scoring import rules
from scoring.models import Scheme


@dataclass(frozen=True)
class Small:
    """A group that would get no score, and what may be done: neighbours it may merge into, and whether it may be named."""

    code: str
    name: str
    present: int
    least: int
    neighbours: list[tuple[str, str]]
    may_be_named: bool

    @property
    def ways(self) -> set[str]:
        return {code for code, _name in self.neighbours} | ({rules.NAMED} if self.may_be_named else set())


def small_groups(body: dict, present: dict[str, int]) -> list[Small]:
    """The groups of this scheme that would get no score even if everybody present casts."""
    plan = rules.read(body)
    _merged, small = rules.expected_merges(plan, present)
    return [_small(plan.groups[code], body, plan, present) for code in small]


def _small(group, body, plan, present):
    others = [code for code in plan.groups if code != group.code and _is_valid(rules.merged_into(body, group.code, code))]
    return Small(
        code=group.code,
        name=group.name,
        present=present.get(group.code, 0),
        least=group.min_ballots,
        neighbours=[(code, plan.groups[code].name) for code in others],
        may_be_named=_is_valid(rules.declared_named(body, group.code)),
    )


def _is_valid(body):
    errors, _warnings = rules.validate(body)
    return not errors


def questions(body: dict, present: dict[str, int], answers: dict[str, str]) -> list[Small]:
    """Every small group to ask about, with those that are small only because of an answer: whoever merged into a group that is
    now named has to go elsewhere."""
    asked = []
    while new := [small for small in small_groups(body, present) if small.code not in {one.code for one in asked}]:
        asked += new
        given = {small.code: answers.get(small.code) for small in new}
        if not all(given[small.code] in small.ways for small in new):
            break
        body = settled(body, given)
    return asked


def settled(body: dict, choices: dict[str, str]) -> dict:
    """The scheme with these choices, in their order: by code of the group the code of a neighbour, or `rules.NAMED`."""
    for code, way in choices.items():
        body = rules.declared_named(body, code) if way == rules.NAMED else rules.merged_into(body, code, way)
    return body


@transaction.atomic
def settle_small_groups(session, scheme, choices: dict[str, str], present: dict[str, int], *, by, now) -> Scheme:
    """A locked scheme in which the small groups merge or are named; the session's audience follows. The same choices twice give
    the same scheme."""
    session = ReviewSession.objects.select_for_update().get(pk=session.pk)
    body = settled(scheme.body, choices)
    if errors := rules.validate(body)[0]:
        raise RuleViolation([_("%(text)s（%(path)s）") % {"text": problem.text, "path": problem.path} for problem in errors])
    if still := small_groups(body, present):
        raise RuleViolation(
            [_("%(name)s合起来仍不足 %(n)d 人，请换一种办法") % {"name": small.name, "n": small.least} for small in still]
        )
    made = _version_of(scheme, body, by=by, now=now)
    named = [code for code, way in choices.items() if way == rules.NAMED]
    session.audience.filter(code__in=named).update(is_anonymous=False)
    audit.record("settle_small_groups", session, by=by, scheme=made.label, choices=choices)
    return made


def _version_of(scheme, body, *, by, now):
    """The locked version of this scheme with this content, made when there is none."""
    for other in Scheme.objects.locked().filter(code=scheme.code):
        if other.body | {"version": 0} == body | {"version": 0}:
            return other
    version = Scheme.objects.filter(code=scheme.code).aggregate(last=Max("version"))["last"] + 1
    body = rules.canonical_scheme(body | {"version": version})
    locked = {"state": Scheme.State.LOCKED, "hash": rules.scheme_hash(body), "locked_by": by, "locked_at": now}
    made = Scheme.objects.create(code=scheme.code, version=version, name=scheme.name, body=body, **locked)
    audit.record("lock_scheme", made, by=by, hash=made.hash)
    return made
