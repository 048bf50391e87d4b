"""How the ballots of one official lie in the bands, for the picture on a result sheet [D].

Only where the room may read every one of these ballots anyway (ballots.md §9.2, L3), and never with a band of one to four.
"""

from collections import Counter

from scoring.rules.outcome import band
from scoring.rules.publish import open_slips
from scoring.rules.scheme import K


def distribution(result, table: dict, *, k_pub: int) -> dict[str, list[dict]]:
    """official → [{"label", "n"}], a line for each band from the highest, beside an L1 table; an empty list where nothing may be shown.

    Counted are the ballots of all anonymous groups before any is trimmed. `k_pub`: slips from which those of a group are open.
    """
    named = {code for code, group in result.scheme.groups.items() if group.named}
    shown = open_slips(table, result.as_dict()["subjects"], k_pub=k_pub, named=named)
    return {code: _lines(result.scheme.raw, official, shown) for code, official in result.officials.items()}


def _lines(scheme, official, shown):
    groups = [group for group in official.groups.values() if not group.named and group.counted]
    if not groups or not scheme.get("bands") or any((group.code, official.code) not in shown for group in groups):
        return []
    cells = Counter(band(scheme, value) for group in groups for value in group.ballots)
    if any(n < K for n in cells.values()):
        return []
    return [{"label": entry["label"], "n": cells[entry["label"]]} for entry in scheme["bands"]]
