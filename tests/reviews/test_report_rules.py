import pytest

from reviews.rules import report as rules

OUTLINE = [
    {
        "code": "A",
        "name": "甲",
        "items": [{"code": "A1", "name": "一", "min_chars": 5}, {"code": "A2", "name": "二", "min_chars": 0}],
    }
]
LINE = {"problem": "问题", "measure": "措施", "owner": "张某", "due_on": "2026-12-31", "outcome": "台账"}
GOOD = {"items": {"A1": "写满五个字", "A2": "有"}, "problems": [LINE, LINE, LINE]}


@pytest.mark.parametrize(("text", "n"), [("", 0), ("写 3 个\n字　！", 5), ("abc 12.5%", 8)])
def test_every_sign_counts_and_no_white_space(text, n):
    assert rules.count(text) == n


def test_a_whole_report_has_the_length_of_its_items_and_its_table_without_dates():
    assert rules.length(GOOD) == 5 + 1 + 3 * (2 + 2 + 2 + 2)
    assert rules.length({}) == 0


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("严守政治纪律和政治规矩、请示报告重大事项情况", "严守政治纪律"),
        ("作风建设和服务群众情况，存在问题与整改措施", "作风建设"),
        ("贯彻情况", "贯彻"),
    ],
)
def test_long_headings_have_a_short_form(name, short):
    assert rules.short_name(name) == short


@pytest.mark.parametrize(("item", "name"), [("C1", "C1"), ("P", "问题和整改措施"), ("", "全文")])
def test_places_have_names(item, name):
    assert rules.place(item) == name


def test_a_good_report_has_no_finding():
    assert rules.precheck(OUTLINE, GOOD) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"items": {"A1": " \n", "A2": "有"}}, [("NP1", "A1", "A1还没有写")]),
        ({"items": {"A1": "四个字呢", "A2": "有"}}, [("NP1", "A1", "A1只有 4 字，还差 1 字")]),
        ({"items": {"A1": "写满五个字"}}, [("NP1", "A2", "A2还没有写")]),
        ({"problems": [LINE, LINE]}, [("NP3", "P", "问题只写了 2 条，至少 3 条")]),
        ({"problems": []}, [("NP3", "P", "问题只写了 0 条，至少 3 条")]),
        ({"problems": [LINE, LINE, LINE | {"owner": " ", "due_on": ""}]}, [("NP5", "P3", "第 3 条缺责任人、时限")]),
        ({"problems": [LINE, LINE | {"measure": "", "outcome": ""}, LINE]}, [("NP5", "P2", "第 2 条缺措施、可检验成果")]),
        ({"problems": [LINE | {"problem": ""}, LINE, LINE, LINE]}, [("NP3", "P1", "第 1 条没有写明问题")]),
    ],
)
def test_the_check_finds_what_a_machine_can_find(change, found):
    assert [(f.code, f.item, f.text) for f in rules.precheck(OUTLINE, GOOD | change)] == found


@pytest.mark.parametrize(("line", "is_blank"), [({}, True), ({"problem": " ", "due_on": None}, True), ({"owner": "张某"}, False)])
def test_a_row_nobody_wrote_in_does_not_count(line, is_blank):
    assert rules.is_blank(line) is is_blank


@pytest.mark.parametrize(
    ("reasons", "n"),
    [
        ([], 1),
        ([{"code": "NP1", "item": "A1", "comment": "补写"}], 0),
        ([{"code": "NP1", "item": "", "comment": "通篇空话"}], 0),
        ([{"code": "", "item": "A1", "comment": "补写"}], 1),
        ([{"code": "NP9", "item": "Z1", "comment": " "}], 3),
        ([{"code": "NP1", "item": "A1", "comment": "补写"}, {"code": "NP2", "item": "A1", "comment": ""}], 1),
    ],
)
def test_returning_needs_a_ground_a_place_and_a_comment(reasons, n):
    assert len(rules.return_problems(reasons, codes={"NP1", "NP2"}, places={"", "A1"})) == n


@pytest.mark.parametrize(("n", "words"), [(1, "第 1 次退回，最多 3 次"), (3, "第 3 次退回，最多 3 次"), (4, "已退回 4 次")])
def test_rounds_are_counted(n, words):
    assert rules.rounds(n, most=3) == words


@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("不变", "不变", [(False, "不变")], [(False, "不变")]),
        ("", "新写", [], [(True, "新写")]),
        ("出车86次12人整", "出车97次13人整", [(False, "出车"), (True, "86次12"), (False, "人整")], None),
        ("出车86次，单据齐全", "出车97次，单据齐全", [(False, "出车"), (True, "86"), (False, "次，单据齐全")], None),
        ("整改率91.2%的", "整改率91.3%的好", None, [(False, "整改率"), (True, "91.3%的好")]),
    ],
)
def test_two_texts_show_what_changed(old, new, left, right):
    found = rules.compare(old, new)

    assert left is None or found[0] == left
    assert right is None or found[1] == right


def test_nothing_is_lost_between_two_texts():
    old, new = "全年公务接待12批次，\n均有公函。Word 2个", "全年接待13批次，\n均有公函和清单。Excel 2个"

    left, right = rules.compare(old, new)

    assert "".join(text for _changed, text in left) == old
    assert "".join(text for _changed, text in right) == new


def test_a_row_of_the_table_reads_as_one_text():
    assert rules.line_text(LINE) == "问题：问题\n措施：措施\n责任人：张某\n时限：2026-12-31\n可检验成果：台账"


@pytest.mark.parametrize(("n", "fit"), [(0, "short"), (2499, "short"), (2500, ""), (4000, ""), (4001, "long")])
def test_a_report_much_shorter_or_longer_than_usual_is_told_so(n, fit):
    assert rules.fit(n) == fit


FULL = {"items": {"A1": "完成了上级交办的五件事。", "A2": "主持专题会议三次。"}, "problems": [LINE, LINE | {"measure": "轮岗"}]}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        (
            {"problems": [LINE, LINE | {"measure": "轮岗"}, LINE | {"measure": "措 施。"}]},
            [("NP5", "P1", "第 1、3 条的措施一样")],
        ),
        (
            {"problems": [LINE, LINE | {"measure": "轮岗", "due_on": "2025-12-31"}]},
            [("NP5", "P2", "第 2 条的时限 2025-12-31 早于报告的 2026 年度")],
        ),
        ({"problems": [LINE | {"measure": "", "due_on": ""}, LINE | {"measure": ""}]}, []),
        (
            {"items": {"A1": "做法有三。完成了上级交办的五件事。", "A2": "完成了上级交办的五件事\n完成了上级交办的五件事！"}},
            [("NP1", "A1", "同一句话写了 3 次（A1、A2）：完成了上级交办的五件事…")],
        ),
    ],
)
def test_what_looks_like_filling_in_is_pointed_out(change, found):
    assert [(f.code, f.item, f.text) for f in rules.doubts(FULL | change, year=2026)] == found
