"""What page, paper, wall and workbook say of what came from outside."""

import pytest
from django.urls import reverse

from scoring.actions import occasion as actions
from scoring.actions import sheets
from scoring.actions.recount import recount
from scoring.models import Count, Scheme
from tests.scoring.occasions.conftest import confirm, counted, enter, page, prepared, subjects, three

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_page_and_paper_count_the_same_people_beside_a_rank(client, hall):
    hall.session.subjects.update(category="TOWN")
    counted(hall).sign().confirm().publish()
    first = hall.count.subjects.select_related("subject").first()
    said = "共 3 人：2 人参加排名，1 人一票否决"

    sheet = sheets.result_sheet(hall.count, first)
    assert (sheet["ranked_where"], sheet["ranked_among"]) == ("镇办", said)
    assert any(step.endswith("（另有 1 人一票否决，不排名）") for step in sheet["steps"])
    for reader in (hall.approver, hall.scrutineer):
        client.force_login(reader)
        text = client.get(reverse("scoring:result", args=[first.subject.uid])).content.decode()
        assert text.count(said) == 2  # beside the rank, and over the ranking


def test_where_everybody_is_alone_in_a_category_nothing_speaks_of_ranks(client, hall):
    for subject, category in zip(subjects(hall), ("DEPARTMENT", "TOWN", "SOE"), strict=True):
        hall.session.subjects.filter(pk=subject.pk).update(category=category)
    counted(hall).sign().confirm().publish()
    first = hall.count.subjects.select_related("subject").first()
    client.force_login(hall.approver)

    pages = [page("results", hall), reverse("scoring:result", args=[first.subject.uid])]
    for text in (client.get(url).content.decode() for url in pages):
        assert first.subject.name in text
        assert "得分相同为并列" not in text
        assert "名次</th>" not in text
        assert "名次</h2>" not in text
    assert "类别名次" not in sheets.excel(hall.count)[0][1]
    assert sheets.result_table(hall.count)["is_ranked"] is False


def test_the_wall_shows_a_veto_where_a_rank_would_stand_and_points_in_a_line_of_their_own(client, hall):
    hall.session.subjects.update(category="TOWN", name="章静澜")
    last = subjects(hall)[2].official
    type(last).objects.filter(pk=last.pk).update(name="阿依古丽·买买提")
    hall.session.subjects.filter(official=last).update(name="阿依古丽·买买提")
    counted(hall).sign().confirm().publish()
    client.force_login(hall.scrutineer)

    text = client.get(page("announced", hall)).content.decode()

    assert '<b>第 1 名</b><span>镇办</span><span class="points">加 5 分</span>' in text
    assert "<b>一票否决</b><span>镇办</span></span>" in text
    assert text.count("long-name") == 1


def test_how_many_are_ranked_is_not_told_where_a_score_is_held(hall):
    hall.session.subjects.update(category="TOWN")
    counted(hall).sign().confirm().publish()
    table = hall.count.table_l0
    table["rows"]["o02"] = {"held": True, "ballots": 19}
    Count.objects.update(table_l0=table)
    first = hall.again().count.subjects.select_related("subject").first().subject

    assert sheets.ranked_among(hall.count, first) == "共 3 人"
    assert sheets.ranked_among(hall.count, first, exact=True) == "共 3 人：2 人参加排名，1 人一票否决"


def test_where_all_are_ranked_together_the_base_is_the_whole_session(hall):
    Scheme.objects.filter(pk=hall.scheme.pk).update(body=hall.scheme.body | {"rank_base": "session"})
    hall.scheme.refresh_from_db()
    counted(hall).sign().confirm().publish()
    result = hall.count.subjects.select_related("subject").first()

    sheet = sheets.result_sheet(hall.count, result)
    assert (sheet["ranked_where"], sheet["ranked_among"]) == ("全场", "共 3 人：2 人参加排名，1 人一票否决")
    assert any("全场 2 人中第" in step for step in sheet["steps"])


def test_what_was_withdrawn_after_it_was_confirmed_is_told_with_reason_and_day(client, hall):
    prepared(hall)
    wrong, never = enter(hall, "DEDUCTION", "late", "2", of=1, fact="报告迟交两次"), enter(hall, amount="1", of=1, fact="另一项")
    confirm(hall, wrong)
    for occasion in (wrong, never):
        occasion.refresh_from_db()
        actions.withdraw(occasion, reason="写错了对象", by=hall.scrutineer, now=hall.now)
    three(hall).open().vote().close().clear_table().tally().sign().confirm()

    sheet, day = sheets.count_sheet(hall.count), f"{hall.now:%Y年%-m月%-d日}"
    (row,) = sheet["withdrawn"]
    assert (row["words"], row["because"], row["ended_by"], row["ended_on"]) == (
        "扣分 2 次：迟交报告",
        "写错了对象",
        hall.scrutineer.name,
        day,
    )
    assert [(ground["n"], ground["fact"]) for ground in sheet["grounds"]][-1] == (row["ground"], "报告迟交两次")
    titles = {title: rows for title, _heads, rows in sheets.excel(hall.count)}
    assert [line[-1] for line in titles["会外事项"]] == ["计入"] * 4 + [f"不计入：{day} {hall.scrutineer.name}撤销，写错了对象"]
    client.force_login(hall.teller)
    page_text = client.get(page("results", hall)).content.decode()
    assert "确认以后撤销，不计入得分" in page_text
    assert f"{hall.scrutineer.name}撤销：写错了对象" in page_text
    assert recount(hall.count, by=hall.teller).differing == []
