"""B7: what the opening page loads and sends back."""

from django.db import transaction
from django.utils.translation import gettext as _

from ballots import actions as ballots
from ballots.models import Box, Transcript
from core import audit
from core.errors import RuleViolation
from scoring.actions import correction, outside
from scoring.actions import count as counting
from scoring.actions.box import box_refusals
from scoring.actions.clearing import loss_blockers
from scoring.actions.table import drawn_blockers, joined
from scoring.models import BallotRound, Count


def opening_blockers(round) -> list[str]:
    """Every reason why the urn may not be opened yet."""
    return table_blockers(round) + outside_blockers(round)


def outside_blockers(round) -> list[str]:
    """What must still be settled of that which comes from outside the box; nothing once the sealed ballots are taken out."""
    return [] if round.is_unsealed else outside.opening_blockers(round)


def table_blockers(round) -> list[str]:
    """What is still to be done with cards and named marks."""
    if not round.is_closed:
        return [_("投票还没有截止")]
    groups, counts = {group.letter: group for group in round.groups.prefetch_related("marks")}, ballots.counts(round.sid)
    boxed = [group for group in groups.values() if not group.is_named]
    reasons = [_("还没有登记%(name)s实发的票卡数") % {"name": group.name} for group in boxed if group.drawn is None]
    reasons += drawn_blockers(boxed, counts)
    for letter, row in counts.items():
        if row["missing"] and not groups[letter].unaccounted_reason:
            reasons.append(
                _("%(name)s有 %(n)d 张票卡既没有收回也没有作废，请写明原因") % {"name": groups[letter].name, "n": row["missing"]}
            )
    reasons += loss_blockers(boxed, counts)
    for group in groups.values():
        if group.is_named and group.raters < group.present:
            words = {"name": group.name, "n": group.present, "entered": group.raters}
            reasons.append(_("%(name)s到会 %(n)d 人，已录入 %(entered)d 人的实名评分；没有来的，同票卡数一起登记") % words)
    return reasons + (correction.opening_blockers(round) if round.correction else [])


def blockers_now(round) -> list[str]:
    """Those of a first opening or of a correction. Between them the page may fetch again what it had."""
    if round.state == Box.State.PUBLISHED and not round.correction:
        return [_("结果已经公布；确有错误的，由两人提出、确认更正，再开箱签名")]
    return opening_blockers(round) if not round.is_opened or round.correction else []


@transaction.atomic
def urn(round, *, by, now) -> bytes:
    """What the opening page loads: every sealed envelope. The trail keeps who fetched them.

    From here on somebody may know what is in them, so what comes into the scores from outside stands.
    """
    round = BallotRound.objects.held(round)
    if blockers := blockers_now(round):
        raise RuleViolation(blockers)
    drawn, named = joined(round)
    with box_refusals():
        document = ballots.urn(round.sid, drawn=drawn, named=named)
    if round.unsealed_at is None:
        BallotRound.objects.filter(pk=round.pk).update(unsealed_at=now)
    audit.record("fetch_urn", round, by=by)
    return document


def transcript_name(round) -> str:
    """What the file of the next transcript is called: a correction does not take the name of what it corrects."""
    version = round.count.version + bool(round.correction) if round.count else 1
    return f"transcript-{version}.json" if version > 1 else "transcript.json"


@transaction.atomic
def save_transcript(round, document: bytes, *, by, now) -> Count:
    """Store what the opening page sends, and count it. The same bytes again change nothing."""
    round = BallotRound.objects.held(round)
    is_stored = Transcript.objects.filter(sid=round.sid, document=document).exists()
    if not is_stored and (blockers := blockers_now(round)):
        raise RuleViolation(blockers)
    drawn, named = joined(round)
    store = ballots.store_correction if round.correction else ballots.store_transcript
    with box_refusals():
        store(round.sid, document, drawn=drawn, named=named)
    round.refresh_box()
    return counting.count_round(round, by=by, now=now)
