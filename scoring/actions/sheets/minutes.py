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
        "confirmation": confirmation(kept) if kept.confirmed_at else "",
    }


def confirmation(kept):
    """By whom and when they were confirmed, and the line of the audit trail that says so."""
    who = {"writer": kept.submitted_by, "who": kept.confirmed_by, "at": moment(kept.confirmed_at)}
    said = _("%(writer)s整理，%(who)s于 %(at)s 确认，此后未再改动。") % who
    return said + _("操作记录链第 %(n)s 条，摘要 %(digest)s。") % kept.trail


def minutes_paper(kept, sections):
    """Every word of the paper of the minutes and of their Word file."""
    session, told = kept.session, minutes(kept, sections)
    facts = [(_("时间"), told["session"]["date"]), (_("地点"), told["session"]["place"]), (_("主持"), told["chair"])]
    facts += [(_("记录"), told["writer"])] if told["writer"] else []
    return {
        "document": {
            "code": f"JL-{session.serial}",
            "marking": _("演练，不作数") if session.is_rehearsal else _("内部"),
            "producer": settings.COMMISSION,
        },
        "head": head(kept),
        "flag": _("述责述廉会议记录"),
        "facts": facts,
        "minutes": told,
        "signs": [_("主持人："), _("记录人：")],
    }


def head(kept):
    """What stands on top of every page: a text that nobody has confirmed says so, and a rehearsal does."""
    said = {_("草稿"): kept.state != Minutes.State.CONFIRMED, _("演练，不作数"): kept.session.is_rehearsal}
    return "　".join(words for words, is_said in said.items() if is_said)


def confirmed_minutes(session):
    """Those of a session once they are confirmed; None before."""
    kept = Minutes.objects.filter(session=session, state=Minutes.State.CONFIRMED)
    kept = kept.select_related("session", "submitted_by", "confirmed_by").first()
    return minutes(kept, kept.sections.all()) if kept else None
