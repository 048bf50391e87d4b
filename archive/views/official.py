"""One page per official: the time line of everything that happened in the term: today's, or the last one he or she served in."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from archive import actions
from archive.forms import ReadingReasonForm
from archive.views import timeline
from officials import policies
from officials.models import Official, Term

REASON = "reading_reason"  # in the session: asked once per sign-in, and gone with it


def readable(request, uid):
    """The official, if this person may read about him or her, and whether it takes a reason."""
    found = get_object_or_404(Official.objects.select_related("unit", "unit__leading_member"), uid=uid)
    if not policies.can_read_official(request.user, found):
        raise Http404
    return found, not policies.is_own_page(request.user, found)


def official(request, uid):
    """Every reading is noted, with the reason given."""
    found, takes_reason = readable(request, uid)
    reason = request.session.get(REASON, "") if takes_reason else ""
    if takes_reason and not reason:
        return redirect("archive:official_reason", uid)
    actions.note_reading(found, by=request.user, reason=reason)
    term = Term.of(min(timezone.localdate(), found.term_ends_on))
    subjects = list(timeline.hearings(request.user, found, term))
    context = {
        "official": found,
        "term": term,
        "steps": timeline.steps(request.user, found, subjects),
        "course": timeline.course(request.user, subjects),
        "heard": any(timeline.was_held(subject.session) and not subject.absence for subject in subjects),
        "may_browse": policies.can_read_register(request.user),
        "reason": reason,
    }
    return render(request, "archive/official.html", context)


def official_reason(request, uid):
    """Ask once per sign-in why; the person may change it when going on to something else."""
    found, takes_reason = readable(request, uid)
    if not takes_reason:
        return redirect("archive:official", uid)
    form = ReadingReasonForm(request.POST or None, initial={"reason": request.session.get(REASON, "")})
    if request.method == "POST" and form.is_valid():
        request.session[REASON] = form.cleaned_data["reason"]
        return redirect("archive:official", uid)
    context = {"form": form, "official": found, "may_browse": policies.can_read_register(request.user)}
    return render(request, "archive/official_reason.html", context)
