from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("scoring", "0008_frozen_with_the_count")]

    operations = [migrations.RemoveField(model_name="count", name="decided_by")]
