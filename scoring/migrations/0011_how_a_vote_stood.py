import datetime as dt

from django.conf import settings
from django.db import migrations

VOTED = ("VOTING_OPEN", "VOTING_CLOSED", "COUNTED")
OUT = ("FED_BACK", "RECTIFYING", "CLOSED", "ARCHIVED")


def note(apps, schema_editor):
    """What sessions and rounds of before would have noted: a round opened, a vote void and held again, a window for objections."""
    rounds = apps.get_model("scoring", "BallotRound").objects
    counts = apps.get_model("scoring", "Count").objects
    for count in counts.filter(round__unsealed_at=None).order_by("-counted_at"):  # the first count of a round is written last
        rounds.filter(pk=count.round_id).update(unsealed_at=count.counted_at)
    sessions = apps.get_model("reviews", "ReviewSession").objects
    for session in sessions.filter(state__in=VOTED):
        if rounds.filter(session_id=session.pk, opened_at__isnull=False).exclude(voided_at=None).exists():
            current = rounds.filter(session_id=session.pk, voided_at=None).order_by("-number").first()
            is_open = current is not None and current.opened_at is not None
            is_behind = is_open and (
                (session.state == "VOTING_CLOSED" and current.closed_at is None)
                or (session.state == "COUNTED" and not counts.filter(round=current).exists())
            )
            sessions.filter(pk=session.pk).update(is_vote_void=not is_open, is_revoting=is_behind)
    published = apps.get_model("scoring", "Publication").objects.order_by("-at")
    for session in sessions.filter(state__in=OUT, objections_until=None):
        if last := published.filter(count__round__session_id=session.pk).first():
            until = last.at + dt.timedelta(minutes=settings.OBJECTION_MINUTES)
            sessions.filter(pk=session.pk).update(objections_until=until)


class Migration(migrations.Migration):
    dependencies = [("scoring", "0010_occasions"), ("reviews", "0020_revoting")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
