import datetime as dt

import pytest

from reviews.models import ReviewSession
from reviews.rules import plan as rules
from tests import factories
from tests.reviews.test_plan_views import heard
from tests.reviews.test_session_views import COMMISSION, NOW
from tests.sweep import CAST

BOARD = "/sessions/plan/board"
QUARTERS = [(2026, 2), (2026, 3), (2026, 4), (2027, 1)]


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW)


@pytest.mark.parametrize(
    ("heard", "planned", "last", "cells"),
    [
        (set(), set(), (2029, 2), ["OVER", "OVER", "OPEN", "OPEN"]),
        (set(), set(), (2026, 4), ["OVER", "OVER", "LAST", "AFTER"]),
        (set(), set(), (2026, 2), ["LAST", "AFTER", "AFTER", "AFTER"]),
        ({(2026, 2)}, set(), (2026, 4), ["HEARD", "OVER", "OPEN", "AFTER"]),
        (set(), {(2027, 1)}, (2026, 4), ["OVER", "OVER", "OPEN", "PLANNED"]),
    ],
)
def test_a_line_of_the_board(heard, planned, last, cells):
    assert rules.cells(QUARTERS, now=(2026, 4), heard=heard, planned=planned, last=last) == cells


def test_the_board_is_for_the_commission(sweep):
    sweep.check(BOARD, {who: 200 if who in COMMISSION else 403 for who in CAST})


def test_the_board_shows_who_was_heard_who_is_planned_and_whose_time_runs_out(client, clerk):
    factories.TermFactory()
    factories.RuleSetFactory()
    was_heard, is_planned, waits = (factories.OfficialFactory(name=name) for name in ("甲已述", "乙列入", "丙等候"))
    type(waits).objects.filter(pk=waits.pk).update(term_ends_on=dt.date(2027, 2, 28))
    heard(was_heard, date=dt.date(2025, 12, 20))
    session = heard(is_planned, date=dt.date(2026, 12, 22), state=ReviewSession.State.APPROVED)
    client.force_login(clerk)

    page = client.get(BOARD).content.decode()

    lines = {name: page[page.index(f"<b>{name}") :].split("</tr>")[0] for name in ("甲已述", "乙列入", "丙等候")}
    assert "2025年第4季度：已述" in lines["甲已述"]
    assert "2026年第4季度：已列入" in lines["乙列入"]
    assert "2027年第1季度：任期届满，未安排" in lines["丙等候"]
    assert lines["丙等候"].count('class="after"') == len(rules.quarters(dt.date(2027, 4, 1), dt.date(2029, 6, 30)))
    assert session.get_absolute_url() in page.split("</thead>")[0]


def test_who_did_not_come_keeps_the_place_open(client, clerk):
    factories.TermFactory()
    factories.RuleSetFactory()
    official = factories.OfficialFactory()
    held = heard(official)
    held.subjects.update(absence="因病住院")
    client.force_login(clerk)

    page = client.get(BOARD).content.decode()

    assert 'class="heard"' not in page.split("board-legend")[0]
    assert held.get_absolute_url() not in page


def test_without_a_term_the_board_says_what_is_missing(client, clerk):
    client.force_login(clerk)

    page = client.get(BOARD).content.decode()

    assert "set_term" in page
    assert "<table" not in page
