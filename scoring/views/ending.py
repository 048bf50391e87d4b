"""The end of a ballot: the objection window, the chair's word, and what was destroyed."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ballots.models import Box
from core.errors import RuleViolation, require
from core.sessions import polled
from reviews.views import frame
from scoring import policies
from scoring.actions import ending
from scoring.forms.table import EndingForm
from scoring.models import BallotRound, Ending
from scoring.views.round import count_of, round_of


@require_http_methods(["GET", "POST"])
def ballot_end(request, uid):
    """What the room has seen destroyed, written down before two persons delete the sealed ballots."""
    session, now = frame.session_of(request, uid), timezone.now()
    require(policies.can_note_ending(request.user, session), _("终局由工作人员、监票人登记。"))
    round = round_of(session)
    if round.state != Box.State.PUBLISHED:
        messages.warning(request, _("结果公布以后、密封票销毁以前才能登记终局"))
        return redirect("scoring:ballot", session.uid)
    needed, made = round.box.document["shares"]
    noted = Ending.objects.filter(round=round).first()
    form = EndingForm(request.POST or None, noted=noted, made=made, chair=session.chair)
    blockers = ending.note_blockers(round, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            ending.note_ending(round, **form.entries(), by=request.user, now=now)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("终局已登记，请两人提出、确认“宣布终局、销毁密封票”"))
            return redirect("scoring:ballot", session.uid)
    context = frame.context(request, session, tab="ballot", form=form, blockers=blockers, needed=needed, made=made)
    context |= {"step": None, **objection_context(round, now)}
    return render(request, "scoring/ballot_end.html", context)


def objection_context(round, now):
    """What the countdown shows; nothing before the publication, nor while the result is being corrected."""
    is_shown = round and round.state in (Box.State.PUBLISHED, Box.State.ARCHIVED) and not round.correction
    count = count_of(round) if is_shown else None
    return {
        "window_ends_at": ending.window_ends_at(count),
        "minutes_left": ending.minutes_left(count, now),
        "is_ended": bool(round and round.is_ended),
    }


@polled
@require_GET
def objection(request, uid):
    """The countdown of the objection window, on the ballot's and on the result's tab."""
    session = frame.session_of(request, uid)
    require(policies.can_see_results(request.user, session))
    round = BallotRound.objects.current(session)
    return render(request, "scoring/_objection.html", {"session": session, **objection_context(round, timezone.now())})
