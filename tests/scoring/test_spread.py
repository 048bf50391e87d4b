"""拉开差距: one function for page, paper and workbook, from published figures alone."""

import pytest
from django.urls import reverse

from scoring.actions import sheets
from scoring.models import Count
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def hall(counted):
    return counted


def given(hall, *scores, bands=("较好", "较好", "好")):
    """The published table with these scores; None: held."""
    hall.sign().confirm().publish()
    table = hall.count.table_l0
    for row, score, band in zip(table["rows"].values(), scores, bands, strict=True):
        row.clear()
        row.update({"score": score, "band": band, "ballots": 19} if score else {"held": True, "ballots": 19})
    Count.objects.update(table_l0=table)
    hall.session.subjects.update(category="TOWN")
    return hall.again()


def told(hall):
    return [(line["name"], line["text"]) for line in sheets.spread(hall.count)["lines"]]


def test_range_gap_bands_and_ties_come_from_the_published_scores(hall):
    lines = told(given(hall, "81.5", "88.0", "81.5"))

    assert ("最高分、最低分", "88.0，81.5") in lines
    assert ("首尾相差", "6.5") in lines
    assert ("中位数", "81.5") in lines
    assert ("相邻最大差", "6.5") in lines
    assert ("较好", "2 人，占 67%") in lines
    names = [subject.name for subject in hall.session.subjects.all()]
    assert [text for name, text in lines if name == "同分"] == [f"镇办 81.5 分：{names[0]}、{names[2]}"]


def test_who_is_held_is_counted_and_nothing_else_is_said(hall):
    lines = told(given(hall, "81.5", None, "88.0"))

    assert lines[0] == ("有得分的", "2 人，另有 1 人不出分或者暂不公布")


def test_the_vetoed_is_named_and_shares_no_place(client, hall):
    given(hall, "81.5", "88.0", "81.5")
    table = hall.count.table_l0
    last = hall.session.subjects.last()
    table["rows"][last.code]["vetoed"] = True
    Count.objects.update(table_l0=table)
    lines = told(hall.again())

    assert lines[0] == ("有得分的", "3 人，其中 1 人一票否决，不排名")
    assert ("一票否决", f"镇办 {last.name} 81.5 分，不排名") in lines
    assert "同分" not in dict(lines)
    assert [(row["marks"], row["apart"]) for row in sheets.spread(hall.count)["rows"]] == [(["81.5", "88.0"], ["81.5"])]
    client.force_login(hall.approver)
    assert "× 一票否决，不排名" in client.get(reverse("scoring:results", args=[hall.session.uid])).content.decode()


def test_one_score_has_no_spread(hall):
    assert sheets.spread(given(hall, "81.5", None, None).count) is None


def test_page_paper_and_workbook_say_the_same(client, hall):
    given(hall, "81.5", "88.0", "81.5")
    lines = told(hall)
    client.force_login(hall.approver)
    page = client.get(reverse("scoring:results", args=[hall.session.uid])).content.decode()
    workbook = dict(map(tuple, next(rows for title, _heads, rows in sheets.excel(hall.count) if title == "拉开差距")))
    paper = sheets.result_table(hall.count)["spread"]

    assert all(text in page for _name, text in lines)
    assert dict(lines) == workbook
    assert [(line["name"], line["text"]) for line in paper["lines"]] == lines


def test_officials_do_not_see_it(client, hall):
    given(hall, "81.5", "88.0", "81.5")
    client.force_login(factories.UserFactory(official=hall.session.subjects.first().official, roles=["subject"]))
    answer = client.get(reverse("scoring:results", args=[hall.session.uid]))

    assert answer.status_code == 200
    assert hall.session.title in answer.content.decode()
    assert "拉开差距" not in answer.content.decode()


def test_the_workbook_holds_the_count_sheet(hall):
    hall.sign().confirm()
    book = {title: rows for title, _heads, rows in sheets.excel(hall.count)}

    assert book["选票"][1] == ["B 区纪委委员", 7, 7, 0]
    assert book["票卡"][0] == ["B 区纪委委员", 10, 7, 3, 0, ""]
    assert len(book["每位对象"]) == 3
    assert [name for name, _value in book["摘要"]][:3] == ["校验码", "收到清单根码", "选票根码"]
