import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEvent
from officials.models import Term
from tests import factories


def enter(name="中共云澜区第五届委员会", first="2024-07-01", last="2029-06-30"):
    call_command("set_term", name, f"--from={first}", f"--to={last}")


def test_a_term_is_entered_by_command_and_its_days_corrected_by_the_same(db, capsys):
    enter(last="2029-06-03")
    enter()

    term = Term.of(dt.date(2029, 6, 30))
    assert (term.name, term.starts_on, Term.objects.count()) == ("中共云澜区第五届委员会", dt.date(2024, 7, 1), 1)
    assert "2024-07-01 to 2029-06-30" in capsys.readouterr().out
    assert [event.action for event in AuditEvent.objects.all()] == ["set_term", "set_term"]


def test_the_next_term_follows_on_the_day_after(db):
    enter()

    enter("第六届", "2029-07-01", "2034-06-30")

    assert [Term.of(day).name for day in (dt.date(2029, 6, 30), dt.date(2029, 7, 1))] == ["中共云澜区第五届委员会", "第六届"]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2029-06-30", "2034-06-30", "与“本届”（2024年7月1日至2029年6月30日）重叠"),
        ("2020-01-01", "2024-07-01", "重叠"),
        ("2025-01-01", "2026-01-01", "重叠"),
        ("2034-06-30", "2029-07-01", "届满日期须晚于开始日期"),
    ],
)
def test_days_that_cannot_be_are_refused(db, first, last, words):
    factories.TermFactory()

    with pytest.raises(CommandError, match=words):
        enter("第六届", first, last)

    assert Term.objects.get().name == "本届"
