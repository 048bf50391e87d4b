"""B7: what the opening page loads and sends back."""

from django.db import transaction
from django.utils.translation import gettext as _

from ballots import actions as ballots
from ballots.models import Box
from core.errors import RuleViolation
from scoring.actions import count as counting
from scoring.actions.box import box_refusals
from scoring.actions.clearing import loss_blockers
from scoring.actions.table import drawn_blockers
from scoring.models import BallotRound, Count


def opening_blockers(round) -> list[str]:
    """Every reason why the urn may not be opened yet."""
    if not round.is_closed:
        return [_("投票还没有截止")]
    groups, counts = {group.letter: group for group in round.groups.prefetch_related("marks")}, ballots.counts(round.sid)
    boxed = [group for group in groups.values() if not group.is_named]
    reasons = [_("还没有登记%(name)s实发的票卡数") % {"name": group.name} for group in boxed if group.drawn is None]
    reasons += drawn_blockers(boxed, counts)
    for letter, row in counts.items():
        missing = row["printed"] - row["cast"] - row["voided"]
        if missing and not groups[letter].unaccounted_reason:
            reasons.append(
                _("%(name)s有 %(n)d 张票卡既没有收回也没有作废，请写明原因") % {"name": groups[letter].name, "n": missing}
            )
    reasons += loss_blockers(boxed, counts)
    for group in groups.values():
        if group.is_named and group.raters < group.present:
            words = {"name": group.name, "n": group.present, "entered": group.raters}
            reasons.append(_("%(name)s到会 %(n)d 人，已录入 %(entered)d 人的实名评分；没有来的，同票卡数一起登记") % words)
    return reasons


def joined(round):
    """(drawn, named) as the transcript repeats them; the named marks without names."""
    groups = round.groups.prefetch_related("marks__subject")
    drawn = {group.letter: group.drawn for group in groups if not group.is_named}
    named = [
        {"g": group.letter, "o": marks.subject.code, "a": marks.answers}
        for group in groups
        if group.is_named
        for marks in group.marks.all()
    ]
    return drawn, named


def urn(round) -> bytes:
    """What the opening page loads."""
    if round.state == Box.State.CLOSED and (blockers := opening_blockers(round)):
        raise RuleViolation(blockers)
    drawn, named = joined(round)
    with box_refusals():
        return ballots.urn(round.sid, drawn=drawn, named=named)


@transaction.atomic
def save_transcript(round, document: bytes, *, by, now) -> Count:
    """Store what the opening page sends, and count it. The same bytes again change nothing."""
    round = BallotRound.objects.held(round)
    if not round.is_opened and (blockers := opening_blockers(round)):
        raise RuleViolation(blockers)
    drawn, named = joined(round)
    with box_refusals():
        ballots.store_transcript(round.sid, document, drawn=drawn, named=named)
    round.refresh_box()
    return counting.count_round(round, by=by, now=now)
