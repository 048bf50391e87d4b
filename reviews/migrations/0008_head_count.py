import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Takes the head counts over from the hall; the table stays as it is."""

    dependencies = [
        ("reviews", "0007_absence_of_an_official"),
        ("live", "0003_moved_by"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="HeadCount",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("present", models.PositiveSmallIntegerField(default=0, verbose_name="到会人数")),
                        (
                            "group",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="head_count",
                                to="reviews.audiencegroup",
                            ),
                        ),
                    ],
                    options={"verbose_name": "到会人数", "db_table": "live_headcount"},
                ),
            ]
        )
    ]
