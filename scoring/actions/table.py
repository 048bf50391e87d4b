"""What is written down at the scrutineers' table: cards drawn, and the marks of the named groups."""

import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext as _

from ballots import actions as ballots
from ballots.models import Box
from core import audit
from core.errors import LONGEST, RuleViolation, fitting
from reviews.models import ReviewSession
from scoring.models import BallotRound, NamedMarks, RoundGroup


@transaction.atomic
def note_cards(round, entries: dict[str, tuple[int | None, str]], *, by):
    """By letter of the group {letter: (number, reason)}: cards drawn of a box and the signed reason for those not handed back; of a
    named group, once the box is closed, how many came and why these are not as many as prepared for. What cannot be is refused by
    entry, `drawn_b` or `reason_b`. Once the sealed ballots are fetched only a correction changes it, but for the box whose number keeps
    the urn shut."""
    round = BallotRound.objects.held(round)
    if not round.is_sealed:
        raise RuleViolation(_("票卡备好以后才能登记实发数"))
    groups = list(round.groups.filter(is_named=False))
    if is_read(round):
        groups = impossible(round, groups)
        if not groups or others_changed(round, groups, entries):
            need_unread(round)
    for group in groups:
        group.drawn, why = entries.get(group.letter, (None, ""))
        group.unaccounted_reason = fitting(why, LONGEST)
    wrong = {
        f"drawn_{group.letter}": _("%(name)s只印了 %(n)d 张票卡") % {"name": group.name, "n": group.cards}
        for group in groups
        if group.drawn is not None and not 0 <= group.drawn <= group.cards
    }
    if round.is_closed:  # before, nobody may know how many of a group have voted (ballots.md B5)
        counts = ballots.counts(round.sid)
        wrong = {f"drawn_{g.letter}": reason for g in groups for reason in drawn_blockers([g], counts)} | wrong
    takes_named = round.is_closed and not is_read(round)
    named = list(round.groups.filter(is_named=True, letter__in=entries).prefetch_related("marks")) if takes_named else []
    for group in named:
        n, why = entries[group.letter]
        group.came, group.came_reason = (None, "") if n == group.attendants else (n, fitting(why, LONGEST))
    wrong |= came_blockers(named)
    if wrong:
        raise RuleViolation(wrong)
    RoundGroup.objects.bulk_update(groups + named, ["drawn", "unaccounted_reason", "came", "came_reason"])
    audit.record("note_cards", round, by=by, drawn={letter: drawn for letter, (drawn, _why) in entries.items()})


def impossible(round, groups) -> list[RoundGroup]:
    """Those whose number keeps the urn shut: a card voided after the sealed ballots were fetched leaves fewer than were drawn."""
    counts = ballots.counts(round.sid) if round.state == Box.State.CLOSED else {}
    return [group for group in groups if counts and drawn_blockers([group], counts)]


def others_changed(round, groups, entries) -> bool:
    """Whether the entries differ from what is noted of any group but these."""
    may = {group.letter for group in groups}
    for group in round.groups.filter(letter__in=set(entries) - may):
        number, why = entries[group.letter]
        noted = (group.present, group.came_reason) if group.is_named else (group.drawn, group.unaccounted_reason)
        if noted != (number, fitting(why, LONGEST) if number != group.attendants or not group.is_named else ""):
            return True
    return False


def came_blockers(groups) -> dict[str, str]:
    """By entry: a named group of more or fewer than prepared for needs the reason; of none may fewer have come than have given marks."""
    wrong = {}
    for group in groups:
        words = {"name": group.name, "n": group.attendants, "came": group.present, "entered": group.raters}
        if group.present < group.raters:
            wrong[f"drawn_{group.letter}"] = (
                _("%(name)s已录入 %(entered)d 人的实名评分，实到不能是 %(came)d 人；多录的请先删去") % words
            )
        if group.came is not None and not group.came_reason:
            wrong[f"reason_{group.letter}"] = _("%(name)s原定 %(n)d 人，实到 %(came)d 人，请写明谁没有来、什么原因") % words
    return wrong


def drawn_blockers(groups, counts) -> list[str]:
    """Boxes with more ballots than cards drawn: opened like this their round is void (scoring.md 4.2), and nothing can be put right.
    And those with more cards drawn than are left beside the void ones, which nobody drew or which were handed back.

    Exact numbers of a closed box, so for scrutineers and tellers only (ballots.md B5).
    """
    reasons = []
    for group in groups:
        if group.drawn is None:
            continue
        row = counts[group.letter]
        words = {"name": group.name, "drawn": group.drawn, "most": row["printed"] - row["voided"], **row}
        if group.drawn < row["cast"]:
            reasons.append(
                _(
                    "%(name)s登记实发 %(drawn)d 张，收回却有 %(cast)d 张，不能开箱：请核对登记的数；数无误的，提出作废本轮，另发票卡重投"
                )
                % words
            )
        elif group.drawn > words["most"]:
            reasons.append(
                _(
                    "%(name)s印制 %(printed)d 张、作废 %(voided)d 张，实发最多 %(most)d 张，登记的是 %(drawn)d 张；实发是领出减交回"
                )
                % words
            )
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


def shown(marks) -> str:
    """Names these marks of one rater; "" where there are none."""
    given = sorted((one.subject_id, sorted(one.answers.items())) for one in marks)
    return hashlib.sha256(json.dumps(given).encode()).hexdigest() if given else ""


def came(round):
    """Named groups of more or fewer than were prepared for: of these no number stands in the manifest or in the transcript."""
    groups = round.groups.exclude(came=None)
    return [{"name": group.name, "n": group.attendants, "came": group.came, "why": group.came_reason} for group in groups]


@transaction.atomic
def enter_named(group, *, rater: str, marks: dict, by, seen: str = ""):
    """The marks of one named rater for every official: {subject: {criterion: tenths} or {}}. They replace those of the same name only
    where the writer has these before the eyes, `seen` as `shown` names them: another may have the name, or have typed meanwhile."""
    round = BallotRound.objects.held(group.round)
    if not group.is_named:
        raise RuleViolation(_("这个票种不记名，只能用票卡"))
    need_changeable(round)
    if not round.session.is_at_least(ReviewSession.State.IN_PROGRESS):
        raise RuleViolation(_("会议开始以后才能录入实名评分"))
    if not rater.strip():
        raise RuleViolation(_("请写明评议人"))
    if shown(NamedMarks.objects.filter(group=group, rater=rater.strip())) != seen:
        words = {"name": rater.strip()}
        if seen:
            raise RuleViolation(_("%(name)s的评分刚在别处改过；请先记下自己的，重新打开后再改") % words)
        raise RuleViolation(
            _("%(name)s的评分已录入；要改的，请点“查看、修改”，或者刷新本页。同名的另一位，请在姓名后注明单位") % words
        )
    for subject, answers in marks.items():
        NamedMarks.objects.update_or_create(
            group=group, rater=rater.strip(), subject=subject, defaults={"answers": answers, "entered_by": by}
        )
    if group.raters > group.present:
        raise RuleViolation(_("%(name)s到会 %(n)d 人，实名评分不能多于到会人数") % {"name": group.name, "n": group.present})
    audit.record("enter_named", round, by=by, group=group.code, rater=rater.strip())


def need_changeable(round):
    """Named marks are typed and taken back between the setup of the box and the fetch of the sealed ballots, and while a correction is
    agreed."""
    if not round.has_box or round.voided_at:
        raise RuleViolation(_("票箱建立以后、本轮没有作废的，才能录入、删改实名评分"))
    need_unread(round)


def is_read(round) -> bool:
    """Whether somebody may have read the ballots, and no correction is agreed."""
    return bool(round.is_unsealed and not round.correction)


def need_unread(round):
    """Whoever may have read ballots could choose among what changes the result: from the fetch on two persons agree on it (ADR 0007)."""
    if is_read(round):
        raise RuleViolation(
            _(
                "密封的票已经取出，实名评分、实发票卡数不能再改：看过票以后，谁也不能独自改结果。有误的，照登记的开箱计票，再由两人提出、确认更正；钥匙卡不够、打不开的，提出作废本轮"
            )
        )


@transaction.atomic
def remove_named(group, *, rater: str, by):
    round = BallotRound.objects.held(group.round)
    need_changeable(round)
    if NamedMarks.objects.filter(group=group, rater=rater).delete()[0]:
        audit.record("remove_named", round, by=by, group=group.code, rater=rater)
