"""Invitations with a code: printed before the meeting, shown at the door. The code says who is invited, nothing of cards or ballots."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core.sessions import in_hall
from live.actions import attendance as actions
from live.actions import record
from live.forms import InvitedForm
from live.views.hall import at_the_door, own_session
from reviews.models import Attendee

SIGNER = Signer(salt="live.invitation")


def code_of(attendee):
    return SIGNER.sign(attendee.pk)


def attendee_of(session, code):
    """Whose invitation this is; 404 for a code that is not ours, of another meeting, or of a list replaced since."""
    try:
        number = SIGNER.unsign(code)
    except BadSignature:
        raise Http404 from None
    return get_object_or_404(Attendee.objects.select_related("group__session"), pk=number, group__session=session)


@in_hall
@require_GET
def invitations(request, uid):
    """A slip for everybody on a list, to print and hand out; the hour is the one typed here."""
    session = own_session(request, uid)
    people = Attendee.objects.filter(group__session=session).select_related("group")
    slips = [{"person": person, "address": address_of(session, person)} for person in people]
    form = InvitedForm(request.GET if "at" in request.GET else None, auto_id="invited_%s")
    at = form.cleaned_data["at"] if form.is_valid() else None
    context = {"session": session, "slips": slips, "form": form, "at": at, "rehearsal": session.is_rehearsal}
    return render(request, "live/invitations.html", context)


def address_of(session, person):
    return f"{settings.SITE_ORIGIN}{reverse('live:check_in', args=[session.uid, code_of(person)])}"


@login_not_required
@require_GET
def invited(request):
    """What somebody sees who scans an invitation without being the door: where to show it. Says nothing of whose it is."""
    return render(request, "live/invited.html", {"next": request.GET.get("next", "")})


@in_hall
@require_http_methods(["GET", "POST"])
@login_required(login_url="live:invited")
def check_in(request, uid, code):
    """What the door's tablet opens from the code: who it is, and one button. Opening it ticks nobody; a press does."""
    session = at_the_door(request, uid)
    person = attendee_of(session, code)
    if request.method == "POST":
        actions.check_in(person, is_present=True, by=request.user, today=timezone.localdate())
        return redirect("live:check_in", uid, code)
    blockers = record.attendance_blockers(session, today=timezone.localdate())
    context = {"session": session, "person": person, "blockers": blockers}
    return render(request, "live/check_in.html", context | {"rehearsal": session.is_rehearsal})
