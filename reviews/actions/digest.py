"""The digest: compiled, rewritten, approved, read. No line of the trail holds a word of it."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation, needed
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.actions import preparation
from reviews.actions import session as sessions
from reviews.models import Digest, DigestEntry, DigestReceipt, Opinion

READERS = (Role.MEMBER, Role.LEADER)


@transaction.atomic
def compile_digest(session, *, by) -> Digest:
    """Start the digest, or bring in what was sorted since: one line for each leading opinion, to be rewritten by hand."""
    digest, _is_new = Digest.objects.get_or_create(session=session)
    need_draft(digest)
    known = set(digest.entries.exclude(opinion=None).values_list("opinion_id", flat=True))
    leading = session.opinions.leading().filter(state=Opinion.State.CLASSIFIED).exclude(pk__in=known)
    DigestEntry.objects.bulk_create(
        DigestEntry(
            digest=digest,
            subject_id=opinion.subject_id,
            text=opinion.text,
            voices=1 + opinion.merged.count(),
            nature=opinion.nature,
            aspect_item=opinion.aspect_item,
            handling=opinion.handling or Opinion.Handling.REFERENCE,
            opinion=opinion,
        )
        for opinion in leading
    )
    audit.record("compile_digest", session, by=by)
    return digest


def need_draft(digest):
    preparation.need_under_way(digest.session)
    if digest.state != Digest.State.DRAFT:
        raise RuleViolation(_("“%(state)s”的意见汇总不能再改") % {"state": digest.get_state_display()})


@transaction.atomic
def rewrite_entry(entry, *, text, nature, handling, by):
    """Put a line into the commission's own words."""
    need_draft(entry.digest)
    DigestEntry.objects.filter(pk=entry.pk).update(text=text, nature=nature, handling=handling)
    audit.record("rewrite_digest_entry", entry.digest.session, by=by, entry=entry.pk)


@transaction.atomic
def drop_entry(entry, *, by):
    """Leave a line out of the digest; the opinion itself stays."""
    need_draft(entry.digest)
    entry.delete()
    audit.record("drop_digest_entry", entry.digest.session, by=by)


@transaction.atomic
def submit_digest(digest, *, by, now: dt.datetime):
    """Hand the digest to the leader. Each submission is told anew: one that comes back unchanged waits too."""
    preparation.need_under_way(digest.session)
    if not digest.entries.exists():
        raise RuleViolation(_("意见汇总还没有条目，请先汇总"))
    if waiting := digest.session.opinions.filter(state=Opinion.State.COLLECTED).count():
        raise RuleViolation(_("还有 %(n)d 条意见没有归类，请先归类、归并或转出") % {"n": waiting})
    digest.move_to(Digest.State.SUBMITTED)
    Digest.objects.filter(pk=digest.pk).update(returned_because="", submitted_by=by)
    digest.submitted_by = by
    notices.post(
        to=User.objects.with_role(Role.APPROVER),
        key=f"digest:{digest.pk}:submitted:{now.isoformat()}",
        subject=lambda: _("待审批：%(title)s意见汇总") % {"title": digest.session.title},
        body=lambda: _("批准后发给委员阅读。请核对没有可以认出来源的字句。"),
        link=digest.get_absolute_url(),
        matter=f"digest:{digest.pk}",
    )
    audit.record("submit_digest", digest.session, by=by)


@transaction.atomic
def return_digest(digest, *, reason, by):
    """Send it back to be reworded, with the reason."""
    preparation.need_under_way(digest.session)
    reason = needed(reason, _("请写明退回的理由"))
    digest.move_to(Digest.State.DRAFT)
    Digest.objects.filter(pk=digest.pk).update(returned_because=reason)
    notices.cancel(matter=f"digest:{digest.pk}")
    audit.record("return_digest", digest.session, by=by)


@transaction.atomic
def approve_digest(digest, *, by, now):
    """Give the digest to the members. From here on no line changes. Nobody approves what he or she submitted."""
    preparation.need_under_way(digest.session)
    if digest.submitted_by_id == by.pk:
        raise RuleViolation(_("提交人不能批准自己提交的意见汇总，请由另一位领导审批"))
    digest.move_to(Digest.State.APPROVED)
    Digest.objects.filter(pk=digest.pk).update(approved_by=by, approved_at=now)
    notices.cancel(matter=f"digest:{digest.pk}")
    notices.post(
        to=User.objects.with_role(*READERS),
        key=f"digest:{digest.pk}:out",
        subject=lambda: _("请阅：%(title)s意见汇总") % {"title": digest.session.title},
        body=lambda: _("意见汇总已经批准，请在会前阅读，并据此提出质询问题。"),
        link=digest.get_absolute_url(),
        matter=f"digest:{digest.pk}:read",
    )
    audit.record("approve_digest", digest.session, by=by)
    sessions.advance(digest.session, by=by, today=timezone.localdate(now))


@transaction.atomic
def note_reading(digest, *, by):
    """That this member opened the digest; a second time changes nothing."""
    DigestReceipt.objects.get_or_create(digest=digest, reader=by)
