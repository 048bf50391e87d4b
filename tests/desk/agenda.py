"""What stands on somebody's desk on the day of these tests, and what is late on it or waits."""

import datetime as dt

from django.urls import reverse

from notices.models import Letter
from rectification.models import Finding, RectificationItem
from scoring.actions import install_sample_scheme
from scoring.models import BallotRound

TODAY = dt.date(2026, 12, 16)
DESK = "desk:desk"


def lines(client, user):
    client.force_login(user)
    return [(row["badge"][1], row["line"].title) for row in client.get(reverse(DESK), {"all": ""}).context["agenda"]]


def late_item(unit, subject, clerk, n):
    letter = Letter.objects.create(unit=unit, title="提醒函", addressee="党组", word="云纪函", drafted_by=clerk)
    finding = Finding.objects.create(subject=subject, source="QUESTION", text="窗口少", state=Finding.State.CONFIRMED)
    days = {"served_on": TODAY, "plan_due_on": TODAY, "first_due_on": TODAY, "due_on": TODAY - dt.timedelta(days=10)}
    about = {"unit": unit, "subject": subject, "finding": finding, "letter": letter}
    return RectificationItem.objects.create(code=f"ZG{n}", text="窗口少", source="QUESTION", **about, **days)


def new_round(session, clerk):
    scheme = install_sample_scheme()
    return BallotRound.objects.create(session=session, sid=session.uid.hex[:16], number=1, scheme=scheme, prepared_by=clerk)
