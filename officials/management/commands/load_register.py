"""The register from a file, with the checks of the page: for a first installation and for scripts."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core.errors import RuleViolation
from officials import actions


class Command(BaseCommand):
    help = "Load leaders, units, officials, committee members and representatives from an Excel register. Exit code 1 and nothing written when there is any problem."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")

    def handle(self, file, dry_run, **options):
        try:
            register = actions.look_through(file.read_bytes())
        except OSError as problem:
            raise CommandError(f"{file}: {problem.strerror}") from None
        except RuleViolation as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        for problem in register.problems:
            self.stderr.write(str(problem))
        if register.problems:
            self.stderr.write(f"{len(register.problems)} problem(s); nothing written.")
            sys.exit(1)
        for title in register.new:
            counts = f"{register.new[title]} new, {register.changed[title]} changed, {register.same[title]} unchanged"
            self.stdout.write(f"{title}: {counts}")
        for title, headings in register.absent.items():
            self.stdout.write(f"{title}: no column {', '.join(headings)}; what is stored stays")
        if dry_run:
            self.stdout.write("Dry run; nothing written.")
        else:
            actions.load_register(register, by=None)
            self.stdout.write("Written.")
