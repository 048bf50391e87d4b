"""Cards and paper ballots on the scrutineers' table, from the close to the opening (ballots.md B6)."""

from django.db import transaction
from django.utils.translation import gettext as _

from ballots import actions as ballots
from ballots.models import Box
from core import audit
from core.errors import RuleViolation
from scoring.models import BallotRound, RoundGroup, TableMinutes


def left(round) -> list[dict]:
    """For every box what has become of its cards: [{group, printed, cast, voided, missing}]. From the close on."""
    counts = ballots.counts(round.sid)
    return [{"group": group, **counts[group.letter]} for group in round.groups.filter(is_named=False)]


def loss_blockers(groups, counts) -> list[str]:
    """A card declared lost cannot be on the table: where fewer cards are missing than were declared lost, one has come back, or
    somebody has cast it. Exact numbers of a closed box, so for scrutineers and tellers only (ballots.md B5)."""
    missing = {letter: row["missing"] for letter, row in counts.items()}
    return [
        _("%(name)s声明丢失 %(lost)d 张，没有收回也没有作废的却只有 %(missing)d 张：丢失的卡找回并作废了的，请改少声明丢失数；没有找回的，就是有人用它投了票，本轮须作废重投")
        % {"name": group.name, "lost": group.lost, "missing": missing[group.letter]}
        for group in groups
        if group.lost > missing[group.letter]
    ]  # fmt: skip


@transaction.atomic
def note_table(round, *, lost: dict[str, int], paper_ballots: int, invalid_parts: int, by):
    """Cards declared lost, by letter of the box, and the paper ballots of the whole session. Noted once, after the close: before,
    the trail would tell when a paper was cast. What cannot be is refused by entry: `lost_b`, `paper_ballots`, `invalid_parts`."""
    round = BallotRound.objects.held(round)
    if round.state != Box.State.CLOSED:
        raise RuleViolation(_("截止以后、开箱以前才能登记丢失的票卡和纸票数"))
    wrong = {}
    for group in round.groups.filter(is_named=False):
        n = lost.get(group.letter, 0)
        if n > group.cards:
            wrong[f"lost_{group.letter}"] = _("%(name)s只印了 %(n)d 张票卡") % {"name": group.name, "n": group.cards}
        RoundGroup.objects.filter(pk=group.pk).update(lost=n)
    cast = sum(row["cast"] for row in left(round))
    if paper_ballots > cast:
        wrong["paper_ballots"] = _("票箱里一共只有 %(n)d 张票，录入的纸票不能比它多") % {"n": cast}
    most = paper_ballots * round.session.subjects.count()
    if invalid_parts > most:
        words = {"papers": paper_ballots, "n": most}
        wrong["invalid_parts"] = _("%(papers)d 张纸票最多有 %(n)d 处，作无效记的处数不能比它多") % words
    if wrong:
        raise RuleViolation(wrong)
    TableMinutes.objects.update_or_create(round=round, defaults={"paper_ballots": paper_ballots, "invalid_parts": invalid_parts})
    audit.record("note_table", round, by=by, lost=lost, paper_ballots=paper_ballots, invalid_parts=invalid_parts)
