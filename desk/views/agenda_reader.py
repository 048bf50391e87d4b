"""The desks of committee members and leading members: what to read before the meeting, and what to prepare."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.views.line import Line
from reviews.models import Digest, DigestReceipt, PreparationTask, ReviewSession, SessionSubject
from scoring import policies as scoring
from scoring.models import RoundGroup


def member(user, today):
    yield from under_way(today)
    yield from digests(user)
    open_tasks = PreparationTask.objects.open().filter(kind="QUESTIONS", session__state__in=["CANVASSING", "REPORTS_DUE"])
    for task in open_tasks.select_related("session"):
        url = reverse("reviews:questions", args=[task.session.uid])
        yield Line(_("提出、推荐质询问题"), url, _("去提问"), task.session.title, task.due_on)


def digests(user):
    """Digests that went out and that this person has not opened, of meetings still to come."""
    read = DigestReceipt.objects.filter(reader=user).values("digest")
    out = Digest.objects.filter(state=Digest.State.APPROVED, session__state__in=ReviewSession.UNDER_WAY).exclude(pk__in=read)
    for digest in out.select_related("session"):
        yield Line(_("阅读意见汇总"), digest.get_absolute_url(), _("阅读"), digest.session.title)


def under_way(today):
    """The meeting of today or that is going on, to be followed with the papers at hand, until its vote is closed; a rehearsal, which
    nobody need close, on its day alone."""
    state = ReviewSession.State
    ahead = Q(state=state.READY, date=today)
    goes_on = Q(state__in=[state.IN_PROGRESS, state.VOTING_OPEN]) & (Q(is_rehearsal=False) | Q(date=today))
    for session in ReviewSession.objects.filter(ahead | goes_on):
        title = _("今天开会：先看报告和意见汇总") if session.state == state.READY else _("会议正在进行：跟着会议看报告和意见汇总")
        yield Line(title, reverse("live:materials", args=[session.uid]), _("打开"), session.title, today)


def leader(user, today):
    """Comments on the officials of the own field that are not prepared yet."""
    yield from under_way(today)
    yield from digests(user)
    yield from named_marks(user, today)
    mine = SessionSubject.objects.filter(
        unit__leading_member=user.leading_member_id,
        session__state__in=[*ReviewSession.UNDER_WAY, ReviewSession.State.IN_PROGRESS],
    ).exclude(comments__leader=user.leading_member_id)
    found = {}
    for subject in mine.select_related("session") if user.leading_member_id else ():
        found.setdefault(subject.session, []).append(subject.name)
    for session, names in found.items():
        title = ngettext("准备 %(n)d 人的点评", "准备 %(n)d 人的点评", len(names)) % {"n": len(names)}
        url = reverse("live:comments", args=[session.uid])
        yield Line(title, url, _("点评"), f"{_('、').join(names)}　{session.title}", session.date)


def named_marks(user, today):
    """The own marks in a named group, while the meeting runs."""
    if not scoring.is_leading_member(user):
        return
    name = scoring.rater_name(user)
    for group in RoundGroup.objects.open_to(name).unmarked_by(name).select_related("round__session"):
        session = group.round.session
        url = reverse("scoring:ballot_named", args=[session.uid, group.letter])
        yield Line(_("给述责述廉对象评分（实名）"), url, _("评分"), session.title, today)
