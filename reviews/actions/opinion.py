"""What came in: entered, sorted, merged. No line of the trail holds a word of an opinion."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from reviews.actions import preparation
from reviews.models import Digest, DigestEntry, Opinion
from reviews.rules import canvass as rules

SORTABLE = (Opinion.State.COLLECTED, Opinion.State.CLASSIFIED)


@transaction.atomic
def add_opinion(
    session, *, subject, channel, text, nature="", aspect_item="", uid: uuid.UUID | None = None, by, today: dt.date
) -> Opinion:
    """Staff enter what came on paper or was said in a talk. Two may say the same in the same words: each blank form has a `uid`, and
    sent twice it is one opinion."""
    preparation.need_under_way(session)
    if session.has_digest_out:
        raise RuleViolation(_("意见汇总已经批准发出，收不进新的意见；要在会上问的，到“问廉”提出问题，反映违纪违法的，交信访人员"))
    state = Opinion.State.CLASSIFIED if nature and aspect_item else Opinion.State.COLLECTED
    said = {
        "session": session,
        "subject": subject,
        "channel": channel,
        "text": text,
        "nature": nature,
        "aspect_item": aspect_item,
        "state": state,
        "received_on": today,
    }
    opinion, is_new = Opinion.objects.get_or_create(uid=uid or uuid.uuid4(), defaults=said)
    if is_new:
        audit.record("add_opinion", f"opinion {opinion.uid}", by=by)
    return opinion


@transaction.atomic
def classify(opinion, *, nature, aspect_item, handling, by):
    """Say what an opinion is, where it belongs and what becomes of it."""
    preparation.need_under_way(opinion.session)
    if opinion.state not in SORTABLE:
        raise RuleViolation(_("“%(state)s”的意见不能再归类") % {"state": opinion.get_state_display()})
    changed = Opinion.objects.filter(pk=opinion.pk, state__in=SORTABLE).update(
        nature=nature, aspect_item=aspect_item, handling=handling, state=Opinion.State.CLASSIFIED
    )
    if not changed:
        raise RuleViolation(_("这条意见刚被他人处理，请刷新后再试"))
    audit.record("classify_opinion", f"opinion {opinion.uid}", by=by)


@transaction.atomic
def clear_hint(opinion, *, by):
    """Somebody has read what looked like a tip-off and says that it is none; a second time changes nothing."""
    preparation.need_under_way(opinion.session)
    if Opinion.objects.ordinary().filter(pk=opinion.pk, is_no_tip_off=False).update(is_no_tip_off=True):
        audit.record("clear_tip_off_hint", f"opinion {opinion.uid}", by=by)


def like_tip_offs(session) -> list[Opinion]:
    """Opinions that may be tip-offs by their words and were not looked at yet."""
    unseen = session.opinions.ordinary().filter(is_no_tip_off=False).select_related("subject")
    return [opinion for opinion in unseen if rules.tip_off_words(opinion.text)]


@transaction.atomic
def merge(opinion, *, into, by):
    """Say that two opinions say the same. Those already merged into the first follow it, and so does its line in a digest being
    written; can be undone."""
    preparation.need_under_way(opinion.session)
    locked = {one.pk: one for one in Opinion.objects.select_for_update().filter(pk__in=[opinion.pk, into.pk]).order_by("pk")}
    opinion, into = locked[opinion.pk], locked[into.pk]
    if opinion.pk == into.pk or opinion.subject_id != into.subject_id:
        raise RuleViolation(_("只能把同一名对象的另一条意见归并过来"))
    if into.merged_into_id or into.state == Opinion.State.TRANSFERRED or opinion.state == Opinion.State.TRANSFERRED:
        raise RuleViolation(_("目标意见已经归并或转出，请刷新后再选"))
    take_line_along(opinion, into, by=by)
    opinion.merged.update(merged_into=into)
    Opinion.objects.filter(pk=opinion.pk).update(merged_into=into, state=Opinion.State.MERGED)
    audit.record("merge_opinion", f"opinion {opinion.uid}", by=by, into=into.uid)


def take_line_along(opinion, into, *, by):
    """One voice stands in one line: that of the first goes up in the other's, with all it rests on, or becomes the other's."""
    entry = DigestEntry.objects.filter(opinion=opinion).first()
    if entry is None:
        return
    digest = Digest.objects.select_for_update().get(pk=entry.digest_id)
    if digest.state != Digest.State.DRAFT:
        raise RuleViolation(_("这条意见已列入“%(state)s”的意见汇总，不能再归并") % {"state": digest.get_state_display()})
    if other := digest.entries.filter(opinion=into).first():
        other.sources.add(*entry.sources.all())
        entry.delete()
    else:
        DigestEntry.objects.filter(pk=entry.pk).update(opinion=into)
        Opinion.objects.filter(pk=into.pk).update(is_left_out=False)
    digest.writers.add(by)


@transaction.atomic
def unmerge(opinion, *, by):
    """Let a merged opinion stand for itself again; a second time changes nothing."""
    preparation.need_under_way(opinion.session)
    state = Opinion.State.CLASSIFIED if opinion.nature else Opinion.State.COLLECTED
    if Opinion.objects.filter(pk=opinion.pk, state=Opinion.State.MERGED).update(merged_into=None, state=state):
        audit.record("unmerge_opinion", f"opinion {opinion.uid}", by=by)


def note_reading(what, *, by):
    """Note that somebody has opened originals (security.md 3.8): a session's list of them, or `what` names by its uid."""
    audit.record("read_opinions", what, by=by)
