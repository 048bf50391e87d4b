"""The booth's interface for its own pages; the addresses stand in `urls`, the answers in the protocol (B4–B6)."""

from functools import lru_cache, wraps

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse

from ballots import casting, codec, counting, rules
from ballots.models import Box, Publication

MOST_BYTES = 32 * 1024
SEALED = set(Box.State) - {Box.State.DRAFT, Box.State.ABORTED}
RUNNING = SEALED - {Box.State.ARCHIVED}
LISTED = Box.COUNTED & RUNNING  # afterwards the list stands in the transcript, which the booth may not read
RETRY_SECONDS = 2


class Refusal(Exception):
    """An answer without content: its status says all."""


def answer(status, **members):
    return _json(codec.canonical({"v": 1, **members}), status)


def _json(body, status=200, **headers):
    response = HttpResponse(body, status=status, content_type="application/json", headers=headers)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def endpoint(*methods):
    """Makes a view of a function that answers or raises a Refusal; a database that is busy or away means: try again."""

    def decorate(function):
        @wraps(function)
        def view(request, **kwargs):
            if request.method not in methods:
                return answer(405)
            try:
                return function(request, **kwargs)
            except Refusal as refusal:
                return answer(*refusal.args)
            except (OperationalError, InterfaceError):
                return answer(503)

        return view

    return decorate


reading = endpoint("GET", "HEAD")
writing = endpoint("POST")

# --- reading: the same for everybody ------------------------------------------------------------------------


def _box(sid, states, *documents):
    """The box, if it is in one of these states. Of its documents, which are long, only those that are asked for."""
    try:
        return Box.objects.only("sid", "state", *documents).get(sid=sid, state__in=states)
    except Box.DoesNotExist:
        raise Refusal(404) from None


@reading
def boxes(request):
    found = Box.objects.only("sid", "state", "manifest").filter(state__in=RUNNING)
    running = [{"sid": box.sid, "state": box.state, "mode": box.document["mode"]} for box in found]
    return answer(200, boxes=sorted(running, key=lambda box: box["sid"]))


KEEP = {"Cache-Control": "public, max-age=3600, immutable"}  # these bytes never change under one sid


@reading
def manifest(request, sid):
    return _json(_box(sid, SEALED, "manifest").manifest, **KEEP)


@reading
def credentials(request, sid):
    return _json(_box(sid, SEALED, "credentials").credentials, **KEEP)


@reading
def turnout(request, sid):
    return answer(200, n=counting.turnout(_box(sid, Box.CASTING | LISTED)))


@reading
def received(request, sid):
    entries, root = counting.received(_box(sid, LISTED))
    return answer(200, received=entries, received_root=root)


@reading
def transcript(request, sid):
    return _json(Publication.objects.newest(_box(sid, {Box.State.PUBLISHED}).sid).document)


# --- writing ------------------------------------------------------------------------------------------------


@writing
def cast(request, sid):
    message = _message(request, sid, {"c": 32, "z": 64}, "e")
    _demand_listed(sid, message["c"], seal=message["e"])
    h = codec.sha256(message["e"])
    if not codec.signed(message["c"], message["z"], "ars/env/v1", sid.encode(), h):
        raise Refusal(403)
    status, stored, receipt = casting.cast(sid, card=message["c"], h=h, ct=message["e"], z=message["z"])
    if receipt is None:
        return answer(status)
    return answer(status, h=codec.b64(stored), z=codec.b64(receipt))


@writing
def void_card(request, sid):
    message = _message(request, sid, {"c": 32, "z": 64})
    _demand_listed(sid, message["c"])
    if not codec.signed(message["c"], message["z"], "ars/void/v1", sid.encode(), message["c"]):
        raise Refusal(403)
    return answer(casting.void(sid, card=message["c"], z=message["z"]))


def _message(request, sid, lengths, sealed=None):
    """The byte strings of a well-formed message from our own pages; nothing is read before its size and kind are right."""
    size = request.headers.get("Content-Length") or "0"
    if not size.isdecimal() or int(size) > MOST_BYTES:
        raise Refusal(413)
    if request.content_type != "application/json" or request.headers.get("X-ARS") != "1":
        raise Refusal(415)
    if not _is_own_page(request):
        raise Refusal(403)
    try:
        document = codec.parse(request.body)
        names = {"v", "s", *lengths} | ({sealed} if sealed else set())
        if not isinstance(document, dict) or document.keys() != names or document["v"] != 1 or document["s"] != sid:
            raise ValueError("members")
        message = {name: codec.unb64(document[name], length) for name, length in lengths.items()}
        if sealed:
            message[sealed] = codec.unb64(document[sealed])
    except ValueError:
        raise Refusal(422) from None
    return message


def _is_own_page(request):
    """Browsers name the origin of every POST; `Sec-Fetch-Site` they send only over HTTPS or to localhost."""
    own = {settings.BOOTH_ORIGIN, f"{request.scheme}://{request.get_host()}"}
    return request.headers.get("Origin") in own and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _demand_listed(sid, card, seal=None):
    """Refuses a card that the box's credentials do not list. An unknown box and an unknown card get one answer."""
    pad, cards = _cards(sid)
    if seal is not None and len(seal) != pad + rules.SEAL:
        raise Refusal(422)
    if card not in cards:
        raise Refusal(403)


@lru_cache(maxsize=8)
def _cards(sid):
    """The length of a plaintext and the keys of all cards.

    Kept, because reading them anew is the dearest part of a cast, and sealed they never change under one sid. What does change,
    the state, and whether there still is such a box, `casting` reads each time.
    """
    box = Box.objects.only("manifest", "credentials").filter(sid=sid).exclude(state=Box.State.DRAFT).first()
    if box is None or not box.credentials:  # given up before there were any cards
        raise Refusal(403)
    groups = codec.parse(box.credentials)["groups"].values()
    return codec.parse(box.manifest)["pad"], frozenset(codec.unb64(key, 32) for group in groups for key in group["outer"])
