"""Who is told that a count waits for a signature or a confirmation, or that a result is out."""

from django.urls import reverse

from notices import actions as notices


def remind(count, what, people, subject):
    session, again = count.round.session, f":{count.version}" if count.version > 1 else ""
    notices.post(
        to=people,
        key=f"session:{session.uid}:{what}:{count.round.sid}{again}",  # after a wiped rehearsal the number comes again
        subject=lambda: subject() % {"title": session.title},
        link=reverse("scoring:results", args=[session.uid]),
        matter=matter(session, what),
    )


def matter(session, what):
    return f"session:{session.uid}:{what}"


def forget(session):
    """Nobody signs, confirms or rules over the count of a round that was given up, or one that is corrected."""
    for what in ("sign", "confirm", "rule"):
        notices.close(matter=matter(session, what))
