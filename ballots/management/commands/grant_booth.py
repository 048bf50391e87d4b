from ballots.management.role_command import RoleCommand

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


class Command(RoleCommand):
    help = (
        "Gives a PostgreSQL role exactly what the booth needs, and keeps what it does out of the server's log. Run as superuser."
    )
    rights = (
        "GRANT SELECT ON ballots_box, ballots_publication, ballots_envelope, ballots_void TO {role}",
        "GRANT INSERT ON ballots_envelope, ballots_void TO {role}",
        "GRANT EXECUTE ON FUNCTION ballots_turnout(varchar) TO {role}",
        "DROP POLICY IF EXISTS booth ON ballots_envelope",
        "CREATE POLICY booth ON ballots_envelope TO {role} USING (true) WITH CHECK (true)",
        *(f"ALTER ROLE {{role}} SET {setting} = '{value}'" for setting, value in SILENCE.items()),
    )
    summary = "may read the box and write envelopes and voids"
