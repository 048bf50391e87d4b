"""What happened to one official, as stops of `components/timeline.html`; each source shows only what the viewer may see of it."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.days import days_left, local
from notices.models import Letter
from rectification.models import Finding, RectificationItem
from reviews.models import ReviewReport, ReviewSession, SessionSubject
from reviews.policies import report as reports
from scoring import policies as scoring
from scoring import rules
from scoring.actions import sheets
from scoring.models import SubjectResult


def hearings(user, official, term):
    """The official's own places in the sessions of this term that this person may see; rehearsals hear nobody."""
    sessions = ReviewSession.objects.visible_to(user).filter(is_rehearsal=False)
    if term:
        sessions = sessions.filter(date__range=(term.starts_on, term.ends_on))
    subjects = SessionSubject.objects.filter(official=official, session__in=sessions)
    return subjects.select_related("session", "official").order_by("session__date")


def steps(user, official, subjects):
    """Oldest first; of one day in the order of the process."""
    found = [{"label": _("任%(post)s") % {"post": official.post}, "at": official.term_starts_on, "state": "done"}]
    for source in (of_reports, of_sessions, of_results, of_letters, of_items):
        found += source(user, official, subjects)
    found.append({"label": _("任期届满"), "at": official.term_ends_on, "state": "todo"})
    return sorted(found, key=lambda step: local(step["at"]))


def was_held(session):
    return session.is_at_least(ReviewSession.State.VOTING_CLOSED)


def of_sessions(user, official, subjects):
    return [
        {
            "label": subject.session.title,
            "at": subject.session.date,
            "state": "done" if was_held(subject.session) else "now",
            "text": _("没有到会") if subject.absence else str(subject.session.get_state_display()),
            "url": subject.session.get_absolute_url(),
            "link": _("打开会议"),
        }
        for subject in subjects
    ]


def of_reports(user, official, subjects):
    """Every version and what was said of it, for those between whom that stays; the others see that it passed."""
    visible = ReviewReport.objects.visible_to(user).filter(subject__in=subjects)
    found = []
    for report in visible.select_related("subject__session", "subject__official").prefetch_related("versions__reviews"):
        link = {"url": report.get_absolute_url(), "link": _("看报告")}
        inside = reports.can_read_reviews(user, report)
        for version in reversed(report.versions.all()):
            if inside:
                label = _("提交述责述廉报告%(version)s") % {"version": version}
                found.append({"label": label, "at": version.submitted_at, "state": "done"})
            for review in reversed(version.reviews.all()):
                if review.is_passed:
                    text = report.subject.session.title
                    found.append({"label": _("报告通过"), "at": review.reviewed_at, "state": "done", "text": text, **link})
                elif inside:
                    found.append(
                        {"label": _("报告退回修改"), "at": review.reviewed_at, "state": "back", "text": grounds(review), **link}
                    )
    return found


def grounds(review):
    labels = dict(review.Reason.choices)
    return _("、").join(str(labels[reason["code"]]) for reason in review.reasons)


def published(user, subjects):
    """The published results of these hearings that this person may see, oldest first."""
    results = SubjectResult.objects.published().filter(subject__in=subjects).order_by("subject__session__date")
    results = results.select_related("count__publication", "count__round__scheme", "subject__session", "subject__official")
    return [result for result in results if scoring.can_see_result(user, result)]


def course(user, subjects):
    """The published scores of the term for the picture, in hundredths of the full mark; none before there are two to compare."""
    points = []
    for result in published(user, subjects):
        row, total = result.row_l0, result.count.round.scheme.body.get("total", 100)
        if row.get("score"):
            full = rules.number(total)
            mark = row["score"] if full == 100 else rules.fixed(rules.number(row["score"]) * 100 / full, 1)
            at = result.subject.session.date
            points.append({"label": f"{at:%Y-%m}", "mark": mark, "at": at, "score": row["score"], "total": total, "band": row["band"], "title": result.subject.session.title})  # fmt: skip
    return points if len(points) > 1 else []


def of_results(user, official, subjects):
    """What was published, as everybody in the room heard it (L0); nothing before that."""
    found = []
    for result in published(user, subjects):
        row = result.row_l0
        text = told(row)
        if outside := sheets.adjusted(row):
            text += _("（%(what)s）") % {"what": outside}
        url = reverse("scoring:result", args=[result.subject.uid])
        at = result.count.publication.at
        label = _("评议结果更正") if result.count.version > 1 else _("评议结果反馈")
        found.append({"label": label, "at": at, "state": "done", "text": text, "url": url, "link": _("看结果")})
    return found


def told(row):
    """The score with its band, where the scheme has bands."""
    if not row.get("score"):
        return _("按规定不单独公布")
    return _("%(score)s 分，%(band)s") % row if row.get("band") else _("%(score)s 分") % row


def of_letters(user, official, subjects):
    """Letters about this official's problems, from the day they were issued."""
    mine = Finding.objects.filter(subject__in=subjects).exclude(letter=None).values("letter")
    letters = Letter.objects.visible_to(user).filter(pk__in=mine).exclude(issued_on=None).exclude(state=Letter.State.VOIDED)
    return [
        {
            "label": _("签发提醒函 %(number)s") % {"number": letter.document_number},
            "at": letter.issued_on,
            "state": "done",
            "text": str(letter.get_state_display()),
            "url": letter.get_absolute_url(),
            "link": _("看函"),
        }
        for letter in letters
    ]


def how_far(item):
    """The state, and how late the item or its plan is."""
    if item.is_closed:
        return item.get_state_display()
    late = _("方案%(days)s") % {"days": days_left(item.plan_due_on)} if item.is_plan_late else item.warning.word
    return f"{item.get_state_display()}　{late}"


def of_items(user, official, subjects):
    """Items stand at the day they were closed, open ones at the day they are due."""
    items = RectificationItem.objects.visible_to(user).filter(subject__in=subjects)
    return [
        {
            "label": _("整改：%(text)s") % {"text": item.text},
            "at": item.closed_on or item.due_on,
            "state": "done"
            if item.is_closed
            else "now"
            if item.due_on >= timezone.localdate() and not item.is_plan_late
            else "back",
            "text": how_far(item),
            "url": item.get_absolute_url(),
            "link": _("看整改"),
        }
        for item in items
    ]
