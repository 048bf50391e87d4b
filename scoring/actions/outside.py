"""What may come into the scores from outside the box, until when, and what the count takes of it."""

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from scoring import rules
from scoring.actions import manifest
from scoring.models import BallotRound, Occasion


def blockers(session, round) -> list[str]:
    """Every reason why nothing may be entered or confirmed now. `round` is the one that counts, or None."""
    if round is None:
        return [_("计分方案还没有定：请先在评廉页确定方案和票卡数，再登记会外事项")]
    if reasons := ending_blockers(session, round):
        return reasons
    if not takes_any(round):
        return [_("本场会议的计分方案没有加分、扣分、一票否决和外部数据")]
    return []


def ending_blockers(session, round) -> list[str]:
    """Every reason why nothing may be refused or withdrawn now. A void round changes nothing of it: its ballots may have been read."""
    if (round and round.is_unsealed) or was_unsealed(session):
        return [_("密封的票已经取出，会外事项不能再登记、确认或撤销：看过票以后，谁也不能再改分数")]
    if session.is_halted:
        return [_("会议已经延期或者取消，不办会外事项")]
    return [] if session.is_awaiting_result else [_("会议还没有批准，或者结果已经确认，不能登记会外事项")]


def was_unsealed(session) -> bool:
    """Whether somebody may have read ballots of this session, also of a round that is void now."""
    return BallotRound.objects.filter(session=session, unsealed_at__isnull=False).exists()


def takes_any(round) -> bool:
    """Whether the scheme of a round takes anything from outside. What it cannot take, `prepare_round` has refused."""
    return rules.occasions.takes_any(round.scheme.body)


def scheme_blockers(session, plan) -> list[str]:
    """Every reason why a scheme cannot serve for what is entered; figures that it lacks can still come, unless ballots were read."""
    live = list(Occasion.objects.of(session).live().select_related("subject"))
    lacking = figure_blockers(session, plan, [occasion.entry for occasion in live]) if was_unsealed(session) else []
    return misfits(live, plan) + lacking


def misfits(live, plan) -> list[str]:
    """What is entered and the scheme cannot take: of a round now void, which had another scheme."""
    found = []
    for occasion in live:
        if why := rules.occasions.misfit(plan, occasion.entry):
            told = {"name": occasion.subject.name, "words": occasion.words, "why": why}
            found.append(_("%(name)s的会外事项“%(words)s”与方案不合：%(why)s") % told)
    return found


def opening_blockers(round) -> list[str]:
    """Every reason why the count would not know what comes from outside."""
    if not takes_any(round):
        return []
    session, plan = round.session, round.scheme.plan()
    live = list(Occasion.objects.of(session).live().select_related("subject"))
    reasons, waiting = misfits(live, plan), [occasion.subject.name for occasion in live if occasion.is_waiting]
    if waiting:
        told = {"n": len(waiting), "names": _("、").join(dict.fromkeys(waiting))}
        reasons.append(_("还有 %(n)d 项会外事项没有由审批领导确认：%(names)s") % told)
    return reasons + figure_blockers(session, plan, [occasion.entry for occasion in live])


def figure_blockers(session, plan, entries) -> list[str]:
    """A group of figures without one for somebody it rates."""
    if not rules.occasions.figure_groups(plan):
        return []
    officials = manifest.officials_of(session)
    names = {official["o"]: official["n"] for official in officials}
    missing = rules.occasions.without_figure(plan, [(official["o"], official["category"]) for official in officials], entries)
    return [
        _("“%(group)s”还没有%(names)s的数据")
        % {"group": plan.groups[group].name, "names": _("、").join(names[code] for code in lacking)}
        for group, lacking in missing.items()
    ]


def effect(plan, entries) -> str:
    """What these entries of one official do to the score, after the caps: “加 5 分，扣 3 分”; "" where only figures came in."""
    bonus, deducted = rules.occasions.adjustment(plan, entries)
    parts = [
        (bonus, _("加 %(n)s 分") % {"n": rules.weight_text(bonus)}),
        (deducted, _("扣 %(n)s 分") % {"n": rules.weight_text(deducted)}),
        (any(entry.kind == Occasion.Kind.VETO for entry in entries), _("一票否决")),
    ]
    return _("，").join(text for applies, text in parts if applies)


def given(session) -> dict:
    """What the count takes: everything confirmed."""
    return rules.occasions.outside(Occasion.objects.of(session).confirmed().entries())


def frozen(session) -> list[dict]:
    """What the papers of a count say of it."""
    return [row(occasion) for occasion in told(Occasion.objects.of(session).confirmed())]


def withdrawn(session) -> list[dict]:
    """What had been confirmed and does not count after all: why, by whom and on which day."""
    ended = Occasion.objects.of(session).filter(state=Occasion.State.WITHDRAWN, confirmed_by__isnull=False)
    return [
        row(occasion)
        | {
            "ended_by": str(occasion.ended_by),
            "ended_on": localdate(occasion.ended_at).isoformat(),
            "because": occasion.ended_because,
        }
        for occasion in told(ended)
    ]


def told(occasions):
    return occasions.select_related("subject", "entered_by", "confirmed_by", "ended_by").order_by("subject__order", "pk")


def row(occasion) -> dict:
    return {
        "o": occasion.subject.code, "kind": occasion.kind, "name": occasion.name, "amount": occasion.amount,
        "fact": occasion.fact, "document": occasion.document,
        "entered_by": str(occasion.entered_by), "confirmed_by": str(occasion.confirmed_by),
    }  # fmt: skip
