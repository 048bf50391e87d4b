from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    hall = apps.get_model("live", "Hall").objects.filter(pk=OuterRef("hall")).values("session")
    apps.get_model("live", "RunItem").objects.update(session=Subquery(hall))


class Migration(migrations.Migration):
    dependencies = [("live", "0006_run_item_session")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
