from django.db import migrations
from django.utils import timezone

from rectification.rules import months_in_words


def say(apps, editor):
    """The ordinary period of each letter in its own words: on paper already, as it was printed; else as the rules of its session have it."""
    for row in apps.get_model("rectification", "ReminderLetter").objects.select_related("letter", "session__rule_set"):
        letter, months = row.letter, row.session.rule_set.rectification_months
        printed = 1 if letter.paper_id else months
        letter.body = {**letter.body, "ordinary_due": f"收函后{months_in_words(printed)}个月内"}
        letter.save(update_fields=["body"])


def note(apps, editor):
    """Drafting the letters was noted by hand, and by most people never."""
    tasks = apps.get_model("reviews", "PreparationTask").objects.filter(kind="LETTER", done_on=None)
    for row in apps.get_model("rectification", "ReminderLetter").objects.select_related("letter").order_by("letter__drafted_at"):
        day = timezone.localdate(row.letter.drafted_at)
        tasks.filter(session=row.session_id).update(done_on=day, done_by=row.letter.drafted_by_id)


class Migration(migrations.Migration):
    dependencies = [
        ("rectification", "0003_release_of_a_verification"),
        ("notices", "0005_letter_writers_kept"),
        ("reviews", "0012_subject_unit_needed"),
    ]

    operations = [migrations.RunPython(say, migrations.RunPython.noop), migrations.RunPython(note, migrations.RunPython.noop)]
