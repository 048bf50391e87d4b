"""Workbooks with only a part of the register, and what is told of a unit without a short name."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleViolation
from core.models import AuditEvent, StoredFile
from officials import actions, tasks
from officials.actions import workbook
from officials.models import Official, RegisterImport, Unit
from tests import factories
from tests.officials.test_register import (
    LEADER,
    MEMBER,
    OFFICIAL,
    OFFICIAL_HEADINGS,
    REPRESENTATIVE,
    UNIT,
    UNIT_HEADINGS,
    book,
    changed,
)


def only(title):
    """The workbook of one unit and one official with this sheet alone."""
    whole = openpyxl.load_workbook(io.BytesIO(book([UNIT], [OFFICIAL])))
    for name in whole.sheetnames:
        if name != title:
            del whole[name]
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def test_units_may_come_alone(clerk):
    actions.load_register(actions.look_through(only("单位")), by=clerk)

    assert (Unit.objects.get().code, Official.objects.count()) == ("U901", 0)


def test_officials_may_come_alone_where_their_unit_is_known(clerk):
    factories.UnitFactory(code="U901")

    actions.load_register(actions.look_through(only("干部")), by=clerk)

    assert Official.objects.get().unit.code == "U901"


def test_a_workbook_with_neither_sheet_is_refused(db):
    blank = io.BytesIO()
    openpyxl.Workbook().save(blank)

    with pytest.raises(RuleViolation, match="没有登记表的任何一张表（区领导、单位、干部、区纪委委员、群众代表）"):
        actions.look_through(blank.getvalue())


@pytest.mark.parametrize("short", ["", None])
def test_a_unit_without_a_short_name_takes_its_name_and_comes_again_as_the_same(clerk, short):
    content = book([changed(UNIT, 简称=short)], [])
    actions.load_register(actions.look_through(content), by=clerk)
    assert Unit.objects.get().short_name == "云澜区试验局"

    again = actions.look_through(content)

    assert (again.new["单位"], again.changed["单位"], again.same["单位"]) == (0, 0, 1)


def test_the_examples_of_the_template_are_not_taken_for_people(clerk):
    register = actions.look_through(actions.template_workbook())

    assert (register.problems, sum(register.new.values())) == ([], 0)


def test_the_examples_would_be_taken_were_they_anybody_else(db):
    sheets = openpyxl.load_workbook(io.BytesIO(actions.template_workbook()))
    for sheet in sheets:
        sheet["A2"] = "X1"
    sheets["单位"]["G2"], sheets["干部"]["E2"] = "X1", "X1"
    out = io.BytesIO()
    sheets.save(out)

    register = actions.look_through(out.getvalue())

    assert [[cell.value for cell in sheets[title][1]] for title in ("单位", "干部")] == [UNIT_HEADINGS, OFFICIAL_HEADINGS]
    assert register.problems == []
    assert register.new == {"区领导": 1, "单位": 1, "干部": 1, "区纪委委员": 1, "群众代表": 1}


# --- sheets without some of the columns ---------------------------------------------------------------------


def without(content, *headings):
    """The workbook with these columns cut out of every sheet."""
    sheets = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in sheets:
        for place in range(sheet.max_column, 0, -1):
            if sheet.cell(1, place).value in headings:
                sheet.delete_cols(place)
    out = io.BytesIO()
    sheets.save(out)
    return out.getvalue()


OPTIONAL = {title: [c.heading for c in shape if not c.is_required] for title, shape in workbook.columns().items()}


def only_required(content):
    return without(content, *(heading for headings in OPTIONAL.values() for heading in headings))


def everything(model):
    return list(model.objects.order_by("code").values())


def test_a_sheet_without_the_optional_columns_leaves_what_they_hold(clerk):
    rosters = {"区领导": [LEADER], "区纪委委员": [changed(MEMBER, 状态="离任")], "群众代表": [REPRESENTATIVE]}
    units = [changed(UNIT, 单位代码="U900", 单位名称="上级局"), changed(UNIT, 上级单位代码="U900", 分管区领导代码="L901")]
    whole = book(units, [OFFICIAL, changed(OFFICIAL, 人员代码="P902", 状态="离任")], **rosters)
    actions.load_register(actions.look_through(whole), by=clerk)
    before = {model: everything(model) for model in workbook.MODELS.values()}

    register = actions.look_through(only_required(whole))
    actions.load_register(register, by=clerk)

    assert register.problems == []
    assert register.absent == OPTIONAL
    assert sum(register.changed.values()) == 0
    assert {model: everything(model) for model in workbook.MODELS.values()} == before


def test_what_a_new_line_does_not_say_is_as_in_an_empty_cell(clerk):
    actions.load_register(actions.look_through(only_required(book([UNIT], [OFFICIAL]))), by=clerk)

    official, unit = Official.objects.get(), Unit.objects.get()
    assert (official.status, official.rank, official.birth_year, official.is_party_head) == ("IN_OFFICE", "", None, False)
    assert (unit.short_name, unit.parent, unit.leading_member) == ("云澜区试验局", None, None)


def test_a_column_that_is_there_is_written_beside_those_that_are_not(clerk):
    actions.load_register(actions.look_through(book([UNIT], [OFFICIAL])), by=clerk)

    register = actions.look_through(without(book([], [changed(OFFICIAL, 职级="")]), "性别", "状态"))
    actions.load_register(register, by=clerk)

    assert (register.changed["干部"], register.absent) == (1, {"干部": ["性别", "状态"]})
    assert Official.objects.values_list("gender", "rank", "birth_year").get() == ("MALE", "", 1975)


def test_a_leader_who_leaves_is_still_in_charge_of_units_whose_sheet_does_not_say(clerk):
    ours = changed(UNIT, 分管区领导代码="L901")
    actions.load_register(actions.look_through(book([ours], [], 区领导=[LEADER])), by=clerk)

    register = actions.look_through(without(book([ours], [], 区领导=[changed(LEADER, 状态="离任")]), "分管区领导代码"))

    assert [(p.sheet, p.heading) for p in register.problems] == [("区领导", "状态")]


def test_units_do_not_go_to_a_leader_who_has_left_when_the_sheet_does_not_say_so(clerk):
    gone = changed(LEADER, 状态="离任")
    actions.load_register(actions.look_through(book(区领导=[gone])), by=clerk)

    register = actions.look_through(without(book([changed(UNIT, 分管区领导代码="L901")], [], 区领导=[gone]), "状态"))

    assert [p.message for p in register.problems] == ["这位区领导已离任"]


def test_a_circle_is_found_also_where_the_sheet_does_not_name_the_units_above(clerk):
    actions.load_register(
        actions.look_through(book([UNIT, changed(UNIT, 单位代码="U902", 单位名称="另一个单位", 上级单位代码="U901")])), by=clerk
    )

    register = actions.look_through(book([changed(UNIT, 上级单位代码="U902")]))

    assert [p.message for p in register.problems] == ["上级单位绕成了一圈"]


def test_preview_and_command_name_the_columns_a_sheet_lacks(client, clerk, tmp_path, capsys):
    content = without(book([UNIT], [OFFICIAL]), "性别", "职级")
    client.force_login(clerk)

    page = client.post(reverse("officials:register_upload"), {"file": SimpleUploadedFile("登记表.xlsx", content)}, follow=True)

    assert "“干部”表：性别、职级" in page.content.decode()
    (tmp_path / "register.xlsx").write_bytes(content)
    call_command("load_register", tmp_path / "register.xlsx", "--dry-run")
    assert "干部: no column 性别, 职级; what is stored stays" in capsys.readouterr().out


def test_a_workbook_that_could_not_be_kept_leaves_no_file(clerk, monkeypatch, settings, tmp_path):
    def out_of_order(*args, **kwargs):
        raise OSError("out of order")

    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": place}
    monkeypatch.setattr("officials.actions.register.audit.record", out_of_order)

    with pytest.raises(OSError, match="out of order"):
        actions.upload_register(SimpleUploadedFile("甲.xlsx", book([UNIT], [OFFICIAL])), by=clerk)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# --- left unconfirmed ---------------------------------------------------------------------------------------


def test_workbooks_nobody_confirmed_go_after_a_week_with_their_bytes(clerk, time_machine, django_capture_on_commit_callbacks):
    uploaded = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
    time_machine.move_to(uploaded, tick=False)
    left, confirmed = (
        actions.upload_register(SimpleUploadedFile(name, book([UNIT], [OFFICIAL])), by=clerk) for name in ("甲.xlsx", "乙.xlsx")
    )
    actions.confirm_import(confirmed, by=clerk)
    time_machine.move_to(uploaded + dt.timedelta(days=2), tick=False)
    fresh = actions.upload_register(SimpleUploadedFile("丙.xlsx", book([UNIT], [OFFICIAL])), by=clerk)
    place, storage = left.file.content.name, left.file.content.storage

    time_machine.move_to(uploaded + dt.timedelta(days=8), tick=False)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.drop_unconfirmed_registers()

    assert set(RegisterImport.objects.all()) == {confirmed, fresh}
    assert set(StoredFile.objects.values_list("name", flat=True)) == {"乙.xlsx", "丙.xlsx"}
    assert not storage.exists(place)
    assert storage.exists(confirmed.file.content.name)
    assert actions.drop_unconfirmed(now=timezone.now()) == 0
    assert AuditEvent.objects.filter(action="drop_register_uploads").count() == 1
