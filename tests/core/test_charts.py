from decimal import Decimal

import pytest

from core import charts


def row(score, median=None, top=100):
    return {"name": "作风建设", "max": top, "score": score, "median": median}


def test_scale_is_cut_to_round_ends_around_the_rates():
    chart = charts.dots([row("7.12", "6.96", 8), row("9.96", "10.20", 12)])

    assert [tick["label"] for tick in chart["ticks"]] == ["80%", "85%", "90%"]
    assert [tick["x"] for tick in chart["ticks"]] == ["190.0", "340.0", "490.0"]


def test_dots_stand_at_their_rates():
    first, second = charts.dots([row("80"), row("100")])["rows"]

    assert (first["score_x"], second["score_x"]) == ("190.0", "490.0")
    assert second["y"] - first["y"] == charts.ROW


def test_equal_rates_still_make_a_scale():
    chart = charts.dots([row("100", "100")])

    assert [tick["label"] for tick in chart["ticks"]] == ["90%", "95%", "100%"]
    assert chart["rows"][0]["score_x"] == chart["rows"][0]["median_x"] == "490.0"


def test_far_rates_get_wider_steps():
    assert [tick["label"] for tick in charts.dots([row("0"), row("100")])["ticks"]] == ["0%", "20%", "40%", "60%", "80%", "100%"]


def test_a_full_mark_may_be_a_fraction():
    assert charts.dots([row("10.00", top="25/2"), row("90.00")])["rows"][0]["score_x"] == "190.0"


def test_a_missing_median_has_no_place():
    assert charts.dots([row("80"), row("90", "")])["rows"][1]["median_x"] == ""


def test_a_strip_stacks_equal_marks_of_a_row():
    chart = charts.strip(
        [{"name": "镇办", "marks": ["81.5", "88.0", "81.5"], "apart": []}, {"name": "部门", "marks": ["84.0"], "apart": []}]
    )

    first, second = chart["rows"]
    assert first["dots"][0]["x"] == first["dots"][1]["x"]
    assert first["dots"][0]["y"] - first["dots"][1]["y"] == 8
    assert first["y"] < second["y"] == chart["floor"]
    assert [tick["label"] for tick in chart["ticks"]] == ["80", "82", "84", "86", "88"]


def test_a_strip_marks_who_stands_outside_the_order_by_shape_and_says_so():
    within = charts.strip([{"name": "镇办", "marks": ["81.5", "88.0"], "apart": []}])
    apart = charts.strip([{"name": "镇办", "marks": ["81.5"], "apart": ["81.5", "88.0"]}])

    assert [dot["is_apart"] for dot in within["rows"][0]["dots"]] == [False, False]
    assert [dot["is_apart"] for dot in apart["rows"][0]["dots"]] == [False, True, True]
    assert within["legend_y"] is None
    assert apart["floor"] < apart["legend_y"] < apart["height"]


@pytest.mark.parametrize(("marks", "labels"), [(["85", "85"], ["84", "85", "86"]), (["0", "0"], ["0", "1", "2"])])
def test_marks_without_a_range_still_have_a_scale(marks, labels):
    chart = charts.course([{"label": str(n), "mark": mark} for n, mark in enumerate(marks)])

    assert [tick["label"] for tick in chart["ticks"]] == labels
    assert [point["x"] for point in chart["points"]] == ["60.0", "600.0"]


@pytest.mark.parametrize(
    ("full", "marks", "labels"),
    [
        (100, ["81.5", "83"], ["75", "80", "85"]),
        (100, ["100"], ["95", "100"]),
        (100, [], ["0", "20", "40", "60", "80", "100"]),
        (12, ["11.5"], ["5", "10"]),
    ],
)
def test_the_scale_of_means_ends_at_the_full_mark(full, marks, labels):
    most = Decimal(full)
    x, ticks = charts.scale([Decimal(mark) for mark in marks] or [Decimal(0), most], left=250, right=640, least=5, most=most)

    assert [tick["label"] for tick in ticks] == labels
    assert x(Decimal(labels[0])) == "250.0"
    assert Decimal(labels[-1]) <= most


def test_bars_begin_at_nothing_and_end_where_a_telephone_does():
    drawn = charts.bars([{"label": "好", "n": 40}, {"label": "较好", "n": 10}, {"label": "差", "n": 0}])

    assert [row["width"] for row in drawn["rows"]] == ["200.0", "50.0", "0.0"]
    assert [row["y"] for row in drawn["rows"]] == [10, 30, 50]
    assert drawn["height"] == 80
