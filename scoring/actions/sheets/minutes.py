"""会议记录 as a paper of its own and as a part of the session file."""

from django.conf import settings
from django.utils.translation import gettext as _

from core.days import day_weekday
from reviews.models import Minutes
from scoring.actions.sheets.words import moment, of_session


def minutes(kept, sections):
    """The text of each section line by line; who confirmed it, once somebody has."""
    session = kept.session
    return {
        "session": of_session(session) | {"date": day_weekday(session.held_on)},
        "chair": session.chair,
        "sections": [{"title": one.title, "lines": one.text.splitlines()} for one in sections if one.text],
        "writer": str(kept.submitted_by or ""),
        "confirmed_by": str(kept.confirmed_by or ""),
        "confirmed_at": moment(kept.confirmed_at),
        "trail": kept.trail,
    }


def minutes_paper(kept, sections):
    session = kept.session
    return {
        "document": {
            "code": f"JL-{session.date:%Y%m%d}",
            "marking": _("演练，不作数") if session.is_rehearsal else _("内部"),
            "producer": settings.COMMISSION,
        },
        "rehearsal": session.is_rehearsal,
        "minutes": minutes(kept, sections),
    }


def confirmed_minutes(session):
    """Those of a session once they are confirmed; None before."""
    kept = Minutes.objects.filter(session=session, state=Minutes.State.CONFIRMED)
    kept = kept.select_related("session", "submitted_by", "confirmed_by").first()
    return minutes(kept, kept.sections.all()) if kept else None
