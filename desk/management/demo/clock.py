"""Moments that actions take from the clock, set back to the day on which the demonstration says they happened.

The audit trail is not touched: it says when the rows were really made.
"""

import datetime as dt

from django.db.models import F

from notices.models import Notice
from reviews.models import DigestReceipt, ReportReview, ReportVersion

SENT = Notice.State.SENT


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


def deliver_old(*, at, now):
    """What the meetings so far would have sent. Reminders laid for a day of their own keep it; those of the last week are unread."""
    due = Notice.objects.filter(state=Notice.State.WAITING, send_at__lte=now + dt.timedelta(minutes=5))
    laid = due.filter(send_at__lt=now - dt.timedelta(hours=1))
    laid.filter(send_at__lt=now - dt.timedelta(days=7)).update(state=SENT, sent_at=F("send_at"), read_at=F("send_at"))
    laid.update(state=SENT, sent_at=F("send_at"))
    due.update(state=SENT, send_at=at, sent_at=at, read_at=at + dt.timedelta(hours=3))


def deliver_new(*, now):
    """What the meeting in preparation sent in the last days: in the inbox, unread."""
    sent = now - dt.timedelta(hours=20)
    due = Notice.objects.filter(state=Notice.State.WAITING, send_at__lte=now + dt.timedelta(minutes=5))
    due.update(state=SENT, send_at=sent, sent_at=sent)
