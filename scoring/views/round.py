"""What a page is about: the session, its round, the count. 404 for whom it does not exist."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from core.errors import require
from reviews.models import ReviewSession
from scoring import policies
from scoring.models import BallotRound, Count


def session_of(request, uid):
    return get_object_or_404(ReviewSession.objects.visible_to(request.user).select_related("rule_set"), uid=uid)


def entered(request, uid):
    session = session_of(request, uid)
    require(policies.can_see_ballot(request.user, session), _("评廉页只对工作人员、审批领导、监票人和计票人开放。"))
    return session


def round_of(session):
    round = BallotRound.objects.current(session)
    if round is None:
        raise Http404
    round.session = session
    return round


def count_of(round):
    """The count of a round, or None before there is one."""
    found = Count.objects.filter(round=round).select_related("publication", "teller", "scrutineer", "confirmed_by").first()
    if found:
        found.round = round
    return found
