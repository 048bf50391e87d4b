"""问廉: how many questions each official is asked, and why they may not be sealed yet."""

from django.utils.translation import gettext as _


def sealing_blockers(selected: list[tuple[str, int]], *, low: int, high: int) -> list[str]:
    """Every reason the questions may not be sealed; an empty list means they may. `selected` is (name, how many) for each subject."""
    reasons = []
    for name, n in selected:
        if n < low:
            reasons.append(_("%(name)s只入选 %(n)d 题，还差 %(more)d 题") % {"name": name, "n": n, "more": low - n})
        elif n > high:
            reasons.append(_("%(name)s入选 %(n)d 题，多于 %(high)d 题") % {"name": name, "n": n, "high": high})
    return reasons


def selection(n: int, *, low: int, high: int) -> tuple[str, str]:
    """The state of one subject's selection, as (kind of badge, words)."""
    if n < low:
        return "warn", _("差 %(n)d 题") % {"n": low - n}
    return ("ok", _("已选够")) if n <= high else ("bad", _("多 %(n)d 题") % {"n": n - high})


def floor_withdrawal_blockers(*, is_from_floor: bool, is_noted: bool, has_commitment: bool) -> list[str]:
    """Every reason why a question put in the hall may not be taken back as noted by mistake; `is_noted`: something of its answer is."""
    if not is_from_floor:
        return [_("会前选定的问题问过以后不能撤回，只有误记的现场提问可以")]
    reasons = [_("已经记下答复，现场提问不能撤回")] if is_noted else []
    return reasons + ([_("已经记下答问时的承诺，现场提问不能撤回")] if has_commitment else [])
