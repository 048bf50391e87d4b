"""Places for the parts of charts that are drawn as SVG on the server, the same on pages and papers."""

from collections import Counter
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

ROW, HEAD = 18, 20
LEFT, RIGHT = 190, 490
STRIP = 110


def dots(criteria):
    """A dot for the official and a stroke for the median in every criterion, on one cut scale of rates.

    `criteria`: [{"name", "max", "score", "median": optional}]. The scale goes from the next step under the lowest rate to
    the next over the highest; a cut scale is why these are dots and never bars. Coordinates are texts, for a 640 wide box.
    """
    rates = [rate for row in criteria for rate in (_rate(row, "score"), _rate(row, "median")) if rate is not None]
    low, high, step = _scale(min(rates), max(rates))

    def x(rate):
        return f"{LEFT + (rate - low) * (RIGHT - LEFT) / (high - low):.1f}"

    rows = []
    for at, row in enumerate(criteria):
        y, median = HEAD + ROW * at + 9, _rate(row, "median")
        place = {"y": y, "text_y": y + 4, "top": y - 5, "bottom": y + 5, "score_x": x(_rate(row, "score"))}
        rows.append({**row, **place, "median_x": "" if median is None else x(median)})
    ticks = [{"x": x(rate), "label": f"{rate * 100:.0f}%"} for rate in _steps(low, high, step)]
    floor = HEAD + ROW * len(criteria)
    has_medians = any(row["median_x"] for row in rows)
    return {"rows": rows, "ticks": ticks, "floor": floor, "height": floor + 4, "has_medians": has_medians}


def strip(rows):
    """Marks as dots on one scale, a line for each row: `rows`: [{"name", "marks": [texts]}]. Equal marks of a row stand above each
    other. For a 640 wide box, like `dots`."""
    marks = [Decimal(mark) for row in rows for mark in row["marks"]]
    low, high, step = _ends(min(marks), max(marks))

    def x(mark):
        return f"{STRIP + (mark - low) * (RIGHT + 140 - STRIP) / (high - low):.1f}"

    lines, y = [], HEAD
    for row in rows:
        piles = Counter(map(Decimal, row["marks"]))
        y += ROW + 2 + 8 * max(piles.values())
        dots = [{"x": x(mark), "y": y - 11 - 8 * n} for mark, many in sorted(piles.items()) for n in range(many)]
        lines.append({**row, "y": y, "text_y": y - 8, "dots": dots})
    return {"rows": lines, "ticks": _ticks(low, high, step, x), "floor": y, "height": y + 4}


def course(points):
    """A mark at each of several meetings, oldest first: `points`: [{"label", "mark": text}], at least one. For a 640 × 160 box."""
    marks = [Decimal(point["mark"]) for point in points]
    low, high, step = _ends(min(marks), max(marks))

    def y(mark):
        return f"{130 - (mark - low) * 105 / (high - low):.1f}"

    apart = 540 / max(len(points) - 1, 1)
    placed = [
        {**point, "x": f"{60 + apart * n:.1f}", "y": y(mark), "text_y": f"{float(y(mark)) - 9:.1f}"}
        for n, (point, mark) in enumerate(zip(points, marks, strict=True))
    ]
    path = " ".join(f"{point['x']},{point['y']}" for point in placed)
    return {"points": placed, "path": path, "ticks": _ticks(low, high, step, y)}


def _ends(lowest, highest):
    """Round ends under the lowest and over the highest mark, and a step that gives three to eight ticks."""
    step = next(step for step in map(Decimal, ("1", "2", "5", "10", "20", "50", "100", "200")) if highest - lowest <= 6 * step)
    low = (lowest / step).to_integral_value(ROUND_FLOOR) * step
    high = (highest / step).to_integral_value(ROUND_CEILING) * step
    if high - low < 2 * step:
        low = max(low - step, Decimal(0))
        high = low + 2 * step
    return low, high, step


def _ticks(low, high, step, place):
    return [{"at": place(low + step * n), "label": f"{low + step * n:f}"} for n in range(int((high - low) / step) + 1)]


def _rate(row, key):
    value = row.get(key)
    return None if value in (None, "") else Decimal(str(value)) / Decimal(str(row["max"]))


def _scale(lowest, highest):
    """Round ends and a step that gives three to seven ticks; at least two steps wide, never past 0 or 100 %."""
    step = next(step for step in map(Decimal, ("0.05", "0.1", "0.2")) if highest - lowest <= 5 * step or step == Decimal("0.2"))
    low = (lowest / step).to_integral_value(ROUND_FLOOR) * step
    high = (highest / step).to_integral_value(ROUND_CEILING) * step
    while high - low < 2 * step:
        if high < 1:
            high += step
        else:
            low -= step
    return low, high, step


def _steps(low, high, step):
    return [low + step * n for n in range(int((high - low) / step) + 1)]
