"""Pages of the demonstration. Outside demonstration mode these addresses do not exist."""

import json
import uuid
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import require
from desk.views import tour
from live import policies as live
from reviews.models import ReviewSession
from scoring.models import BallotRound

LANGUAGES = {"en": "tour.en.md"}


def only_in_demo(view):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@login_not_required
@only_in_demo
def demo_tour(request):
    """The tour, as it stands in the guides."""
    name = LANGUAGES.get(get_language(), "tour.md")
    text = (settings.ROOT / "docs/guides" / name).read_text(encoding="utf-8")
    title, blocks = tour.parse(text.replace("{booth}", settings.BOOTH_ORIGIN))
    return render(request, "desk/demo_tour.html", {"title": title, "blocks": blocks})


@login_not_required
@only_in_demo
def demo_cards(request):
    """Key cards and unused ballot cards of the rehearsals. In a real meeting no server ever sees one."""
    path = settings.DEMO_ROOT / "cards.json"
    shown = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    sessions = ReviewSession.objects.in_bulk([cards["session"] for cards in shown], field_name="uid")
    kept = BallotRound.objects.filter(voided_at=None).in_bulk([cards["round"] for cards in shown], field_name="sid")
    found = [(sessions.get(uuid.UUID(cards["session"])), cards) for cards in shown]
    rehearsals = [{"session": session, "cards": cards if cards["round"] in kept else None} for session, cards in found if session]
    context = {"rehearsals": rehearsals, "booth": settings.BOOTH_ORIGIN, "rehearsal": True}
    return render(request, "desk/demo_cards.html", context)


@only_in_demo
def demo_projector(request):
    """The projector of the meeting that is being held."""
    running = ReviewSession.objects.visible_to(request.user).filter(
        state__in=[ReviewSession.State.IN_PROGRESS, ReviewSession.State.VOTING_OPEN, ReviewSession.State.VOTING_CLOSED]
    )
    session = running.first() or get_object_or_404(ReviewSession.objects.visible_to(request.user).filter(is_rehearsal=True)[:1])
    require(live.can_show_projector(request.user, session), _("会场大屏由工作人员、监票人或计票人打开，请换用其中一个账号。"))
    return redirect("live:projector", session.uid)
