"""The address of the page that everybody in the hall may open."""

from django.db import transaction

from core import audit
from live.actions import record
from live.models import FollowPage


@transaction.atomic
def open_page(session, *, by) -> FollowPage:
    """Give the meeting its address; safe to repeat, for printed codes must stay good."""
    record.need_open(session)
    page, is_new = FollowPage.objects.get_or_create(session=session)
    if is_new:
        audit.record("open_follow_page", session, by=by)
    return page
