import pytest

from reviews.rules import canvass as rules


@pytest.mark.parametrize(
    ("n", "words"), [(1, "1 至 4 条"), (4, "1 至 4 条"), (5, "5 至 9 条"), (9, "5 至 9 条"), (10, "10 条以上")]
)
def test_voices_are_told_in_classes(n, words):
    assert rules.voices(n) == words


def test_similar_opinions_are_found_and_others_are_not():
    texts = {
        1: "学校食堂食材采购公示内容偏笼统，家长看不出价格和供货来源",
        2: "食堂食材采购公示太笼统，家长看不出价格和供货来源",
        3: "建议把教师评优推荐的计分办法提前发给各校",
    }

    assert rules.similar_pairs(texts) == [(1, 2)]


@pytest.mark.parametrize(
    ("line", "run"),
    [("食堂公示不够具体", ""), ("反映食材采购公示内容偏笼统的问题", "食材采购公示内容偏笼统"), ("采购公示内", "")],
)
def test_a_line_that_copies_six_characters_is_flagged(line, run):
    assert rules.copied_runs([line], ["食材采购公示内容偏笼统"]) == [run]


def test_the_most_alike_come_first_however_little_they_are():
    texts = {1: "校门口拥堵", 2: "食材采购公示内容偏笼统", 3: "采购公示笼统"}

    assert rules.most_alike("食材采购公示的内容偏笼统", texts, 2) == [2, 3]
    assert rules.most_alike("无关", {1: "校门口拥堵"}, 8) == [1]


@pytest.mark.parametrize(
    ("text", "words"),
    [("有人看见他收受购物卡", ["收受", "购物卡"]), ("建议公开礼品登记", []), ("窗口慢", [])],
)
def test_words_of_a_tip_off_are_named(text, words):
    assert rules.tip_off_words(text) == words


@pytest.mark.parametrize(
    "text", ["没有收受居民礼品现象", "办事公道，未发现收受礼金、红包。", "从未索要好处；窗口快", "无红包、回扣现象，作风好"]
)
def test_praise_that_there_is_nothing_of_the_kind_is_no_tip_off(text):
    assert rules.tip_off_words(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "没有红包不办事",
        "没有收受礼金就不办",
        "未上交收受的礼金",
        "没有收受礼品，但索要购物卡",
        "有没有收受礼金请核查",
        "没有收受礼金？",
        "并非没有收受礼金",
        "没有人管他收受红包",
    ],
)
def test_a_no_that_denies_something_else_still_points_to_a_tip_off(text):
    assert rules.tip_off_words(text)
