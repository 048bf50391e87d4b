import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from core import files
from core.errors import RuleViolation
from core.models import StoredFile
from officials import actions
from officials.models import Official, RegisterImport, Unit
from officials.rules import cell
from officials.rules import register as rules
from tests import factories

UNIT_HEADINGS = [c.heading for c in rules.unit_columns({})]
OFFICIAL_HEADINGS = [c.heading for c in rules.official_columns({}, {})]
ROSTERS = {
    "区领导": [c.heading for c in rules.leader_columns({})],
    "区纪委委员": [c.heading for c in rules.member_columns({})],
    "群众代表": [c.heading for c in rules.representative_columns({}, {})],
}
LEADER = ["L901", "祁望野", "区委常委、副区长", "教育、科技", "在任"]
MEMBER = ["C901", "袁秉柏", "区纪委书记", ""]
REPRESENTATIVE = ["R901", "章承和", "党代表", "在任"]
UNIT = ["U901", "云澜区试验局", "试验局", "区直部门", "", "", "", "某某", 12, "党组"]
OFFICIAL = ["P901", "周建立", "男", 1975, "U901", "党组书记", "正科级", "是", "否", "2024-07-01", dt.date(2029, 6, 30), "在任"]


def book(units=(), officials=(), titles=0, **rosters):
    """A workbook as people send it, with `titles` merged lines above the headings; of the rosters only the sheets named."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    sheets = [("单位", UNIT_HEADINGS, units), ("干部", OFFICIAL_HEADINGS, officials)]
    for title, headings, rows in sheets + [(title, ROSTERS[title], rows) for title, rows in rosters.items()]:
        sheet = workbook.create_sheet(title)
        for n in range(titles):
            sheet.append(["云澜区登记表"])
            sheet.merge_cells(start_row=n + 1, end_row=n + 1, start_column=1, end_column=5)
        sheet.append(headings)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def changed(row, **columns):
    shapes = [
        (UNIT, UNIT_HEADINGS),
        (OFFICIAL, OFFICIAL_HEADINGS),
        *zip((LEADER, MEMBER, REPRESENTATIVE), ROSTERS.values(), strict=True),
    ]
    headings = next(headings for known, headings in shapes if known is row)
    return [columns.get(heading, value) for heading, value in zip(headings, row, strict=True)]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-09-01", dt.date(2026, 9, 1)),
        ("2026/9/1", dt.date(2026, 9, 1)),
        ("2026.09.01", dt.date(2026, 9, 1)),
        ("2026年9月1日", dt.date(2026, 9, 1)),
        (46266, dt.date(2026, 9, 1)),
        (dt.datetime(2026, 9, 1, 8), dt.date(2026, 9, 1)),
        ("", None),
    ],
)
def test_days_are_read_as_text_cell_or_serial_number(value, day):
    assert cell.day(value) == day


@pytest.mark.parametrize("value", ["去年", "2026-13-01", "2026-02-30", 12, True])
def test_what_is_no_day_is_refused(value):
    with pytest.raises(cell.Wrong):
        cell.day(value)


def test_a_clean_register_is_written_whole(clerk):
    register = actions.look_through(book([UNIT], [OFFICIAL], titles=2))

    assert register.problems == []
    assert (register.new["单位"], register.new["干部"]) == (1, 1)
    actions.load_register(register, by=clerk)
    official = Official.objects.get(code="P901")
    assert (official.name, official.unit.code, official.term_starts_on) == ("周建立", "U901", dt.date(2024, 7, 1))
    assert (official.initials, official.is_party_head, official.is_admin_head) == ("zjl", True, False)


@pytest.mark.parametrize(
    ("units", "officials", "place", "words"),
    [
        ([], [changed(OFFICIAL, 单位代码="U999")], (2, "E"), "没有这个单位代码"),
        ([UNIT, UNIT], [], (3, "A"), "与第 2 行重复"),
        ([UNIT], [changed(OFFICIAL, 任期届满="2020-01-01")], (2, "K"), "早于或等于任职时间"),
        ([UNIT], [changed(OFFICIAL, 姓名=None)], (2, "B"), "没有填写"),
        ([UNIT], [changed(OFFICIAL, 出生年份="七十年代")], (2, "D"), "应填整数"),
        ([UNIT], [changed(OFFICIAL, 姓名="=A1&B1")], (2, "B"), "是公式"),
        ([changed(UNIT, 类别="企业")], [], (2, "D"), "应填：区直部门、镇办、国企"),
        ([changed(UNIT, 上级单位代码="U901")], [], (2, "E"), "绕成了一圈"),
        ([changed(UNIT, 分管区领导代码="L99")], [], (2, "G"), "没有这个区领导代码"),
        ([UNIT], [changed(OFFICIAL, 任职时间="下半年")], (2, "J"), "不是日期"),
        ([UNIT], [changed(OFFICIAL, 任职时间="1985-01-04")], (2, "J"), "任职时不满 18 岁"),
        ([UNIT, changed(UNIT, 单位代码="U902")], [], (3, "B"), "与单位 U901 同名"),
    ],
)
def test_each_problem_is_named_by_row_and_column(db, units, officials, place, words):
    register = actions.look_through(book(units, officials))

    assert [(p.row, p.column) for p in register.problems] == [place]
    assert words in register.problems[0].message


def test_a_file_with_a_problem_writes_nothing(clerk):
    register = actions.look_through(book([UNIT], [OFFICIAL, changed(OFFICIAL, 人员代码="P902", 姓名="")]))

    with pytest.raises(RuleViolation, match="没有填写"):
        actions.load_register(register, by=clerk)

    assert not Unit.objects.exists()
    assert not Official.objects.exists()


def test_importing_again_updates_by_code_and_keeps_the_address(clerk):
    actions.load_register(actions.look_through(book([UNIT], [OFFICIAL])), by=clerk)
    uid = Official.objects.get().uid

    register = actions.look_through(book([UNIT], [changed(OFFICIAL, 职务="党组书记、局长")]))
    actions.load_register(register, by=clerk)

    assert (register.same["单位"], register.changed["干部"], register.new["干部"]) == (1, 1, 0)
    official = Official.objects.get()
    assert (official.post, official.uid) == ("党组书记、局长", uid)


def test_blank_lines_are_passed_over_and_row_numbers_stay(db):
    register = actions.look_through(book([UNIT], [OFFICIAL, [], [None] * 12, changed(OFFICIAL, 人员代码="P902", 姓名="")]))

    assert [p.row for p in register.problems] == [5]


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused_in_words(db, content):
    with pytest.raises(RuleViolation, match="不是 Excel 工作簿"):
        actions.look_through(content)


def test_the_register_leaves_in_a_form_that_comes_back_unchanged(clerk):
    actions.load_register(actions.look_through(book([UNIT], [OFFICIAL])), by=clerk)

    content = actions.register_workbook()
    register = actions.look_through(content)

    assert register.problems == []
    assert (register.same["单位"], register.same["干部"]) == (1, 1)


def test_exported_text_is_never_a_formula(clerk):
    factories.OfficialFactory(name="=1+1", post='@cmd|"/c calc"')

    content = actions.register_workbook()

    sheet = openpyxl.load_workbook(io.BytesIO(content))["干部"]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "=1+1" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_upload_preview_confirm_in_the_browser(client, clerk):
    client.force_login(clerk)
    upload = SimpleUploadedFile("登记表.xlsx", book([UNIT], [OFFICIAL]))

    preview = client.post(reverse("officials:register_upload"), {"file": upload}, follow=True)
    assert "可以导入" in preview.content.decode()
    assert not Official.objects.exists()

    batch = RegisterImport.objects.get()
    for _ in range(2):  # a second press changes nothing
        client.post(reverse("officials:register_confirm", args=[batch.uid]), {"seen": preview.context["register"].mark})
    done = client.get(reverse("officials:register_preview", args=[batch.uid]))
    assert Official.objects.count() == 1
    assert {line["title"]: line["new"] for line in done.context["counts"]}["干部"] == 1
    assert "看干部" in done.content.decode()


def test_what_the_preview_did_not_show_is_not_overwritten(client, clerk):
    """Another import came in between."""
    actions.load_register(actions.look_through(book([UNIT], [OFFICIAL])), by=clerk)
    client.force_login(clerk)
    upload = SimpleUploadedFile("登记表.xlsx", book([UNIT], [changed(OFFICIAL, 职务="局长")]))
    preview = client.post(reverse("officials:register_upload"), {"file": upload}, follow=True)
    confirm = reverse("officials:register_confirm", args=[preview.context["batch"].uid])
    actions.load_register(actions.look_through(book([UNIT], [changed(OFFICIAL, 职务="党组书记、主任")])), by=clerk)

    shown = preview.context["register"].mark
    late = client.post(confirm, {"seen": shown}, HTTP_REFERER=f"http://testserver{preview.request['PATH_INFO']}", follow=True)
    assert "不是现在要写入的" in late.content.decode()
    assert Official.objects.get().post == "党组书记、主任"

    client.post(confirm, {"seen": late.context["register"].mark})
    assert Official.objects.get().post == "局长"


def test_the_preview_shows_what_would_be_added_and_overwritten(client, clerk):
    actions.load_register(actions.look_through(book([UNIT], [OFFICIAL])), by=clerk)
    client.force_login(clerk)
    new = changed(OFFICIAL, 人员代码="P902", 姓名="新来的")
    again = changed(OFFICIAL, 姓名="周健立", 职务="党组书记、局长", 党组织主要负责人="否", 状态="离任", 任期届满="2028-06-30")
    upload = SimpleUploadedFile("登记表.xlsx", book([UNIT], [again, new]))

    preview = client.post(reverse("officials:register_upload"), {"file": upload}, follow=True)

    assert [(c.row, c.code, c.name, c.heading, str(c.before), str(c.now)) for c in preview.context["changes"]] == [
        (2, "P901", "周建立", "姓名", "周建立", "周健立"),
        (2, "P901", "周建立", "职务", "党组书记", "党组书记、局长"),
        (2, "P901", "周建立", "党组织主要负责人", "是", "否"),
        (2, "P901", "周建立", "任期届满", "2029-06-30", "2028-06-30"),
        (2, "P901", "周建立", "状态", "在任", "离任"),
    ]
    [line] = preview.context["additions"]
    assert (line.sheet, line.row, line.code, line.name) == ("干部", 3, "P902", "新来的")
    assert [str(cell) for cell in line.cells] == ["U901", "党组书记", "2024-07-01", "2029-06-30"]
    page = preview.content.decode()
    assert "党组书记、局长" in page
    assert "U901　党组书记　" in page


@pytest.mark.parametrize(("rows", "said"), [([], "表里没有可以导入的行"), ([OFFICIAL], "与已登记的相同，不用导入")])
def test_a_file_that_brings_nothing_offers_nothing_to_confirm(client, clerk, rows, said):
    actions.load_register(actions.look_through(book([UNIT], [OFFICIAL])), by=clerk)
    client.force_login(clerk)

    page = client.post(
        reverse("officials:register_upload"), {"file": SimpleUploadedFile("登记表.xlsx", book([], rows))}, follow=True
    ).content.decode()

    assert said in page
    assert "confirm-import" not in page
    assert "upload-again" in page


def damaged(content):
    """The workbook with its first sheet broken off, as a bad copy leaves it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(out, "w") as broken:
        for name in whole.namelist():
            part = whole.read(name)
            broken.writestr(name, part[: len(part) // 2] if name.endswith("sheet1.xml") else part)
    return out.getvalue()


def test_a_damaged_workbook_is_told_where_it_is_chosen_and_not_kept(client, clerk, tmp_path, capsys):
    client.force_login(clerk)
    content = damaged(book([UNIT], [OFFICIAL]))

    page = client.post(reverse("officials:register_upload"), {"file": SimpleUploadedFile("登记表.xlsx", content)})

    assert page.status_code == 200
    assert "已经损坏" in page.content.decode()
    assert not RegisterImport.objects.exists()
    assert not StoredFile.objects.exists()
    (tmp_path / "broken.xlsx").write_bytes(content)
    with pytest.raises(CommandError, match="已经损坏"):
        call_command("load_register", tmp_path / "broken.xlsx")


def test_a_workbook_damaged_since_it_was_kept_is_told_and_writes_nothing(client, clerk):
    client.force_login(clerk)
    stored = files.keep("登记表.xlsx", damaged(book([UNIT], [OFFICIAL])), files.TYPES["xlsx"], by=clerk)
    batch = RegisterImport.objects.create(file=stored, uploaded_by=clerk)

    page = client.get(reverse("officials:register_preview", args=[batch.uid])).content.decode()
    assert "已经损坏" in page
    assert "upload-again" in page
    answer = client.post(reverse("officials:register_confirm", args=[batch.uid]), follow=True)

    assert "已经损坏" in answer.content.decode()
    assert not Unit.objects.exists()


def test_command_checks_like_the_page(db, tmp_path, capsys):
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(book([UNIT], [OFFICIAL]))
    bad.write_bytes(book([UNIT], [changed(OFFICIAL, 单位代码="U999")]))

    with pytest.raises(SystemExit) as stop:
        call_command("load_register", bad)
    assert stop.value.code == 1
    call_command("load_register", good, "--dry-run")
    assert not Official.objects.exists()
    call_command("load_register", good)
    assert Official.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_one_row_and_three(client, clerk, django_assert_num_queries, rows):
    factories.OfficialFactory.create_batch(rows)
    client.force_login(clerk)

    with django_assert_num_queries(7):
        client.get(reverse("officials:official_list"))
    with django_assert_num_queries(8):
        client.get(reverse("officials:unit_list"))


@pytest.mark.parametrize("text", ["周建立", "zjl", "zhoujianli", "试验局", "P901"])
def test_search_finds_by_name_pinyin_unit_and_code(clerk, text):
    actions.load_register(actions.look_through(book([UNIT], [OFFICIAL])), by=clerk)
    factories.OfficialFactory(name="无关人")

    assert [o.code for o in Official.objects.search(text)] == ["P901"]


@pytest.mark.parametrize(
    ("who", "status"), [("clerk", 200), ("approver", 403), ("outsider", 403), ("sysadmin", 403), ("petition_clerk", 403)]
)
def test_importing_is_for_the_organiser(client, request, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("officials:register_upload")).status_code == status


# --- who may -----------------------------------------------------------------------------------------------


def shown(client, user, page):
    client.force_login(user)
    return client.get(reverse(f"officials:{page}")).content.decode()


@pytest.mark.parametrize("page", ["official_list", "unit_list"])
def test_the_list_leads_to_the_pages_that_open(client, clerk, member, leader, page):
    in_field = factories.OfficialFactory(unit=factories.UnitFactory(leading_member=leader.leading_member))
    outside = factories.OfficialFactory()
    links = {official: reverse("archive:official", args=[official.uid]) for official in (in_field, outside)}

    for user, leads_to in ((clerk, {in_field, outside}), (leader, {in_field}), (member, set())):
        text = shown(client, user, page)
        assert {official for official, link in links.items() if link in text} == leads_to
        assert in_field.name in text
        assert outside.name in text


@pytest.mark.parametrize(("who", "may"), [("clerk", True), ("approver", True), ("member", False), ("verifier", False)])
def test_the_whole_register_leaves_with_the_office_and_its_leaders(client, request, who, may):
    user, export = request.getfixturevalue(who), reverse("officials:register_export")

    assert (export in shown(client, user, "official_list"), export in shown(client, user, "unit_list")) == (may, may)
    assert client.get(export).status_code == (200 if may else 403)
