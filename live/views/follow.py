"""自动跟随: one address for everybody in the hall. It shows what the hall hears and leads to the booth; it knows no person."""

import time
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import require
from core.sessions import in_hall, polled
from live import policies
from live.actions import follow as actions
from live.models import FollowPage, Hall, RunItem
from live.rules import follow as rules
from live.rules import hall as hall_rules
from live.views.console.page import lines
from live.views.projector import commenting
from reviews.views import frame
from scoring.models import BallotRound

FRESH = 0.5  # seconds for which a picture is handed out again: 300 telephones ask for it 75 times meanwhile


def follow_address(page):
    return f"{settings.SITE_ORIGIN}{reverse('live:follow', args=[page.token])}"


@login_not_required
@require_GET
def follow(request, token):
    page, hall, scene = shown(token)
    return render(request, "live/follow.html", {"token": page.token, **picture(page.session, hall, scene)})


@login_not_required
@polled
@require_GET
def follow_picture(request, token):
    """The picture alone, or 304 while it is the one the screen shows; asked by every telephone in the hall every two seconds.

    Of cookies the language's alone is read and none is set, nothing is written, nobody is told apart.
    """
    mark, drawn = picture_lately(token, get_language(), int(time.monotonic() / FRESH))
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified()
    return HttpResponse(drawn, headers={"ETag": mark})


@lru_cache(maxsize=4)
def picture_lately(token, language, moment):
    """(mark, picture) in the language that is active, drawn once for all who ask at the same moment."""
    page, hall, scene = shown(token)
    seen = picture(page.session, hall, scene)
    return f'"{seen["mark"]}"', render_to_string("live/_follow.html", seen)


def shown(token):
    page = get_object_or_404(FollowPage.objects.select_related("session"), token=token)
    hall = Hall.objects.filter(session=page.session).select_related("question").first()
    return page, hall, scene_of(page.session)


def scene_of(session):
    """What is on, by the moments the main site keeps: the box itself is not asked, so that nothing of its numbers shows here."""
    if not rules.hangs_on_vote(session.state):
        return rules.scene(session.state, may_object=session.takes_objections(now=timezone.now()))
    rounds = BallotRound.objects.filter(session=session, voided_at=None).order_by("-number")
    moments = rounds.values_list("opened_at", "closing_at", "closed_at").first() or (None, None, None)
    is_opened, is_closing, is_closed = (moment is not None for moment in moments)
    return rules.scene(
        session.state, is_opened=is_opened, is_closing=is_closing, is_closed=is_closed, is_void=session.is_vote_void
    )


def mark_of(session, hall, scene):
    """Changes whenever the picture does; until the meeting begins its name, day, place and agenda may."""
    told = f"-{session.date}-{quote(session.title + session.place)}" if scene in ("before", "halted") else ""
    agenda = "-".join(f"{item.kind}{item.subject_id or ''}" for item in RunItem.planned_for(session)) if scene == "before" else ""
    return f"{hall.version if hall else 0}-{session.state}-{scene}{told}-{agenda}"


def picture(session, hall, scene):
    """Only what has been said aloud: of questions the one that is being asked, and nothing while the hall's slide is neutral."""
    context = {
        "session": session,
        "scene": scene,
        "mark": mark_of(session, hall, scene),
        "booth": settings.BOOTH_ORIGIN,
        "rehearsal": session.is_rehearsal,
        "item": None,
        "void": BallotRound.objects.given_up(session) if scene == "again" else None,
    }
    if scene == "before":
        return context | {"lines": lines(RunItem.planned_for(session))}
    if hall is None or scene != "stage" or hall.is_neutral:
        return context
    items = list(hall.items.select_related("subject__unit__leading_member"))
    item = next((item for item in items if item.state == RunItem.State.NOW), None)
    question = hall.question if item and item.is_asking else None
    leader = commenting(item.subject) if item and item.kind == RunItem.Kind.COMMENT else None
    return context | {"item": item, "question": question, "leader": leader, "lines": lines(items)}


@in_hall
@require_http_methods(["GET", "POST"])
def follow_sheet(request, uid):
    """Where staff find the code: to print, to show, to try. A press gives the meeting its address."""
    session = frame.session_of(request, uid)
    require(policies.can_run_hall(request.user, session), policies.RUN_HALL)
    if request.method == "POST":
        actions.open_page(session, by=request.user)
        return redirect("live:follow_sheet", uid)
    page = FollowPage.objects.filter(session=session).first()
    context = {
        "session": session,
        "page": page,
        "address": follow_address(page) if page else "",
        "blockers": hall_rules.record_blockers(session.state),
        "rehearsal": session.is_rehearsal,
    }
    return render(request, "live/follow_sheet.html", context)
