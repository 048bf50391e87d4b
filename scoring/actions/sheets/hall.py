"""What the papers of the hall say: the scrutineers' handbook, the poster, paper ballots, and the records of a round's end.

Plain values for `templates/paper/`; nothing here knows a rater or a card.
"""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from core.two_persons import EXPIRES
from scoring.actions.ending import window_ends_at
from scoring.actions.sheets.counting import count_sheet
from scoring.actions.sheets.words import clock, moment, of_session
from scoring.models import StepRequest
from scoring.models.round import GRACE


def document(round, code):
    """The foot of a paper made before there is a result: no moment, so that every copy is the same."""
    session = round.session
    return {
        "code": f"{code}-{session.serial}-{round.number:02d}",
        "marking": _("演练，不作数") if session.is_rehearsal else _("内部"),
        "producer": settings.COMMISSION,
        "at": "",
    }


def base(round, code):
    return {
        "document": document(round, code),
        "rehearsal": round.session.is_rehearsal,
        "session": of_session(round.session),
    }


def scrutineers():
    """Who signs what is destroyed: the three keepers of key cards (ballots.md §4)."""
    return [_("监票人（区纪委监委）"), _("监票人（代表）"), _("监票人（第三方）")]


# --- before and during the vote ----------------------------------------------------------------------------------


def handbook(round):
    """监票手册, one page."""
    needed, made = round.box.document.get("shares", [2, 3]) if round.box else [2, 3]
    groups = list(round.groups.all())
    return base(round, "SC") | {
        "handbook": {
            "needed": needed,
            "made": made,
            "minutes": settings.OBJECTION_MINUTES,
            "grace": int(GRACE.total_seconds()),
            "confirm_minutes": int(EXPIRES.total_seconds() // 60),
            "booth": settings.BOOTH_ORIGIN,
            "codes": round.codes,
            "groups": [{"name": g.name, "present": g.attendants, "cards": g.cards, "spare": g.spare} for g in groups if not g.is_named],
            "named": [g.name for g in groups if g.is_named],
        }
    }  # fmt: skip


def poster(round):
    """谁能看到什么, to hang up in the hall."""
    return base(round, "HB") | {"code": round.codes["manifest"], "booth": settings.BOOTH_ORIGIN}


def card_slip(round):
    """票卡清点单, filled in by hand at the table."""
    boxes = [{"name": g.name, "printed": g.cards} for g in round.groups.all() if not g.is_named]
    signatures = [_("监票人"), _("监票人"), _("计票人")]
    return base(round, "QD") | {"slip": {"session": of_session(round.session), "boxes": boxes, "signatures": signatures}}


def paper_ballot(round, group):
    """The paper ballot of one group: the same for everybody in it, no number and no place for a name."""
    scheme = round.scheme.plan()
    labels = [grade.label for grade in scheme.grades]
    return base(round, f"ZP-{group.letter.upper()}") | {
        "ballot": {
            "group": group.name,
            "officials": [{"name": s.name, "unit": s.unit_name} for s in round.session.subjects.all()],
            "criteria": [
                {"name": c.name.partition("（")[0], "most": "" if c.graded else str(c.max_points), "grades": labels if c.graded else []}
                for c in scheme.criteria
            ],
            "step": "" if all(c.graded for c in scheme.criteria) else step_text(scheme.step),
            "total": str(scheme.total) if scheme.mode == "points" else "",
        }
    }  # fmt: skip


def step_text(step):
    return str(step.numerator) if step.denominator == 1 else f"{float(step):g}"


# --- the end of a round ------------------------------------------------------------------------------------------


def void_record(round):
    """本轮作废记录: why, by whom, and what the room then destroys."""
    request = (
        round.requests.filter(step=StepRequest.Step.VOID, confirmed_by__isnull=False)
        .select_related("asked_by", "confirmed_by")
        .first()
    )
    return base(round, "ZF") | {
        "void": {
            "number": round.number,
            "sid": round.sid,
            "reason": round.void_reason,
            "at": moment(round.voided_at),
            "opened_at": moment(round.opened_at),
            "closed_at": moment(round.closed_at),
            "unsealed_at": moment(round.unsealed_at) if round.unsealed_at else "",
            "has_transcript": round.has_transcript,
            "asked_by": str(request.asked_by),
            "confirmed_by": str(request.confirmed_by),
            "groups": [{"name": g.name, "cards": g.cards, "drawn": g.drawn} for g in round.groups.all() if not g.is_named],
            "signatures": scrutineers(),
        }
    }  # fmt: skip


def ending_record(count):
    """评议票箱终结记录: what was counted under which codes, and what was destroyed in view of the room. Of the version
    that is final."""
    round, ending = count.round, count.round.ending
    request = (
        round.requests.filter(step=StepRequest.Step.ARCHIVE, confirmed_by__isnull=False)
        .select_related("asked_by", "confirmed_by")
        .first()
    )
    counted = count_sheet(count)
    _needed, made = round.box.document["shares"]
    return {
        "session": counted["session"],
        "number": round.number,
        "sid": round.sid,
        "published_at": moment(count.publication.at),
        "minutes": (window_ends_at(count) - count.publication.at) // dt.timedelta(minutes=1),
        "window_ends_at": clock(window_ends_at(count)),
        "objections": ending.objections,
        "declared_by": ending.declared_by,
        "made": made,
        "key_cards": ending.key_cards,
        "missing_key_cards": ending.missing_key_cards,
        "tablets": ending.tablets,
        "deleted_at": moment(request.confirmed_at),
        "asked_by": str(request.asked_by),
        "confirmed_by": str(request.confirmed_by),
        "envelopes": sum(box["cast"] for box in counted["boxes"]),
        "papers": count.sheet["table"]["papers"],
        "boxes": counted["boxes"],
        "roots": counted["roots"],
        "signatures": scrutineers(),
    }  # fmt: skip
