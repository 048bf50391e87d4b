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
        return "bad", _("差 %(n)d 题") % {"n": low - n}
    return ("ok", _("已选够")) if n <= high else ("bad", _("多 %(n)d 题") % {"n": n - high})
