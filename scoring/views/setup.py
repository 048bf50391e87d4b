"""What is fixed before the box is made."""

import re

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import RuleViolation, require
from reviews.views import frame
from scoring import policies
from scoring.actions import setup as actions
from scoring.actions import small_groups
from scoring.forms.table import PrepareForm, SmallGroupsForm
from scoring.models import BallotRound
from scoring.views.round import entered

SOON = 3  # days before the meeting


@require_http_methods(["GET", "POST"])
def ballot_prepare(request, uid):
    """Scheme and numbers of cards."""
    session = entered(request, uid)
    require(policies.can_prepare(request.user, session), _("由工作人员准备评议票。"))
    round = BallotRound.objects.current(session)
    if reasons := actions.fixed_blockers(round):
        return frame.turn_back(request, reasons, "scoring:ballot", session.uid)
    before = round or BallotRound.objects.filter(session=session).last()  # after a void round the same people are there
    form, ways = PrepareForm(request.POST or None, session=session, round=before), None
    if request.method == "POST" and form.is_valid():
        ways = ways_of(request, form)
        if ways is None or ways.is_valid():
            try:
                choices = ways.choices() if ways else None
                said = {"scheme": form.cleaned_data["scheme"], "numbers": form.numbers(), "choices": choices}
                actions.prepare_round(session, **said, by=request.user, now=timezone.now())
            except RuleViolation as refusal:
                form.add_error(None, refusal)
            else:
                messages.success(request, _("票卡数已确定，请提出建立票箱"))
                return redirect("scoring:ballot", session.uid)
    context = frame.context(request, session, tab="ballot", form=form, ways=ways, round=round, too_soon=too_soon(session))
    context["step"] = None
    if scheme := chosen(request, form):
        context["notes"] = [*actions.without_vote(session, scheme), *actions.other_names(session, scheme)]
    return render(request, "scoring/ballot_prepare.html", context)


def chosen(request, form):
    """The scheme the page stands at: what was chosen, else that of before, else the first of the list."""
    schemes, initial = form.fields["scheme"].queryset, form.fields["scheme"].initial
    asked = request.POST.get("scheme") or request.GET.get("scheme") or str(initial or "")
    return schemes.filter(pk=asked).first() if re.fullmatch("[0-9]{1,9}", asked) else schemes.first()


def too_soon(session):
    """Days to the meeting where cards made now may soon be outdated: they are for the day before, when nothing of it changes any more."""
    days = (session.date - timezone.localdate()).days
    return days if days > SOON and not session.is_rehearsal else 0


def ways_of(request, form):
    """The question about groups with too few in the hall; None where there are none."""
    answers = {name.removeprefix("way_"): way for name, way in request.POST.items() if name.startswith("way_")}
    groups = small_groups.questions(form.cleaned_data["scheme"].body, form.present(), answers)
    return SmallGroupsForm(request.POST if answers or "asked" in request.POST else None, groups=groups) if groups else None
