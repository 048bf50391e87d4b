import ballots.models
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class CreateTable(migrations.CreateModel):
    """A table without the hidden rowid that SQLite would give it: the rowid is the order of arrival."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.sql_create_table = schema_editor.sql_create_table + " WITHOUT ROWID"
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            vars(schema_editor).pop("sql_create_table", None)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateTable(
            name='Publication',
            fields=[
                ('sid', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('document', ballots.models.Bytes()),
            ],
        ),
        CreateTable(
            name='Transcript',
            fields=[
                ('sid', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('document', ballots.models.Bytes()),
            ],
        ),
        CreateTable(
            name='Box',
            fields=[
                ('sid', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('DRAFT', '准备中'), ('SEALED_SETUP', '票卡已备'), ('OPEN', '投票中'), ('CLOSING', '即将截止'), ('CLOSED', '已截止'), ('OPENED', '已开箱'), ('PUBLISHED', '已公布'), ('ARCHIVED', '已归档'), ('ABORTED', '已中止')], default='DRAFT', max_length=12)),
                ('manifest', ballots.models.Bytes()),
                ('credentials', ballots.models.Bytes(default=b'')),
                ('receipt_key', models.CharField(blank=True, default='', max_length=16)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['DRAFT', 'SEALED_SETUP', 'OPEN', 'CLOSING', 'CLOSED', 'OPENED', 'PUBLISHED', 'ARCHIVED', 'ABORTED'])), name='box_state_known')],
            },
        ),
        CreateTable(
            name='Envelope',
            fields=[
                ('pk', models.CompositePrimaryKey('sid', 'outer_pk', blank=True, editable=False, primary_key=True, serialize=False)),
                ('sid', models.CharField(max_length=16)),
                ('outer_pk', ballots.models.Bytes()),
                ('h', ballots.models.Bytes()),
                ('ct', ballots.models.Bytes()),
                ('z', ballots.models.Bytes()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('outer_pk'), 32), name='envelope_outer_pk_length'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('h'), 32), name='envelope_h_length'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('z'), 64), name='envelope_z_length')],
            },
        ),
        CreateTable(
            name='Void',
            fields=[
                ('pk', models.CompositePrimaryKey('sid', 'outer_pk', blank=True, editable=False, primary_key=True, serialize=False)),
                ('sid', models.CharField(max_length=16)),
                ('outer_pk', ballots.models.Bytes()),
                ('z', ballots.models.Bytes()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('outer_pk'), 32), name='void_outer_pk_length'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('z'), 64), name='void_z_length')],
            },
        ),
    ]
