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


def test_a_missing_median_has_no_place():
    assert charts.dots([row("80"), row("90", "")])["rows"][1]["median_x"] == ""
