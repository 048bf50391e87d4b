"""复算: the stored transcript is checked and counted once more, by both programs that can, and laid beside what was frozen."""

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ballots import codec, verify
from ballots.models import Transcript
from core import audit
from scoring import rules


@dataclass(frozen=True)
class Check:
    """One thing that is compared: what was frozen, what is found today (digests only), and whether the two are the same."""

    name: str
    is_same: bool
    frozen: str = ""
    found: str = ""


@dataclass(frozen=True)
class Recount:
    """How many ballots and officials were counted anew, and everything that was compared."""

    ballots: int
    officials: int
    checks: list[Check]

    @property
    def differing(self) -> list[str]:
        """In words whatever is not as it was frozen."""
        return [check.name for check in self.checks if not check.is_same]


def recount(count, *, by) -> Recount:
    """Count the transcript again with `scoring.rules` and with `ballots.verify`, which share no line of code.

    The second also checks every signature and number of the transcript against the code on the cards. Nothing stored changes.
    """
    document = bytes(Transcript.objects.get(sid=count.round.sid, version=str(count.version)).document)
    checks = [digest(_("开箱记录的摘要"), hashlib.sha256(document).hexdigest(), count.transcript_sha)]
    transcript = codec.parse(document)
    found = Recount(
        len(transcript["received"]),
        len(count.result["subjects"]),
        checks + checks_of_ours(count, transcript) + checks_of_theirs(count, document),
    )
    same = not found.differing
    audit.record("recount", count.round, by=by, version=count.version, result=count.result_hash, same=same)
    return found


def digest(name, found, frozen):
    return Check(name, found == frozen, frozen, found)


def checks_of_ours(count, transcript):
    found = rules.score(**rules.from_transcript(transcript), **count.given)
    return [
        digest(_("计分方案的摘要"), found.scheme_hash, count.scheme_hash),
        digest(_("输入摘要"), found.input_hash, count.input_hash),
        digest(_("结果摘要"), found.result_hash, count.result_hash),
        Check(_("公开的结果表"), rules.published(found, "L0") == count.table_l0),
        Check(_("会场的结果表"), rules.published(found, "L1") == count.table_l1),
    ]


def checks_of_theirs(count, document):
    mh = count.round.box.manifest_code
    try:
        _transcript, found = verify.verify(document, mh, count.given or None)
    except verify.Fault as fault:
        return [Check(_("独立程序的核验：%(fault)s") % {"fault": fault}, is_same=False)]
    frozen, names = count.result["subjects"], ("status", "score", "band", "rank")
    people = {result.subject.code: result.subject.name for result in count.subjects.select_related("subject")}
    return [
        Check(
            _("独立程序算出的%(name)s的结果") % {"name": people[code]},
            all(found["subjects"][code][name] == row[name] for name in names),
        )
        for code, row in frozen.items()
    ]
