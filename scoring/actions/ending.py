"""The end of a round: the objection window, the chair's word, and what is destroyed (ballots.md B10)."""

from django.db import transaction
from django.utils.translation import gettext as _

from ballots.models import Box
from core import audit
from core.errors import RuleViolation
from scoring.models import BallotRound, Ending, StepRequest


def window_ends_at(count):
    """Until when objections are taken to the last version, as its publication laid it down; None before that is published."""
    return count.round.session.objections_until if count and count.is_published else None


def minutes_left(count, now) -> int:
    """Whole minutes of the objection window still to come, rounded up; 0 when it is over or has not begun."""
    ends = window_ends_at(count)
    return max(0, -int((now - ends).total_seconds() // 60)) if ends and now < ends else 0


def note_blockers(round, *, now) -> list[str]:
    """Every reason why the end may not be written down yet. After it no key is left to sign a correction with."""
    if round.correction:
        return [_("更正还没有办完，不能宣布终局")]
    count = round.count
    if round.state != Box.State.PUBLISHED or not count.is_published:
        return [_("结果公布以后，投票异议期满才能宣布终局")]
    if n := minutes_left(count, now):
        return [_("投票异议期还有 %(n)d 分钟，期满以后主持人才能宣布终局") % {"n": n}]
    if asked := StepRequest.objects.waiting(now).filter(round=round, step=StepRequest.Step.CORRECT).first():
        return [_("%(who)s提出了更正，还没有确认或者撤回，不能宣布终局") % {"who": asked.asked_by}]
    return []


def end_blockers(round, *, now) -> list[str]:
    """Every reason why the sealed ballots may not be destroyed yet; an empty list means they may."""
    if reasons := note_blockers(round, now=now):
        return reasons
    if not Ending.objects.filter(round=round).exists():
        return [_("还没有登记终局：主持人宣布、钥匙卡和票卡粉碎、平板清除")]
    return []


@transaction.atomic
def note_ending(round, *, declared_by: str, key_cards: int, missing_key_cards: str, tablets: int, objections: str, by, now):
    """What the room has seen. May be corrected until two persons have destroyed the sealed ballots."""
    round = BallotRound.objects.select_for_update(of=("self",)).select_related("session").get(pk=round.pk)
    if reasons := note_blockers(round, now=now):
        raise RuleViolation(reasons)
    needed, made = round.box.document["shares"]
    reasons = []
    if not declared_by.strip():
        reasons.append(_("请写明宣布终局的主持人"))
    if key_cards > made:
        reasons.append(_("这一轮只做了 %(n)d 张钥匙卡") % {"n": made})
    if key_cards < made and not missing_key_cards.strip():
        reasons.append(
            _("做了 %(made)d 张钥匙卡，只粉碎了 %(n)d 张：请写明缺的在哪里、由谁追查") % {"made": made, "n": key_cards}
        )
    if made - key_cards >= needed:
        reasons.append(_("还有 %(n)d 张钥匙卡没有粉碎，凭它们仍能开箱，不能登记终局") % {"n": made - key_cards})
    if reasons:
        raise RuleViolation(reasons)
    Ending.objects.update_or_create(
        round=round,
        defaults={
            "declared_by": declared_by.strip(), "key_cards": key_cards, "tablets": tablets, "noted_by": by, "noted_at": now,
            "missing_key_cards": missing_key_cards.strip() if key_cards < made else "", "objections": objections.strip(),
        },
    )  # fmt: skip
    audit.record("note_ending", round, by=by, key_cards=key_cards, tablets=tablets)
