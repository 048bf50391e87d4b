"""The outline reports are written in, from a JSON file; without one the outline that comes along: three aspects, nine items."""

import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reviews.actions import outline as actions
from reviews.models import ReportTemplate


class Command(BaseCommand):
    help = (
        "Enter a version of the report's outline: a JSON file with name, version and aspects, made like the one that comes along."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?", default=actions.SHIPPED)

    def handle(self, file, **options):
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            name, version, aspects = (told[key] for key in ("name", "version", "aspects"))
        except OSError as problem:
            raise CommandError(f"{file}: {problem.strerror}") from None
        except (ValueError, KeyError, TypeError):
            raise CommandError(f"{file} is no JSON object with name, version and aspects.") from None
        try:
            template = actions.adopt_outline(name=name, version=version, aspects=aspects, by=None)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(f"{template} is entered. Reports begun from now on follow {ReportTemplate.in_force()}.")
