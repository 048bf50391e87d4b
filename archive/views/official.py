"""One page per official: the time line of everything that happened in the term."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from archive import policies
from archive.views import timeline
from officials.models import Official, Term


def official(request, uid):
    found = get_object_or_404(Official.objects.select_related("unit", "unit__leading_member"), uid=uid)
    if not policies.can_read_official(request.user, found):
        raise Http404
    term = Term.of(found.term_starts_on) or Term.objects.first()
    subjects = list(timeline.hearings(request.user, found))
    context = {
        "official": found,
        "term": term,
        "steps": timeline.steps(request.user, found, subjects),
        "heard": any(timeline.was_held(subject.session) for subject in subjects),
        "may_browse": policies.can_browse(request.user),
    }
    return render(request, "archive/official.html", context)
