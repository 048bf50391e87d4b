"""What the pages of the ballot and of the result share."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from reviews.models import ReviewSession
from scoring.models import BallotRound


def session_of(request, uid):
    return get_object_or_404(ReviewSession.objects.visible_to(request.user).select_related("rule_set"), uid=uid)


def round_of(session):
    round = BallotRound.objects.current(session)
    if round is None:
        raise Http404
    round.session = session
    return round
