"""A tip-off among the opinions: handed to the petition office, and registered there. The trail holds no word of it."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.language import kept
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.actions import digest as digests
from reviews.models import Digest, DigestEntry, Opinion, TipOff


@transaction.atomic
def divert(opinion, *, by, today: dt.date) -> TipOff:
    """Hand a tip-off to the petition office. From now on its text is with the petition clerk and nowhere else (finding 8)."""
    opinion = Opinion.objects.select_for_update(of=("self",)).select_related("subject", "session").get(pk=opinion.pk)
    if opinion.state == Opinion.State.TRANSFERRED:
        raise RuleViolation(_("这条意见已经转信访室"))
    withdrawn = withdraw_entries(opinion)
    opinion.merged.update(merged_into=None, state=Opinion.State.COLLECTED)
    tip_off = TipOff.objects.create(
        session=opinion.session,
        official_name=opinion.subject.name,
        unit_name=opinion.subject.unit_name,
        text=opinion.text,
        received_on=opinion.received_on,
        transferred_on=today,
    )
    Opinion.objects.filter(pk=opinion.pk).update(
        state=Opinion.State.TRANSFERRED, text="", nature="", handling="", aspect_item="", merged_into=None
    )
    notices.post(
        to=User.objects.with_role(Role.PETITION_CLERK),
        key=f"tip_off:{tip_off.uid}",
        subject=lambda: _("有一件转送件待登记"),
        body=lambda: _("征求意见中发现一件反映问题的材料，已转信访室。内容只有您能看到。"),
        link=tip_off.get_absolute_url(),
        matter=f"tip_off:{tip_off.uid}",
    )
    audit.record("divert_opinion", f"opinion {opinion.uid}", by=by, withdrawn=withdrawn)
    return tip_off


def withdraw_entries(opinion) -> int:
    """Take what rests on a tip-off out of the digest; returns how many lines its readers lose.

    Of a digest not approved yet the line goes, or is put back into the words of the opinion it stands for where the tip-off was
    only beside it; one that lay before the leader comes back to be worded anew. Of one that is out every line the tip-off had
    a part in loses its words, for nobody can tell whose they were (docs/adr/0006).
    """
    digest = Digest.objects.select_for_update(of=("self",)).filter(session=opinion.session).first()
    if digest is None:
        return 0
    touched = digest.entries.filter(Q(sources=opinion) | Q(opinion=opinion), is_withdrawn=False)
    resting = list(touched.select_related("opinion").distinct())
    if digest.state == Digest.State.APPROVED:
        for entry in resting:
            entry.sources.clear()
        return digest.entries.filter(pk__in=[entry.pk for entry in resting]).update(text="", is_withdrawn=True, opinion=None)
    for entry in resting:
        take_out(opinion, entry)
    if resting and digest.state == Digest.State.SUBMITTED:
        reason = kept(lambda: _("有一条意见已转信访室，请核对、改写涉及的条目后再提交"))
        digests.send_back(digest, reason, occasion=opinion.uid)
    return 0


def take_out(opinion, entry):
    """From a line that nobody has read yet."""
    if entry.opinion in (None, opinion):
        entry.delete()
        return
    rest = [one for one in entry.originals if one != opinion]
    DigestEntry.objects.filter(pk=entry.pk).update(
        text=entry.opinion.text, kept_because="", voices=len(rest), version=F("version") + 1
    )
    entry.sources.set(rest)


@transaction.atomic
def register_tip_off(tip_off, *, number: str, before: str = "", by, today: dt.date):
    """The petition office has taken the matter over under its own number. A slip is corrected from the number the page showed
    (`before`); one that another gave meanwhile is not overwritten. The trail keeps every number; the same twice changes nothing.
    """
    now = TipOff.objects.select_for_update().get(pk=tip_off.pk)
    if now.registered_as == number:
        return
    if now.registered_as != before:
        raise RuleViolation(_("这一件刚由他人登记为“%(number)s”，请核对后再办") % {"number": now.registered_as})
    TipOff.objects.filter(pk=now.pk).update(registered_as=number, registered_on=now.registered_on or today)
    notices.close(matter=f"tip_off:{now.uid}")
    audit.record("register_tip_off", f"tip-off {now.uid}", by=by, number=number)


def note_reading(tip_off, *, by):
    """Note that somebody has opened the original (security.md 3.8)."""
    audit.record("read_tip_off", f"tip-off {tip_off.uid}", by=by)
