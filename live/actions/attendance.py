"""Who is here: ticked by name, or counted where a group has no list."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from live.actions import record
from reviews.models import Attendee, HeadCount


@transaction.atomic
def check_in(attendee, *, is_present: bool, by, today: dt.date):
    """Whether one person is here: a yes or no, no time, so that the trail names a group once for each who ticks in it; safe to
    repeat."""
    group = attendee.group
    record.need_day(group.session, today=today)
    if Attendee.objects.filter(pk=attendee.pk).exclude(is_present=is_present).update(is_present=is_present):
        audit.record_once("check_in", group.session, by=by, group=group.code)


@transaction.atomic
def count_heads(group, *, present: int, by, today: dt.date):
    """How many of a group without a list of names are here."""
    record.need_day(group.session, today=today)
    if group.attendees.exists():
        raise RuleViolation(_("这一类有名单，请逐人签到"))
    if present > group.expected:
        raise RuleViolation(_("到会 %(n)d 人多于应到 %(all)d 人，请核对") % {"n": present, "all": group.expected})
    HeadCount.objects.update_or_create(group=group, defaults={"present": present})
    audit.record_once("count_heads", group.session, by=by, group=group.code)
