"""体检 before the meeting: the red and yellow points of every room on one page."""

import datetime as dt
import shutil

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ballots.models import Box
from core import checks
from core.days import moment
from core.errors import require
from core.sessions import in_hall
from live import policies
from live.models import Hall
from live.rules import health as rules
from notices.models import Heartbeat, Notice
from officials.models import LeadingMember, User
from officials.roles import Role
from reviews.models import LeaderComment, ReviewSession
from reviews.rules import session as preparation
from reviews.views import frame
from scoring.actions import opening, outside
from scoring.models import BallotRound

NEEDED = [Role.ORGANISER, Role.APPROVER, Role.SCRUTINEER, Role.TELLER]
LONG = dt.timedelta(minutes=10)
LATELY = dt.timedelta(days=30)


@in_hall
@require_GET
def health(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_run_hall(request.user, session), policies.RUN_HALL)
    parts = [
        {"name": name, "points": [shown(point, session) for point in points]} for name, points in looked_at(session) if points
    ]
    levels = [point["level"] for part in parts for point in part["points"]]
    context = {
        "session": session,
        "parts": parts,
        "bad": levels.count("bad"),
        "warn": levels.count("warn"),
        "to_look_at": rules.to_look_at(),
        "now": timezone.now(),
        "rehearsal": session.is_rehearsal,
    }
    return render(request, "live/health.html", context)


def shown(point, session):
    words = {"bad": _("必须办"), "warn": _("注意"), "ok": _("正常")}
    url = frame.url_of(point.cure, session) if point.cure and point.level != "ok" else ""
    return {"level": point.level, "word": words[point.level], "text": point.text, "url": url, "label": point.label or _("去办")}


def looked_at(session):
    return [
        (_("筹备"), of_preparation(session)),
        (_("参会"), of_people(session)),
        (_("评议票"), of_ballot(session)),
        (_("会外事项"), of_outside(session)),
        (_("点评"), of_comments(session)),
        (_("演练"), of_rehearsal(session)),
        (_("服务器"), of_machine()),
    ]


def of_preparation(session):
    state = ReviewSession.State
    return rules.preparation(
        preparation.ready_blockers(session.progress()),
        is_ready=session.is_at_least(state.READY),
        is_approved=session.is_at_least(state.APPROVED),
    )


def of_people(session):
    groups = [(g.name, g.expected, len(g.attendees.all())) for g in session.audience.prefetch_related("attendees")]
    held = set(User.objects.with_role(*NEEDED).values_list("grants__role", flat=True))
    return rules.people(groups, missing_roles=[role.label for role in NEEDED if role not in held])


def of_ballot(session):
    round = BallotRound.objects.current(session)
    expected = {group.code: group.expected for group in session.audience.all()}
    groups = round.groups.filter(is_named=False) if round else []
    return rules.ballot(stop_of(session, round), [(g.name, g.attendants, expected.get(g.code, 0)) for g in groups])


def of_outside(session):
    """Bonus, deductions, veto and figures, as soon as a round says what the scheme takes."""
    round = BallotRound.objects.current(session)
    if round is None:
        return []
    round.session = session
    return rules.outside(opening.outside_blockers(round), takes_any=outside.takes_any(round))


def stop_of(session, round):
    if round is None:
        return "void" if BallotRound.objects.given_up(session) else "none"
    state = round.state
    if state == Box.State.ABORTED:
        return "void"
    if state != Box.State.DRAFT:
        return "ready" if state == Box.State.SEALED_SETUP else "begun"
    return "box" if not round.has_box else "cards" if round.has_keys else "keys"


def of_comments(session):
    subjects = list(session.subjects.select_related("unit__leading_member"))
    drafted = set(LeaderComment.objects.filter(subject__in=subjects).exclude(problems="").values_list("subject", "leader"))
    missing = {}
    for subject in subjects:
        leader = subject.unit.leading_member
        if leader and (subject.pk, leader.pk) not in drafted:
            missing[leader.name] = missing.get(leader.name, 0) + 1
    return rules.comments(
        leaders=LeadingMember.objects.count(),
        orphans=[subject.name for subject in subjects if not subject.unit.leading_member],
        undrafted=list(missing.items()),
    )


def of_rehearsal(session):
    held = Hall.objects.filter(session__is_rehearsal=True, session__date__range=(session.date - LATELY, session.date))
    return rules.rehearsal(is_rehearsal=session.is_rehearsal, was_rehearsed=held.exists())


def of_machine():
    long_ago, last = timezone.now() - LONG, Heartbeat.objects.first()
    return rules.machine(
        [(problem.id, problem.msg) for problem in checks.papers(None)],
        free=shutil.disk_usage(settings.VAR).free,
        is_silent=last is None or last.at < long_ago,
        swept_at=moment(last.at) if last else "",
        stuck=Notice.objects.to_send(long_ago).count(),
    )
