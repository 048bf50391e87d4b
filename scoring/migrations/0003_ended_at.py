from django.db import migrations, models


def note_those_ended(apps, schema_editor):
    """The moment was that of the second person's confirmation, which the step's own row keeps."""
    requests = apps.get_model("scoring", "StepRequest").objects.filter(step="ARCHIVE", confirmed_at__isnull=False)
    for request in requests.select_related("round"):
        request.round.ended_at = request.confirmed_at
        request.round.save(update_fields=["ended_at"])


class Migration(migrations.Migration):
    dependencies = [("scoring", "0002_table_and_ending")]

    operations = [
        migrations.AddField(
            model_name="ballotround",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="终局"),
        ),
        migrations.RunPython(note_those_ended, migrations.RunPython.noop),
    ]
