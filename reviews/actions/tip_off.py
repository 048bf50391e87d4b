"""A tip-off among the opinions: handed to the petition office, and registered there. The trail holds no word of it."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from notices import actions as notices
from officials.models import User
from officials.roles import Role
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

    Of a digest not approved yet the line goes, or loses a voice where the tip-off was merged into another opinion. Of one that
    is out every line it had a part in loses its words, for nobody can tell whose they were (docs/adr/0006).
    """
    lines = DigestEntry.objects.filter(digest__session=opinion.session)
    resting = lines.filter(opinion__in=[opinion.pk, opinion.merged_into_id], is_withdrawn=False)
    lines.filter(opinion=opinion).exclude(digest__state=Digest.State.APPROVED).delete()
    if opinion.merged_into_id:
        resting.exclude(digest__state=Digest.State.APPROVED).filter(voices__gt=1).update(voices=F("voices") - 1)
    return resting.filter(digest__state=Digest.State.APPROVED).update(text="", is_withdrawn=True, opinion=None)


@transaction.atomic
def register_tip_off(tip_off, *, number: str, by, today: dt.date):
    """The petition office has taken the matter over under its own number."""
    TipOff.objects.filter(pk=tip_off.pk).update(registered_as=number, registered_on=today)
    notices.cancel(matter=f"tip_off:{tip_off.uid}")
    audit.record("register_tip_off", f"tip-off {tip_off.uid}", by=by)
