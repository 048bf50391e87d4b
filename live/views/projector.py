"""What the hall sees. Its script asks for the picture again and keeps the last one while the line is down."""

from django.http import HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.errors import require
from core.sessions import in_hall, polled
from live import policies
from live.models import Hall, RunItem
from live.rules import hall as rules
from live.views.hall import absent, attendance, clock, mark_of, voting_in
from reviews.views import frame
from scoring.models import BallotRound
from scoring.views import wall

SCENES = {  # how the wall shows what is put up in place of the stage
    Hall.Scene.RECEIVED: ("scoring/_received.html", wall.received_scene),
    Hall.Scene.ANNOUNCED: ("scoring/_announced.html", wall.announced_scene),
}

OF_VOTE = (RunItem.Kind.SCORING, RunItem.Kind.COUNT, RunItem.Kind.ANNOUNCEMENT)  # what a void round has a word in


def shown_session(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_show_projector(request.user, session), policies.SHOW_PROJECTOR)
    return session, Hall.objects.filter(session=session).select_related("question").first()


@in_hall
@require_GET
def projector(request, uid):
    session, hall = shown_session(request, uid)
    shown = voting_in(session)
    mark = mark_of(session, hall, shown)
    return render(request, "live/projector.html", {"mark": mark, **picture(session, hall, shown)})


@in_hall
@polled
@require_GET
def projector_picture(request, uid):
    """The picture alone, or 304 while it is the one the screen shows."""
    session, hall = shown_session(request, uid)
    shown = voting_in(session)
    mark = f'"{mark_of(session, hall, shown)}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified()
    response = render(request, "live/_picture.html", picture(session, hall, shown))
    response["ETag"] = mark
    return response


def picture(session, hall, shown, *, scene=None, here=None):
    """What is shown, `shown` of the voting; nothing of the meeting while the slide is neutral, so that nothing can shine through.
    `scene` and `here` (who is) spare the console a second look."""
    context = {"session": session, "item": None}
    if hall is None or hall.is_neutral or session.is_halted:
        return context
    if scene := scene or scene_of(session, hall):
        return context | scene
    items = list(hall.items.select_related("subject"))
    item = next((item for item in items if item.state == RunItem.State.NOW), None)
    if item is None:
        return context
    stations = stations_of(items)
    question = hall.question if item.is_asking else None
    void = BallotRound.objects.given_up(session) if session.is_voted_again and item.kind in OF_VOTE else None
    ballots = received(shown) if item.kind in (RunItem.Kind.SCORING, RunItem.Kind.COUNT) else None
    return (
        context
        | clock(hall, item)
        | {
            "item": item,
            "question": question,
            "size": "longest" if void else size_of(question, item.subject),
            "stations": stations,
            "place": next((n for n, station in enumerate(stations, start=1) if station["subject"] == item.subject), 0),
            "voting": shown["voting"],
            "void": void,
            "is_closing": shown["is_closing"],
            "received": ballots,
            "ring": ring_of(session, shown, here, ballots),
            "leader": commenting(item.subject) if item.kind == RunItem.Kind.COMMENT else None,
            "absent": absent(items),
        }
    )


def size_of(question, subject):
    return rules.size(question.text, name=subject.name, post=f"{subject.unit_name}　{subject.post}") if question else ""


def scene_of(session, hall):
    """What the console put up in place of the stage; nothing while there is no such thing to show."""
    template, scene = SCENES.get(hall.scene, (None, None))
    round = BallotRound.objects.current(session) if scene else None
    if round is None:
        return None
    round.session = session
    found = scene(round)
    return {"wall": template, **found} if found else None


def received(shown):
    """Number and root of the ballots received, once the box is closed."""
    return wall.received_scene(shown["round"]) if shown["round"] else None


def commenting(subject):
    """Who said the comment; until it is noted, who is in charge of the unit."""
    delivered = subject.comments.filter(is_delivered=True).select_related("leader").last()
    return delivered.leader if delivered else subject.unit.leading_member


def ring_of(session, shown, here, ballots):
    """Who is here of those expected; while voting is open, how many of those who hold a card have voted; then the ballots received.

    Ballots under way are told in steps of five, so the ring is closed when no further step is to come.
    """
    here = here or attendance(session)
    if shown["turnout"] is not None:
        voters = max(voters_of(shown["round"], here), shown["turnout"])
        under = _("应投 %(n)d") % {"n": voters}
        return {"what": _("已投"), "n": shown["turnout"], "all": voters - voters % 5 or 5, "under": under}
    if ballots:
        n = len(ballots["codes"])
        voters = max(voters_of(shown["round"], here), n)
        return {"what": _("收到"), "n": n, "all": voters or 1, "under": _("应投 %(n)d") % {"n": voters}}
    return {
        "what": _("到会"),
        "n": here["present"],
        "all": here["expected"] or 1,
        "under": _("应到 %(n)d") % {"n": here["expected"]},
    }


def voters_of(round, here):
    return round.voters({line["group"].code: line["present"] for line in here["lines"]})


def stations_of(items):
    """The officials in order, each with how far the meeting is with him or her, or that this one has not come."""
    states = {}
    for item in items:
        if item.subject:
            states.setdefault(item.subject, set()).add(item.state)
    return [
        {"subject": subject, "state": "away" if subject.absence else rules.line_state(found)} for subject, found in states.items()
    ]
