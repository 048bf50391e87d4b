"""The district's rules for review sessions, entered once for each version; sessions cite the one in force on their day."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reviews.actions import plan as actions


class Command(BaseCommand):
    help = "Enter a version of the rules: name, edition, citation, first day in force, and how many officials a session may hear."

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--edition", type=int, required=True)
        parser.add_argument("--citation", required=True, help="document number, for instance 云纪发〔2024〕6号")
        parser.add_argument("--from", dest="in_force_from", type=dt.date.fromisoformat, required=True, help="YYYY-MM-DD")
        parser.add_argument("--dispersed", type=limits, default=(1, 3), help="fewest-most, first three quarters (1-3)")
        parser.add_argument("--concentrated", type=limits, default=(5, 10), help="fewest-most, end of the year (5-10)")
        parser.add_argument("--questions", type=limits, default=(2, 3), help="fewest-most for each official (2-3)")
        parser.add_argument("--report-rounds", type=int, default=3, help="how often a report may be returned (3)")
        parser.add_argument("--plan-days", type=int, default=10, help="days from a letter's service to the plan (10)")
        parser.add_argument("--rectification-months", type=int, default=1, help="months from service to the end (1)")

    def handle(self, name, edition, citation, in_force_from, dispersed, concentrated, questions, **options):
        periods = {name: options[name] for name in ("report_rounds", "plan_days", "rectification_months")}
        try:
            rule_set = actions.adopt_rule_set(
                name=name,
                version=edition,
                citation=citation,
                in_force_from=in_force_from,
                dispersed=dispersed,
                concentrated=concentrated,
                questions=questions,
                **periods,
                by=None,
            )
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(f"{rule_set} is in force from {rule_set.in_force_from}.")


def limits(text):
    low, high = text.split("-")
    return int(low), int(high)
