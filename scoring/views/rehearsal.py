"""Wiping the ballot of a rehearsal: the question, and the press."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import require
from reviews.views import frame
from scoring import policies
from scoring.actions import rehearsal
from scoring.forms.table import WipeForm
from scoring.models import BallotRound, Count, Occasion, PaperJob


def wipe_of(session):
    """The question before a rehearsal is wiped, by what goes with it; None while there is nothing."""
    rounds = BallotRound.objects.filter(session=session)
    if not rounds:
        return None
    versions = Count.objects.filter(round__in=rounds)
    papers = PaperJob.objects.filter(count__in=versions).count()
    lost = [_("%(n)d 轮投票，连同票箱、票卡清单、已投的票和实名评分") % {"n": len(rounds)}]
    for count in versions:
        signed = _("已公布") if count.is_published else _("已签字") if count.teller_at or count.scrutineer_at else _("未签字")
        lost.append(_("第 %(n)d 版结果（%(signed)s）") % {"n": count.version, "signed": signed})
    entries = Occasion.objects.of(session).count()
    lost += [_("%(n)d 项会外事项") % {"n": entries}] if entries else []
    lost += [_("%(n)d 份文件") % {"n": papers}] if papers else []
    what = {"what": _("；").join(lost)}
    text = _("删除：%(what)s，以及由结果提出的问题。不能恢复。会议回到评议之前，到会、议程、会上记下的都保留。") % what
    return {"url": reverse("scoring:rehearsal_wipe", args=[session.uid]), "text": text, "form": WipeForm()}


@require_POST
def rehearsal_wipe(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_wipe(request.user), _("演练的投票由工作人员清除。"))
    frame.cleaned(WipeForm(request.POST), _("没有清除：请输入“清除”两个字再按"))
    rehearsal.wipe_rehearsal(session, by=request.user)
    messages.success(request, _("演练的票箱、票和结果已全部清除"))
    return redirect("scoring:ballot", session.uid)
