"""What is written down at the scrutineers' table."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ballots import actions as ballots
from core.errors import RuleViolation, require
from core.sessions import in_hall
from reviews.views import frame
from scoring import policies
from scoring.actions import table as actions
from scoring.forms.table import CardsForm, NamedForm
from scoring.models import RoundGroup
from scoring.views.round import entered, round_of


@in_hall
@require_http_methods(["GET", "POST"])
def ballot_numbers(request, uid):
    """Cards drawn, and the reason for those missing; once the box is closed also who of a named group has not come."""
    session = entered(request, uid)
    require(policies.can_note_cards(request.user, session), _("由监票人、计票人登记票卡数。"))
    round = round_of(session)
    groups = [group for group in round.groups.prefetch_related("marks") if round.is_closed or not group.is_named]
    form = CardsForm(request.POST or None, groups=groups)
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_cards(round, form.entries(), by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("实发票卡数已登记"))
            return redirect("scoring:ballot", session.uid)
    counts = ballots.counts(round.sid) if round.is_closed else {}
    rows = [
        {"group": group, "drawn": drawn, "reason": reason, **counts.get(group.letter, {})} for group, drawn, reason in form.rows()
    ]
    context = frame.context(request, session, tab="ballot", form=form, rows=rows, round=round, is_closed=round.is_closed)
    context["step"] = None
    return render(request, "scoring/ballot_numbers.html", context)


def named_group(round, letter):
    group = next((group for group in round.groups.all() if group.letter == letter and group.is_named), None)
    if group is None:
        raise Http404
    return group


@require_http_methods(["GET", "POST"])
def ballot_named(request, uid, letter):
    """The marks of a named group, typed under the rater's name."""
    session = frame.session_of(request, uid)
    round = round_of(session)
    group = named_group(round, letter)
    require(
        policies.can_enter_named(request.user, group),
        _("实名评分由工作人员录入，或者由参会名单上的分管领导录入本人的；名单有误的，请工作人员更正。"),
    )
    own = None if policies.may_name_rater(request.user) else policies.rater_name(request.user)
    rater = own or request.GET.get("rater") or None
    if own and not RoundGroup.objects.open_to(own).contains(group):
        raise Http404
    marks = [m for m in group.marks.select_related("subject") if own is None or m.rater == own]
    given = [m for m in marks if m.rater == rater]
    if own is None and rater and not given and not request.POST.get("seen"):
        raise Http404  # a name in the address that nobody has typed
    subjects = list(session.subjects.all())
    roster = [] if rater else group.roster
    shown = {"rater": rater, "roster": roster, "given": given, "initial": {"seen": actions.shown(given)}}
    form = NamedForm(request.POST or None, scheme=round.scheme, subjects=subjects, **shown)
    if request.method == "POST" and form.is_valid():
        try:
            name = rater or form.named()
            actions.enter_named(group, rater=name, marks=form.marks(), by=request.user, seen=form.cleaned_data["seen"])
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("%(name)s的实名评分已录入") % {"name": name})
            return redirect("scoring:ballot_named", session.uid, letter) if own else redirect("scoring:ballot", session.uid)
    context = {
        "session": session, "rehearsal": session.is_rehearsal, "group": group, "form": form, "rater": rater,
        "raters": sorted({m.rater for m in marks}), "criteria": round.scheme.plan().criteria,
        "may_name_rater": own is None, "may_see_ballot": policies.can_see_ballot(request.user, session),
    }  # fmt: skip
    return render(request, "scoring/ballot_named.html", context)


@require_POST
def ballot_named_remove(request, uid, letter):
    session = frame.session_of(request, uid)
    require(policies.may_name_rater(request.user))
    group, rater = named_group(round_of(session), letter), request.POST.get("rater", "")
    if any(marks.rater == rater for marks in group.marks.all()):  # pressed twice, the second finds nothing
        actions.remove_named(group, rater=rater, by=request.user)
    return redirect("scoring:ballot_named", session.uid, letter)
