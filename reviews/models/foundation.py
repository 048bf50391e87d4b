"""What must have been entered before a session can be planned: read from the tables, stored nowhere."""

from core.calendar import written
from officials.models import Term
from reviews.models.plan import RuleSet
from reviews.models.report import ReportTemplate
from reviews.rules import plan as rules


def foundation_blockers(day):
    """Everything that is missing for a session on this day; an empty list means it may be planned."""
    return rules.foundation_blockers(
        day=written(day),
        has_rules=RuleSet.in_force(day) is not None,
        has_term=Term.of(day) is not None,
        has_outline=ReportTemplate.in_force() is not None,
    )
