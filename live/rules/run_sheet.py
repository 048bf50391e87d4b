"""The order of the run sheet: what may be moved where. Items are anything with `kind`, `subject` and `state`."""

from itertools import groupby

from django.utils.translation import gettext as _

EXTRAS = ("FLOOR", "HANDS", "BREAK", "BRIEFING", "COUNT", "ANNOUNCEMENT")  # what may be added and taken out again
VOTE = ("BRIEFING", "COUNT", "ANNOUNCEMENT")  # what goes with it where the result is told in the meeting itself
TOLD = ("SCORING", "COUNT", "ANNOUNCEMENT")
TEMPLATES = {"BASIC": (), "DISPERSED": VOTE, "CONCENTRATED": ("BREAK", *VOTE)}


def blocks(items: list) -> list[list]:
    """What is moved together: the items of one official, and each that is nobody's."""
    found = []
    for subject, group in groupby(items, key=lambda item: item.subject):
        together = list(group)
        found += [together] if subject else [[item] for item in together]
    return found


def is_open(block: list) -> bool:
    """Whether all of it is still to come. One gone back from is, and is moved with the time it took."""
    return all(item.state == "TODO" for item in block)


def order_blockers(items: list) -> list[str]:
    """Every reason why the items may not stand in this order (HB15, HB19)."""
    kinds = [item.kind for item in items]
    last_comment = max((n for n, kind in enumerate(kinds) if kind in ("COMMENT", "HANDS")), default=-1)
    reasons = []
    if kinds[0] != "OPENING" or kinds[-1] != "CLOSING":
        reasons.append(_("开场在最前，会议结束在最后"))
    if kinds.index("SCORING") < last_comment:
        reasons.append(_("评议打分要在全部点评之后"))
    if "BRIEFING" in kinds and kinds.index("SCORING") < kinds.index("BRIEFING"):
        reasons.append(_("说明评议办法要在评议打分之前"))
    told = [kind for kind in kinds if kind in TOLD]
    if told != sorted(told, key=TOLD.index):
        reasons.append(_("评议打分以后才能计票，计票以后才能宣布结果"))
    return reasons


def moved(items: list, key: str, by: int) -> list:
    """The items with the block of `key` one place up (-1) or down (1); as they were where it cannot go there."""
    found = blocks(items)
    at = next((n for n, block in enumerate(found) if any(item.key == key for item in block)), None)
    if at is None or not 0 <= at + by < len(found) or not (is_open(found[at]) and is_open(found[at + by])):
        return items
    found[at], found[at + by] = found[at + by], found[at]
    new = [item for block in found for item in block]
    return items if order_blockers(new) else new


def place_of_break(items: list) -> int | None:
    """Where a break goes: between two blocks still to come, nearest to the middle of the officials; None where none is left."""
    found = blocks(items)
    middle = 1 + (sum(bool(block[0].subject) for block in found) + 1) // 2
    free = [n for n in range(1, len(found)) if is_open(found[n])]
    at = min(free, key=lambda n: abs(n - middle), default=None)
    return None if at is None else sum(len(block) for block in found[:at])
