"""Leading members, committee members and representatives: from the workbook into the rosters, and out of them again."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override

from core.errors import RuleViolation
from core.models import AuditEvent
from officials import actions
from officials.models import CommitteeMember, LeadingMember, Representative, Unit
from reviews.views.lineup import rosters
from tests import factories
from tests.officials.test_register import LEADER, MEMBER, OFFICIAL, REPRESENTATIVE, UNIT, book, changed

ALL = {"区领导": [LEADER], "区纪委委员": [MEMBER], "群众代表": [REPRESENTATIVE]}
OURS = changed(UNIT, 分管区领导代码="L901")


def bring(by, *sheets, **rosters):
    register = actions.look_through(book(*sheets, **rosters))
    actions.load_register(register, by=by)
    return register


def test_one_workbook_brings_the_leaders_their_units_and_the_rosters(clerk):
    register = bring(clerk, [OURS], [OFFICIAL], **ALL)

    assert register.new == {"区领导": 1, "单位": 1, "干部": 1, "区纪委委员": 1, "群众代表": 1}
    leader = Unit.objects.get().leading_member
    assert (leader.code, leader.name, leader.post, leader.portfolio) == ("L901", "祁望野", "区委常委、副区长", "教育、科技")
    assert CommitteeMember.objects.values_list("code", "name", "title", "status").get() == (
        "C901", "袁秉柏", "区纪委书记", "IN_OFFICE",
    )  # fmt: skip
    assert Representative.objects.values_list("code", "name", "kind").get() == ("R901", "章承和", "PARTY_DELEGATE")
    assert "群众代表" in AuditEvent.objects.get(action="load_register").detail


@pytest.mark.parametrize(
    ("sheet", "row", "place", "words"),
    [
        ("区领导", changed(LEADER, 姓名=""), (2, "B"), "没有填写"),
        ("区领导", changed(LEADER, 职务=None), (2, "C"), "没有填写"),
        ("区领导", changed(LEADER, 分管="长" * 201), (2, "D"), "超过 200 个字"),
        ("区领导", changed(LEADER, 状态="退休"), (2, "E"), "应填：在任、离任"),
        ("区纪委委员", changed(MEMBER, 委员代码="=A1"), (2, "A"), "是公式"),
        ("区纪委委员", changed(MEMBER, 职务=dt.date(2026, 9, 1)), (2, "C"), "应填文字"),
        ("群众代表", changed(REPRESENTATIVE, 类别="群众"), (2, "C"), "应填：党代表、人大代表"),
        ("群众代表", changed(REPRESENTATIVE, 类别=""), (2, "C"), "没有填写"),
    ],
)
def test_each_problem_of_a_roster_is_named_by_row_and_column(db, sheet, row, place, words):
    register = actions.look_through(book(**{sheet: [row]}))

    assert [(p.sheet, p.row, p.column) for p in register.problems] == [(sheet, *place)]
    assert words in register.problems[0].message


@pytest.mark.parametrize("sheet", ALL)
def test_a_code_that_stands_twice_in_a_roster_is_a_problem(db, sheet):
    register = actions.look_through(book(**{sheet: ALL[sheet] * 2}))

    assert [(p.row, p.column, p.message) for p in register.problems] == [(3, "A", "与第 2 行重复")]


def test_problems_stand_in_the_order_of_sheets_rows_and_columns(db):
    wrong = changed(LEADER, 姓名="", 职务="")

    register = actions.look_through(book([changed(UNIT, 类别="企业")], 区领导=[LEADER, wrong], 群众代表=[["R1"]]))

    assert [(p.sheet, p.row, p.column) for p in register.problems] == [
        ("区领导", 3, "A"), ("区领导", 3, "B"), ("区领导", 3, "C"), ("单位", 2, "D"), ("群众代表", 2, "B"), ("群众代表", 2, "C"),
    ]  # fmt: skip


def test_a_roster_with_a_problem_leaves_everything_unwritten(clerk):
    register = actions.look_through(book([OURS], 区领导=[LEADER], 群众代表=[changed(REPRESENTATIVE, 姓名="")]))

    with pytest.raises(RuleViolation, match="群众代表 第 2 行 B 姓名"):
        actions.load_register(register, by=clerk)

    assert not LeadingMember.objects.exists()
    assert not Unit.objects.exists()


def test_importing_a_roster_again_updates_by_code_and_keeps_the_address(clerk):
    bring(clerk, **ALL)
    uid = Representative.objects.get().uid

    register = bring(
        clerk, 区领导=[LEADER], 群众代表=[changed(REPRESENTATIVE, 类别="特约监察员"), changed(REPRESENTATIVE, 代表代码="R902")]
    )

    assert (register.same["区领导"], register.changed["群众代表"], register.new["群众代表"]) == (1, 1, 1)
    kept = Representative.objects.get(code="R901")
    assert (kept.kind, kept.uid) == ("SUPERVISOR", uid)
    assert CommitteeMember.objects.count() == 1  # a sheet that is not there changes nothing


def test_a_name_with_a_line_break_becomes_one_line(clerk):
    bring(clerk, 群众代表=[changed(REPRESENTATIVE, 姓名="章\n承和")])

    assert Representative.objects.get().name == "章 承和"


def test_the_whole_register_leaves_in_a_form_that_comes_back_unchanged(clerk):
    bring(clerk, [OURS], [OFFICIAL], **ALL | {"群众代表": [changed(REPRESENTATIVE, 状态="离任")]})

    register = actions.look_through(actions.register_workbook())

    assert register.problems == []
    assert register.same == {"区领导": 1, "单位": 1, "干部": 1, "区纪委委员": 1, "群众代表": 1}


def test_the_workbook_speaks_chinese_to_a_reader_of_english_too(clerk):
    with override("en"):
        bring(clerk, [OURS], [OFFICIAL], **ALL)
        content = actions.register_workbook()
        register = actions.look_through(content)

    assert (register.problems, sum(register.same.values())) == ([], 5)
    sheets = openpyxl.load_workbook(io.BytesIO(content))
    assert [sheets["群众代表"]["C2"].value, sheets["单位"]["D2"].value, sheets["干部"]["H2"].value] == [
        "党代表",
        "区直部门",
        "是",
    ]


def test_the_command_loads_the_rosters_as_the_page_does(db, tmp_path, capsys):
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(book([OURS], **ALL))
    bad.write_bytes(book(群众代表=[changed(REPRESENTATIVE, 类别="群众")]))

    with pytest.raises(SystemExit):
        call_command("load_register", bad)
    assert "群众代表 第 2 行 C 类别：应填：党代表" in capsys.readouterr().err
    call_command("load_register", good)

    assert "区领导: 1 new, 0 changed, 0 unchanged" in capsys.readouterr().out
    assert (LeadingMember.objects.count(), CommitteeMember.objects.count(), Representative.objects.count()) == (1, 1, 1)


# --- the page ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", {"祁望野"}),
        ("?roster=members", {"袁秉柏"}),
        ("?roster=representatives", {"章承和", "施谨宁"}),
        ("?roster=representatives&q=章", {"章承和"}),
        ("?roster=representatives&q=r902", {"施谨宁"}),
        ("?roster=representatives&status=LEFT", {"施谨宁"}),
        ("?roster=representatives&q=无此人", set()),
        ("?roster=nobody", {"祁望野"}),
    ],
)
def test_each_roster_is_listed_searched_and_filtered(client, clerk, asked, shown):
    second = changed(REPRESENTATIVE, 代表代码="R902", 姓名="施谨宁", 状态="离任")
    bring(clerk, **ALL | {"群众代表": [REPRESENTATIVE, second]})
    client.force_login(clerk)

    page = client.get(reverse("officials:rater_list") + asked)

    assert {person.name for person in page.context["page"]} == shown
    assert page.context["form"].is_filtering is ("q=" in asked or "status=" in asked)


@pytest.mark.parametrize(("who", "offers"), [("clerk", True), ("member", False)])
def test_only_who_may_take_the_register_along_is_offered_it(client, request, who, offers):
    client.force_login(request.getfixturevalue(who))

    page = client.get(reverse("officials:rater_list")).content.decode()

    assert (reverse("officials:register_export") in page) is offers


def test_an_empty_roster_leads_to_the_import(client, clerk):
    client.force_login(clerk)

    page = client.get(reverse("officials:rater_list"), {"roster": "members"}).content.decode()

    assert "还没有登记区纪委委员" in page
    assert page.count(reverse("officials:register_upload")) == 2


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("roster", ["leaders", "members", "representatives"])
def test_a_roster_costs_the_same_for_one_row_and_three(client, clerk, django_assert_num_queries, rows, roster):
    LeadingMember.objects.bulk_create(LeadingMember(code=n, name="甲", post="区委常委") for n in range(rows))
    CommitteeMember.objects.bulk_create(CommitteeMember(code=n, name="甲", title="委员") for n in range(rows))
    Representative.objects.bulk_create(Representative(code=n, name="甲", kind="DEPUTY") for n in range(rows))
    client.force_login(clerk)

    with django_assert_num_queries(7):
        client.get(reverse("officials:rater_list"), {"roster": roster})


# --- who has left ------------------------------------------------------------------------------------------


def test_who_has_left_stays_in_the_register_and_is_offered_no_more(clerk, session):
    leader = factories.LeadingMemberFactory(code="L901")
    subject = session.subjects.first()
    Unit.objects.filter(pk=subject.official.unit_id).update(leading_member=leader)
    bring(clerk, 区纪委委员=[MEMBER], 群众代表=[REPRESENTATIVE])
    assert [len(people) for people in rosters(session).values()] == [1, 1, 1]

    bring(clerk, 区纪委委员=[changed(MEMBER, 状态="离任")], 群众代表=[changed(REPRESENTATIVE, 状态="离任")])

    assert [len(people) for people in rosters(session).values()] == [1, 0, 0]
    assert CommitteeMember.objects.get().status == "LEFT"


def test_a_unit_is_not_put_in_charge_of_somebody_who_has_left(clerk):
    register = actions.look_through(book([OURS], 区领导=[changed(LEADER, 状态="离任")]))

    assert [(p.sheet, p.row, p.column, p.message) for p in register.problems] == [("单位", 2, "G", "这位区领导已离任")]


def test_a_leader_leaves_only_with_the_units_handed_over(clerk):
    bring(clerk, [OURS], 区领导=[LEADER])

    register = actions.look_through(book(区领导=[changed(LEADER, 状态="离任")]))

    assert [(p.sheet, p.row, p.column) for p in register.problems] == [("区领导", 2, "E")]
    assert register.problems[0].message == "还分管云澜区试验局等 1 个单位，请在“单位”表里改为现任区领导"
    successor = changed(LEADER, 区领导代码="L902", 姓名="罗昭桐")
    bring(clerk, [changed(UNIT, 分管区领导代码="L902")], 区领导=[changed(LEADER, 状态="离任"), successor])
    assert Unit.objects.get().leading_member.name == "罗昭桐"
