"""会外事项: bonus, deductions, veto and figures, entered by one person and confirmed by another before anybody can have read a ballot."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.errors import LONGEST, RuleViolation, fitting, needed
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from scoring import rules
from scoring.actions import outside
from scoring.models import BallotRound, Occasion

State = Occasion.State


@transaction.atomic
def enter(session, *, kind: str, code: str, amounts: dict, fact: str, document: str, note: str = "", by, now) -> list[Occasion]:
    """Enter one thing about one official, or a figure of each: `amounts` gives {subject: amount}. An approver confirms it."""
    round = _open_round(session)
    plan = round.scheme.plan()
    fact = needed(fact, _("请写明依据"))
    document = needed(document, _("请写明文号"), 100)
    choice = next((choice for choice in rules.occasions.choices(plan) if (choice.kind, choice.code) == (kind, code)), None)
    if choice is None:
        raise RuleViolation(_("计分方案里没有这一项"))
    rows, reasons = [], []
    for subject, amount in amounts.items():
        entry = rules.occasions.Entry(kind, subject.code, code, amount)
        if why := rules.occasions.misfit(plan, entry) or _known(subject, entry, fact=fact, document=document):
            reasons.append(_("%(name)s：%(why)s") % {"name": subject.name, "why": why})
            continue
        rows.append(
            Occasion(
                subject=subject, kind=kind, code=code, name=fitting(choice.name, 60),
                amount=fitting(rules.occasions.written(entry).amount, 20), fact=fact, document=document,
                note=fitting(note, LONGEST), entered_by=by, entered_at=now,
            )
        )  # fmt: skip
    if reasons:
        raise RuleViolation(reasons)
    for row in rows:
        row.save()
        audit.record("enter_occasion", session, by=by, official=row.subject.name, kind=row.kind, amount=row.amount)
    _tell(session, by=by)
    return rows


def _known(subject, entry, *, fact, document) -> str:
    """Why this is entered already; "" where it is not. One fact of one paper counts once, however it is spaced and bracketed;
    one veto is enough."""
    live = Occasion.objects.live().filter(subject=subject, kind=entry.kind, code=entry.code)
    if entry.kind == Occasion.Kind.VETO and live.exists():
        return _("这一项否决已经登记过")
    ground = rules.occasions.same_ground(fact, document)
    is_known = any(rules.occasions.same_ground(*kept) == ground for kept in live.values_list("fact", "document"))
    return _("同一依据、同一文号已经登记过") if is_known else ""


@transaction.atomic
def confirm(session, occasions, *, by, now):
    """An approver has read why, and confirms them all or none; never what the same person has entered."""
    _open_round(session)
    for occasion in _held(session, occasions):
        if occasion.state == State.CONFIRMED:
            continue
        if occasion.entered_by_id == by.pk:
            raise RuleViolation(_("登记的人不能确认自己登记的会外事项，请由另一位审批领导确认"))
        occasion.move_to(State.CONFIRMED, confirmed_by=by, confirmed_at=now)
        audit.record(
            "confirm_occasion", session, by=by, official=occasion.subject.name, kind=occasion.kind, amount=occasion.amount
        )
    _cancel_when_read(session)


@transaction.atomic
def refuse(occasion, *, reason: str, by, now):
    """An approver does not agree: it does not count, and stays on record with the reason."""
    if _end(occasion, State.REFUSED, reason=reason, by=by, now=now):
        session, official = occasion.subject.session, occasion.subject.name
        audit.record("refuse_occasion", session, by=by, official=official, kind=occasion.kind, amount=occasion.amount)


@transaction.atomic
def withdraw(occasion, *, reason: str, by, now):
    """It does not count any more, and stays on record with the reason; what is right is entered anew."""
    if _end(occasion, State.WITHDRAWN, reason=reason, by=by, now=now):
        session, official = occasion.subject.session, occasion.subject.name
        audit.record("withdraw_occasion", session, by=by, official=official, kind=occasion.kind, amount=occasion.amount)


def _end(occasion, state, *, reason, by, now) -> bool:
    """Whether it was still to be done."""
    session = occasion.subject.session
    if reasons := outside.ending_blockers(session, _hold_round(session)):
        raise RuleViolation(reasons)
    reason = needed(reason, _("请写明理由"))
    (held,) = _held(session, [occasion])
    if held.state == state:
        return False
    if held.state != occasion.state:
        raise RuleViolation(_("这一项刚由别人办过，现在是“%(state)s”：请看过再办") % {"state": held.get_state_display()})
    if held.entered_by_id == by.pk and (state, held.state) != (State.WITHDRAWN, State.ENTERED):
        raise RuleViolation(_("登记的人不能否定自己登记的会外事项，也不能撤销已经确认的，请由另一位审批领导办理"))
    held.move_to(state, ended_by=by, ended_at=now, ended_because=reason)
    _cancel_when_read(session)
    return True


def _open_round(session):
    """The round that counts, held, while something may be entered or confirmed."""
    round = _hold_round(session)
    if reasons := outside.blockers(session, round):
        raise RuleViolation(reasons)
    return round


def _hold_round(session):
    """The round that counts, or None: nobody takes the sealed ballots out or changes the scheme meanwhile."""
    round = BallotRound.objects.current(session)
    round = BallotRound.objects.held(round) if round else None
    return None if round is None or round.voided_at else round


def _held(session, occasions):
    wanted = [occasion.pk for occasion in occasions]
    return list(Occasion.objects.of(session).select_for_update(of=("self",)).select_related("subject").filter(pk__in=wanted))


def _tell(session, *, by):
    """Approvers learn that something waits; once more after all has been read."""
    first = Occasion.objects.of(session).waiting().earliest("pk")
    notices.post(
        to=User.objects.with_role(Role.APPROVER).exclude(pk=by.pk),
        key=f"{matter(session)}:{first.pk}",
        subject=lambda: _("有会外事项等您确认：%(title)s") % {"title": session.title},
        link=reverse("scoring:occasion_list", args=[session.uid]),
        matter=matter(session),
    )


def _cancel_when_read(session):
    if not Occasion.objects.of(session).waiting().exists():
        notices.close(matter=matter(session))


def matter(session):
    return f"session:{session.uid}:occasions"


def forget(session):
    """Those of a rehearsal that is wiped."""
    Occasion.objects.of(session).delete()
    notices.close(matter=matter(session))
