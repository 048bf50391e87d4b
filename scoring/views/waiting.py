"""Steps that wait for a second person, as the pages of both show them."""

from django.db.models import BooleanField, ExpressionWrapper
from django.utils import timezone

from scoring import policies
from scoring.models import StepRequest


def waits_of(round, user, *, now):
    """The requests of a round that may still be confirmed, by step; each knows whether this person is the second."""
    return {} if round is None else {wait.step: wait for wait in waits(user, now=now).filter(round=round)}


def waits_in(session, user):
    """Those of a session that this person may confirm, for the pages beside the ballot's own."""
    return list(waits(user, now=timezone.now()).filter(round__session=session, may_confirm=True).select_related("round__session"))


def waits_for(user):
    """Those of all sessions that this person may confirm."""
    return list(waits(user, now=timezone.now()).filter(may_confirm=True).select_related("round__session"))


def waits(user, *, now):
    may_confirm = ExpressionWrapper(policies.completable(user), output_field=BooleanField())
    return StepRequest.objects.waiting(now).select_related("asked_by").annotate(may_confirm=may_confirm)
