"""Tables as workbooks: what the page shows, for whom it shows it, and no cell computes."""

import datetime as dt
import io
import json

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent
from notices.models import Letter
from tests import factories
from tests.test_matrix import named

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def book(answer):
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def rows(sheet):
    return list(sheet.iter_rows(values_only=True))


def test_sessions_come_as_filtered_with_those_heard(client, clerk):
    factories.ReviewSessionFactory(title="=甲会", subjects=2)
    factories.ReviewSessionFactory(title="乙会", subjects=1)
    client.force_login(clerk)

    found = book(client.get(reverse("reviews:session_export") + "?q=甲"))

    assert [row[1] for row in rows(found.worksheets[0])[1:]] == ["=甲会"]
    assert [row[1] for row in rows(found.worksheets[1])[1:]] == ["=甲会", "=甲会"]
    assert all(cell.data_type != "f" for sheet in found.worksheets for line in sheet.iter_rows() for cell in line)


def test_letters_come_as_the_reader_sees_them(client, clerk, member):
    unit = factories.UnitFactory()
    for title in ("关于甲的函", "关于乙的函"):
        Letter.objects.create(title=title, unit=unit, word="云纪函", addressee="某单位", drafted_by=clerk)
    client.force_login(clerk)

    found = rows(book(client.get(reverse("notices:letter_export") + "?q=乙")).active)

    assert [row[3] for row in found[1:]] == ["关于乙的函"]
    client.force_login(member)
    assert client.get(reverse("notices:letter_export")).status_code == 403


def test_the_plan_says_who_is_needed_when_and_what_cannot_be_met(client, clerk, time_machine):
    time_machine.move_to(dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC), tick=False)
    factories.TermFactory(starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 8, 31))
    factories.RuleSetFactory()
    session = factories.ReviewSessionFactory(title="=三季度会", date=dt.date(2026, 7, 20), kind="DISPERSED", state="DRAFT")
    factories.SessionSubjectFactory(session=session, official=factories.OfficialFactory(name="已列"))
    for n in range(5):
        factories.OfficialFactory(name=f"=待{n}")
    client.force_login(clerk)

    sessions, people, coverage = book(client.get(reverse("reviews:plan_export") + "?show=waiting")).worksheets

    assert [row[0] for row in rows(sessions)[1:]] == ["第一季度", "第二季度", "第三季度", "第四季度"]
    assert [row[5] for row in rows(sessions)[1:]] == ["没有安排会议", "没有安排会议", "草稿", "尚未拟定"]
    assert sorted(row[1] for row in rows(people)[1:]) == [f"=待{n}" for n in range(5)]
    assert {row[7] for row in rows(people)[1:]} == {"未安排"}
    unmet = [text for what, text in rows(coverage) if what == "不能满足"]
    assert "第一季度已经过去，没有安排会议" in unmet
    assert any(text.endswith("还缺 3 个名额") for text in unmet)
    assert all(cell.data_type != "f" for sheet in (sessions, people) for line in sheet.iter_rows() for cell in line)


def test_attendance_says_yes_or_no_and_never_when(client, clerk, session):
    group = factories.AudienceGroupFactory(session=session, code="D", name="群众代表", expected=2)
    for name, here in (("甲", True), ("乙", False)):
        group.attendees.create(name=name, is_present=here)
    client.force_login(clerk)

    counted, listed = book(client.get(reverse("live:roster_export", args=[session.uid]))).worksheets

    assert rows(counted)[1:] == [("D", "群众代表", 2, 1)]
    assert rows(listed)[1:] == [("群众代表", "甲", None, "到会"), ("群众代表", "乙", None, "未到")]


EXPORTS = {  # address: what it is about, how many rows
    "officials:register_export": ([], 2),
    "reviews:session_export": ([], 1),
    "reviews:plan_export": ([], 2),
    "notices:letter_export": ([], 1),
    "live:roster_export": (["session"], 3),
    "rectification:item_export": ([], 0),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_who_takes_a_table_out_types_the_password_and_stands_in_the_trail(client, clerk, settings, name):
    session = factories.ReviewSessionFactory(subjects=2)
    group = factories.AudienceGroupFactory(session=session, expected=3)
    for person in "甲乙丙":
        group.attendees.create(name=person)
    Letter.objects.create(title="函", unit=factories.UnitFactory(), word="云纪函", addressee="某单位", drafted_by=clerk)
    about, n = EXPORTS[name]
    address = reverse(name, args=[session.uid for _one in about])
    client.force_login(clerk)

    assert client.get(address).status_code == 200
    line = AuditEvent.objects.get(action="export")
    assert (line.actor, json.loads(line.detail)) == (clerk.username, {"n": n})

    settings.SESSION_PROVED = dt.timedelta(0)
    asked = client.get(address)
    assert (asked.status_code, asked["Location"].split("?")[0]) == (302, reverse("officials:password_again"))
    assert AuditEvent.objects.filter(action="export").count() == 1


def test_every_table_that_leaves_is_tried_here():
    names = {name for name in named() if name.endswith(("_export", "_workbook"))}

    assert names == {*EXPORTS, "scoring:paper_workbook", "scoring:results_recount_export"}


@pytest.mark.parametrize("name", ["reviews:session_export", "reviews:plan_export", "notices:letter_export"])
def test_one_and_three_rows_cost_the_same(client, clerk, name):
    client.force_login(clerk)
    client.get(reverse(name))
    costs = []
    for more in (1, 2):
        for _n in range(more):
            factories.ReviewSessionFactory(subjects=2)
            Letter.objects.create(title="函", unit=factories.UnitFactory(), word="云纪函", addressee="某单位", drafted_by=clerk)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(name))
        costs.append(len(asked))

    assert len(set(costs)) == 1, costs
