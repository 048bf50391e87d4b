import ballots.models
from django.db import migrations, models

POSTGRESQL = """
ALTER TABLE {table} ADD COLUMN version varchar(1) NOT NULL DEFAULT '1';
ALTER TABLE {table} ALTER COLUMN version DROP DEFAULT;
ALTER TABLE {table} DROP CONSTRAINT {table}_pkey, ADD PRIMARY KEY (sid, version);
"""
SQLITE = """
CREATE TABLE {table}_new (sid varchar(16) NOT NULL, version varchar(1) NOT NULL, document BLOB NOT NULL, PRIMARY KEY (sid, version)) WITHOUT ROWID;
INSERT INTO {table}_new SELECT sid, '1', document FROM {table};
DROP TABLE {table};
ALTER TABLE {table}_new RENAME TO {table};
"""


def add_versions(apps, schema_editor):
    """By hand: Django changes no primary key, and would give the table of SQLite its rowid back. Grants and triggers stay."""
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for table in ("ballots_transcript", "ballots_publication"):
        for statement in filter(str.strip, statements.format(table=table).split(";")):
            schema_editor.execute(statement)


def versioned(name):
    fields = [
        ("pk", models.CompositePrimaryKey("sid", "version", blank=True, editable=False, primary_key=True, serialize=False)),
        ("sid", models.CharField(max_length=16)),
        ("version", models.CharField(default="1", max_length=1)),
        ("document", ballots.models.Bytes()),
    ]
    return [migrations.DeleteModel(name), migrations.CreateModel(name, fields, options={"abstract": False})]


class Migration(migrations.Migration):
    """What is corrected stays beside its correction: a transcript and its copy for the room have versions."""

    dependencies = [("ballots", "0002_guarded")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add_versions, elidable=False)],
            state_operations=[*versioned("Transcript"), *versioned("Publication")],
        )
    ]
