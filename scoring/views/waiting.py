"""Steps that wait for a second person, as the pages of both show them."""

from django.db.models import BooleanField, ExpressionWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring import policies
from scoring.models import StepRequest

Step = StepRequest.Step


def waits_of(round, user, *, now):
    """The requests of a round that may still be confirmed, by step; each knows whether this person is the second."""
    found = {} if round is None else {wait.step: wait for wait in waits(user, now=now).filter(round=round)}
    for wait in found.values():
        wait.round = round
        wait.question = question(wait)
    return found


def question(wait):
    """What the second person is asked: what will happen, to whom, and why the first wants it."""
    title, text = questions()[wait.step]
    if wait.step == Step.PUBLISH and wait.round.session.is_rehearsal:
        text = _("演练的结果只有会场工作人员看得到，演练结束后清除。")
    yes = _("我确认%(step)s") % {"step": wait.get_step_display()}
    tone = "danger" if wait.step in (Step.VOID, Step.CORRECT) else ""
    return {"title": title, "text": reason_of(wait) + text, "yes": yes, "tone": tone}


def reason_of(wait):
    return _("理由：%(reason)s。") % {"reason": wait.reason} if wait.reason else ""


def questions():
    return {
        Step.SETUP: (_("建立票箱？"), _("计分方案和各票种的票卡数从此不能再改；要改，只能作废本轮，另做票卡。")),
        Step.OPEN: (_("开始投票？"), _("票箱从现在起收票，到会的人可以在平板上打分、封票提交；会议不能再退回到点评。")),
        Step.CLOSE: (
            _("截止投票？"),
            _("平板随即提示就要截止，30 秒以后由两人中的一人关箱；关箱以前到的票仍收，关箱以后不再收，也不能重新开启。"),
        ),
        Step.VOID: (_("作废本轮？"), _("已投的票不算，密封的票全部删除，不能再开；须用新票卡重新投票。")),
        Step.PUBLISH: (
            _("公布结果？"),
            _("结果公布给会场，委员、述责述廉对象都能看到；不能收回，只能另成一版更正。每位评议人从此可以核对自己的票。"),
        ),
        Step.CORRECT: (
            _("更正已经计票的结果？"),
            _(
                "确认以后，可以改实名评分和实发票卡数；选票一张不变。改好后用两张钥匙卡重新开箱、签名，另成一版，重新签字、确认、公布；"
                "原来的一版留存。"
            ),
        ),
        Step.ARCHIVE: (_("宣布终局、销毁密封票？"), _("密封的票从服务器上删除，不能恢复；从此不能再开箱，结果不能再更正。")),
    }


def waits_in(session, user):
    """Those of a session that this person may confirm, for the pages beside the ballot's own."""
    return list(waits(user, now=timezone.now()).filter(round__session=session, may_confirm=True).select_related("round__session"))


def waits_for(user):
    """Those of all sessions that this person may confirm."""
    return list(waits(user, now=timezone.now()).filter(may_confirm=True).select_related("round__session"))


def waits(user, *, now):
    may_confirm = ExpressionWrapper(policies.completable(user), output_field=BooleanField())
    return StepRequest.objects.waiting(now).select_related("asked_by").annotate(may_confirm=may_confirm)
