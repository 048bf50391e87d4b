"""The way back in when the administrators who could reset a password in the browser cannot sign in themselves."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from officials import actions
from officials.models import User
from officials.roles import ADMINISTRATORS


class Command(BaseCommand):
    help = "Print a first password for an administrator's account, good for 24 hours. Other accounts are reset in the browser."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, username, **options):
        user = User.objects.with_role(*ADMINISTRATORS).filter(username__iexact=username).first()
        if user is None:
            raise CommandError("No administrator in office has this account. Other accounts are reset in the browser.")
        password = actions.issue_password(user, by=None, now=timezone.now())
        self.stdout.write(f"{user.username}: {password}")
        self.stdout.write("Good for 24 hours; it has to be changed at the first sign-in. It is not shown again.")
