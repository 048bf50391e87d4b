"""What console and projector share: the clock, who is here, how the voting stands, and the mark of it all."""

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ballots.models import Box
from core.errors import require
from core.sessions import in_hall, polled
from live import policies
from live.models import Hall, RunItem
from live.rules import hall as rules
from live.views.console.ballot import standing
from reviews.models import HeadCount
from reviews.views import frame
from scoring.actions import box
from scoring.models import BallotRound, Voting
from scoring.views import wall
from scoring.views.waiting import waits_in


def own_session(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_run_hall(request.user, session), policies.RUN_HALL)
    return session


def at_the_door(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_check_in(request.user, session), policies.CHECK_IN)
    return session


def refused(form):
    """What is said of words that were sent while they were typed and not kept: why, in plain text (save.js); nothing is lost."""
    reasons = [reason for errors in form.errors.values() for reason in errors]
    return HttpResponse("；".join(reasons), status=422, content_type="text/plain; charset=utf-8")


def clock(hall, item):
    now = timezone.now()
    left, amber = hall.seconds_left(now), rules.amber(hall.question.minutes if hall.question else item.minutes)
    return {
        "shown": rules.written(left),
        "amber": amber,
        "phase": rules.phase(left, amber=amber),
        "is_fresh": hall.ends_at is None and left == item.minutes * 60,
        "ends_ms": round(hall.ends_at.timestamp() * 1000) if hall.ends_at else "",
        "now_ms": round(now.timestamp() * 1000),
    }


def forecast(hall, items):
    """When the meeting will end, and how late or early that is; the same on every page."""
    now = timezone.now()
    spans = [item.span for item in items]
    ends_at, late = rules.forecast(spans, began_at=items[0].began_at, now=now, left=hall.seconds_left(now))
    return {"will_end_at": ends_at, "late": late, "early": -late}


def attendance(session):
    """Group by group how many are here; groups without a list are counted at the door."""
    groups = session.audience.with_presence()
    lines = [{"group": group, "people": list(group.attendees.all()), "present": group.present} for group in groups]
    present, expected = sum(line["present"] for line in lines), sum(line["group"].expected for line in lines)
    needed = rules.quorum(expected)
    return {"lines": lines, "present": present, "expected": expected, "needed": needed, "short": max(needed - present, 0)}


def absent(items):
    """The names of those passed over: the ballot still has them, which the hall is told when it votes."""
    return _("、").join(item.subject.name for item in items if item.kind == RunItem.Kind.STATEMENT and item.subject.absence)


def voting_in(session):
    """How the voting stands, in which round; the ballots received, in steps of five while it is open (ballots.md B5), None before and
    after."""
    stands, round = BallotRound.objects.voting(session)
    is_open = stands == Voting.OPEN
    return {
        "voting": stands,
        "round": round,
        "is_closing": is_open and round.state == Box.State.CLOSING,
        "turnout": box.turnout(round, now=timezone.now()) if is_open else None,
    }


def mark_of(session, hall, shown):
    """Changes whenever what console or projector show does; `shown` is of the voting. Not with an answer being typed: only its
    writer shows it."""
    here = HeadCount.objects.people_in(session)
    parts = [hall.version if hall else 0, session.state, here, shown["voting"], shown["turnout"] or 0, int(shown["is_closing"])]
    if hall and hall.scene == Hall.Scene.ANNOUNCED:
        parts += wall.announced_mark(session)
    return "-".join(str(part) for part in parts)


def console_mark(session, hall, shown, waits, stands):
    """The mark of a console, which also shows how the ballot `stands`, and what waits for its own person."""
    return "-".join([mark_of(session, hall, shown), *([stands.mark] if stands else []), *(str(wait.pk) for wait in waits)])


@in_hall
@polled
@require_GET
def mark(request, uid):
    """Asked by every console every two seconds; it looks at the page again when the answer changes."""
    session = own_session(request, uid)
    hall, shown = Hall.objects.filter(session=session).select_related("moved_by").first(), voting_in(session)
    item = hall.items.filter(state=RunItem.State.NOW).first() if hall else None
    stands = standing(request.user, session, item, shown["round"]) if hall else None
    told = console_mark(session, hall, shown, waits_in(session, request.user), stands)
    others = hall and hall.moved_by and hall.moved_by != request.user
    return JsonResponse({"mark": told, "who": str(hall.moved_by) if others else ""})
