from django.db import migrations


class Migration(migrations.Migration):
    """The head counts now belong to reviews; the table stays as it is."""

    dependencies = [
        ("live", "0003_moved_by"),
        ("reviews", "0008_head_count"),
    ]

    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="HeadCount")])]
