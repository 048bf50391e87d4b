"""How long a sign-in lasts (S9): ten hours at most, and a quarter of an hour without an act of a person.

What a page fetches by itself is no act. The pages of the hall are looked at rather than worked: nobody touches the projector
during a meeting, and the console only now and then. They stay open for four hours, a long meeting with its voting; meanwhile
every other page asks for the password after the ordinary quarter of an hour, and a press in the hall does not bring it back.
"""

import datetime as dt

from django.conf import settings
from django.utils import timezone

BEGAN, ACTED, IN_HALL, PROVED = "began", "acted", "acted_in_hall", "proved"
GRAIN = 30  # seconds; an act is written down this often at most, so that most requests write nothing


def polled(view):
    """Marks a view that pages ask by themselves."""
    view.is_polled = True
    return view


def in_hall(view):
    """Marks a view of the hall."""
    view.is_in_hall = True
    return view


def opens_first(view):
    """Marks the pages on which a first or an old password is changed and a second factor bound: before that, only they open behind the door."""
    view.opens_first = True
    return view


def weighty(method):
    """Marks a view whose act weighs so much that password and code must have been typed lately (S10); by one method alone."""

    def mark(view):
        view.is_weighty_by = method
        return view

    return mark


def is_weighty(view, method):
    return getattr(view, "is_weighty_by", None) == method


def is_polled(view):
    return getattr(view, "is_polled", False)


def is_in_hall(view):
    return getattr(view, "is_in_hall", False)


def is_behind_door(view):
    return getattr(view, "login_required", True)


def is_kept_by(view):
    """Whether opening this view is an act of a signed-in person: of the public pages nothing is written down, the cookie included."""
    return is_behind_door(view) and not is_polled(view)


def is_closed_at_first(view):
    """Whether a first or an old password has to be changed, and a second factor bound, before this view opens (S1, S5, S6)."""
    return is_behind_door(view) and not getattr(view, "opens_first", False)


def begin(session):
    """A person has signed in, this moment."""
    count_anew(session)
    prove(session)


def count_anew(session):
    """From this moment on, without a password: what was weighed against it stays unproved."""
    session[BEGAN] = session[ACTED] = session[IN_HALL] = now()


def prove(session):
    """The person has typed the password, and the code where there is one, again."""
    session[PROVED] = now()


def is_proved(session):
    return age(session, PROVED) + GRAIN >= 0 and age(session, PROVED) < settings.SESSION_PROVED.total_seconds()


def began_at(session):
    """When the person signed in."""
    return dt.datetime.fromtimestamp(session.get(BEGAN, 0), dt.UTC)


def now():
    return int(timezone.now().timestamp())


def is_unfit(session):
    """Whether its moments cannot be right: it has none, or the clock was set back since, and they would keep it alive till then."""
    return any(moment not in session or age(session, moment) < -GRAIN for moment in (BEGAN, ACTED, IN_HALL))


def is_awake(session):
    """Whether ordinary pages open."""
    return age(session, ACTED) < settings.SESSION_IDLE.total_seconds() and is_young(session)


def is_awake_in_hall(session):
    return age(session, IN_HALL) < settings.SESSION_IDLE_IN_HALL.total_seconds() and is_young(session)


def is_young(session):
    return age(session, BEGAN) < settings.SESSION_LIMIT.total_seconds()


def age(session, moment):
    return now() - session.get(moment, 0)


def act(request, view, *, was_awake):
    """Somebody has opened or pressed something. A page of the hall also comes by itself, when others move the meeting on."""
    came_by_itself = is_in_hall(view) and request.method == "GET"
    for moment, applies in ((ACTED, was_awake and not came_by_itself), (IN_HALL, is_in_hall(view))):
        if applies and age(request.session, moment) >= GRAIN:
            request.session[moment] = now()
