import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("officials", "0004_rater_status"),
        ("reviews", "0009_minutes"),
    ]

    operations = [
        migrations.AddField(
            model_name="sessionsubject",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officials.unit",
                verbose_name="单位",
            ),
        ),
    ]
