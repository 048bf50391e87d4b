"""The rules that sessions obey."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from reviews.models import RuleSet


@transaction.atomic
def adopt_rule_set(
    *,
    name: str,
    version: int,
    citation: str,
    in_force_from: dt.date,
    dispersed: tuple[int, int],
    concentrated: tuple[int, int],
    questions: tuple[int, int],
    report_rounds: int,
    plan_days: int,
    rectification_months: int,
    by,
) -> RuleSet:
    """Enter a version of the rules. Versions are never changed: sessions cite them.

    `plan_days`: days from the service of a letter to the plan; `rectification_months`: months to the end of the rectification.
    """
    for low, high in (dispersed, concentrated, questions):
        if not 1 <= low <= high:
            raise RuleViolation(_("人数、题数的下限不能小于 1，也不能大于上限：%(low)d 至 %(high)d") % {"low": low, "high": high})
    if min(report_rounds, plan_days, rectification_months) < 1:
        raise RuleViolation(_("报告退回次数、方案时限和整改时限都不能小于 1"))
    rule_set = RuleSet(
        name=name,
        version=version,
        citation=citation,
        in_force_from=in_force_from,
        dispersed_min=dispersed[0],
        dispersed_max=dispersed[1],
        concentrated_min=concentrated[0],
        concentrated_max=concentrated[1],
        questions_min=questions[0],
        questions_max=questions[1],
        report_rounds=report_rounds,
        plan_days=plan_days,
        rectification_months=rectification_months,
    )
    rule_set.full_clean()
    rule_set.save()
    audit.record("adopt_rule_set", rule_set, by=by, citation=citation, in_force_from=in_force_from)
    return rule_set
