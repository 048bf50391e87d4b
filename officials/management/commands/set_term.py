"""The days of a term (届): entered once for each, corrected by entering them again under the same name."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from officials import actions


class Command(BaseCommand):
    help = "Enter a term of the Party committee, for instance 中共云澜区第五届委员会; coverage is measured against it."

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--from", dest="starts_on", type=dt.date.fromisoformat, required=True, help="first day, YYYY-MM-DD")
        parser.add_argument("--to", dest="ends_on", type=dt.date.fromisoformat, required=True, help="last day, YYYY-MM-DD")

    def handle(self, name, starts_on, ends_on, **options):
        try:
            term = actions.set_term(name=name, starts_on=starts_on, ends_on=ends_on, by=None)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(f"{term}: {term.starts_on} to {term.ends_on}.")
