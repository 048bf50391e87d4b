"""The way back in when the administrators who could reset a password in the browser cannot sign in themselves."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from core.errors import RuleViolation
from officials import actions
from officials.models import User
from officials.roles import ADMINISTRATORS


class Command(BaseCommand):
    help = "Print a first password for an administrator's account, good for 24 hours. Other accounts are reset in the browser."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument(
            "--second-factor", action="store_true", help="also take off the second factor: app and recovery codes are lost"
        )

    def handle(self, username, second_factor, **options):
        user = User.objects.with_role(*ADMINISTRATORS).filter(username__iexact=username).first()
        if user is None:
            raise CommandError("No administrator in office has this account. Other accounts are reset in the browser.")
        with transaction.atomic():
            if second_factor:
                self.remove_factor(user)
            password = actions.issue_password(user, by=None, now=timezone.now())
        self.stdout.write(f"{user.username}: {password}")
        self.stdout.write("Good for 24 hours; it has to be changed at the first sign-in. It is not shown again.")

    def remove_factor(self, user):
        try:
            actions.remove_factor(user, by=None, reason="manage.py reset_administrator")
        except RuleViolation as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
