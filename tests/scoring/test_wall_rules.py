"""What the announced result says, whatever was counted: which part of a unit's name, and which rank."""

import pytest

from scoring.actions import sheets


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["澜江市云澜区城市管理综合行政执法局", "澜江市云澜区教育局"], ["城市管理综合行政执法局", "教育局"]),
        (["云澜区城市管理局", "云澜区城市建设局"], ["城市管理局", "城市建设局"]),
        (["澜江市云澜区财政局", "澜江市云山县财政局"], ["云澜区财政局", "云山县财政局"]),
        (["云澜区委办公室", "云澜区财政局"], ["云澜区委办公室", "云澜区财政局"]),
        (["城市管理局"], ["城市管理局"]),
        (["澜江市云澜区财政局", "云澜城市建设投资集团有限公司"], ["财政局", "云澜城市建设投资集团有限公司"]),
        (["金州市场监督管理局", "金州市政管理处"], ["金州市场监督管理局", "金州市政管理处"]),
        (["城区街道办事处", "城区卫生院"], ["城区街道办事处", "城区卫生院"]),
        (["经济开发区管委会"], ["经济开发区管委会"]),
        (["云澜区社区管理局"], ["社区管理局"]),
        (["澜江市云澜区"], ["澜江市云澜区"]),
        ([], []),
    ],
)
def test_the_wall_leaves_out_the_district_that_all_units_have_in_common(names, shown):
    assert sheets.short_units(names) == shown


@pytest.mark.parametrize(
    ("row", "rank"),
    [
        ({"rank": 1, "ranked_of": 2}, 1),
        ({"rank": 1, "ranked_of": 1}, None),
        ({"rank": None, "ranked_of": None}, None),
        ({}, None),
    ],
)
def test_the_first_of_one_has_no_rank(row, rank):
    assert sheets.rank_of(row) == rank
