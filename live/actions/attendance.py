"""Who is here: ticked by name, or counted where a group has no list."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from live.models import HeadCount
from reviews.models import Attendee


@transaction.atomic
def check_in(group, present: set[int], *, by):
    """Who of a group is here: a yes or no for each, no time."""
    Attendee.objects.filter(group=group).exclude(pk__in=present).update(is_present=False)
    Attendee.objects.filter(group=group, pk__in=present).update(is_present=True)
    audit.record("check_in", group.session, by=by, group=group.code)


@transaction.atomic
def count_heads(group, *, present: int, by):
    """How many of a group without a list of names are here."""
    if group.attendees.exists():
        raise RuleViolation(_("这一类有名单，请逐人签到"))
    if present > group.expected:
        raise RuleViolation(_("到会 %(n)d 人多于应到 %(all)d 人，请核对") % {"n": present, "all": group.expected})
    HeadCount.objects.update_or_create(group=group, defaults={"present": present})
    audit.record("count_heads", group.session, by=by, group=group.code)
