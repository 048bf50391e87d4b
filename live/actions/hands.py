"""The show of hands after an official's turn: how many, where somebody counted them."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from live.actions import record
from live.actions.run_sheet import Kind, take
from live.models import RunItem
from live.rules import hall as rules
from reviews.models import HeadCount


@transaction.atomic
def note_hands(hall, *, outcome: str, version: int, by):
    """Note how the show of hands that is on came out, or put the note right; the minutes say it in these words."""
    record.need_open(hall.session)
    item = hall.items.current()
    if item.kind != Kind.HANDS:
        raise RuleViolation(_("现在不是满意度举手的环节"))
    if blockers := rules.hands_blockers(outcome, present=HeadCount.objects.people_in(hall.session)):
        raise RuleViolation(blockers)
    take(hall, version, by=by)
    RunItem.objects.filter(pk=item.pk).update(outcome=outcome)
    audit.record("note_hands", hall.session, by=by, order=item.order)
