"""The first administrators of an installation. There is no default account and no default password (S6)."""

import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from officials import actions
from officials.models import User
from officials.roles import ADMINISTRATORS, Role


class Command(BaseCommand):
    help = (
        "Create an administrator: sysadmin, secadmin or auditadmin. A first password is asked for, never an argument; "
        "it is good for 24 hours and has to be changed at the first sign-in."
    )

    def add_arguments(self, parser):
        parser.add_argument("role", choices=sorted(role.value for role in ADMINISTRATORS))
        parser.add_argument("username")
        parser.add_argument("name")

    def handle(self, role, username, name, **options):
        if User.objects.with_role(role).exists():
            raise CommandError(f"There is a {role} already; further ones are made in the browser.")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Again: "):
            raise CommandError("The two passwords differ. Nothing was created.")
        try:
            validate_password(password, User(username=username, name=name))
            with transaction.atomic():
                user = actions.create_account(username=username, name=name, password=password, by=None)
                actions.grant_roles(user, [Role(role)], by=None)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(f"Created {user.username} ({Role(role).label}).")
