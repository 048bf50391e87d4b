"""How far 会外事项 are, beside the steps of the ballot and on the page of the preparation."""

from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.days import moment
from scoring.actions import outside as actions
from scoring.models import BallotRound, Occasion
from scoring.views.round import entered


def standing(session, round):
    """How many entries there are, how many of them wait, whose figures are missing, since when nothing changes any more; None where the
    scheme takes none."""
    if round and not actions.takes_any(round):
        return None
    live = Occasion.objects.of(session).live()
    n = live.aggregate(all=Count("pk"), waiting=Count("pk", filter=Q(state=Occasion.State.ENTERED)))
    if not round and not n["all"]:
        return None  # those of a round now void are kept for the next
    shut = BallotRound.objects.filter(session=session, unsealed_at__isnull=False).order_by("unsealed_at").first()
    plan = round.scheme.plan() if round and not round.is_unsealed else None
    n["missing"] = actions.figure_blockers(session, plan, live.entries()) if plan else []
    return n | {"shut_at": moment(shut.unsealed_at) if shut else "", "url": reverse("scoring:occasion_list", args=[session.uid])}


def with_stop(stops, standing):
    """The steps of a round with that of 会外事项 before the one that shuts it; as they were where the scheme takes none."""
    at = next((n for n, stop in enumerate(stops) if stop["key"] == "opening"), None)
    if standing is None or at is None:
        return stops
    stop = {
        "key": "outside",
        "label": _("会外事项"),
        "who": _("工作人员、审批领导"),
        "text": _("登记、确认；取出密封票时截止，此后不能再登记、确认或撤销"),
        "state": "done" if standing["shut_at"] else "todo",  # it goes on beside the others and is never the one step now
        "at": standing["shut_at"],
        "outside": standing,
    }
    return [*stops[:at], stop, *stops[at:]]


@require_GET
def outside_block(request, uid):
    """For the page of the preparation, which stands below the scoring."""
    session = entered(request, uid)
    round = BallotRound.objects.current(session)
    if round:
        round.session = session
    return render(request, "scoring/_outside.html", {"session": session, "outside": standing(session, round)})
