"""The digest: compiled, rewritten, approved, read. No line of the trail holds a word of it."""

import datetime as dt

from django.db import transaction
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation, needed
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.actions import opinion as opinions
from reviews.actions import preparation
from reviews.actions import session as sessions
from reviews.models import Digest, DigestEntry, DigestReceipt, Opinion
from reviews.rules import canvass as rules

READERS = (Role.MEMBER, Role.LEADER)


@transaction.atomic
def compile_digest(session, *, by) -> Digest:
    """Start the digest, or bring in what was sorted since: one line for each leading opinion, to be rewritten by hand.

    What staff left out stays out, until they say otherwise.
    """
    digest, _is_new = Digest.objects.get_or_create(session=session)
    digest = held_draft(digest)
    for opinion in sorted_since(digest).prefetch_related("merged"):
        entry = DigestEntry.objects.create(
            digest=digest,
            subject_id=opinion.subject_id,
            text=opinion.text,
            nature=opinion.nature,
            aspect_item=opinion.aspect_item,
            handling=opinion.handling or Opinion.Handling.REFERENCE,
            opinion=opinion,
        )
        entry.sources.set(entry.originals)
    count_voices(digest)
    digest.writers.add(by)
    audit.record("compile_digest", session, by=by)
    return digest


def sorted_since(digest):
    """What belongs into the digest and is not in it: leading opinions, sorted after it was compiled and not left out."""
    known = digest.entries.exclude(opinion=None).values("opinion")
    sorted_ones = digest.session.opinions.leading().filter(state=Opinion.State.CLASSIFIED, is_left_out=False)
    return sorted_ones.exclude(pk__in=known)


def count_voices(digest):
    """Bring every line's number of voices in line with what is merged into its opinion now."""
    for entry in digest.entries.exclude(opinion=None).annotate(n=1 + Count("opinion__merged")):
        if entry.voices != entry.n:
            DigestEntry.objects.filter(pk=entry.pk).update(voices=entry.n)


def held_draft(digest) -> Digest:
    """The digest as it stands now, held until the end: nobody hands it in or words it meanwhile. Refuses unless it is a draft."""
    digest = Digest.objects.select_for_update(of=("self",)).select_related("session").get(pk=digest.pk)
    preparation.need_under_way(digest.session)
    if blockers := digest.rewriting_blockers():
        raise RuleViolation(blockers)
    return digest


def need_as_seen(entry, seen):
    """Refuses when the line was rewritten or dropped after the page that showed it. Call it while the digest is held."""
    now = DigestEntry.objects.filter(pk=entry.pk).values_list("version", flat=True).first()
    if now is None or seen not in (None, now):
        raise RuleViolation(_("这一条刚被他人改写或剔除，没有保存。请另开一页看现在的汇总，再改"))


def copied_from(session, lines: list[str]) -> list[str]:
    """For each line the longest run of words that it shares with an opinion of the session, or ""."""
    return rules.copied_runs(lines, list(session.opinions.ordinary().values_list("text", flat=True)))


@transaction.atomic
def rewrite_entry(entry, *, text, nature, handling, kept_because="", seen: int | None = None, by):
    """Put a line into the commission's own words. `kept_because` stays only while words of an opinion do. `seen` is the version the
    page showed (None: no page)."""
    digest = held_draft(entry.digest)
    need_as_seen(entry, seen)
    [copied] = copied_from(digest.session, [text])
    words = {"text": text, "nature": nature, "handling": handling, "kept_because": kept_because if copied else ""}
    DigestEntry.objects.filter(pk=entry.pk).update(**words, version=F("version") + 1)
    entry.sources.add(*entry.originals)
    digest.writers.add(by)
    audit.record("rewrite_digest_entry", digest.session, by=by, entry=entry.pk)


def next_to_rewrite(entry) -> DigestEntry | None:
    """The line after this one, or else before it, that still has words of an opinion and no reason to keep them."""
    lines = list(entry.digest.entries.all())
    at = lines.index(entry)
    others = lines[at + 1 :] + lines[:at]
    copied = copied_from(entry.digest.session, [line.text for line in others])
    return next((line for line, run in zip(others, copied, strict=True) if run and not line.kept_because), None)


@transaction.atomic
def drop_entry(entry, *, seen: int | None = None, by):
    """Leave a line out of the digest; the opinion itself stays, and compiling again does not bring it back."""
    digest = held_draft(entry.digest)
    need_as_seen(entry, seen)
    Opinion.objects.filter(pk=entry.opinion_id).update(is_left_out=True)
    entry.delete()
    digest.writers.add(by)
    audit.record("drop_digest_entry", digest.session, by=by)


@transaction.atomic
def take_up(opinion, *, by):
    """Let an opinion that was left out come into the digest after all, when it is compiled again; a second time changes nothing."""
    left_out = Opinion.objects.filter(pk=opinion.pk, is_left_out=True)
    if not left_out.exists():
        return
    held_draft(Digest.objects.get(session=opinion.session))
    left_out.update(is_left_out=False)
    audit.record("take_up_opinion", f"opinion {opinion.uid}", by=by)


@transaction.atomic
def submit_digest(digest, *, by, now: dt.datetime):
    """Hand the digest to the leader. Each submission is told anew: one that comes back unchanged waits too."""
    held_draft(digest)
    if not digest.entries.exists():
        raise RuleViolation(_("意见汇总还没有条目，请先汇总"))
    if waiting := digest.session.opinions.unsorted().count():
        raise RuleViolation(_("还有 %(n)d 条意见没有归类，请先归类、归并或转出") % {"n": waiting})
    if missing := sorted_since(digest).count():
        raise RuleViolation(_("还有 %(n)d 条归类好的意见不在汇总里，请先补入，再提交") % {"n": missing})
    unexplained = digest.entries.filter(kept_because="").values_list("text", flat=True)
    if copied := sum(map(bool, copied_from(digest.session, list(unexplained)))):
        raise RuleViolation(_("还有 %(n)d 条与原话有六个以上的字相同，请改写，或者写明保留的理由") % {"n": copied})
    count_voices(digest)
    digest.move_to(Digest.State.SUBMITTED)
    notices.close(matter=rewrite_matter(digest))
    Digest.objects.filter(pk=digest.pk).update(returned_because="", submitted_by=by, version=F("version") + 1)
    digest.submitted_by = by
    notices.post(
        to=User.objects.with_role(Role.APPROVER),
        key=f"digest:{digest.pk}:submitted:{now.isoformat()}",
        subject=lambda: _("待审批：%(title)s意见汇总") % {"title": digest.session.title},
        body=lambda: _("批准后发给委员阅读。请核对没有可以认出来源的字句。"),
        link=reverse("reviews:digest", args=[digest.session.uid]),
        matter=f"digest:{digest.pk}",
    )
    audit.record("submit_digest", digest.session, by=by)


def need_submission_as_seen(digest, seen):
    """Holds the digest; refuses when it came back and was handed in anew after the page that showed it (None: no page)."""
    now = Digest.objects.select_for_update(of=("self",)).get(pk=digest.pk).version
    if seen not in (None, now):
        raise RuleViolation(_("意见汇总已重新提交，您看到的不是现在的条目。请看过再决定"))


@transaction.atomic
def return_digest(digest, *, reason, seen: int | None = None, by):
    """Send it back to be reworded, with the reason. Refuses lines the page did not show."""
    preparation.need_under_way(digest.session)
    need_submission_as_seen(digest, seen)
    reason = needed(reason, _("请写明退回的理由"))
    event = audit.record("return_digest", digest.session, by=by)
    send_back(digest, reason, occasion=event.n)


def send_back(digest, reason, *, occasion):
    """To those who wrote and submitted it. `occasion` tells one return from the next."""
    digest.move_to(Digest.State.DRAFT)
    Digest.objects.filter(pk=digest.pk).update(returned_because=reason)
    notices.close(matter=f"digest:{digest.pk}")
    authors = Q(pk__in=digest.writers.values("pk")) | Q(pk=digest.submitted_by_id)
    notices.post(
        to=User.objects.filter(authors, is_active=True),
        key=f"digest:{digest.pk}:returned:{occasion}",
        subject=lambda: _("退回修改：%(title)s意见汇总") % {"title": digest.session.title},
        body=reason,
        link=reverse("reviews:digest", args=[digest.session.uid]),
        matter=rewrite_matter(digest),
    )


def rewrite_matter(digest):
    return f"digest:{digest.pk}:rewrite"


@transaction.atomic
def approve_digest(digest, *, seen: int | None = None, by, now):
    """Give the digest to the members. From here on no line changes. Nobody approves what he or she wrote or submitted, nor lines
    that the page did not show."""
    preparation.need_under_way(digest.session)
    need_submission_as_seen(digest, seen)
    if is_by(digest, by):
        raise RuleViolation(_("汇总人、提交人不能批准自己的意见汇总，请由另一位领导审批"))
    if blockers := rules.approval_blockers(hints=len(opinions.like_tip_offs(digest.session))):
        raise RuleViolation(blockers)
    digest.move_to(Digest.State.APPROVED)
    Digest.objects.filter(pk=digest.pk).update(approved_by=by, approved_at=now)
    notices.close(matter=f"digest:{digest.pk}")
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


def is_by(digest, user) -> bool:
    """Whether this person compiled the digest, worded or dropped a line of it, or handed it in."""
    return digest.submitted_by_id == user.pk or digest.writers.filter(pk=user.pk).exists()


@transaction.atomic
def note_reading(digest, *, by):
    """That this member opened the digest; a second time changes nothing."""
    DigestReceipt.objects.get_or_create(digest=digest, reader=by)
