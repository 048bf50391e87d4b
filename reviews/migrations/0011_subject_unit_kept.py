from django.db import migrations


def remember(apps, editor):
    """The unit of the day of planning: the one of that name; where none is called so any more, the official's of today."""
    units = apps.get_model("officials", "Unit").objects
    for subject in apps.get_model("reviews", "SessionSubject").objects.select_related("official__unit"):
        today = subject.official.unit
        of_that_name = None if today.name == subject.unit_name else units.filter(name=subject.unit_name).first()
        subject.unit = of_that_name or today
        subject.save(update_fields=["unit"])


class Migration(migrations.Migration):
    dependencies = [("reviews", "0010_subject_unit")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
