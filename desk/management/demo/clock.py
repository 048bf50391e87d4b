"""Moments that actions take from the clock, set back to the day on which the demonstration says they happened.

The audit trail is not touched: it says when the rows were really made.
"""

import datetime as dt
import re

from django.db.models import F

from notices.models import Letter, Notice
from rectification.models import ItemEvent
from reviews.models import Digest, DigestReceipt, PreparationTask, ReportReview, ReportVersion, ReviewSession, TipOff
from scoring.models import Publication

SENT, WAITING = Notice.State.SENT, Notice.State.WAITING
UNREAD = dt.timedelta(days=7)


def set_back(session, *, now):
    """Versions, reviews and receipts of one meeting."""
    for version in ReportVersion.objects.filter(report__subject__session=session).select_related("report"):
        handed_in = version.report.draft_saved_at
        ReportVersion.objects.filter(pk=version.pk).update(submitted_at=handed_in)
        reviewed = min(handed_in + dt.timedelta(days=1, hours=2), now)
        ReportReview.objects.filter(version=version).update(reviewed_at=reviewed)
    for receipt in DigestReceipt.objects.filter(digest__session=session).select_related("digest"):
        DigestReceipt.objects.filter(pk=receipt.pk).update(
            read_at=receipt.digest.approved_at + dt.timedelta(hours=receipt.pk % 30)
        )


# What a notice tells of, by its key, and when that happened: a moment or a day.
HAPPENED = {
    r"item:.+:event:(\d+)": lambda pk: ItemEvent.objects.get(pk=pk).at,
    r"letter:(.+):checked:.+": lambda uid: Letter.objects.get(uid=uid).checked_at,
    r"report:.+:review:(\d+)": lambda pk: ReportReview.objects.get(pk=pk).reviewed_at,
    r"report:(.+):submitted:(\d+)": lambda uid, n: ReportVersion.objects.get(report__uid=uid, number=n).submitted_at,
    r"digest:(\d+):out": lambda pk: Digest.objects.get(pk=pk).approved_at,
    r"questions:(.+):sealed:.+": lambda uid: PreparationTask.objects.get(session__uid=uid, kind="QUESTIONS").done_on,
    r"session:(.+):answered:.+": lambda uid: ReviewSession.objects.get(uid=uid).approved_on,
    r"preparation:(.+):REPORTS:.+:asked:.+": lambda uid: ReviewSession.objects.get(uid=uid).approved_on,
    r"session:.+:fed_back:(.+)": lambda sid: Publication.objects.get(count__round__sid=sid).at,
    r"tip_off:(.+)": lambda uid: TipOff.objects.get(uid=uid).transferred_on,
}


def deliver(*, now):
    """What would have been sent until now, each on the day on which it happened; those of the last week are unread.

    Reminders laid for a day of their own keep it.
    """
    due = Notice.objects.filter(state=WAITING, send_at__lte=now + dt.timedelta(minutes=5))
    for key in due.order_by().values_list("key", flat=True).distinct():
        if at := happened(key, now=now):
            due.filter(key=key).update(send_at=at)
    due.filter(send_at__lt=now - UNREAD).update(state=SENT, sent_at=F("send_at"), read_at=F("send_at") + dt.timedelta(hours=3))
    due.update(state=SENT, sent_at=F("send_at"))


def happened(key, *, now):
    """The moment of what a notice with this key tells of, or None when it has one of its own; what is known by its day was told at noon."""
    for pattern, find in HAPPENED.items():
        if match := re.fullmatch(pattern, key):
            at = find(*match.groups())
            if not isinstance(at, dt.datetime):
                at = dt.datetime.combine(at, dt.time(12, 0), now.tzinfo)
            return min(at, now)
    return None
