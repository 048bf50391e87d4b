"""访廉: give out the form, take in opinions, sort them, compile the digest. No line of the trail holds a word of an opinion."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.actions import session as sessions
from reviews.models import Digest, DigestEntry, DigestReceipt, Opinion, OpinionForm, ReviewSession, TipOff

READERS = (Role.MEMBER, Role.LEADER)
SORTABLE = (Opinion.State.COLLECTED, Opinion.State.CLASSIFIED)


# --- the form ----------------------------------------------------------------------------------------------


@transaction.atomic
def open_form(session, *, opens_on: dt.date, closes_on: dt.date, by, today: dt.date) -> OpinionForm:
    """Give the anonymous form an address and a closing day; again, to change the days. The session begins canvassing."""
    if not session.is_at_least(ReviewSession.State.APPROVED):
        raise RuleViolation(_("会议还没有批准，批准后才能征求意见"))
    if session.is_at_least(ReviewSession.State.IN_PROGRESS):
        raise RuleViolation(_("会议已经开始，不能再征求意见"))
    if closes_on < opens_on:
        raise RuleViolation(_("回收截止早于发放日期，请改正"))
    if closes_on >= session.date:
        raise RuleViolation(_("回收截止须早于会议日期，否则来不及汇总"))
    form, is_new = OpinionForm.objects.update_or_create(session=session, defaults={"opens_on": opens_on, "closes_on": closes_on})
    audit.record("open_form" if is_new else "change_form", session, by=by, opens_on=opens_on, closes_on=closes_on)
    sessions.advance(session, by=by, today=today)
    return form


@transaction.atomic
def count_paper(form, *, issued: int, returned: int, by):
    """How many paper forms went out and came back."""
    if returned > issued:
        raise RuleViolation(_("收回的份数多于发出的份数，请核对"))
    OpinionForm.objects.filter(pk=form.pk).update(issued=issued, returned=returned)
    audit.record("count_paper_forms", form.session, by=by, issued=issued, returned=returned)


@transaction.atomic
def receive(form, *, subject, texts: list[str], today: dt.date):
    """What one unknown person wrote through the form: one opinion for each text. Nothing of the person is kept, nor the hour."""
    if not form.is_open(today):
        raise RuleViolation(_("征求意见已经截止，谢谢您的关心"))
    if not texts:
        raise RuleViolation(_("还没有填写意见。请至少填写一处后再提交"))
    Opinion.objects.bulk_create(
        Opinion(session=form.session, subject=subject, text=text, received_on=today, channel=Opinion.Channel.FORM)
        for text in texts
    )


# --- intake ------------------------------------------------------------------------------------------------


@transaction.atomic
def add_opinion(session, *, subject, channel, text, nature="", aspect_item="", by, today: dt.date) -> Opinion:
    """Staff enter what came on paper or was said in a talk."""
    state = Opinion.State.CLASSIFIED if nature and aspect_item else Opinion.State.COLLECTED
    opinion = Opinion.objects.create(
        session=session,
        subject=subject,
        channel=channel,
        text=text,
        nature=nature,
        aspect_item=aspect_item,
        state=state,
        received_on=today,
    )
    audit.record("add_opinion", f"opinion {opinion.uid}", by=by)
    return opinion


@transaction.atomic
def classify(opinion, *, nature, aspect_item, handling, by):
    """Say what an opinion is, where it belongs and what becomes of it."""
    if opinion.state not in SORTABLE:
        raise RuleViolation(_("“%(state)s”的意见不能再归类") % {"state": opinion.get_state_display()})
    changed = Opinion.objects.filter(pk=opinion.pk, state__in=SORTABLE).update(
        nature=nature, aspect_item=aspect_item, handling=handling, state=Opinion.State.CLASSIFIED
    )
    if not changed:
        raise RuleViolation(_("这条意见刚被他人处理，请刷新后再试"))
    audit.record("classify_opinion", f"opinion {opinion.uid}", by=by)


@transaction.atomic
def merge(opinion, *, into, by):
    """Say that two opinions say the same. Those already merged into the first follow it; can be undone."""
    opinion, into = Opinion.objects.select_for_update().get(pk=opinion.pk), Opinion.objects.select_for_update().get(pk=into.pk)
    if opinion.pk == into.pk or opinion.subject_id != into.subject_id:
        raise RuleViolation(_("只能把同一名对象的另一条意见归并过来"))
    if into.merged_into_id or into.state == Opinion.State.TRANSFERRED or opinion.state == Opinion.State.TRANSFERRED:
        raise RuleViolation(_("目标意见已经归并或转出，请刷新后再选"))
    opinion.merged.update(merged_into=into)
    Opinion.objects.filter(pk=opinion.pk).update(merged_into=into, state=Opinion.State.MERGED)
    audit.record("merge_opinion", f"opinion {opinion.uid}", by=by, into=into.uid)


@transaction.atomic
def unmerge(opinion, *, by):
    """Let a merged opinion stand for itself again; a second time changes nothing."""
    state = Opinion.State.CLASSIFIED if opinion.nature else Opinion.State.COLLECTED
    if Opinion.objects.filter(pk=opinion.pk, state=Opinion.State.MERGED).update(merged_into=None, state=state):
        audit.record("unmerge_opinion", f"opinion {opinion.uid}", by=by)


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
        subject=_("有一件转送件待登记"),
        body=_("征求意见中发现一件反映问题的材料，已转信访室。内容只有您能看到。"),
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


# --- the digest --------------------------------------------------------------------------------------------


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
        subject=_("待审批：%(title)s意见汇总") % {"title": digest.session.title},
        body=_("批准后发给委员阅读。请核对没有可以认出来源的字句。"),
        link=digest.get_absolute_url(),
        matter=f"digest:{digest.pk}",
    )
    audit.record("submit_digest", digest.session, by=by)


@transaction.atomic
def return_digest(digest, *, reason, by):
    if not reason.strip():
        raise RuleViolation(_("请写明退回的理由"))
    digest.move_to(Digest.State.DRAFT)
    Digest.objects.filter(pk=digest.pk).update(returned_because=reason.strip()[:300])
    notices.cancel(matter=f"digest:{digest.pk}")
    audit.record("return_digest", digest.session, by=by)


@transaction.atomic
def approve_digest(digest, *, by, now):
    """Give the digest to the members. From here on no line changes. Nobody approves what he or she submitted."""
    if digest.submitted_by_id == by.pk:
        raise RuleViolation(_("提交人不能批准自己提交的意见汇总，请由另一位领导审批"))
    digest.move_to(Digest.State.APPROVED)
    Digest.objects.filter(pk=digest.pk).update(approved_by=by, approved_at=now)
    notices.cancel(matter=f"digest:{digest.pk}")
    notices.post(
        to=User.objects.with_role(*READERS),
        key=f"digest:{digest.pk}:out",
        subject=_("请阅：%(title)s意见汇总") % {"title": digest.session.title},
        body=_("意见汇总已经批准，请在会前阅读，并据此提出质询问题。"),
        link=digest.get_absolute_url(),
        matter=f"digest:{digest.pk}:read",
    )
    audit.record("approve_digest", digest.session, by=by)
    sessions.advance(digest.session, by=by, today=timezone.localdate(now))


@transaction.atomic
def note_reading(digest, *, by):
    """That this member opened the digest; a second time changes nothing."""
    DigestReceipt.objects.get_or_create(digest=digest, reader=by)
