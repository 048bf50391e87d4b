"""复算: the stored transcript is checked and counted once more, by both programs that can, and laid beside what was frozen."""

import hashlib
import json
import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ballots import codec, verify
from ballots.models import Transcript
from core import audit
from scoring import rules
from scoring.actions import count as counting


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
    """Everything of the count that a page or a paper shows and that follows from the transcript."""
    found = rules.score(**rules.from_transcript(transcript), **count.given)
    input_hash, result_hash = counting.blinded(transcript, found)
    table_l0, table_l1 = rules.published(found, "L0"), rules.published(found, "L1")
    counted = stored(counting.counted_of(count.round, transcript, found, table_l1))
    return [
        digest(_("计分方案的摘要"), found.scheme_hash, count.scheme_hash),
        digest(_("输入摘要"), input_hash, count.input_hash),
        digest(_("结果摘要"), result_hash, count.result_hash),
        Check(_("监票人看的准确结果"), stored(found.as_dict()) == count.result),
        Check(_("公开的结果表"), table_l0 == count.table_l0),
        Check(_("会场的结果表"), table_l1 == count.table_l1),
        *checks_of_publication(count, table_l0, table_l1),
        Check(_("计票报告单的票数和根码"), counted == {name: count.sheet[name] for name in counted}),
        *checks_of_people(count, counting.found_of(found, table_l0, table_l1, k_pub=transcript["manifest"]["k_pub"])),
    ]


def stored(value):
    """As the database gives it back."""
    return json.loads(json.dumps(value))


def equal(kept, found):
    return kept == (found if isinstance(found, Decimal) else stored(found))


def same_steps(kept, found):
    """Whether the steps hold no other figures than those found today: a later program may word them otherwise and tell more."""
    return bool(kept) == bool(found) and figures(kept) <= figures(found)


def figures(trace):
    said = (f"{step['text']} {step.get('exact', '')}" for step in trace)
    return {number for text in said for number in re.findall(r"\d+(?:[./]\d+)?", text)}


def same_lines(kept, found):
    """Counts made before there were distributions have none."""
    return kept in ([], found)


SAME = {"trace_l1": same_steps, "trace_l2": same_steps, "distribution": same_lines}


def checks_of_publication(count, table_l0, table_l1):
    if count.is_published:
        went_out = (count.publication.table_l0, count.publication.table_l1)
        yield Check(_("公布时的结果表"), (table_l0, table_l1) == went_out)


def checks_of_people(count, found):
    """The rows from which pages, wall and papers are drawn."""
    for result in count.subjects.select_related("subject"):
        row = found[result.subject.code]
        is_same = all(SAME.get(name, equal)(getattr(result, name), row[name]) for name in row)
        yield Check(_("%(name)s的结果单和计算步骤") % {"name": result.subject.name}, is_same)


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
