from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import migrations
from django.utils import timezone


def count_from_now(apps, schema_editor):
    """Nobody noted when these passwords were set: their age begins today."""
    users = apps.get_model("officials", "User").objects.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    users.filter(password_at=None).update(password_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("officials", "0008_password_at")]
    operations = [migrations.RunPython(count_from_now, migrations.RunPython.noop)]
