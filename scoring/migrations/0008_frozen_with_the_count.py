from django.db import migrations


def freeze(apps, schema_editor):
    """Who settled each tie, and how many of the named groups came, as they stand now."""
    for count in apps.get_model("scoring", "Count").objects.select_related("decided_by"):
        count.decisions = [entry | {"by": count.decided_by.name or count.decided_by.username} for entry in count.decisions]
        count.sheet["came"] = [
            {"name": group.name, "n": group.attendants, "came": group.came, "why": group.came_reason}
            for group in count.round.groups.exclude(came=None)
        ]
        count.save(update_fields=["decisions", "sheet"])


class Migration(migrations.Migration):
    dependencies = [("scoring", "0007_shown_turnout")]

    operations = [migrations.RunPython(freeze, migrations.RunPython.noop)]
