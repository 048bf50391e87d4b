"""Letters: draft → checked by another → issued with a number → served → received (lifecycles.md 5.8)."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, files
from core import letter as papers
from core.errors import RuleViolation, needed
from notices import rules
from notices.actions.notice import cancel, post
from notices.models import Letter, LetterSeries
from officials.models import Official, Unit, User
from officials.roles import Role

State = Letter.State


def take_number(word: str, year: int) -> int:
    """The next number of a series. Call it inside the transaction that uses it: what is rolled back leaves no gap."""
    LetterSeries.objects.get_or_create(word=word, year=year)
    series = LetterSeries.objects.select_for_update().get(word=word, year=year)
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return series.last_number


# --- write -------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_letter(
    *, unit: Unit, officials=(), title: str, addressee: str, body: dict, copies_to="", about="", about_link="", by
) -> Letter:
    """`officials` are those it speaks of, who read it even after they have moved to another unit."""
    letter = Letter.objects.create(
        unit=unit,
        title=title,
        addressee=addressee,
        body=body,
        copies_to=copies_to,
        about=about,
        about_link=about_link,
        word=settings.DOCUMENT_WORD,
        drafted_by=by,
        drafted_at=timezone.now(),
    )
    letter.officials.set(officials)
    letter.writers.add(by)
    audit.record("draft_letter", letter, by=by, unit=unit)
    return letter


@transaction.atomic
def change_letter(letter, *, title: str, addressee: str, body: dict, copies_to: str, by):
    """Rewrite a draft; who changes it may neither check nor issue it. The list of problems and their period stay as they are.

    `letter` is as its page was: refuses when another has rewritten it since, so that nobody's words are lost.
    """
    if blockers := letter.rewriting_blockers():
        raise RuleViolation(blockers)
    letter.title, letter.addressee, letter.copies_to = title, addressee, copies_to
    letter.body = {**letter.body, **body, "findings": letter.body.get("findings", [])}
    words = {name: getattr(letter, name) for name in ("title", "addressee", "copies_to", "body")}
    as_seen = Letter.objects.filter(pk=letter.pk, state=State.DRAFT, version=letter.version)
    if not as_seen.update(**words, version=letter.version + 1):
        raise RuleViolation(_("函稿刚被他人更新，没有保存。请另开一页看最新的稿子，再改"))
    letter.version += 1
    letter.writers.add(by)
    audit.record("change_letter", letter, by=by)


# --- check and issue ---------------------------------------------------------------------------------------


def need_as_seen(letter):
    """Holds the letter; refuses when it was rewritten after the page that the button stood on."""
    if Letter.objects.select_for_update().get(pk=letter.pk).version != letter.version:
        raise RuleViolation(_("函稿刚被他人改过，请看过新稿再办"))


@transaction.atomic
def check_letter(letter, *, by):
    """核稿, by another than who wrote at it; then it is the leader's turn. Refuses words the page did not show."""
    need_as_seen(letter)
    if letter.is_by(by):
        raise RuleViolation(_("拟稿、改稿的人不能核自己的稿，请由另一位工作人员核稿"))
    if gaps := rules.letter_gaps(addressee=letter.addressee, body=letter.body):
        raise RuleViolation(gaps)
    approvers = User.objects.with_role(Role.APPROVER)
    others = approvers.exclude(pk=by.pk).exclude(pk__in=letter.writers.values("pk"))
    if approvers.filter(pk=by.pk).exists() and not others.exists():
        raise RuleViolation(_("您核稿以后就没有人可以签发：拟稿、改稿、核稿的人都不能签发，须另有一位审批领导"))
    letter.move_to(State.CHECKED)
    letter.checked_by, letter.checked_at, letter.returned_because = by, timezone.now(), ""
    letter.save(update_fields=["checked_by", "checked_at", "returned_because"])
    post(
        to=others,
        key=f"letter:{letter.uid}:checked:{letter.checked_at.isoformat()}",
        subject=lambda: _("待签发：%(title)s（%(unit)s）") % {"title": letter.title, "unit": letter.unit},
        body=lambda: _("%(who)s已核稿，请签发或退回。") % {"who": by},
        link=letter.get_absolute_url(),
        matter=letter.matter,
    )
    audit.record("check_letter", letter, by=by)


@transaction.atomic
def return_letter(letter, *, reason: str, by):
    """Send a checked letter back to draft, with the reason."""
    reason = needed(reason, _("请写明退回的理由"))
    letter.move_to(State.DRAFT)
    letter.returned_because, letter.checked_by, letter.checked_at = reason, None, None
    letter.save(update_fields=["returned_because", "checked_by", "checked_at"])
    cancel(matter=letter.matter)
    post(
        to=letter.writers.filter(is_active=True),
        key=f"letter:{letter.uid}:returned:{timezone.now().isoformat()}",
        subject=lambda: _("退回修改：%(title)s（%(unit)s）") % {"title": letter.title, "unit": letter.unit},
        body=reason,
        link=letter.get_absolute_url(),
        matter=letter.matter,
    )
    audit.record("return_letter", letter, by=by)


@files.all_or_none()
@transaction.atomic
def issue_letter(letter, *, by, today: dt.date):
    """签发: the number is given and the paper frozen in one transaction. Drafted, checked and issued by three people.

    Refuses words the page did not show.
    """
    need_as_seen(letter)
    if letter.is_by(by):
        raise RuleViolation(_("拟稿、改稿的人不能签发自己的稿，请由另一位领导签发"))
    if letter.checked_by_id == by.pk:
        raise RuleViolation(_("核稿人不能签发自己核过的稿，请由另一位领导签发"))
    letter.move_to(State.ISSUED)
    letter.year, letter.number = today.year, take_number(letter.word, today.year)
    letter.issued_by, letter.issued_on = by, today
    pdf = papers.render(letter.paper_context(today=today))
    letter.paper = files.keep(f"{letter.document_number}.pdf", pdf, "application/pdf", by=by)
    letter.save(update_fields=["year", "number", "issued_by", "issued_on", "paper"])
    cancel(matter=letter.matter)
    post(
        to=letter.writers.filter(is_active=True),
        key=f"letter:{letter.uid}:issued",
        subject=lambda: _("已签发：%(number)s（%(unit)s）") % {"number": letter.document_number, "unit": letter.unit},
        body=lambda: _("请打印、用印、送达，并登记送达日期。"),
        link=letter.get_absolute_url(),
        matter=letter.matter,
    )
    audit.record("issue_letter", letter, by=by, sha256=letter.paper.sha256)


@transaction.atomic
def void_letter(letter, *, reason: str, by):
    """作废: what has a number keeps it, with the reason, and nobody else gets it."""
    reason = needed(reason, _("请写明作废的理由"))
    letter.move_to(State.VOIDED)
    letter.voided_because = reason
    letter.save(update_fields=["voided_because"])
    cancel(matter=letter.matter)
    audit.record("void_letter", letter, by=by)


# --- serve and receive -------------------------------------------------------------------------------------


@transaction.atomic
def serve_letter(letter, *, served_on: dt.date, by, today: dt.date):
    """送达: from this day the periods run. The unit's people are asked to sign for it."""
    if letter.issued_on and (faults := rules.service_faults(served_on=served_on, issued_on=letter.issued_on, today=today)):
        raise RuleViolation(faults)
    letter.move_to(State.SERVED)
    letter.served_on = served_on
    letter.save(update_fields=["served_on"])
    cancel(matter=letter.matter)
    post(
        to=people_of(letter.unit, letter.officials.all()),
        key=f"letter:{letter.uid}:served",
        subject=lambda: _("请签收：%(number)s %(title)s") % {"number": letter.document_number, "title": letter.title},
        body=lambda: _("函已送达，请签收，并按函中要求报送整改方案。"),
        link=letter.get_absolute_url(),
        matter=letter.matter,
    )
    audit.record("serve_letter", letter, by=by, served_on=served_on)


@transaction.atomic
def receive_letter(letter, *, by, now: dt.datetime):
    """签收, by one of the unit's own people; a second time changes nothing."""
    if letter.received_at:
        return
    letter.move_to(State.RECEIVED)
    letter.received_by, letter.received_at = by, now
    letter.save(update_fields=["received_by", "received_at"])
    cancel(matter=letter.matter)
    audit.record("receive_letter", letter, by=by)


@transaction.atomic
def note_reply(letter, *, by):
    """The unit has answered every point of a letter it signed for; safe to repeat."""
    if letter.state == State.RECEIVED:
        letter.move_to(State.REPLIED)
        audit.record("reply_letter", letter, by=by)


@transaction.atomic
def complete_letter(letter, *, by):
    """Nothing of it is open any more; safe to repeat."""
    if letter.state in (State.RECEIVED, State.REPLIED):
        letter.move_to(State.COMPLETED)
        cancel(matter=letter.matter)
        audit.record("complete_letter", letter, by=by)


def people_of(unit, officials):
    """The accounts that answer for a unit: its officials in office and its liaison; and these officials, wherever they are now."""
    in_office = Official.objects.in_office().filter(unit=unit)
    subject = Q(grants__role=Role.SUBJECT) & (Q(official__in=in_office) | Q(official__in=officials))
    liaison = Q(grants__role=Role.LIAISON, unit=unit)
    return User.objects.filter(subject | liaison, is_active=True).distinct()
