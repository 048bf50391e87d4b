"""Tables as workbooks: what the page shows, for whom it shows it, and no cell computes."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.models import Letter
from tests import factories

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


def test_attendance_says_yes_or_no_and_never_when(client, clerk, session):
    group = factories.AudienceGroupFactory(session=session, code="D", name="群众代表", expected=2)
    for name, here in (("甲", True), ("乙", False)):
        group.attendees.create(name=name, is_present=here)
    client.force_login(clerk)

    counted, listed = book(client.get(reverse("live:roster_export", args=[session.uid]))).worksheets

    assert rows(counted)[1:] == [("D", "群众代表", 2, 1)]
    assert rows(listed)[1:] == [("群众代表", "甲", None, "到会"), ("群众代表", "乙", None, "未到")]


@pytest.mark.parametrize("name", ["reviews:session_export", "notices:letter_export"])
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
