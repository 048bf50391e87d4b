"""Counting, signing, confirming and publishing: what the transcript gives, frozen (scoring.md §8)."""

import hashlib
from collections import Counter
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ballots import actions as ballots
from ballots import codec
from ballots.models import Transcript
from core import audit, files
from core.errors import RuleViolation
from core.models import StoredFile
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.models import ReviewSession
from scoring import policies, rules
from scoring.actions.box import box_refusals
from scoring.models import BallotRound, Count, PaperJob, Publication, SubjectResult, TableMinutes

State = ReviewSession.State


def held(count):
    """The count's row until the end of the transaction."""
    return Count.objects.select_for_update(of=("self",)).select_related("round__session", "round__scheme").get(pk=count.pk)


@transaction.atomic
def count_round(round, *, by, now) -> Count:
    """Count each version of the stored transcript once; whoever asks again gets what was counted."""
    round = BallotRound.objects.held(round)
    version, last = int(Transcript.objects.newest(round.sid).version), Count.objects.newest(round)
    if last and last.version == version:
        return last
    count = Count(round=round, version=version, correction=round.correction if last else None, counted_at=now)
    _write(count, round, decisions=[])
    if round.session.state == State.VOTING_CLOSED:
        round.session.move_to(State.COUNTED)
    forget_reminders(round.session)
    for role in (Role.TELLER, Role.SCRUTINEER):
        _remind(count, "sign", User.objects.with_role(role), lambda: _("计票完成，请核对并签字：%(title)s"))
    audit.record("count", round, by=by, version=version, input=count.input_hash, result=count.result_hash)
    return count


def _write(count, round, *, decisions):
    """Score the transcript and freeze everything that follows from it."""
    document = bytes(Transcript.objects.get(sid=round.sid, version=str(count.version)).document)
    transcript = codec.parse(document)
    try:
        result = rules.score(**rules.from_transcript(transcript), decisions=decisions)
    except rules.ScoringError as problem:
        raise RuleViolation(str(problem)) from problem
    count.transcript_sha = hashlib.sha256(document).hexdigest()
    count.scheme_hash, count.input_hash, count.result_hash = result.scheme_hash, result.input_hash, result.result_hash
    count.result, count.decisions = result.as_dict(), decisions
    count.table_l0, count.table_l1 = rules.published(result, "L0"), rules.published(result, "L1")
    count.sheet = _sheet(round, transcript, result, count.table_l1)
    count.save()
    criteria = rules.criterion_table(result, count.table_l1)
    subjects = subjects_of(round, transcript["manifest"])
    count.subjects.all().delete()
    SubjectResult.objects.bulk_create(
        SubjectResult(
            count=count,
            subject=subjects[code],
            score=None if row.score is None else Decimal(row.score),
            shown_score=row.score or "",
            band=row.band or "",
            rank=row.rank,
            ranked_of=row.standing.ranked_of,
            row_l0=count.table_l0["rows"][code],
            row_l1=count.table_l1["rows"][code],
            trace_l1=rules.public_trace(result, row, count.table_l1["rows"][code]),
            trace_l2=row.trace,
            criteria=criteria[code],
            measures=row.actions,
        )
        for code, row in result.officials.items()
    )
    return count


def subjects_of(round, manifest):
    """The session's officials by their code in the manifest, which is only a place in the order: the name must be the same."""
    subjects = {subject.code: subject for subject in round.session.subjects.all()}
    if {o["o"]: o["n"] for o in manifest["officials"]} != {code: subject.name for code, subject in subjects.items()}:
        raise RuleViolation(_("票卡上的名单与会议的述责述廉对象不同，不能计票：请监票人核对，记入会议记录"))
    return subjects


def _sheet(round, transcript, result, table):
    """The count sheet as plain values: cards, ballots, officials, what was not counted, roots."""
    counts, groups = ballots.counts(round.sid), {group.letter: group for group in round.groups.all()}
    boxes = [
        {"letter": letter, "code": groups[letter].code, "name": groups[letter].name, **row}
        | {"unaccounted": row["missing"], "reason": groups[letter].unaccounted_reason}
        for letter, row in counts.items()
    ]
    conserved = [
        {"letter": letter, "code": groups[letter].code, "name": groups[letter].name, "named": groups[letter].is_named, **row}
        for letter, row in result.conservation.items()
    ]
    officials = []
    for code, row in result.officials.items():
        shown = "held" not in table["rows"][code]
        totals = {name: sum(getattr(pile, name) for pile in row.piles.values()) for name in ("valid", "invalid", "abstain")}
        officials.append({"o": code, "returned": row.ballots} | (totals if shown else dict.fromkeys(totals, "*")))
    manifest = transcript["manifest"]
    roots = {
        "manifest": codec.code(round.box.manifest_hash, 80),
        "received": codec.code(codec.unb64(transcript["received_root"], 32), 80),
        "slips": codec.code(codec.unb64(transcript["slips_root"], 32), 80),
        "scheme": codec.code(codec.unb64(manifest["scheme_hash"], 32), 80),
    }
    aside = dict(Counter(entry["code"] for entry in transcript["invalid"]))
    return {
        "boxes": boxes, "groups": conserved, "officials": officials, "aside": aside, "merged": _merged(result), "roots": roots,
        "table": _table(round),
    }  # fmt: skip


def _table(round):
    """Paper ballots and cards declared lost, over the whole session."""
    minutes = TableMinutes.objects.filter(round=round).first() or TableMinutes()
    lost = sum(group.lost for group in round.groups.all())
    return {"papers": minutes.paper_ballots, "invalid_parts": minutes.invalid_parts, "lost": lost}


def _merged(result):
    """{official: [[group, groups merged into it]…]}, where any were."""
    found = {}
    for code, row in result.officials.items():
        if pairs := [[group.code, group.members[1:]] for group in row.groups.values() if len(group.members) > 1]:
            found[code] = pairs
    return found


# --- decide, sign, confirm -----------------------------------------------------------------------------------


@transaction.atomic
def decide(count, *, label: str, pool: str, chosen: list[str], by, now):
    """Settle a tie across a quota; the count is made once more with it. Only before anybody has signed."""
    count = held(count)
    if count.teller_at or count.scrutineer_at:
        raise RuleViolation(_("已经有人签字，裁定须在签字以前作出"))
    needed = next((n for n in count.decisions_needed if (n["label"], n["pool"]) == (label, pool)), None)
    if needed is None:
        raise RuleViolation(_("没有这项待裁定的名额"))
    if len(chosen) != needed["seats"] or not set(chosen) <= set(needed["candidates"]):
        raise RuleViolation(_("请从同分者中选出 %(n)d 人") % {"n": needed["seats"]})
    decisions = [*count.decisions, {"label": label, "pool": pool, "chosen": sorted(chosen)}]
    count.decided_by = by
    _write(count, count.round, decisions=decisions)
    audit.record("decide", count.round, by=by, label=label, pool=pool, chosen=sorted(chosen), result=count.result_hash)


def signing_blockers(count) -> list[str]:
    reasons = []
    if count.round.voided_at:
        reasons.append(_("本轮已经作废"))
    if count.void_letters:
        reasons.append(_("有票箱收回多于实发，本轮须作废重投"))
    if count.decisions_needed:
        reasons.append(_("名额线上有同分，须先由审批领导裁定"))
    if not count.is_published and count.round.correction:
        reasons.append(_("这一版正在更正，更正后的一版另行签字"))
    return reasons


@transaction.atomic
def sign(count, part, *, by, now):
    """One of the two signatures under the count; two persons."""
    count = held(count)
    if not policies.can_sign_as(by, part):
        raise RuleViolation(_("只有计票人和监票人签字"))
    if blockers := signing_blockers(count):
        raise RuleViolation(blockers)
    if getattr(count, f"{part}_at"):
        return
    other = count.scrutineer_id if part == "teller" else count.teller_id
    if other == by.pk:
        raise RuleViolation(_("计票人和监票人须是两个人"))
    setattr(count, part, by)
    setattr(count, f"{part}_at", now)
    count.save(update_fields=[part, f"{part}_at"])
    if count.is_signed:
        notices.cancel(matter=matter(count.round.session, "sign"))
        _remind(count, "confirm", User.objects.with_role(Role.APPROVER), lambda: _("计票已签字，请确认结果：%(title)s"))
    audit.record("sign_count", count.round, by=by, part=part, result=count.result_hash)


def confirm_blockers(count) -> list[str]:
    reasons = signing_blockers(count)
    if not count.teller_at:
        reasons.append(_("计票人还没有签字"))
    if not count.scrutineer_at:
        reasons.append(_("监票人还没有签字"))
    return reasons


@transaction.atomic
def confirm_count(count, *, by, now):
    """The leader confirms what two have signed; nobody confirms the own signature."""
    count = held(count)
    if count.is_confirmed:
        return
    if not policies.can_confirm(by, count.round.session):
        raise RuleViolation(_("由审批领导确认结果"))
    if blockers := confirm_blockers(count):
        raise RuleViolation(blockers)
    if by.pk in (count.teller_id, count.scrutineer_id):
        raise RuleViolation(_("签字的人不能再确认结果，请由另一位领导确认"))
    count.confirmed_by, count.confirmed_at = by, now
    count.save(update_fields=["confirmed_by", "confirmed_at"])
    if count.round.session.state == State.COUNTED:  # a correction finds the session further on; it never goes back
        count.round.session.move_to(State.CONFIRMED)
    notices.cancel(matter=matter(count.round.session, "confirm"))
    audit.record("confirm_count", count.round, by=by, result=count.result_hash)


# --- publish ---------------------------------------------------------------------------------------------------


def publish(round, *, released_by, scrutineer, now):
    """Freeze the tables that go out, make the copy of the transcript for the room, and feed back. Once; of a rehearsal nobody is told.

    The trail has its line from the step of two persons that this is.
    """
    count = held(Count.objects.newest(round))
    if count.is_published:
        return
    Publication.objects.create(
        count=count, table_l0=count.table_l0, table_l1=count.table_l1, released_by=released_by, scrutineer=scrutineer, at=now
    )
    if round.session.state == State.CONFIRMED:
        round.session.move_to(State.FED_BACK)
    if not round.session.is_rehearsal:
        tell_subjects(count)
    with box_refusals():
        ballots.publish(round.sid, version=str(count.version), shown=shown_slips(round, count))


def tell_subjects(count):
    subjects = User.objects.filter(official__in=count.round.session.subjects.values("official"))
    _remind(
        count,
        "fed_back",
        subjects,
        lambda: _("评议结果已更正，请看新的结果：%(title)s") if count.correction else _("评议结果已反馈：%(title)s"),
    )


def shown_slips(round, count) -> set[tuple[str, str]]:
    """(letter, official) whose slips anyone in the room may recompute."""
    groups = {group.code: group for group in round.groups.all()}
    named = {code for code, group in groups.items() if group.is_named}
    shown = rules.open_slips(count.table_l1, count.result["subjects"], k_pub=round.box.document["k_pub"], named=named)
    return {(groups[code].letter, official) for code, official in shown}


def _remind(count, what, people, subject):
    session, again = count.round.session, f":{count.version}" if count.version > 1 else ""
    notices.post(
        to=people,
        key=f"session:{session.uid}:{what}:{count.round.sid}{again}",  # after a wiped rehearsal the number comes again
        subject=lambda: subject() % {"title": session.title},
        link=reverse("scoring:results", args=[session.uid]),
        matter=matter(session, what),
    )


def matter(session, what):
    return f"session:{session.uid}:{what}"


def forget_reminders(session):
    """Nobody signs or confirms the count of a round that was given up, or one that is corrected."""
    for what in ("sign", "confirm"):
        notices.cancel(matter=matter(session, what))


def forget(rounds):
    """Everything counted of these rehearsal rounds, with its papers."""
    counts = Count.objects.filter(round__in=rounds)
    papers = list(PaperJob.objects.filter(count__in=counts).exclude(stored=None).values_list("stored", flat=True))
    Publication.objects.filter(count__in=counts).delete()
    counts.delete()
    for stored in StoredFile.objects.filter(pk__in=papers):
        files.discard(stored)
