import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A run sheet is arranged before there is a hall: its items belong to the session."""

    dependencies = [("live", "0005_follow_page"), ("reviews", "0009_minutes")]

    operations = [
        migrations.AddField(
            model_name="runitem",
            name="session",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reviews.reviewsession"
            ),
        ),
    ]
