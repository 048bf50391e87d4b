"""Reminders and letters: written in the caller's transaction, sent by the sweep."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _

from core.language import kept
from notices.models import Heartbeat, Notice

logger = logging.getLogger(__name__)
BATCH = 200


def post(*, to, key, subject, body="", link="", matter="", send_at=None):
    """Write one notice for each person in `to`; the same person and key never get a second one.

    `subject` and `body` are what somebody typed, or functions that put the words together, called once for each language that
    is read here. The subject becomes one line as long as its field. `matter` names what it is about, so that
    `cancel` finds it; `send_at` (default: now) is when the sweep sends it. A notice of the same key that was not sent yet is
    recomputed: text and time follow the newest call, and one that was cancelled waits again.
    """
    text = {
        "subject": one_line("subject", kept(subject)),
        "subject_en": one_line("subject_en", kept(subject, "en")),
        "body": kept(body),
        "body_en": kept(body, "en"),
        "link": link,
        "matter": matter,
        "send_at": send_at or timezone.now(),
    }
    people = sorted({user.pk for user in to})
    Notice.objects.bulk_create([Notice(to_id=person, key=key, **text) for person in people], ignore_conflicts=True)
    known = Notice.objects.filter(to__in=people, key=key).exclude(state=Notice.State.SENT)
    known.update(state=Notice.State.WAITING, **text)


def one_line(field, words):
    return " ".join(words.split())[: Notice._meta.get_field(field).max_length]


def cancel(*, matter):
    """Cancel what waits for a matter that is closed; what was sent stays sent. Returns how many were cancelled."""
    return Notice.objects.filter(matter=matter, state=Notice.State.WAITING).update(state=Notice.State.CANCELLED)


def cancel_under(*, matter):
    """Cancel what waits for every matter below one that is closed: below “session:7” stands “session:7:approval”."""
    return Notice.objects.filter(matter__startswith=f"{matter}:", state=Notice.State.WAITING).update(state=Notice.State.CANCELLED)


def close(*, matter):
    """Somebody was asked to do this, and it is done or no longer asked: cancel what waits; what was sent asks for nothing any more."""
    Notice.objects.filter(matter=matter, state=Notice.State.SENT).mark_read(now=timezone.now())
    return cancel(matter=matter)


def drop(steps):
    """Steps of two persons that nobody will confirm any more, and what asked for them."""
    for step in steps:
        close(matter=step.matter)
        step.delete()


def deliver_waiting(*, now):
    """Send everything due. Each notice is taken by compare-and-set, so two sweeps never send one twice. Returns how many.

    The heartbeat comes last: a sweep that breaks off does not count as one.
    """
    sent = 0
    for notice in Notice.objects.to_send(now).select_related("to").order_by("send_at", "pk")[:BATCH]:
        taken = Notice.objects.filter(pk=notice.pk, state=Notice.State.WAITING).update(state=Notice.State.SENT, sent_at=now)
        sent += taken
        if taken and notice.to.email and notice.to.is_active:
            mail(notice, now=now)
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": now})
    return sent


def mail(notice, *, now):
    """Send the e-mail of a notice already in the inbox. A mail server that is down costs the mail, never the notice."""
    where = f"{settings.SITE_ORIGIN}{notice.link}" if notice.link else ""
    body = "\n\n".join(part for part in [notice.body, where and _("去办：%(link)s") % {"link": where}] if part)
    try:
        EmailMessage(notice.subject, body, to=[notice.to.email]).send()
    except OSError as problem:
        logger.warning("mail for notice %s not sent: %s", notice.pk, type(problem).__name__)
    else:
        Notice.objects.filter(pk=notice.pk).update(mailed_at=now)
