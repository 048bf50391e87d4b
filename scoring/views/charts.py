"""Places for the parts of the charts on a result page; the pictures themselves stand in templates (S: SVG, a table behind each)."""

from decimal import Decimal

from django.utils.translation import gettext as _

from core import charts
from scoring import policies, rules

WIDTH = 420
LEFT, RIGHT, STEP = 250, 640, 34


def band_scale(body, score, band):
    """Where the score stands on the scale of bands, from a little below the lowest line that matters to the full mark."""
    bands = body.get("bands", [])
    if not bands:
        return None
    total, value = Decimal(str(body.get("total", 100))), Decimal(score)
    edges = [Decimal(str(entry["min"])) for entry in bands]
    inner = [edge for edge in edges if edge > 0]
    low = max(Decimal(0), min(inner) - total / 5) if inner else Decimal(0)
    low = Decimal(0) if value < low else low

    def x(mark):
        return f"{float((max(mark, low) - low) * WIDTH / (total - low)):.1f}"

    pieces, top = [], total
    for entry, edge in zip(bands, edges, strict=True):
        middle = (max(edge, low) + top) / 2
        pieces.append({"label": entry["label"], "x": x(middle), "from": x(edge), "to": x(top), "here": edge <= value < top or (top == total and value == total)})  # fmt: skip
        top = max(edge, low)
    ticks = [{"x": x(edge), "label": str(edge.normalize() if edge % 1 else int(edge))} for edge in inner]
    here = next((piece for piece in pieces if piece["here"]), None)
    return {"pieces": pieces, "ticks": ticks, "x": x(value), "here": here, "score": score, "band": band}


def criteria_dots(criteria):
    """The chart of criteria against the median, with the words beside each dot."""
    rows = [{"name": c["name"], "max": c["max"], "score": c["value"], "median": c["median"]} for c in criteria]
    drawn = charts.dots(rows)
    for place, row in enumerate(drawn["rows"]):
        row["y"] = 34 + STEP * place + 17
        row["base"] = 34 + STEP * (place + 1)
        row["word_y"] = row["y"] + 5
        row["score_x"], row["median_x"] = stretched(row["score_x"]), stretched(row["median_x"])
        row["top"], row["bottom"] = row["y"] - 9, row["y"] + 9
        row["against"] = against(row)
        row["short"] = row["name"].split("（")[0]
    ticks = [{"x": stretched(tick["x"]), "label": tick["label"]} for tick in drawn["ticks"]]
    floor = 34 + STEP * len(rows)
    return {"rows": drawn["rows"], "ticks": ticks, "floor": floor, "height": floor + 4, "has_medians": drawn["has_medians"]}


def against(row):
    """高 0.16, 低 0.24, 相同."""
    if row["median"] is None:
        return ""
    by = Decimal(row["score"]) - Decimal(row["median"])
    if not by:
        return _("相同")
    return (_("高 %(by)s") if by > 0 else _("低 %(by)s")) % {"by": abs(by)}


def stretched(x):
    """From the paper's columns to the page's."""
    if not x:
        return ""
    return f"{LEFT + (float(x) - charts.LEFT) * (RIGHT - LEFT) / (charts.RIGHT - charts.LEFT):.1f}"


def group_dots(count, found, level):
    """Means of the groups: a dot where the value may be shown, a dashed field where it is withheld."""
    plan = count.round.scheme.plan()
    values = found.row_l1.get("groups", {})
    exact = count.result["subjects"][found.subject.code].get("groups", {})
    if not values:
        return None
    rows, marks = [], []
    for code, text in values.items():
        shown = "" if text in (rules.HIDDEN, rules.MISSING) else text
        if level == policies.L2 and exact[code]["value"] is not None:
            numerator, _slash, denominator = exact[code]["value"].partition("/")
            shown = f"{Decimal(numerator) / Decimal(denominator or 1):.4f}"
        rows.append({"name": plan.groups[code].name.split("（")[0], "named": plan.groups[code].named, "text": shown, "hidden": text == rules.HIDDEN and not shown})  # fmt: skip
        marks += [Decimal(shown)] if shown else []
    if marks:
        low, high = min(marks), max(marks)
        low, high = max(Decimal(0), (low - 1) // 5 * 5), min(Decimal(str(plan.raw.get("total", 100))), ((high + 1) // 5 + 1) * 5)
    else:
        low, high = Decimal(0), Decimal(100)
    step = max(Decimal(5), ((high - low) / 5) // 5 * 5)

    def x(mark):
        return f"{LEFT + float((mark - low) * (RIGHT - LEFT) / (high - low)):.1f}"

    for place, row in enumerate(rows):
        row["y"] = 34 + 48 * place + 24
        row["base"], row["word_y"] = 34 + 48 * (place + 1), row["y"] + 5
        row["box_y"] = row["y"] - 16
        row["x"] = x(Decimal(row["text"])) if row["text"] else ""
    ticks, mark = [], low
    while mark <= high:
        ticks.append({"x": x(mark), "label": f"{mark:f}"})
        mark += step
    floor = 34 + 48 * len(rows)
    return {"rows": rows, "ticks": ticks, "floor": floor, "height": floor + 4}
