"""The counting table: numbers drawn, papers, who came, and what is typed there."""

import re

import pytest

from scoring import rules
from scoring.actions import setup
from scoring.models import RoundGroup, Scheme
from tests.scoring.pages import page

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_numbers_that_are_fixed_are_not_offered_for_change(client, hall):
    client.force_login(hall.clerk)
    assert client.get(page("ballot_prepare", hall.session)).status_code == 200

    hall.prepare()

    told = client.get(page("ballot_prepare", hall.session), follow=True)
    assert told.redirect_chain == [(page("ballot", hall.session), 302)]
    assert "票箱已经建立，人数和方案不能再改" in told.content.decode()


def test_what_was_typed_stays_when_numbers_are_wrong(client, hall):
    client.force_login(hall.clerk)
    answer = client.post(
        page("ballot_prepare", hall.session), {"scheme": hall.scheme.pk, "attendants_B": "7", "attendants_C": "-1"}
    )
    assert answer.status_code == 200
    assert 'value="7"' in answer.content.decode()


def test_the_page_of_drawn_numbers_tells_how_many_cards_are_missing(client, hall):
    """Printed = cast + void + missing: all four stand in the row where the reason is to be written."""
    hall.prepare().make_keys().make_cards().open().vote().close()
    client.force_login(hall.teller)
    text = client.get(page("ballot_numbers", hall.session)).content.decode()
    head = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', text)
    row = next(row for row in re.findall(r"<tr>(.+?)</tr>", text, re.DOTALL) if "区纪委委员" in row)
    assert head[1:5] == ["印制", "收回", "作废", "未交回"]
    printed, cast, voided, missing = map(int, re.findall(r'<td class="num">(?:<b>)?(\d+)', row))
    assert missing
    assert printed == cast + voided + missing


def test_numbers_that_cannot_be_stay_typed_and_only_the_table_learns_why(client, hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    typed = {"drawn_a": "1", "drawn_b": "5", "reason_b": "两张在前厅", "drawn_c": "5", "drawn_d": "6"}
    client.force_login(hall.teller)

    answer = client.post(page("ballot_numbers", hall.session), typed)

    assert list(answer.context["form"].errors) == ["drawn_b"]
    refused = answer.content.decode()
    assert re.search(r'<a href="#id_drawn_b">[^<]+</a>：区纪委委员登记实发 5 张，收回却有 7 张', refused), "summed up on top"
    cell = next(cell for cell in re.findall(r"<td[^>]*>(.+?)</td>", refused, re.DOTALL) if "id_drawn_b" in cell)
    assert 'class="field has-error"' in cell
    assert 'value="5"' in cell
    assert "收回却有 7 张" in cell
    assert "两张在前厅" in refused
    RoundGroup.objects.filter(round=hall.round, letter="b").update(drawn=5)
    for user, told in [(hall.teller, True), (hall.scrutineer, True), (hall.clerk, False), (hall.approver, False)]:
        client.force_login(user)
        assert ("收回却有 7 张" in client.get(page("ballot", hall.session)).content.decode()) is told


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"paper_ballots": "19"}, ["paper_ballots"]),  # 18 were cast
        ({"paper_ballots": "1", "invalid_parts": "4"}, ["invalid_parts"]),  # of three officials
        ({"paper_ballots": "1", "invalid_parts": "3"}, None),
    ],
)
def test_papers_that_cannot_be_are_refused_where_they_were_typed(client, hall, typed, wrong):
    hall.prepare().make_keys().make_cards().open().vote().close()
    client.force_login(hall.teller)
    usual = {"lost_b": "0", "lost_c": "0", "lost_d": "0", "paper_ballots": "0", "invalid_parts": "0"}

    answer = client.post(page("ballot_table", hall.session), usual | typed)

    assert (list(answer.context["form"].errors) if wrong else answer.status_code) == (wrong or 302)
    if wrong:
        assert f'value="{typed[wrong[0]]}"' in answer.content.decode()


def test_the_table_writes_down_who_of_a_named_group_came_once_the_box_is_closed(client, hall):
    hall.prepare(A=(3, 0)).make_keys().make_cards().open().vote()
    client.force_login(hall.teller)
    assert "drawn_a" not in client.get(page("ballot_numbers", hall.session)).content.decode()
    hall.close().clear_table()
    typed = {"drawn_a": "1", "reason_a": "", "drawn_b": "7", "drawn_c": "5", "drawn_d": "6"}

    refused = client.post(page("ballot_numbers", hall.session), typed)
    noted = client.post(page("ballot_numbers", hall.session), typed | {"reason_a": "两位因病请假"})

    assert list(refused.context["form"].errors) == ["reason_a"]
    assert "原定 3 人，实到 1 人，请写明谁没有来" in refused.content.decode()
    assert noted.status_code == 302
    assert hall.round.groups.get(letter="a").present == 1
    assert '<td class="num">1</td>' in client.get(page("ballot", hall.session)).content.decode()


def test_who_prepares_is_told_which_group_does_not_vote_and_which_has_two_names(client, hall):
    groups = [
        group | {"weight": weight}
        for group, weight in zip(hall.scheme.body["rater_groups"], ["0.5", "0.5", "0", "0"], strict=True)
    ]
    groups[1] |= {"name": "委员代表（全体）", "merge_into": None}
    body = rules.canonical_scheme(hall.scheme.body | {"rater_groups": groups[:2], "code": "TWO"})
    other = Scheme.objects.create(code="TWO", name="两个票种", body=body, state=Scheme.State.LOCKED)
    left_out = ["C 班子成员 5 人参会，不投票：方案没有这个票种", "D 群众代表 6 人参会，不投票：方案没有这个票种"]
    renamed = "票种 B 方案称“委员代表（全体）”，会议称“区纪委委员”"
    client.force_login(hall.clerk)

    usual = client.get(page("ballot_prepare", hall.session), {"scheme": hall.scheme.pk}).content.decode()
    told = client.get(page("ballot_prepare", hall.session), {"scheme": other.pk}).content.decode()
    setup.prepare_round(hall.session, scheme=other, numbers={"A": (1, 0), "B": (7, 0)}, by=hall.clerk)
    after = client.get(page("ballot", hall.session)).content.decode()

    assert ("不投票" in usual, "方案称“分管区领导" in usual) == (False, False)
    assert [line in told for line in [*left_out, renamed]] == [True, True, True]
    assert [line in after for line in left_out] == [True, True]
