"""The scrutineers' table between the close and the opening: what is left of the cards, what was lost, what came on paper."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ballots.models import Box
from core.errors import RuleViolation, require
from core.sessions import in_hall, polled
from reviews.views import frame
from scoring import policies
from scoring.actions import clearing, opening
from scoring.forms.table import TableForm
from scoring.models import TableMinutes
from scoring.views.round import round_of


def tabled(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_note_cards(request.user, session), _("桌面清点由监票人、计票人办。"))
    return session, round_of(session)


@in_hall
@require_http_methods(["GET", "POST"])
def ballot_table(request, uid):
    """In order: void what is left, note losses and papers, note the cards drawn, open."""
    session, round = tabled(request, uid)
    if round.state != Box.State.CLOSED:
        messages.warning(request, _("投票截止以后、开箱以前才能清点桌面"))
        return redirect("scoring:ballot", session.uid)
    minutes = TableMinutes.objects.filter(round=round).first() or TableMinutes()
    groups = list(round.groups.filter(is_named=False))
    form = TableForm(request.POST or None, groups=groups, minutes=minutes)
    if request.method == "POST" and form.is_valid():
        try:
            clearing.note_table(round, **form.entries(), by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("丢失的票卡和纸票数已登记"))
            return redirect("scoring:ballot_table", session.uid)
    context = frame.context(request, session, tab="ballot", form=form, **left_context(round), booth=settings.BOOTH_ORIGIN)
    context |= {
        "step": None,
        "blockers": opening.opening_blockers(round),
        "has_papers": any(group.papers for group in groups) or minutes.paper_ballots,
        "may_hold_keys": policies.can_hold_keys(request.user, session),
    }
    return render(request, "scoring/ballot_table.html", context)


def left_context(round):
    rows = clearing.left(round) if round.is_closed else []
    return {"rows": rows, "missing": sum(row["missing"] for row in rows)}


@in_hall
@polled
@require_GET
def ballot_left(request, uid):
    """The running list of cards still unaccounted for; polled while they are scanned on another tablet."""
    session, round = tabled(request, uid)
    return render(request, "scoring/_table_left.html", {"session": session, **left_context(round)})
