"""Publishing a count: the tables that go out, and the copy of its transcript for the room (ballots.md §9.2)."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from ballots import actions as ballots
from officials.models import User
from reviews.models import ReviewSession
from scoring import rules
from scoring.actions import reminders
from scoring.actions.box import box_refusals
from scoring.models import Count, Publication

State = ReviewSession.State


def publish(round, *, released_by, scrutineer, now):
    """Freeze the tables that go out, make the copy of the transcript for the room, and feed back. Once; of a rehearsal nobody is told.

    The trail has its line from the step of two persons that this is.
    """
    count = Count.objects.held(Count.objects.newest(round))
    if count.is_published:
        return
    Publication.objects.create(
        count=count, table_l0=count.table_l0, table_l1=count.table_l1, released_by=released_by, scrutineer=scrutineer, at=now
    )
    if round.session.state == State.CONFIRMED:
        round.session.move_to(State.FED_BACK)
    round.session.objections_until = now + dt.timedelta(minutes=settings.OBJECTION_MINUTES)
    round.session.save(update_fields=["objections_until"])
    if not round.session.is_rehearsal:
        tell_subjects(count)
    with box_refusals():
        ballots.publish(round.sid, version=str(count.version), shown=shown_slips(round, count))


def tell_subjects(count):
    subjects = User.objects.filter(official__in=count.round.session.subjects.values("official"))
    reminders.remind(
        count,
        "fed_back",
        subjects,
        lambda: _("评议结果已更正，请看新的结果：%(title)s") if count.correction else _("评议结果已反馈：%(title)s"),
    )


def shown_slips(round, count) -> set[tuple[str, str]]:
    """(letter, official) whose slips anyone in the room may recompute."""
    groups = {group.code: group for group in round.groups.all()}
    named = {code for code, group in round.scheme.plan().groups.items() if group.named}  # figures are nobody's slips either
    shown = rules.open_slips(count.table_l1, count.result["subjects"], k_pub=round.box.document["k_pub"], named=named)
    return {(groups[code].letter, official) for code, official in shown}
