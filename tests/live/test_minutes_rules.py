"""The words of the minutes, on paper: no database."""

import datetime as dt

import pytest

from live.rules import minutes as rules

DAY = dt.date(2026, 12, 22)
MET = {"day": DAY, "planned": DAY, "at": "09:00", "title": "第四季度会议", "place": "区委礼堂", "chair": "袁秉柏", "needed": 54}
WHO = [("和彦岚", "林业局", "局长"), ("卞亭然", "水务局", "局长")]


@pytest.mark.parametrize(
    ("present", "expected", "subjects", "last"),
    [
        (72, 80, WHO, "依次述责述廉：和彦岚（林业局局长）、卞亭然（水务局局长）。"),
        (72, 80, [], "应到 80 人，实到 72 人，超过应到人数的三分之二。"),
        (3, 80, [], "应到 80 人，实到 3 人，不足应到人数的三分之二。"),
        (0, 0, [], "2026年12月22日 09:00，第四季度会议在区委礼堂召开，袁秉柏主持。"),
    ],
)
def test_the_opening_says_when_where_and_how_many(present, expected, subjects, last):
    assert rules.opening(**MET, present=present, expected=expected, subjects=subjects).splitlines()[-1] == last


def test_the_day_that_was_planned_is_told_where_it_is_another():
    told = rules.opening(**MET | {"planned": dt.date(2026, 12, 15)}, present=0, expected=0, subjects=[])

    assert told == "2026年12月22日 09:00，第四季度会议在区委礼堂召开（原定2026年12月15日），袁秉柏主持。"


def test_a_group_is_named_where_it_has_a_list():
    told = rules.attendance(
        [("委员", 3, 2, ["甲", "乙"], ["丙"]), ("群众代表", 32, 30, [], []), ("列席", 2, 0, [], ["丁", "戊"])]
    )

    assert told.splitlines() == [
        "委员：应到 3 人，实到 2 人。出席：甲、乙。缺席：丙。",
        "群众代表：应到 32 人，实到 30 人。",
        "列席：应到 2 人，实到 0 人。",
    ]


@pytest.mark.parametrize(
    ("began", "ended", "told"),
    [("09:05", "09:12", "09:05 至 09:12，和彦岚述责述廉，用时 7 分钟（计划 8 分钟）。"), ("09:05", "", ""), ("", "", "")],
)
def test_a_statement_is_told_once_it_is_over(began, ended, told):
    assert rules.statement("和彦岚", began=began, ended=ended, used=7, planned=8, away=0) == told


def test_the_minutes_of_other_items_in_between_are_told():
    assert rules.statement("和彦岚", began="09:05", ended="09:52", used=7, planned=8, away=40) == (
        "09:05 至 09:52，和彦岚述责述廉，用时 7 分钟（计划 8 分钟），其间另有 40 分钟转入其他环节。"
    )
    assert rules.closing("", [("10:05", "10:35", 20)]) == "10:05 至 10:35 休息，其间另有 20 分钟转入其他环节。"


@pytest.mark.parametrize(
    ("is_from_floor", "answer", "is_unsatisfactory", "told"),
    [
        (False, "九月底办完", False, ["第 2 问：几个？", "答复：九月底办完"]),
        (True, "不知道", True, ["第 2 问（现场提问）：几个？", "答复：不知道", "对这一答复不满意，列入整改问题。"]),
        (False, "", False, ["第 2 问：几个？"]),
    ],
)
def test_a_question_stands_with_its_answer(is_from_floor, answer, is_unsatisfactory, told):
    asked = rules.question(2, "几个？", is_from_floor=is_from_floor, answer=answer, is_unsatisfactory=is_unsatisfactory)
    assert asked.splitlines() == told


def test_a_written_inquiry_stands_with_its_day():
    told = rules.question(
        1, "几个？", is_from_floor=False, answer="", is_unsatisfactory=False, inquiry_due_on=dt.date(2027, 1, 31)
    )

    assert told.splitlines()[-1] == "对这一答复不满意，提出质询书，2027年1月31日前书面答复，列入整改问题。"


def test_a_promise_and_a_comment_are_one_line_each():
    assert rules.commitment("按月公开账目。", dt.date(2027, 3, 31)) == "承诺：按月公开账目，2027年3月31日前完成。"
    assert (
        rules.comment("姜景舟", "副区长", strengths="肯干。", problems="窗口慢；\n记录不全")
        == "姜景舟（副区长）点评：肯定：肯干。存在问题：1．窗口慢；2．记录不全。"
    )
    assert rules.comment("姜景舟", "副区长", strengths="", problems="窗口慢") == "姜景舟（副区长）点评：存在问题：窗口慢。"


NOT_YET = {"opened": "", "by": "", "closing": "", "closed": "", "received": None, "code": ""}
OPENED = NOT_YET | {"opened": "10:50", "by": "甲、乙", "code": "ABCD-EFGH"}


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (NOT_YET, []),
        (OPENED, ["10:50 宣布投票开始（甲、乙共同办理），票箱校验码 ABCD-EFGH。"]),
        (OPENED | {"closing": "11:05"}, ["11:05 宣布投票截止。"]),
        (OPENED | {"closed": "11:06", "received": 72}, ["11:06 停止收票，票箱共收到 72 张。"]),
    ],
)
def test_the_vote_is_told_step_by_step(known, told):
    assert rules.voting(**known).splitlines()[-len(told) :] == told


COUNTED = {
    "corrected": "",
    "counted": "11:20",
    "signed": "",
    "teller": "",
    "scrutineer": "",
    "confirmed": "",
    "confirmed_by": "",
    "published": "",
}


@pytest.mark.parametrize(
    ("known", "last"),
    [
        (COUNTED | {"counted": ""}, []),
        (COUNTED, ["11:20 开箱计票完成。"]),
        (COUNTED | {"signed": "11:24", "teller": "甲", "scrutineer": "乙"}, ["11:24 计票人甲、监票人乙签字。"]),
        (COUNTED | {"confirmed": "11:30", "confirmed_by": "丙"}, ["11:30 丙确认评议结果。"]),
        (COUNTED | {"published": "11:40"}, ["11:40 公布结果，得分、等次见评议结果汇总表。"]),
    ],
)
def test_the_count_is_told_without_a_score(known, last):
    assert rules.counting(**known).splitlines()[-1:] == last


def test_a_correction_is_told_with_the_two_who_agreed_and_before_its_count():
    line = rules.correction(at="15:00", n=2, asked_by="甲", confirmed_by="乙")
    assert line == "15:00 甲提出、乙同意更正，重新计票，另出第 2 版。"
    assert rules.counting(**COUNTED | {"corrected": line}).splitlines() == [line, "11:20 开箱计票完成。"]


def test_what_a_void_round_was_given_up_for_is_not_told():
    assert rules.void(1, "11:00") == "第 1 轮投票于 11:00 作废，另发票卡；理由见本轮作废记录。"


def test_the_end_is_told_when_it_has_come():
    assert (rules.closing(""), rules.closing("11:40")) == ("", "11:40 会议结束。")
    assert rules.closing("11:40", [("10:05", "10:15", 0)]) == "10:05 至 10:15 休息。\n11:40 会议结束。"


def test_news_are_the_lines_that_were_not_there():
    assert rules.news("一\n二", "一\n二改\n三") == ["二改", "三"]
    assert rules.news("一", "一") == []


@pytest.mark.parametrize(
    ("known", "reasons"),
    [
        ({"has_begun": False}, ["会议还没有开始"]),
        ({"is_over": False, "is_counted": False}, ["会议还没有结束", "还没有计票，会场记录还会变"]),
        ({"outdated": ["评议"]}, ["“评议”改写以后又有新的记录，请补入或者注明不补"]),
        ({}, []),
    ],
)
def test_every_reason_why_the_minutes_wait(known, reasons):
    assert rules.submit_blockers(**({"has_begun": True, "is_over": True, "is_counted": True, "outdated": []} | known)) == reasons
