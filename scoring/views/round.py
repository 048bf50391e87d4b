"""What a page is about: the session, its round, the count. 404 for whom it does not exist."""

from django.http import Http404
from django.utils.translation import gettext as _

from core.errors import require
from reviews.views import frame
from scoring import policies
from scoring.models import BallotRound, Count


def not_out(user, session):
    """Why there is no result to read yet, and what it waits for."""
    told = {"state": session.words}
    if policies.reads_before_publication(user):
        return (
            _(
                "评议结果还没有确认，会议现在是“%(state)s”。先由计票人、监票人签字，签字以后审批领导在这里就能看到；审批领导确认以后，工作人员也能看到。"
            )
            % told
        )
    return (
        _(
            "评议结果还没有公布，会议现在是“%(state)s”。投票、计票以后，先由计票人、监票人签字，再由审批领导确认，最后由审批领导和监票人两人公布；公布以后您在这里就能看到。"
        )
        % told
    )


def entered(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_see_ballot(request.user, session), _("评廉页只对工作人员、审批领导、监票人和计票人开放。"))
    return session


def round_of(session):
    round = BallotRound.objects.current(session)
    if round is None:
        raise Http404
    round.session = session
    return round


def counts_of(round, *, light=False):
    """The versions of a round's count, newest first: none before there is one, nearly always one. `light`, without what was counted, for
    what is asked every other second."""
    found = Count.objects.filter(round=round).order_by("-version").defer(*(Count.TABLES if light else ()))
    found = list(
        found.select_related(
            "publication", "teller", "scrutineer", "confirmed_by", "correction__asked_by", "correction__confirmed_by"
        )
    )
    for count in found:
        count.round = round
    return found


def count_of(round, *, light=False):
    """The count of a round as those work on it who sign it: the newest version, or None before there is one."""
    return next(iter(counts_of(round, light=light)), None)


def count_read(request, counts):
    """The version that the address asks for, else the one this person works with."""
    asked = request.GET.get("version")
    if asked is None:
        return policies.readable(request.user, counts)
    found = next((count for count in counts if str(count.version) == asked and policies.level(request.user, count)), None)
    if found is None:
        raise Http404
    return found


def superseding(counts, count):
    """The published version that has taken the place of this one, or None."""
    return next((later for later in counts if later.version > count.version and later.is_published), None)
