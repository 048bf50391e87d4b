import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEvent
from reviews.models import RuleSet
from tests import factories

RULES = ["add_rule_set", "述责述廉暂行办法", "--edition=2", "--citation=云纪发〔2024〕6号", "--from=2024-07-01"]


def test_a_version_of_the_rules_is_entered_by_command(db, capsys):
    call_command(*RULES, "--dispersed=1-4", "--plan-days=15", "--rectification-months=2")

    rule_set = RuleSet.in_force(dt.date(2026, 11, 24))
    assert (rule_set.version, rule_set.limits("DISPERSED"), rule_set.limits("CONCENTRATED")) == (2, (1, 4), (5, 10))
    assert (rule_set.report_rounds, rule_set.plan_days, rule_set.rectification_months) == (3, 15, 2)
    assert "2024-07-01" in capsys.readouterr().out
    assert AuditEvent.objects.get().action == "adopt_rule_set"


@pytest.mark.parametrize("limits", ["--dispersed=3-1", "--concentrated=0-10", "--questions=4-3"])
def test_limits_that_cannot_be_met_are_refused(db, limits):
    with pytest.raises(CommandError, match="下限不能小于 1"):
        call_command(*RULES, limits)

    assert not RuleSet.objects.exists()


@pytest.mark.parametrize("period", ["--report-rounds=0", "--plan-days=0", "--rectification-months=0"])
def test_periods_of_nothing_are_refused(db, period):
    with pytest.raises(CommandError, match="都不能小于 1"):
        call_command(*RULES, period)

    assert not RuleSet.objects.exists()


def test_a_version_is_entered_once(db):
    factories.RuleSetFactory(version=2)

    with pytest.raises(CommandError):
        call_command(*RULES)

    assert RuleSet.objects.count() == 1
