"""Places for the parts of charts that are drawn as SVG on the server, the same on pages and papers."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

ROW, HEAD = 18, 20
LEFT, RIGHT = 190, 490


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
    return {"rows": rows, "ticks": ticks, "floor": floor, "height": floor + 4}


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
