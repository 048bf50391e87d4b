"""Places for the parts of charts that are drawn as SVG on the server, the same on pages and papers."""

from collections import Counter
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

ROW, HEAD = 18, 20
LEFT, RIGHT = 190, 490
STRIP = 110
BAR, BARS = 20, 200  # a line of bars, the longest of them


def dots(criteria, *, left=LEFT, right=RIGHT, row=ROW, head=HEAD):
    """A dot for the official and a stroke for the median in every criterion, on one cut scale of rates.

    `criteria`: [{"name", "max", "score", "median": optional}]. The scale goes from the next step under the lowest rate to
    the next over the highest; a cut scale is why these are dots and never bars. Across, coordinates are texts. The usual
    places are for a 640 wide box.
    """
    rates = [rate for line in criteria for rate in (_rate(line, "score"), _rate(line, "median")) if rate is not None]
    low, high, step = _rate_ends(min(rates), max(rates))
    x = _across(low, high, left, right)
    rows, arm = [], (row + 2) // 4
    for at, line in enumerate(criteria):
        y, median = head + row * at + row // 2, _rate(line, "median")
        place = {"y": y, "text_y": y + 4, "top": y - arm, "bottom": y + arm, "score_x": x(_rate(line, "score"))}
        rows.append({**line, **place, "median_x": "" if median is None else x(median)})
    ticks = [{"x": x(rate), "label": f"{rate * 100:.0f}%"} for rate in _steps(low, high, step)]
    floor = head + row * len(criteria)
    has_medians = any(row["median_x"] for row in rows)
    return {"rows": rows, "ticks": ticks, "floor": floor, "height": floor + 4, "has_medians": has_medians}


def strip(rows):
    """Marks as dots on one scale, a line for each row: `rows`: [{"name", "marks": [texts], "apart": [texts]}]; those apart stand outside
    the order and are drawn as crosses. Equal marks of a row stand above each other. For a 640 wide box, like `dots`."""
    marks = [Decimal(mark) for row in rows for mark in (*row["marks"], *row["apart"])]
    x, ticks = scale(marks, left=STRIP, right=RIGHT + 130)
    lines, y = [], HEAD
    for row in rows:
        within, apart = Counter(map(Decimal, row["marks"])), Counter(map(Decimal, row["apart"]))
        piles = within + apart
        y += ROW + 2 + 8 * max(piles.values())
        dots = [
            {"x": x(mark), "y": y - 11 - 8 * n, "is_apart": n >= within[mark]}
            for mark, many in sorted(piles.items())
            for n in range(many)
        ]
        lines.append({**row, "y": y, "text_y": y - 8, "dots": dots})
    legend = y + ROW if any(row["apart"] for row in rows) else None
    return {"rows": lines, "ticks": ticks, "floor": y, "legend_y": legend, "height": (legend or y) + 4}


def bars(lines):
    """How many of each: `lines`: [{"label", "n"}], at least one. Counts begin at nothing, so these are bars. For a 640 wide box, of which
    the left half is enough: a telephone shows no more."""
    most = max(line["n"] for line in lines) or 1
    rows = [
        {**line, "y": y, "text_y": y + 10, "width": f"{BARS * line['n'] / most:.1f}"}
        for line, y in zip(lines, range(BAR // 2, BAR * len(lines) + BAR // 2, BAR), strict=True)
    ]
    return {"rows": rows, "height": BAR * (len(rows) + 1)}


def scale(marks, *, left, right, least=1, most=None):
    """(place of a mark across, ticks) of an axis with round ends around these marks, ticks at least `least` apart, none beyond `most`."""
    low, high, step = _ends(min(marks), max(marks), least)
    high = high if most is None else min(high, most)
    x = _across(low, high, left, right)
    return x, _ticks(low, high, step, x)


def _across(low, high, left, right):
    return lambda value: f"{left + (value - low) * (right - left) / (high - low):.1f}"


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


def _ends(lowest, highest, least=1):
    """Round ends under the lowest and over the highest mark, and a step that gives three to eight ticks."""
    steps = map(Decimal, ("1", "2", "5", "10", "20", "50", "100", "200"))
    step = next(step for step in steps if step >= least and highest - lowest <= 6 * step)
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
    if value in (None, ""):
        return None
    rate = Fraction(value) / Fraction(row["max"])  # a full mark may be a fraction
    return Decimal(rate.numerator) / rate.denominator


def _rate_ends(lowest, highest):
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
