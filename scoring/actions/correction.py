"""更正: another version of the transcript, over the same sealed ballots, with other named marks or numbers drawn (ADR 0007)."""

from django.utils.translation import gettext as _

from ballots import codec
from ballots.models import Transcript
from reviews.models import ReviewSession
from scoring.actions.table import came, joined
from scoring.models import Ending


def asking_blockers(round) -> list[str]:
    """Every reason why no correction may be asked for: without sealed ballots and key cards nothing can be signed, and what was
    closed rests on the result."""
    if not round.is_opened or round.count is None:
        return [_("开箱计票以后才能更正")]
    if round.is_ended:
        return [_("已经宣布终局，密封的票和钥匙卡都已销毁，不能再签新的计票文件")]
    if Ending.objects.filter(round=round).exists():
        return [_("终局已经登记，钥匙卡已经粉碎，不能再签新的计票文件")]
    if round.session.is_at_least(ReviewSession.State.CLOSED):
        return [_("本场会议的整改已经办结，评议结果不能再更正；发现的差错记入会议记录")]
    return [_("已有一项更正在办")] if round.correction else []


def opening_blockers(round) -> list[str]:
    """Every reason why the urn may not be opened again to sign what was corrected: nothing was, or too much would be known."""
    if is_signed_already(round):
        return [_("实名评分、实发票卡数与已经计票的一版相同，没有更正的内容")]
    plan, (_drawn, named) = round.scheme.plan(), joined(round)
    if plan.sides and judged(plan, named) != judged(plan, last_transcript(round)["named"]):
        return [
            _(
                "更正会使一个实名票种从没有分数变成有分数，或者相反：各方的权重随之改变，两版结果相减能推出不记名票种的平均分，不能这样更正"
            )
        ]
    return []


def is_unchanged(round) -> bool:
    """Whether everything a correction may put right is as it was counted; how many of a named group came, no transcript knows."""
    return is_signed_already(round) and came(round) == round.count.sheet["came"]


def is_signed_already(round) -> bool:
    """Whether named marks and numbers drawn are those of the last transcript, so that another would be the same."""
    before, (drawn, named) = last_transcript(round), joined(round)
    return (drawn, sorted(named, key=codec.canonical)) == (before["drawn"], before["named"])


def is_uncounted(round, count) -> bool:
    """Whether what was corrected is signed and stored, and the counting broke off."""
    return Transcript.objects.newest(round.sid).version != str(count.version)


def last_transcript(round):
    return codec.parse(bytes(Transcript.objects.newest(round.sid).document))


def judged(plan, named):
    """The (box, official) of which a named group has a value at all."""
    graded = {criterion.code for criterion in plan.criteria if criterion.graded}
    return {
        (marks["g"], marks["o"])
        for marks in named
        if any(code not in graded or plan.grades[mark - 1].value is not None for code, mark in marks["a"].items())
    }
