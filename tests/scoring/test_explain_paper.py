"""The sheet of one official on paper: the same steps as on the page, two pages at most."""

import io
import json

import pikepdf
import pytest
from django.conf import settings

from core import paper
from scoring import rules
from tests.core import paper_samples as samples
from tests.core import reading

GROUPS = [
    {"code": "A", "name": "分管区领导（区委常委会成员）", "weight": "0.2", "anonymous": False},
    {"code": "B", "name": "区纪委委员（含不是常委的委员）", "weight": "0.3"},
    {"code": "C", "name": "所在单位领导班子成员和中层干部", "weight": "0.1"},
    {"code": "D", "name": "群众代表（两代表一委员、服务对象、企业代表等）", "weight": "0.15"},
    {"code": "E", "name": "镇办和区直部门主要负责人互评", "weight": "0.15"},
    {
        "code": "F",
        "name": "党风廉政建设责任制年度考核（区委办公室提供）",
        "weight": "0.1",
        "anonymous": False,
        "source": "figures",
    },
]
OUTSIDE = {
    "bonus": {"cap": 5},
    "deductions": [
        {"code": "late", "name": "述责述廉报告未按规定时间报送", "points": 1, "cap": 3},
        {"code": "item", "name": "整改事项超过期限未办结", "points": 2, "cap": 6},
    ],
    "veto": [{"code": "hide", "name": "瞒报、漏报个人有关事项且情节严重"}],
}


def body():
    raw = json.loads((settings.ROOT / "scoring" / "schemes" / "SCH-2026-01.json").read_text())
    keep = {name: value for name, value in raw.items() if name not in ("rater_groups", "category_weights", "sides")}
    return keep | {"rater_groups": GROUPS} | OUTSIDE


def marks(raw, n):
    return {entry["code"]: 10 * entry["max_points"] - 5 * (1 + (n + at) % 6) for at, entry in enumerate(raw["criteria"])}


def longest():
    """Eleven criteria, six groups each with its counts, bonus, two deductions, a figure and a veto."""
    raw = body()
    officials = [{"code": f"o{n:02d}", "category": "区直部门"} for n in range(1, 9)]
    votes = [
        {
            "group": group,
            "marks": {official["code"]: marks(raw, n) for official in officials},
        }
        for group, many in {"A": 2, "B": 26, "C": 12, "D": 48, "E": 12}.items()
        for n in range(many)
    ]
    given = {
        "figures": {official["code"]: {"F": ["92.5"]} for official in officials},
        "adjust": {"o01": {"bonus": ["4", "2.5"], "deductions": {"late": 5, "item": 2}}},
        "vetoes": {"o01": ["hide"]},
    }
    result = rules.score_ballots(raw, officials, votes, **given)
    row = rules.published(result, "L1")["rows"]["o01"]
    return rules.public_trace(result, result.officials["o01"], row), result.officials["o01"].trace, len(raw["criteria"])


@pytest.mark.slow
def test_the_longest_sheet_takes_two_pages_and_numbers_every_step():
    trace, _exact, criteria = longest()
    why = "区委办公室、区纪委监委对本年度履行全面从严治党主体责任情况开展专项检查后印发的通报中载明的事项"
    notes = [
        "“*”按公布规则不单独公布，“–”没有单独的分数。",
        "平均分四舍五入后印出：不记名票种计分不足 20 票的印整数，其余印一位小数；得分用没有四舍五入的准确值合成，所以用印出的平均分乘权重，会与得分略有出入。",
        *(f"{words}。依据：{why}（云纪发〔2026〕{n}号）。" for n, words in enumerate(("加分 4 分", "加分 2.5 分", "扣分 5 次：述责述廉报告未按规定时间报送", "扣分 2 次：整改事项超过期限未办结", "一票否决：瞒报、漏报个人有关事项且情节严重", "外部数据 92.5：党风廉政建设责任制年度考核"), 11)),
    ]  # fmt: skip
    heads = ["实发", "收回", "有效", "无效", "弃权", "平均分", "权重"]
    sheet = samples.sheet(
        notes=notes,
        steps=[step["text"] for step in trace],
        heads=heads,
        groups=[{"name": group["name"].partition("（")[0], "cells": ["26"] * 5 + ["86.4", group["weight"]]} for group in GROUPS],
        total=None,
        band_note="一票否决",
        measures=["廉政约谈", "限期整改"],
    )

    pdf = paper.render("paper/result_sheet.html", samples.result_sheet() | {"sheet": sheet}, title="结果单")

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 2
    assert criteria == len(sheet["criteria"]) == 11
    assert len(trace) == 16
    printed, lines = reading.words(pdf), [line for page in reading.pages(pdf) for line in reading.text(page)]
    for step in trace:
        text = step["text"].replace(" ", "")
        assert text in printed
        assert any(line.startswith(f"{step['n']}.{text[:5]}") for line in lines)


@pytest.mark.slow
def test_the_longest_record_of_the_scrutineers_takes_two_pages_at_most():
    _trace, exact, _criteria = longest()
    context = samples.exact_sheet()
    occasions = [
        {
            "words": "扣分 5 次：述责述廉报告未按规定时间报送",
            "fact": "专项检查后印发的通报中载明的事项" * 4,
            "document": "云纪发〔2026〕12号",
        }
    ] * 6
    context["sheet"] |= {"steps": [step["text"] for step in exact], "occasions": occasions}

    pdf = paper.render("paper/exact_sheet.html", context, title="记录")

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) <= 2
    assert exact[-1]["text"].replace(" ", "") in reading.words(pdf)
