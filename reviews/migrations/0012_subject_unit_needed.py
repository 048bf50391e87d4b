import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0011_subject_unit_kept")]

    operations = [
        migrations.AlterField(
            model_name="sessionsubject",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officials.unit",
                verbose_name="单位",
            ),
        ),
    ]
