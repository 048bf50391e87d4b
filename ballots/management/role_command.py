from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction

from ballots.router import DB


class RoleCommand(BaseCommand):
    """Says anew what one PostgreSQL role may do in the database of the ballots; what it does not say, the role may not."""

    requires_system_checks = []  # its container knows a database, and nothing of how people sign in

    rights: tuple[str, ...]  # statements, each with {role}
    summary: str

    def add_arguments(self, parser):
        parser.add_argument("role", help="an existing role that owns nothing")

    def handle(self, *, role, **options):
        connection = connections[DB]
        if connection.vendor != "postgresql":
            raise CommandError("roles exist on PostgreSQL only")
        name = connection.ops.quote_name(role)
        with transaction.atomic(using=DB), connection.cursor() as cursor:
            cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
            for statement in self.rights:
                cursor.execute(statement.replace("{role}", name))
        self.stdout.write(f"{role} {self.summary}, and nothing else.")
