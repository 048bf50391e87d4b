"""One page per official: the time line of everything that happened in the term."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from archive import policies
from officials.models import Official, Term
from reviews.models import ReviewSession, SessionSubject


def official(request, uid):
    found = get_object_or_404(Official.objects.select_related("unit", "unit__leading_member"), uid=uid)
    if not policies.can_read_official(request.user, found):
        raise Http404
    term = Term.of(found.term_starts_on) or Term.objects.first()
    subjects = (
        SessionSubject.objects.filter(official=found, session__in=ReviewSession.objects.visible_to(request.user))
        .select_related("session", "report")
        .order_by("session__date")
    )
    context = {"official": found, "term": term, "steps": time_line(found, term, subjects), "heard": len(subjects)}
    return render(request, "archive/official.html", context)


def time_line(found, term, subjects):
    """What happened and what is to come, oldest first, as stops of `components/timeline.html`."""
    steps = [{"label": _("任%(post)s") % {"post": found.post}, "at": found.term_starts_on, "state": "done"}]
    for subject in subjects:
        session = subject.session
        held = session.is_at_least(ReviewSession.State.VOTING_CLOSED)
        steps.append(
            {
                "label": session.title,
                "at": session.date,
                "state": "done" if held else "now",
                "text": str(session.get_state_display()),
                "url": session.get_absolute_url(),
                "link": _("打开会议"),
            }
        )
    steps.append({"label": _("任期届满"), "at": found.term_ends_on, "state": "todo"})
    return sorted(steps, key=lambda step: step["at"])
