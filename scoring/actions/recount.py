"""复算: the stored transcript is checked and counted once more, by both programs that can, and laid beside what was frozen."""

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ballots import codec, verify
from ballots.models import Transcript
from core import audit
from scoring import rules


@dataclass(frozen=True)
class Recount:
    """How many ballots and officials were counted anew, and in words whatever is not as it was frozen."""

    ballots: int
    officials: int
    differing: list[str]


def recount(count, *, by) -> Recount:
    """Count the transcript again with `scoring.rules` and with `ballots.verify`, which share no line of code.

    The second also checks every signature and number of the transcript against the code on the cards. Nothing stored changes.
    """
    document = bytes(Transcript.objects.get(sid=count.round.sid, version=str(count.version)).document)
    differing = [] if hashlib.sha256(document).hexdigest() == count.transcript_sha else [_("开箱记录的摘要")]
    transcript = codec.parse(document)
    differing += differing_of_ours(count, transcript) + differing_of_theirs(count, document)
    audit.record("recount", count.round, by=by, version=count.version, result=count.result_hash, same=not differing)
    return Recount(len(transcript["received"]), len(count.result["subjects"]), differing)


def differing_of_ours(count, transcript):
    found = rules.score(**rules.from_transcript(transcript), decisions=count.settled)
    hashes = [
        (_("计分方案的摘要"), found.scheme_hash, count.scheme_hash),
        (_("输入摘要"), found.input_hash, count.input_hash),
        (_("结果摘要"), found.result_hash, count.result_hash),
        (_("公开的结果表"), rules.published(found, "L0"), count.table_l0),
        (_("会场的结果表"), rules.published(found, "L1"), count.table_l1),
    ]
    return [name for name, now, frozen in hashes if now != frozen]


def differing_of_theirs(count, document):
    mh = count.round.box.manifest_code
    try:
        _transcript, found = verify.verify(document, mh, {"decisions": count.settled} if count.decisions else None)
    except verify.Fault as fault:
        return [_("独立程序的核验：%(fault)s") % {"fault": fault}]
    frozen, names = count.result["subjects"], ("status", "score", "band", "rank")
    wrong = [code for code, row in frozen.items() if any(found["subjects"][code][name] != row[name] for name in names)]
    people = {result.subject.code: result.subject.name for result in count.subjects.select_related("subject")}
    return [_("独立程序算出的%(name)s的结果") % {"name": people[code]} for code in wrong]
