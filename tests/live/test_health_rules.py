import pytest

from live.rules import health as rules
from live.rules.health import GIGABYTE
from reviews.rules.session import Blocker


def said(points):
    return [(point.level, point.text) for point in points]


@pytest.mark.parametrize(
    ("blockers", "facts", "points"),
    [
        ([], {"is_approved": False}, [("bad", "会议还没有批准")]),
        ([Blocker("缺报告", "x")], {}, [("bad", "缺报告")]),
        ([Blocker("都齐", met=True)], {}, [("ok", "都齐"), ("bad", "筹备已齐，还没有确认准备就绪")]),
        ([Blocker("都齐", met=True)], {"is_ready": True}, [("ok", "都齐"), ("ok", "已确认准备就绪")]),
        ([Blocker("又缺了")], {"is_ready": True}, [("bad", "又缺了"), ("ok", "已确认准备就绪")]),
    ],
)
def test_the_preparation_is_looked_at_as_its_own_rule_sees_it(blockers, facts, points):
    assert said(rules.preparation(blockers, **{"is_ready": False, "is_approved": True} | facts)) == points


@pytest.mark.parametrize(
    ("groups", "missing", "points"),
    [
        ([("委员", 3, 3), ("代表", 9, 0)], [], [("ok", "各票种应到人数已列明，各种身份都有人")]),
        ([], ["监票人"], [("bad", "没有启用的监票人账号"), ("bad", "还没有列明参会人员")]),
        ([("委员", 3, 2), ("代表", 0, 0)], [], [("warn", "委员应到 3 人，名单上有 2 人"), ("warn", "代表应到 0 人")]),
    ],
)
def test_everybody_expected_is_listed_or_counted(groups, missing, points):
    assert said(rules.people(groups, missing_roles=missing)) == points


@pytest.mark.parametrize(
    ("stop", "points"),
    [
        ("none", [("bad", "计分方案还没有锁定")]),
        ("box", [("bad", "票箱还没有建立")]),
        ("keys", [("bad", "开箱钥匙还没有制作")]),
        ("cards", [("bad", "票卡还没有打印")]),
        ("ready", [("warn", "代表按 8 人备卡，应到 9 人")]),
    ],
)
def test_the_ballot_says_its_next_stop_and_where_cards_are_short(stop, points):
    assert said(rules.ballot(stop, [("委员", 3, 3), ("代表", 8, 9)])) == points


@pytest.mark.parametrize(
    ("reasons", "takes_any", "points"),
    [([], False, []), ([], True, [("ok", "会外事项没有待办的")]), (["一项没有确认"], True, [("warn", "一项没有确认")])],
)
def test_what_comes_from_outside_is_told_where_the_scheme_takes_any(reasons, takes_any, points):
    assert said(rules.outside(reasons, takes_any=takes_any)) == points


def test_a_ballot_with_cards_for_all_is_well():
    assert said(rules.ballot("ready", [("委员", 3, 3)])) == [("ok", "票卡已备好")]


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ({"leaders": 0}, [("bad", "没有区领导名册，点评无人可记，会议走不到评议")]),
        ({}, [("ok", "点评稿全部备好")]),
        (
            {"orphans": ["甲"], "undrafted": [("姜景舟", 2), ("祁望野", 1)]},
            [("warn", "甲的单位没有分管区领导，点评时须当场选人"), ("warn", "点评稿还没有备好：姜景舟 2 人、祁望野 1 人")],
        ),
    ],
)
def test_everybody_gets_a_comment(facts, points):
    assert said(rules.comments(**{"leaders": 1, "orphans": [], "undrafted": []} | facts)) == points


@pytest.mark.parametrize(
    ("is_rehearsal", "was_rehearsed", "levels"), [(True, False, []), (False, True, ["ok"]), (False, False, ["warn"])]
)
def test_a_meeting_is_rehearsed(is_rehearsal, was_rehearsed, levels):
    assert [point.level for point in rules.rehearsal(is_rehearsal=is_rehearsal, was_rehearsed=was_rehearsed)] == levels


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ({}, [("ok", "字体、磁盘、后台程序正常")]),
        ({"shortcomings": [("core.W001", "没有字"), ("core.W003", "缺字")]}, [("bad", "没有字"), ("warn", "缺字")]),
        ({"free": 500_000_000}, [("warn", "服务器磁盘只剩 500 MB")]),
        (
            {"free": 100_000_000, "stuck": 3},
            [("bad", "服务器磁盘只剩 100 MB"), ("warn", "3 条提醒过了时候没有发出，请查看后台程序的日志")],
        ),
        ({"is_silent": True, "stuck": 3}, [("warn", "后台程序还没有运行过：提醒发不出，文件做不出")]),
        (
            {"is_silent": True, "swept_at": "9月25日 8:40"},
            [("warn", "后台程序 9月25日 8:40 以后没有运行：提醒发不出，文件做不出")],
        ),
    ],
)
def test_the_server_has_fonts_room_and_a_worker(facts, points):
    well = {"shortcomings": [], "free": GIGABYTE, "is_silent": False, "swept_at": "", "stuck": 0}
    assert said(rules.machine(**well | facts)) == points
