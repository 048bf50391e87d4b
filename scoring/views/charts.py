"""Places for the parts of the charts on a result page; the pictures themselves stand in templates (S: SVG, a table behind each)."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from core import charts
from scoring import policies, rules
from scoring.forms.table import exact

WIDTH = 420
LEFT, RIGHT, HEAD = 250, 640, 34
STEP, GROUP = 34, 48  # a line of a criterion, of a group


def band_scale(body, score, band):
    """Where the score stands on the scale of bands, from a little below the lowest line that matters to the full mark."""
    bands = body.get("bands", [])
    if not bands:
        return None
    value, edges = rules.number(score), [rules.number(entry["min"]) for entry in bands]
    total = max(rules.number(body.get("total", 100)), value, *edges)  # without a ceiling a score may pass the full mark
    inner = [edge for edge in edges if edge > 0]
    low = max(0, min(inner) - total / 5) if inner else 0
    low = 0 if value < low else low

    def x(mark):
        return f"{float((max(mark, low) - low) * WIDTH / (total - low)):.1f}"

    pieces, top = [], total
    for entry, edge in zip(bands, edges, strict=True):
        middle = (max(edge, low) + top) / 2
        pieces.append({"label": entry["label"], "x": x(middle), "from": x(edge), "to": x(top), "here": edge <= value < top or (top == total and value == total)})  # fmt: skip
        top = max(edge, low)
    ticks = [{"x": x(edge), "label": entry["min"]} for entry, edge in zip(bands, edges, strict=True) if edge > 0]
    here = next((piece for piece in pieces if piece["here"]), None)
    return {"pieces": pieces, "ticks": ticks, "x": x(value), "here": here, "score": score, "band": band}


def criteria_dots(criteria):
    """The chart of criteria against the median, with the words beside each dot."""
    rows = [{"name": c["name"], "max": c["max"], "score": c["value"], "median": c["median"]} for c in criteria]
    drawn = charts.dots(rows, left=LEFT, right=RIGHT, row=STEP, head=HEAD)
    for row in drawn["rows"]:
        row |= {"base": row["y"] + STEP // 2, "word_y": row["y"] + 5}
        row |= {"against": against(row), "short": row["name"].split("（")[0]}
    return drawn


def against(row):
    """高 0.16, 低 0.24, 相同."""
    if row["median"] is None:
        return ""
    by = Decimal(row["score"]) - Decimal(row["median"])
    if not by:
        return _("相同")
    return (_("高 %(by)s") if by > 0 else _("低 %(by)s")) % {"by": abs(by)}


def group_dots(count, found, level):
    """Means of the groups: a dot where the value may be shown, a dashed field where it is withheld."""
    plan = count.round.scheme.plan()
    values = found.row_l1.get("groups", {})
    values_l2 = count.result["subjects"][found.subject.code].get("groups", {})
    if not values:
        return None
    rows, marks = [], []
    for code, text in values.items():
        shown = "" if text in (rules.HIDDEN, rules.MISSING) else text
        if level == policies.L2 and values_l2[code]["value"] is not None:
            shown = f"{exact(Fraction(values_l2[code]['value'])):.4f}"
        rows.append({"name": plan.groups[code].name.split("（")[0], "named": plan.groups[code].named and not plan.groups[code].figures, "text": shown, "hidden": text == rules.HIDDEN and not shown})  # fmt: skip
        marks += [Decimal(shown)] if shown else []
    most = max([exact(plan.total), *marks])
    x, ticks = charts.scale(marks or [Decimal(0), most], left=LEFT, right=RIGHT, least=5, most=most)
    for place, row in enumerate(rows):
        y = HEAD + GROUP * place + GROUP // 2
        row |= {
            "y": y,
            "base": y + GROUP // 2,
            "word_y": y + 5,
            "box_y": y - 16,
            "x": x(Decimal(row["text"])) if row["text"] else "",
        }
    floor = HEAD + GROUP * len(rows)
    return {"rows": rows, "ticks": ticks, "floor": floor, "height": floor + 4}
