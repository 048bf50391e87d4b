"""What is fixed before the box is made."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import RuleViolation, require
from reviews.views import frame
from scoring import policies
from scoring.actions import setup as actions
from scoring.forms import PrepareForm
from scoring.models import BallotRound
from scoring.views.round import entered


@require_http_methods(["GET", "POST"])
def ballot_prepare(request, uid):
    """Scheme and numbers of cards."""
    session = entered(request, uid)
    require(policies.can_prepare(request.user, session), _("由工作人员准备评议票。"))
    round = BallotRound.objects.current(session)
    form = PrepareForm(request.POST or None, session=session, round=round)
    if request.method == "POST" and form.is_valid():
        try:
            actions.prepare_round(session, scheme=form.cleaned_data["scheme"], numbers=form.numbers(), by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("票卡数已确定，请提出建立票箱"))
            return redirect("scoring:ballot", session.uid)
    context = frame.context(request, session, tab="ballot", form=form, round=round)
    context["step"] = None
    return render(request, "scoring/ballot_prepare.html", context)
