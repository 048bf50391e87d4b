from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction

from ballots.router import DB

READS = "ballots_box, ballots_publication"
WRITES = "ballots_envelope, ballots_void"
# A failing INSERT would stand in the server's log with its values, a running one in its list of activities.
SILENCE = {
    "log_min_error_statement": "panic",
    "log_min_messages": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "track_activities": "off",
    "statement_timeout": "5s",
}


class Command(BaseCommand):
    help = (
        "Gives a PostgreSQL role exactly what the booth needs, and keeps what it does out of the server's log. Run as superuser."
    )

    def add_arguments(self, parser):
        parser.add_argument("role", help="an existing role that owns nothing, e.g. ars_cast")

    def handle(self, *, role, **options):
        connection = connections[DB]
        if connection.vendor != "postgresql":
            raise CommandError("roles exist on PostgreSQL only")
        name = connection.ops.quote_name(role)
        with transaction.atomic(using=DB), connection.cursor() as cursor:
            cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
            cursor.execute(f"GRANT SELECT ON {READS}, {WRITES} TO {name}")
            cursor.execute(f"GRANT INSERT ON {WRITES} TO {name}")
            for setting, value in SILENCE.items():
                cursor.execute(f"ALTER ROLE {name} SET {setting} = %s", [value])
        self.stdout.write(f"{role} may read the box and write envelopes and voids, and nothing else.")
