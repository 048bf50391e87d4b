"""Counting: what the transcript gives, frozen, and the ties that a leader settles (scoring.md §8)."""

import hashlib
from collections import Counter
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ballots import actions as ballots
from ballots import codec
from ballots.models import Transcript
from core import audit
from core.errors import RuleViolation, needed
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from reviews.models import ReviewSession
from scoring import rules
from scoring.actions import outside, reminders
from scoring.actions.box import box_refusals
from scoring.actions.table import came
from scoring.models import BallotRound, Count, SubjectResult, TableMinutes

State = ReviewSession.State


@transaction.atomic
def count_round(round, *, by, now) -> Count:
    """Count each version of the stored transcript once; whoever asks again gets what was counted."""
    round = BallotRound.objects.held(round)
    version, last = int(Transcript.objects.newest(round.sid).version), Count.objects.newest(round)
    if last and last.version == version:
        return last
    count = Count(round=round, version=version, correction=round.correction if last else None, counted_at=now)
    count.outside = last.outside if last else outside.given(round.session)  # no correction changes it
    _write(count, round, decisions=[])
    while rulings := _carried(count, last):
        _write(count, round, decisions=[*count.decisions, *rulings])
    if round.session.state == State.VOTING_CLOSED:
        round.session.move_to(State.COUNTED)
    ReviewSession.objects.filter(pk=round.session_id).update(is_revoting=False)
    reminders.forget(round.session)
    for role in (Role.TELLER, Role.SCRUTINEER):
        reminders.remind(count, "sign", User.objects.with_role(role), lambda: _("计票完成，请核对并签字：%(title)s"))
    if count.decisions_needed:
        reminders.remind(count, "rule", User.objects.with_role(Role.APPROVER), lambda: _("名额线上有同分，请裁定：%(title)s"))
    audit.record("count", round, by=by, version=version, input=count.input_hash, result=count.result_hash)
    return count


def _carried(count, last) -> list[dict]:
    """The rulings of the version before that settle ties of this one: the same people are equal, for as many places."""
    ties = {(tie["label"], tie["pool"]): (tie["seats"], tie["candidates"]) for tie in count.decisions_needed}
    before = last.decisions if last else []
    return [one for one in before if ties.get((one["label"], one["pool"])) == (len(one["chosen"]), one.get("candidates"))]


def _write(count, round, *, decisions):
    """Score the transcript and freeze everything that follows from it."""
    document = bytes(Transcript.objects.get(sid=round.sid, version=str(count.version)).document)
    transcript = codec.parse(document)
    count.decisions = decisions
    try:
        result = rules.score(**rules.from_transcript(transcript), **count.given)
    except rules.ScoringError as problem:
        raise RuleViolation(str(problem)) from problem
    count.transcript_sha = hashlib.sha256(document).hexdigest()
    count.scheme_hash = result.scheme_hash
    count.input_hash, count.result_hash = blinded(transcript, result)
    count.result = result.as_dict()
    count.table_l0, count.table_l1 = rules.published(result, "L0"), rules.published(result, "L1")
    count.sheet = _sheet(round, transcript, result, count.table_l1)
    count.save()
    subjects = subjects_of(round, transcript["manifest"])
    count.subjects.all().delete()
    found = found_of(result, count.table_l0, count.table_l1, k_pub=transcript["manifest"]["k_pub"])
    SubjectResult.objects.bulk_create(SubjectResult(count=count, subject=subjects[code], **row) for code, row in found.items())
    return count


def blinded(transcript, result) -> tuple[str, str]:
    """The hashes of input and result as pages and papers may show them; `Count.result` has them as they are."""
    blind = rules.blinding(transcript)
    return rules.commitment(result.input_hash, blind), rules.commitment(result.result_hash, blind)


def found_of(result, table_l0, table_l1, *, k_pub) -> dict[str, dict]:
    """official → what `SubjectResult` keeps of him or her: pages and papers read that, and a recount compares it."""
    criteria, distribution = rules.criterion_table(result, table_l1), rules.distribution(result, table_l1, k_pub=k_pub)
    return {
        code: {
            "score": None if row.score is None else Decimal(row.score),
            "shown_score": row.score or "",
            "band": row.band or "",
            "rank": row.rank,
            "ranked_of": row.standing.ranked_of,
            "row_l0": table_l0["rows"][code],
            "row_l1": table_l1["rows"][code],
            "trace_l1": rules.public_trace(result, row, table_l1["rows"][code]),
            "trace_l2": row.trace,
            "criteria": criteria[code],
            "distribution": distribution[code],
            "measures": row.actions,
        }
        for code, row in result.officials.items()
    }


def subjects_of(round, manifest):
    """The session's officials by their code in the manifest, which is only a place in the order: the name must be the same."""
    subjects = {subject.code: subject for subject in round.session.subjects.all()}
    if {o["o"]: o["n"] for o in manifest["officials"]} != {code: subject.name for code, subject in subjects.items()}:
        raise RuleViolation(_("票卡上的名单与会议的述责述廉对象不同，不能计票：请监票人核对，记入会议记录"))
    return subjects


def _sheet(round, transcript, result, table):
    """The count sheet as plain values: what follows from the transcript, and cards, table and what came from outside as they were."""
    with box_refusals():
        counts = ballots.counts(round.sid)
    groups = {group.letter: group for group in round.groups.all()}
    found = counted_of(round, transcript, result, table)
    boxes = [
        {"letter": letter, "code": groups[letter].code, "name": groups[letter].name, **row}
        | {"unaccounted": row["missing"], "reason": groups[letter].unaccounted_reason}
        for letter, row in counts.items()
    ]
    return found | {
        "boxes": boxes, "table": _table(round), "came": came(round), "occasions": outside.frozen(round.session),
        "withdrawn": outside.withdrawn(round.session),
    }  # fmt: skip


def counted_of(round, transcript, result, table) -> dict:
    """The part of the count sheet that follows from the transcript alone: ballots, officials, what was not counted, roots."""
    groups = {group.letter: group for group in round.groups.all()}
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
        "manifest": round.box.manifest_code,
        "received": codec.long_code(transcript["received_root"]),
        "slips": codec.long_code(transcript["slips_root"]),
        "scheme": codec.long_code(manifest["scheme_hash"]),
    }
    aside = dict(Counter(entry["code"] for entry in transcript["invalid"]))
    return {"groups": conserved, "officials": officials, "aside": aside, "merged": _merged(result), "roots": roots}


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


@transaction.atomic
def decide(count, *, label: str, pool: str, chosen: list[str], reason: str, by, now):
    """Settle a tie across a quota, with the reason; the count is made once more with it. Only before anybody has signed."""
    count = Count.objects.held(count)
    if count.teller_at or count.scrutineer_at:
        raise RuleViolation(_("已经有人签字，裁定须在签字以前作出"))
    tied = next((n for n in count.decisions_needed if (n["label"], n["pool"]) == (label, pool)), None)
    if tied is None:
        raise RuleViolation(_("没有这项待裁定的名额"))
    if len(chosen) != tied["seats"] or not set(chosen) <= set(tied["candidates"]):
        raise RuleViolation(_("请从同分者中选出 %(n)d 人") % {"n": tied["seats"]})
    ruling = {"label": label, "pool": pool, "chosen": sorted(chosen), "candidates": tied["candidates"], "by": str(by)}
    ruling["reason"] = needed(reason, _("请写明裁定的理由"))
    _write(count, count.round, decisions=[*count.decisions, ruling])
    if not count.decisions_needed:
        notices.close(matter=reminders.matter(count.round.session, "rule"))
    audit.record("decide", count.round, by=by, label=label, pool=pool, chosen=sorted(chosen), result=count.result_hash)
