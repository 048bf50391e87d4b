"""The outline of the report: what one must be, and how a version comes in."""

import json

import pytest
from django.core.management import CommandError, call_command

from core.errors import RuleViolation
from core.models import AuditEvent
from reviews.actions import outline as actions
from reviews.models import ReportTemplate
from reviews.rules import outline as rules

SHIPPED = json.loads(actions.SHIPPED.read_text(encoding="utf-8"))


def aspect(*items, name="廉洁从政情况"):
    return {"name": name, "items": list(items)}


def item(code="A1", **changes):
    return {"code": code, "name": "个人廉洁自律情况", "guidance": "写实", "min_chars": 100} | changes


def test_the_outline_that_comes_along_has_three_aspects_and_nine_items():
    assert rules.faults(SHIPPED["aspects"]) == []
    assert [[item["code"] for item in aspect["items"]] for aspect in rules.canonical(SHIPPED["aspects"])] == [
        ["A1", "A2", "A3"], ["B1", "B2", "B3"], ["C1", "C2", "C3"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("aspects", "faults"),
    [
        ([aspect(item())], []),
        ([aspect({"code": "A1", "name": "只有代码和名称"})], []),
        ([aspect(item(guidance="", min_chars=0))], []),
        (None, ["提纲应有 1 至 10 个方面"]),
        ([], ["提纲应有 1 至 10 个方面"]),
        ([aspect(item(f"A{n}")) for n in range(11)], ["提纲应有 1 至 10 个方面"]),
        (["廉洁从政情况"], ["第 1 个方面没有名称或者没有内容"]),
        ([aspect(item(), name=" ")], ["第 1 个方面没有名称或者没有内容"]),
        ([aspect(item()), aspect()], ["第 2 个方面没有名称或者没有内容"]),
        ([{"name": "廉洁从政情况", "items": "A1"}], ["第 1 个方面没有名称或者没有内容"]),
        ([aspect("A1")], ["第 1 个方面第 1 项：应有代码、名称、要求和最低字数"]),
        ([aspect(item(), item())], ["第 1 个方面第 2 项：代码 A1 用了两次"]),
        ([aspect(item(name=""))], ["第 1 个方面第 1 项：名称应为 1 至 100 个字"]),
        ([aspect(item(guidance="长" * 201))], ["第 1 个方面第 1 项：要求最多 200 个字"]),
        ([aspect(item(min_chars=3001))], ["第 1 个方面第 1 项：最低字数应在 0 至 3000 之间"]),
        ([aspect(item(min_chars=-1))], ["第 1 个方面第 1 项：最低字数应在 0 至 3000 之间"]),
        ([aspect(item(min_chars=True))], ["第 1 个方面第 1 项：最低字数应在 0 至 3000 之间"]),
        ([aspect(item(min_chars="100"))], ["第 1 个方面第 1 项：最低字数应在 0 至 3000 之间"]),
    ],
)
def test_what_is_no_outline_is_told_place_by_place(aspects, faults):
    assert rules.faults(aspects) == faults


@pytest.mark.parametrize("code", ["a1", "P1", "1A", "", "A1234567890", "A-1", None, 1])
def test_a_code_names_a_field_and_is_not_that_of_the_table_of_problems(code):
    assert rules.faults([aspect(item(code))]) == [
        "第 1 个方面第 1 项：代码应为一个大写字母（P 除外）开头的字母和数字，最多 10 个"
    ]


def test_without_a_file_the_command_enters_the_outline_that_comes_along_once(db, capsys):
    for _ in range(2):
        call_command("add_report_outline")

    template = ReportTemplate.in_force()
    assert (template.name, template.version, len(template.items)) == ("三个方面九项内容", 1, 9)
    assert "Reports begun from now on follow 三个方面九项内容 v1." in capsys.readouterr().out
    assert AuditEvent.objects.get().action == "adopt_outline"


def test_an_outline_of_ones_own_comes_after_it(db, tmp_path, capsys):
    call_command("add_report_outline")
    ours = tmp_path / "ours.json"
    ours.write_text(json.dumps({"name": "五点汇报", "version": 2026, "aspects": [aspect(item("K1"))]}), encoding="utf-8")

    call_command("add_report_outline", ours)

    assert ReportTemplate.in_force().items == [item("K1")]


def test_a_version_once_entered_is_not_changed(db):
    actions.adopt_outline(**SHIPPED, by=None)

    with pytest.raises(RuleViolation, match="三个方面九项内容 v1已经录入，不能再改"):
        actions.adopt_outline(name=SHIPPED["name"], version=1, aspects=[aspect(item())], by=None)

    assert len(ReportTemplate.objects.get().items) == 9


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is no JSON object with name, version and aspects"),
        ("[]", "is no JSON object"),
        ('{"name": "提纲", "version": 1}', "is no JSON object"),
        ('{"name": "提纲", "version": 1, "aspects": []}', "提纲应有 1 至 10 个方面"),
        ('{"name": "提纲", "version": "一", "aspects": [{"name": "甲", "items": [{"code": "A1", "name": "乙"}]}]}', "整型"),
    ],
)
def test_a_file_that_is_no_outline_is_refused_and_nothing_entered(db, tmp_path, content, words):
    (tmp_path / "a.json").write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=words):
        call_command("add_report_outline", tmp_path / "a.json")

    assert not ReportTemplate.objects.exists()


def test_a_file_that_is_not_there_is_said_to_be_missing(db, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("add_report_outline", tmp_path / "none.json")
