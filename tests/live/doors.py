"""The pages and buttons of the hall: where they are, and whom they let in."""

from django.urls import reverse

SEES = {"clerk", "approver", "member", "leader", "scrutineer", "teller", "verifier", "subject_user", "liaison"}
RUNS = {"clerk"}


def url(name, session, *more):
    return reverse(f"live:{name}", args=[session.uid, *more])


def enter(client, request, who):
    client.force_login(request.getfixturevalue(who))
    return client


def expected(who, allowed, status=200):
    return status if who in allowed else 403 if who in SEES else 404


def press(client, hall, name, *more, **data):
    hall.refresh_from_db()
    return client.post(url(name, hall.session, *more), {"version": hall.version, **data})
