"""Workbooks with only a part of the register, and what is told of a unit without a short name."""

import io

import openpyxl
import pytest

from core.errors import RuleViolation
from officials import actions
from officials.models import Official, Unit
from tests import factories
from tests.officials.test_register import OFFICIAL, OFFICIAL_HEADINGS, UNIT, UNIT_HEADINGS, book, changed


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
