from django.db import migrations

# Both functions run as the owner of the tables, for roles that may do neither by themselves (`grant_desk`, `grant_booth`).
GUARD = """
ALTER TABLE ballots_envelope ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION ballots_turnout(box varchar) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT count(*) / 5 * 5 FROM ballots_envelope WHERE sid = box $$;

CREATE FUNCTION ballots_rewrite() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s'
AS $$
DECLARE kept ballots_envelope[];
BEGIN
    LOCK TABLE ballots_envelope IN ACCESS EXCLUSIVE MODE;
    SELECT array_agg(envelope ORDER BY sid, outer_pk) INTO kept FROM ballots_envelope envelope;
    TRUNCATE ballots_envelope;  -- a new file; VACUUM would leave the bytes in the gaps of the old one
    INSERT INTO ballots_envelope SELECT * FROM unnest(kept);
END $$;

REVOKE EXECUTE ON FUNCTION ballots_turnout(varchar), ballots_rewrite() FROM PUBLIC;
"""

UNGUARD = """
DROP FUNCTION ballots_rewrite();
DROP FUNCTION ballots_turnout(varchar);
ALTER TABLE ballots_envelope DISABLE ROW LEVEL SECURITY;
"""


def on_postgresql(statements):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statements)

    return run


class Migration(migrations.Migration):
    """PostgreSQL only: who does not own the envelopes sees none but those a policy shows, and two things the owner does for others."""

    dependencies = [("ballots", "0001_box")]

    operations = [migrations.RunPython(on_postgresql(GUARD), on_postgresql(UNGUARD))]
