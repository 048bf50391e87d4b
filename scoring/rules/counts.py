"""Step 2: every ballot is accounted for (scoring.md §4.2)."""

from collections import Counter
from dataclasses import dataclass, field

from scoring.rules.errors import ScoringError
from scoring.rules.scheme import Scheme
from scoring.rules.slips import Reader, Slip


@dataclass
class Pile:
    """The slips of one official from one rater group, whatever boxes they lay in."""

    returned: int = 0
    valid: int = 0
    invalid: int = 0
    abstain: int = 0
    counted: list[Slip] = field(default_factory=list)

    def add(self, slip: Slip) -> None:
        self.returned += 1
        self.valid += slip.status == "VALID"
        self.invalid += slip.status == "INVALID"
        self.abstain += slip.status == "ABSTAIN"
        if slip.counts:
            self.counted.append(slip)

    def __add__(self, other: "Pile") -> "Pile":
        names = ("returned", "valid", "invalid", "abstain", "counted")
        return Pile(*(getattr(self, name) + getattr(other, name) for name in names))

    def as_dict(self) -> dict:
        """returned = valid + invalid + abstain; valid = counted + 不了解 (§4.2)."""
        numbers = {name: getattr(self, name) for name in ("returned", "valid", "invalid", "abstain")}
        return numbers | {"counted": len(self.counted)}


@dataclass(frozen=True)
class Boxes:
    """Which box belongs to which group and rates whom."""

    group: dict[str, str]
    scope: dict[str, set[str]]

    def in_scope(self, official: str) -> set[str]:
        """The ballot groups that rate this official in at least one of their boxes."""
        return {code for box, code in self.group.items() if official in self.scope[box]}


def arrange(scheme: Scheme, officials: list, boxes=None, scope=None) -> Boxes:
    """Boxes as in the manifest; without it one for each ballot group, under the code of the group; all rate all."""
    group = dict(boxes or {code: code for code, group in scheme.groups.items() if not group.figures})
    codes = {official["code"] for official in officials}
    for box, code in group.items():
        if code not in scheme.groups or scheme.groups[code].figures:
            raise ScoringError("unknown_box", box)
    scope = scope or {}
    for box, rated in scope.items():
        if box not in group and not (box in scheme.groups and scheme.groups[box].figures):
            raise ScoringError("unknown_box", box)
        if unknown := set(rated) - codes:
            raise ScoringError("unknown_official", min(unknown))
    return Boxes(group, {box: set(scope.get(box, codes)) for box in group})


def judge(scheme: Scheme, officials: list, slips: list[dict], boxes: Boxes) -> list[Slip]:
    """Every slip judged; one from an unknown box or for an unknown official is an error, not an invalid vote."""
    reader, codes = Reader(scheme), {official["code"] for official in officials}
    judged = []
    for slip in slips:
        if slip["g"] not in boxes.group:
            raise ScoringError("unknown_box", slip["g"])
        if slip["o"] not in codes:
            raise ScoringError("unknown_official", slip["o"])
        judged.append(reader.judge(slip, in_scope=slip["o"] in boxes.scope[slip["g"]]))
    return judged


def piles(scheme: Scheme, officials: list, judged: list[Slip], boxes: Boxes) -> dict[str, dict[str, Pile]]:
    """official → ballot group → its slips."""
    ballot_groups = [code for code, group in scheme.groups.items() if not group.figures]
    result = {official["code"]: {code: Pile() for code in ballot_groups} for official in officials}
    for slip in judged:
        result[slip.official][boxes.group[slip.box]].add(slip)
    return result


def ballots_returned(judged: list[Slip], boxes: Boxes) -> dict[str, int]:
    """Ballots per box when only slips are known: as many as there are slips for the official with most of them."""
    most = dict.fromkeys(boxes.group, 0)
    for (box, _official), n in Counter((slip.box, slip.official) for slip in judged).items():
        most[box] = max(most[box], n)
    return most


def conservation(boxes: Boxes, returned: dict, issued: dict | None) -> dict[str, dict[str, int]]:
    """Per box: issued = returned + missing. Where nothing is said of the cards drawn, as many as came back."""
    issued = issued or {}
    if unknown := set(issued) - set(boxes.group):
        raise ScoringError("unknown_box", min(unknown))
    table = {}
    for box in boxes.group:
        back = returned.get(box, 0)
        out = issued.get(box, back)
        table[box] = {"issued": out, "returned": back, "missing": out - back}
    return table


def void_boxes(table: dict) -> list[str]:
    """More ballots came back than went out: the round of this box is void until repeated (§4.2)."""
    return [box for box, row in table.items() if row["missing"] < 0]


def has_quorum(scheme: Scheme, table: dict) -> bool:
    """All returned must be more than quorum × issued (§3)."""
    if scheme.quorum is None:
        return True
    returned, issued = (sum(row[name] for row in table.values()) for name in ("returned", "issued"))
    return returned > scheme.quorum * issued
