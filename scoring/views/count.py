"""The presses on a count: sign, confirm, count again, decide a tie."""

import time

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core import excel, seen
from core.errors import RuleViolation, require
from core.language import chinese
from core.sessions import weighty
from reviews.views import frame
from scoring import policies
from scoring.actions import count as counting
from scoring.actions import sheets, signing
from scoring.actions.recount import recount
from scoring.forms.table import DecideForm
from scoring.models import PaperJob
from scoring.views.results import show
from scoring.views.round import count_of, count_read, counts_of, entered, round_of
from scoring.views.signing import PARTS, ties


def counted(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_see_ballot(request.user, session))
    count = count_of(round_of(session))
    if count is None:
        raise Http404
    return session, count


@require_POST
def results_sign(request, uid, part):
    if part not in PARTS:
        raise Http404
    session, count = counted(request, uid)
    require(policies.can_sign_as(request.user, part), _("由计票人和监票人签字。"))
    signing.sign(count, part, seen=seen.mark(request), by=request.user, now=timezone.now())
    messages.success(request, _("已签字"))
    return redirect("scoring:results", session.uid)


@require_POST
def results_confirm(request, uid):
    session, count = counted(request, uid)
    require(policies.can_confirm(request.user, session), _("由审批领导确认结果。"))
    signing.confirm_count(count, seen=seen.mark(request), by=request.user, now=timezone.now())
    messages.success(request, _("结果已确认，可以公布"))
    return redirect("scoring:results", session.uid)


RECOUNT = gettext_lazy("计票签字以后，由监票人、计票人、工作人员和审批领导复算。")


@require_POST
def results_recount(request, uid):
    """Prove the result: whoever presses learns whether both programs find today what was frozen."""
    session, count = counted(request, uid)
    require(policies.can_recount(request.user, count), RECOUNT)
    began = time.monotonic()
    found = recount(count, by=request.user)
    told = {"ballots": found.ballots, "officials": found.officials, "seconds": f"{time.monotonic() - began:.1f}"}
    if found.differing:
        said = _("复算不一致：%(what)s。请停止使用这份结果，保留服务器原样，由监票人核对，记入会议记录。")
        messages.error(request, said % {"what": _("；").join(found.differing)})
    else:
        said = _(
            "复算一致：票箱里 %(ballots)s 张票、%(officials)s 位对象，签名逐个核验，两套独立程序算出的得分、等次、名次都与封存的相同，用时 %(seconds)s 秒。"
        )
        messages.success(request, said % told)
    return redirect("scoring:results", session.uid)


@weighty("GET")
@require_GET
def results_recount_export(request, uid):
    """A recount to keep: everything that was compared, beside the table as the hall may read it once the result may be taken out."""
    _session, count = counted(request, uid)
    require(policies.can_recount(request.user, count), RECOUNT)
    has_result = policies.can_get_paper(request.user, count, PaperJob.Kind.RESULT_EXCEL)
    with chinese():
        found = recount(count, by=request.user)
        tables = sheets.recount(count, found, has_result=has_result, by=request.user, now=timezone.now())
        name = _("复算记录%(day)s.xlsx") % {"day": timezone.localdate().isoformat()}
    return excel.export(name, tables, thing=count.round, n=count.subjects.count(), by=request.user)


@require_POST
def results_decide(request, uid):
    session, count = counted(request, uid)
    require(policies.can_confirm(request.user, session), _("由审批领导裁定名额。"))
    forms = (DecideForm(request.POST, tie=tie) for tie in ties(session, count))
    form = next((form for form in forms if form.is_about_it), None)
    if form is None:
        raise RuleViolation(_("没有这项待裁定的名额"))
    if form.is_valid():
        try:
            counting.decide(count, **form.cleaned_data, by=request.user, now=timezone.now())
            messages.success(request, _("已裁定，结果已重新计算"))
            return redirect("scoring:results", session.uid)
        except RuleViolation as refusal:
            form.add_error("chosen", refusal)
    return show(request, session, refused=form)


@require_GET
def outside(request, uid):
    """What this version of the count took from outside the box, for the program that counts again: `verify.py TRANSCRIPT --outside FILE`."""
    session = entered(request, uid)
    require(policies.can_see_numbers(request.user, session), _("由监票人、计票人下载。"))
    count = count_read(request, counts_of(round_of(session)))
    if count is None or not count.has_outside:
        raise Http404
    name = f"outside-{count.version}.json" if count.version > 1 else "outside.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(count.outside_file, content_type="application/json", headers=headers)
