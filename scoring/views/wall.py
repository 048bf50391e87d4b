"""What stands on the wall of the room: the received list and, once published, the result. Pages of their own and scenes of the projector.

A scene is what its template needs, or None while there is nothing to show. Nothing on a wall scrolls: what does not fit on one page is
laid on several, and the script turns them.
"""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ballots import actions as ballots
from ballots import codec
from core.sessions import in_hall
from scoring import policies
from scoring.actions import sheets
from scoring.models import BallotRound
from scoring.views.results import by_category, line
from scoring.views.round import counts_of, entered, round_of

LARGE, PAGE = 50, 105  # codes: five columns of ten, or seven of fifteen
ROWS = 10  # officials, in two columns
LONG_NAME = 5  # characters of a name that stand beside the score in two columns
LONG = 20  # characters of a unit's name that two lines beside rank and category hold


@in_hall
@require_GET
def received(request, uid):
    session = entered(request, uid)
    return wall(request, session, "received", received_scene(round_of(session)))


@in_hall
@require_GET
def announced(request, uid):
    session = entered(request, uid)
    return wall(request, session, "announced", announced_scene(round_of(session)))


def wall(request, session, name, scene):
    if scene is None:
        raise Http404
    return render(request, f"scoring/{name}.html", {"session": session, **scene})


def paged(things, size):
    return [things[n : n + size] for n in range(0, len(things), size)]


def received_scene(round):
    """Root, number, and the sorted codes: raters look for theirs (ballots.md B6)."""
    if not round.is_closed:
        return None
    entries, root = ballots.received(round.sid)
    codes = sorted(codec.code(codec.unb64(entry["h"], 32), 40) for entry in entries)
    return {
        "codes": codes,
        "pages": paged(codes, PAGE),
        "is_large": len(codes) <= LARGE,
        "root": codec.long_code(root),
        "manifest": round.box.manifest_code,
    }


def announced_scene(round):
    """What everybody may know, score, rank in the category and band of each official (L0)."""
    counts = counts_of(round, light=True)
    if (count := published(counts)) is None:
        return None
    rows = by_category([line(result, policies.L0) for result in count.subjects.select_related("subject")])
    for row, unit in zip(rows, sheets.short_units([row["subject"].unit_name for row in rows]), strict=True):
        row |= {"unit": unit, "is_long": len(unit) > LONG, "has_long_name": len(row["subject"].name) > LONG_NAME}
    return {"rows": rows, "pages": paged(rows, ROWS), "note": note(round, count, newest=counts[0])}


def published(counts):
    return next((count for count in counts if count.is_published), None)


def announced_mark(session):
    """Changes whenever the announced result does."""
    round = BallotRound.objects.current(session)
    counts = counts_of(round, light=True) if round else []
    count = published(counts)
    return [count.version, len(counts), int(bool(round.correction))] if count else []


def note(round, count, *, newest):
    """What the foot says of this version; the reason for a correction is on the papers."""
    said = [_("更正后的第 %(n)d 版。") % {"n": count.version}] if count.version > 1 else []
    if round.correction or newest != count:
        said.append(_("结果正在更正，更正后的一版公布以后，以那一版为准。"))
    return "".join(said) or _("按会前锁定的方案计分；每位评议人都可以核对自己的票已经计入。")
