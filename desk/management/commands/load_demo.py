"""The demonstration district, loaded once into an empty installation."""

import time

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from desk.management.demo import accounts, cards, clock, coming, district, finished, history, rectifying, rehearsal
from officials.models import Official, User


class Command(BaseCommand):
    help = "Load the fictional district with a term's meetings, the last four laid around today. Does nothing where data exist."

    def handle(self, **options):
        if User.objects.exists() or Official.objects.exists():
            self.stdout.write("There are data already; the demonstration was not loaded.")
            return
        start, now = time.monotonic(), timezone.localtime()
        with transaction.atomic():
            for step in self.steps(now):
                if options["verbosity"]:
                    self.stdout.write(f"  {step}")
        self.stdout.write(f"Demonstration loaded in {time.monotonic() - start:.0f} s.")

    def steps(self, now):
        """Load, naming each part when it is done."""
        district.load()
        yield "register, rules, outline"
        cast = accounts.load()
        yield "accounts"
        history.load(now=now)
        yield "earlier meetings of the term"
        held = finished.load(cast, now=now)
        rectifying.Rectification(cast, now=now).load(held.session)
        clock.set_back(held.session, now=now)
        clock.deliver(now=now)
        yield "finished meeting"
        votes = [rehearsal.load(cast, now=now), rehearsal.load_ready(cast, now=now)]
        cards.write(votes)
        for vote in votes:
            clock.set_back(vote.meeting.session, now=now)
        clock.deliver(now=now)
        yield "rehearsals: one being held, one ready to begin"
        prepared = coming.load(cast, now=now)
        clock.set_back(prepared.session, now=now)
        clock.deliver(now=now)
        yield "meeting in preparation"
