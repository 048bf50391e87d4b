"""The database itself refuses to change, remove or empty the audit trail, whoever asks (S25).

Whoever owns the table can take the triggers away; then the chain and its printed head are left to tell.
"""

from django.db import migrations

TABLE, REFUSAL = "core_auditevent", "the audit trail is append-only"

LAY = {
    "postgresql": [
        f"""CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$""",
        f"""CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()""",
        f"""CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE}
            FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()""",
    ],
    "sqlite": [
        f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        # INSERT OR REPLACE removes the old line without asking the trigger above.
        f"""CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE n = NEW.n)
            BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    ],
}
LIFT = {
    "postgresql": [
        f"DROP TRIGGER {TABLE}_no_truncate ON {TABLE}",
        f"DROP TRIGGER {TABLE}_no_change ON {TABLE}",
        f"DROP FUNCTION {TABLE}_refuse()",
    ],
    "sqlite": [f"DROP TRIGGER {TABLE}_no_{what}" for what in ("replace", "delete", "update")],
}


def lay(apps, editor):
    for statement in LAY[editor.connection.vendor]:
        editor.execute(statement)


def lift(apps, editor):
    for statement in LIFT[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_source")]
    operations = [migrations.RunPython(lay, lift)]
