from django.db import migrations


def remember(apps, editor):
    """What the lines rest on and who handed them in, as far as the rows tell; what was unmerged before is not known."""
    for entry in apps.get_model("reviews", "DigestEntry").objects.exclude(opinion=None).select_related("opinion"):
        entry.sources.set([entry.opinion, *entry.opinion.merged.all()])
    for digest in apps.get_model("reviews", "Digest").objects.exclude(submitted_by=None):
        digest.writers.add(digest.submitted_by)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_digest_sources")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
